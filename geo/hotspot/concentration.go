// Package hotspot holds statistics of counts by place: pure functions of numbers,
// without I/O, clock or chance of their own.
package hotspot

import (
	"math/rand/v2"
	"slices"
)

// Gini returns how unevenly events lie on places, given how many lie on each:
//
//	G = 2 Σ i·y_(i) / (n Σ y) − (n+1)/n
//
// with y_(i) the counts in rising order. It is 0 where all are equal, and
// (n−1)/n where one place has all; false where there is no event. Counts are
// not below 0, and are not changed.
//
// Few events on many places are uneven by chance alone: see GeneralisedGini and
// Excess.
func Gini(counts []int64) (float64, bool) {
	sorted := slices.Sorted(slices.Values(counts))
	var sum, ranked float64
	for i, y := range sorted {
		sum += float64(y)
		ranked += float64(i+1) * float64(y)
	}
	if sum == 0 {
		return 0, false
	}
	n := float64(len(sorted))
	return 2*ranked/(n*sum) - (n+1)/n, true
}

// GeneralisedGini returns Gini's G for c events on n places, as far as it is more
// than it must be where there are fewer events than places:
//
//	G′ = max(n/c, 1)(G − 1) + 1
//
// It is 0 where each event has a place of its own; false where there is none.
// (Bernasco & Steenbeek 2017, Journal of Quantitative Criminology 33.)
func GeneralisedGini(counts []int64) (float64, bool) {
	g, ok := Gini(counts)
	if !ok {
		return 0, false
	}
	return generalised(g, len(counts), total(counts)), true
}

func generalised(g float64, places int, events int64) float64 {
	return max(float64(places)/float64(events), 1)*(g-1) + 1
}

func total(counts []int64) (sum int64) {
	for _, y := range counts {
		sum += y
	}
	return sum
}

// Chance says how an Excess is found.
type Chance struct {
	// Seed of the draws. The same gives the same.
	Seed uint64
	// Draws is how many times events are placed at random. Required: 39 or more,
	// so that an interval of 95 % leaves one out at each end.
	Draws int
}

// Excess is by how much a GeneralisedGini is above that of events placed at random.
type Excess struct {
	// Score is the GeneralisedGini.
	Score float64
	// Least and Most hold the excess in 95 of 100 random placements, two-sided. Where
	// Least is above 0, chance alone does not explain the score.
	Least, Most float64
}

// maxDrawn bounds the events of a draw, and with them the time that it takes.
const maxDrawn = 100_000

// Excess compares counts with the same number of events placed at random: the
// null hypothesis is that each event lies on any of the places with the same
// chance, independently of the others; the alternative is any other placement. It is
// one test; who makes many must correct for them. It takes a step for
// each event of each draw, of which there are 100,000 or as many as places at most:
// more events than places lie the more evenly by chance the more there are, so that
// of yet more the excess is only understated. False where there is no event. Counts are not changed.
func (c Chance) Excess(counts []int64) (Excess, bool) {
	score, ok := GeneralisedGini(counts)
	if !ok {
		return Excess{}, false
	}
	random := rand.New(rand.NewPCG(c.Seed, 0))
	drawn, events := make([]int64, len(counts)), min(total(counts), max(maxDrawn, int64(len(counts))))
	scores := make([]float64, c.Draws)
	var frequencies []int
	for d := range scores {
		clear(drawn)
		for range events {
			drawn[random.IntN(len(drawn))]++
		}
		var g float64
		g, frequencies = giniOfSmall(drawn, events, frequencies)
		scores[d] = generalised(g, len(drawn), events)
	}
	slices.Sort(scores)
	outside := max(1, c.Draws/40) // of the draws at each end
	return Excess{Score: score, Least: score - scores[c.Draws-outside], Most: score - scores[outside-1]}, true
}

// giniOfSmall is Gini for counts of which none is large: they are sorted by how often
// each number is there. The frequencies are memory to use again.
func giniOfSmall(counts []int64, events int64, frequencies []int) (float64, []int) {
	frequencies = frequencies[:0]
	for _, y := range counts {
		for int64(len(frequencies)) <= y {
			frequencies = append(frequencies, 0)
		}
		frequencies[y]++
	}
	before, ranked := 0.0, 0.0
	for y, k := range frequencies {
		k := float64(k)
		ranked += float64(y) * (k*before + k*(k+1)/2)
		before += k
	}
	n := float64(len(counts))
	return 2*ranked/(n*float64(events)) - (n+1)/n, frequencies
}

// Half returns how many places hold half of all events at least, the fullest
// first; 0 where there is no event. Counts are not changed.
func Half(counts []int64) int {
	sorted := slices.Sorted(slices.Values(counts))
	slices.Reverse(sorted)
	all, held := total(counts), int64(0)
	for i, y := range sorted {
		if 2*held >= all {
			return i
		}
		held += y
	}
	if all == 0 {
		return 0
	}
	return len(sorted)
}

// Percentile returns the least count that so many percent of the places do not
// exceed, above 0 and up to 100; 0 where there is no place. Counts are not changed.
func Percentile(counts []int64, percent int) int64 {
	if len(counts) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(counts))
	return sorted[(len(sorted)*percent+99)/100-1]
}
