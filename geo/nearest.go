package geo

import (
	"math"
	"math/bits"
	"slices"
)

// nearest looks for the nearest place of another class, cell by cell. Only a
// mixed cell can hold a line between two classes: along the segments in its
// record.
type nearest struct {
	*index
	own     Class
	plane   plane
	foundM  float64 // what is not nearer is of no interest
	scratch opened
}

// in searches a grid: its bands from that of the point outwards, and each band
// from the point's column outwards, as far as something nearer may lie there.
func (s *nearest) in(g *grid) {
	column, row := s.startIn(g)
	bands := int64(g.rows+7) / 8
	for band := row / 8; band < bands && s.band(g, band, column/8); band++ {
	}
	for band := row/8 - 1; band >= 0 && s.band(g, band, column/8); band-- {
	}
}

// startIn returns the cell nearest to the point.
func (s *nearest) startIn(g *grid) (column, row int64) {
	column = int64(s.plane.origin[0]-float64(g.southWest.Lon)) >> g.shiftLon
	row = int64(s.plane.origin[1]-float64(g.southWest.Lat)) >> g.shiftLat
	return min(max(column, 0), int64(g.columns)-1), min(max(row, 0), int64(g.rows)-1)
}

// band searches the blocks of a band and reports whether the next band may
// hold something nearer.
func (s *nearest) band(g *grid, band, from int64) bool {
	if !s.reaches(g.cells(0, band*8, g.columns, 8)) {
		return false
	}
	for across := from; across < int64(g.across) && s.block(g, band, across); across++ {
	}
	for across := from - 1; across >= 0 && s.block(g, band, across); across-- {
	}
	return true
}

// cells returns the box around some cells, a unit larger on each side.
func (g *grid) cells(column, row int64, wide, high uint32) box {
	west := int64(g.southWest.Lon) + column<<g.shiftLon
	south := int64(g.southWest.Lat) + row<<g.shiftLat
	return box{
		[2]float64{float64(west - 1), float64(south - 1)},
		[2]float64{float64(west + int64(wide)<<g.shiftLon), float64(south + int64(high)<<g.shiftLat)},
	}
}

func (s *nearest) reaches(b box) bool {
	return s.plane.boxM(b) < s.foundM
}

// block searches the mixed cells of a block and reports whether the next block
// may hold something nearer.
func (s *nearest) block(g *grid, band, across int64) bool {
	if !s.reaches(g.cells(across*8, band*8, 8, 8)) {
		return false
	}
	at := band*int64(g.across) + across
	face := &g.faces[g.topFaces[at]]
	for i, cells := range face.nibbles {
		for cells &= 0x4444444444444444; cells != 0; cells &= cells - 1 {
			bit := uint32(i*16 + bits.TrailingZeros64(cells)/4)
			column, row := across*8+int64(bit&7), band*8+int64(bit>>3)
			around := g.cells(column, row, 1, 1)
			if s.reaches(around) {
				s.cell(g, &g.blocks[g.topBlocks[at]], uint32(column), uint32(row), around)
			}
		}
	}
	return true
}

func (s *nearest) cell(g *grid, b *block, column, row uint32, around box) {
	record := g.record(b, bitOf(column, row))
	if record[0] <= crowded {
		s.in(g.children[crowded-record[0]])
		return
	}
	s.scratch.open(record, g.outline(column, row).southWest)
	for i, segment := range s.scratch.segments {
		if slices.Index(s.scratch.segments, segment) == i && !s.scratch.isRay(segment, around) {
			s.along(segment, around)
		}
	}
}

// along searches one segment within a cell. It is cut wherever another of the
// cell meets it, so that along one piece the classes to the left, on it and to
// the right are constant; the middle of the piece is asked for them.
func (s *nearest) along(on segment, around box) {
	from, to, ok := around.clip(on)
	if !ok || s.plane.pieceM(on.at(from), on.at(to)) >= s.foundM {
		return
	}
	cuts := append(s.scratch.cuts[:0], from, to)
	for _, other := range s.scratch.segments {
		if other != on {
			cuts = on.appendCuts(cuts, other)
		}
	}
	s.scratch.cuts = cuts
	slices.Sort(cuts)
	for i := 1; i < len(cuts); i++ {
		if cuts[i-1] < from || cuts[i] > to || cuts[i] == cuts[i-1] && on.a != on.b {
			continue
		}
		a, b := on.at(cuts[i-1]), on.at(cuts[i])
		if pieceM := s.plane.pieceM(a, b); pieceM < s.foundM && s.changes(on, a, b) {
			s.foundM = pieceM
		}
	}
}

// besideUnits is how far beside a segment the class to its side is asked for:
// 2.5 mm or less. A sliver narrower than that may be missed.
const besideUnits = 0.25

// changes reports whether there is another class than the point's own along a
// piece of a segment: to its left, to its right, or on it, for areas are
// closed.
func (s *nearest) changes(on segment, a, b [2]float64) bool {
	dx, dy := b[0]-a[0], b[1]-a[1]
	middle := [2]float64{a[0] + dx/2, a[1] + dy/2}
	length := math.Hypot(dx, dy)
	if length == 0 {
		dx, length = 1, 1
	}
	nx, ny := -dy/length*besideUnits, dx/length*besideUnits
	left := s.scratch.rankAt([2]float64{middle[0] + nx, middle[1] + ny})
	right := s.scratch.rankAt([2]float64{middle[0] - nx, middle[1] - ny})
	here := first(first(left, right), first(s.scratch.rankAt(middle), s.scratch.owner(on)))
	return s.classOf(left) != s.own || s.classOf(right) != s.own || s.classOf(here) != s.own
}

// first returns the rank that takes precedence.
func first(a, b int32) int32 {
	return int32(min(uint32(a), uint32(b))) // None becomes the largest
}
