package geo

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

const (
	// cellsASegment sets the size of a grid: see the table in INDEX.md.
	cellsASegment = 14
	// mostCells bounds the grid of a large set: beyond it the look-up leaves
	// the processor's caches more often than smaller cells gain.
	mostCells = 1 << 24
	// crowd is how many different corners inside one cell give it a grid of
	// its own, and cellsACorner the size of that.
	crowd        = 24
	cellsACorner = 4
)

// shapes are all polygons of a set, in order of precedence.
type shapes struct {
	points   []Point // of all rings, one after the other
	ends     []int32 // indexes of the last point of each ring
	polygons []fragment
}

// fragment is a polygon, or what a cell holds of one.
type fragment struct {
	rank     int32
	from, to int32 // its items
	// rays are the latitudes of rays that count besides the segments; odd
	// says whether all of them give one crossing too few.
	rays []int32
	odd  bool
}

// newShapes reads the areas, which are in order of precedence.
func newShapes(areas []Area) (shapes, error) {
	n := 0
	for _, area := range areas {
		for _, polygon := range area.Shape {
			for _, ring := range polygon {
				n += len(ring) + 1
			}
		}
	}
	if n > math.MaxInt32 {
		return shapes{}, errors.New("geo: the areas have more than 2^31 corners together")
	}
	s := shapes{points: make([]Point, 0, n)}
	for rank, area := range areas {
		for _, polygon := range area.Shape {
			from := len(s.points)
			for _, ring := range polygon {
				if len(ring) == 0 {
					continue
				}
				var err error
				if s.points, err = appendRing(s.points, ring); err != nil {
					return shapes{}, fmt.Errorf("area %s: %w", area.ID, err)
				}
				s.ends = append(s.ends, int32(len(s.points)-1))
			}
			if len(s.points) > from {
				s.polygons = append(s.polygons, fragment{rank: int32(rank), from: int32(from), to: int32(len(s.points))})
			}
		}
	}
	return s, nil
}

// segment returns the segment that begins at a point.
func (s *shapes) segment(i int32) segment {
	return newSegment(s.points[i], s.points[i+1])
}

// rectangle is a half-open one of lattice points.
type rectangle struct {
	southWest     Point
	width, height int64
}

// north returns the first latitude beyond the rectangle, in units.
func (r rectangle) north() int64 { return int64(r.southWest.Lat) + r.height }

func (r rectangle) holds(p Point) bool {
	lon, lat := int64(p.Lon)-int64(r.southWest.Lon), int64(p.Lat)-int64(r.southWest.Lat)
	return 0 <= lon && lon < r.width && 0 <= lat && lat < r.height
}

func (s *shapes) extent() rectangle {
	if len(s.points) == 0 {
		return rectangle{width: 1, height: 1}
	}
	low, high := s.points[0], s.points[0]
	for _, p := range s.points {
		low = Point{min(low.Lon, p.Lon), min(low.Lat, p.Lat)}
		high = Point{max(high.Lon, p.Lon), max(high.Lat, p.Lat)}
	}
	return rectangle{low, int64(high.Lon) - int64(low.Lon) + 1, int64(high.Lat) - int64(low.Lat) + 1}
}

// newIndex prepares areas, which are in order of precedence.
func newIndex(areas []Area) (*index, error) {
	s, err := newShapes(areas)
	if err != nil {
		return nil, err
	}
	x := &index{classes: make([]Class, len(areas))}
	for rank, area := range areas {
		x.classes[rank] = area.Class
	}
	x.root = build(x, &s, part{in: s.extent(), fragments: s.polygons, rest: None, cells: min(mostCells, cellsASegment*len(s.points))})
	return x, nil
}

// part is what a grid is built from: the fragments that reach into a
// rectangle, in order of precedence, and the answer where none covers. Items
// are numbers of segments, or noItem; where there are none, the fragments'
// items are the segments themselves.
type part struct {
	in        rectangle
	fragments []fragment
	items     []int32
	rest      int32
	cells     int // so many, about, or oneCell
}

// oneCell is not to be divided.
const oneCell = 1

// noItem stands first among the items of a fragment that is odd or has rays,
// for it counts in every band.
const noItem = -1

func build(x *index, s *shapes, from part) *grid {
	b := builder{index: x, shapes: s, part: from, grid: newGrid(from.in, from.cells)}
	b.prepare()
	for band := range b.bands() {
		b.sweep(uint32(band))
	}
	g := b.grid
	g.blocks, g.faces, g.facePlaces = trimmed(g.blocks), trimmed(g.faces), trimmed(g.facePlaces)
	return g
}

// trimmed gives back the room that a slice does not need, if it is much.
func trimmed[T any](s []T) []T {
	if len(s) > cap(s)/8*7 {
		return s
	}
	return slices.Clone(s)
}

// newGrid divides a rectangle into about so many cells, nearly square in
// degrees, or leaves it as oneCell.
func newGrid(in rectangle, cells int) *grid {
	area := float64(in.width) * float64(in.height) / float64(max(cells, 64))
	both := max(0, int(math.Round(math.Log2(area))))
	g := &grid{southWest: in.southWest, shiftLon: uint8(both / 2), shiftLat: uint8(both - both/2)}
	if cells == oneCell {
		g.shiftLon, g.shiftLat = maxShift, maxShift
	}
	// No cell need be larger than a narrow rectangle.
	g.shiftLon, g.shiftLat = min(g.shiftLon, bitsFor(in.width)), min(g.shiftLat, bitsFor(in.height))
	g.columns = uint32((in.width-1)>>g.shiftLon + 1)
	g.rows = uint32((in.height-1)>>g.shiftLat + 1)
	g.across = (g.columns + 7) / 8
	return g
}

func bitsFor(n int64) uint8 {
	return min(maxShift, uint8(bits.Len64(uint64(n-1))))
}

// maxShift makes a cell as large as the globe.
const maxShift = 31
