package cube

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/grid"
)

// changing is a cube that is added to and removed from, and what it should
// count.
type changing struct {
	t        testing.TB
	cube     *Cube
	there    []data.Pickup
	timeline *geo.Timeline
	random   *rand.Rand
	seen     []seen
}

// seen is a cube as a reader has it, and its counts when it was taken.
type seen struct {
	cube *Cube
	rows []Row
}

func newChanging(t testing.TB, seed uint64) *changing {
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	c := &changing{t: t, cube: New(scheme), random: rand.New(rand.NewPCG(7, seed))}
	c.place(0)
	return c
}

// place has everything placed by another timeline.
func (c *changing) place(n int) {
	at := orb.Point{-2.42, 54.72}
	b := geo.Boundary{Version: 1, From: time.UnixMilli(0).UTC()}
	for i := range 3 {
		ring := orb.Bound{Min: at, Max: at}.Pad(0.002 * float64(1+(i+n)%4)).ToRing()
		b.Areas = append(b.Areas, geo.Area{ID: string(rune('a' + (i+n)%3)), Class: []geo.Class{geo.Managed, geo.Residential, geo.NonResidential}[i], Shape: orb.MultiPolygon{{ring}}})
	}
	timeline, err := geo.NewTimeline([]geo.Boundary{b})
	if err != nil {
		c.t.Fatal(err)
	}
	c.timeline = timeline
	c.cube = c.cube.placedBy(timeline)
	for i := range c.there {
		c.there[i] = c.placed(c.there[i])
	}
}

func (c *changing) placed(p data.Pickup) data.Pickup {
	p.Place = geo.Place{Class: geo.Unlocated}
	if p.Point != nil {
		p.Place = c.timeline.Place(*p.Point, 0, p.At.At)
	}
	return p
}

// visit is one of few places and weeks, so that many are alike and some the same.
func (c *changing) visit() data.Pickup {
	p := data.Pickup{
		Position: data.Position{Point: &geo.Point{Lon: -24_200_000 + c.random.Int32N(12)*20_000, Lat: 547_200_000 + c.random.Int32N(6)*20_000}},
		At:       data.InstantOf(time.UnixMilli(1_500_000_000_000 + c.random.Int64N(6)*500_000_000)),
		Found:    []data.Quantity{{Kind: "condom_used", Items: c.random.IntN(3)}, {Kind: "needle", Items: c.random.IntN(2) * 70_000}},
	}
	switch c.random.IntN(12) {
	case 0:
		p.Point = nil
	case 1:
		p.Point = &geo.Point{Lon: 1_000_000_000} // off the grid
	case 2:
		p.At = data.MonthOf(2017, time.July, time.UTC)
	case 3:
		p.Found = nil
	}
	return c.placed(p)
}

func (c *changing) add() {
	p := c.visit()
	c.there = append(c.there, p)
	c.cube.Add(p)
}

func (c *changing) remove() {
	if len(c.there) == 0 {
		return
	}
	i := c.random.IntN(len(c.there))
	c.cube.Remove(c.there[i])
	c.there = slices.Delete(c.there, i, i+1)
}

func (c *changing) correct() {
	c.remove()
	c.add()
}

// look leaves the cube to a reader and goes on with the next one.
func (c *changing) look() {
	c.seen = append(c.seen, seen{c.cube, everyWay(c.cube)})
	c.cube = c.cube.next()
	c.cube.takeMerged()
}

// check compares the counts with those of a cube to which only what is there was
// added, and those that readers have with what they were.
func (c *changing) check() {
	c.t.Helper()
	fresh := New(c.cube.scheme)
	for _, p := range c.there {
		fresh.take(p) // looked at one by one
	}
	if got, want := everyWay(c.cube), everyWay(fresh); !slices.Equal(got, want) {
		c.t.Fatalf("%d rows, want %d; they differ; %d visits are there, %d were removed", len(got), len(want), c.cube.size(), c.cube.gone.size())
	}
	for i, seen := range c.seen {
		if got := everyWay(seen.cube); !slices.Equal(got, seen.rows) {
			c.t.Fatalf("what reader %d of %d sees has changed", i, len(c.seen))
		}
	}
	c.seen = nil
}

// everyWay asks a cube in every way that looks at its visits differently.
func everyWay(c *Cube) (rows []Row) {
	square, _ := c.scheme.Grid.Square(geo.Point{Lon: -24_200_000, Lat: 547_200_000})
	for _, q := range []data.Query{
		{},
		{Weeks: data.WeekRange{From: c.scheme.WeekOfDate(17_370), To: c.scheme.WeekOfDate(17_390)}},
		{Classes: []geo.Class{geo.Managed, geo.Unlocated}, Kinds: []string{"needle"}},
		{Area: "a"},
		{Bound: &orb.Bound{Min: orb.Point{-2.419, 54.719}, Max: orb.Point{-2.41, 54.73}}},
		{Square: square.Parent(3).Key()},
	} {
		rows = append(rows, Row{Count: c.Total(q)})
		for set := range 1 << len(data.Dimensions()) {
			var by []data.Dimension
			for i, dimension := range data.Dimensions() {
				if set>>i&1 == 1 {
					by = append(by, dimension)
				}
			}
			rows = append(rows, c.Counts(q, Split{By: by, Level: uint8(set % 5)})...)
		}
		for _, l := range c.Locations(q, 1) {
			rows = append(rows, l.Row)
		}
		var found Found
		for level := range uint8(grid.MaxLevel + 1) {
			c.Squares(q, level, Box{0, 0, 1, 1}, &found)
			for _, s := range found.Squares {
				rows = append(rows, Row{Square: s.Key, Kind: fmt.Sprint(found.Kinds(&s)), Count: s.Count})
			}
		}
	}
	return rows
}

func TestWhatIsRemovedCountsNoMore(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := newChanging(t, rapid.Uint64().Draw(r, "seed"))
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			switch rapid.IntRange(0, 9).Draw(r, "step") {
			case 0:
				c.place(rapid.IntRange(0, 11).Draw(r, "timeline"))
			case 1:
				c.cube.settle()
			case 2:
				c.look()
			case 3, 4, 5:
				c.remove()
			case 6:
				c.correct()
			default:
				c.add()
			}
		}
		c.check()
		for len(c.there) > 0 {
			c.remove()
		}
		c.check()
		if rows := c.cube.Counts(data.Query{}, Split{By: data.Dimensions()}); len(rows) > 0 {
			t.Fatalf("nothing is there, but %v", rows)
		}
	})
}

// The numbers are such that parts are merged, and visits left out, at once and
// beside.
func TestManyAreRemovedWhilePartsAreMerged(t *testing.T) {
	c := newChanging(t, 1)
	rounds := 60
	if testing.Short() {
		rounds = 12
	}
	folded := false
	for round := range rounds {
		for range 1000 {
			switch {
			case round%8 < 5:
				c.add()
			case round%2 == 0:
				c.remove()
			default:
				c.correct()
			}
		}
		before := c.cube.gone.size()
		c.look()
		folded = folded || c.cube.gone.size() < before && c.cube.size() > quick
		if round%7 == 6 {
			c.place(round)
		}
		if round%5 == 4 {
			c.check()
		}
	}
	for c.cube.merging != nil {
		time.Sleep(time.Millisecond)
		c.cube.takeMerged()
	}
	c.check()
	if !folded && !testing.Short() {
		t.Error("none of many was ever left out")
	}
	if n := len(c.cube.parts) + len(c.cube.gone.parts); n > 24 || c.cube.gone.size() > c.cube.size()/mostGone+2*fewRecent {
		t.Errorf("%d parts, %d visits, %d removed", n, c.cube.size(), c.cube.gone.size())
	}
}

// What was removed is not in a snapshot, wherever it waits.
func TestASnapshotHasNothingThatWasRemoved(t *testing.T) {
	for _, n := range []int{10, 3000} {
		c := newChanging(t, uint64(n))
		for range n {
			c.add()
		}
		for range n / 20 {
			c.remove()
		}
		path := t.TempDir() + "/counts"
		if err := c.cube.writeSnapshot(path, snapshotOf{}); err != nil {
			t.Fatal(err)
		}
		read, err := readSnapshot(path, c.cube.scheme, func(snapshotOf) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if read.size() != len(c.there) || !read.gone.empty() || !slices.Equal(everyWay(read), everyWay(c.cube)) {
			t.Errorf("%d visits are read, %d are there", read.size(), len(c.there))
		}
	}
}

// BenchmarkRemove removes and adds again, in turns, where a million are.
func BenchmarkRemove(b *testing.B) {
	c := newChanging(b, 1)
	for range 1_000_000 {
		p := c.visit()
		c.there = append(c.there, p)
		c.cube.take(p)
	}
	c.cube.seal()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := c.there[i%len(c.there)]
		c.cube.Remove(p)
		c.cube.Add(p)
	}
}

// Sums of what was removed may not fit 32 bits either.
func TestRemovedSumsThatDoNotFitARunTakeSeveral(t *testing.T) {
	c := crowded(t, 1000)
	whole := c.parts[0]
	for _, limit := range []int64{50, 1000, 250_000} {
		c.gone.parts = []*part{newPartOf(slices.Clone(whole.visits), whole.items, summing{shapes: c.shapes.list, measures: c.measures(), limit: limit})}
		if rows := everySplit(c); len(rows) > 0 {
			t.Errorf("with sums up to %d: %v is left", limit, rows[0])
		}
	}
}
