package hotspot

import "math"

// NaiveWeeks is how many weeks the naive rule looks back: next week is as the last four.
const NaiveWeeks = 4

// DefaultHalfLife is a Forecaster's in weeks: our choice, made before any forecast was tried.
// Half of what is known is then from the last two months.
const DefaultHalfLife = 8

// Forecaster says how many items a square is likely to have next week, from what
// crews removed there before: each square by itself, drawn to the mean of all squares, the more
// so the less is known of it. It is for planning rounds of cleansing. It must
// never be given incidents or counts of people: it would send someone to where people
// were met before, find them there again, and call that a success.
//
// The items of a square in a week are taken to be Poisson, with a rate that is gamma over
// the squares. An old week counts less: a week that is k weeks older than the last counts
//
//	w = 2^(−k/HalfLife)
//
// and so do its items. With X = Σ w·items and E = Σ w·exposure of a square, and the mean m and
// the variance v of the rates over squares, what is expected is the mean of the posterior
//
//	(m²/v + X) / (m/v + E)
//
// and m where v is 0: there is nothing then that tells squares apart. By moments, after Marshall,
//
//	m = Σ X / Σ E      v = Σ E (X/E − m)² / Σ E  −  m Σ (Σ w² exposure / E) / Σ E
//
// or 0 if that is below 0. The second term is what chance alone makes. Items that
// lie in heaps vary more than a Poisson number; v is too large then, and squares are drawn to
// the mean too little. Where each square has the same exposure, the order of squares is that of X whatever
// m and v are: only HalfLife moves it.
//
// Source: Marshall 1991, Applied Statistics 40, for the prior by moments; Harvey & Fernandes
// 1989, Journal of Business & Economic Statistics 7, for counts of old weeks that fade. They
// let the prior fade too; ours is that of the squares as they are now and does not.
//
// The zero value is ready to use. Several goroutines may use it.
type Forecaster struct {
	// HalfLife is how many weeks it takes until a week counts half. Above 0;
	// math.Inf(1) lets nothing fade. Default: DefaultHalfLife.
	HalfLife float64
}

// Expect returns how many items each square is likely to have in the week after
// the last, given those of weeks before, oldest first: steps[t][i] is of square i in week t, not
// below 0, and all weeks have the same squares. It is empty where there is no week, and 0
// everywhere where there is no item. Steps are not changed.
func (f Forecaster) Expect(steps [][]float64) []float64 { return f.Rate(steps, nil) }

// Rate is Expect for each unit of exposure, such as a visit: exposure[t][i] is how many
// square i had in week t, not below 0. A square that had none gets the mean of all. Nil exposure is
// one everywhere: a week. Neither is changed.
func (f Forecaster) Rate(steps, exposure [][]float64) []float64 {
	if len(steps) == 0 {
		return nil
	}
	of := f.known(steps, exposure)
	mean, variance := prior(of)
	expected := make([]float64, len(of))
	for i, k := range of {
		expected[i] = mean
		if variance > 0 {
			expected[i] = (mean*mean/variance + k.items) / (mean/variance + k.exposure)
		}
	}
	return expected
}

// known is what is known of a square: Σ w·items, Σ w·exposure and Σ w²·exposure.
type known struct{ items, exposure, squared float64 }

func (f Forecaster) known(steps, exposure [][]float64) []known {
	halfLife := f.HalfLife
	if halfLife == 0 {
		halfLife = DefaultHalfLife
	}
	of := make([]known, len(steps[0]))
	for t, items := range steps {
		w := math.Exp2(-float64(len(steps)-1-t) / halfLife)
		for i := range of {
			e := 1.0
			if exposure != nil {
				e = exposure[t][i]
			}
			of[i].items += w * items[i]
			of[i].exposure += w * e
			of[i].squared += w * w * e
		}
	}
	return of
}

// prior returns the mean and the variance of the rates over squares, by moments.
func prior(of []known) (mean, variance float64) {
	items, exposure, byChance := 0.0, 0.0, 0.0
	for _, k := range of {
		items += k.items
		exposure += k.exposure
		if k.exposure > 0 {
			byChance += k.squared / k.exposure
		}
	}
	if exposure == 0 {
		return 0, 0
	}
	mean = items / exposure
	apart := 0.0
	for _, k := range of {
		if k.exposure > 0 {
			d := k.items/k.exposure - mean
			apart += k.exposure * d * d
		}
	}
	return mean, max(0, (apart-mean*byChance)/exposure)
}

// Naive returns the mean of each square over the last weeks, so many of them or all
// that there are, given as for Expect: the rule that a Forecaster must beat to be of
// use. It is empty where there is no week. Steps are not changed.
func Naive(steps [][]float64, last int) []float64 {
	if len(steps) == 0 {
		return nil
	}
	recent := steps[max(0, len(steps)-max(1, last)):]
	expected := make([]float64, len(recent[0]))
	for _, items := range recent {
		for i, x := range items {
			expected[i] += x
		}
	}
	for i := range expected {
		expected[i] /= float64(len(recent))
	}
	return expected
}
