package cube

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// filter is a query made ready for one cube.
type filter struct {
	weeks   data.WeekRange
	rows    rows
	kinds   []bool // for each of the scheme's kinds
	classes uint16 // a bit for each class
	area    int32  // -1 for any
	// itemsOnly leaves visits out.
	itemsOnly bool
	nothing   bool // selects nothing at all
	region
}

// rows are the numbers of two rows of a part's tables, which differ by what is in
// a range of weeks.
type rows struct{ before, upTo int }

// region is where squares are looked for.
type region struct {
	everywhere bool // what has no square as well
	bound      *orb.Bound
	inWorld    Box // around bound
	square     grid.Square
	within     bool // square counts
}

// anyClass are the bits of all classes.
const anyClass = math.MaxUint16

func (c *Cube) filter(q data.Query) filter {
	f := filter{weeks: q.Weeks, itemsOnly: q.ItemsOnly, kinds: make([]bool, len(c.scheme.Kinds)), area: -1, classes: anyClass}
	for i, kind := range c.scheme.Kinds {
		f.kinds[i] = len(q.Kinds) == 0 || slices.Contains(q.Kinds, kind.ID)
	}
	if len(q.Classes) > 0 {
		f.classes = 0
		for _, class := range q.Classes {
			f.classes |= 1 << class
		}
	}
	if q.Area != "" {
		number, ok := c.areas.find(q.Area)
		f.area, f.nothing = number, !ok
	}
	f.everywhere = q.Bound == nil && q.Square == 0
	f.inWorld = Box{math.Inf(-1), math.Inf(-1), math.Inf(1), math.Inf(1)}
	if q.Bound != nil {
		f.bound, f.inWorld = q.Bound, worldBox(*q.Bound)
	}
	if q.Square != 0 {
		var ok bool
		f.square, ok = q.Square.Square()
		f.within, f.nothing = true, f.nothing || !ok
	}
	return f
}

// worldBox returns a box that holds what lies in a box in degrees, and a little
// more, so that rounding leaves nothing out.
func worldBox(bound orb.Bound) Box {
	const mostLat, little = 89, 1e-12
	northWest := World(bound.Min.Lon(), min(max(bound.Max.Lat(), -mostLat), mostLat))
	southEast := World(bound.Max.Lon(), min(max(bound.Min.Lat(), -mostLat), mostLat))
	return Box{northWest[0] - little, northWest[1] - little, southEast[0] + little, southEast[1] + little}
}

// holds reports whether a square of level 0, or none, lies in the region.
func (r *region) holds(s *Shape) bool {
	if r.everywhere {
		return true
	}
	if s.Key == 0 || r.bound != nil && !r.bound.Contains(s.centre) {
		return false
	}
	if !r.within {
		return true
	}
	square, _ := s.Key.Square()
	return r.square.Holds(square)
}

// at reports whether what is in a place counts.
func (f *filter) at(p place) bool {
	return f.classes>>p.class()&1 != 0 && (f.area < 0 || p.area() == f.area)
}

// visit reports whether a visit counts, its square aside.
func (f *filter) visit(v *visit) bool { return f.at(v.place) && f.weeks.Holds(v.week) }

// on returns the filter as it is for a part: without weeks where they select all
// of the part's, so that nobody has to look for them in each run.
func (f *filter) on(p *part) filter {
	own := *f
	own.rows = rows{p.row(f.weeks.From), p.row(f.weeks.To)}
	if !p.undated && f.weeks.From <= p.weeks.From && p.weeks.To <= f.weeks.To {
		own.weeks = data.WeekRange{}
	}
	return own
}

// whole reports whether everything in a square counts.
func (f *filter) whole() bool { return f.classes == anyClass && f.area < 0 && f.weeks.IsZero() }

// Selects returns a function that says whether a query selects a pickup, as a
// visit. It may be used by many goroutines.
func (c *Cube) Selects(q data.Query) func(data.Pickup) bool {
	f := c.filter(q)
	return func(p data.Pickup) bool {
		area, ok := c.areas.find(p.Place.Area)
		if !ok && f.area >= 0 || f.nothing {
			return false
		}
		var shape Shape
		if p.Point != nil {
			if square, ok := c.scheme.Grid.Square(*p.Point); ok {
				shape.Key = square.Key()
				shape.centre[0], shape.centre[1] = c.scheme.Grid.Centre(square)
			}
		}
		return f.holds(&shape) && f.visit(&visit{place: newPlace(p.Place.Class, area), week: c.scheme.WeekOf(p.At)})
	}
}

// classes is how many there are.
const classes = int(geo.Unclassified) + 1
