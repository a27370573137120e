package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/geotest"
)

// benchWeeks is how many weeks the records of the comparison go back.
const benchWeeks = 260

// benchTown is the made-up city of geotest with pickups over five years, in a
// store.
type benchTown struct {
	store  *sqlite.Store
	path   string // of the store
	scheme *data.Scheme
	weeks  data.WeekRange
	drawn  []geo.Point // some of the points, at random
	loaded time.Duration
	asked  atomic.Int64 // questions of never
}

// maxDrawn bounds drawn.
const maxDrawn = 20_000

// newBenchTown puts n pickups through the door into a store of their own.
func newBenchTown(t testing.TB, n int) *benchTown {
	t.Helper()
	town := &benchTown{path: filepath.Join(t.TempDir(), "town.db")}
	var err error
	if town.store, err = sqlite.Open(t.Context(), town.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { town.store.Close() })
	door := intake.New(town.store)
	if town.scheme, err = door.PutScheme(t.Context(), data.DefaultScheme); err != nil {
		t.Fatal(err)
	}
	last := town.scheme.WeekOfDate(data.Date(20_782))
	town.weeks = data.WeekRange{From: last - benchWeeks, To: last}
	areas := geotest.Workload(5001)
	if _, err := door.PutBoundary(t.Context(), town.scheme.WeekStart(last)-10*366, nil, areas); err != nil {
		t.Fatal(err)
	}
	points := geotest.Points(areas, n, 1)
	town.drawn = append(town.drawn, points[:min(n, maxDrawn)]...)
	started := time.Now()
	random := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < n; from += 10_000 {
		batch := town.pickups(random, points, from, min(from+10_000, n))
		if _, refused, err := door.PutPickups(t.Context(), batch); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
	}
	town.loaded = time.Since(started)
	return town
}

// pickups are those at some of the points, which follow each other in time.
func (town *benchTown) pickups(random *rand.Rand, points []geo.Point, from, to int) []data.Pickup {
	first := town.scheme.WeekStart(town.weeks.From).In(town.scheme.Location)
	every := benchWeeks * 7 * 24 * time.Hour / time.Duration(len(points))
	batch := make([]data.Pickup, 0, to-from)
	for i := from; i < to; i++ {
		batch = append(batch, data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprintf("%08d", i)}, Position: data.Position{Point: &points[i]},
			At: data.InstantOf(first.Add(time.Duration(i) * every)),
			Found: []data.Quantity{
				{Kind: "condom_unused", Items: random.IntN(2)}, {Kind: "condom_used", Items: random.IntN(4)}, {Kind: "needle", Items: random.IntN(3) / 2},
			},
		})
	}
	return batch
}
