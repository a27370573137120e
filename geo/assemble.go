package geo

import (
	"cmp"
	"slices"
)

// assemble makes a block and a face of what the sweep found.
func (b *builder) assemble(band, across uint32, hits []hit) {
	g := b.grid
	at := band*g.across + across
	if rank, ok := b.oneRank(band, across); ok && len(hits) == 0 {
		g.topBlocks[at], g.topFaces[at] = b.uniformBlock(rank), uint32(b.classOf(rank))
		return
	}
	made := made{builder: b}
	b.stretch.begin()
	for bit := range uint32(64) {
		n := 0
		for n < len(hits) && hits[n].cell&63 == bit {
			n++
		}
		column, row := across*8+bit&7, band*8+bit>>3
		if column < g.columns && row < g.rows {
			made.cell(column, row, hits[:n])
		}
		hits = hits[n:]
	}
	made.block.place = b.page(b.stretch.words())
	g.topBlocks[at] = uint32(len(g.blocks))
	g.blocks = append(g.blocks, made.block)
	g.topFaces[at] = b.sharedFace(made.face, made.block.place)
}

// page puts the stretch of a block into a page and returns where it stands.
func (b *builder) page(stretch []int32) uint32 {
	g := b.grid
	last := len(g.pages) - 1
	if last < 0 || len(g.pages[last])+len(stretch) > cap(g.pages[last]) {
		words := min(pageSize, 64+16*len(b.entries)) // no whole page for a small set
		g.pages = append(g.pages, make([]int32, 0, max(words, len(stretch))))
		last++
	}
	at := uint32(last)<<pageBits | uint32(len(g.pages[last]))
	g.pages[last] = append(g.pages[last], stretch...)
	return at
}

// oneRank returns the rank of all cells of a block, if it is one.
func (b *builder) oneRank(band, across uint32) (int32, bool) {
	wide, high := min(8, b.grid.columns-across*8), min(8, b.grid.rows-band*8)
	rank := b.cells[across*8].rank
	for row := range high {
		at := row*b.grid.across*8 + across*8
		for _, c := range b.cells[at : at+wide] {
			if c.rank != rank {
				return 0, false
			}
		}
	}
	return rank, true
}

func (b *builder) uniformBlock(rank int32) uint32 {
	n, ok := b.uniform[rank]
	if !ok {
		n = uint32(len(b.grid.blocks))
		b.uniform[rank] = n
		b.grid.blocks = append(b.grid.blocks, block{ranks: [7]int32{rank}})
	}
	return n
}

// The first faces of every grid are those of one class, in their order.
const uniformFaces = int(Managed) + 1

func newFaces() []face {
	faces := make([]face, uniformFaces)
	for class := range faces {
		for bit := range uint32(64) {
			faces[class].set(bit, uint32(class))
		}
	}
	return faces
}

// sharedFace returns the number of a face, and adds it unless it is of one
// class only.
func (b *builder) sharedFace(f face, place uint32) uint32 {
	g := b.grid
	if i := slices.Index(g.faces[:uniformFaces], f); i >= 0 {
		return uint32(i)
	}
	g.faces, g.facePlaces = append(g.faces, f), append(g.facePlaces, place)
	return uint32(len(g.faces) - 1)
}

// made is a block and its face in the making.
type made struct {
	*builder
	block block
	face  face
	ranks int // taken in block
}

// cell gives one cell its answers, and its record where it is cut.
func (m *made) cell(column, row uint32, hits []hit) {
	bit := bitOf(column, row)
	rest := m.cells[(row&7)*m.grid.across*8+column].rank
	// What covers the cell wholly wins over those that come after it.
	n := 0
	for n < len(hits) && hits[n].key>>1 != rest {
		n++
	}
	hits = hits[:n]
	if class, ok := m.oneClass(hits, rest); ok {
		m.face.set(bit, uint32(class))
	} else {
		m.face.set(bit, mixed)
	}
	if len(hits) == 0 && m.choose(bit, rest) {
		return
	}
	m.block.set(bit, cut)
	m.stretch.next(bit)
	m.record(m.grid.outline(column, row), rest, hits)
}

// choose gives a cell a rank. It reports false where the block has no room for
// it; then the cell needs a record.
func (m *made) choose(bit uint32, rank int32) bool {
	i := 0
	for i < m.ranks && m.block.ranks[i] != rank {
		i++
	}
	if i == len(m.block.ranks) {
		return false
	}
	if i == m.ranks {
		m.ranks++
		m.block.ranks[i] = rank
	}
	m.block.set(bit, uint32(i))
	return true
}

// oneClass reports whether all of a cell has one class, also where areas cut
// it, and which. It has where the rest is of the highest class; and where
// every edge of the highest class is there twice, so that as many areas cover
// one point of the cell as any other, give or take two, and that is an odd
// number: at least one.
func (b *builder) oneClass(hits []hit, rest int32) (class Class, ok bool) {
	class = b.classOf(rest)
	if len(hits) == 0 || class == b.classOf(hits[0].key>>1) {
		return class, true
	}
	class = b.classOf(hits[0].key >> 1)
	segments := b.scratch.segments[:0]
	odd, turn := false, int32(0)
	for _, h := range hits {
		if b.classOf(h.key>>1) != class {
			break
		}
		if h.turn != turn {
			turn = h.turn
			odd = odd != (h.key&1 != 0)
		}
		segments = append(segments, b.segment(h.item))
	}
	b.scratch.segments = segments
	return class, odd && inPairs(segments)
}

// inPairs reports whether each segment is there an even number of times; it
// changes their order.
func inPairs(segments []segment) bool {
	if len(segments)%2 != 0 {
		return false
	}
	slices.SortFunc(segments, func(s, t segment) int { return cmp.Or(byPlace(s.a, t.a), byPlace(s.b, t.b)) })
	for i := 0; i < len(segments); i += 2 {
		if segments[i] != segments[i+1] {
			return false
		}
	}
	return true
}

func byPlace(p, q Point) int {
	return cmp.Or(cmp.Compare(p.Lon, q.Lon), cmp.Compare(p.Lat, q.Lat))
}
