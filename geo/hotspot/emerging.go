package hotspot

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
)

// LeastSteps is how many steps a series needs to have a category: the fewest of which 90 % are not all.
const LeastSteps = 10

// Emerged is what a square came to be over the steps of a series.
type Emerged struct {
	Category Category
	// Last is the score at the last step.
	Last Local
	// Q is Last's P, corrected for all steps of all squares.
	Q float64
	// Hot and Cold are the steps with Q below Significant and a Z above 0, and below it.
	Hot, Cold int
	// Trend is that of the square's Z over all steps.
	Trend Trend
}

// Emerging returns what each square came to be over steps of equal length, such as weeks,
// oldest first: steps[t][i] is the value of square i at step t, and all steps have the
// same squares. It is nil where there is no step or no square; with fewer than LeastSteps each
// Category is None. Steps are not changed. It uses all processors.
//
// Each square has a Gi* at each step: its value, those near it, and the same of the step
// before, against the mean and deviation of all squares at all steps; at the first step
// there is none before.
//
//	step t − 1     step t
//	  n n n        n n n
//	  n i n        n I n
//	  n n n        n n n
//
// The null hypothesis of each is that the values lie on the squares and steps in any order
// with the same chance; the alternative, two-sided, that there is more or less around the square
// than that. P is corrected by Benjamini–Hochberg over all squares and steps. Mann–Kendall over
// the Z of each square is two-sided and not corrected. A step shares half of its values with the
// next, so that by chance alone a trend is found more often than Significant says.
//
// Source: "Emerging Hot Spot Analysis" in Esri's ArcGIS Pro, whose time step interval is
// 1 here and whose window is the entire cube. We differ in that its categories are tried in one order; see Category.
func Emerging(steps [][]float64, near *Neighbours) []Emerged {
	if len(steps) == 0 || len(steps[0]) == 0 {
		return nil
	}
	cube := scoreCube(steps, near)
	emerged := make([]Emerged, len(steps[0]))
	least := cube.correct(emerged)
	inParallel(len(emerged), func(from, to int) { cube.emerge(emerged, from, to, least) })
	return emerged
}

// scored is the Gi* of each square at each step.
type scored struct {
	squares int
	z       []float64 // of square i at step t at t·squares + i
	ok      []bool    // whether a square has a score at the last step
}

// scoreCube returns the Gi* of the squares at all steps.
func scoreCube(steps [][]float64, near *Neighbours) scored {
	squares := len(steps[0])
	cube := scored{squares: squares, z: make([]float64, len(steps)*squares), ok: make([]bool, squares)}
	n := float64(len(cube.z))
	mean, deviation := spread(steps...)
	inParallel(len(steps), func(from, to int) {
		before, now := make([]float64, squares), make([]float64, squares)
		if from > 0 {
			near.sums(steps[from-1], before)
		}
		for t := from; t < to; t++ {
			near.sums(steps[t], now)
			z := cube.z[t*squares : (t+1)*squares]
			for i := range z {
				weight := float64(1 + len(near.of(i)))
				if t > 0 {
					weight *= 2
				}
				score := local(now[i]+before[i]-mean*weight, deviation*math.Sqrt((n*weight-weight*weight)/(n-1)))
				z[i] = score.Z
				if t == len(steps)-1 {
					cube.ok[i] = score.OK
				}
			}
			before, now = now, before
		}
	})
	return cube
}

// correct fills in the last score of each square and its Q, and returns the least distance
// of a Z from 0 that is significant after correction.
func (c scored) correct(emerged []Emerged) (least float64) {
	last, order := c.z[len(c.z)-c.squares:], make([]int, c.squares)
	for i, z := range last {
		emerged[i].Last, order[i] = Local{Z: z, P: twoSided(z), OK: c.ok[i]}, i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(math.Abs(last[i]), math.Abs(last[j])) })
	distances := sortedDistances(c.z)
	least, q, p, tests := math.Inf(1), 1.0, 1.0, float64(len(distances))
	for k, d := range distances { // the largest p first
		if k == 0 || d != distances[k-1] {
			p = twoSided(d)
		}
		q = min(q, p*tests/(tests-float64(k)))
		if q < Significant {
			least = min(least, d)
		}
		for len(order) > 0 && math.Abs(last[order[0]]) <= d {
			emerged[order[0]].Q, order = q, order[1:]
		}
	}
	return least
}

// emerge fills in what the squares from one up to another came to be, where a Z at least
// so far from 0 is significant.
func (c scored) emerge(emerged []Emerged, from, to int, least float64) {
	const block = 16 // squares whose scores lie side by side in memory
	steps := len(c.z) / c.squares
	series, signs := make([]float64, block*steps), make([]int8, steps)
	for ; from < to; from += block {
		some := min(block, to-from)
		for t := range steps {
			for k, z := range c.z[t*c.squares+from:][:some] {
				series[k*steps+t] = z
			}
		}
		for k := range some {
			emerged[from+k].describe(series[k*steps:(k+1)*steps], signs, least)
		}
	}
}

// describe fills in what a square came to be by its scores. The signs are memory to use.
func (e *Emerged) describe(series []float64, signs []int8, least float64) {
	for t, z := range series {
		signs[t] = 0
		if math.Abs(z) >= least {
			signs[t] = int8(sign(z))
		}
	}
	e.Hot, e.Cold = tally(signs)
	e.Trend = MannKendall(series)
	if len(series) >= LeastSteps {
		e.Category = categorise(signs, e.Trend.Sign())
	}
}

// inParallel calls work for the parts of 0 up to n, one for each processor, and
// waits for all.
func inParallel(n int, work func(from, to int)) {
	var all sync.WaitGroup
	parts := runtime.GOMAXPROCS(0)
	for part := range parts {
		all.Go(func() { work(part*n/parts, (part+1)*n/parts) })
	}
	all.Wait()
}
