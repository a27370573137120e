package geo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Area is a named shape of one class. A MultiPolygon is the union of its
// polygons; inside one polygon the even–odd rule holds over its rings.
type Area struct {
	// ID is Required and unique within a boundary; ids compare byte by byte.
	ID string
	// Name is for people. Default: none.
	Name string
	// Class is Required: Managed, Residential or NonResidential.
	Class Class
	// Shape is Required, in degrees, longitude first.
	Shape orb.MultiPolygon
}

// Rounded returns the area with every coordinate rounded to the lattice, as
// the classifier sees it. The receiver keeps its own shape. A coordinate that
// is not on the globe is an error that names the area.
func (a Area) Rounded() (Area, error) {
	shape := make(orb.MultiPolygon, len(a.Shape))
	for i, polygon := range a.Shape {
		shape[i] = make(orb.Polygon, len(polygon))
		for j, ring := range polygon {
			rounded, err := roundedRing(ring)
			if err != nil {
				return Area{}, fmt.Errorf("area %s: %w", a.ID, err)
			}
			shape[i][j] = rounded
		}
	}
	a.Shape = shape
	return a, nil
}

func roundedRing(ring orb.Ring) (orb.Ring, error) {
	rounded := make(orb.Ring, len(ring))
	for i, position := range ring {
		p, err := NewPoint(position.Lon(), position.Lat())
		if err != nil {
			return nil, err
		}
		rounded[i] = p.Orb()
	}
	return rounded, nil
}

// polygon is one polygon on the lattice; each ring is closed by its last
// point being its first.
type polygon [][]Point

func newPolygon(rings orb.Polygon) (polygon, error) {
	var out polygon
	for _, ring := range rings {
		points := make([]Point, 0, len(ring)+1)
		for _, position := range ring {
			p, err := NewPoint(position.Lon(), position.Lat())
			if err != nil {
				return nil, err
			}
			points = append(points, p)
		}
		if len(points) == 0 {
			continue
		}
		if points[0] != points[len(points)-1] {
			points = append(points, points[0])
		}
		out = append(out, points)
	}
	return out, nil
}

// covers reports whether p is inside the polygon by the even–odd rule over all
// its rings, or on any of their segments.
//
//	    b o            A ray from p towards the east crosses the segment
//	     /             where one end is above p and the other is not, and
//	p ──/───▶          where the crossing lies strictly east of p. An end
//	   o a             at p's own height counts as below.
func (g polygon) covers(p Point) bool {
	odd := false
	for _, ring := range g {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if onSegment(a, b, p) {
				return true
			}
			if crossesEast(a, b, p) {
				odd = !odd
			}
		}
	}
	return odd
}

func crossesEast(a, b, p Point) bool {
	if (a.Lat > p.Lat) == (b.Lat > p.Lat) {
		return false
	}
	if a.Lat > b.Lat {
		a, b = b, a
	}
	return sideOf(a, b, p) == left
}

// bound returns the box of a polygon with at least one ring.
func (g polygon) bound() (lowest, highest Point) {
	lowest, highest = g[0][0], g[0][0]
	for _, ring := range g {
		for _, p := range ring {
			lowest = Point{min(lowest.Lon, p.Lon), min(lowest.Lat, p.Lat)}
			highest = Point{max(highest.Lon, p.Lon), max(highest.Lat, p.Lat)}
		}
	}
	return lowest, highest
}
