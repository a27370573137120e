package intake_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

// BenchmarkDoubtsOfAMillion looks over a million made-up pickups of five sources and
// three years in a store, and tells what of the heap is in use at its most.
func BenchmarkDoubtsOfAMillion(b *testing.B) {
	w := newTown(b, schemeText, managed, residential)
	dice := rand.New(rand.NewPCG(1, 2))
	for made := 0; made < 1_000_000; {
		batch := make([]data.Pickup, 10_000)
		for i := range batch {
			point, err := geo.NewPoint(-1.6+dice.Float64()*dice.Float64()*0.1, 53.76+dice.Float64()*dice.Float64()*0.06)
			check(b, err)
			batch[i] = data.Pickup{
				Key: data.Key{Source: fmt.Sprint("source", dice.IntN(5)), Ref: fmt.Sprint(made)}, Position: data.Position{Point: &point, AccuracyM: 10},
				At: data.InstantOf(lookedAt.Add(-time.Duration(dice.IntN(3*365*24*60)) * time.Minute)), Found: []data.Quantity{{Kind: "needle", Items: 1}},
			}
			made++
		}
		_, refused, err := w.door.PutPickups(b.Context(), batch)
		check(b, err)
		if len(refused) > 0 {
			b.Fatal(refused[0])
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		report, err := w.door.Doubts(b.Context(), data.PickupSort, lookedAt)
		check(b, err)
		b.ReportMetric(float64(report.Total.Duplicates), "duplicates")
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.HeapSys-memory.HeapReleased)/1e6, "MB-heap")
	}
}
