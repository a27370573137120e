package geotest

import (
	"testing"

	"commonground/geo"
)

func TestOracleKnowsTheLaw(t *testing.T) {
	areas := append(areasOf(
		nil, nil, holesAtTheShell()[4].Shape, // 00002, managed: two holes that touch in 50, 150
	), geo.Area{ID: "00001", Class: geo.Managed, Shape: overlappingPolygons()[0].Shape},
		geo.Area{ID: "above", Class: geo.Residential, Shape: holesAtTheShell()[4].Shape})
	o := NewOracle(areas)
	for _, test := range []struct {
		name     string
		lon, lat int32
		id       string
		class    geo.Class
		onEdge   bool
	}{
		{"inside two areas: the higher class", 10, 110, "00002", geo.Managed, false},
		{"in a hole", 30, 130, "", geo.Outside, false},
		{"on the edge of a hole", 20, 130, "00002", geo.Managed, true},
		{"where two holes touch", 50, 150, "00002", geo.Managed, true},
		{"inside two polygons of one area", 40, 40, "00001", geo.Managed, false},
		{"on a corner", 90, 90, "00001", geo.Managed, true},
		{"beside it", 91, 90, "", geo.Outside, false},
	} {
		id, class := o.Place(geo.Point{Lon: test.lon, Lat: test.lat})
		if onEdge := o.OnEdge(geo.Point{Lon: test.lon, Lat: test.lat}); id != test.id || class != test.class || onEdge != test.onEdge {
			t.Errorf("%s: %q, %v, on an edge %v; want %q, %v, %v", test.name, id, class, onEdge, test.id, test.class, test.onEdge)
		}
	}
}

// ways are those to ask a classifier. What Classify doesn't say, the id, is
// taken from what is wanted.
var ways = []struct {
	name string
	ask  func(c *geo.Classifier, points []geo.Point, want []answer) []answer
}{
	{"Locate", func(c *geo.Classifier, points []geo.Point, _ []answer) []answer { return located(c, points) }},
	{"Classify", func(c *geo.Classifier, points []geo.Point, want []answer) []answer {
		classes, answers := make([]geo.Class, len(points)), make([]answer, len(points))
		c.Classify(classes, points)
		for i, class := range classes {
			answers[i] = answer{want[i].id, class}
		}
		return answers
	}},
	{"Area and Class", func(c *geo.Classifier, points []geo.Point, _ []answer) []answer {
		answers := make([]answer, len(points))
		for i, p := range points {
			if area, ok := c.Area(p); ok {
				answers[i].id = area.ID
			}
			answers[i].class = c.Class(p)
		}
		return answers
	}},
}

// TestClassifierAgreesWithTheOracle asks about every nasty set and the city.
func TestClassifierAgreesWithTheOracle(t *testing.T) {
	for _, set := range append(Nasty(), Set{"the city", Workload(200)}) {
		t.Run(set.Name, func(t *testing.T) {
			t.Parallel()
			n := 2000
			if len(edgesOf(set.Areas)) < 4 { // few polygons, so some of very many edges
				n = 500
			}
			points := append(Adversarial(set.Areas, n, 1), Points(set.Areas, n/10, 1)...)
			c, err := geo.NewClassifier(set.Areas)
			if err != nil {
				t.Fatal(err)
			}
			o := NewOracle(set.Areas)
			want := make([]answer, len(points))
			for i, p := range points {
				want[i].id, want[i].class = o.Place(p)
			}
			for _, way := range ways {
				for i, got := range way.ask(c, points, want) {
					if got != want[i] {
						t.Fatalf("%s: %v: %v, the oracle says %v", way.name, points[i], got, want[i])
					}
				}
			}
		})
	}
}

func TestAdversarialPointsMeetEdgesAndMissThem(t *testing.T) {
	for _, set := range Nasty()[2:] {
		o := NewOracle(set.Areas)
		onEdge, beside := 0, 0
		for _, p := range Adversarial(set.Areas, 500, 1) {
			if o.OnEdge(p) {
				onEdge++
			} else {
				beside++
			}
		}
		if onEdge < 100 || beside < 30 {
			t.Errorf("%s: %d points on an edge, %d beside", set.Name, onEdge, beside)
		}
	}
}
