package scores

import (
	"fmt"
	"math"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// Done is something that was done at a place on a day, such as a bin put up.
type Done struct {
	Day data.Date
	// Weeks is how many whole weeks are counted before it and after it, at most.
	Weeks int
	// Area is the id of an area, or Square a square: the place. One of them.
	Area   string
	Square grid.Key
	// BufferM is how far around it items may have moved.
	BufferM float64
}

// Moved is what was found before and after.
type Moved struct {
	Before, After data.WeekRange // as many weeks in both
	hotspot.Change
	hotspot.Quotient
	Sentence string
	Method   string
}

// Moved says whether items of the question's kinds moved away when something was done:
// the weighted displacement quotient of the place, the squares of 125 m around it, and all others that its classes and place select.
// The week of the day itself is left out, unless the day is its first.
func (q *Question) Moved(done Done) (*Moved, error) {
	m := &Moved{Method: "weighted displacement quotient (Bowers & Johnson 2003) with Fieller's interval of 95 %, wider where weeks vary more than Poisson numbers; " +
		fmt.Sprintf("the buffer is the squares of 125 m within %.0f m of the place, the control all squares farther away", done.BufferM)}
	if err := q.span(m, done); err != nil {
		return nil, err
	}
	of, err := q.parts(done)
	if err != nil {
		return nil, err
	}
	before, after := q.series(m.Before, of), q.series(m.After, of)
	for part, target := range map[part]*hotspot.BeforeAfter{treated: &m.Treated, buffer: &m.Buffer, control: &m.Control} {
		target.Before, target.After = sum(before[part]), sum(after[part])
	}
	m.Dispersion = hotspot.Dispersion(before[treated], before[buffer], before[control], after[treated], after[buffer], after[control])
	m.Quotient = m.Change.Quotient()
	m.Sentence = m.sentence()
	return m, nil
}

// span finds the weeks before and after.
func (q *Question) span(m *Moved, done Done) error {
	week, recorded := q.Scheme.WeekOfDate(done.Day), q.Cube.Weeks()
	first := week
	if q.Scheme.WeekStart(week) != done.Day {
		first++
	}
	n := min(data.Week(done.Weeks), recorded.To-first, week-recorded.From)
	if n < 1 {
		return refused("date: there is no whole week of records on both sides of %s; choose another day", done.Day)
	}
	m.Before, m.After = data.WeekRange{From: week - n, To: week}, data.WeekRange{From: first, To: first + n}
	return nil
}

// part is where a square belongs.
type part int

const (
	control part = iota
	treated
	buffer
)

// parts returns a function that says to which part a row by area and square belongs.
func (q *Question) parts(done Done) (func(area string, square grid.Key) part, error) {
	if done.Square != 0 {
		place, ok := done.Square.Square()
		if !ok {
			return nil, refused("square: %d is no id of a square", done.Square)
		}
		near := nearTo([]grid.Square{place}, done.BufferM)
		return func(_ string, key grid.Key) part {
			square, _ := key.Square()
			return choose(place.Holds(square), near, square)
		}, nil
	}
	_, classifier, ok := q.Timeline.At(q.Scheme.WeekStart(q.Cube.Weeks().To).In(q.Scheme.Location))
	if !ok {
		return nil, refused("area: no boundary is in force, so that there is no area %q", done.Area)
	}
	meeting, err := q.Ground.meeting(classifier, q.Scheme.Grid, 0)
	if err != nil {
		return nil, err
	}
	var squares []grid.Square
	for _, m := range meeting {
		if classifier.Areas()[m.area].ID == done.Area {
			square, _ := m.square.Square()
			squares = append(squares, square)
		}
	}
	if len(squares) == 0 {
		return nil, refused("area: there is no %q in the boundary in force", done.Area)
	}
	near := nearTo(squares, done.BufferM)
	return func(area string, key grid.Key) part {
		square, _ := key.Square()
		return choose(area == done.Area, near, square)
	}, nil
}

func choose(inPlace bool, near map[[2]int32]bool, square grid.Square) part {
	switch {
	case inPlace:
		return treated
	case near[[2]int32{square.X, square.Y}]:
		return buffer
	}
	return control
}

// nearTo returns the squares of level 0 that lie in some squares, or of which the middle is no further
// than so many metres from the nearest point of one, by column and row.
func nearTo(squares []grid.Square, withinM float64) map[[2]int32]bool {
	near := map[[2]int32]bool{}
	reach := int32(math.Ceil(withinM/grid.SideM)) + 1
	for _, s := range squares {
		side := int32(1) << s.Level
		low := [2]int32{s.X * side, s.Y * side}
		for x := low[0] - reach; x < low[0]+side+reach; x++ {
			for y := low[1] - reach; y < low[1]+side+reach; y++ {
				dx, dy := outside(x, low[0], side), outside(y, low[1], side)
				if math.Hypot(dx, dy) <= withinM {
					near[[2]int32{x, y}] = true
				}
			}
		}
	}
	return near
}

// outside returns how far the middle of a column lies outside so many from a first, in metres.
func outside(at, first, n int32) float64 {
	middle, low := (float64(at)+.5)*grid.SideM, float64(first)*grid.SideM
	return max(0, low-middle, middle-low-float64(n)*grid.SideM)
}

// series returns the weekly items of each part.
func (q *Question) series(weeks data.WeekRange, of func(area string, square grid.Key) part) [3][]float64 {
	var series [3][]float64
	for i := range series {
		series[i] = make([]float64, weeks.To-weeks.From)
	}
	query := q.Query
	query.Weeks, query.ItemsOnly = weeks, true
	for _, row := range q.Cube.Counts(query, cube.Split{By: []data.Dimension{data.ByWeek, data.ByArea, data.BySquare}}) {
		if row.Square != 0 {
			series[of(row.Area, row.Square)][row.Week-weeks.From] += float64(row.Items)
		}
	}
	return series
}

func (m *Moved) sentence() string {
	counts := fmt.Sprintf("In the %d weeks before and after: %.0f and %.0f items at the place, %.0f and %.0f around it, %.0f and %.0f elsewhere. ",
		m.Before.To-m.Before.From, m.Treated.Before, m.Treated.After, m.Buffer.Before, m.Buffer.After, m.Control.Before, m.Control.After)
	if !m.OK {
		return counts + "Whether any moved can't be told: " + m.Reason + "."
	}
	return counts + fmt.Sprintf("The quotient is %.2f (%.2f to %.2f): %s.", m.Value, m.Least, m.Most, m.Meaning())
}
