package hotspot

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Score says how well a forecast or a map points to where items are found.
type Score struct {
	// HitRate is the share n/N of the items that lie in the share a/A of the area
	// that was pointed to.
	HitRate float64
	// PAI is (n/N)/(a/A), the predictive accuracy index: 1 for a map that says
	// nothing. (Chainey, Tompson & Uhlig 2008, Security Journal 21.)
	PAI float64
	// PEI is PAI by the most that any map could have for the same area, PEI* in the
	// papers: 1 for the best. (Hunt 2016, thesis; National Institute of Justice 2017.)
	PEI float64
	// SquaredError is the mean of (expected − found)² over squares.
	SquaredError float64
}

// Assess scores what was expected of each square by what was found there, when the
// squares with most expected are pointed to, up to areaShare of all: above 0 and up to 1.
// Squares are equally large. Where that share ends among squares of which the same was expected, each of them counts in
// part, as if ties were broken at random very often: no order of squares changes a score, and a
// map that is the same everywhere has a PAI of 1. A share that isn't a whole number of squares
// ends within one in the same way. Items are not below 0.
//
// False where there is no item, or areaShare is out of its range. Neither list is changed.
func Assess(expected, found []float64, areaShare float64) (Score, bool) {
	if !(areaShare > 0 && areaShare <= 1) {
		return Score{}, false
	}
	t := tried(expected, found, areaShare)
	return t.score(areaShare), t.items > 0
}

// trial sums what a forecast did in weeks.
type trial struct{ hits, best, items, squaredError, squares float64 }

func tried(expected, found []float64, areaShare float64) trial {
	t := trial{
		hits: hits(expected, found, areaShare), best: hits(found, found, areaShare),
		squares: float64(len(found)),
	}
	for i, x := range found {
		t.items += x
		t.squaredError += (expected[i] - x) * (expected[i] - x)
	}
	return t
}

func (t *trial) add(other trial) {
	t.hits += other.hits
	t.best += other.best
	t.items += other.items
	t.squaredError += other.squaredError
	t.squares += other.squares
}

func (t trial) score(areaShare float64) Score {
	if t.items == 0 {
		return Score{}
	}
	hitRate := t.hits / t.items
	return Score{
		HitRate: hitRate, PAI: hitRate / areaShare, PEI: t.hits / t.best,
		SquaredError: t.squaredError / t.squares,
	}
}

// hits returns how many items lie on the share of squares of which most was expected.
func hits(expected, found []float64, areaShare float64) (sum float64) {
	order := make([]int, len(expected))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(expected[j], expected[i]) })
	left := areaShare * float64(len(order))
	for start := 0; start < len(order) && left > 0; {
		end, tied := start, 0.0
		for end < len(order) && expected[order[end]] == expected[order[start]] {
			tied += found[order[end]]
			end++
		}
		size := float64(end - start)
		sum += tied * min(1, left/size)
		left -= size
		start = end
	}
	return sum
}

// Forecast says how many items each square is likely to have in the week after the
// weeks given, as Forecaster.Expect does.
type Forecast func(past [][]float64) []float64

// Trial says how two forecasts are tried on weeks of which the end is known.
type Trial struct {
	// Origins is how many of the last weeks are forecast, each from those before it. 26
	// are half a year. Required.
	Origins int
	// AreaShare is the share of squares that is pointed to, as for Assess. Required.
	AreaShare float64
	// Chance draws the interval.
	Chance Chance
}

// LeastOrigins is how many weeks a Trial needs to say that a forecast beats another: of
// fewer, an interval by drawing weeks anew is too short.
const LeastOrigins = 10

// Accuracy is how a forecast did beside the naive rule.
type Accuracy struct {
	// Origins are the weeks that were forecast, without those in which nothing was found.
	Origins int
	// Forecast and Naive are scores over all of these weeks together: a hit counts the
	// same in whichever.
	Forecast, Naive Score
	// Gain is by how much the forecast's PAI is above the naive rule's. Least and Most hold it in 95 of 100 draws,
	// two-sided.
	Gain, Least, Most float64
	// Beats is true where Least is above 0, of LeastOrigins or more.
	Beats bool
}

// Rolling tries a forecast beside the naive rule on each of the last weeks in turn, from an origin
// that rolls: a week is forecast from the weeks before it alone, NaiveWeeks of them at
// least. Steps are as for Forecaster.Expect.
//
// The interval of Gain is a paired bootstrap: weeks are drawn anew with replacement, each with the hits that
// both had in it, so what makes a week hard for both cancels out. The null hypothesis is that
// neither points to more items than the other; the alternative, two-sided, that one does. It
// takes weeks as independent of each other. It is one test: who
// tries many half-lives or shares of area and shows the best must correct for them.
//
// False where no week with an item could be forecast, or AreaShare is out of its range. Steps are not changed.
func (t Trial) Rolling(steps [][]float64, forecast, naive Forecast) (Accuracy, bool) {
	if !(t.AreaShare > 0 && t.AreaShare <= 1) {
		return Accuracy{}, false
	}
	var ours, theirs []trial
	for origin := max(NaiveWeeks, len(steps)-t.Origins); origin < len(steps); origin++ {
		past, found := steps[:origin], steps[origin]
		one := tried(forecast(past), found, t.AreaShare)
		if one.items == 0 {
			continue
		}
		ours, theirs = append(ours, one), append(theirs, tried(naive(past), found, t.AreaShare))
	}
	if len(ours) == 0 {
		return Accuracy{}, false
	}
	a := Accuracy{Origins: len(ours), Forecast: together(ours).score(t.AreaShare), Naive: together(theirs).score(t.AreaShare)}
	a.Gain = a.Forecast.PAI - a.Naive.PAI
	a.Least, a.Most = t.gains(ours, theirs)
	a.Beats = a.Least > 0 && a.Origins >= LeastOrigins
	return a, true
}

func together(of []trial) (sum trial) {
	for _, t := range of {
		sum.add(t)
	}
	return sum
}

// gains returns the interval of the gain, from weeks drawn with replacement.
func (t Trial) gains(ours, theirs []trial) (least, most float64) {
	random := rand.New(rand.NewPCG(t.Chance.Seed, 3))
	drawn := make([]float64, t.Chance.Draws)
	for d := range drawn {
		more, items := 0.0, 0.0
		for range ours {
			week := random.IntN(len(ours))
			more += ours[week].hits - theirs[week].hits
			items += ours[week].items
		}
		drawn[d] = more / items / t.AreaShare
	}
	slices.Sort(drawn)
	outside := max(1, len(drawn)/40) // of the draws at each end
	return drawn[outside-1], drawn[len(drawn)-outside]
}
