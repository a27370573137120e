package geotest

import (
	"fmt"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// Set is a set of areas with a name that says what is nasty about it.
type Set struct {
	Name  string
	Areas []geo.Area
}

// Nasty returns sets of areas on which a classifier may go wrong: shapes that
// break the rules of valid polygons, that meet in many ways, and that are very
// small, thin, long, large or many-cornered. All are such as geo.NewClassifier
// takes. It makes them anew on every call, and the same.
func Nasty() []Set {
	return []Set{
		{"no areas", nil},
		{"areas without points", withoutPoints()},
		{"rings that touch themselves", touchingThemselves()},
		{"rings that cross themselves", crossingThemselves()},
		{"holes that touch the shell", holesAtTheShell()},
		{"rings of one polygon that overlap", overlappingRings()},
		{"polygons of one area that overlap", overlappingPolygons()},
		{"rings that enclose nothing", enclosingNothing()},
		{"repeated points", repeatedPoints()},
		{"spikes", spikes()},
		{"the same polygon many times", duplicates()},
		{"stars that meet in one vertex", stars()},
		{"squares that meet at their corners", chequers(8, 1)},
		{"squares whose sides are powers of two", chequers(32, 4096)},
		{"corners on slopes", slopes()},
		{"stairs of one unit", stairs()},
		{"triangles of one unit", triangles()},
		{"one triangle of one unit", shapesOf(orb.Polygon{ringOn(0, 0, 1, 0, 0, 1)})},
		{"slivers one unit wide", slivers()},
		{"a comb of 10,000 teeth", comb(false)},
		{"a comb of 10,000 teeth, lying", comb(true)},
		{"rings of 100,000 vertices", manyVertices()},
		{"islands far apart", islands()},
		{"both sides of the antimeridian", antimeridian()},
		{"the poles", poles()},
		{"a globe with a town in it", globeAndTown()},
		{"fans across the globe", fans()},
		{"scribbles of a few units", scribbles(1, 0, 0)},
		{"scribbles of some metres", scribbles(97, -15_500_003, 538_000_001)},
		{"scribbles of some kilometres", scribbles(40_009, 1_799_000_000, -899_000_000)},
		{"scribbles over the globe", scribbles(200_000_000, 0, 0)},
	}
}

// ringOn makes a closed ring of longitudes and latitudes in turn, in units of
// the lattice.
func ringOn(coordinates ...int32) orb.Ring {
	var ring orb.Ring
	for i := 0; i < len(coordinates); i += 2 {
		ring = append(ring, geo.Point{Lon: coordinates[i], Lat: coordinates[i+1]}.Orb())
	}
	return append(ring, ring[0])
}

// boxOn makes a rectangle.
func boxOn(west, south, east, north int32) orb.Ring {
	return ringOn(west, south, east, south, east, north, west, north)
}

// shapesOf makes an area of each polygon.
func shapesOf(polygons ...orb.Polygon) []geo.Area {
	shapes := make([]orb.MultiPolygon, len(polygons))
	for i, polygon := range polygons {
		shapes[i] = orb.MultiPolygon{polygon}
	}
	return areasOf(shapes...)
}

// areasOf makes an area of each shape, of the three classes in turn.
func areasOf(shapes ...orb.MultiPolygon) []geo.Area {
	classes := []geo.Class{geo.Residential, geo.NonResidential, geo.Managed}
	areas := make([]geo.Area, len(shapes))
	for i, shape := range shapes {
		areas[i] = geo.Area{ID: fmt.Sprintf("%05d", i), Class: classes[i%len(classes)], Shape: shape}
	}
	return areas
}

func withoutPoints() []geo.Area {
	return areasOf(nil, orb.MultiPolygon{}, orb.MultiPolygon{nil}, orb.MultiPolygon{{}}, orb.MultiPolygon{{nil}},
		orb.MultiPolygon{{{}, boxOn(0, 0, 9, 9)}, {}}, orb.MultiPolygon{{boxOn(5, 5, 30, 30), {}}})
}
