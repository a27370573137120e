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
	trend := Trend{P: 1}
	for j, later := range series {
		for _, x := range series[:j] {
			trend.S += sign(later - x)
		}
	}
	trend.Variance = pairsVariance(len(series))
	sorted := slices.Sorted(slices.Values(series))
	for start := 0; start < len(sorted); {
		end := start
		for end < len(sorted) && sorted[end] == sorted[start] {
			end++
		}
		trend.Variance -= pairsVariance(end - start)
		start = end
	}
	if trend.OK = trend.Variance > 0; trend.OK {
		trend.Z = float64(trend.S-sign(float64(trend.S))) / math.Sqrt(trend.Variance)
		trend.P = twoSided(trend.Z)
	}
	return trend
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
