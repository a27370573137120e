package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/tidwall/rtree"
)

// border holds every stretch of the areas' edges along which the class
// changes, precedence applied: an edge between two residential areas is no
// border, nor is one that a managed area covers on both sides.
//
// Each edge is cut wherever another edge meets it, so that along one piece the
// classes to the left, on it and to the right are constant; the middle of the
// piece is asked for them.
type border struct {
	tree rtree.RTreeG[piece]
}

// piece is a stretch of an edge, in units of the lattice. Its ends may lie
// between lattice points.
type piece struct {
	a, b    [2]float64
	classes classSet // found to the left, on it and to the right
}

type classSet uint8

func (s classSet) with(c Class) classSet { return s | 1<<c }

// hasOtherThan reports whether the set holds a class that is not c.
func (s classSet) hasOtherThan(c Class) bool { return s&^(1<<c) != 0 }

// edge is a segment of a ring, its ends in a fixed order so that neighbours
// with a common edge have the same one.
type edge struct {
	a, b Point
}

// besideUnits is how far beside an edge the class to its side is asked for:
// 2.5 mm or less. A sliver narrower than that may be missed.
const besideUnits = 0.25

func newBorder(c *Classifier) *border {
	owners := c.edges()
	var index rtree.RTreeG[edge]
	for e := range owners {
		lowest, highest := e.bound()
		index.Insert(lowest, highest, e)
	}
	b := &border{}
	for e, owner := range owners {
		for _, p := range c.pieces(e, owner, &index) {
			b.tree.Insert(
				[2]float64{min(p.a[0], p.b[0]), min(p.a[1], p.b[1])},
				[2]float64{max(p.a[0], p.b[0]), max(p.a[1], p.b[1])}, p)
		}
	}
	return b
}

// edges returns every edge once, with the first in precedence of its areas.
func (c *Classifier) edges() map[edge]int {
	owners := map[edge]int{}
	for _, s := range c.shapes {
		for _, ring := range s.polygon {
			for i := 1; i < len(ring); i++ {
				e := edge{ring[i-1], ring[i]}
				if cmp.Or(cmp.Compare(e.a.Lon, e.b.Lon), cmp.Compare(e.a.Lat, e.b.Lat)) > 0 {
					e.a, e.b = e.b, e.a
				}
				if rank, ok := owners[e]; !ok || s.rank < rank {
					owners[e] = s.rank
				}
			}
		}
	}
	return owners
}

func (e edge) bound() (lowest, highest [2]float64) {
	return [2]float64{float64(e.a.Lon), float64(min(e.a.Lat, e.b.Lat))},
		[2]float64{float64(e.b.Lon), float64(max(e.a.Lat, e.b.Lat))}
}

// at returns the point that lies the fraction t of the way from a to b.
func (e edge) at(t float64) [2]float64 {
	a, b := e.a.array(), e.b.array()
	return [2]float64{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// pieces cuts an edge at every other edge and returns the stretches along
// which the class changes.
func (c *Classifier) pieces(e edge, owner int, index *rtree.RTreeG[edge]) []piece {
	cuts := []float64{0, 1}
	lowest, highest := e.bound()
	index.Search(lowest, highest, func(_, _ [2]float64, other edge) bool {
		if other != e {
			cuts = appendCuts(cuts, e, other)
		}
		return true
	})
	slices.Sort(cuts)
	var pieces []piece
	for i := 1; i < len(cuts); i++ {
		if cuts[i] == cuts[i-1] && e.a != e.b {
			continue
		}
		p := piece{a: e.at(cuts[i-1]), b: e.at(cuts[i])}
		p.classes = c.classesAlong(p, owner)
		if p.classes&(p.classes-1) != 0 { // more than one class
			pieces = append(pieces, p)
		}
	}
	return pieces
}

// appendCuts adds the fractions of e at which another edge touches, crosses or
// begins and ends to run along it.
func appendCuts(cuts []float64, e, other edge) []float64 {
	touching := false
	for _, end := range []Point{other.a, other.b} {
		if onSegment(e.a, e.b, end) {
			touching = true
			cuts = append(cuts, e.fraction(end))
		}
	}
	sa, sb := sideOf(e.a, e.b, other.a), sideOf(e.a, e.b, other.b)
	oa, ob := sideOf(other.a, other.b, e.a), sideOf(other.a, other.b, e.b)
	if touching || sa*sb >= 0 || oa*ob >= 0 {
		return cuts
	}
	// A proper crossing: the ends of e lie at distances da and db to either
	// side of the other's line.
	da, db := other.offset(e.a), other.offset(e.b)
	return append(cuts, da/(da-db))
}

// fraction returns how far along e a point on it lies.
func (e edge) fraction(p Point) float64 {
	lon, lat := float64(e.b.Lon)-float64(e.a.Lon), float64(e.b.Lat)-float64(e.a.Lat)
	if math.Abs(lon) > math.Abs(lat) {
		return (float64(p.Lon) - float64(e.a.Lon)) / lon
	}
	if lat == 0 {
		return 0
	}
	return (float64(p.Lat) - float64(e.a.Lat)) / lat
}

// offset is proportional to the signed distance of p from the line of e.
func (e edge) offset(p Point) float64 {
	return (float64(e.b.Lon)-float64(e.a.Lon))*(float64(p.Lat)-float64(e.a.Lat)) -
		(float64(p.Lon)-float64(e.a.Lon))*(float64(e.b.Lat)-float64(e.a.Lat))
}

// classesAlong returns the classes to the left of a piece, on it and to its
// right. Areas are closed, so on it the area whose edge it is counts too.
func (c *Classifier) classesAlong(p piece, owner int) classSet {
	dx, dy := p.b[0]-p.a[0], p.b[1]-p.a[1]
	middle := [2]float64{p.a[0] + dx/2, p.a[1] + dy/2}
	length := math.Hypot(dx, dy)
	if length == 0 {
		dx, length = 1, 1
	}
	nx, ny := -dy/length*besideUnits, dx/length*besideUnits
	onLeft := c.rankAt([2]float64{middle[0] + nx, middle[1] + ny})
	onRight := c.rankAt([2]float64{middle[0] - nx, middle[1] - ny})
	along := min(owner, onLeft, onRight, c.rankAt(middle))
	return classSet(0).with(c.classOf(onLeft)).with(c.classOf(onRight)).with(c.classOf(along))
}

// rankAt returns the rank of the area that wins at a point between lattice
// points and beside every edge, or len(ranked).
func (c *Classifier) rankAt(at [2]float64) int {
	best := len(c.ranked)
	c.tree.Search(at, at, func(_, _ [2]float64, i int) bool {
		s := &c.shapes[i]
		if s.rank < best && s.polygon.holds(at) {
			best = s.rank
		}
		return true
	})
	return best
}

func (c *Classifier) classOf(rank int) Class {
	if rank == len(c.ranked) {
		return Outside
	}
	return c.ranked[rank].Class
}

// holds is the even–odd rule for a point that need not be on the lattice.
func (g polygon) holds(p [2]float64) bool {
	odd := false
	for _, ring := range g {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1].array(), ring[i].array()
			if (a[1] > p[1]) == (b[1] > p[1]) {
				continue
			}
			if p[0]-a[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
				odd = !odd
			}
		}
	}
	return odd
}
