package tiles

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"commonground/geo"
)

// Tolerance is how far a corner of an area may lie from the outline that is
// drawn without it, in units of the zoom's lattice. Clients draw a tile at 512
// pixels: half a unit is a sixteenth of one.
const Tolerance = 0.5

// deepest is how often an arc is divided where it is farthest from its chord,
// before it is divided in the middle.
const deepest = 64

// drawnFrom returns for each point of an arc the zoom from which on it is
// drawn. An arc's ends are drawn always, and three points of one that closes.
//
// It is the method of Douglas and Peucker (1973): of the points between two
// that are drawn the one farthest from their chord is drawn too, if it is
// farther than the tolerance. That does not depend on the tolerance, so one
// run serves all zooms. We differ in that an arc on which the method gets
// nowhere is then halved, so that n points take O(n log n) steps; the
// tolerance is kept all the same.
func drawnFrom(points []geo.Point) []uint8 {
	last := len(points) - 1
	s := simplifier{at: make([]orb.Point, len(points)), from: make([]uint8, len(points))}
	for i, p := range points {
		s.at[i], s.from[i] = worldAt(p, MaxZoom), MaxZoom
	}
	s.from[0], s.from[last] = 0, 0
	if s.at[0] != s.at[last] {
		s.divide(0, last, math.Inf(1), 0)
		return s.from
	}
	if last < 2 {
		return s.from
	}
	middle, _ := s.farthest(0, last)
	s.divide(0, middle, math.Inf(1), 0)
	s.divide(middle, last, math.Inf(1), 0)
	one, oneOff := s.farthest(0, middle)
	if other, otherOff := s.farthest(middle, last); otherOff > oneOff {
		one = other
	}
	s.from[middle], s.from[one] = 0, 0
	return s.from
}

// worldAt projects a point to units of a zoom's lattice from the world's
// north-west corner. Towards the poles, where that would have no end, it stops
// half a world beyond the edge.
func worldAt(p geo.Point, zoom int) orb.Point {
	world := float64(int(Extent) << zoom)
	at := Tile{Z: zoom}.project(p.Orb().Lon(), p.Orb().Lat())
	return orb.Point{at[0], min(max(at[1], -world/2), world*3/2)}
}

// simplifier chooses among the points of one arc, in units of MaxZoom.
type simplifier struct {
	at   []orb.Point
	from []uint8
}

// divide chooses among the points between two that are drawn where bound is
// farther than the tolerance.
func (s *simplifier) divide(first, last int, bound float64, depth int) {
	far, off := s.farthest(first, last)
	bound = min(bound, off)
	zoom := zoomOf(bound)
	if zoom == MaxZoom {
		return
	}
	if depth > deepest {
		far = (first + last) / 2
	}
	s.from[far] = zoom
	s.divide(first, far, bound, depth+1)
	s.divide(far, last, bound, depth+1)
}

// farthest returns which of the points between two is farthest from their
// chord, and by how much: 0 where there is none.
func (s *simplifier) farthest(first, last int) (far int, off float64) {
	far = first
	for i := first + 1; i < last; i++ {
		if d := planar.DistanceFromSegmentSquared(s.at[first], s.at[last], s.at[i]); d > off {
			far, off = i, d
		}
	}
	return far, math.Sqrt(off)
}

// zoomOf is the first zoom at which a distance in units of MaxZoom is more
// than the tolerance, or MaxZoom.
func zoomOf(distance float64) uint8 {
	for zoom := range MaxZoom {
		if math.Ldexp(distance, zoom-MaxZoom) > Tolerance {
			return uint8(zoom)
		}
	}
	return MaxZoom
}
