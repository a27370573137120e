package plan_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"commonground/geo/plan"
)

// town has stops on a square of three kilometres, of which some must be visited early.
func town(n, musts int) []plan.Stop {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	stops := make([]plan.Stop, n)
	for i := range stops {
		stops[i] = plan.Stop{X: random.Float64() * 3000, Y: random.Float64() * 3000, Expected: random.ExpFloat64() * 3}
		if i < musts {
			stops[i].Must, stops[i].Before = true, 90+60*random.Float64()
		}
	}
	return stops
}

func BenchmarkRound(b *testing.B) {
	shift := plan.Shift{Start: plan.Point{X: 1500, Y: 1500}, End: plan.Point{X: 1500, Y: 1500}, Minutes: 240, MetresPerMinute: 80, MinutesAtStop: 6}
	for _, c := range []struct{ stops, musts int }{{12, 3}, {40, 3}, {300, 0}, {300, 5}, {1000, 5}} {
		b.Run(fmt.Sprintf("%d stops, %d must", c.stops, c.musts), func(b *testing.B) {
			stops := town(c.stops, c.musts)
			b.ReportAllocs()
			var round plan.Round
			for b.Loop() {
				round, _ = shift.Round(stops)
			}
			b.ReportMetric(round.Expected, "items")
			b.ReportMetric(float64(len(round.Visits)), "visits")
		})
	}
}

func BenchmarkCover(b *testing.B) {
	demand := squares(40_000, 1)
	b.ReportAllocs()
	for b.Loop() {
		plan.Cover(demand, 150, 10)
	}
}

func BenchmarkCoverBest(b *testing.B) {
	for _, c := range []struct{ squares, sites int }{{100, 5}, {400, 5}, {800, 5}, {800, 10}} {
		b.Run(fmt.Sprintf("%d squares, %d sites", c.squares, c.sites), func(b *testing.B) {
			demand, found := squares(c.squares, 1), 0.0
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := plan.CoverBest(demand, 150, c.sites); ok {
					found = 1
				}
			}
			b.ReportMetric(found, "found")
		})
	}
}
