package cube

import (
	"math"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// filter is a query made ready for one cube.
type filter struct {
	weeks   data.WeekRange
	kinds   []bool // for each of the scheme's kinds; nil for all
	classes uint16 // a bit for each class
	area    int32  // -1 for any
	bound   *orb.Bound
	near    *orb.Bound
	square  grid.Square
	within  bool // square counts
	nothing bool // selects nothing at all
}

func (c *Cube) filter(q data.Query, split Split) filter {
	f := filter{weeks: q.Weeks, bound: q.Bound, area: -1, classes: ^uint16(0)}
	if len(q.Kinds) > 0 {
		f.kinds = make([]bool, len(c.scheme.Kinds))
		for _, id := range q.Kinds {
			if i, ok := c.scheme.KindIndex(id); ok {
				f.kinds[i] = true
			}
		}
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
	if q.Square != 0 {
		var ok bool
		f.square, ok = q.Square.Square()
		f.within, f.nothing = true, f.nothing || !ok
	}
	if split.Near != nil {
		around := padded(*split.Near, split.Level)
		f.near = &around
	}
	return f
}

// padded returns a box that holds the centres of all squares of level 0 whose
// parents of a level meet the given one: they lie no farther from it than the
// parent's diagonal, for which 1.6 sides are room enough on any grid.
func padded(box orb.Bound, level uint8) orb.Bound {
	const shortestDegreeM = 110_500 // of latitude
	degrees := 1.6 * float64(int(grid.SideM)<<level) / shortestDegreeM
	farthest := min(85, max(math.Abs(box.Min.Lat()), math.Abs(box.Max.Lat()))+degrees)
	across := degrees / math.Cos(farthest*math.Pi/180)
	return orb.Bound{
		Min: orb.Point{box.Min.Lon() - across, box.Min.Lat() - degrees},
		Max: orb.Point{box.Max.Lon() + across, box.Max.Lat() + degrees},
	}
}

// place reports whether visits to a square may count.
func (f *filter) place(at *place) bool {
	switch {
	case f.nothing:
		return false
	case f.within && !(at.key != 0 && f.square.Holds(at.square)):
		return false
	case f.near != nil && !(at.key != 0 && f.near.Contains(at.centre)):
		return false
	}
	return f.bound == nil || at.key != 0 && f.bound.Contains(at.centre)
}

// visit reports whether a visit counts, its square aside.
func (f *filter) visit(week data.Week, class geo.Class, area int32) bool {
	return f.classes>>class&1 != 0 && (f.area < 0 || area == f.area) && f.weeks.Holds(week)
}

// everyVisit reports whether visit says yes to all.
func (f *filter) everyVisit() bool {
	return f.classes == ^uint16(0) && f.area < 0 && f.weeks.IsZero()
}

// Selects returns a function that says whether a query selects a pickup, as a
// visit. It may be used by many goroutines.
func (c *Cube) Selects(q data.Query) func(data.Pickup) bool {
	f := c.filter(q, Split{})
	return func(p data.Pickup) bool {
		area, ok := c.areas.find(p.Place.Area)
		if !ok {
			area = -2
		}
		var at place
		if p.Point != nil {
			if square, ok := c.scheme.Grid.Square(*p.Point); ok {
				at = place{key: square.Key(), square: square}
				at.centre[0], at.centre[1] = c.scheme.Grid.Centre(square)
			}
		}
		return f.place(&at) && f.visit(c.scheme.WeekOf(p.At), p.Place.Class, area)
	}
}
