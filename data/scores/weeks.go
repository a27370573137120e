package scores

import (
	"slices"
	"time"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

const (
	// fewWeeks is how many weeks are looked at where a filter has too few for a
	// category: half a year.
	fewWeeks = 26
	// mostWeeks is how many are looked at, the latest, where it has more: two years,
	// so that each time of the year is there twice.
	mostWeeks = 104
)

// Weeks returns the weeks that are scored: those of the query, or all with records.
func (q *Question) Weeks() data.WeekRange {
	if !q.Query.Weeks.IsZero() {
		return q.Query.Weeks
	}
	return q.Cube.Weeks()
}

// Span returns the weeks of the series: those of the query; where they are fewer than
// hotspot.LeastSteps, the 26 up to their end; where they are more than 104, the last of
// them. Weeks before the first record and after the last one are left out: nobody
// knows what there was. It is zero where there are no records.
func (q *Question) Span() data.WeekRange {
	span, recorded := q.Weeks(), q.Cube.Weeks()
	switch n := span.To - span.From; {
	case n < hotspot.LeastSteps:
		span.From = span.To - fewWeeks
	case n > mostWeeks:
		span.From = span.To - mostWeeks
	}
	span.From, span.To = max(span.From, recorded.From), min(span.To, recorded.To)
	if span.From >= span.To {
		return data.WeekRange{}
	}
	return span
}

// Touches returns the weeks whose records an answer rests on: the query's and those of the
// series; zero for all.
func (q *Question) Touches() data.WeekRange {
	span := q.Span()
	if q.Query.Weeks.IsZero() || span.IsZero() {
		return q.Query.Weeks
	}
	return data.WeekRange{From: min(span.From, q.Query.Weeks.From), To: max(span.To, q.Query.Weeks.To)}
}

// end returns the last moment of the weeks that are scored.
func (q *Question) end() time.Time {
	return q.Scheme.WeekStart(q.Weeks().To).In(q.Scheme.Location).Add(-time.Second)
}

// steps returns the items of each week and square, oldest first.
func (q *Question) steps(squares []Square, span data.WeekRange) [][]float64 {
	at := make(map[grid.Key]int, len(squares))
	for i, s := range squares {
		at[s.Key] = i
	}
	steps := make([][]float64, span.To-span.From)
	for t := range steps {
		steps[t] = make([]float64, len(squares))
	}
	query := q.Query
	query.Weeks, query.ItemsOnly = span, true
	for _, row := range q.Cube.Counts(query, cube.Split{By: []data.Dimension{data.ByWeek, data.BySquare}, Level: q.Level}) {
		if i, ok := at[row.Square]; ok {
			steps[row.Week-span.From][i] = float64(row.Items)
		}
	}
	return steps
}

// WeeksText writes weeks as filters do; empty for none.
func WeeksText(scheme *data.Scheme, weeks data.WeekRange) string {
	if weeks.IsZero() {
		return ""
	}
	return scheme.WeekStart(weeks.From).String() + "/" + scheme.WeekStart(weeks.To).String()
}

// WeeksText is WeeksText by the scheme of the question.
func (q *Question) WeeksText(weeks data.WeekRange) string { return WeeksText(q.Scheme, weeks) }

// spanText writes weeks for people, such as "24 Apr – 21 May 2019".
func spanText(scheme *data.Scheme, weeks data.WeekRange) string {
	if weeks.IsZero() {
		return "no weeks"
	}
	first, last := scheme.WeekStart(weeks.From).In(time.UTC), (scheme.WeekStart(weeks.To) - 1).In(time.UTC)
	if first.Year() == last.Year() {
		return first.Format("2 Jan") + " – " + last.Format("2 Jan 2006")
	}
	return first.Format("2 Jan 2006") + " – " + last.Format("2 Jan 2006")
}

// kindTitles are the titles of the kinds that a query selects.
func kindTitles(scheme *data.Scheme, q data.Query) (titles []string) {
	for _, kind := range scheme.Kinds {
		if slices.Contains(q.Kinds, kind.ID) {
			titles = append(titles, kind.Title)
		}
	}
	return titles
}
