package cube

import (
	"commonground/data"
	"commonground/geo/grid"

	"github.com/paulmach/orb"
)

// filter is a query made ready for one cube.
type filter struct {
	weeks   data.WeekRange
	kinds   []bool // for each of the scheme's kinds; nil for all
	classes uint16 // a bit for each class
	area    int32  // -1 for any
	bound   *orb.Bound
	square  grid.Square
	within  bool // square counts
	nothing bool // selects nothing at all
}

func (c *Cube) filter(q data.Query) filter {
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
		number, ok := c.number[q.Area]
		f.area, f.nothing = number, !ok
	}
	if q.Square != 0 {
		var ok bool
		f.square, ok = q.Square.Square()
		f.within, f.nothing = true, f.nothing || !ok
	}
	return f
}

func (f *filter) entry(e *entry) bool {
	return f.cell(e.cell, e.centre) && (e.kind == visits || f.kinds == nil || f.kinds[e.kind])
}

func (f *filter) cell(at cell, centre orb.Point) bool {
	switch {
	case f.nothing || !f.weeks.Holds(at.week) || f.classes>>at.class&1 == 0:
		return false
	case f.area >= 0 && at.area != f.area:
		return false
	case f.within && !(at.placed && f.square.Holds(at.square)):
		return false
	}
	return f.bound == nil || at.placed && f.bound.Contains(centre)
}

// Selects returns a function that says whether a query selects a pickup, as a
// visit. It may be used while the cube is only read.
func (c *Cube) Selects(q data.Query) func(data.Pickup) bool {
	f := c.filter(q)
	return func(p data.Pickup) bool {
		at := cell{week: c.scheme.WeekOf(p.At), class: p.Place.Class, area: -2}
		if number, ok := c.number[p.Place.Area]; ok {
			at.area = number
		}
		var centre orb.Point
		if p.Point != nil {
			if at.square, at.placed = c.scheme.Grid.Square(*p.Point); at.placed {
				centre[0], centre[1] = c.scheme.Grid.Centre(at.square)
			}
		}
		return f.cell(at, centre)
	}
}
