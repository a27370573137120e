package geotest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// The made-up city lies about here, in units of the lattice; the sides of a
// cell are some 600 m. So 5,001 areas fill longitude -1.9 to -1.2, latitude
// 53.6 to 54.0, and more areas fill more.
const (
	centreLon  = -15_500_000
	centreLat  = 538_000_000
	cellWidth  = 91_000
	cellHeight = 52_000
)

// Workload returns a made-up city of that many areas: a managed one and, below
// it, land-use polygons, of which about half are residential. They are cells
// of a jittered lattice, and neighbours share every vertex of the fractal edge
// between them; 15 % of the cells are gaps and 3 % of the areas have a hole.
// Up to 50,001 areas a polygon has 33 to 320 vertices, 118 on average (590,000
// in all for 5,001 areas); beyond that 17 to 98, so that half a million areas
// fit into memory. It returns nil for no areas, and the same on every call.
func Workload(areas int) []geo.Area {
	if areas < 1 {
		return nil
	}
	city := newLattice(areas - 1)
	out := make([]geo.Area, 0, areas)
	out = append(out, geo.Area{ID: "managed", Name: "Managed area", Class: geo.Managed, Shape: city.managed()})
	for i, cell := range city.occupied(areas - 1) {
		class := geo.NonResidential
		if city.random.IntN(2) == 0 {
			class = geo.Residential
		}
		out = append(out, geo.Area{ID: fmt.Sprintf("cell-%06d", i), Class: class, Shape: orb.MultiPolygon{city.polygon(cell)}})
	}
	return out
}

// gaps is the share of cells that are no area, holes that of areas with one.
const (
	gaps  = 0.15
	holes = 0.03
)

// lattice is the plan of the city: cells with jittered corners. The edge that
// two cells share is drawn once.
//
//	 corners[i+columns+1]
//	   o~~~~~~o~~~~~~o
//	   (      (      (     ~ along[…]: fractal, west to east
//	   o~~~~~~o~~~~~~o     ( up[…]: fractal, south to north
//	corners[i]
type lattice struct {
	columns, rows int
	random        *rand.Rand
	corners       []geo.Point
	along, up     [][]geo.Point
}

func newLattice(areas int) *lattice {
	cells := max(1, math.Ceil(float64(areas)/(1-gaps)))
	columns := int(math.Ceil(math.Sqrt(cells)))
	l := &lattice{columns: columns, rows: (int(cells) + columns - 1) / columns, random: rand.New(rand.NewPCG(5001, uint64(areas)))}
	for row := range l.rows + 1 {
		for column := range l.columns + 1 {
			l.corners = append(l.corners, l.corner(column, row))
		}
	}
	levels := fineLevels
	if areas > 50_000 {
		levels = coarseLevels
	}
	for i, corner := range l.corners {
		var along, up []geo.Point
		if (i+1)%(columns+1) != 0 {
			along = fractal(l.random, levels, corner, l.corners[i+1])
		}
		if i+columns+1 < len(l.corners) {
			up = fractal(l.random, levels, corner, l.corners[i+columns+1])
		}
		l.along, l.up = append(l.along, along), append(l.up, up)
	}
	return l
}

func (l *lattice) corner(column, row int) geo.Point {
	jitter := func() float64 { return 0.3 * (l.random.Float64() - 0.5) }
	x := float64(column) - float64(l.columns)/2 + jitter()
	y := float64(row) - float64(l.rows)/2 + jitter()
	return geo.Point{Lon: centreLon + int32(x*cellWidth), Lat: centreLat + int32(y*cellHeight)}
}

// occupied chooses the cells that are areas, as indexes of their south-western
// corners.
func (l *lattice) occupied(areas int) []int {
	var cells []int
	for row := range l.rows {
		for column := range l.columns {
			cells = append(cells, row*(l.columns+1)+column)
		}
	}
	l.random.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
	return cells[:areas]
}

func (l *lattice) polygon(cell int) orb.Polygon {
	above, beside := cell+l.columns+1, cell+1
	ring := ringOf(l.along[cell], l.up[beside], reversed(l.along[above]), reversed(l.up[cell]))
	if l.random.Float64() >= holes {
		return orb.Polygon{ring}
	}
	return orb.Polygon{ring, l.hole(cell)}
}

// hole draws a small fractal diamond about the middle of a cell.
func (l *lattice) hole(cell int) orb.Ring {
	a, b := l.corners[cell], l.corners[cell+l.columns+2]
	middle := geo.Point{Lon: a.Lon + (b.Lon-a.Lon)/2, Lat: a.Lat + (b.Lat-a.Lat)/2}
	return diamond(l.random, []int{3, 4}, middle, 0.12)
}

// managed draws the managed area over whatever lies in the middle of the city.
func (l *lattice) managed() orb.MultiPolygon {
	return orb.MultiPolygon{{diamond(l.random, []int{3}, geo.Point{Lon: centreLon, Lat: centreLat}, 0.9)}}
}

// diamond draws a ring of four fractal edges; reach is its half width in cells.
func diamond(random *rand.Rand, levels []int, middle geo.Point, reach float64) orb.Ring {
	dx, dy := int32(reach*cellWidth), int32(reach*cellHeight)
	east, north := geo.Point{Lon: middle.Lon + dx, Lat: middle.Lat}, geo.Point{Lon: middle.Lon, Lat: middle.Lat + dy}
	west, south := geo.Point{Lon: middle.Lon - dx, Lat: middle.Lat}, geo.Point{Lon: middle.Lon, Lat: middle.Lat - dy}
	draw := func(a, b geo.Point) []geo.Point { return fractal(random, levels, a, b) }
	return ringOf(draw(south, east), draw(east, north), draw(north, west), draw(west, south))
}
