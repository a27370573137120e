package release

import (
	"context"
	"math"
	"strings"
	"testing"

	"commonground/data"
	"commonground/geo/grid"
)

func TestA50IsTheLeastAreaInTheMapsOrder(t *testing.T) {
	const square = 62_500.0
	for _, test := range []struct {
		name   string
		places []searched
		want   float64
	}{
		{"no finds: the whole area", []searched{{score: 1, areaM: square}, {areaM: 3 * square}}, 4 * square},
		{"all in the first", []searched{{2, square, 10}, {1, square, 0}, {0, square, 0}}, square / 2},
		{"half in the first", []searched{{2, square, 5}, {1, square, 5}}, square},
		{"a map that is wrong", []searched{{2, square, 0}, {1, square, 0}, {0, square, 4}}, 2.5 * square},
		{"ties are spread evenly", []searched{{1, square, 8}, {1, square, 0}, {1, square, 0}, {1, square, 0}}, 2 * square},
		{"larger squares count as they are large", []searched{{1, 4 * square, 6}, {0, 16 * square, 2}}, 4 * square * 4 / 6},
	} {
		if got := a50(test.places); math.Abs(got-test.want) > 1e-6 {
			t.Errorf("%s: %.0f m², want %.0f", test.name, got, test.want)
		}
	}
}

// The figures are those of statistics: 25 % of finds in 50 % of the area is 0.5,
// 20 % in 10 % is 2.
func TestPAI(t *testing.T) {
	for _, test := range []struct{ met, all, shown, area, want float64 }{
		{25, 100, 50, 100, 0.5}, {20, 100, 10, 100, 2}, {5, 100, 0, 100, 0}, {0, 0, 10, 100, 0},
	} {
		if got := pai(test.met, test.all, test.shown, test.area); got != test.want {
			t.Errorf("%v: %v", test, got)
		}
	}
}

// Worked by hand: quadratic weights, 10 squares.
func TestWeightedKappa(t *testing.T) {
	if k := weightedKappa([4][4]float64{{5, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 2, 0}}); k != 1 {
		t.Errorf("all agree: %v", k)
	}
	// Seen 1·1 = 1; by chance (6·5·0 + 6·5·1 + 4·5·1 + 4·5·0) / 10 = 5.
	if k := weightedKappa([4][4]float64{{5, 1, 0, 0}, {0, 4, 0, 0}}); math.Abs(k-0.8) > 1e-12 {
		t.Errorf("one of ten is off by one: %v, want 0.8", k)
	}
	if k := weightedKappa([4][4]float64{{9, 0, 0, 0}}); k != 1 {
		t.Errorf("nothing anywhere: %v", k)
	}
}

// Finds that moved: by the sum of two maps the old places come first, but who goes
// by the new map alone is there at once.
func TestSearchersMayGoByTheLatestMapAlone(t *testing.T) {
	w := begun(t)
	first := day(t, firstPeriod)
	for period := range data.Date(3) {
		from, much, few := first+28*period, 400, 15
		if period == 0 {
			much, few = 0, 100
		}
		for k := range int32(8) {
			w.pick(w.at(k*4-16, -12), few, from+1, from+9, from+17, from+23)
		}
		for k := range int32(3) {
			w.pick(w.at(k*4-16, 8), much, from+1, from+9, from+17, from+23)
		}
	}
	w.sealed(firstPeriod)
	d := w.draft("2019-05-22")
	if d.broken() != "" || d.Edition.Map.SmallestM != 1000 {
		t.Errorf("squares of %d m: %+v", d.Edition.Map.SmallestM, d.Findings)
	}
}

// A map of an earlier epoch that told more exactly is known for good.
func TestSearchersRememberMapsOfEarlierEpochs(t *testing.T) {
	ctx, w := context.Background(), newTown(t)
	w.today = day(t, "2021-01-01")
	first := day(t, firstPeriod)
	fine := Beginning{From: first, Who: "test"}
	for x := range int32(48) { // terraces everywhere
		for y := range int32(48) {
			fine.Ground.Addresses = append(fine.Ground.Addresses, inSquare(w.scheme.Grid, grid.Square{X: x - 24, Y: y - 24}, 6)...)
		}
	}
	second := first + 52*7
	for _, b := range []Beginning{fine, {From: second, Who: "test"}} {
		if _, _, err := w.Begin(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	// Ten squares of 250 m in one epoch, and in the next just where three of these are,
	// besides places that are new on its map.
	for _, from := range []data.Date{first, first + 28} {
		for k := range int32(18) {
			w.pick(w.at(k*2-18, 4), 40, from+1, from+9, from+17)
		}
	}
	for _, from := range []data.Date{second, second + 28} {
		for k := range int32(6) {
			w.pick(w.at(k*4-18, 4), 400, from+1, from+9, from+17)
		}
	}
	w.sealed(firstPeriod)
	d := w.draft(second.String())
	if d.broken() != "" || d.Edition.Map.Why == "" {
		t.Errorf("squares of %d m: %+v", d.Edition.Map.SmallestM, d.Findings)
	}
}

// A map passes no trial where there is nothing to try it on.
func TestAMapIsNotTriedOnNothing(t *testing.T) {
	w := begun(t)
	w.busy(1)
	d := w.draft(firstPeriod)
	if !strings.Contains(d.broken(), "can't be tried") {
		t.Errorf("%+v", d.Findings)
	}
	w.pick(w.at(20, 20), 1, day(t, "2019-05-23"))
	if d = w.draft(firstPeriod); d.broken() != "" {
		t.Errorf("with finds in the next period: %+v", d.Findings)
	}
	empty := begun(t) // nothing to see, nothing to try
	if d = empty.draft(firstPeriod); d.broken() != "" {
		t.Errorf("without finds at all: %+v", d.Findings)
	}
}
