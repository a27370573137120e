package hotspot

import (
	"cmp"
	"math"
	"slices"
)

// BenjaminiHochberg returns q of each of many tests, in the order of their p: where
// all with q below a share are said to be more than chance, no more than that share
// of them is expected to be wrong.
//
//	q_(i) = min over j ≥ i of p_(j) m / j, and 1 at most
//
// with p_(1) … p_(m) in rising order. A NaN is no test: it isn't counted, and its q is
// NaN. P is not changed.
//
// It holds where tests are independent or depend on each other as those of squares side by side do,
// positively. Source: Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57;
// Benjamini & Yekutieli 2001, Annals of Statistics 29.
func BenjaminiHochberg(p []float64) []float64 {
	q, order := make([]float64, len(p)), make([]int, 0, len(p))
	for i := range p {
		if q[i] = math.NaN(); !math.IsNaN(p[i]) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	least, tests := 1.0, float64(len(order))
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*tests/float64(rank))
		q[i] = least
	}
	return q
}

// Corrected returns q of n tests, as BenjaminiHochberg does, and 1 of those that are none: where test
// says false.
func Corrected(n int, test func(i int) (p float64, ok bool)) []float64 {
	p := make([]float64, n)
	for i := range p {
		var ok bool
		if p[i], ok = test(i); !ok {
			p[i] = math.NaN()
		}
	}
	q := BenjaminiHochberg(p)
	for i := range q {
		if math.IsNaN(p[i]) {
			q[i] = 1
		}
	}
	return q
}
