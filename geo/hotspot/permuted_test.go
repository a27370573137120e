package hotspot_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"commonground/geo/hotspot"
)

// exactly returns the p of a square by all ways in which the others can lie around it.
func exactly(values []float64, cells []hotspot.Cell, i int) float64 {
	var others []float64
	around, found := 0, 0.0
	for j, cell := range cells {
		if j == i {
			continue
		}
		others = append(others, values[j])
		if max(abs(cell.X-cells[i].X), abs(cell.Y-cells[i].Y)) == 1 {
			around++
			found += values[j]
		}
	}
	mean, all, asFar := 0.0, 0, 0
	for _, x := range others {
		mean += x * float64(around) / float64(len(others))
	}
	for chosen := range 1 << len(others) {
		count, sum := 0, 0.0
		for k, x := range others {
			if chosen>>k&1 == 1 {
				count++
				sum += x
			}
		}
		if count != around {
			continue
		}
		all++
		if math.Abs(sum-mean) > math.Abs(found-mean)-1e-9 {
			asFar++
		}
	}
	return float64(asFar) / float64(all)
}

func abs(x int32) int32 { return max(x, -x) }

func TestPermutedIsAsAllOrdersHaveIt(t *testing.T) {
	const draws = 20_000
	holes := append(squares(3, 3)[1:], hotspot.Cell{X: 3, Y: 3}, hotspot.Cell{X: 9, Y: 9})
	for _, c := range []struct {
		name   string
		cells  []hotspot.Cell
		values []float64
	}{
		{"counts", squares(4, 3), []float64{0, 1, 0, 0, 2, 9, 7, 0, 1, 8, 6, 1}},
		{"few", squares(4, 3), []float64{0, 0, 0, 0, 0, 1, 3, 0, 0, 0, 0, 0}},
		{"rates, some below 0", squares(3, 4), []float64{-1, .1, .2, 1. / 3, 7, 1e-3, -2, .7, .6, 4, 4.1, -.9}},
		{"with holes and one far away", holes, []float64{4, 0, 1, 0, 2, 0, 1, 0, 9, 5}},
		{"nine, all around one", squares(3, 3), []float64{5, 0, 1, 2, 2, 0, 0, 1, 4}},
	} {
		given := slices.Clone(c.values)
		p := hotspot.Chance{Seed: 5, Draws: draws}.Permuted(c.values, hotspot.Queen(c.cells))
		for i := range p {
			want := exactly(c.values, c.cells, i)
			if off := math.Abs(p[i] - want); off > 4*math.Sqrt(want*(1-want)/draws)+2./draws {
				t.Errorf("%s, square %d: %v, want %v", c.name, i, p[i], want)
			}
		}
		if !slices.Equal(c.values, given) {
			t.Errorf("%s: the values were changed", c.name)
		}
	}
}

func TestPermutedAtItsEdges(t *testing.T) {
	near := hotspot.Queen(squares(20, 20))
	chance := hotspot.Chance{Seed: 1, Draws: 99}
	busy := make([]float64, 400)
	for _, i := range []int{210, 211, 212, 230, 231, 232, 250, 251, 252} {
		busy[i] = 50
	}
	p := chance.Permuted(busy, near)
	if p[231] != .01 {
		t.Errorf("the least p of 99 draws is %v, want .01", p[231])
	}
	if !slices.Equal(p, chance.Permuted(busy, near)) {
		t.Error("the same seed gives other numbers")
	}
	if slices.Equal(p, hotspot.Chance{Seed: 2, Draws: 99}.Permuted(busy, near)) {
		t.Error("another seed gives the same numbers")
	}
	for _, even := range [][]float64{nil, {3}, {3, 3}, {.1, .1, .1}} {
		for _, p := range chance.Permuted(even, hotspot.Queen(squares(len(even), 1))) {
			if p != 1 {
				t.Errorf("%v has a p of %v", even, p)
			}
		}
	}
	for i, p := range chance.Permuted([]float64{1, 9, 2}, hotspot.Queen([]hotspot.Cell{{X: 1}, {X: 5}, {X: 9}})) {
		if p != 1 {
			t.Errorf("square %d has none around it and a p of %v", i, p)
		}
	}
}

// Of squares by chance, no more than one in twenty has a p of .05 or less, however few the
// counts are.
func TestPermutedOfMapsByChance(t *testing.T) {
	random := rand.New(rand.NewPCG(41, 42))
	near := hotspot.Queen(squares(15, 15))
	for _, mean := range []float64{.1, 1, 10} {
		below, all := 0, 0
		for try := range uint64(200) {
			values := make([]float64, 225)
			for i := range values {
				values[i] = float64(poisson(random, mean))
			}
			for _, p := range (hotspot.Chance{Seed: try, Draws: 199}).Permuted(values, near) {
				all++
				if p <= .05 {
					below++
				}
			}
		}
		share := float64(below) / float64(all)
		t.Logf("mean %v: %.4f of %d squares", mean, share, all)
		if share > .054 || mean == 10 && share < .04 { // few counts have few sums, and p leaps over .05
			t.Errorf("mean %v: %v of the squares are at .05 or below", mean, share)
		}
	}
}
