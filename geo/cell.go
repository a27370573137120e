package geo

import "slices"

// scratch holds what making a record needs, to be used again for the next.
type scratch struct {
	segments   []segment
	groups     []group
	ends, rays []int32
	corners    []Point
}

// record writes the record of a cut cell, or makes a grid for it where it is
// crowded with corners.
func (b *builder) record(in rectangle, rest int32, hits []hit) {
	if corners := b.corners(in, hits); corners > crowd && in.width*in.height > 1 {
		child := build(b.index, b.shapes, b.inside(in, rest, hits, cellsACorner*corners))
		b.stretch.add(crowded - int32(len(b.grid.children)))
		b.grid.children = append(b.grid.children, child)
		return
	}
	s := &b.scratch
	s.segments, s.groups = s.segments[:0], s.groups[:0]
	for len(hits) > 0 {
		n := sameTurn(hits)
		b.group(in, hits[:n])
		hits = hits[n:]
	}
	b.stretch.write(in.southWest, rest, s.groups, s.segments)
}

func sameTurn(hits []hit) int {
	n := 1
	for n < len(hits) && hits[n].turn == hits[0].turn {
		n++
	}
	return n
}

// group adds a fragment's segments, and its rays as segments that run beside
// the cell from south to north.
func (b *builder) group(in rectangle, hits []hit) {
	s := &b.scratch
	odd, rays := b.start(in, hits)
	g := group{key: hits[0].key&^1 | int32(one(odd)), from: len(s.segments)}
	for _, h := range hits {
		s.segments = append(s.segments, b.segment(h.item))
	}
	for _, lat := range rays {
		lon := in.southWest.Lon - besideCell
		s.segments = append(s.segments, segment{Point{lon, lat}, Point{lon, int32(in.north() + 1)}})
	}
	g.to = len(s.segments)
	s.groups = append(s.groups, g)
}

// besideCell is how far west of a cell its rays run: a segment that touches it
// lies no more than one unit outside, in part at least.
const besideCell = 2

// start returns the rays of a fragment in a cell, and whether its parity is
// one more than segments and rays say; the rays are good until the next call.
//
// A ring goes on beyond the end of a listed segment. Where it goes on with one
// that is listed too, their rays cancel each other. Where not, it does not
// come into the cell again before it is listed, so all that a point in the
// cell can notice of it is whether its beginning lies north or south:
//
//	      ray ┊
//	          ┊  ┌──────┐
//	  not     ┊  │      │
//	listed ╲  ┊  │    ╱ │ listed
//	        ╲_o──┼───╱  │
//	             └──────┘
func (b *builder) start(in rectangle, hits []hit) (odd bool, rays []int32) {
	corner := in.southWest
	odd = hits[0].key&1 != 0
	ends, rays := b.scratch.ends[:0], b.scratch.rays[:0]
	for _, h := range hits {
		s := b.segment(h.item)
		odd = odd != s.crossesAtOrWest(corner)
		for _, end := range [2]Point{s.a, s.b} {
			if int64(end.Lon) < int64(corner.Lon)-1 && end.Lat >= corner.Lat && int64(end.Lat) <= in.north() {
				ends = append(ends, end.Lat)
			}
		}
	}
	slices.Sort(ends)
	for i := 0; i < len(ends); i++ {
		if i+1 < len(ends) && ends[i] == ends[i+1] {
			i++
			continue
		}
		rays = append(rays, ends[i])
		odd = odd != (ends[i] <= corner.Lat)
	}
	b.scratch.ends, b.scratch.rays = ends, rays
	return odd, rays
}

// corners counts the different ends of segments inside a cell.
func (b *builder) corners(in rectangle, hits []hit) int {
	if len(hits) <= crowd/2 {
		return 0
	}
	corners := b.scratch.corners[:0]
	for _, h := range hits {
		s := b.segment(h.item)
		for _, end := range [2]Point{s.a, s.b} {
			if in.holds(end) {
				corners = append(corners, end)
			}
		}
	}
	b.scratch.corners = corners
	slices.SortFunc(corners, byPlace)
	return len(slices.Compact(corners))
}

// inside returns what a cell holds of each polygon that cuts it.
func (b *builder) inside(in rectangle, rest int32, hits []hit, cells int) part {
	p := part{in: in, rest: rest, cells: cells}
	for len(hits) > 0 {
		n := sameTurn(hits)
		odd, rays := b.start(in, hits[:n])
		f := fragment{rank: hits[0].key >> 1, from: int32(len(p.items)), odd: odd, rays: slices.Clone(rays)}
		if odd || len(rays) > 0 {
			p.items = append(p.items, noItem)
		}
		for _, h := range hits[:n] {
			p.items = append(p.items, h.item)
		}
		f.to = int32(len(p.items))
		p.fragments = append(p.fragments, f)
		hits = hits[n:]
	}
	return p
}
