package hotspot_test

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/hotspot"
)

// table reads a file of testdata without its header. Its first lines, and who made
// it, are in forecast.R.
func table(t testing.TB, name string) [][]string {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// near reports whether two numbers are equal to so many parts of the larger, or of 1.
func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*max(1, math.Abs(a), math.Abs(b))
}

// poissonItems draws a Poisson number of whatever mean, by the waiting times of one.
func poissonItems(random *rand.Rand, mean float64) float64 {
	n := -1.0
	for at := 0.0; at <= mean; at += random.ExpFloat64() {
		n++
	}
	return n
}

// By hand: one week and two squares of 0 and 6 items. The mean is 3; squares are 9 apart
// in variance, of which chance makes 3, so v = 6: shape 9/6 = 1.5, rate 3/6 = 0.5,
// and (1.5 + 0)/(0.5 + 1) = 1, (1.5 + 6)/1.5 = 5.
func TestExpectByHand(t *testing.T) {
	for _, c := range []struct {
		name     string
		halfLife float64
		steps    [][]float64
		want     []float64
	}{
		{"one week", 1, [][]float64{{0, 6}}, []float64{1, 5}},
		// Weights 1/2 and 1: X = 4 and 10, E = 1.5, m = 14/3, apart (2)² = 4; of which
		// chance makes m (1/4 + 1)/(1.5)² = 70/27. v = 38/27, m/v = 63/19.
		{"an old week counts half", 1, [][]float64{{8, 2}, {0, 9}},
			[]float64{(63.0/19*14/3 + 4) / (63.0/19 + 1.5), (63.0/19*14/3 + 10) / (63.0/19 + 1.5)}},
		// X = 0 and 12, E = 4, m = 1.5, v = 1.5² − 1.5/4 = 1.875: shape 1.2, rate 0.8.
		{"nothing fades", math.Inf(1), [][]float64{{0, 3}, {0, 3}, {0, 0}, {0, 6}}, []float64{1.2 / 4.8, 13.2 / 4.8}},
		{"no more apart than chance makes", 1, [][]float64{{2, 3}}, []float64{2.5, 2.5}},
		{"nothing found", 1, [][]float64{{0, 0}, {0, 0}}, []float64{0, 0}},
		{"one square", 1, [][]float64{{4}}, []float64{4}},
		{"no square", 1, [][]float64{{}}, nil},
		{"no week", 1, nil, nil},
	} {
		got := hotspot.Forecaster{HalfLife: c.halfLife}.Expect(c.steps)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return near(a, b, 1e-12) }) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestNaive(t *testing.T) {
	steps := [][]float64{{100, 100}, {4, 0}, {0, 0}, {0, 2}, {0, 0}}
	for last, want := range map[int][]float64{4: {1, .5}, 1: {0, 0}, 2: {0, 1}, 5: {20.8, 20.4}, 9: {20.8, 20.4}, 0: {0, 0}} {
		if got := hotspot.Naive(steps, last); !slices.Equal(got, want) {
			t.Errorf("the last %d weeks: %v, want %v", last, got, want)
		}
	}
	if got := hotspot.Naive(nil, 4); len(got) != 0 {
		t.Errorf("no week gives %v", got)
	}
}

// R integrates the posterior of each square numerically: see testdata/forecast.R.
func TestExpectedItemsEqualRs(t *testing.T) {
	var items, visits [][]float64
	for _, row := range table(t, "forecast-weeks.csv") {
		if row[1] == "0" {
			items, visits = append(items, nil), append(visits, nil)
		}
		last := len(items) - 1
		items[last], visits[last] = append(items[last], number(t, row[2])), append(visits[last], number(t, row[3]))
	}
	rows, worst := table(t, "forecast.csv"), 0.0
	for _, row := range rows {
		exposure := visits
		if row[1] == "week" {
			exposure = nil
		}
		forecaster := hotspot.Forecaster{HalfLife: number(t, row[0])}
		got, want := forecaster.Rate(items, exposure)[int(number(t, row[2]))], number(t, row[3])
		worst = max(worst, math.Abs(got-want))
		if !near(got, want, 1e-9) {
			t.Errorf("half-life %s, per %s, square %s: %.12f, in R %.12f", row[0], row[1], row[2], got, want)
		}
	}
	if t.Logf("%d numbers, at most %.1g apart", len(rows), worst); len(rows) != 48 {
		t.Errorf("%d numbers", len(rows))
	}
}

// What R can't say is whether the prior is the right one: here it is known. The
// error of the forecast comes near the least that can be had.
func TestForecastOfSquaresWhoseRatesAreKnown(t *testing.T) {
	const squares, weeks, shape, rate = 20_000, 6, 2, 4
	random := rand.New(rand.NewPCG(9, 9))
	rates, steps := make([]float64, squares), make([][]float64, weeks)
	for i := range rates {
		rates[i] = (random.ExpFloat64() + random.ExpFloat64()) / rate
	}
	sums := make([]float64, squares)
	for w := range steps {
		for i := range rates {
			x := poissonItems(random, rates[i])
			steps[w] = append(steps[w], x)
			sums[i] += x
		}
	}
	expected := hotspot.Forecaster{HalfLife: math.Inf(1)}.Expect(steps)
	var ours, best, naive, off float64
	for i, r := range rates {
		known := (shape + sums[i]) / (rate + weeks)
		ours += (expected[i] - r) * (expected[i] - r)
		best += (known - r) * (known - r)
		naive += (sums[i]/weeks - r) * (sums[i]/weeks - r)
		off = max(off, math.Abs(expected[i]-known))
	}
	t.Logf("squared error %.5f; with the true prior %.5f; of the mean of the same weeks %.5f; farthest %.3f", ours/squares, best/squares, naive/squares, off)
	if ours > 1.01*best || ours > .75*naive {
		t.Errorf("squared error %v, with the true prior %v, of the mean of all weeks %v", ours, best, naive)
	}
}

// Drawn weeks, and an order of their squares.
func drawnWeeks(t *rapid.T) (steps [][]float64, order []int) {
	squares := rapid.IntRange(1, 12).Draw(t, "squares")
	for range rapid.IntRange(1, 8).Draw(t, "weeks") {
		steps = append(steps, rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 9), func(n int) float64 { return float64(n) }), squares, squares).Draw(t, "items"))
	}
	for i := range squares {
		order = append(order, i)
	}
	return steps, rapid.Permutation(order).Draw(t, "order")
}

func inOrder(values []float64, order []int) []float64 {
	other := make([]float64, len(values))
	for i, from := range order {
		other[i] = values[from]
	}
	return other
}

// Squares keep what is expected of them in any order; what is expected of all is what they
// had, weighted; each lies between its own mean and that of all; and weeks stay as they were.
func TestLawsOfForecasts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps, order := drawnWeeks(t)
		halfLife := rapid.Float64Range(.5, 20).Draw(t, "half-life")
		f := hotspot.Forecaster{HalfLife: halfLife}
		expected := f.Expect(steps)
		other := make([][]float64, len(steps))
		weights, sum, own := 0.0, 0.0, make([]float64, len(order))
		for w, items := range steps {
			other[w] = inOrder(items, order)
			weight := math.Pow(2, float64(w-len(steps)+1)/halfLife)
			weights += weight
			for i, x := range items {
				own[i] += weight * x
			}
		}
		for i, x := range f.Expect(other) {
			if !near(x, expected[order[i]], 1e-9) {
				t.Fatalf("square %d: %v, in another order %v", order[i], expected[order[i]], x)
			}
			sum += x
		}
		mean := 0.0
		for _, x := range own {
			mean += x / weights
		}
		if !near(sum, mean, 1e-9) {
			t.Fatalf("%v are expected in all, of %v a week", sum, mean)
		}
		mean /= float64(len(order))
		for i, x := range expected {
			if x < min(mean, own[i]/weights)-1e-9 || x > max(mean, own[i]/weights)+1e-9 {
				t.Fatalf("square %d: %v is not between its own %v and the mean %v", i, x, own[i]/weights, mean)
			}
		}
		for w := range steps {
			if !slices.Equal(other[w], inOrder(steps[w], order)) {
				t.Fatal("the weeks were changed")
			}
		}
	})
}

// A square never visited is expected to be like all; one visited often is believed.
func TestRateOfSquaresThatWereNotVisited(t *testing.T) {
	items := [][]float64{{0, 40, 0, 4}}
	visits := [][]float64{{20, 20, 0, 4}}
	rate := hotspot.Forecaster{}.Rate(items, visits)
	if mean := 44.0 / 44; !near(rate[2], mean, 1e-12) || rate[0] > .2 || rate[1] < 1.8 {
		t.Errorf("%v a visit", rate)
	}
	if rate := (hotspot.Forecaster{}).Rate([][]float64{{0, 0}}, [][]float64{{0, 0}}); !slices.Equal(rate, []float64{0, 0}) {
		t.Errorf("with no visit at all: %v", rate)
	}
}

func BenchmarkForecast(b *testing.B) {
	steps := manyWeeks(104, 40_000)
	b.ReportAllocs()
	for b.Loop() {
		hotspot.Forecaster{}.Expect(steps)
	}
}

// manyWeeks makes up weeks of squares of which a tenth have items.
func manyWeeks(weeks, squares int) [][]float64 {
	random := rand.New(rand.NewPCG(1, 1))
	steps := make([][]float64, weeks)
	for w := range steps {
		steps[w] = make([]float64, squares)
		for i := range squares / 10 {
			steps[w][i] = poissonItems(random, 1/(1+float64(i)/100))
		}
	}
	return steps
}
