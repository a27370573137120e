package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// fan is n triangles of as many areas about one vertex: all their segments
// touch one cell, which has one corner in it and so no grid of its own.
func fan(n int) []geo.Area {
	const reach = 1_000_000
	corner := func(i int) orb.Point {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%n) / float64(n))
		return geo.Point{Lon: int32(reach * cos), Lat: int32(reach * sin)}.Orb()
	}
	classes := []geo.Class{geo.Managed, geo.Residential, geo.NonResidential}
	areas := make([]geo.Area, n)
	for i := range areas {
		areas[i] = geo.Area{ID: fmt.Sprintf("%06d", i), Class: classes[i%3], Shape: orb.MultiPolygon{{{{0, 0}, corner(i), corner(i + 1), {0, 0}}}}}
	}
	return areas
}

func TestAnyNumberOfAreasMeetInOneVertex(t *testing.T) {
	areas := fan(12_000)
	var points []geo.Point
	for lon := int32(-40); lon <= 40; lon++ {
		points = append(points, geo.Point{Lon: lon, Lat: lon % 7}, geo.Point{Lon: lon * 997, Lat: lon * 331}, geo.Point{Lon: lon * 20_011, Lat: -lon * 4001})
	}
	check(t, areas, points)
}
