// Package cube is the space-time cube: all pickups in memory, as far as they
// count, and sums of them by square of every level, week, class and kind. It
// answers every question about counts without a look at the store, and nearly
// every one without a look at single visits.
package cube

import (
	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
)

// Cube is a set of counts. One goroutine at a time may add to it; a copy that
// next returned before can be read meanwhile, and by any number of goroutines.
//
// Visits are held in parts, each sorted and summed up and never changed again.
// New visits wait beside them, to be looked at one by one, until they are enough
// for a part of their own; and parts of like size become one. So there are few
// parts, a visit takes part in a logarithmic number of merges, and most
// questions are settled by the largest:
//
//	parts ├───────────────────────────────┼──────┼─┤   recent ├┼┼┼┤
//
// What is removed is a pile of visits of its own, with parts and recent ones, whose
// sums are subtracted. When that pile has grown to an eighth of the other, one is
// made of both without the visits that cancel out.
//
// Memory, measured on a made-up city of 5,001 areas in five years: 250 MB for a
// million visits, some 1,000 MB for ten million: 32 bytes a visit, 4 for each kind
// found, some 100 MB for the tables of either, the rest for sums and the shapes of
// squares.
type Cube struct {
	scheme *data.Scheme
	areas  *areas
	shapes shapes
	pile                  // the visits that were added
	gone   pile           // those of them that were removed
	weeks  data.WeekRange // those with visits, or that had some
	bound  orb.Bound      // around the centres of all squares that have visits, or had some
	placed bool           // whether there is one

	merging *merging // under way; only for who adds
}

// New returns an empty cube.
func New(scheme *data.Scheme) *Cube {
	return &Cube{scheme: scheme, areas: newAreas(), shapes: newShapes(scheme.Grid)}
}

// next returns a cube that can be added to while c is read. Only one may be
// made of each: both append to the same memory.
func (c *Cube) next() *Cube {
	copied := *c
	return &copied
}

// measures is how many numbers a sum has: visits, and items of each kind.
func (c *Cube) measures() int { return 1 + len(c.scheme.Kinds) }

// Add counts a pickup.
func (c *Cube) Add(p data.Pickup) {
	c.take(p)
	c.settleMany()
}

// Remove counts a pickup no more. It must be one that was added and not removed
// since, with the same place: where the visits were placed anew, that is the new
// one.
func (c *Cube) Remove(p data.Pickup) {
	c.put(&c.gone, p)
	c.settleMany()
}

// take adds a pickup to the recent visits.
func (c *Cube) take(p data.Pickup) {
	v := c.put(&c.pile, p)
	c.extend(&v)
}

// put adds a pickup to the recent visits of a pile, and returns it as a visit.
func (c *Cube) put(into *pile, p data.Pickup) visit {
	v := visit{
		at: p.At.At.UnixMilli(), week: c.scheme.WeekOf(p.At),
		place: newPlace(p.Place.Class, c.areas.number(p.Place.Area)),
	}
	if p.Point != nil {
		v.point = *p.Point
		v.square = c.shapes.at(v.point)
	}
	v.items = into.recent.items.add(c.scheme, p.Found)
	into.recent.visits = append(into.recent.visits, v)
	return v
}

// extend makes the span of weeks and the box hold a visit.
func (c *Cube) extend(v *visit) {
	if v.week != data.Undated {
		c.weeks = union(c.weeks, data.WeekRange{From: v.week, To: v.week + 1})
	}
	if v.square != noSquare {
		c.extendTo(v.square)
	}
}

// extendTo makes the box hold a square.
func (c *Cube) extendTo(shape uint32) {
	centre := c.shapes.list[shape].centre
	if !c.placed {
		c.bound, c.placed = centre.Bound(), true
	}
	c.bound = c.bound.Extend(centre)
}

// union returns the range of weeks that holds both, either of which may be zero.
func union(a, b data.WeekRange) data.WeekRange {
	switch {
	case a.IsZero():
		return b
	case b.IsZero():
		return a
	}
	return data.WeekRange{From: min(a.From, b.From), To: max(a.To, b.To)}
}

// placedBy returns a cube with the same visits, placed by another timeline. It
// can be added to while c is read, and c not any more.
func (c *Cube) placedBy(timeline *geo.Timeline) *Cube {
	next := c.next()
	next.merging = nil
	for _, pile := range next.piles() { // those removed move with those they cancel
		parts := make([]*part, len(pile.parts))
		for i, p := range pile.parts {
			parts[i] = newPart(placed(p.visits, timeline, c.areas), p.items, &c.shapes, c.measures(), 1)
		}
		pile.parts, pile.recent.visits = parts, placed(pile.recent.visits, timeline, c.areas)
	}
	return next
}

// Weeks returns the range of weeks that have records; zero where there are none.
// A week whose records were all removed is none of them: a date that was a slip of
// the pen does not stay.
func (c *Cube) Weeks() data.WeekRange {
	none := func(week data.Week) bool {
		return c.Total(data.Query{Weeks: data.WeekRange{From: week, To: week + 1}}) == data.Count{}
	}
	weeks := c.weeks
	for weeks.From < weeks.To && none(weeks.From) {
		weeks.From++
	}
	for weeks.From < weeks.To && none(weeks.To-1) {
		weeks.To--
	}
	if weeks.From == weeks.To {
		return data.WeekRange{}
	}
	return weeks
}

// Bound returns a box around the centres of all squares with records, and of some
// whose records were all removed, or false where there were never any.
func (c *Cube) Bound() (orb.Bound, bool) { return c.bound, c.placed }
