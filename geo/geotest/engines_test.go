package geotest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"commonground/geo"
)

// check ends the test on an error.
func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is where a point lies; the zero value is outside of all areas.
type answer struct {
	id    string
	class geo.Class
}

func (a answer) String() string { return fmt.Sprintf("%q %v", a.id, a.class) }

// located asks the classifier in bulk.
func located(c *geo.Classifier, points []geo.Point) []answer {
	indexes := make([]int32, len(points))
	c.Locate(indexes, points)
	return answersOf(c.Areas(), indexes)
}

// answersOf turns indexes of areas in order of precedence into answers.
func answersOf(ranked []geo.Area, indexes []int32) []answer {
	answers := make([]answer, len(indexes))
	for i, index := range indexes {
		switch {
		case index == geo.None:
		case index < 0 || int(index) >= len(ranked):
			answers[i].id = fmt.Sprintf("no area: index %d", index)
		default:
			answers[i] = answer{ranked[index].ID, ranked[index].Class}
		}
	}
	return answers
}

// ranked is one polygon of an area as peers take it.
type rankedPolygon struct {
	rank  int // index of the area
	rings [][]geo.Point
}

// polygonsOf returns the polygons that have points, on the lattice. A ring of
// fewer than four points is filled up with its last one: peers refuse shorter
// ones.
func polygonsOf(ranked []geo.Area) []rankedPolygon {
	var polygons []rankedPolygon
	for rank, area := range ranked {
		for _, polygon := range area.Shape {
			rings := ringsOf(polygon)
			for i, ring := range rings {
				for len(ring) < 4 {
					ring = append(ring, ring[len(ring)-1])
				}
				rings[i] = ring
			}
			if len(rings) > 0 {
				polygons = append(polygons, rankedPolygon{rank, rings})
			}
		}
	}
	return polygons
}

// middle is the median, the lower one of an even number.
func middle(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
