package sample

import (
	"slices"

	"github.com/paulmach/orb"
)

// run is the part of row j between the corners west and east.
type run struct {
	j, west, east int
}

// outline returns the ring around runs of consecutive rows, the lowest first,
// along the sides of the streets, counter-clockwise:
//
//	   ┌◀──────┐     row 2
//	┌──┘    ┌──┘     row 1: from one row to the next the ring
//	│       │        goes along the line of corners between them
//	└──────▶┘
//
// Only the lowest and the highest line may be the river's.
func (s *streets) outline(runs []run) orb.Ring {
	last := len(runs) - 1
	ring := s.line(runs[0].j, runs[0].west, runs[0].east, north)
	for i, r := range runs {
		ring = append(ring, s.north[r.j][r.east][:]...)
		if i < last {
			ring = append(ring, s.line(r.j+1, r.east, runs[i+1].east, north)...)
		}
	}
	ring = append(ring, s.line(runs[last].j+1, runs[last].east, runs[last].west, south)...)
	for i := last; i >= 0; i-- {
		down := s.north[runs[i].j][runs[i].west]
		slices.Reverse(down[:])
		ring = append(ring, down[:]...)
		if i > 0 {
			ring = append(ring, s.line(runs[i].j, runs[i].west, runs[i-1].west, north)...)
		}
	}
	return closed(ring)
}

// line returns the points from one corner of line j to another, both included,
// on the given bank where the line is the river's.
func (s *streets) line(j, from, to int, on bank) []vec {
	var points []vec
	for k := min(from, to); k < max(from, to); k++ {
		points = append(points, s.corner[j][k])
		points = append(points, s.east[j][k][:]...)
	}
	points = append(points, s.corner[j][max(from, to)])
	if j == riverRow {
		for i, p := range points {
			points[i] = p.plus(toBank(on))
		}
	}
	if from > to {
		slices.Reverse(points)
	}
	return points
}

// toBank is the way from the middle of the river to its bank, square to the
// town's own east–west.
func toBank(on bank) vec {
	return vec{7, 24}.times(int64(on)*bankCm, 25)
}

// closed rounds the points to the lattice of coordinates and ends the ring
// where it starts.
func closed(points []vec) orb.Ring {
	ring := make(orb.Ring, 0, len(points)+1)
	for _, v := range points {
		ring = append(ring, v.point().Orb())
	}
	return append(ring, ring[0])
}
