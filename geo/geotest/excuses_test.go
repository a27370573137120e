package geotest

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// excuse is why a peer may differ from the law at a point.
type excuse int

const (
	// redrawn: the point is on an edge of a shape that is not valid. To make it
	// valid drops spikes, and moves crossings off the lattice.
	redrawn excuse = iota
	// doubled: two edges of one polygon run along each other. The linework
	// method keeps one of the two, where by the even–odd rule they cancel.
	doubled
	// inexact: PostGIS multiplies differences of coordinates in doubles before
	// it asks GEOS; beyond 53 bits they are rounded.
	inexact
	excuseCount
)

func (e excuse) String() string { return [...]string{"redrawn", "doubled", "inexact"}[e] }

// excuses knows where peers may differ for a set of areas.
type excuses struct {
	flawed        *Oracle
	doubled, wide []bound
}

func newExcuses(areas []geo.Area) *excuses {
	e := &excuses{}
	var flawed []geo.Area
	for _, area := range areas {
		if len(area.Flaws()) > 0 {
			flawed = append(flawed, area)
		}
	}
	e.flawed = NewOracle(flawed)
	for _, g := range e.flawed.polygons {
		if runsAlongItself(g.rings) {
			e.doubled = append(e.doubled, g.enclosed)
		}
	}
	for _, g := range NewOracle(areas).polygons {
		if g.enclosed.width()*g.enclosed.height() > 1<<53 {
			e.wide = append(e.wide, g.enclosed)
		}
	}
	return e
}

func (e *excuses) of(p geo.Point, postgis bool) (excuse, bool) {
	holds := func(b bound) bool { return b.holds(p) }
	switch {
	case e.flawed.OnEdge(p):
		return redrawn, true
	case slices.ContainsFunc(e.doubled, holds):
		return doubled, true
	case postgis && slices.ContainsFunc(e.wide, holds):
		return inexact, true
	}
	return 0, false
}

func (b bound) holds(p geo.Point) bool {
	return b.lowest.Lon <= p.Lon && p.Lon <= b.highest.Lon && b.lowest.Lat <= p.Lat && p.Lat <= b.highest.Lat
}

// line is the infinite line of an edge: its direction in lowest terms, and how
// far it lies from the origin, as a remainder modulo 2^64.
type line struct {
	dx, dy int64
	offset int64
}

// runsAlongItself reports whether two edges have more than a point in common.
func runsAlongItself(rings [][]geo.Point) bool {
	stretches := map[line][][2]geo.Point{}
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if byPlace(a, b) > 0 {
				a, b = b, a
			}
			if a != b {
				l := lineOf(a, b)
				stretches[l] = append(stretches[l], [2]geo.Point{a, b})
			}
		}
	}
	for _, along := range stretches {
		slices.SortFunc(along, func(s, o [2]geo.Point) int { return byPlace(s[0], o[0]) })
		for i := 1; i < len(along); i++ {
			if byPlace(along[i][0], along[i-1][1]) < 0 {
				return true
			}
		}
	}
	return false
}

func byPlace(a, b geo.Point) int {
	return cmp.Or(cmp.Compare(a.Lon, b.Lon), cmp.Compare(a.Lat, b.Lat))
}

func lineOf(a, b geo.Point) line {
	dx, dy := int64(b.Lon)-int64(a.Lon), int64(b.Lat)-int64(a.Lat)
	n := divisor(dx, dy)
	dx, dy = dx/n, dy/n
	return line{dx, dy, int64(a.Lon)*dy - int64(a.Lat)*dx}
}

func TestRingsThatRunAlongThemselvesAreFound(t *testing.T) {
	for i, want := range []bool{false, false, false, false, false, false, true, true, true} {
		if got := runsAlongItself(ringsOf(holesAtTheShell()[i].Shape[0])); got != want {
			t.Errorf("hole %d: %v", i, got)
		}
	}
	for i, rings := range []orb.Polygon{spikes()[0].Shape[0], duplicatesInside(), {ringOn(0, 0, 90, 90, 30, 30)}} {
		if !runsAlongItself(ringsOf(rings)) {
			t.Errorf("polygon %d: not found", i)
		}
	}
	if fmt.Sprint(redrawn, doubled, inexact) != "redrawn doubled inexact" {
		t.Error("an excuse has another's name")
	}
}

func duplicatesInside() orb.Polygon { return overlappingRings()[6].Shape[0] }
