package scores

import (
	"cmp"
	"fmt"
	"slices"

	"commonground/data"
	"commonground/geo/hotspot"
)

// How forecasts are made and tried: choices made before any was.
const (
	// pointedTo is the share of the squares with the most expected items on which
	// forecasts are compared.
	pointedTo = .1
	// halfYear is how many of the last weeks are forecast to try it.
	halfYear      = 26
	forecastDraws = 1999
)

// Expected is what is expected of a square in the week after the last.
type Expected struct {
	Square
	// Items are expected by the Forecaster, Naive by the rule "as the last four weeks".
	Items, Naive float64
}

// Forecast says how many items to expect on each square next week. It is for planning
// rounds of cleansing, never about incidents or people.
type Forecast struct {
	// Week is that which it is for; From the weeks that it rests on.
	Week data.Week
	From data.WeekRange
	// Squares have the most expected items first.
	Squares []Expected
	// Accuracy says how such forecasts did on the last half year; Tried is false where
	// there is too little to say.
	Accuracy  hotspot.Accuracy
	Tried     bool
	AreaShare float64
	Sentence  string
	Method    string
}

// Forecast expects items of the kinds of a question in the week after its weeks (or after the last with records), from up to two years before.
// Its squares are those of the question's level that were visited in these weeks, or with items where visits
// are not told.
func (q *Question) Forecast() (*Forecast, error) {
	f := &Forecast{AreaShare: pointedTo, Method: fmt.Sprintf("Poisson–gamma shrinkage, half-life %d weeks, exposure in weeks; beside it the mean of the last %d weeks", hotspot.DefaultHalfLife, hotspot.NaiveWeeks)}
	f.From = q.history()
	f.Week = f.From.To
	query := q.Query
	query.Weeks = f.From
	if n := int(f.From.To - f.From.From); n < hotspot.NaiveWeeks {
		return nil, refused("weeks: a forecast takes records of %d weeks before, and there are %d", hotspot.NaiveWeeks, n)
	}
	squares := slices.DeleteFunc(q.counted(query, q.Level), func(s Square) bool { return s.Key == 0 })
	if len(squares) > MostSquares {
		return nil, refused("level: there are %d squares, more than the %d that are forecast at once; choose a coarser level or a smaller place", len(squares), MostSquares)
	}
	steps := q.steps(squares, f.From)
	expected, naive := hotspot.Forecaster{}.Expect(steps), hotspot.Naive(steps, hotspot.NaiveWeeks)
	for i, s := range squares {
		f.Squares = append(f.Squares, Expected{Square: s, Items: expected[i], Naive: naive[i]})
	}
	slices.SortFunc(f.Squares, func(a, b Expected) int { return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Key, b.Key)) })
	trial := hotspot.Trial{Origins: halfYear, AreaShare: pointedTo, Chance: hotspot.Chance{Seed: Seed, Draws: forecastDraws}}
	f.Accuracy, f.Tried = trial.Rolling(steps, hotspot.Forecaster{}.Expect, func(past [][]float64) []float64 { return hotspot.Naive(past, hotspot.NaiveWeeks) })
	f.Sentence = f.sentence()
	return f, nil
}

// history returns the weeks that a forecast rests on: the last of them is the last of the
// question's weeks, or the last with records.
func (q *Question) history() data.WeekRange {
	recorded := q.Cube.Weeks()
	to := min(q.Weeks().To, recorded.To)
	return data.WeekRange{From: max(recorded.From, to-mostWeeks), To: max(recorded.From, to)}
}

func (f *Forecast) sentence() string {
	if !f.Tried || f.Accuracy.Origins < hotspot.LeastOrigins {
		return fmt.Sprintf("How good this is can't be told: that takes %d weeks with items to try it on.", hotspot.LeastOrigins)
	}
	a := &f.Accuracy
	tried := fmt.Sprintf("the tenth of the squares that it points to held %.0f %% of the items of the week after, and of “as the last %d weeks” %.0f %% (%d weeks tried)",
		100*a.Forecast.HitRate, hotspot.NaiveWeeks, 100*a.Naive.HitRate, a.Origins)
	switch {
	case a.Beats:
		return "It beats the simple rule by more than chance makes: " + tried + "."
	case a.Most < 0:
		return "It does worse than the simple rule: " + tried + ". Go by the simple rule."
	}
	return "It does not beat the simple rule by more than chance makes: " + tried + "."
}
