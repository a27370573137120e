// Package incidents holds all incidents in memory, apart from everything that
// is about pickups, and answers questions about them by a look at each one: a
// town has some ten thousand in a year, and ten thousand take a fraction of a
// millisecond.
package incidents

import (
	"context"
	"iter"
	"slices"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// Set is a set of incidents, with their places by one state of the settings. It
// is not changed: any number of goroutines may read it while With makes the next.
type Set struct {
	scheme   *data.Scheme
	position int64
	rows     []Row
	sums     []sum // of those that were destroyed
}

// sum is what is left of some incidents.
type sum struct {
	row Row // with what they had in common; it has no place
	n   int64
}

// Row is an incident, with what follows from it by the scheme.
type Row struct {
	data.Incident
	// Week goes by Received.
	Week data.Week
	// Square is that of level 0, or 0 for none.
	Square grid.Key

	centre orb.Point // of Square, in degrees
}

// New returns a set of some incidents as they stood at a position of the change
// feed, and sums of others. Their places are taken from them. Sums are in the
// counts alone, and in none that asks for a place.
func New(scheme *data.Scheme, position int64, all []data.Incident, sums []data.IncidentSum) *Set {
	s := &Set{scheme: scheme, position: position}
	for _, of := range sums {
		i := data.Incident{Received: of.Time, Category: of.Category, Outcome: of.Outcome}
		i.Place.Class = of.Class
		s.sums = append(s.sums, sum{newRow(scheme, i), of.Incidents})
	}
	for _, i := range all {
		s.rows = append(s.rows, newRow(scheme, i))
	}
	return s
}

// Load reads all incidents of a store as a set, and puts sums to them.
func Load(ctx context.Context, store data.Store, scheme *data.Scheme, sums []data.IncidentSum) (*Set, error) {
	position, all, err := store.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	var list []data.Incident
	for i, err := range all {
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return New(scheme, position, list, sums), nil
}

func newRow(scheme *data.Scheme, i data.Incident) Row {
	row := Row{Incident: i, Week: scheme.WeekOf(i.Received)}
	if i.Point == nil {
		return row
	}
	if square, ok := scheme.Grid.Square(*i.Point); ok {
		row.Square = square.Key()
		row.centre[0], row.centre[1] = scheme.Grid.Centre(square)
	}
	return row
}

// With returns the set after some changes of the feed, which follow each other.
// Those that the set holds already are left out. New incidents get their places
// from a timeline. Only one set may be made of each in this way.
func (s *Set) With(changes []data.Change, timeline *geo.Timeline) *Set {
	next := *s
	gone := map[data.Key]bool{}
	var came []Row
	for i := range changes {
		c := &changes[i]
		if c.Position <= s.position {
			continue
		}
		next.position = c.Position
		if before := c.IncidentBefore; before != nil {
			gone[before.Key] = true
			came = slices.DeleteFunc(came, func(r Row) bool { return r.Key == before.Key })
		}
		if after := c.Incident; after != nil {
			placed := *after
			placed.Locate(timeline, s.scheme, placed.Happened)
			came = append(came, newRow(s.scheme, placed))
		}
	}
	if len(gone) > 0 {
		next.rows = slices.DeleteFunc(slices.Clone(s.rows), func(r Row) bool { return gone[r.Key] })
	}
	next.rows = append(next.rows, came...)
	return &next
}

// Placed returns the same incidents with the places of a timeline.
func (s *Set) Placed(timeline *geo.Timeline) *Set {
	next := *s
	next.rows = slices.Clone(s.rows)
	for i := range next.rows {
		next.rows[i].Locate(timeline, s.scheme, next.rows[i].Happened)
	}
	return &next
}

// Position returns the position of the change feed up to which the set goes.
func (s *Set) Position() int64 { return s.position }

// Query selects incidents. The zero value selects all.
type Query struct {
	// Weeks is half open, and goes by when the report came in. Default: all, and
	// what has no week.
	Weeks data.WeekRange
	// Classes and Categories are those that count. Default: all.
	Classes    []geo.Class
	Categories []data.Category
	// Area is the id of an area. Default: any, and none.
	Area string
	// Bound is a box in degrees; it selects squares of level 0 by their centre.
	// Default: everywhere, and what has no square.
	Bound *orb.Bound
	// Square selects what lies in one square of any level. Default: as Bound.
	Square grid.Key
}

// Selects reports whether a query selects an incident.
func (q *Query) Selects(r *Row) bool {
	if !q.Weeks.Holds(r.Week) ||
		len(q.Classes) > 0 && !slices.Contains(q.Classes, r.Place.Class) ||
		len(q.Categories) > 0 && !slices.Contains(q.Categories, r.Category) ||
		q.Area != "" && q.Area != r.Place.Area {
		return false
	}
	if q.Bound == nil && q.Square == 0 {
		return true
	}
	if r.Square == 0 || q.Bound != nil && !q.Bound.Contains(r.centre) {
		return false
	}
	return q.Square == 0 || holds(q.Square, r.Square)
}

func holds(large, small grid.Key) bool {
	outer, known := large.Square()
	inner, _ := small.Square()
	return known && outer.Holds(inner)
}

// Selected yields the incidents that a query selects, in no order that is
// promised. They must not be changed.
func (s *Set) Selected(q Query) iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		for i := range s.rows {
			if q.Selects(&s.rows[i]) && !yield(&s.rows[i]) {
				return
			}
		}
	}
}
