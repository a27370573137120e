package main

import "testing"

func TestGarbageIsBoundedInMegabytes(t *testing.T) {
	for inUse, want := range map[uint64]int{0: 40, 10 << 20: 40, 320 << 20: 40, 640 << 20: 20, 1280 << 20: 10, 100 << 30: 5} {
		if got := garbagePercent(inUse); got != want {
			t.Errorf("%d MB in use: %d %%, want %d", inUse>>20, got, want)
		}
	}
}
