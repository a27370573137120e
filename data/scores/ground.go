package scores

import (
	"cmp"
	"slices"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"commonground/geo"
	"commonground/geo/grid"
)

// Ground keeps which squares meet the areas of the boundary that was last asked about. The
// zero value keeps none yet; any number of goroutines may use it.
type Ground struct {
	mu         sync.Mutex
	classifier *geo.Classifier
	levels     map[uint8][]met
}

// met is a square that meets an area, by its place among a classifier's.
type met struct {
	square grid.Key
	area   int
}

// mostTried is how many squares around areas are looked at, at most.
const mostTried = 8 * MostSquares

// meeting returns which squares of a level meet which areas: their insides, or their
// edges. Each pair is there once. It refuses more squares than are scored.
func (g *Ground) meeting(classifier *geo.Classifier, on grid.Grid, level uint8) ([]met, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.classifier != classifier {
		g.classifier, g.levels = classifier, map[uint8][]met{}
	}
	if found, ok := g.levels[level]; ok {
		return found, nil
	}
	found, tried := []met{}, 0
	for i, area := range classifier.Areas() {
		t := tracing{grid: on, level: level, edge: map[[2]int32]bool{}}
		for _, polygon := range area.Shape {
			for _, ring := range polygon {
				t.ring(ring)
			}
		}
		if tried += t.around(); tried > mostTried {
			return nil, refused("level: the areas have more squares than the %d that are scored at once; choose a coarser level", MostSquares)
		}
		for _, key := range t.filled(area.Shape) {
			found = append(found, met{key, i})
		}
	}
	g.levels[level] = found
	return found, nil
}

// areas returns a function that says whether a query selects what lies in an area.
func (q *Question) areas(classifier *geo.Classifier) func(area int) bool {
	all := classifier.Areas()
	return func(area int) bool {
		a := &all[area]
		return (q.Query.Area == "" || a.ID == q.Query.Area) && (len(q.Query.Classes) == 0 || slices.Contains(q.Query.Classes, a.Class))
	}
}

// tracing finds the squares that a shape meets.
type tracing struct {
	grid  grid.Grid
	level uint8
	edge  map[[2]int32]bool // squares that a ring runs through, by column and row
}

// ring adds the squares that a ring runs through.
func (t *tracing) ring(ring orb.Ring) {
	for i, from := range ring {
		to := ring[(i+1)%len(ring)]
		a, aOK := t.at(from)
		b, bOK := t.at(to)
		if aOK && bOK {
			t.edge[a], t.edge[b] = true, true
			t.segment(from, to, a, b)
		}
	}
}

func (t *tracing) at(p orb.Point) ([2]int32, bool) {
	point, err := geo.NewPoint(p.Lon(), p.Lat())
	if err != nil {
		return [2]int32{}, false
	}
	square, ok := t.grid.Square(point)
	if !ok {
		return [2]int32{}, false
	}
	square = square.Parent(t.level)
	return [2]int32{square.X, square.Y}, true
}

// little is a step in degrees, some decimetres, within which the way of a ring is not
// looked at any closer.
const little = 2e-6

// segment adds the squares that a segment runs through, given those of its ends. Where
// these have a side in common it runs through no other: squares are convex.
func (t *tracing) segment(from, to orb.Point, a, b [2]int32) {
	apart := max(a[0]-b[0], b[0]-a[0]) + max(a[1]-b[1], b[1]-a[1])
	middle := orb.Point{(from[0] + to[0]) / 2, (from[1] + to[1]) / 2}
	if apart <= 1 || max(middle[0]-from[0], from[0]-middle[0], middle[1]-from[1], from[1]-middle[1]) < little {
		return
	}
	if m, ok := t.at(middle); ok {
		t.edge[m] = true
		t.segment(from, middle, a, m)
		t.segment(middle, to, m, b)
	}
}

// around returns how many squares lie in the box around the edge.
func (t *tracing) around() int {
	low, high := t.box()
	return int(high[0]-low[0]+1) * int(high[1]-low[1]+1)
}

func (t *tracing) box() (low, high [2]int32) {
	first := true
	for at := range t.edge {
		if first {
			low, high, first = at, at, false
		}
		low = [2]int32{min(low[0], at[0]), min(low[1], at[1])}
		high = [2]int32{max(high[0], at[0]), max(high[1], at[1])}
	}
	return low, high
}

// filled returns the squares of the edge and those inside the shape, in order. Of
// squares side by side in a row that no ring runs through all are inside or none.
func (t *tracing) filled(shape orb.MultiPolygon) (keys []grid.Key) {
	if len(t.edge) == 0 {
		return nil
	}
	low, high := t.box()
	for y := low[1]; y <= high[1]; y++ {
		inside, known := false, false
		for x := low[0]; x <= high[0]; x++ {
			square := grid.Square{Level: t.level, X: x, Y: y}
			if t.edge[[2]int32{x, y}] {
				keys, known = append(keys, square.Key()), false
				continue
			}
			if !known {
				lon, lat := t.grid.Centre(square)
				inside, known = planar.MultiPolygonContains(shape, orb.Point{lon, lat}), true
			}
			if inside {
				keys = append(keys, square.Key())
			}
		}
	}
	slices.SortFunc(keys, cmp.Compare)
	return keys
}

// Squares returns the squares of a level that meet an area which is allowed, once for each such area, in no order that is promised. It
// refuses, by a Refused, more than are scored.
func (g *Ground) Squares(classifier *geo.Classifier, on grid.Grid, level uint8, allowed func(*geo.Area) bool) ([]grid.Key, error) {
	meeting, err := g.meeting(classifier, on, level)
	if err != nil {
		return nil, err
	}
	areas, keys := classifier.Areas(), make([]grid.Key, 0, len(meeting))
	for _, m := range meeting {
		if allowed(&areas[m.area]) {
			keys = append(keys, m.square)
		}
	}
	return keys, nil
}
