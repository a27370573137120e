package geo

import "math/bits"

// index is a prepared set of areas: INDEX.md beside this file draws how it
// works. It is immutable once built.
type index struct {
	classes []Class // by rank
	root    *grid
}

// grid divides a rectangle of the lattice into cells of 2^shiftLon × 2^shiftLat
// units, 8 × 8 of them a block. A cell holds the lattice points of its half-open
// spans.
//
// It is there twice: for classes, in faces, and for areas, in blocks. Blocks
// and faces that lie wholly in one area, or class, are shared.
type grid struct {
	southWest          Point
	shiftLon, shiftLat uint8
	columns, rows      uint32 // of cells
	across             uint32 // blocks in a row of blocks
	topFaces           []uint32
	faces              []face
	facePlaces         []uint32 // of the blocks' stretches, by face
	topBlocks          []uint32
	blocks             []block
	pages              [][]int32 // what the blocks' cut cells hold
	children           []*grid   // of cells too crowded for a record
}

// nibbles are four bits for each of 64 cells.
type nibbles [4]uint64

func (n *nibbles) at(bit uint32) uint32 {
	return uint32(n[bit>>4&3]>>(bit&15*4)) & 15
}

func (n *nibbles) set(bit, value uint32) {
	n[bit>>4] |= uint64(value) << (bit & 15 * 4)
}

// face is the classes of 64 cells: the class of each, or mixed where only the
// block knows.
type face struct {
	nibbles
}

const mixed = 4

// block is the areas of 64 cells; one line of the processor's cache. A nibble
// chooses one of its ranks; or it is cut, and the cell has a record that says
// which area a point belongs to.
type block struct {
	nibbles
	ranks [7]int32
	place uint32 // of its stretch in the grid's pages
}

const cut = 8

// The block's stretch of a page begins with two words of 32 bits each that say
// which cells are cut, and then the place of each one's record, counted from
// the beginning of the stretch. There are many pages so that building never
// copies one.
const (
	pageBits = 16
	pageSize = 1 << pageBits
)

// crowded, or less, is what stands for the record of a cell that has a grid of
// its own: crowded minus the number of that.
const crowded = None - 1

func (g *grid) cell(p Point) (column, row uint32) {
	return (uint32(p.Lon) - uint32(g.southWest.Lon)) >> g.shiftLon,
		(uint32(p.Lat) - uint32(g.southWest.Lat)) >> g.shiftLat
}

// outline returns the lattice points of a cell.
func (g *grid) outline(column, row uint32) rectangle {
	return rectangle{
		southWest: Point{
			int32(int64(g.southWest.Lon) + int64(column)<<g.shiftLon),
			int32(int64(g.southWest.Lat) + int64(row)<<g.shiftLat),
		},
		width: 1 << g.shiftLon, height: 1 << g.shiftLat,
	}
}

func bitOf(column, row uint32) uint32 {
	return (row&7)<<3 | column&7
}

// record returns the record of a cut cell, and what comes after it.
func (g *grid) record(b *block, bit uint32) []int32 {
	stretch := g.pages[b.place>>pageBits][b.place&(pageSize-1):]
	return stretch[placeIn(stretch, bit):]
}

// placeIn returns where the record of a cut cell stands in a block's stretch.
func placeIn(stretch []int32, bit uint32) int32 {
	cut := uint64(uint32(stretch[0])) | uint64(uint32(stretch[1]))<<32
	return stretch[2+bits.OnesCount64(cut&(1<<(bit&63)-1))]
}

// rankAt returns the rank of the area that p belongs to, or None.
func (x *index) rankAt(p Point) int32 {
	return x.root.rankAt(p)
}

func (g *grid) rankAt(p Point) int32 {
	column, row := g.cell(p)
	if column >= g.columns || row >= g.rows {
		return None
	}
	b := &g.blocks[g.topBlocks[row>>3*g.across+column>>3]]
	bit := bitOf(column, row)
	if n := b.at(bit); n < cut {
		return b.ranks[n]
	}
	return g.settle(g.record(b, bit), p)
}

func (x *index) classOf(rank int32) Class {
	if rank == None {
		return Outside
	}
	return x.classes[rank]
}
