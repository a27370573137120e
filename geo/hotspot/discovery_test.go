package hotspot_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/hotspot"
)

// The numbers are those of p.adjust(p, "BH") in R 4.2.
func TestBenjaminiHochberg(t *testing.T) {
	none := math.NaN()
	for _, c := range []struct{ p, q []float64 }{
		{nil, nil},
		{[]float64{.04}, []float64{.04}},
		{[]float64{.01, .02, none, .03, .02, .5, 1, 0}, []float64{.035, .035, none, .042, .035, .5833333333, 1, 0}},
		{[]float64{.9, .9, .95}, []float64{.95, .95, .95}},
		{[]float64{none, none}, []float64{none, none}},
	} {
		given := slices.Clone(c.p)
		q := hotspot.BenjaminiHochberg(c.p)
		for i, want := range c.q {
			if math.IsNaN(want) != math.IsNaN(q[i]) || math.Abs(q[i]-want) > 1e-10 {
				t.Errorf("%v: %v, want %v", c.p, q, c.q)
			}
			if p := c.p[i]; p != given[i] && !math.IsNaN(p) {
				t.Errorf("%v were changed to %v", given, c.p)
			}
		}
		if len(q) != len(c.q) {
			t.Errorf("%v: %v, want %v", c.p, q, c.q)
		}
	}
}

// Neither the order of the squares, nor a constant added, nor another unit changes a score;
// a negative one turns it round.
func TestScoresGoByPlaceAndValueAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := randomSet(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), "")
		added, unit := rapid.Float64Range(-100, 100).Draw(t, "added"), rapid.SampledFrom([]float64{.001, 3, 1e6, -1}).Draw(t, "unit")
		order := rapid.Permutation(indices(len(set.cells))).Draw(t, "order")
		cells, values := make([]hotspot.Cell, len(order)), make([]float64, len(order))
		for i, j := range order {
			cells[i], values[i] = set.cells[j], added+unit*set.values[j]
		}
		scores, others := hotspot.GetisOrd(set.values, set.near()), hotspot.GetisOrd(values, hotspot.Queen(cells))
		chance := hotspot.Chance{Seed: 1, Draws: 99}
		permuted, again := chance.Permuted(set.values, set.near()), make([]float64, len(order))
		for i, x := range set.values {
			again[i] = added + unit*x
		}
		again = chance.Permuted(again, set.near())
		for i, j := range order {
			want := scores[j]
			if unit < 0 {
				want.Z = -want.Z
			}
			got := others[i]
			if got.OK != want.OK || math.Abs(got.Z-want.Z) > 1e-6 || math.Abs(got.P-want.P) > 1e-6 {
				t.Fatalf("square %v: %+v, then %+v", cells[i], want, got)
			}
			if permuted[i] != again[i] {
				t.Fatalf("square %v: permuted p %v, then %v", set.cells[i], permuted[i], again[i])
			}
		}
	})
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestNoScoreWhereThereIsNothingToTell(t *testing.T) {
	for name, c := range map[string]struct {
		cells  []hotspot.Cell
		values []float64
	}{
		"no squares":            {nil, nil},
		"one square":            {squares(1, 1), []float64{4}},
		"all equal":             {squares(3, 3), slices.Repeat([]float64{.1}, 9)},
		"each near every other": {squares(2, 2), []float64{1, 2, 3, 4}},
	} {
		for i, score := range hotspot.GetisOrd(c.values, hotspot.Queen(c.cells)) {
			if score != (hotspot.Local{P: 1}) {
				t.Errorf("%s, square %d: %+v", name, i, score)
			}
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a cell is there twice, and nobody complains")
		}
	}()
	hotspot.Queen([]hotspot.Cell{{X: 1}, {X: 2}, {X: 1}})
}

// Neighbours reach over 0 and are found where columns end.
func TestQueenAtTheEndsOfNumbers(t *testing.T) {
	cells := []hotspot.Cell{{X: -1, Y: -1}, {X: 0, Y: 0}, {X: math.MaxInt32, Y: 5}, {X: math.MinInt32, Y: 5}}
	scores := hotspot.GetisOrd([]float64{1, 2, 3, 10}, hotspot.Queen(cells))
	alone := hotspot.GetisOrd([]float64{1, 2, 3, 10}, hotspot.Related(4, func(i, j int) bool { return i < 2 && j < 2 }))
	if !slices.Equal(scores, alone) {
		t.Errorf("%+v, want %+v", scores, alone)
	}
}
