package geotest

import (
	"math/big"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// Oracle answers by the letter of the law, in rational arithmetic, with no
// index but a box around each polygon, and shares no code with the classifier
// but the rounding of coordinates. It is slow. Any number of goroutines may
// ask it at once.
type Oracle struct {
	polygons []judged
}

// judged is one polygon of an area.
type judged struct {
	id       string
	class    geo.Class
	rings    [][]geo.Point
	enclosed bound
}

// NewOracle reads the areas, which must be such as geo.NewClassifier takes.
func NewOracle(areas []geo.Area) *Oracle {
	o := &Oracle{}
	for _, area := range areas {
		for _, polygon := range area.Shape {
			judged := judged{id: area.ID, class: area.Class, rings: ringsOf(polygon)}
			if len(judged.rings) > 0 {
				judged.enclosed = boundOf([]geo.Area{{Shape: orb.MultiPolygon{polygon}}})
				o.polygons = append(o.polygons, judged)
			}
		}
	}
	return o
}

// Place returns the id and class of the area that p belongs to: of those that
// cover it the one of the highest class, then of the lowest id. Where none
// covers it, that is an empty id and geo.Outside.
func (o *Oracle) Place(p geo.Point) (id string, class geo.Class) {
	for _, g := range o.polygons {
		if g.holds(p) && (g.class > class || g.class == class && g.id < id) {
			id, class = g.id, g.class
		}
	}
	return id, class
}

// OnEdge reports whether p lies on a segment of any ring.
func (o *Oracle) OnEdge(p geo.Point) bool {
	for _, g := range o.polygons {
		if _, touched := g.crossings(p); touched {
			return true
		}
	}
	return false
}

func (g judged) holds(p geo.Point) bool {
	crossings, touched := g.crossings(p)
	return touched || crossings%2 == 1
}

// crossings counts the segments that the ray from p to the north crosses; a
// segment takes its western end with it, not its eastern one. touched is set
// where p lies on a segment.
func (g judged) crossings(p geo.Point) (crossings int, touched bool) {
	if p.Lon < g.enclosed.lowest.Lon || p.Lon > g.enclosed.highest.Lon ||
		p.Lat < g.enclosed.lowest.Lat || p.Lat > g.enclosed.highest.Lat {
		return 0, false
	}
	for _, ring := range g.rings {
		for i := 1; i < len(ring); i++ {
			switch meets(ring[i-1], ring[i], p) {
			case touching:
				return 0, true
			case crossing:
				crossings++
			}
		}
	}
	return crossings, false
}

type meeting int

const (
	passing meeting = iota
	touching
	crossing
)

// meets says how the ray from p to the north meets the segment from a to b.
func meets(a, b, p geo.Point) meeting {
	if a.Lon > b.Lon {
		a, b = b, a
	}
	if p.Lon < a.Lon || p.Lon > b.Lon || p.Lat > max(a.Lat, b.Lat) {
		return passing
	}
	if a.Lon == b.Lon {
		if min(a.Lat, b.Lat) <= p.Lat {
			return touching
		}
		return passing
	}
	above := 1
	if min(a.Lat, b.Lat) <= p.Lat {
		above = latitudeAt(a, b, p.Lon).Cmp(whole(p.Lat))
	}
	switch {
	case above == 0:
		return touching
	case above > 0 && p.Lon < b.Lon:
		return crossing
	}
	return passing
}

// latitudeAt is where the line from a to b, which isn't a meridian, passes a
// longitude.
func latitudeAt(a, b geo.Point, lon int32) *big.Rat {
	rise := new(big.Rat).Sub(whole(b.Lat), whole(a.Lat))
	run := new(big.Rat).Sub(whole(b.Lon), whole(a.Lon))
	along := new(big.Rat).Sub(whole(lon), whole(a.Lon))
	along.Mul(along, rise).Quo(along, run)
	return along.Add(along, whole(a.Lat))
}

func whole(n int32) *big.Rat { return new(big.Rat).SetInt64(int64(n)) }
