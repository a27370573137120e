package geotest

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

// weight is what it cost to make something.
type weight struct {
	took time.Duration
	kept int64 // bytes on the heap when it was done and the garbage gone
	peak int64 // most bytes on the heap meanwhile
}

// weigh measures a function that returns what it makes. Both sizes are above
// what was on the heap before, so the areas, which are held throughout, don't
// count. The peak is sampled every millisecond and includes garbage not yet
// collected, at the process's own setting of GOGC: it is what the machine must
// have.
func weigh[T any](build func() T) (T, weight) {
	before := settledHeap()
	done, highest := make(chan struct{}), make(chan int64)
	go func() {
		most := int64(0)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most = max(most, heapBytes())
			case <-done:
				highest <- max(most, heapBytes())
				return
			}
		}
	}()
	start := time.Now()
	made := build()
	w := weight{took: time.Since(start)}
	close(done)
	w.peak = <-highest - before
	w.kept = settledHeap() - before
	w.peak = max(w.peak, w.kept)
	runtime.KeepAlive(made)
	return made, w
}

// settledHeap is the size of the heap when all garbage is swept.
func settledHeap() int64 {
	runtime.GC()
	runtime.GC()
	return heapBytes()
}

func heapBytes() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

func TestWeighTellsWhatIsKeptFromWhatIsNot(t *testing.T) {
	const size = 32 << 20
	kept, w := weigh(func() []byte {
		waste, kept := make([]byte, size), make([]byte, size)
		time.Sleep(20 * time.Millisecond) // long enough to be seen
		runtime.KeepAlive(waste)
		return kept
	})
	if w.kept < size || w.kept > size+size/8 || w.peak < 2*size || len(kept) != size {
		t.Errorf("kept %d, peak %d, of %d kept and as much not", w.kept, w.peak, size)
	}
}
