package hotspot

import "math"

// Significant is the share of errors that the statistics of this package allow
// themselves: what is below it, after correction where there are many tests, is
// said to be more than chance.
const Significant = .05

// Local is the score of one square.
type Local struct {
	// Z is how many standard errors the square and its surroundings are above what
	// they would hold by chance.
	Z float64
	// P is the two-sided probability of a Z as far from 0 where the score is normal;
	// of one test, not corrected for the others.
	P float64
	// OK is false where there is no score: all values are equal, or the surroundings
	// are all the squares that there are. Z is 0 then and P is 1.
	OK bool
}

// GetisOrd returns Gi* of each square, in the order of values, given the value of
// each square and which are near it. Weights are 1 for the square itself and those
// near it, and 0 for all others:
//
//	z_i = (Σ_j w_ij x_j − x̄ W_i) / (s √[(n W_i − W_i²)/(n − 1)])
//
// with W_i = Σ_j w_ij and s² = Σ (x − x̄)² / n. The null hypothesis is that the
// values lie on the squares in any order with the same chance; the alternative, two-sided,
// that a square and those around it hold more or less than that. P is one test
// for each square: see BenjaminiHochberg. Values are not changed.
//
// Source: Getis & Ord 1992, Geographical Analysis 24; Ord & Getis 1995, Geographical
// Analysis 27.
func GetisOrd(values []float64, near *Neighbours) []Local {
	n := float64(len(values))
	mean, deviation := spread(values)
	sums, scores := make([]float64, len(values)), make([]Local, len(values))
	near.sums(values, sums)
	for i, sum := range sums {
		weight := float64(1 + len(near.of(i)))
		scores[i] = local(sum-mean*weight, deviation*math.Sqrt((n*weight-weight*weight)/(n-1)))
	}
	return scores
}

// local is the score of what is above the mean, given its standard error.
func local(above, standardError float64) Local {
	if !(standardError > 0) {
		return Local{P: 1}
	}
	z := above / standardError
	return Local{Z: z, P: twoSided(z), OK: true}
}

// twoSided is the probability that a standard normal is as far from 0 as z.
func twoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// spread returns the mean and the standard deviation over n of the values of all
// steps; the latter is 0 exactly where all are equal.
func spread(steps ...[]float64) (mean, deviation float64) {
	n, least, most := 0, math.Inf(1), math.Inf(-1)
	for _, values := range steps {
		n += len(values)
		for _, x := range values {
			mean += x
			least, most = min(least, x), max(most, x)
		}
	}
	if least >= most || n == 0 {
		return least, 0
	}
	mean /= float64(n)
	squares := 0.0
	for _, values := range steps {
		for _, x := range values {
			squares += (x - mean) * (x - mean)
		}
	}
	return mean, math.Sqrt(squares / float64(n))
}
