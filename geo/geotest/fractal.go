package geotest

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// An edge of level k has 2^k segments. A level is drawn for each edge.
var (
	fineLevels   = []int{3, 3, 4, 4, 4, 5, 5, 5, 6, 6}
	coarseLevels = []int{2, 2, 3}
)

// Each half of an edge is bent less than the whole, so that edges neither
// cross themselves nor one another.
const (
	bend      = 0.22
	straining = 0.85
)

// fractal draws an edge from a to b by midpoint displacement: the middle is
// moved aside by a random part of the length, then each half likewise.
func fractal(random *rand.Rand, levels []int, a, b geo.Point) []geo.Point {
	level := levels[random.IntN(len(levels))]
	points := []geo.Point{a, b}
	share := bend
	for range level {
		finer := make([]geo.Point, 0, 2*len(points))
		for i, p := range points[1:] {
			finer = append(finer, points[i], displaced(points[i], p, share*(random.Float64()-0.5)))
		}
		points = append(finer, b)
		share *= straining
	}
	return points
}

// displaced returns the middle of a and b, moved at right angles by a share of
// their distance; the lattice is taken as a plane stretched to the shape of a
// cell.
func displaced(a, b geo.Point, share float64) geo.Point {
	const stretch = float64(cellWidth) / cellHeight
	dx, dy := float64(b.Lon)-float64(a.Lon), float64(b.Lat)-float64(a.Lat)
	return geo.Point{
		Lon: int32(math.Round(float64(a.Lon) + dx/2 - share*dy*stretch)),
		Lat: int32(math.Round(float64(a.Lat) + dy/2 + share*dx/stretch)),
	}
}

func reversed(edge []geo.Point) []geo.Point {
	edge = slices.Clone(edge)
	slices.Reverse(edge)
	return edge
}

// ringOf joins edges, each of which begins where the one before ends, into a
// closed ring.
func ringOf(edges ...[]geo.Point) orb.Ring {
	var ring orb.Ring
	for _, edge := range edges {
		for _, p := range edge[:len(edge)-1] {
			ring = append(ring, p.Orb())
		}
	}
	return append(ring, ring[0])
}
