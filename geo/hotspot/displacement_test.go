package hotspot_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/hotspot"
)

func change(treated, buffer, control [2]float64) hotspot.Change {
	of := func(n [2]float64) hotspot.BeforeAfter { return hotspot.BeforeAfter{Before: n[0], After: n[1]} }
	return hotspot.Change{Treated: of(treated), Buffer: of(buffer), Control: of(control)}
}

// By hand: with a control of 1000 and 1000, (200 − 150)/(100 − 200) = −0.5.
func TestQuotientByHand(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  hotspot.Change
		value   float64
		meaning string
	}{
		{"half moved next door", change([2]float64{200, 100}, [2]float64{150, 200}, [2]float64{1000, 1000}), -.5, "displacement"},
		{"next door gained too", change([2]float64{400, 200}, [2]float64{300, 200}, [2]float64{1000, 1000}), .5, "diffusion of benefit"},
		{"more moved than was gained", change([2]float64{400, 200}, [2]float64{300, 800}, [2]float64{1000, 1000}), -2.5, "displacement that outweighs the benefit"},
		{"nothing moved", change([2]float64{400, 200}, [2]float64{300, 300}, [2]float64{1000, 1000}), 0,
			"neither displacement nor diffusion of benefit can be told from chance"},
		{"everywhere less after, half as long", change([2]float64{400, 100}, [2]float64{300, 200}, [2]float64{2000, 1000}), -.5, "displacement"},
	} {
		q := c.change.Quotient()
		if !q.OK || !near(q.Value, c.value, 1e-12) || q.Meaning() != c.meaning || q.Least > q.Value || q.Most < q.Value || q.Reason != "" {
			t.Errorf("%s: %+v %q, want %v %q", c.name, q, q.Meaning(), c.value, c.meaning)
		}
	}
}

func TestQuotientThatCannotBeTold(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		change       hotspot.Change
	}{
		{"no control before", "no items before or after", change([2]float64{200, 100}, [2]float64{150, 200}, [2]float64{0, 10})},
		{"no control after", "no items before or after", change([2]float64{200, 100}, [2]float64{150, 200}, [2]float64{10, 0})},
		{"nothing at all", "no items before or after", hotspot.Change{}},
		{"no change", "more than chance makes", change([2]float64{200, 200}, [2]float64{150, 200}, [2]float64{1000, 1000})},
		{"a change within chance", "more than chance makes", change([2]float64{200, 170}, [2]float64{150, 200}, [2]float64{1000, 1000})},
		{"nothing there", "more than chance makes", change([2]float64{0, 0}, [2]float64{150, 200}, [2]float64{1000, 1000})},
		{"worse", "got worse", change([2]float64{100, 200}, [2]float64{150, 200}, [2]float64{1000, 1000})},
		{"as before, and less everywhere else", "got worse", change([2]float64{200, 200}, [2]float64{150, 100}, [2]float64{1000, 500})},
	} {
		q := c.change.Quotient()
		if q.OK || !strings.Contains(q.Reason, c.reason) || q.Value != 0 || q.Least != 0 || q.Most != 0 || q.Meaning() != "can't be told" {
			t.Errorf("%s: %+v", c.name, q)
		}
	}
	wild := change([2]float64{200, 100}, [2]float64{150, 200}, [2]float64{1000, 1000})
	if wild.Dispersion = 12; wild.Quotient().OK {
		t.Errorf("counts that vary much more than chance: %+v", wild.Quotient())
	}
}

// R finds the ends of the interval by trying values, and by draws: see testdata/forecast.R.
func TestQuotientsEqualRs(t *testing.T) {
	rows := table(t, "displacement.csv")
	for _, row := range rows {
		var x [12]float64
		for i, text := range row {
			x[i] = number(t, text)
		}
		c := change([2]float64{x[0], x[1]}, [2]float64{x[2], x[3]}, [2]float64{x[4], x[5]})
		c.Dispersion = x[6]
		q := c.Quotient()
		if !q.OK || !near(q.Value, x[7], 1e-10) || !near(q.Least, x[8], 1e-7) || !near(q.Most, x[9], 1e-7) {
			t.Errorf("%v: %+v", row, q)
		}
		if width := x[9] - x[8]; math.Abs(q.Least-x[10]) > .03*width || math.Abs(q.Most-x[11]) > .03*width {
			t.Errorf("%v: %+v is far from the interval by draws", row, q)
		}
	}
	if len(rows) != 6 {
		t.Errorf("%d rows", len(rows))
	}
}

// truth is a change of which the means are known.
type truth struct {
	name       string
	means      [6]float64 // treated, buffer and control, before and after
	dispersion float64
}

func (c truth) quotient() float64 {
	m := c.means
	return (m[3]/m[5] - m[2]/m[4]) / (m[1]/m[5] - m[0]/m[4])
}

// drawn is what could be found: numbers that are Poisson, or vary more by items that lie
// in heaps of as many as the dispersion.
func (c truth) drawn(random *rand.Rand) hotspot.Change {
	var n [6]float64
	for i, mean := range c.means {
		n[i] = c.dispersion * poissonItems(random, mean/c.dispersion)
	}
	drawn := change([2]float64{n[0], n[1]}, [2]float64{n[2], n[3]}, [2]float64{n[4], n[5]})
	drawn.Dispersion = c.dispersion
	return drawn
}

// Of intervals of 95 %, 95 in a hundred hold the truth; of those that are told at all,
// where the change is plain, as many. The bounds are three standard errors of the count, and
// room for what counts that are not normal leave.
func TestIntervalsHoldTheTruth(t *testing.T) {
	const tries = 4000
	random := rand.New(rand.NewPCG(6, 7))
	for _, c := range []truth{
		{"half moved", [6]float64{200, 100, 150, 200, 1000, 1000}, 1},
		{"nothing moved", [6]float64{200, 100, 150, 150, 1000, 1000}, 1},
		{"benefit spread, less everywhere", [6]float64{300, 120, 400, 200, 900, 600}, 1},
		{"few items", [6]float64{60, 20, 40, 45, 200, 200}, 1},
		{"hardly any left", [6]float64{60, 3, 40, 45, 200, 200}, 1},
		{"items in heaps of four", [6]float64{800, 300, 600, 800, 4000, 4000}, 4},
	} {
		told, held, naive := 0, 0, 0
		for range tries {
			drawn := c.drawn(random)
			q := drawn.Quotient()
			if !q.OK {
				continue
			}
			told++
			if q.Least <= c.quotient() && c.quotient() <= q.Most {
				held++
			}
			drawn.Dispersion = 1
			if q := drawn.Quotient(); q.Least <= c.quotient() && c.quotient() <= q.Most {
				naive++
			}
		}
		share := float64(held) / float64(told)
		t.Logf("%s (%.2f): told in %.1f %%, of which %.1f %% hold the truth; with a dispersion of 1, %.1f %%",
			c.name, c.quotient(), 100*float64(told)/tries, 100*share, 100*float64(naive)/float64(told))
		if share < .935 || share > .97 || told < tries*9/10 {
			t.Errorf("%s: %d of %d told, %d hold the truth", c.name, told, tries, held)
		}
	}
}

// Where nothing changed, few say that it did; where nothing moved, few say which way.
func TestFewQuotientsAreToldByChance(t *testing.T) {
	const tries = 4000
	random := rand.New(rand.NewPCG(8, 7))
	nothing, still := truth{"", [6]float64{200, 200, 150, 150, 1000, 1000}, 1}, truth{"", [6]float64{200, 100, 150, 150, 1000, 1000}, 1}
	changed, moved := 0, 0
	for range tries {
		if nothing.drawn(random).Quotient().OK {
			changed++
		}
		if q := still.drawn(random).Quotient(); q.OK && (q.Least > 0 || q.Most < 0) {
			moved++
		}
	}
	t.Logf("%.1f %% are told where nothing changed, %.1f %% moved where nothing did", 100*float64(changed)/tries, 100*float64(moved)/tries)
	if changed > tries*35/1000 || moved > tries*62/1000 || changed < tries/100 || moved < tries*35/1000 {
		t.Errorf("%d are told where nothing changed, %d moved where nothing did", changed, moved)
	}
}

// More of everything leaves the quotient and narrows the interval; a dispersion widens it;
// and an interval never holds what its words deny.
func TestLawsOfQuotients(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var n [6]float64
		for i := range n {
			n[i] = float64(rapid.IntRange(0, 500).Draw(t, "items"))
		}
		c := change([2]float64{n[0], n[1]}, [2]float64{n[2], n[3]}, [2]float64{n[4], n[5]})
		q := c.Quotient()
		for _, x := range []float64{q.Value, q.Least, q.Most} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("%+v", q)
			}
		}
		if q.OK == (q.Reason != "") || q.Least > q.Value || q.Most < q.Value {
			t.Fatalf("%+v", q)
		}
		if !q.OK {
			return
		}
		more := change([2]float64{9 * n[0], 9 * n[1]}, [2]float64{9 * n[2], 9 * n[3]}, [2]float64{9 * n[4], 9 * n[5]})
		if m := more.Quotient(); !m.OK || !near(m.Value, q.Value, 1e-9) || m.Most-m.Least > (q.Most-q.Least)*(1+1e-9) {
			t.Fatalf("%+v, of nine times as many %+v", q, m)
		}
		c.Dispersion = 1.5
		if wide := c.Quotient(); wide.OK && (wide.Least > q.Least || wide.Most < q.Most) {
			t.Fatalf("%+v, with more dispersion %+v", q, wide)
		}
	})
}

// By hand: about their mean of 2, the numbers 0 4 2 have (4 + 4 + 0)/2 = 4 on two degrees of freedom.
func TestDispersion(t *testing.T) {
	for _, c := range []struct {
		name   string
		series [][]float64
		want   float64
	}{
		{"one series", [][]float64{{0, 4, 2}}, 2},
		{"two, each about its own mean", [][]float64{{0, 4, 2}, {100, 100}}, 4.0 / 3},
		{"more even than chance", [][]float64{{5, 5, 5, 6}}, 1},
		{"a series without items says nothing", [][]float64{{0, 4, 2}, {0, 0, 0, 0}}, 2},
		{"one week says nothing", [][]float64{{7}}, 1},
		{"no series", nil, 1},
		{"empty series", [][]float64{{}, {}}, 1},
	} {
		if got := hotspot.Dispersion(c.series...); !near(got, c.want, 1e-12) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	random, series := rand.New(rand.NewPCG(1, 2)), make([][]float64, 6)
	for i := range series {
		for range 500 {
			series[i] = append(series[i], 3*poissonItems(random, float64(2+i)))
		}
	}
	if got := hotspot.Dispersion(series...); got < 2.8 || got > 3.2 {
		t.Errorf("heaps of three have a dispersion of %v", got)
	}
}
