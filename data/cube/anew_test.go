package cube_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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

// scattered are pickups all over the town in a year, some without a place, off
// the grid, or without a day.
func scattered(first, n int) []data.Pickup {
	random := rand.New(rand.NewPCG(3, uint64(first)))
	batch := make([]data.Pickup, n)
	for i := range batch {
		point := geo.Point{Lon: centre.Lon + random.Int32N(600_000) - 300_000, Lat: centre.Lat + random.Int32N(400_000) - 200_000}
		p := data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprint(first + i)}, Position: data.Position{Point: &point, AccuracyM: 10},
			At:    data.InstantOf(data.Date(18_000 + random.Int32N(365)).In(time.UTC).Add(time.Duration(random.IntN(86_400)) * time.Second)),
			Found: []data.Quantity{{Kind: "condom_used", Items: random.IntN(4)}, {Kind: "needle", Items: random.IntN(2)}},
		}
		switch random.IntN(20) {
		case 0:
			p.Point = nil
		case 1:
			p.Point = &geo.Point{Lon: 1_000_000_000}
		case 2:
			p.At = data.MonthOf(2019, time.Month(1+random.IntN(12)), time.UTC)
		}
		batch[i] = p
	}
	return batch
}

// all are the counts of a cube, as finely as it has them.
func all(t testing.TB, live *cube.Live) []cube.Row {
	t.Helper()
	var rows []cube.Row
	check(t, live.Read(func(_ *intake.Settings, c *cube.Cube) error {
		rows = append(c.Counts(data.Query{}, cube.Split{By: data.Dimensions()}),
			c.Counts(data.Query{}, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass, data.ByArea, data.BySquare}})...)
		return nil
	}))
	return rows
}

// anew are the same counts of a cube loaded from the store.
func (f following) anew() []cube.Row {
	f.t.Helper()
	live := cube.NewLive(f.store, intake.New(f.store), cube.Options{})
	ctx, stop := context.WithCancel(f.t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = live.Run(ctx) }() // ends with ctx
	defer func() { stop(); <-ended }()
	position, err := f.store.Position(ctx)
	check(f.t, err)
	check(f.t, live.Reach(ctx, position))
	return all(f.t, live)
}

func TestVisitsPlacedAnewInMemoryAreThoseOfTheStore(t *testing.T) {
	f := follow(t)
	f.settle()
	f.put(scattered(0, 6000)...) // more than are left unsorted
	classes := []geo.Class{geo.Managed, geo.Residential, geo.NonResidential}
	for i := range 8 {
		switch {
		case i%4 == 3:
			_, err := f.door.Undo(t.Context(), 0)
			check(t, err)
		default:
			to := data.Date(18_000 + 60*i)
			var areas []geo.Area
			for k := range 3 {
				corner := centre.Orb()
				corner[0] += 0.01 * float64(k-i%2)
				ring := orb.Bound{Min: corner, Max: corner}.Pad(0.008 * float64(1+i%3)).ToRing()
				areas = append(areas, geo.Area{ID: fmt.Sprint("a", i, k), Class: classes[(i+k)%3], Shape: orb.MultiPolygon{{ring}}})
			}
			_, err := f.door.PutBoundary(t.Context(), 17_950, &to, areas)
			check(t, err)
		}
		f.put(scattered(10_000*(i+1), 300)...)
		f.reach()
		if got, want := all(t, f.live), f.anew(); !slices.Equal(got, want) {
			t.Fatalf("after change %d: %d rows in memory, %d from the store; they differ", i, len(got), len(want))
		}
	}
}

func TestNewSchemeIsCountedByItsOwnWeeks(t *testing.T) {
	f := follow(t)
	f.settle()
	f.put(scattered(0, 100)...)
	f.reach()
	settings, err := f.door.Settings(t.Context())
	check(t, err)
	text := settings.Scheme.Text
	for i := range 3 {
		text += "# changed\n"
		_, err := f.door.PutScheme(t.Context(), text)
		check(t, err)
		f.put(scattered(1000*(i+1), 100)...)
		f.reach()
		if !slices.Equal(all(t, f.live), f.anew()) {
			t.Fatal("the counts are not those of the store")
		}
	}
}

func TestReadersAreNotHeldUpNorShownHalf(t *testing.T) {
	f := follow(t)
	f.settle()
	f.reach()
	check(t, f.live.Read(func(_ *intake.Settings, c *cube.Cube) error {
		before := c.Total(data.Query{})
		f.put(scattered(0, 5000)...)
		f.putArea(geo.Residential)
		f.reach() // while this reader still reads
		if got := f.total(data.Query{}).Visits; got != 5000 {
			t.Errorf("another reader sees %d visits", got)
		}
		if after := c.Total(data.Query{}); after != before {
			t.Errorf("what is read changed from %+v to %+v", before, after)
		}
		return nil
	}))
}

func TestManyVisitsAreSortedAndCountTheSame(t *testing.T) {
	scheme := sampleScheme(t)
	c := cube.New(scheme)
	pickups := scattered(0, 30_000)
	for i := range pickups {
		if pickups[i].Point == nil {
			pickups[i].Place.Class = geo.Unlocated
		}
		c.Add(pickups[i])
	}
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuery(scheme).Draw(t, "query")
		if got, want := c.Total(q), plain(scheme, q, pickups); got != want {
			t.Errorf("total %+v, want %+v", got, want)
		}
	})
}

// squares are what Squares finds, by key, checked to be in order.
func squares(t *rapid.T, c *cube.Cube, q data.Query, level uint8, near cube.Box, into *cube.Found) map[grid.Key]cube.Square {
	c.Squares(q, level, near, into)
	found := map[grid.Key]cube.Square{}
	for i, s := range into.Squares {
		if i > 0 && into.Squares[i-1].Key >= s.Key || s.Count == (data.Count{}) {
			t.Fatalf("square %d of %d is %+v, after %+v", i, len(into.Squares), s, into.Squares[max(i, 1)-1])
		}
		found[s.Key] = s
	}
	return found
}

// The corners in units are those in the world, rounded at the first zoom at which squares of the level are drawn.
func TestCornersInUnitsAreThoseOfTheWorld(t *testing.T) {
	scheme := sampleScheme(t)
	c := cube.New(scheme)
	for _, p := range scattered(0, 2000) {
		c.Add(p)
	}
	var found cube.Found
	drawn := 0
	for level := range uint8(grid.MaxLevel + 1) {
		zoom := c.UnitsZoom(level)
		if zoom < 0 {
			continue
		}
		if scheme.Grid.LevelForZoom(zoom) != level || zoom > 0 && scheme.Grid.LevelForZoom(zoom-1) == level {
			t.Errorf("level %d is not first drawn at zoom %d", level, zoom)
		}
		c.Squares(data.Query{}, level, cube.Box{East: 1, South: 1}, &found)
		for i := range found.Squares {
			square := &found.Squares[i]
			shape, units := found.Shape(square), found.Units(square)
			if shape.Key != square.Key {
				t.Fatalf("level %d: the shape of %d is that of %d", level, square.Key, shape.Key)
			}
			steps := bytes.NewReader(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, units.Steps[0]), units.Steps[1])[:units.Bytes])
			at := [2]int64{int64(units.X), int64(units.Y)}
			for k, corner := range shape.Corners {
				for axis := range at {
					if k > 0 {
						step, err := binary.ReadVarint(steps)
						check(t, err)
						at[axis] += step
					}
					if exact := corner[axis] * math.Ldexp(cube.TileExtent, zoom); math.Abs(exact-float64(at[axis])) > .5 {
						t.Fatalf("level %d: corner %d of %d is at %v, not %d", level, k, square.Key, exact, at)
					}
				}
			}
			if steps.Len() > 0 {
				t.Fatalf("level %d: %d bytes of %d tell nothing", level, steps.Len(), square.Key)
			}
			drawn++
		}
	}
	if drawn < 1000 {
		t.Errorf("%d squares", drawn)
	}
}

func TestSquaresNearABoxAreWhole(t *testing.T) {
	scheme := sampleScheme(t)
	c := cube.New(scheme)
	for i, p := range scattered(0, 20_100) { // in several parts, and some recent
		p.Place = geo.Place{Class: geo.Residential, Area: string(rune('a' + i%3))}
		if i%2 == 0 {
			p.Place = geo.Place{Class: geo.Outside}
		}
		c.Add(p)
	}
	var into cube.Found
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuery(scheme).Draw(t, "query")
		level := uint8(rapid.IntRange(0, 9).Draw(t, "level"))
		x, y := rapid.Float64Range(0.4928, 0.4937).Draw(t, "x"), rapid.Float64Range(0.3165, 0.3185).Draw(t, "y")
		size := rapid.Float64Range(0, 1e-4).Draw(t, "size")
		near := cube.Box{West: x, North: y, East: x + size, South: y + size}
		found := squares(t, c, q, level, near, &into)
		if want := c.Total(q); into.Total != want {
			t.Fatalf("total %+v, want %+v", into.Total, want)
		}
		byKind := map[grid.Key]map[string]int64{}
		for _, row := range c.Counts(q, cube.Split{By: []data.Dimension{data.ByKind, data.BySquare}, Level: level}) {
			if byKind[row.Square] == nil {
				byKind[row.Square] = map[string]int64{}
			}
			byKind[row.Square][row.Kind] = row.Items
		}
		for _, row := range c.Counts(q, cube.Split{By: []data.Dimension{data.BySquare}, Level: level}) {
			square, ok := found[row.Square]
			if !ok {
				if row.Square != 0 && meets(scheme.Grid, row.Square, near) {
					t.Fatalf("%+v, which meets the box, is not there", row)
				}
				continue
			}
			if square.Count != row.Count {
				t.Fatalf("%+v is said to have %+v", row, square.Count)
			}
			for i, items := range into.Kinds(&square) {
				if items != byKind[row.Square][scheme.Kinds[i].ID] {
					t.Fatalf("%+v has %d of %s, want %d", row, items, scheme.Kinds[i].ID, byKind[row.Square][scheme.Kinds[i].ID])
				}
			}
			delete(found, row.Square)
		}
		if len(found) > 0 {
			t.Fatalf("found besides: %v", found)
		}
	})
}

// meets reports whether a box around the corners of a square meets another.
func meets(g grid.Grid, key grid.Key, box cube.Box) bool {
	square, _ := key.Square()
	around := cube.Box{West: 1, North: 1}
	for _, corner := range [][2]int32{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		lon, lat := g.Corner(square, corner[0], corner[1])
		x, y := lon/360+0.5, 0.5-math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi)
		around = cube.Box{West: min(around.West, x), North: min(around.North, y), East: max(around.East, x), South: max(around.South, y)}
	}
	const little = 1e-12
	return around.West < box.East-little && box.West+little < around.East && around.North < box.South-little && box.North+little < around.South
}

func TestASlipOfThePenInAYearCostsLittle(t *testing.T) {
	c := cube.New(sampleScheme(t))
	for _, year := range []int{1950, 2019, 2149} {
		p := visit("crew", year)
		p.At = data.DayOf(data.DateOf(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)), time.UTC)
		c.Add(p)
	}
	rows := c.Counts(data.Query{}, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass, data.ByKind}})
	if len(rows) != 3 || rows[0].Week >= rows[1].Week || rows[1].Week >= rows[2].Week || rows[0].Items != 2 {
		t.Errorf("rows %+v", rows)
	}
}
