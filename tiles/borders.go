package tiles

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// borders are the rings of all areas cut into arcs where they part, as in
// TopoJSON: what runs along an arc runs along all of it.
//
//	o───────────o───────────o      o  nodes: not all rings have the
//	│           │           │         same two neighbours here
//	└───────────o───────────┘
//
// So each stretch that rings share is one arc, whichever way they run.
type borders struct {
	arcs  []arc
	areas [][]polygon // by index in the classifier's Areas
}

// arc runs from node to node; where a ring has none, around it.
type arc struct {
	points []geo.Point
	from   []uint8 // the zoom from which on each point is drawn
}

// polygon is a polygon's rings, the outer one first.
type polygon struct {
	rings     []ring
	low, high geo.Point // the box around the outer ring
}

// ring is the steps that lead around it.
type ring []step

// step is the way along an arc, from its first point to its last or back.
type step struct {
	arc  int32
	back bool
}

func newBorders(areas []geo.Area) *borders {
	corners := joined(areas)
	c := cutter{passages: map[geo.Point]passage{}, known: map[[2]geo.Point]int32{}}
	for _, ring := range slices.Concat(slices.Concat(corners...)...) {
		c.pass(ring)
	}
	b := &borders{areas: make([][]polygon, len(areas))}
	for i, polygons := range corners {
		for _, rings := range polygons {
			p := polygon{low: rings[0][0], high: rings[0][0]}
			for _, corner := range rings[0] {
				p.low = geo.Point{Lon: min(p.low.Lon, corner.Lon), Lat: min(p.low.Lat, corner.Lat)}
				p.high = geo.Point{Lon: max(p.high.Lon, corner.Lon), Lat: max(p.high.Lat, corner.Lat)}
			}
			for _, ring := range rings {
				p.rings = append(p.rings, c.cut(ring))
			}
			b.areas[i] = append(b.areas[i], p)
		}
	}
	b.arcs = c.arcs
	return b
}

// joined returns the corners of the areas' polygons' rings, with those of
// others that lie on their sides. Rings and polygons without any are left out.
func joined(areas []geo.Area) [][][][]geo.Point {
	shapes := make([][][][]geo.Point, len(areas))
	var all []geo.Point
	for i, area := range areas {
		for _, polygon := range area.Shape {
			var rings [][]geo.Point
			for _, ring := range polygon {
				if corners := cornersOf(ring); len(corners) > 0 {
					rings, all = append(rings, corners), append(all, corners...)
				}
			}
			if len(rings) > 0 {
				shapes[i] = append(shapes[i], rings)
			}
		}
	}
	tree := newCorners(all)
	for _, rings := range slices.Concat(shapes...) {
		for i := range rings {
			rings[i] = tree.join(rings[i])
		}
	}
	return shapes
}

// cornersOf returns the corners of a ring, none twice in succession; that it
// closes goes without saying.
func cornersOf(ring orb.Ring) []geo.Point {
	corners := make([]geo.Point, 0, len(ring))
	for _, p := range ring {
		corners = append(corners, onGlobe(p)) // all are on the globe: the classifier took them
	}
	corners = slices.Compact(corners)
	for len(corners) > 1 && corners[0] == corners[len(corners)-1] {
		corners = corners[:len(corners)-1]
	}
	return corners
}

// cutter cuts rings into arcs.
type cutter struct {
	passages map[geo.Point]passage
	known    map[[2]geo.Point]int32 // arcs by their first two points
	arcs     []arc
}

// passage is how rings pass through a point: between which neighbours, or as a
// node, where they differ or turn back.
type passage struct {
	low, high geo.Point
	node      bool
}

func (c *cutter) pass(ring []geo.Point) {
	for i, p := range ring {
		a, b := ring[(i+len(ring)-1)%len(ring)], ring[(i+1)%len(ring)]
		if byPlace(a, b) > 0 {
			a, b = b, a
		}
		here := passage{low: a, high: b, node: a == b}
		if before, ok := c.passages[p]; ok && before != here {
			here.node = true
		}
		c.passages[p] = here
	}
}

// cut makes steps of a ring. One without nodes is cut at its lowest point,
// through which it may run several times.
func (c *cutter) cut(corners []geo.Point) ring {
	isEnd := func(p geo.Point) bool { return c.passages[p].node }
	first := slices.IndexFunc(corners, isEnd)
	if first < 0 {
		lowest := slices.MinFunc(corners, byPlace)
		first = slices.Index(corners, lowest)
		isEnd = func(p geo.Point) bool { return p == lowest }
	}
	turned := slices.Concat(corners[first:], corners[:first+1])
	var out ring
	from := 0
	for i := 1; i < len(turned); i++ {
		if isEnd(turned[i]) {
			out = append(out, c.along(turned[from:i+1]))
			from = i
		}
	}
	return out
}

// along returns the step along an arc. Every arc is known by its first edge,
// for only nodes leave a choice, and begins at the end that makes it lower.
func (c *cutter) along(points []geo.Point) step {
	last := len(points) - 1
	key, other := [2]geo.Point{points[0], points[1]}, [2]geo.Point{points[last], points[last-1]}
	back := cmp.Or(byPlace(other[0], key[0]), byPlace(other[1], key[1])) < 0
	if back {
		key = other
	}
	n, ok := c.known[key]
	if !ok {
		n = int32(len(c.arcs))
		points = slices.Clone(points)
		if back {
			slices.Reverse(points)
		}
		c.arcs, c.known[key] = append(c.arcs, arc{points, drawnFrom(points)}), n
	}
	return step{n, back}
}

func byPlace(p, q geo.Point) int {
	return cmp.Or(cmp.Compare(p.Lon, q.Lon), cmp.Compare(p.Lat, q.Lat))
}
