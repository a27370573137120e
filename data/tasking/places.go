// Package tasking says of reported incidents what a police tasking meeting asks: where
// they are, when, whether there is more than chance, and what came of the calls. Harm and
// nuisance are told apart everywhere, and never added.
package tasking

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/data/scores"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// MostPlaces is how many places are listed at most: more than a meeting can act on says
// nothing.
const MostPlaces = 10

// leastReports is from how many reports on a place is listed: under it, nothing can be said of
// one.
const leastReports = 3

// mostSteps is of how many reporting periods, up to the end of the weeks, a category and a trend come: two years of four weeks.
// Single weeks have too few reports for either.
const mostSteps = 26

// draws is how often reports are put on squares anew for the p of a place. On maps as sparse as these the normal p
// is far too small; see package hotspot.
const draws = 9_999

// Question asks for the places of one category.
type Question struct {
	// Scheme, Set and Timeline belong together. Required.
	Scheme   *data.Scheme
	Set      *incidents.Set
	Timeline *geo.Timeline
	// Ground keeps which squares meet an area. Required.
	Ground *scores.Ground
	// Query selects reports; its categories don't count.
	Query incidents.Query
	// Category is Required.
	Category data.Category
	// Level of the squares.
	Level uint8
}

// Place is a square with reports.
type Place struct {
	Square  grid.Key
	Reports int64
	// Local is its score over all squares, and Q its P corrected for their number; 1
	// where there is no score.
	hotspot.Local
	Q float64
	// Pattern is what came of it over the periods; None where there are too few.
	Pattern hotspot.Category
	// HotSteps is in how many of the periods it was hot.
	HotSteps int
	// Trend is that of its reports by period, and TrendQ its P corrected for the number of squares.
	Trend  hotspot.Trend
	TrendQ float64
	// Hours says when most happened, such as "22:00 to 02:00"; empty where no hours stand
	// out by more than chance.
	Hours string
	Why   string
}

// Hot reports whether there is more than chance would put there.
func (p *Place) Hot() bool { return p.OK && p.Q < hotspot.Significant && p.Z > 0 }

// Places are those of a category, the most reports first.
type Places struct {
	Rows []Place
	// Squares is how many were scored, Fewer on how many more there are reports, too few to list.
	Squares, Fewer int
	Hot            int
	Located        int64 // reports on squares
	Weeks          data.WeekRange
	// Steps is how many reporting periods patterns and trends go by, the last of them to the end of Weeks; 0 where there are too few.
	Steps    int
	Sentence string
	Note     string
}

// Method is how places are scored.
const Method = "Getis–Ord Gi*, binary weights, the square and the eight around it; two-sided p by 9,999 permutations (seed 1), corrected by Benjamini–Hochberg over all squares"

// Places ranks the squares with reports of the category. Scored are the squares that meet an area in force, and those
// with reports.
func (q *Question) Places() (*Places, error) {
	query := q.Query
	query.Categories = []data.Category{q.Category}
	counts := map[grid.Key]int64{}
	p := &Places{}
	for _, c := range q.Set.Counts(query, []incidents.Dimension{incidents.BySquare}, q.Level) {
		if c.Square != 0 {
			counts[c.Square] += c.Incidents
			p.Located += c.Incidents
		}
	}
	recorded := q.recorded(&query)
	if p.Weeks = query.Weeks; p.Weeks.IsZero() {
		p.Weeks = recorded
	}
	squares, err := q.squares(counts, p.Weeks)
	if err != nil {
		return nil, err
	}
	p.Squares = len(squares)
	places := q.scored(squares, counts)
	end, period := min(p.Weeks.To, recorded.To), data.Week(q.Scheme.PeriodWeeks)
	if p.Steps = min(mostSteps, int((end-recorded.From)/period)); p.Steps < hotspot.LeastSteps || len(squares) == 0 {
		p.Steps = 0
	} else {
		q.emerge(places, &query, data.WeekRange{From: end - period*data.Week(p.Steps), To: end})
	}
	slices.SortFunc(places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(b.Reports, a.Reports), cmp.Compare(b.Z, a.Z), cmp.Compare(a.Square, b.Square))
	})
	for i := range places {
		switch place := &places[i]; {
		case place.Reports < leastReports:
			if place.Reports > 0 {
				p.Fewer++
			}
		case len(p.Rows) < MostPlaces:
			place.Hours = q.hoursOf(&query, place.Square)
			place.Why = q.why(place, p.Steps)
			p.Rows = append(p.Rows, *place)
		}
		if places[i].Hot() {
			p.Hot++
		}
	}
	p.Sentence, p.Note = q.sentence(p), q.note(p)
	return p, nil
}

// recorded returns the weeks from the first with a report of the category to the last; zero where there is none.
func (q *Question) recorded(query *incidents.Query) (weeks data.WeekRange) {
	for r := range q.Set.Selected(incidents.Query{Categories: query.Categories}) {
		switch {
		case r.Week == data.Undated:
		case weeks.IsZero():
			weeks = data.WeekRange{From: r.Week, To: r.Week + 1}
		default:
			weeks.From, weeks.To = min(weeks.From, r.Week), max(weeks.To, r.Week+1)
		}
	}
	return weeks
}

// squares are those that are scored, in the order of their keys.
func (q *Question) squares(counts map[grid.Key]int64, weeks data.WeekRange) ([]grid.Key, error) {
	all := map[grid.Key]bool{}
	for key := range counts {
		all[key] = true
	}
	if q.Query.Square == 0 && q.Query.Bound == nil {
		_, classifier, ok := q.Timeline.At(q.Scheme.WeekStart(weeks.To).In(q.Scheme.Location))
		if ok {
			meeting, err := q.Ground.Squares(classifier, q.Scheme.Grid, q.Level, func(area *geo.Area) bool {
				return (q.Query.Area == "" || area.ID == q.Query.Area) && (len(q.Query.Classes) == 0 || slices.Contains(q.Query.Classes, area.Class))
			})
			if err != nil {
				return nil, err
			}
			for _, key := range meeting {
				all[key] = true
			}
		}
	}
	squares := make([]grid.Key, 0, len(all))
	for key := range all {
		squares = append(squares, key)
	}
	slices.Sort(squares)
	return squares, nil
}

func (q *Question) scored(squares []grid.Key, counts map[grid.Key]int64) []Place {
	values, places := make([]float64, len(squares)), make([]Place, len(squares))
	for i, key := range squares {
		places[i], values[i] = Place{Square: key, Reports: counts[key], TrendQ: 1}, float64(counts[key])
	}
	near := scores.Near(len(squares), func(i int) grid.Key { return squares[i] })
	locals := hotspot.GetisOrd(values, near)
	for i, p := range (hotspot.Chance{Seed: scores.Seed, Draws: draws}).Permuted(values, near) {
		locals[i].P = p
	}
	for i, corrected := range hotspot.Corrected(len(locals), func(i int) (float64, bool) { return locals[i].P, locals[i].OK }) {
		places[i].Local, places[i].Q = locals[i], corrected
	}
	return places
}

// emerge gives places what came of them over the periods.
func (q *Question) emerge(places []Place, query *incidents.Query, span data.WeekRange) {
	at := make(map[grid.Key]int, len(places))
	for i := range places {
		at[places[i].Square] = i
	}
	period, series := data.Week(q.Scheme.PeriodWeeks), *query
	series.Weeks = span
	steps := make([][]float64, (span.To-span.From)/period)
	for t := range steps {
		steps[t] = make([]float64, len(places))
	}
	for _, c := range q.Set.Counts(series, []incidents.Dimension{incidents.ByWeek, incidents.BySquare}, q.Level) {
		if i, ok := at[c.Square]; ok {
			steps[(c.Week-span.From)/period][i] += float64(c.Incidents)
		}
	}
	of := make([]float64, len(steps))
	for i, emerged := range hotspot.Emerging(steps, scores.Near(len(places), func(i int) grid.Key { return places[i].Square })) {
		for t := range steps {
			of[t] = steps[t][i]
		}
		places[i].Pattern, places[i].HotSteps, places[i].Trend = emerged.Category, emerged.Hot, hotspot.MannKendall(of)
	}
	for i, corrected := range hotspot.Corrected(len(places), func(i int) (float64, bool) { return places[i].Trend.P, places[i].Trend.OK }) {
		places[i].TrendQ = corrected
	}
}

// sentence says what is to be known of all places.
func (q *Question) sentence(p *Places) string {
	if p.Located == 0 {
		return fmt.Sprintf("No report of %s at a known place.", q.Category)
	}
	reports := fmt.Sprintf("%s of %s at known places", scores.CountText(p.Located, "report"), q.Category)
	if len(p.Rows) == 0 {
		return fmt.Sprintf("%s, nowhere %d or more on one square: too few to rank any.", reports, leastReports)
	}
	if p.Hot == 0 {
		return fmt.Sprintf("%s. No square of %d has more than chance would put there: the order below may be chance alone.", reports, p.Squares)
	}
	return fmt.Sprintf("%s. %s of %d %s more, with those around it, than chance would put there.", reports, scores.SquaresText(p.Hot), p.Squares, scores.Have(p.Hot))
}

func (q *Question) note(p *Places) string {
	note := "Scored are squares that meet an area in force, and those with reports: where fewer people report, fewer are known. A score is of a square with those around it: one that stands alone may have none, however much is there."
	if p.Fewer > 0 {
		note += fmt.Sprintf(" %s more have one or two reports and are not listed.", scores.SquaresText(p.Fewer))
	}
	if p.Steps == 0 {
		return note + fmt.Sprintf(" No patterns over time: that takes reports of %d reporting periods.", hotspot.LeastSteps)
	}
	return note + fmt.Sprintf(" Patterns over time go by the last %d periods of %d weeks, each scored with the one before by the normal p, which is rough where reports are few; trends by Mann–Kendall on the reports themselves.",
		p.Steps, q.Scheme.PeriodWeeks)
}

// why says in a sentence what is known of a place.
func (q *Question) why(p *Place, steps int) string {
	parts := []string{scores.CountText(p.Reports, "report") + " of " + string(q.Category)}
	switch {
	case p.Hot():
		parts = append(parts, "with the squares around it more than chance would put there (q "+isText(p.Q)+")")
	case p.OK:
		parts = append(parts, "with the squares around it no more than chance could put there (q "+isText(p.Q)+")")
	}
	if steps > 0 {
		trend := "no trend beyond chance"
		if direction := p.Direction(); direction != scores.None {
			trend = direction
		}
		parts = append(parts, fmt.Sprintf("hot in %d of %d periods, %s", p.HotSteps, steps, trend))
	}
	if p.Hours != "" {
		parts = append(parts, "most from "+p.Hours)
	}
	return strings.Join(parts, "; ") + "."
}

// Direction says whether a place's reports rise or fall by more than chance makes.
func (p *Place) Direction() string { return scores.Direction(p.Trend, p.TrendQ) }

func isText(p float64) string {
	if p < .001 {
		return "< 0.001"
	}
	return fmt.Sprintf("= %.3f", p)
}
