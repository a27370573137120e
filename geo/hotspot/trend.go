package hotspot

import (
	"math"
	"slices"
)

// Trend says whether a series rises or falls.
type Trend struct {
	// S is the pairs of which the later is larger, less those of which it is smaller.
	S int64
	// Variance of S by chance, ties taken into account.
	Variance float64
	// Z is S in standard errors, one step nearer to 0; P its two-sided probability.
	Z, P float64
	// OK is false where all of the series is equal or it has fewer than two values:
	// there is no trend then, and P is 1.
	OK bool
}

// MannKendall tests a series, oldest first, for a trend. The null hypothesis is that its
// values stand in any order with the same chance; the alternative, two-sided, that later
// ones tend to be larger, or to be smaller. It is one test; who makes many must correct for them.
//
//	S = Σ_{i<j} sgn(x_j − x_i)      Variance = [n(n−1)(2n+5) − Σ t(t−1)(2t+5)] / 18
//	Z = (S − sgn S) / √Variance
//
// with t the size of each group of equal values. The series is not changed.
//
// Source: Mann 1945, Econometrica 13; Kendall 1975, Rank Correlation Methods.
func MannKendall(series []float64) Trend {
	n := len(series)
	sorted, falling := inversions(series)
	trend := Trend{S: int64(n)*int64(n-1)/2 - 2*falling, Variance: pairsVariance(n), P: 1}
	for start := 0; start < n; {
		end := start + 1
		for end < n && sorted[end] == sorted[start] {
			end++
		}
		ties := end - start
		trend.S -= int64(ties) * int64(ties-1) / 2
		trend.Variance -= pairsVariance(ties)
		start = end
	}
	if trend.OK = trend.Variance > 0; trend.OK {
		trend.Z = float64(trend.S-sign(float64(trend.S))) / math.Sqrt(trend.Variance)
		trend.P = twoSided(trend.Z)
	}
	return trend
}

// inversions returns a series in rising order and of how many of its pairs the later is smaller.
// It sorts runs and merges them two by two, each time twice as long, and counts what
// each value passes on its way to the front.
func inversions(series []float64) (sorted []float64, passed int64) {
	const run = 8
	n := len(series)
	sorted, merged := slices.Clone(series), make([]float64, n)
	for i, x := range sorted {
		j := i
		for ; j > i/run*run && sorted[j-1] > x; j-- {
			sorted[j] = sorted[j-1]
		}
		sorted[j] = x
		passed += int64(i - j)
	}
	for width := run; width < n; width *= 2 {
		for start := 0; start < n; start += 2 * width {
			middle, end := min(start+width, n), min(start+2*width, n)
			passed += merge(sorted[start:middle], sorted[middle:end], merged[start:end])
		}
		sorted, merged = merged, sorted
	}
	return sorted, passed
}

// merge puts two sorted runs together and returns how many pairs have the smaller value in
// the later run.
func merge(earlier, later, merged []float64) (passed int64) {
	for k := range merged {
		if len(later) == 0 || len(earlier) > 0 && earlier[0] <= later[0] {
			merged[k], earlier = earlier[0], earlier[1:]
			continue
		}
		merged[k], later = later[0], later[1:]
		passed += int64(len(earlier))
	}
	return passed
}

// Sign is 1 where the trend is significant and rises, -1 where it is and falls, else 0.
func (t Trend) Sign() int {
	if !t.OK || t.P >= Significant {
		return 0
	}
	return int(sign(t.Z))
}

func pairsVariance(n int) float64 {
	k := float64(n)
	return k * (k - 1) * (2*k + 5) / 18
}

func sign(x float64) int64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
