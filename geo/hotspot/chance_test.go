package hotspot_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"commonground/geo/hotspot"
)

// hotMaps says of how many maps by chance any square is significant after correction: by
// the normal p, by the normal p and hot, and by permutation. Of all squares, below are those
// with a normal p under .001.
type hotMaps struct{ normal, hot, permuted, below, squares int }

// countHotMaps makes maps of 20 by 20 squares; those without draws are not permuted.
func countHotMaps(maps, draws int, value func(*rand.Rand) float64) (found hotMaps) {
	random, near := rand.New(rand.NewPCG(61, 62)), hotspot.Queen(squares(20, 20))
	for range maps {
		values, p := make([]float64, 400), make([]float64, 0, 400)
		for i := range values {
			values[i] = value(random)
		}
		hot := false
		scores := hotspot.GetisOrd(values, near)
		for _, score := range scores {
			p = append(p, score.P)
			found.squares++
			if score.P < .001 {
				found.below++
			}
		}
		for i, q := range hotspot.BenjaminiHochberg(p) {
			hot = hot || q < hotspot.Significant && scores[i].Z > 0
		}
		found.hot += one(hot)
		found.normal += one(significant(p))
		if draws > 0 {
			found.permuted += one(significant(hotspot.Chance{Seed: random.Uint64(), Draws: draws}.Permuted(values, near)))
		}
	}
	return found
}

func significant(p []float64) bool {
	return slices.Min(hotspot.BenjaminiHochberg(p)) < hotspot.Significant
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Where nothing is more than chance, every discovery is false: Benjamini and Hochberg's share
// of false ones is then the share of maps with any, and it is bound by 5 %. 10,000 maps
// show it to within three standard errors, .0065.
func TestMapsOfNormalValuesByChanceAreSeldomHot(t *testing.T) {
	const maps = 10_000
	found := countHotMaps(maps, 0, (*rand.Rand).NormFloat64)
	with, hot := float64(found.normal)/maps, float64(found.hot)/maps
	t.Logf("of %d maps %.4f have a hot or a cold square, %.4f a hot one", maps, with, hot)
	if with > .05+.0065 || with < .03 {
		t.Errorf("%.4f of the maps have a significant square", with)
	}
}

// On maps with few counts the normal p finds far more than it may, all of them hot;
// the permuted one keeps to its bound.
func TestSparseMapsByChance(t *testing.T) {
	const maps, draws = 200, 9_999
	for _, mean := range []float64{.05, .1, .5, 1, 5} {
		found := countHotMaps(maps, draws, func(random *rand.Rand) float64 { return float64(poisson(random, mean)) })
		t.Logf("mean %4v: any significant in %.3f of the maps (hot %.3f) by the normal p, %.3f by %d draws; %.2f times as many normal p below .001 as should be",
			mean, share(found.normal, maps), share(found.hot, maps), share(found.permuted, maps), draws, 1000*share(found.below, found.squares))
		if got := share(found.permuted, maps); got > .05+.03 {
			t.Errorf("mean %v: %v of the maps are significant by permutation", mean, got)
		}
		if got := share(found.normal, maps); mean <= .1 && got < .2 {
			t.Errorf("mean %v: %v of the maps are significant by the normal p: what GetisOrd's comment says of it is wrong", mean, got)
		}
	}
}

func share(some, all int) float64 { return float64(some) / float64(all) }

// What the permuted p can show depends on its draws: nine squares with 2 items each on average,
// among 400 with one item in ten. A thousand draws leave q at .4 / (squares with the least p).
func TestAPlaceOnASparseMapIsFoundWithDrawsEnough(t *testing.T) {
	const maps = 100
	random, near := rand.New(rand.NewPCG(71, 72)), hotspot.Queen(squares(20, 20))
	found := map[int]int{}
	for range maps {
		values := make([]float64, 400)
		for i := range values {
			mean := .1
			if max(abs(int32(i%20)-10), abs(int32(i/20)-10)) <= 1 {
				mean = 2
			}
			values[i] = float64(poisson(random, mean))
		}
		for _, draws := range []int{999, 9_999} {
			found[draws] += one(significant(hotspot.Chance{Seed: 1, Draws: draws}.Permuted(values, near)))
		}
	}
	t.Logf("found on %d of %d maps by 999 draws, on %d by 9,999", found[999], maps, found[9_999])
	if found[9_999] < 95 {
		t.Errorf("found on %d of %d maps by 9,999 draws", found[9_999], maps)
	}
}

// Of cubes by chance, no more than one in twenty has any square with a category; but more
// squares have a trend than Significant says, for each step shares half of its values with the next.
func TestCubesByChanceSeldomEmerge(t *testing.T) {
	const cubes = 400
	random, near := rand.New(rand.NewPCG(81, 82)), hotspot.Queen(squares(10, 10))
	with, trends, all := 0, 0, 0
	for range cubes {
		steps := make([][]float64, 26)
		for s := range steps {
			for range 100 {
				steps[s] = append(steps[s], random.NormFloat64())
			}
		}
		hot := false
		for _, e := range hotspot.Emerging(steps, near) {
			hot = hot || e.Hot+e.Cold > 0
			trends += one(e.Trend.Sign() != 0)
			all++
		}
		with += one(hot)
	}
	t.Logf("of %d cubes %.3f have a hot or a cold square at any step; %.3f of the squares have a trend", cubes, share(with, cubes), share(trends, all))
	if got := share(with, cubes); got > .05+.033 { // three standard errors
		t.Errorf("%v of the cubes have a significant square", got)
	}
	if got := share(trends, all); got < .08 || got > .25 {
		t.Errorf("%v of the squares have a trend by chance: what Emerging's comment says of it is wrong", got)
	}
}
