package geo

import (
	"cmp"
	"math"
	"slices"
)

// builder fills a grid from south to north, one band of 8 rows of cells after
// the other, so that what it needs besides the grid stays small.
type builder struct {
	*index
	*shapes
	part
	grid *grid

	starts  []uint32         // in entries, by band
	entries []int32          // what touches each band, in order of precedence
	uniform map[int32]uint32 // blocks of one rank

	cells    []cell // of a band, row by row
	turn     int32  // numbers the fragments of all bands
	hits     []hit  // of a band
	ordered  []hit  // the same by cell
	counts   []uint32
	turnings [8][]int32
	scratch  scratch
	stretch  stretch
}

// cell is what the sweep knows of a cell.
type cell struct {
	rank  int32  // of the first fragment that covers it wholly
	next  uint32 // column of the next cell that none covers, where this is covered
	cutIn int32  // turn of the last fragment that cuts it
}

// hit says that a segment touches a cell.
type hit struct {
	cell uint32 // block << 6 | bit
	key  int32  // rank<<1 | odd
	turn int32
	item int32
}

func (b *builder) bands() int {
	return int(b.grid.rows+7) / 8
}

// prepare sorts the items by band, which keeps their order of precedence.
func (b *builder) prepare() {
	bands := b.bands()
	b.starts = make([]uint32, bands+1)
	b.eachTouch(func(band int64, _ int32) { b.starts[band+1]++ })
	for i := range bands {
		b.starts[i+1] += b.starts[i]
	}
	b.entries = make([]int32, b.starts[bands])
	at := slices.Clone(b.starts)
	b.eachTouch(func(band int64, i int32) {
		b.entries[at[band]] = i
		at[band]++
	})
	g := b.grid
	g.topBlocks, g.topFaces = make([]uint32, bands*int(g.across)), make([]uint32, bands*int(g.across))
	// Room for all: to grow would take longer than to give some back.
	g.blocks = make([]block, 0, len(g.topBlocks))
	g.faces = append(make([]face, 0, uniformFaces+len(g.topFaces)), newFaces()...)
	g.facePlaces = make([]uint32, uniformFaces, cap(g.faces))
	b.uniform = map[int32]uint32{}
	b.cells = make([]cell, 8*8*g.across)
	b.counts = make([]uint32, 64*g.across+1)
}

// eachTouch calls back for each band that each of the fragments' items touches.
func (b *builder) eachTouch(found func(band int64, i int32)) {
	ends := b.ends
	for _, f := range b.fragments {
		for i := f.from; i < f.to; i++ {
			if b.items == nil && i == ends[0] { // a ring's end begins no segment
				ends = ends[1:]
				continue
			}
			first, last := int64(0), int64(b.grid.rows)-1
			if item := b.item(i); item != noItem {
				s := b.segment(item)
				first, last = b.rowsOf(&s)
			}
			for band := first >> 3; band <= last>>3; band++ {
				found(band, i)
			}
		}
	}
}

func (b *builder) item(i int32) int32 {
	if b.items == nil {
		return i
	}
	return b.items[i]
}

// rowsOf returns the first and last row of cells that a segment touches. The
// cells are taken one unit larger on each side than they are, so that lists
// hold for everything between lattice points too.
func (b *builder) rowsOf(s *segment) (first, last int64) {
	south := int64(b.grid.southWest.Lat)
	first = (int64(s.a.Lat) - 1 - south) >> b.grid.shiftLat
	last = (int64(s.b.Lat) + 1 - south) >> b.grid.shiftLat
	return max(first, 0), min(last, int64(b.grid.rows)-1)
}

// sweep prepares one band.
func (b *builder) sweep(band uint32) {
	across := b.grid.across * 8
	for row := range uint32(8) {
		for column := range across {
			b.cells[row*across+column] = cell{rank: b.rest, next: column}
		}
	}
	b.hits = b.hits[:0]
	entries := b.entries[b.starts[band]:b.starts[band+1]]
	for len(entries) > 0 {
		f := b.fragmentOf(entries[0])
		n := 1
		for n < len(entries) && entries[n] < f.to {
			n++
		}
		b.place(band, f, entries[:n])
		entries = entries[n:]
	}
	b.order()
	hits := b.ordered
	for block := range b.grid.across {
		n := 0
		for n < len(hits) && hits[n].cell>>6 == block {
			n++
		}
		b.assemble(band, block, hits[:n])
		hits = hits[n:]
	}
}

// fragmentOf returns the fragment that has an item.
func (b *builder) fragmentOf(i int32) *fragment {
	f, found := slices.BinarySearchFunc(b.fragments, i, func(f fragment, i int32) int { return cmp.Compare(f.to, i) })
	if found {
		f++ // to is half open
	}
	return &b.fragments[f]
}

// place works out which cells of a band one fragment cuts and which it covers
// wholly. Along a row, its parity at the first lattice point of each cell
// turns at certain columns:
//
//	      ╱▔▔▔▔╲
//	──┬──╱┬───┬─╲─┬──   parity at the corners ·
//	  │ ╱ │   │  ╲│     of this row: 0 1 1 0
//	  ·╱──·───·───·     turnings: columns 1 and 3
//	  0   1   2   3
func (b *builder) place(band uint32, fragment *fragment, entries []int32) {
	b.turn++
	for row := range b.turnings {
		b.turnings[row] = b.turnings[row][:0]
	}
	from := len(b.hits)
	for _, i := range entries {
		if item := b.item(i); item != noItem {
			b.trace(band, item)
		} else {
			b.startRows(band, fragment)
		}
	}
	for row := range b.turnings {
		slices.Sort(b.turnings[row])
	}
	for i := range b.hits[from:] {
		h := &b.hits[from+i]
		row, column := h.cell>>3&7, int32(h.cell>>6<<3|h.cell&7)
		h.key = fragment.rank << 1
		passed, found := slices.BinarySearch(b.turnings[row], column)
		for found && passed < len(b.turnings[row]) && b.turnings[row][passed] == column {
			passed++
		}
		h.key |= int32(passed & 1)
	}
	for row := range b.turnings {
		for i := 0; i < len(b.turnings[row]); i += 2 {
			to := int64(b.grid.columns)
			if i+1 < len(b.turnings[row]) {
				to = int64(b.turnings[row][i+1])
			}
			b.cover(uint32(row), int64(b.turnings[row][i]), to, fragment.rank)
		}
	}
}

// startRows puts in a turning at the first column where the fragment's parity
// is odd from the start, or by its rays.
func (b *builder) startRows(band uint32, fragment *fragment) {
	for row := range b.turnings {
		odd := fragment.odd
		in := b.grid.outline(0, band*8+uint32(row))
		for _, lat := range fragment.rays {
			odd = odd != (in.southWest.Lat >= lat)
		}
		if odd {
			b.turnings[row] = append(b.turnings[row], 0)
		}
	}
}

// trace notes the cells of a band that a segment touches, and where it turns
// the parity of each row.
func (b *builder) trace(band uint32, item int32) {
	s := b.segment(item)
	first, last := b.rowsOf(&s)
	first, last = max(first, int64(band)*8), min(last, int64(band)*8+7)
	for row := first; row <= last; row++ {
		in := b.grid.outline(0, uint32(row))
		south, north := int64(in.southWest.Lat), in.north()
		west, east := float64(min(s.a.Lon, s.b.Lon)), float64(max(s.a.Lon, s.b.Lon))
		if int64(s.a.Lat) < south-1 || int64(s.b.Lat) > north {
			west, east = s.between(float64(max(south-1, int64(s.a.Lat))), float64(min(north, int64(s.b.Lat))))
		}
		// A hundredth is far more than lonAt can be off.
		from, to := b.columnOf(west-1.01), b.columnOf(east+1.01)
		for column := max(from, 0); column <= min(to, int64(b.grid.columns)-1); column++ {
			b.note(uint32(column), uint32(row), item)
		}
		if int64(s.a.Lat) <= south && south < int64(s.b.Lat) {
			b.turnAt(&s, south, uint32(row)&7)
		}
	}
}

// between returns the span of longitude between two latitudes.
func (s *segment) between(low, high float64) (west, east float64) {
	if s.a.Lat == s.b.Lat {
		return float64(s.a.Lon), float64(s.b.Lon)
	}
	west, east = s.lonAt(low), s.lonAt(high)
	return min(west, east), max(west, east)
}

func (b *builder) columnOf(lon float64) int64 {
	return (int64(math.Floor(lon)) - int64(b.grid.southWest.Lon)) >> b.grid.shiftLon
}

// note adds a hit, unless a fragment of higher precedence covers the cell.
func (b *builder) note(column, row uint32, item int32) {
	c := &b.cells[(row&7)*b.grid.across*8+column]
	if c.next != column {
		return
	}
	c.cutIn = b.turn
	b.hits = append(b.hits, hit{cell: column>>3<<6 | bitOf(column, row), turn: b.turn, item: item})
}

// turnAt adds the column from which on a segment lies at or west of the first
// lattice point of the cells: guessed, and then settled exactly.
func (b *builder) turnAt(s *segment, lat int64, row uint32) {
	column := min(max(b.columnOf(s.lonAt(float64(lat))), -1)+1, int64(b.grid.columns))
	for column > 0 && b.westOf(s, column-1, lat) {
		column--
	}
	for column < int64(b.grid.columns) && !b.westOf(s, column, lat) {
		column++
	}
	b.turnings[row] = append(b.turnings[row], int32(column))
}

func (b *builder) westOf(s *segment, column, lat int64) bool {
	lon := int64(b.grid.southWest.Lon) + column<<b.grid.shiftLon
	return s.crossesAtOrWest(Point{int32(lon), int32(lat)})
}

// cover gives the cells of a row from one column up to another their answer,
// those left out that have one already or that the fragment cuts.
func (b *builder) cover(row uint32, from, to int64, rank int32) {
	across := b.grid.across * 8
	cells := b.cells[row*across : (row+1)*across]
	for column := uint32(from); int64(column) < to; {
		if next := cells[column].next; next != column {
			column = b.uncovered(cells, next)
			continue
		}
		if cells[column].cutIn != b.turn {
			cells[column].rank, cells[column].next = rank, column+1
		}
		column++
	}
}

// uncovered follows the links to the next cell that none covers, and shortens
// them on the way.
func (b *builder) uncovered(cells []cell, column uint32) uint32 {
	for column < uint32(len(cells)) && cells[column].next != column {
		next := cells[column].next
		if next < uint32(len(cells)) {
			cells[column].next = cells[next].next
		}
		column = next
	}
	return column
}

// order sorts the hits of a band by cell; within a cell they stay in order of
// precedence.
func (b *builder) order() {
	clear(b.counts)
	for _, h := range b.hits {
		b.counts[h.cell+1]++
	}
	for i := 1; i < len(b.counts); i++ {
		b.counts[i] += b.counts[i-1]
	}
	b.ordered = slices.Grow(b.ordered[:0], len(b.hits))[:len(b.hits)]
	for _, h := range b.hits {
		b.ordered[b.counts[h.cell]] = h
		b.counts[h.cell]++
	}
}
