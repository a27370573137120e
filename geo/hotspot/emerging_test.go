package hotspot_test

import (
	"commonground/geo/hotspot"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// emergedByDefinition takes the squares of all steps as squares of one map, each near those
// around it at its step and at the step before, where it is near itself as well; the
// functions for a map say the rest.
func emergedByDefinition(steps [][]float64, cells []hotspot.Cell) []hotspot.Emerged {
	n := len(cells)
	near := hotspot.Related(n*len(steps), func(i, j int) bool {
		a, b := cells[i%n], cells[j%n]
		return max(abs(a.X-b.X), abs(a.Y-b.Y)) <= 1 && (j/n == i/n || j/n == i/n-1)
	})
	scores := hotspot.GetisOrd(slices.Concat(steps...), near)
	var p []float64
	for _, score := range scores {
		p = append(p, score.P)
	}
	q := hotspot.BenjaminiHochberg(p)
	emerged := make([]hotspot.Emerged, n)
	for i := range emerged {
		e := &emerged[i]
		var series []float64
		var signs []int8
		for at := i; at < len(q); at += n {
			series, signs = append(series, scores[at].Z), append(signs, 0)
			switch {
			case q[at] < hotspot.Significant && scores[at].Z > 0:
				e.Hot, signs[len(signs)-1] = e.Hot+1, 1
			case q[at] < hotspot.Significant && scores[at].Z < 0:
				e.Cold, signs[len(signs)-1] = e.Cold+1, -1
			}
			e.Last, e.Q = scores[at], q[at]
		}
		e.Trend = hotspot.MannKendall(series)
		if len(steps) >= 10 {
			e.Category = hotspot.Categorise(signs, e.Trend.Sign())
		}
	}
	return emerged
}

// closeTo says whether two squares came to the same, up to the order of sums.
func closeTo(a, b hotspot.Emerged) bool {
	if far(a.Last.Z, b.Last.Z) || far(a.Last.P, b.Last.P) || far(a.Q, b.Q) {
		return false
	}
	a.Last.Z, a.Last.P, a.Q = b.Last.Z, b.Last.P, b.Q
	return a == b
}

func TestEmergingIsAsItsDefinition(t *testing.T) {
	found := map[hotspot.Category]int{}
	for seed := range uint64(300) {
		cells, steps := randomSteps(rand.New(rand.NewPCG(seed, 0)))
		got, want := hotspot.Emerging(steps, hotspot.Queen(cells)), emergedByDefinition(steps, cells)
		for i := range want {
			if !closeTo(got[i], want[i]) {
				t.Fatalf("square %d of %v in %v: %+v, want %+v", i, cells, steps, got[i], want[i])
			}
			found[got[i].Category]++
		}
	}
	t.Logf("%v", found)
	if len(found) < 6 {
		t.Errorf("only %d categories were met: %v", len(found), found)
	}
}

// randomSteps returns counts of a few squares in up to 24 steps, in a third of which more or
// fewer are found as time goes by.
func randomSteps(random *rand.Rand) (cells []hotspot.Cell, steps [][]float64) {
	for _, cell := range squares(1+random.IntN(6), 1+random.IntN(6)) {
		if len(cells) == 0 || random.IntN(4) > 0 {
			cells = append(cells, cell)
		}
	}
	steps = make([][]float64, 1+random.IntN(24))
	start, change := random.Float64()*8, random.Float64()-.5
	for s := range steps {
		for i := range cells {
			mean := .3
			if i < len(cells)/3 {
				mean += max(0, start+change*float64(s))
			}
			steps[s] = append(steps[s], float64(poisson(random, mean)))
		}
	}
	return cells, steps
}

// A town of 20 by 20 squares in 26 weeks, most of them with one item in five weeks, and places
// of nine squares with more: what they come to.
func TestPlacesOfATownEmerge(t *testing.T) {
	cells := squares(20, 20)
	places := []struct {
		x, y int
		mean func(week float64) float64
		want []hotspot.Category
	}{
		{3, 3, func(float64) float64 { return 6 }, []hotspot.Category{hotspot.Persistent}},
		{10, 3, func(week float64) float64 { return 3 + week/3 }, []hotspot.Category{hotspot.Intensifying}},
		{16, 3, func(week float64) float64 { return 12 - week/3 }, []hotspot.Category{hotspot.Diminishing}},
		{3, 10, func(week float64) float64 { return from(week, 25) }, []hotspot.Category{hotspot.New}},
		{10, 10, func(week float64) float64 { return from(week, 20) }, []hotspot.Category{hotspot.Consecutive}},
		{16, 10, func(week float64) float64 { return 6 - from(week, 25) }, []hotspot.Category{hotspot.Persistent, hotspot.Historical}},
		{10, 16, func(week float64) float64 { return 6 * math.Mod(math.Floor(week/4)+1, 2) }, []hotspot.Category{hotspot.Sporadic}},
		{3, 17, func(float64) float64 { return .2 }, []hotspot.Category{hotspot.None}},
	}
	random := rand.New(rand.NewPCG(51, 52))
	steps := make([][]float64, 26)
	for week := range steps {
		for _, cell := range cells {
			mean := .2
			for _, place := range places {
				if abs(cell.X-int32(place.x)) <= 1 && abs(cell.Y-int32(place.y)) <= 1 {
					mean = max(mean, place.mean(float64(week)))
				}
			}
			steps[week] = append(steps[week], float64(poisson(random, mean)))
		}
	}
	given := fmt.Sprint(steps)
	emerged := hotspot.Emerging(steps, hotspot.Queen(cells))
	for _, place := range places {
		if e := emerged[place.y*20+place.x]; !slices.Contains(place.want, e.Category) {
			t.Errorf("(%d, %d): %+v, want %v", place.x, place.y, e, place.want)
		}
	}
	if fmt.Sprint(steps) != given {
		t.Error("the steps were changed")
	}
}

// from is 6 from a week on, and nothing before.
func from(week, first float64) float64 {
	if week >= first {
		return 6
	}
	return 0
}

func TestEmergingAtItsEdges(t *testing.T) {
	if e := hotspot.Emerging(nil, hotspot.Queen(nil)); e != nil {
		t.Errorf("no steps: %v", e)
	}
	if e := hotspot.Emerging([][]float64{{}, {}}, hotspot.Queen(nil)); e != nil {
		t.Errorf("no squares: %v", e)
	}
	near := hotspot.Queen(squares(3, 3))
	even := slices.Repeat([][]float64{slices.Repeat([]float64{2}, 9)}, 12)
	for i, e := range hotspot.Emerging(even, near) {
		want := hotspot.Emerged{Last: hotspot.Local{P: 1}, Q: 1, Trend: hotspot.Trend{P: 1}}
		if !reflect.DeepEqual(e, want) {
			t.Errorf("square %d where all are equal: %+v", i, e)
		}
	}
}
