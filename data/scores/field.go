package scores

import (
	"cmp"
	"math"
	"slices"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// Domain says which squares are scored. Squares that nobody looked at must not be among
// them: their zeros would make every other square look full.
type Domain string

// The domains.
const (
	// Visited are the squares where crews were in the weeks of the filter.
	Visited Domain = "visited"
	// Areas are those that meet an area in force at the end of the weeks, and those with
	// items.
	Areas Domain = "areas"
)

// field is the squares that are scored, in the order of their keys.
type field struct {
	domain  Domain
	squares []Square
}

// Near returns which of n squares of one level are beside each other.
func Near(n int, key func(i int) grid.Key) *hotspot.Neighbours {
	cells := make([]hotspot.Cell, n)
	for i := range cells {
		square, _ := key(i).Square()
		cells[i] = hotspot.Cell{X: square.X, Y: square.Y}
	}
	return hotspot.Queen(cells)
}

// everywhere is a box that every square meets.
var everywhere = cube.Box{West: math.Inf(-1), North: math.Inf(-1), East: math.Inf(1), South: math.Inf(1)}

// field finds the squares that a question is about, with their counts.
func (q *Question) field() (*field, error) {
	f := &field{domain: Areas}
	if q.visitsRecorded() {
		f.domain = Visited
	}
	if q.Value == PerVisit && f.domain == Areas {
		return nil, refused("value: in these weeks no visit without a find is recorded, so that items for each visit say nothing; ask for value=items")
	}
	counted := q.counted(q.Query, q.Level)
	if f.domain == Areas {
		var err error
		if counted, err = q.withAreas(counted); err != nil {
			return nil, err
		}
	}
	if len(counted) > MostSquares {
		return nil, refused("level: there are %d squares, more than the %d that are scored at once; choose a coarser level or a smaller place", len(counted), MostSquares)
	}
	f.squares = counted
	return f, nil
}

// counted returns the squares of a level with anything that a query selects, in the
// order of their keys.
func (q *Question) counted(query data.Query, level uint8) []Square {
	var found cube.Found
	q.Cube.Squares(query, level, everywhere, &found)
	squares := make([]Square, len(found.Squares))
	for i, s := range found.Squares {
		squares[i] = Square{Key: s.Key, Count: s.Count}
	}
	return squares
}

// visitsRecorded reports whether crews record where they found nothing: whether in one of
// the weeks of the question, the last half year of them, there is a square of 125 m where they did. It goes by all kinds,
// so what a filter leaves out does not matter; of ItemsOnly it tells nothing.
func (q *Question) visitsRecorded() bool {
	if q.Query.ItemsOnly {
		return false
	}
	recorded, weeks := q.Cube.Weeks(), q.Weeks()
	from, to := max(recorded.From, weeks.From, weeks.To-fewWeeks), min(recorded.To, weeks.To)
	for week := to - 1; week >= from; week-- {
		one := data.Query{Weeks: data.WeekRange{From: week, To: week + 1}}
		if slices.ContainsFunc(q.counted(one, 0), func(s Square) bool { return s.Visits > 0 && s.Items == 0 }) {
			return true
		}
	}
	return false
}

// withAreas adds the squares that meet an area in force to some with items.
func (q *Question) withAreas(counted []Square) ([]Square, error) {
	_, classifier, ok := q.Timeline.At(q.end())
	if !ok {
		return counted, nil
	}
	meeting, err := q.Ground.meeting(classifier, q.Scheme.Grid, q.Level)
	if err != nil {
		return nil, err
	}
	allowed := q.areas(classifier)
	has := make(map[grid.Key]bool, len(counted))
	for _, s := range counted {
		has[s.Key] = true
	}
	for _, m := range meeting {
		if allowed(m.area) && !has[m.square] && q.holds(m.square) {
			has[m.square] = true
			counted = append(counted, Square{Key: m.square})
		}
	}
	slices.SortFunc(counted, func(a, b Square) int { return cmp.Compare(a.Key, b.Key) })
	return counted, nil
}

// holds reports whether a square lies where the query looks for them: of a box, by its
// centre; and inside the square that is asked for, or around it.
func (q *Question) holds(key grid.Key) bool {
	square, _ := key.Square()
	if bound := q.Query.Bound; bound != nil {
		lon, lat := q.Scheme.Grid.Centre(square)
		if !bound.Contains([2]float64{lon, lat}) {
			return false
		}
	}
	if q.Query.Square == 0 {
		return true
	}
	within, ok := q.Query.Square.Square()
	return ok && (within.Holds(square) || square.Holds(within))
}

// values returns what is scored of each square.
func (q *Question) values(squares []Square) []float64 {
	values := make([]float64, len(squares))
	for i, s := range squares {
		values[i] = float64(s.Items)
		if q.Value == PerVisit {
			values[i] /= float64(max(s.Visits, 1))
		}
	}
	return values
}
