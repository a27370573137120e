package hotspot_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/hotspot"
)

// on puts counts on a number of places; the others have none.
func on(places int, counts ...int64) []int64 {
	return append(counts, make([]int64, places-len(counts))...)
}

// The numbers are worked examples of the formulas by hand, and those for events
// placed at random the means of Poisson counts.
func TestGini(t *testing.T) {
	for _, c := range []struct {
		name              string
		counts            []int64
		gini, generalised float64
	}{
		{"four places", []int64{10, 20, 30, 40}, .25, .25},
		{"in another order", []int64{40, 10, 30, 20}, .25, .25},
		{"equal", []int64{3, 3, 3}, 0, 0},
		{"five ones on a hundred", on(100, 1, 1, 1, 1, 1), .95, 0},
		{"three, one and one on a hundred", on(100, 3, 1, 1), .978, .56},
		{"all five in one of a hundred", on(100, 5), .99, .80},
		{"one place", []int64{7}, 0, 0},
	} {
		g, ok := hotspot.Gini(c.counts)
		generalised, also := hotspot.GeneralisedGini(c.counts)
		if !ok || !also || math.Abs(g-c.gini) > 1e-12 || math.Abs(generalised-c.generalised) > 1e-12 {
			t.Errorf("%s: %.6f and %.6f, want %v and %v", c.name, g, generalised, c.gini, c.generalised)
		}
	}
	for _, none := range [][]int64{nil, {0}, {0, 0}} {
		if _, ok := hotspot.Gini(none); ok {
			t.Errorf("%v has a coefficient", none)
		}
		if _, ok := (hotspot.Chance{Draws: 39}).Excess(none); ok {
			t.Errorf("%v has an excess", none)
		}
	}
}

func TestChanceAloneGivesAHighGini(t *testing.T) {
	const places = 1_000_000
	for mean, want := range map[float64]float64{.1: .9092, .5: .6737, 1: .5238, 2: .3858, 5: .2491} {
		var counts []int64
		probability := math.Exp(-mean)
		for n := range int64(40) {
			counts = append(counts, slices.Repeat([]int64{n}, int(math.Round(probability*places)))...)
			probability *= mean / float64(n+1)
		}
		if g, _ := hotspot.Gini(counts); math.Abs(g-want) > 1e-4 {
			t.Errorf("mean %v: %.5f, want %v", mean, g, want)
		}
	}
}

func TestExcessOverRandomPlacement(t *testing.T) {
	chance := hotspot.Chance{Seed: 1, Draws: 199}
	random := rand.New(rand.NewPCG(3, 4))
	scattered := make([]int64, 100)
	for range 200 {
		scattered[random.IntN(100)]++
	}
	if e, _ := chance.Excess(scattered); e.Least > 0 || e.Most < 0 {
		t.Errorf("scattered at random: %+v", e)
	}
	if e, _ := chance.Excess(on(100, 60, 50, 40, 20, 20, 10)); e.Least <= 0 || e.Most < e.Least {
		t.Errorf("on a few places: %+v", e)
	}
	if e, _ := chance.Excess(slices.Repeat([]int64{2}, 100)); e.Most >= 0 {
		t.Errorf("more even than chance: %+v", e)
	}
	first, _ := chance.Excess(scattered)
	if again, _ := chance.Excess(scattered); again != first {
		t.Errorf("the same seed gives %+v, then %+v", first, again)
	}
}

// Of more events than are drawn the excess is understated, never overstated.
func TestExcessOfMoreEventsThanAreDrawn(t *testing.T) {
	chance := hotspot.Chance{Seed: 1, Draws: 39}
	many := make([]int64, 1000)
	random := rand.New(rand.NewPCG(7, 8))
	for range 2_000_000 {
		many[random.IntN(1000)]++
	}
	if e, _ := chance.Excess(many); e.Least > 0 {
		t.Errorf("at random: %+v", e)
	}
	many[0] += 3_000_000
	if e, _ := chance.Excess(many); e.Least < .5 {
		t.Errorf("most in one place: %+v", e)
	}
}

// At 5 % in all, one random placement in forty lies above the interval.
func TestFewRandomPlacementsExceedChance(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	above := 0
	const tries = 400
	for try := range uint64(tries) {
		counts := make([]int64, 50)
		for range 120 {
			counts[random.IntN(50)]++
		}
		if e, _ := (hotspot.Chance{Seed: try, Draws: 199}).Excess(counts); e.Least > 0 {
			above++
		}
	}
	if above > tries/20 {
		t.Errorf("%d of %d", above, tries)
	}
}

func TestHalfAndPercentiles(t *testing.T) {
	for _, c := range []struct {
		counts                []int64
		half                  int
		median, most, largest int64
	}{
		{nil, 0, 0, 0, 0},
		{[]int64{0, 0}, 0, 0, 0, 0},
		{[]int64{5}, 1, 5, 5, 5},
		{[]int64{1, 1, 1, 1}, 2, 1, 1, 1},
		{[]int64{1, 9, 1, 1}, 1, 1, 9, 9},
		{[]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 4, 5, 9, 10},
	} {
		if half := hotspot.Half(c.counts); half != c.half {
			t.Errorf("%v: half is in %d, want %d", c.counts, half, c.half)
		}
		got := [3]int64{hotspot.Percentile(c.counts, 50), hotspot.Percentile(c.counts, 90), hotspot.Percentile(c.counts, 100)}
		if got != [3]int64{c.median, c.most, c.largest} {
			t.Errorf("%v: %v", c.counts, got)
		}
	}
}

// No order of the places, and no other unit of counting, changes how uneven they
// are; and they stay as they were.
func TestGiniDoesNotGoByOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 40).Draw(t, "counts")
		given := slices.Clone(counts)
		g, ok := hotspot.Gini(counts)
		twice := make([]int64, len(counts))
		for i, at := range rapid.Permutation(counts).Draw(t, "order") {
			twice[i] = 2 * at
		}
		other, also := hotspot.Gini(twice)
		if ok != also || math.Abs(g-other) > 1e-9 || g < -1e-9 || g >= 1 || !slices.Equal(counts, given) {
			t.Fatalf("%v: %v, %v", counts, g, other)
		}
	})
}
