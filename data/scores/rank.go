package scores

import (
	"cmp"
	"slices"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo"
	"commonground/geo/grid"
)

// Ranked returns the squares of which so many score highest, the highest first; of those
// with the same score the one with more items, then the lower key. Those without a score
// are not among them.
func (s *Scores) Ranked(limit int) []*Square {
	ranked := make([]*Square, 0, len(s.Squares))
	for i := range s.Squares {
		if s.Squares[i].OK {
			ranked = append(ranked, &s.Squares[i])
		}
	}
	slices.SortFunc(ranked, func(a, b *Square) int {
		return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(b.Items, a.Items), cmp.Compare(a.Key, b.Key))
	})
	return ranked[:min(limit, len(ranked))]
}

// ClassOf returns the class in which most of a square's items lay, or most visits where it
// has no items; of equal ones the first of geo.Classes. It is false where nothing of the
// query is in the square.
func (q *Question) ClassOf(key grid.Key) (class geo.Class, ok bool) {
	query := q.Query
	if square, _ := key.Square(); query.Square != 0 {
		within, _ := query.Square.Square()
		if !within.Holds(square) {
			key = query.Square // it is coarser than the square that is asked for
		}
	}
	query.Square = key
	var most data.Count
	for _, row := range q.Cube.Counts(query, cube.Split{By: []data.Dimension{data.ByClass}}) {
		if !ok || row.Items > most.Items || row.Items == most.Items && row.Visits > most.Visits {
			class, most, ok = row.Class, row.Count, true
		}
	}
	return class, ok
}
