package geo

import "slices"

// scratch holds what making a record needs, to be used again for the next.
type scratch struct {
	segments   []segment
	groups     []group
	ends, rays []int32
	corners    []Point
}

// longestRecord is how many words a record may have in a block with others, so
// that all of a block fit on one page.
const longestRecord = pageSize/64 - 2

// record writes the record of a cut cell, or makes a grid for it: where it is
// crowded with corners one of many cells, and where the record is too long for
// a page, as that of a vertex in which thousands of areas meet, one of a single
// cell, which has the page for itself.
func (b *builder) record(in rectangle, rest int32, hits []hit) {
	if corners := b.corners(in, hits); corners > crowd && in.width*in.height > 1 {
		b.child(b.inside(in, rest, hits, cellsACorner*corners))
		return
	}
	s := &b.scratch
	s.segments, s.groups = s.segments[:0], s.groups[:0]
	for left := hits; len(left) > 0; {
		n := sameTurn(left)
		b.group(in, left[:n])
		left = left[n:]
	}
	from := len(b.stretch.records)
	b.stretch.write(in.southWest, rest, s.groups, s.segments)
	if len(b.stretch.records)-from > longestRecord && b.part.cells != oneCell {
		b.stretch.records = b.stretch.records[:from]
		b.child(b.inside(in, rest, hits, oneCell))
	}
}

// child makes a grid for a cell, and writes its number where the record would
// be.
func (b *builder) child(of part) {
	b.stretch.add(crowded - int32(len(b.grid.children)))
	b.grid.children = append(b.grid.children, build(b.index, b.shapes, of))
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
