package hotspot

import (
	"math"
	"math/rand/v2"
)

// Permuted returns the p of each square by permutation, in the order of values: for
// counts so few or so uneven that a normal p is wrong. The null hypothesis is that,
// with the square's own value where it is, the others lie on the other squares in
// any order with the same chance; the alternative, two-sided, that those around it hold more or less than that.
//
//	p = (r + 1) / (m + 1)
//
// with r of m draws in which those around hold a sum as far from its mean as the one
// found or farther. So it can't be below 1/(m + 1), and it says nothing of the square's own
// value; where there are none around, it is 1. It is one test for each square: see BenjaminiHochberg. Values are not changed.
func (c Chance) Permuted(values []float64, near *Neighbours) []float64 {
	random := rand.New(rand.NewPCG(c.Seed, 1))
	total := 0.0
	for _, x := range values {
		total += x
	}
	p, others := make([]float64, len(values)), make([]float64, len(values)-1)
	for i := range values {
		copy(others, values[:i])
		copy(others[i:], values[i+1:])
		around, found := near.of(i), 0.0
		for _, j := range around {
			found += values[j]
		}
		mean := (total - values[i]) / float64(len(others)) * float64(len(around))
		far, asFar := math.Abs(found-mean)*(1-1e-9), 0
		for range c.Draws {
			sum := 0.0
			for k := range around {
				j := k + random.IntN(len(others)-k)
				others[k], others[j] = others[j], others[k]
				sum += others[k]
			}
			if math.Abs(sum-mean) >= far {
				asFar++
			}
		}
		p[i] = float64(asFar+1) / float64(c.Draws+1)
	}
	return p
}
