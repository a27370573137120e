package geotest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// census counts what the workload promises.
type census struct {
	vertices, residential, holes, flawed int
	fewest, most                         int
}

func censusOf(areas []geo.Area) census {
	c := census{fewest: 1 << 30}
	for _, area := range areas {
		n := 0
		for _, ring := range area.Shape[0] {
			n += len(ring)
		}
		c.vertices += n
		c.fewest, c.most = min(c.fewest, n), max(c.most, n)
		if area.Class == geo.Residential {
			c.residential++
		}
		if len(area.Shape[0]) > 1 {
			c.holes++
		}
		if len(area.Flaws()) > 0 {
			c.flawed++
		}
	}
	return c
}

func TestWorkloadIsTheCityThatItPromises(t *testing.T) {
	c := censusOf(Workload(5001))
	if c.vertices < 550_000 || c.vertices > 630_000 || c.fewest != 33 || c.most > 320 || c.flawed != 0 {
		t.Errorf("%+v: want about 592,000 vertices, 33 to 320 each, no flaw", c)
	}
	if c.residential < 2300 || c.residential > 2700 || c.holes < 110 || c.holes > 190 {
		t.Errorf("%+v: want about half residential and 3 %% with a hole", c)
	}
}

func TestWorkloadScales(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 86, 501, 60_000} {
		areas := Workload(n)
		if len(areas) != n {
			t.Errorf("%d areas, want %d", len(areas), n)
		}
		if _, err := geo.NewClassifier(areas[:min(n, 501)]); err != nil {
			t.Error(err)
		}
	}
}

func TestNeighboursShareEveryVertexOfTheEdgeBetweenThem(t *testing.T) {
	owners := map[[2]orb.Point]int{}
	for _, area := range Workload(501)[1:] {
		for _, ring := range area.Shape[0] {
			for i, position := range ring[1:] {
				ends := [2]orb.Point{ring[i], position}
				if position.X() < ring[i].X() || position.X() == ring[i].X() && position.Y() < ring[i].Y() {
					slices.Reverse(ends[:])
				}
				owners[ends]++
			}
		}
	}
	shared := 0
	for _, n := range owners {
		if n == 2 {
			shared++
		}
	}
	// With 15 % gaps a segment within the city has two owners with a chance of
	// 0.72 and one of 0.26; at the rim it has one.
	if share := float64(shared) / float64(len(owners)); share < 0.6 || share > 0.85 {
		t.Errorf("%.2f of the segments are shared", share)
	}
}

func TestWorkloadIsTheSameOnEveryCall(t *testing.T) {
	if !reflect.DeepEqual(Workload(86), Workload(86)) {
		t.Error("areas differ")
	}
	areas := Workload(86)
	if !slices.Equal(Points(areas, 1000, 1), Points(areas, 1000, 1)) {
		t.Error("points of one seed differ")
	}
	if slices.Equal(Points(areas, 1000, 1), Points(areas, 1000, 2)) {
		t.Error("points of two seeds are the same")
	}
}

func TestSortZKeepsNeighboursTogether(t *testing.T) {
	points := Points(Workload(86), 20_000, 1)
	sorted := slices.Clone(points)
	SortZ(sorted)
	steps := func(points []geo.Point) (sum float64) {
		for i, p := range points[1:] {
			q := points[i]
			sum += max(float64(p.Lon)-float64(q.Lon), float64(q.Lon)-float64(p.Lon))
		}
		return sum
	}
	if steps(sorted) > steps(points)/20 {
		t.Errorf("a step of %.0f on average, %.0f in random order", steps(sorted), steps(points))
	}
	corners := []geo.Point{{Lon: 1, Lat: 1}, {Lon: -1, Lat: 1}, {Lon: 1, Lat: -1}, {Lon: -1, Lat: -1}}
	SortZ(corners)
	if got := fmt.Sprint(corners); got != "[{-1 -1} {1 -1} {-1 1} {1 1}]" {
		t.Errorf("quadrants in order %s", got)
	}
}
