package plan_test

import (
	"math"
	"testing"

	"commonground/geo/plan"
)

// diamond is set 64 of Chao, Golden & Wasil 1996 (European Journal of Operational
// Research 88): a lattice turned by 45 degrees, from its lowest to its highest point, with
// more to find towards the sides.
func diamond() (start, end plan.Point, stops []plan.Stop) {
	for y := -7.0; y <= 7; y++ {
		for x := -7.0; x <= 7; x++ {
			if out := math.Abs(x) + math.Abs(y); out > 7 || math.Mod(out, 2) == 0 || math.Abs(y) == 7 {
				continue
			}
			stops = append(stops, plan.Stop{X: x, Y: y, Expected: 3 * (7 - math.Abs(y) + math.Abs(x))})
		}
	}
	return plan.Point{Y: -7}, plan.Point{Y: 7}, stops
}

// The best that was published since for each length.
func TestPublishedOrienteering(t *testing.T) {
	start, end, stops := diamond()
	if len(stops) != 62 {
		t.Fatalf("%d stops, want 62", len(stops))
	}
	for _, c := range []struct{ length, best float64 }{
		{15, 96}, {20, 294}, {25, 390}, {30, 474}, {35, 576}, {40, 714}, {45, 816}, {50, 900},
		{55, 984}, {60, 1062}, {65, 1116}, {70, 1188}, {75, 1236}, {80, 1284},
	} {
		round, err := plan.Shift{Start: start, End: end, Minutes: c.length, MetresPerMinute: 1, Detour: 1}.Round(stops)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%v: %v of %v in %.2f", c.length, round.Expected, c.best, round.Minutes)
		if round.Expected > c.best || round.Expected < .98*c.best {
			t.Errorf("length %v: %v, and the best is %v", c.length, round.Expected, c.best)
		}
	}
}
