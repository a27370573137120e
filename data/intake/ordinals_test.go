package intake

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// Rows are counted the same in memory and in a file that has grown.
func TestRowsThatSayTheSameAreCountedHoweverMany(t *testing.T) {
	var counted ordinals
	want := map[rowHash]int{}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 6 * maxFew {
		var hash rowHash
		binary.BigEndian.PutUint64(hash[:], uint64(random.IntN(5*maxFew))*0x9e3779b97f4a7c15)
		want[hash]++
		if n := counted.next(hash); n != want[hash] || counted.err != nil {
			t.Fatalf("row %d is number %d of its like, not %d: %v", i, n, want[hash], counted.err)
		}
	}
	if counted.many == nil || counted.many.bits == firstPageBits || len(counted.few) > 0 {
		t.Errorf("%d different rows are not in a file that has grown", len(want))
	}
	if err := counted.Close(); err != nil {
		t.Error(err)
	}
}

// Someone can make rows whose hashes all begin alike: the pages after theirs
// take them, round the end of the file.
func TestRowsAreCountedWhoseHashesBeginAlike(t *testing.T) {
	table, err := newTallies(2)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	for _, want := range []uint32{1, 2} {
		for i := range 400 { // a page has 256
			hash := rowHash{0: 0xff, 10: byte(i >> 8), 11: byte(i)}
			if n, err := table.add(hash, 1); n != want || err != nil {
				t.Fatalf("hash %d: %d, %v", i, n, err)
			}
		}
	}
}

func TestCountingRowsSaysWhenItsFileFails(t *testing.T) {
	var counted ordinals
	for i := range maxFew + 1 {
		counted.next(rowHash{byte(i), byte(i >> 8), byte(i >> 16)})
	}
	if err := counted.many.Close(); err != nil {
		t.Fatal(err)
	}
	if n := counted.next(rowHash{1}); n != 0 || counted.err == nil {
		t.Errorf("row %d, %v", n, counted.err)
	}
}
