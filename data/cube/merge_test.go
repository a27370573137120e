package cube

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
)

// Parts that are merged beside take the place of their sources though nothing
// more comes.
func TestMergesAreShownThoughNothingMoreComes(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	door := intake.New(store)
	if _, err := door.PutScheme(t.Context(), sample.SchemeText()); err != nil {
		t.Fatal(err)
	}
	live := NewLive(store, door, Options{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = live.Run(ctx) }() // ends with ctx
	defer func() { stop(); <-ended; store.Close() }()
	const n = 30_000
	for from := 0; from < n; from += 1000 {
		batch := make([]data.Pickup, 1000)
		for i := range batch {
			batch[i] = data.Pickup{
				Key:      data.Key{Source: "crew", Ref: fmt.Sprint(from + i)},
				Position: data.Position{Point: &geo.Point{Lon: -24_200_000 + int32(i)*100, Lat: 547_200_000}},
				At:       data.InstantOf(time.UnixMilli(1_500_000_000_000)),
			}
		}
		if _, refused, err := door.PutPickups(ctx, batch); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
	}
	position, err := store.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := live.Reach(ctx, position); err != nil {
		t.Fatal(err)
	}
	var cube *Cube
	for range 1000 {
		if cube = live.now.Load().cube; cube.merging == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if cube.merging != nil || len(cube.parts) > 12 || cube.Total(data.Query{}).Visits != n {
		t.Errorf("merging is %v, %d parts, %d visits", cube.merging, len(cube.parts), cube.Total(data.Query{}).Visits)
	}
}
