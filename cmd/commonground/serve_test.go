package main

import "testing"

func TestGarbageIsBoundedInMegabytes(t *testing.T) {
	for inUse, want := range map[uint64]int{0: 100, 10 << 20: 100, 160 << 20: 100, 320 << 20: 50, 1600 << 20: 10, 100 << 30: 5} {
		if got := garbagePercent(inUse); got != want {
			t.Errorf("%d MB in use: %d %%, want %d", inUse>>20, got, want)
		}
	}
}
