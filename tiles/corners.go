package tiles

import (
	"cmp"
	"math"
	"slices"

	"commonground/geo"
)

// near is how far beside a side a corner may lie, in units of the lattice of
// 1e-7 degree, that was on it before both were rounded to that lattice: twice
// half the diagonal of a unit, less than 2 cm.
const near = math.Sqrt2

// corners finds those that lie on an edge. They stand in strips from west to
// east, and in each from south to north; box i is around those of the boxes
// 2i+1 and 2i+2, which have half of them each (Leutenegger et al. 1997).
type corners struct {
	points []geo.Point
	boxes  []box
}

// box is the middle of a closed one and half its sides, in units of the
// lattice.
type box struct {
	lon, lat, width, height float64
}

// perBox is how many corners are not divided any further.
const perBox = 16

// newCorners takes points over and changes their order.
func newCorners(points []geo.Point) *corners {
	slices.SortFunc(points, byPlace)
	points = slices.Compact(points)
	strip := int(math.Ceil(math.Sqrt(float64(len(points)*perBox)))) + 1
	for some := range slices.Chunk(points, strip) {
		slices.SortFunc(some, func(p, q geo.Point) int { return cmp.Or(cmp.Compare(p.Lat, q.Lat), cmp.Compare(p.Lon, q.Lon)) })
	}
	c := &corners{points: points}
	if len(points) > 0 {
		c.enclose(0, points)
	}
	return c
}

// enclose makes the box of a number and those below it.
func (c *corners) enclose(number int, points []geo.Point) {
	low, high := points[0], points[0]
	for _, p := range points {
		low = geo.Point{Lon: min(low.Lon, p.Lon), Lat: min(low.Lat, p.Lat)}
		high = geo.Point{Lon: max(high.Lon, p.Lon), Lat: max(high.Lat, p.Lat)}
	}
	for len(c.boxes) <= number {
		c.boxes = append(c.boxes, box{})
	}
	width, height := (float64(high.Lon)-float64(low.Lon))/2, (float64(high.Lat)-float64(low.Lat))/2
	c.boxes[number] = box{float64(low.Lon) + width, float64(low.Lat) + height, width, height}
	if half := len(points) / 2; len(points) > perBox {
		c.enclose(2*number+1, points[:half])
		c.enclose(2*number+2, points[half:])
	}
}

// join returns a ring with the corners that lie on its sides: where two run
// along each other, both have the corners of either.
func (c *corners) join(ring []geo.Point) []geo.Point {
	out := make([]geo.Point, 0, len(ring))
	var on []geo.Point
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		out = append(out, p)
		back := byPlace(p, q) > 0
		if back { // the same is found whichever way the edge runs
			p, q = q, p
		}
		e := newEdge(p, q)
		on = c.on(on[:0], &e, 0, c.points)
		slices.SortFunc(on, func(p, q geo.Point) int { return cmp.Or(cmp.Compare(e.ahead(p), e.ahead(q)), byPlace(p, q)) })
		if back {
			slices.Reverse(on)
		}
		out = append(out, on...)
	}
	return out
}

// on adds those of the points of a box that lie on an edge, between its ends.
func (c *corners) on(found []geo.Point, e *edge, number int, points []geo.Point) []geo.Point {
	if !e.reaches(c.boxes[number]) {
		return found
	}
	if half := len(points) / 2; len(points) > perBox {
		found = c.on(found, e, 2*number+1, points[:half])
		return c.on(found, e, 2*number+2, points[half:])
	}
	for _, p := range points {
		if e.holds(p) {
			found = append(found, p)
		}
	}
	return found
}

// edge runs from a, at lon and lat, to b, at dLon and dLat from there.
type edge struct {
	a, b                         geo.Point
	lon, lat, dLon, dLat, length float64
}

func newEdge(p, q geo.Point) edge {
	e := edge{a: p, b: q, lon: float64(p.Lon), lat: float64(p.Lat)}
	e.dLon, e.dLat = float64(q.Lon)-e.lon, float64(q.Lat)-e.lat
	e.length = math.Hypot(e.dLon, e.dLat)
	return e
}

// ahead is how far along the edge a point lies, and aside how far beside it,
// both times its length.
func (e *edge) ahead(p geo.Point) float64 {
	return (float64(p.Lon)-e.lon)*e.dLon + (float64(p.Lat)-e.lat)*e.dLat
}

func (e *edge) aside(p geo.Point) float64 {
	return (float64(p.Lon)-e.lon)*e.dLat - (float64(p.Lat)-e.lat)*e.dLon
}

// holds reports whether a point lies on the edge, between its ends.
func (e *edge) holds(p geo.Point) bool {
	return p != e.a && p != e.b && 0 < e.ahead(p) && e.ahead(p) < e.ahead(e.b) && math.Abs(e.aside(p)) <= near*e.length
}

// reaches reports whether the edge may come near a box: none of the four lines
// along their sides parts them.
func (e *edge) reaches(b box) bool {
	lon, lat := b.lon-e.lon, b.lat-e.lat
	return math.Abs(lon-e.dLon/2) <= b.width+math.Abs(e.dLon)/2+near &&
		math.Abs(lat-e.dLat/2) <= b.height+math.Abs(e.dLat)/2+near &&
		math.Abs(lon*e.dLat-lat*e.dLon) <= b.width*math.Abs(e.dLat)+b.height*math.Abs(e.dLon)+near*e.length
}
