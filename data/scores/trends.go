package scores

import (
	"cmp"
	"fmt"
	"slices"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// Series are items week by week, with their trend.
type Series struct {
	// Class, Kind or Square says of what; the others are zero.
	Class  geo.Class
	Kind   string
	Square grid.Key
	Items  int64
	hotspot.Trend
	// Q is P corrected for the number of series; 1 where there is no trend.
	Q float64
}

// Direction says whether it rises or falls by more than chance makes among all series.
func (s *Series) Direction() string { return Direction(s.Trend, s.Q) }

// Trends are the trend of all items of a question, and of its series.
type Trends struct {
	// Weeks are those looked at; zero where there are no records.
	Weeks data.WeekRange
	// Whole is one test by itself.
	Whole hotspot.Trend
	Items int64
	// Series are in the order of the classes or kinds, or with the most items first.
	Series   []Series
	Sentence string
	Method   string
}

// Trends tests the weekly items of a question for a trend, as a whole and by class, kind or
// square (of the question's level, where there are items).
func (q *Question) Trends(by data.Dimension) (*Trends, error) {
	t := &Trends{Weeks: q.Span(), Method: "Mann–Kendall, two-sided, on items removed in each week; q by Benjamini–Hochberg over the rows"}
	weeks := int(t.Weeks.To - t.Weeks.From)
	if weeks < hotspot.LeastSteps {
		t.Sentence = fmt.Sprintf("There is no trend to tell: that takes records of %d weeks, and there are %d.", hotspot.LeastSteps, weeks)
		return t, nil
	}
	whole := q.weekly(t.Weeks, by)
	if len(whole.series) > MostSquares {
		return nil, refused("level: there are %d squares, more than the %d that are looked at at once; choose a coarser level or a smaller place", len(whole.series), MostSquares)
	}
	t.Whole, t.Items = hotspot.MannKendall(whole.all), int64(sum(whole.all))
	for i := range whole.series {
		whole.series[i].Trend = hotspot.MannKendall(whole.values[i])
	}
	for i, corrected := range hotspot.Corrected(len(whole.series), func(i int) (float64, bool) { return whole.series[i].P, whole.series[i].OK }) {
		whole.series[i].Q = corrected
	}
	t.Series = whole.series
	t.Sentence = q.trendSentence(t)
	return t, nil
}

// weekly are items by week: of all, and of each series.
type weekly struct {
	all    []float64
	series []Series
	values [][]float64
}

func (q *Question) weekly(span data.WeekRange, by data.Dimension) *weekly {
	w := &weekly{all: make([]float64, span.To-span.From)}
	query, at := q.Query, map[Series]int{}
	query.Weeks, query.ItemsOnly = span, true
	for _, row := range q.Cube.Counts(query, cube.Split{By: []data.Dimension{data.ByWeek, by}, Level: q.Level}) {
		week := row.Week - span.From
		w.all[week] += float64(row.Items)
		if by == data.BySquare && row.Square == 0 {
			continue // it is known where no item of these lies
		}
		of := Series{Class: row.Class, Kind: row.Kind, Square: row.Square}
		i, there := at[of]
		if !there {
			i = len(w.series)
			at[of], w.series, w.values = i, append(w.series, of), append(w.values, make([]float64, len(w.all)))
		}
		w.values[i][week] += float64(row.Items)
		w.series[i].Items += row.Items
	}
	w.order(by, q.Scheme)
	return w
}

// order sorts series as Trends says.
func (w *weekly) order(by data.Dimension, scheme *data.Scheme) {
	places := make([]int, len(w.series))
	for i := range places {
		places[i] = i
	}
	rank := func(s *Series) int64 {
		switch by {
		case data.ByClass:
			return int64(slices.Index(geo.Classes(), s.Class))
		case data.ByKind:
			return int64(slices.IndexFunc(scheme.Kinds, func(k data.Kind) bool { return k.ID == s.Kind }))
		}
		return -s.Items
	}
	slices.SortFunc(places, func(i, j int) int {
		a, b := &w.series[i], &w.series[j]
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Square, b.Square))
	})
	series, values := make([]Series, len(places)), make([][]float64, len(places))
	for i, from := range places {
		series[i], values[i] = w.series[from], w.values[from]
	}
	w.series, w.values = series, values
}

func sum(values []float64) (all float64) {
	for _, x := range values {
		all += x
	}
	return all
}

func (q *Question) trendSentence(t *Trends) string {
	over := fmt.Sprintf("over the %d weeks of %s", t.Weeks.To-t.Weeks.From, spanText(q.Scheme, t.Weeks))
	switch Direction(t.Whole, t.Whole.P) {
	case Rising:
		return fmt.Sprintf("Items removed rise %s (p %s).", over, isText(t.Whole.P))
	case Falling:
		return fmt.Sprintf("Items removed fall %s (p %s).", over, isText(t.Whole.P))
	}
	return fmt.Sprintf("Items removed neither rise nor fall %s by more than chance makes.", over)
}
