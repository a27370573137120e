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

// appendRing adds a ring on the lattice, closed by its last point being its
// first.
func appendRing(points []Point, ring orb.Ring) ([]Point, error) {
	first := len(points)
	for _, position := range ring {
		p, err := NewPoint(position.Lon(), position.Lat())
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if points[first] != points[len(points)-1] {
		points = append(points, points[first])
	}
	return points, nil
}
