package tiles

import (
	"math"
	"slices"
)

// position is a place on the lattice of a zoom: column and row, in units from
// the north-west corner of the world or of a tile.
type position [2]int32

// from returns the position as seen from another.
func (p position) from(origin position) position {
	return position{p[0] - origin[0], p[1] - origin[1]}
}

// level is what borders look like at one zoom.
type level struct {
	borders *borders
	zoom    int
	arcs    []line
	areas   [][]polygon // their arcs are those of the level
	taken   map[position]bool
}

// line is an arc as it is drawn, and the box around it. Neighbouring points
// differ.
type line struct {
	points    []position
	low, high position
}

func newLevel(b *borders, zoom int) *level {
	l := &level{borders: b, zoom: zoom, areas: make([][]polygon, len(b.areas)), taken: map[position]bool{}}
	for _, arc := range b.arcs {
		l.arcs = append(l.arcs, newLine(drawnPoints(arc, zoom)))
	}
	for i, polygons := range b.areas {
		for _, p := range polygons {
			if drawn, ok := l.drawn(p); ok {
				l.areas[i] = append(l.areas[i], drawn)
			}
		}
	}
	l.borders, l.taken = nil, nil
	return l
}

// drawnPoints returns the points of an arc that a zoom draws, rounded. Below
// MaxZoom those in the midst of a straight line are left out.
func drawnPoints(a arc, zoom int) []position {
	var out []position
	for i, p := range a.points {
		if int(a.from[i]) > zoom {
			continue
		}
		at := worldAt(p, zoom)
		here := position{int32(math.Round(at[0])), int32(math.Round(at[1]))}
		n := len(out)
		switch {
		case n > 0 && out[n-1] == here:
		case n > 1 && zoom < MaxZoom && isStraight(out[n-2], out[n-1], here):
			out[n-1] = here
		default:
			out = append(out, here)
		}
	}
	return out
}

// isStraight reports whether b lies between a and c on the line from one to
// the other.
func isStraight(a, b, c position) bool {
	ab, bc := b.from(a), c.from(b)
	return int64(ab[0])*int64(bc[1]) == int64(ab[1])*int64(bc[0]) &&
		int64(ab[0])*int64(bc[0])+int64(ab[1])*int64(bc[1]) > 0
}

func newLine(points []position) line {
	low, high := boxAround(points)
	return line{points, low, high}
}

func boxAround(points []position) (low, high position) {
	low, high = points[0], points[0]
	for _, p := range points {
		for axis := range p {
			low[axis], high[axis] = min(low[axis], p[axis]), max(high[axis], p[axis])
		}
	}
	return low, high
}

// drawn returns what is drawn of a polygon, or false for nothing.
func (l *level) drawn(p polygon) (polygon, bool) {
	southWest, northEast := worldAt(p.low, l.zoom), worldAt(p.high, l.zoom)
	if northEast[0]-southWest[0] <= 1 && southWest[1]-northEast[1] <= 1 {
		x, y := (southWest[0]+northEast[0])/2, (southWest[1]+northEast[1])/2
		return l.dot(position{int32(math.Floor(x)), int32(math.Floor(y))})
	}
	rings := make([]ring, 0, len(p.rings))
	for i, ring := range p.rings {
		corners := l.corners(ring)
		if twiceArea(corners) != 0 {
			rings = append(rings, ring)
		} else if i == 0 {
			return l.closed(thickened(corners)), true
		}
	}
	return polygon{rings: rings}, true
}

// dot draws a unit, unless another polygon has done so.
func (l *level) dot(at position) (polygon, bool) {
	if l.taken[at] {
		return polygon{}, false
	}
	l.taken[at] = true
	return l.closed(thickened([]position{at})), true
}

// closed makes a polygon of an outer ring that only this level has.
func (l *level) closed(corners []position) polygon {
	l.arcs = append(l.arcs, newLine(append(corners, corners[0])))
	return polygon{rings: []ring{{{arc: int32(len(l.arcs) - 1)}}}}
}

// corners returns where a ring runs at this level; that it closes goes without
// saying.
func (l *level) corners(r ring) []position {
	var out []position
	for _, s := range r {
		points := l.arcs[s.arc].points
		if s.back {
			points = slices.Clone(points)
			slices.Reverse(points)
		}
		out = append(out, points[:max(1, len(points)-1)]...)
	}
	return out
}

// thickened draws a ring that encloses nothing as a band: along it from one
// end to the other, and back a unit beside.
//
//	a──────b           a──────b
//	        \    →     └─────. \
//	         c                \_c
func thickened(ring []position) []position {
	low, high := boxAround(ring)
	along := 0
	if high[1]-low[1] > high[0]-low[0] {
		along = 1
	}
	start, end := 0, 0
	for i, p := range ring {
		if p[along] < ring[start][along] {
			start = i
		}
		if p[along] > ring[end][along] {
			end = i
		}
	}
	band := []position{ring[start]}
	for i := start; i != end; {
		i = (i + 1) % len(ring)
		band = append(band, ring[i])
	}
	if low == high {
		band = append(band, position{low[0] + 1, low[1]})
	}
	for _, p := range slices.Backward(band) {
		p[1-along]++
		band = append(band, p)
	}
	return band
}

// twiceArea is the surveyor's formula of the specification of vector tiles
// (4.3.4.4): positive for a ring that is clockwise on the screen.
func twiceArea(ring []position) int64 {
	var sum int64
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		p, q := p.from(ring[0]), q.from(ring[0])
		sum += int64(p[0])*int64(q[1]) - int64(p[1])*int64(q[0])
	}
	return sum
}
