package cube_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/geo"
	"commonground/geo/grid"
)

var changedAt = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func (f following) replace(p data.Pickup) {
	f.t.Helper()
	_, err := f.door.ReplacePickup(f.t.Context(), p, changedAt)
	check(f.t, err)
}

func (f following) remove(p data.Pickup) {
	f.t.Helper()
	deleted, err := f.door.Delete(f.t.Context(), data.PickupSort, p.Key, changedAt)
	check(f.t, err)
	if !deleted {
		f.t.Fatalf("there is no %v", p.Key)
	}
}

// otherwise is a pickup with the content of another.
func otherwise(p data.Pickup, as int) data.Pickup {
	other := scattered(as, 1)[0]
	other.Key = p.Key
	return other
}

func TestRemovedPickupsCountNoMore(t *testing.T) {
	scheme := sampleScheme(t)
	c, random := cube.New(scheme), rand.New(rand.NewPCG(2, 2))
	var there []data.Pickup
	for i, p := range scattered(0, 20_000) {
		p.Place = geo.Place{Class: geo.Residential, Area: string(rune('a' + i%3))}
		if p.Point == nil {
			p.Place = geo.Place{Class: geo.Unlocated}
		}
		c.Add(p)
		there = append(there, p)
		if random.IntN(3) == 0 {
			at := random.IntN(len(there))
			c.Remove(there[at])
			there = slices.Delete(there, at, at+1)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuery(scheme).Draw(t, "query")
		if got, want := c.Total(q), plain(scheme, q, there); got != want {
			t.Errorf("total %+v, want %+v", got, want)
		}
	})
}

func TestCorrectionsAndDeletionsCountAsInTheStore(t *testing.T) {
	f := follow(t)
	f.settle()
	there := scattered(0, 6000)
	f.put(there...)
	random := rand.New(rand.NewPCG(4, 4))
	snapshot := filepath.Join(t.TempDir(), "counts")
	for round := range 6 {
		for range 150 {
			i := random.IntN(len(there))
			switch random.IntN(4) {
			case 0:
				f.remove(there[i])
				there = slices.Delete(there, i, i+1)
			case 1: // back and forth between two looks of the cube
				f.replace(otherwise(there[i], random.IntN(1000)+20_000))
				f.replace(there[i])
			case 2:
				p := otherwise(there[i], random.IntN(1000)+30_000)
				p.Ref = fmt.Sprint("new ", round, random.IntN(1_000_000))
				f.put(p)
				f.remove(p)
			default:
				there[i] = otherwise(there[i], random.IntN(1000)+40_000)
				f.replace(there[i])
			}
		}
		switch round % 3 {
		case 1:
			f.putArea([]geo.Class{geo.Residential, geo.NonResidential}[round/3])
		case 2:
			_, err := f.door.Undo(t.Context(), 0)
			check(t, err)
		}
		f.reach()
		want := f.anew()
		if got := all(t, f.live); !slices.Equal(got, want) {
			t.Fatalf("round %d: %d rows in memory, %d from the store; they differ", round, len(got), len(want))
		}
		if rows, _ := f.restarted(snapshot, true); !slices.Equal(rows, want) {
			t.Fatalf("round %d: %d rows after a start, %d from the store; they differ", round, len(rows), len(want))
		}
	}
	if got := f.total(data.Query{}).Visits; got != int64(len(there)) {
		t.Errorf("%d visits, want %d", got, len(there))
	}
}

func TestADeletedPickupIsNotInTheSnapshot(t *testing.T) {
	f := follow(t)
	f.settle()
	secret := visit("secret", 1)
	secret.Point = &geo.Point{Lon: -24_198_765, Lat: 547_212_345}
	f.put(append(scattered(0, 500), secret)...)
	snapshot := filepath.Join(t.TempDir(), "counts")
	point := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(secret.Point.Lon)), uint32(secret.Point.Lat))
	live := cube.NewLive(f.store, intake.New(f.store), cube.Options{Snapshot: snapshot})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = live.Run(ctx) }() // ends with ctx
	defer func() { stop(); <-ended }()
	for _, want := range []bool{true, false} {
		position, err := f.store.Position(ctx)
		check(t, err)
		check(t, live.Reach(ctx, position))
		check(t, live.Save(ctx))
		content, err := os.ReadFile(snapshot)
		check(t, err)
		if bytes.Contains(content, point) != want {
			t.Errorf("its point is there: %v", !want)
		}
		if want {
			f.remove(secret)
		}
	}
}

// touched are the squares of level 0, and the places in none, that were said to
// differ.
type touched struct {
	mu      sync.Mutex
	squares map[grid.Key]bool
	loose   []orb.Point
}

func (t *touched) note(touch cube.Touch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	touch.Squares(0, func(s *cube.Shape) { t.squares[s.Key] = true })
	touch.Loose(func(p orb.Point) { t.loose = append(t.loose, p) })
}

func TestACorrectionTouchesWhereItWasAndWhereItIs(t *testing.T) {
	f := follow(t)
	f.settle()
	from, to := visit("crew", 1), visit("crew", 1)
	to.Point = &geo.Point{Lon: centre.Lon + 100_000, Lat: centre.Lat}
	f.put(from)
	f.reach()
	scheme := sampleScheme(t)
	square := func(p data.Pickup) grid.Key {
		square, _ := scheme.Grid.Square(*p.Point)
		return square.Key()
	}
	noted := &touched{squares: map[grid.Key]bool{}}
	f.live.Watch(noted.note)
	step := func(do func(), squares, loose int) {
		t.Helper()
		clear(noted.squares)
		noted.loose = nil
		do()
		f.reach()
		if len(noted.squares) != squares || len(noted.loose) != loose {
			t.Errorf("touched are %d squares and %d places, want %d and %d", len(noted.squares), len(noted.loose), squares, loose)
		}
	}
	step(func() { f.replace(to) }, 2, 0)
	if !noted.squares[square(from)] || !noted.squares[square(to)] {
		t.Error("other squares were touched")
	}
	off := from
	off.Point = &geo.Point{Lon: 1_000_000_000}
	step(func() { f.replace(off) }, 1, 1)
	nowhere := from
	nowhere.Point = nil
	step(func() { f.replace(nowhere) }, 0, 1)
	step(func() { f.replace(from) }, 1, 0)
	step(func() { f.remove(from) }, 1, 0)
	step(func() {
		i := data.Incident{Key: from.Key, Position: from.Position, Received: from.At, Category: data.Harm}
		_, _, err := f.door.PutIncidents(t.Context(), []data.Incident{i})
		check(t, err)
	}, 0, 0)
}
