// Package cube keeps all pickups in memory, as far as they count, and answers
// every question about counts by square, week, class, area and kind without a
// look at the store.
package cube

import (
	"sync"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// Cube is a set of counts. One goroutine at a time may add to it, none while
// others read: Live sees to that.
//
// Visits are kept in the order of their squares along the Morton curve, so
// that those of a square of any level lie together. New ones wait beside them,
// unsorted, until they are a good part of the whole:
//
//	sorted ├─ square ─┼── square ──┼─ square ─┤   recent ├┼┼┼┼┤
type Cube struct {
	scheme  *data.Scheme
	areas   *areas
	centres map[grid.Key]orb.Point // of squares met so far; only for who adds
	sorted  visits
	recent  visits
	weeks   data.WeekRange // those with visits
	bound   orb.Bound      // around the centres of all squares
	bounded bool           // whether there is one
}

// New returns an empty cube.
func New(scheme *data.Scheme) *Cube {
	return &Cube{
		scheme: scheme, centres: map[grid.Key]orb.Point{},
		areas: &areas{ids: []string{""}, numbers: map[string]int32{"": 0}},
	}
}

// next returns a cube that can be added to while c is read. Only one may be
// made of each: both append to the same memory.
func (c *Cube) next() *Cube {
	copied := *c
	return &copied
}

// placed returns a cube with the same visits, placed by another timeline. It
// can be added to while c is read, and c not any more.
func (c *Cube) placed(timeline *geo.Timeline) *Cube {
	next := c.next()
	next.sorted = c.sorted.placed(timeline, c.areas)
	next.recent = c.recent.placed(timeline, c.areas)
	return next
}

// Add counts a pickup.
func (c *Cube) Add(p data.Pickup) {
	v := &c.recent
	week := c.scheme.WeekOf(p.At)
	v.week = append(v.week, week)
	v.class = append(v.class, p.Place.Class)
	v.area = append(v.area, c.areas.number(p.Place.Area))
	v.at = append(v.at, p.At.At.UnixMilli())
	found := int32(0)
	for _, quantity := range p.Found {
		if kind, ok := c.scheme.KindIndex(quantity.Kind); ok && quantity.Items != 0 {
			v.items = append(v.items, item{kind: int16(kind), n: int32(quantity.Items)})
			found += int32(quantity.Items)
		}
	}
	v.found = append(v.found, found)
	v.end = append(v.end, uint32(len(v.items)))
	at, point := c.placeOf(p)
	v.point = append(v.point, point)
	v.stretches = append(v.stretches, stretch{place: at, end: v.len()})
	c.extend(week, at)
	if v.len() > fewRecent+c.sorted.len()/8 {
		c.sorted, c.recent = merged(&c.sorted, &c.recent), visits{}
	}
}

// fewRecent is how many recent visits are never worth sorting.
const fewRecent = 4096

func (c *Cube) placeOf(p data.Pickup) (place, geo.Point) {
	if p.Point == nil {
		return place{}, geo.Point{}
	}
	square, ok := c.scheme.Grid.Square(*p.Point)
	if !ok {
		return place{}, *p.Point
	}
	at := place{key: square.Key(), square: square}
	centre, met := c.centres[at.key]
	if !met {
		centre[0], centre[1] = c.scheme.Grid.Centre(square)
		c.centres[at.key] = centre
	}
	at.centre = centre
	return at, *p.Point
}

// extend makes the span of weeks and the box hold a visit.
func (c *Cube) extend(week data.Week, at place) {
	if week != data.Undated {
		if c.weeks.IsZero() {
			c.weeks = data.WeekRange{From: week, To: week + 1}
		}
		c.weeks.From, c.weeks.To = min(c.weeks.From, week), max(c.weeks.To, week+1)
	}
	if at.key == 0 {
		return
	}
	if !c.bounded {
		c.bound, c.bounded = at.centre.Bound(), true
	}
	c.bound = c.bound.Extend(at.centre)
}

// Weeks returns the range of weeks that have records; zero where there are
// none.
func (c *Cube) Weeks() data.WeekRange { return c.weeks }

// Bound returns the box around the centres of all squares with records, or
// false where there are none.
func (c *Cube) Bound() (orb.Bound, bool) { return c.bound, c.bounded }

// areas numbers the ids of areas; 0 is none. It only grows, and any number of
// goroutines may use it.
type areas struct {
	mu      sync.RWMutex
	ids     []string
	numbers map[string]int32
}

// number returns the number of an id, a new one where it has none yet.
func (a *areas) number(id string) int32 {
	if number, ok := a.find(id); ok {
		return number
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	number := int32(len(a.ids))
	a.ids, a.numbers[id] = append(a.ids, id), number
	return number
}

func (a *areas) find(id string) (int32, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	number, ok := a.numbers[id]
	return number, ok
}

func (a *areas) all() []string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.ids
}
