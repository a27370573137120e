package hotspot_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/hotspot"
)

// The numbers are worked examples of the formulas by hand.
func TestMannKendall(t *testing.T) {
	for _, c := range []struct {
		name           string
		series         []float64
		s              int64
		variance, z, p float64
		sign           int
	}{
		{"ties", []float64{3, 5, 4, 7, 7, 9, 8, 12}, 23, 64.3333, 2.742866, .006091, 1},
		{"rising", []float64{1, 2, 3, 4, 5, 6, 7, 8}, 28, 65.3333, 3.340384, .000837, 1},
		{"falling", []float64{8, 7, 6, 5, 4, 3, 2, 1}, -28, 65.3333, -3.340384, .000837, -1},
		{"neither", []float64{2, 1, 1, 2}, 0, 6.6667, 0, 1, 0},
		{"too short to tell", []float64{1, 2, 3}, 3, 3.6667, 1.044466, .296270, 0},
		{"below and above 0", []float64{-1, math.Copysign(0, -1), 0, 1}, 5, 7.6667, 1.444630, .148562, 0},
	} {
		got := hotspot.MannKendall(c.series)
		if !got.OK || got.S != c.s || got.Sign() != c.sign || math.Abs(got.Variance-c.variance) > 5e-5 ||
			math.Abs(got.Z-c.z) > 5e-7 || math.Abs(got.P-c.p) > 5e-7 {
			t.Errorf("%s: %+v, want %+v", c.name, got, c)
		}
	}
	for _, none := range [][]float64{nil, {1}, {0, 0, 0, 0}} {
		if got := hotspot.MannKendall(none); got != (hotspot.Trend{P: 1}) || got.Sign() != 0 {
			t.Errorf("%v has the trend %+v", none, got)
		}
	}
}

// S counts pairs, whatever way it is found; a series from its end has the opposite trend;
// and it stays as it was.
func TestMannKendallCountsPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var series []float64
		for _, x := range rapid.SliceOfN(rapid.IntRange(-9, 9), 0, 150).Draw(t, "series") {
			series = append(series, float64(x)/4)
		}
		given := slices.Clone(series)
		s := int64(0)
		for j := range series {
			for i := range j {
				switch {
				case series[j] > series[i]:
					s++
				case series[j] < series[i]:
					s--
				}
			}
		}
		got := hotspot.MannKendall(series)
		if got.S != s || !slices.Equal(series, given) {
			t.Fatalf("%v: %+v, want S %d", series, got, s)
		}
		slices.Reverse(series)
		back := hotspot.MannKendall(series)
		if back.S != -s || back.Z != -got.Z || back.P != got.P || back.Variance != got.Variance {
			t.Fatalf("%v: %+v, backward %+v", given, got, back)
		}
	})
}

// Of series in any order, no more are said to have a trend than errors are allowed.
func TestFewSeriesByChanceHaveATrend(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	const tries = 10_000
	for _, length := range []int{10, 26, 104} {
		with := 0
		for range tries {
			series := make([]float64, length)
			for i := range series {
				series[i] = float64(random.IntN(8))
			}
			if hotspot.MannKendall(series).Sign() != 0 {
				with++
			}
		}
		t.Logf("%d steps: %.2f %% of %d series", length, 100*float64(with)/tries, tries)
		if share := float64(with) / tries; share > .057 || share < .035 { // .05 and three standard errors; below it for short series
			t.Errorf("%d steps: %v", length, share)
		}
	}
}
