package hotspot_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/hotspot"
)

// The first two are the examples of the literature: 25 % of the finds in half of the
// area, 20 % in a tenth.
func TestAssessByHand(t *testing.T) {
	tenth := []float64{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
	for _, c := range []struct {
		name                 string
		expected, found      []float64
		share                float64
		hitRate, pai, pei, e float64
	}{
		{"a quarter in half of the area", []float64{1, 0}, []float64{25, 75}, .5, .25, .5, 25.0 / 75, (24*24 + 75*75) / 2.0},
		{"a fifth in a tenth of the area", tenth, []float64{20, 80, 0, 0, 0, 0, 0, 0, 0, 0}, .1, .2, 2, .25, 5445.0 / 10},
		{"the best there is", tenth, []float64{3, 2, 1, 0, 0, 0, 0, 0, 0, 0}, .2, 5.0 / 6, 25.0 / 6, 1, 199.0 / 10},
		{"a map that is the same everywhere", []float64{1, 1, 1, 1}, []float64{8, 0, 0, 0}, .25, .25, 1, .25, 13},
		{"a share that ends among equals", []float64{5, 2, 2, 0}, []float64{4, 6, 0, 2}, .5, 7.0 / 12, 7.0 / 6, .7, 25.0 / 4},
		{"a share that ends within a square", []float64{2, 1}, []float64{6, 2}, .25, 3.0 / 8, 1.5, 1, 17.0 / 2},
		{"all of the area", tenth, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 5}, 1, 1, 1, 1, 310.0 / 10},
	} {
		got, ok := hotspot.Assess(c.expected, c.found, c.share)
		want := hotspot.Score{HitRate: c.hitRate, PAI: c.pai, PEI: c.pei, SquaredError: c.e}
		if !ok || !near(got.HitRate, want.HitRate, 1e-12) || !near(got.PAI, want.PAI, 1e-12) ||
			!near(got.PEI, want.PEI, 1e-12) || !near(got.SquaredError, want.SquaredError, 1e-12) {
			t.Errorf("%s: %+v, want %+v", c.name, got, want)
		}
	}
	for _, share := range []float64{0, -1, 1.01, math.NaN()} {
		if _, ok := hotspot.Assess(tenth, tenth, share); ok {
			t.Errorf("a share of %v has a score", share)
		}
	}
	for _, found := range [][]float64{nil, {0, 0}} {
		if _, ok := hotspot.Assess(found, found, .5); ok {
			t.Errorf("%v has a score", found)
		}
	}
}

// Ties are broken as if at random, so no order of squares changes a score.
func TestLawsOfScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weeks, order := drawnWeeks(t)
		expected, found := weeks[0], weeks[len(weeks)-1]
		share := rapid.Float64Range(.01, 1).Draw(t, "share")
		score, ok := hotspot.Assess(expected, found, share)
		other, also := hotspot.Assess(inOrder(expected, order), inOrder(found, order), share)
		if ok != also || !near(score.PAI, other.PAI, 1e-9) || !near(score.PEI, other.PEI, 1e-9) || !near(score.SquaredError, other.SquaredError, 1e-9) {
			t.Fatalf("%+v, in another order %+v", score, other)
		}
		if score.PEI > 1+1e-9 || score.HitRate > 1+1e-9 || score.PAI > 1/share+1e-9 {
			t.Fatalf("%+v is better than the best", score)
		}
		if best, ok := hotspot.Assess(found, found, share); ok && (!near(best.PEI, 1, 1e-9) || best.PAI < 1-1e-9 || best.SquaredError != 0) {
			t.Fatalf("what was found scores %+v by itself", best)
		}
	})
}

func naive(past [][]float64) []float64 { return hotspot.Naive(past, hotspot.NaiveWeeks) }

// A forecast sees the weeks before its own and no other.
func TestRollingLooksBackOnly(t *testing.T) {
	steps := make([][]float64, 12)
	for w := range steps {
		steps[w] = []float64{float64(w), 1}
	}
	steps[9] = []float64{0, 0}
	var lengths []int
	spy := func(past [][]float64) []float64 {
		if got := past[len(past)-1][0]; got != steps[len(past)-1][0] {
			t.Errorf("after %d weeks the last has %v", len(past), got)
		}
		lengths = append(lengths, len(past))
		return naive(past)
	}
	for origins, want := range map[int][]int{3: {9, 10, 11}, 26: {4, 5, 6, 7, 8, 9, 10, 11}} {
		lengths = nil
		a, ok := hotspot.Trial{Origins: origins, AreaShare: .5, Chance: hotspot.Chance{Draws: 39}}.Rolling(steps, spy, naive)
		if !ok || !slices.Equal(lengths, want) || a.Origins != len(want)-1 {
			t.Errorf("%d origins: forecast after %v weeks, %d of them counted", origins, lengths, a.Origins)
		}
		if a.Gain != 0 || a.Least != 0 || a.Most != 0 || a.Beats || a.Forecast != a.Naive {
			t.Errorf("beside itself: %+v", a)
		}
	}
	for name, trial := range map[string]hotspot.Trial{
		"no origin": {AreaShare: .5, Chance: hotspot.Chance{Draws: 39}}, "no share": {Origins: 3, Chance: hotspot.Chance{Draws: 39}},
	} {
		if a, ok := trial.Rolling(steps, naive, naive); ok {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if a, ok := (hotspot.Trial{Origins: 26, AreaShare: .5, Chance: hotspot.Chance{Draws: 39}}).Rolling(steps[:4], naive, naive); ok {
		t.Errorf("nothing to try: %+v", a)
	}
}

// Two weeks after four: of 4 and 6 items the first forecast has 3 and 6 in its half, the
// naive one 1 and 0. Hit rates are 9/10 and 1/10 of all ten, not means of weeks.
func TestRollingByHand(t *testing.T) {
	steps := [][]float64{{0, 1}, {0, 1}, {0, 1}, {0, 1}, {3, 1}, {6, 0}}
	first := func([][]float64) []float64 { return []float64{1, 0} }
	second := func([][]float64) []float64 { return []float64{0, 1} }
	a, ok := hotspot.Trial{Origins: 26, AreaShare: .5, Chance: hotspot.Chance{Seed: 1, Draws: 199}}.Rolling(steps, first, second)
	if !ok || a.Origins != 2 || !near(a.Forecast.PAI, 1.8, 1e-12) || !near(a.Naive.PAI, .2, 1e-12) || !near(a.Gain, 1.6, 1e-12) ||
		!near(a.Forecast.PEI, 1, 1e-12) || !near(a.Naive.PEI, 1.0/9, 1e-12) {
		t.Errorf("%+v", a)
	}
	// Of draws of two weeks, a quarter have the first twice, a quarter the second twice.
	if !near(a.Least, 1, 1e-12) || !near(a.Most, 2, 1e-12) || a.Beats {
		t.Errorf("%+v, of two weeks", a)
	}
}

// Squares with steady rates, and weeks that draw from them: to remember longer is
// better. Where each place has its items for few weeks, it isn't, and that is said too.
func TestForecastBeatsNaiveOnlyWhereItDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 3))
	steady, moving := make([][]float64, 60), make([][]float64, 60)
	for w := range steady {
		steady[w], moving[w] = make([]float64, 400), make([]float64, 400)
		for i := range 400 {
			steady[w][i] = poissonItems(random, 2/(1+float64(i)/10))
			if (i+400-w*10)%400 < 40 { // each place for four weeks
				moving[w][i] = poissonItems(random, 2)
			}
		}
	}
	trial := hotspot.Trial{Origins: 26, AreaShare: .05, Chance: hotspot.Chance{Seed: 1, Draws: 999}}
	forecast := hotspot.Forecaster{HalfLife: 26}.Expect
	for _, c := range []struct {
		name  string
		steps [][]float64
		beats bool
	}{{"steady", steady, true}, {"moving", moving, false}} {
		a, ok := trial.Rolling(c.steps, forecast, naive)
		t.Logf("%s: %+v", c.name, a)
		if !ok || a.Beats != c.beats || a.Forecast.PEI >= 1 || a.Origins != 26 {
			t.Errorf("%s: %+v", c.name, a)
		}
		back, _ := trial.Rolling(c.steps, naive, forecast)
		if !near(back.Gain, -a.Gain, 1e-12) || !near(back.Least, -a.Most, 1e-12) {
			t.Errorf("%s: the other way round %+v", c.name, back)
		}
	}
	if a, _ := (hotspot.Trial{Origins: hotspot.LeastOrigins - 1, AreaShare: .05, Chance: trial.Chance}).Rolling(steady, forecast, naive); a.Beats {
		t.Errorf("%+v, of few weeks", a)
	}
}

// The null hypothesis is true where both point to squares at random. At 5 % two-sided, one
// trial in forty says that a forecast beats the other; of few weeks an interval by
// drawing them anew is a little too short, and the bound allows for it.
func TestFewForecastsBeatByChance(t *testing.T) {
	const tries, squares = 2000, 50
	random := rand.New(rand.NewPCG(5, 5))
	atRandom := func([][]float64) []float64 {
		expected := make([]float64, squares)
		for i := range expected {
			expected[i] = random.Float64()
		}
		return expected
	}
	for origins, most := range map[int]float64{hotspot.LeastOrigins: .06, 26: .045} {
		beats, covers := 0, 0
		for try := range uint64(tries) {
			steps := make([][]float64, origins+hotspot.NaiveWeeks)
			for w := range steps {
				for range squares {
					steps[w] = append(steps[w], poissonItems(random, .4))
				}
			}
			a, ok := hotspot.Trial{Origins: origins, AreaShare: .2, Chance: hotspot.Chance{Seed: try, Draws: 199}}.Rolling(steps, atRandom, atRandom)
			if ok && a.Beats {
				beats++
			}
			if a.Least <= 0 && a.Most >= 0 {
				covers++
			}
		}
		share := float64(beats) / tries
		t.Logf("%d weeks: %.1f %% beat by chance, %.1f %% of intervals hold 0", origins, 100*share, 100*float64(covers)/tries)
		if share > most || share < .01 || float64(covers)/tries < .88 {
			t.Errorf("%d weeks: %d of %d beat by chance, %d intervals hold 0", origins, beats, tries, covers)
		}
	}
}

func BenchmarkRolling(b *testing.B) {
	steps := manyWeeks(104, 40_000)
	trial := hotspot.Trial{Origins: 26, AreaShare: .05, Chance: hotspot.Chance{Seed: 1, Draws: 999}}
	b.ReportAllocs()
	for b.Loop() {
		trial.Rolling(steps, hotspot.Forecaster{}.Expect, naive)
	}
}
