package geotest

import (
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/rtree"

	"commonground/geo"
)

// naive is what one writes first: a tree of boxes, and orb's test of a polygon
// in degrees. It is taken as it is, with a floating-point idea of edges.
type naive struct {
	ranked []geo.Area
	tree   rtree.RTreeG[int]
}

func newNaive(ranked []geo.Area) *naive {
	n := &naive{ranked: ranked}
	for rank, area := range ranked {
		if len(area.Shape) > 0 {
			box := area.Shape.Bound()
			n.tree.Insert(box.Min, box.Max, rank)
		}
	}
	return n
}

func (n *naive) locate(dst []int32, points []geo.Point) {
	for i, p := range points {
		place := p.Orb()
		best := int32(len(n.ranked))
		n.tree.Search(place, place, func(_, _ [2]float64, rank int) bool {
			if int32(rank) < best && planar.MultiPolygonContains(n.ranked[rank].Shape, place) {
				best = int32(rank)
			}
			return true
		})
		dst[i] = best
		if int(best) == len(n.ranked) {
			dst[i] = geo.None
		}
	}
}
