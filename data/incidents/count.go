package incidents

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// Dimension is one way of splitting counts. They are always split by category:
// harm and nuisance are never added.
type Dimension string

// The dimensions, in the order in which rows are sorted by them.
const (
	ByWeek    Dimension = "week"
	ByClass   Dimension = "class"
	ByOutcome Dimension = "outcome"
	ByArea    Dimension = "area"
	BySquare  Dimension = "square"
)

// Group is what the incidents of one count have in common. What counts are not
// split by is zero.
type Group struct {
	Week     data.Week
	Class    geo.Class
	Outcome  string // empty for those that are open
	Area     string
	Square   grid.Key // of the level asked for
	Category data.Category
}

// Count is the number of incidents of a group.
type Count struct {
	Group
	Incidents int64
}

// Counts counts what a query selects, split by category and some dimensions
// besides, squares of a level. Rows are in the order of the dimensions; groups
// without an incident are left out. Those of which sums are left have no area and
// no square.
func (s *Set) Counts(q Query, by []Dimension, level uint8) []Count {
	has := func(d Dimension) bool { return slices.Contains(by, d) }
	week, class, outcome, area, square := has(ByWeek), has(ByClass), has(ByOutcome), has(ByArea), has(BySquare)
	sums := map[Group]int64{}
	for r, n := range s.counted(q) {
		g := Group{Category: r.Category}
		if week {
			g.Week = r.Week
		}
		if class {
			g.Class = r.Place.Class
		}
		if outcome {
			g.Outcome = r.Outcome
		}
		if area {
			g.Area = r.Place.Area
		}
		if square {
			g.Square = up(r.Square, level)
		}
		sums[g] += n
	}
	counts := make([]Count, 0, len(sums))
	for group, n := range sums {
		counts = append(counts, Count{group, n})
	}
	slices.SortFunc(counts, func(a, b Count) int { return a.compare(&b.Group) })
	return counts
}

// counted yields the incidents that a query selects, one each, and sums.
func (s *Set) counted(q Query) iter.Seq2[*Row, int64] {
	return func(yield func(*Row, int64) bool) {
		for r := range s.Selected(q) {
			if !yield(r, 1) {
				return
			}
		}
		for i := range s.sums {
			if q.Selects(&s.sums[i].row) && !yield(&s.sums[i].row, s.sums[i].n) {
				return
			}
		}
	}
}

func (g *Group) compare(other *Group) int {
	return cmp.Or(
		cmp.Compare(g.Week, other.Week), cmp.Compare(g.Class, other.Class), strings.Compare(g.Outcome, other.Outcome),
		strings.Compare(g.Area, other.Area), cmp.Compare(g.Square, other.Square), cmp.Compare(g.Category, other.Category),
	)
}

// up returns the square of a level that holds one of level 0, 0 for none.
func up(key grid.Key, level uint8) grid.Key {
	square, ok := key.Square()
	if !ok {
		return 0
	}
	return square.Parent(level).Key()
}

// Week is numbers by weekday, 0 for Sunday, and hour of the scheme's clock.
type Week [7][24]int64

// Hours counts what a query selects by the hour at which it happened, and how
// many have no hour, by category.
func (s *Set) Hours(q Query) (hours map[data.Category]*Week, without map[data.Category]int64) {
	hours, without = map[data.Category]*Week{data.Harm: {}, data.Nuisance: {}}, map[data.Category]int64{data.Harm: 0, data.Nuisance: 0}
	for r, n := range s.counted(q) {
		if r.Happened.Precision != data.Instant {
			without[r.Category] += n
			continue
		}
		at := r.Happened.At.In(s.scheme.Location)
		hours[r.Category][at.Weekday()][at.Hour()]++
	}
	return hours, without
}

// Latest returns up to limit of the incidents that a query selects, the latest
// first; those that came in at the same time by source and reference. It goes
// on after one that an earlier answer ended with; nil begins.
func (s *Set) Latest(q Query, after *Place, limit int) []*Row {
	var found []*Row
	for r := range s.Selected(q) {
		if after == nil || after.compare(place(r)) < 0 {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *Row) int { return place(a).compare(place(b)) })
	return found[:min(limit, len(found))]
}

// Place is where an incident stands in the order of Latest.
type Place struct {
	Received time.Time
	data.Key
}

func place(r *Row) Place { return Place{r.Received.At, r.Key} }

func (p Place) compare(other Place) int {
	return cmp.Or(other.Received.Compare(p.Received), strings.Compare(p.Source, other.Source), strings.Compare(p.Ref, other.Ref))
}
