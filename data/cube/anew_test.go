package cube_test

import (
	"context"
	"fmt"
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
	live := cube.NewLive(f.store, intake.New(f.store))
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

func TestSquaresNearABoxAreWhole(t *testing.T) {
	scheme := sampleScheme(t)
	c := cube.New(scheme)
	for _, p := range scattered(0, 20_000) {
		c.Add(p)
	}
	rapid.Check(t, func(t *rapid.T) {
		level := uint8(rapid.IntRange(0, 9).Draw(t, "level"))
		west, south := rapid.Float64Range(-2.5, -2.38).Draw(t, "west"), rapid.Float64Range(54.68, 54.75).Draw(t, "south")
		size := rapid.Float64Range(0, 0.02).Draw(t, "size")
		box := orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + size, south + size}}
		split := cube.Split{By: []data.Dimension{data.ByClass, data.BySquare}, Level: level}
		near := split
		near.Near = &box
		found := map[cube.Row]bool{}
		for _, row := range c.Counts(data.Query{}, near) {
			found[row] = true
		}
		for _, row := range c.Counts(data.Query{}, split) {
			square, ok := row.Square.Square()
			if ok && meets(scheme.Grid, square, box) && !found[row] {
				t.Fatalf("%+v, which meets the box, is not there or not whole", row)
			}
		}
	})
}

// meets reports whether a box around the corners of a square meets another.
func meets(g grid.Grid, square grid.Square, box orb.Bound) bool {
	var around orb.Bound
	for i, corner := range [][2]int32{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		lon, lat := g.Corner(square, corner[0], corner[1])
		if i == 0 {
			around = orb.Point{lon, lat}.Bound()
		}
		around = around.Extend(orb.Point{lon, lat})
	}
	return around.Intersects(box)
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
