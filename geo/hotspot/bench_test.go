package hotspot_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"commonground/geo/hotspot"
)

// weeklyCube returns counts of 200 by 200 squares in so many weeks: a town with a few busy
// places, most squares 0.1 a week.
func weeklyCube(weeks int) [][]float64 {
	random := rand.New(rand.NewPCG(1, 2))
	steps := make([][]float64, weeks)
	for t := range steps {
		steps[t] = make([]float64, 40_000)
		for i := range steps[t] {
			x, y := i%200, i/200
			mean := .1 + 8*math.Exp(-float64((x%60-30)*(x%60-30)+(y%60-30)*(y%60-30))/20)
			steps[t][i] = float64(poisson(random, mean))
		}
	}
	return steps
}

// normalCube returns as many normal values, of which no two are equal.
func normalCube(weeks int) [][]float64 {
	random := rand.New(rand.NewPCG(3, 4))
	steps := make([][]float64, weeks)
	for t := range steps {
		steps[t] = make([]float64, 40_000)
		for i := range steps[t] {
			steps[t][i] = random.NormFloat64()
		}
	}
	return steps
}

// poisson draws a count with a mean that isn't large.
func poisson(random *rand.Rand, mean float64) int {
	n := 0
	for p := random.Float64(); p > math.Exp(-mean); n++ {
		p *= random.Float64()
	}
	return n
}

// BenchmarkHotspotsOfSummedWeeks sums 104 weeks of 40,000 squares, finds which are near
// which, scores them and corrects.
func BenchmarkHotspotsOfSummedWeeks(b *testing.B) {
	weeks, cells := weeklyCube(104), squares(200, 200)
	b.ReportAllocs()
	for b.Loop() {
		values, p := make([]float64, len(cells)), make([]float64, len(cells))
		for _, week := range weeks {
			for i, x := range week {
				values[i] += x
			}
		}
		for i, score := range hotspot.GetisOrd(values, hotspot.Queen(cells)) {
			p[i] = score.P
		}
		hotspot.BenjaminiHochberg(p)
	}
}

func BenchmarkEmerging(b *testing.B) {
	near := hotspot.Queen(squares(200, 200))
	for name, steps := range map[string][][]float64{"counts": weeklyCube(104), "normal": normalCube(104)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				hotspot.Emerging(steps, near)
			}
		})
	}
}

func BenchmarkPermuted(b *testing.B) {
	near, values := hotspot.Queen(squares(200, 200)), weeklyCube(1)[0]
	for _, draws := range []int{999, 99_999} {
		b.Run(fmt.Sprint(draws), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				hotspot.Chance{Seed: 1, Draws: draws}.Permuted(values, near)
			}
		})
	}
}

func BenchmarkQueen(b *testing.B) {
	cells := squares(200, 200)
	b.ReportAllocs()
	for b.Loop() {
		hotspot.Queen(cells)
	}
}
