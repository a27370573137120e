package geo

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// Flaw is a rule of valid polygons (OGC Simple Features) that a shape breaks.
// A flawed shape is classified all the same, by the even–odd rule.
type Flaw struct {
	Area string // id of the area
	// Reason names the rule and the place, such as "polygon ring not simple
	// (at or near POINT(1 2))".
	Reason string
}

// Flaws checks the shape of an area and returns the first rule that each of
// its polygons breaks, or, where each is valid by itself, the first that they
// break together. It returns nil for a valid shape.
func (a Area) Flaws() []Flaw {
	var flaws []Flaw
	add := func(reason string) { flaws = append(flaws, Flaw{Area: a.ID, Reason: reason}) }
	if len(a.Shape) == 0 {
		add("the shape is empty")
	}
	var polygons []geom.Polygon
	for i, rings := range a.Shape {
		polygon, err := validPolygon(rings)
		if err != nil {
			add(fmt.Sprintf("polygon %d: %v", i+1, err))
			continue
		}
		polygons = append(polygons, polygon)
	}
	if len(flaws) == 0 {
		if err := geom.NewMultiPolygon(polygons).Validate(); err != nil {
			add(err.Error())
		}
	}
	return flaws
}

func validPolygon(rings orb.Polygon) (geom.Polygon, error) {
	if len(rings) == 0 {
		return geom.Polygon{}, fmt.Errorf("polygon has no ring")
	}
	lines := make([]geom.LineString, len(rings))
	for i, ring := range rings {
		if len(ring) < 4 {
			return geom.Polygon{}, fmt.Errorf("ring %d has %d positions, fewer than four", i+1, len(ring))
		}
		coordinates := make([]float64, 0, 2*len(ring))
		for _, position := range ring {
			coordinates = append(coordinates, position.Lon(), position.Lat())
		}
		lines[i] = geom.NewLineString(geom.NewSequence(coordinates, geom.DimXY))
	}
	polygon := geom.NewPolygon(lines)
	return polygon, polygon.Validate()
}
