package geotest

import (
	"github.com/paulmach/orb"

	"commonground/geo"
)

// at returns a position on the lattice. All positions here are on the globe.
func at(position orb.Point) geo.Point {
	p, err := geo.NewPoint(position.Lon(), position.Lat())
	if err != nil {
		panic(err)
	}
	return p
}

// ringsOf returns the rings of a polygon that have points, each closed.
func ringsOf(polygon orb.Polygon) [][]geo.Point {
	var rings [][]geo.Point
	for _, ring := range polygon {
		if len(ring) == 0 {
			continue
		}
		points := make([]geo.Point, 0, len(ring)+1)
		for _, position := range ring {
			points = append(points, at(position))
		}
		if points[0] != points[len(points)-1] {
			points = append(points, points[0])
		}
		rings = append(rings, points)
	}
	return rings
}
