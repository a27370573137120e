package hotspot

import "math"

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
// same squares. It is empty where there is no step; with fewer than LeastSteps each
// Category is None.
//
// Each square has a Gi* at each step: its value, those near it, and the same of the step
// before, against the mean and deviation of all squares at all steps; at the first step
// there is none before. P is corrected by Benjamini–Hochberg over all squares and steps; Mann–Kendall
// is over each square's Z, two-sided and not corrected. Steps are not changed.
//
//	step t − 1     step t
//	  n n n        n n n
//	  n i n        n I n
//	  n n n        n n n
//
// The null hypothesis of each Gi* is as for GetisOrd, with a value for each square at each
// step.
func Emerging(steps [][]float64, near *Neighbours) []Emerged {
	if len(steps) == 0 {
		return nil
	}
	scores := spaceTime(steps, near)
	var p []float64
	for _, step := range scores {
		for _, score := range step {
			p = append(p, score.P)
		}
	}
	q := BenjaminiHochberg(p)
	cells := len(steps[0])
	emerged := make([]Emerged, cells)
	signs, series := make([]int8, len(steps)), make([]float64, len(steps))
	for i := range emerged {
		for t := range steps {
			series[t], signs[t] = scores[t][i].Z, 0
			if q[t*cells+i] < Significant {
				signs[t] = int8(sign(scores[t][i].Z))
			}
		}
		e := &emerged[i]
		e.Last, e.Q, e.Trend = scores[len(steps)-1][i], q[(len(steps)-1)*cells+i], MannKendall(series)
		e.Hot, e.Cold = tally(signs)
		if len(steps) >= LeastSteps {
			e.Category = categorise(signs, e.Trend.Sign())
		}
	}
	return emerged
}

// spaceTime returns Gi* by step and square.
func spaceTime(steps [][]float64, near *Neighbours) [][]Local {
	var all []float64
	for _, step := range steps {
		all = append(all, step...)
	}
	n := float64(len(all))
	mean, deviation := spread(all)
	scores := make([][]Local, len(steps))
	for t, step := range steps {
		scores[t] = make([]Local, len(step))
		for i := range step {
			sum, weight := 0.0, 0.0
			for _, values := range steps[max(0, t-1) : t+1] {
				sum += values[i]
				weight += float64(1 + len(near.of(i)))
				for _, j := range near.of(i) {
					sum += values[j]
				}
			}
			scores[t][i] = local(sum-mean*weight, deviation*math.Sqrt((n*weight-weight*weight)/(n-1)))
		}
	}
	return scores
}
