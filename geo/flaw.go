package geo

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// Flaw is a rule of valid polygons (OGC Simple Features) that a shape breaks.
// A flawed shape is classified all the same, by the even–odd rule.
type Flaw struct {
	Area string // id of the area
	// Reason names the rule and the place, such as "polygon 1: ring 2: polygon
	// ring not simple (at or near -1.6329867, 53.8085512)".
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
			add(fmt.Sprintf("polygon %d: %s", i+1, plainly(err)))
			continue
		}
		polygons = append(polygons, polygon)
	}
	if len(flaws) == 0 {
		if err := geom.NewMultiPolygon(polygons).Validate(); err != nil {
			add(plainly(err))
		}
	}
	return flaws
}

// place is how the checking library writes where a rule is broken.
var place = regexp.MustCompile(`\{(\S+) (\S+)\}`)

// plainly writes an error of the checking library with rings counted from 1
// and positions to the lattice.
func plainly(err error) string {
	var index int
	text := err.Error()
	if _, scanErr := fmt.Sscanf(text, "validating ring at index %d:", &index); scanErr == nil {
		_, text, _ = strings.Cut(text, ": ")
		text = fmt.Sprintf("ring %d: %s", index+1, text)
	}
	return place.ReplaceAllStringFunc(text, func(at string) string {
		var lon, lat float64
		if _, err := fmt.Sscanf(at, "{%g %g}", &lon, &lat); err != nil {
			return at
		}
		return fmt.Sprintf("%.7f, %.7f", lon*Unit, lat*Unit)
	})
}

// validPolygon checks a polygon on the lattice, in whole units: in degrees a
// corner that lies on an edge is mostly a little beside it. The library looks
// for a ring within another at its first position only, which misses one that
// touches the other just there; so a polygon with holes is checked once more
// with each ring begun at its second.
func validPolygon(rings orb.Polygon) (geom.Polygon, error) {
	if len(rings) == 0 {
		return geom.Polygon{}, fmt.Errorf("polygon has no ring")
	}
	lines, turned := make([]geom.LineString, len(rings)), make([]geom.LineString, len(rings))
	for i, ring := range rings {
		if len(ring) < 4 {
			return geom.Polygon{}, fmt.Errorf("ring %d has %d positions, fewer than four", i+1, len(ring))
		}
		coordinates := make([]float64, 0, 2*len(ring))
		for _, position := range ring {
			p, err := NewPoint(position.Lon(), position.Lat())
			if err != nil {
				return geom.Polygon{}, err
			}
			coordinates = append(coordinates, float64(p.Lon), float64(p.Lat))
		}
		lines[i] = geom.NewLineString(geom.NewSequence(coordinates, geom.DimXY))
		again := append(slices.Clone(coordinates[2:]), coordinates[2:4]...)
		turned[i] = geom.NewLineString(geom.NewSequence(again, geom.DimXY))
	}
	polygon := geom.NewPolygon(lines)
	if err := polygon.Validate(); err != nil || len(rings) < 3 {
		return polygon, err
	}
	return polygon, geom.NewPolygon(turned).Validate()
}
