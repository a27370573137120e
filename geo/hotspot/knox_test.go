package hotspot_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"commonground/geo/hotspot"
)

// Six events, worked by hand for 100 m and 7 days. Of their 15 pairs those among the first
// three are near in both, and that of the fourth and the fifth in space alone. The first three are near
// in time to the fourth, and the third to the last: near in time alone are 4.
var sixEvents = []hotspot.Event{{0, 0, 0}, {30, 0, 2}, {40, 10, 3}, {500, 500, 0}, {510, 505, 20}, {900, 0, 10}}

func TestKnoxByHand(t *testing.T) {
	near, ok := hotspot.Knox(sixEvents, 100, 7)
	if !ok || near.Both != 3 || near.Space != 1 || near.Time != 4 || near.Neither != 7 || math.Abs(near.Expected-28.0/15) > 1e-12 {
		t.Errorf("%+v, %v", near, ok)
	}
	// p by draws is that over all orders of the days.
	orders, asMany := 0, 0
	days := []float64{0, 2, 3, 0, 20, 10}
	permutations(days, 0, func(days []float64) {
		events := slices.Clone(sixEvents)
		for i := range events {
			events[i].Day = days[i]
		}
		orders++
		if near, _ := hotspot.Knox(events, 100, 7); near.Both >= 3 {
			asMany++
		}
	})
	want := float64(asMany) / float64(orders)
	got, ok := hotspot.Chance{Seed: 1, Draws: 20_000}.Knox(sixEvents, 100, 7)
	if margin := 4 * math.Sqrt(want*(1-want)/20_000); !ok || math.Abs(got-want) > margin {
		t.Errorf("p is %.4f, and over all %d orders %.4f", got, orders, want)
	}
}

func permutations(of []float64, from int, do func([]float64)) {
	if from == len(of) {
		do(of)
		return
	}
	for i := from; i < len(of); i++ {
		of[from], of[i] = of[i], of[from]
		permutations(of, from+1, do)
		of[from], of[i] = of[i], of[from]
	}
}

func TestKnoxOfTooFew(t *testing.T) {
	for _, events := range [][]hotspot.Event{nil, sixEvents[:1]} {
		if near, ok := hotspot.Knox(events, 100, 7); ok || near != (hotspot.Near{}) {
			t.Errorf("%d events: %+v", len(events), near)
		}
		if p, ok := (hotspot.Chance{Seed: 1, Draws: 99}).Knox(events, 100, 7); ok || p != 1 {
			t.Errorf("%d events: p is %v", len(events), p)
		}
	}
}

// Where days have nothing to do with places, p is below .05 in one of twenty, about.
func TestFewEventsByChanceAreNearInBoth(t *testing.T) {
	const towns = 400
	random, told := rand.New(rand.NewPCG(71, 72)), 0
	for range towns {
		events := make([]hotspot.Event, 40)
		for i := range events {
			events[i] = hotspot.Event{X: random.Float64() * 1000, Y: random.Float64() * 1000, Day: math.Floor(random.Float64() * 60)}
		}
		before := slices.Clone(events)
		if p, _ := (hotspot.Chance{Seed: random.Uint64(), Draws: 199}).Knox(events, 200, 7); p <= .05 {
			told++
		}
		if !slices.Equal(events, before) {
			t.Fatal("the events were changed")
		}
	}
	// Binomial: 20 of 400, and three standard deviations, 13.
	if told > 33 {
		t.Errorf("%d of %d are told by chance", told, towns)
	}
	t.Logf("%.3f are told by chance", float64(told)/towns)
}

// Events that come again near the place within days are found.
func TestNearRepeatsAreFound(t *testing.T) {
	random := rand.New(rand.NewPCG(73, 74))
	var events []hotspot.Event
	for range 20 {
		e := hotspot.Event{X: random.Float64() * 2000, Y: random.Float64() * 2000, Day: random.Float64() * 100}
		events = append(events, e, hotspot.Event{X: e.X + 30, Y: e.Y, Day: e.Day + 3})
	}
	if p, _ := (hotspot.Chance{Seed: 1, Draws: 999}).Knox(events, 100, 7); p > .002 {
		t.Errorf("p is %v", p)
	}
}
