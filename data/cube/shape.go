package cube

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"commonground/geo"
	"commonground/geo/grid"
)

// Shape is what a square looks like, worked out once. There are as many as squares,
// so they hold no pointers, which the garbage collector would follow each time.
type Shape struct {
	Key grid.Key
	// Corners are north-west, north-east, south-east and south-west in the world
	// of web Mercator, which is 1 wide, x to the east and y to the south from
	// its north-west corner. Those that neighbours share are the same to the
	// last bit.
	Corners [4]orb.Point

	centre orb.Point // in degrees
	parent uint32    // the shape of the square of the next level that holds it
	name   span      // in shapes.names
}

// span is where something stands in a slice.
type span struct{ from, to uint32 }

// Units are the corners of a square in whole units of tiles, at the zoom UnitsZoom
// of its level: the nearest, halves to the east and south.
type Units struct {
	// X and Y are the north-west corner, from that of the world.
	X, Y int32
	// Steps lead from there to the other corners in turn: x and y of each as a
	// signed varint (encoding/binary), which is what vector tiles have. The first
	// byte is the lowest of the first number.
	Steps [2]uint64
	// Bytes is how many bytes the steps are, at most 12; 0 where that is not
	// enough.
	Bytes uint8
}

// TileExtent is how many units of a tile lie side by side on it.
const TileExtent = 4096

// maxUnitsZoom is the last zoom that has units: its world fits 31 bits.
const maxUnitsZoom = 18

// UnitsZoom returns the zoom of the Units of squares of a level, the least at which
// it is drawn, or -1 where it is drawn at none.
func (c *Cube) UnitsZoom(level uint8) int { return int(c.shapes.zooms[level]) }

// zoomsOf returns the least zoom at which each level is drawn; -1 for none.
func zoomsOf(g grid.Grid) (zooms [grid.MaxLevel + 1]int8) {
	for level := range zooms {
		zooms[level] = -1
	}
	for zoom := maxUnitsZoom; zoom >= 0; zoom-- {
		zooms[g.LevelForZoom(zoom)] = int8(zoom)
	}
	return zooms
}

// noSquare is the number of the shape of no square.
const noSquare = 0

// shapes are those of all squares met so far, of every level, by number. The
// list only grows; the numbers of keys are only for who adds to it.
type shapes struct {
	grid    grid.Grid
	zooms   [grid.MaxLevel + 1]int8 // of units, by level
	list    []Shape
	units   []Units // of each; beside it, for who draws them needs nothing else
	names   []byte  // of all, as the grid has them
	numbers map[grid.Key]uint32
}

func newShapes(g grid.Grid) shapes {
	return shapes{grid: g, zooms: zoomsOf(g), list: []Shape{{}}, units: []Units{{}}, numbers: map[grid.Key]uint32{}}
}

// at returns the number of the shape of the square of level 0 that holds a
// point, or noSquare.
func (s *shapes) at(p geo.Point) uint32 {
	square, ok := s.grid.Square(p)
	if !ok {
		return noSquare
	}
	return s.number(square)
}

// number returns the number of a square's shape, and makes it and those of its
// parents where they aren't there yet.
func (s *shapes) number(square grid.Square) uint32 {
	key := square.Key()
	if n, ok := s.numbers[key]; ok {
		return n
	}
	shape := s.shapeOf(square)
	if square.Level < grid.MaxLevel {
		shape.parent = s.number(square.Parent(square.Level + 1))
	}
	shape.name = s.named(s.grid.Name(square))
	n := uint32(len(s.list))
	s.list = append(s.list, shape)
	s.units = append(s.units, s.unitsOf(&shape, square.Level))
	s.numbers[key] = n
	return n
}

// shapeOf works out the shape of a square, but for what it has in the list of all.
func (s *shapes) shapeOf(square grid.Square) Shape {
	shape := Shape{Key: square.Key(), parent: noSquare}
	shape.centre[0], shape.centre[1] = s.grid.Centre(square)
	for i, corner := range [4][2]int32{{0, 1}, {1, 1}, {1, 0}, {0, 0}} {
		shape.Corners[i] = World(s.grid.Corner(square, corner[0], corner[1]))
	}
	return shape
}

// shapesOf returns the shapes of squares of level 0, and of those that hold them,
// in the order of levels and keys. They are worked out on all processors.
func shapesOf(g grid.Grid, squares []grid.Key) shapes {
	s := newShapes(g)
	level := slices.Compact(slices.Sorted(slices.Values(squares)))
	for len(level) > 0 {
		next := uint32(len(s.list) + len(level)) // where the level above begins
		var above []grid.Key                     // in the order of keys as well
		for _, key := range level {
			shape := Shape{Key: key}
			if square, _ := key.Square(); square.Level < grid.MaxLevel {
				if parent := square.Parent(square.Level + 1).Key(); len(above) == 0 || above[len(above)-1] != parent {
					above = append(above, parent)
				}
				shape.parent = next + uint32(len(above)-1)
			}
			s.list = append(s.list, shape)
		}
		level = above
	}
	s.units = make([]Units, len(s.list))
	names := make([]string, len(s.list))
	onAll(len(s.list), func(from, to int) {
		for i := max(from, 1); i < to; i++ {
			shape := &s.list[i]
			square, _ := shape.Key.Square()
			parent := shape.parent
			*shape = s.shapeOf(square)
			shape.parent = parent
			s.units[i], names[i] = s.unitsOf(shape, square.Level), s.grid.Name(square)
		}
	})
	s.numbers = make(map[grid.Key]uint32, len(s.list))
	for i := 1; i < len(s.list); i++ {
		s.list[i].name = s.named(names[i])
		s.numbers[s.list[i].Key] = uint32(i)
	}
	return s
}

// named keeps a name and returns where.
func (s *shapes) named(name string) span {
	from := uint32(len(s.names))
	s.names = append(s.names, name...)
	return span{from, uint32(len(s.names))}
}

func (s *shapes) unitsOf(shape *Shape, level uint8) (units Units) {
	zoom := s.zooms[level]
	if zoom < 0 {
		return units
	}
	scale := math.Ldexp(TileExtent, int(zoom))
	at := func(corner int) (x, y int64) {
		return int64(math.Floor(shape.Corners[corner][0]*scale + .5)), int64(math.Floor(shape.Corners[corner][1]*scale + .5))
	}
	x, y := at(0)
	units.X, units.Y = int32(x), int32(y)
	var steps []byte
	for corner := 1; corner < len(shape.Corners); corner++ {
		nextX, nextY := at(corner)
		steps = binary.AppendVarint(binary.AppendVarint(steps, nextX-x), nextY-y)
		x, y = nextX, nextY
	}
	if len(steps) > mostSteps {
		return units
	}
	units.Bytes = uint8(len(steps))
	steps = append(steps, make([]byte, 16-len(steps))...)
	units.Steps = [2]uint64{binary.LittleEndian.Uint64(steps), binary.LittleEndian.Uint64(steps[8:])}
	return units
}

// mostSteps is how many bytes the steps of Units are at most.
const mostSteps = 12

// inOrder returns the same shapes in the order of levels and keys, so that
// neighbours lie together in memory, and the new number of each.
func (s *shapes) inOrder() (shapes, []uint32) {
	order := make([]uint32, len(s.list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(s.list[a].Key, s.list[b].Key) })
	sorted := shapes{
		grid: s.grid, zooms: s.zooms, list: make([]Shape, len(s.list)), units: make([]Units, len(s.list)),
		names: make([]byte, 0, len(s.names)), numbers: s.numbers,
	}
	numbers := make([]uint32, len(s.list))
	for to, from := range order {
		numbers[from] = uint32(to)
		sorted.list[to], sorted.units[to] = s.list[from], s.units[from]
		name := s.list[from].name
		sorted.list[to].name = sorted.named(string(s.names[name.from:name.to]))
		sorted.numbers[s.list[from].Key] = uint32(to)
	}
	for i := range sorted.list {
		sorted.list[i].parent = numbers[sorted.list[i].parent]
	}
	delete(sorted.numbers, 0)
	return sorted, numbers
}

// up returns the shape of the square that holds another, some levels up.
func (s *shapes) up(shape uint32, levels uint8) uint32 {
	for range levels {
		shape = s.list[shape].parent
	}
	return shape
}

// World returns where a place in degrees lies in the world of web Mercator.
func World(lon, lat float64) orb.Point {
	sin := math.Sin(lat * math.Pi / 180)
	return orb.Point{lon/360 + 0.5, 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)}
}

// Box is a closed box in the world of web Mercator.
type Box struct {
	West, North, East, South float64
}

// nowhere meets no box and holds nothing.
var nowhere = Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b *Box) meets(other *Box) bool {
	return b.West <= other.East && other.West <= b.East && b.North <= other.South && other.North <= b.South
}

func (b *Box) holds(other *Box) bool {
	return b.West <= other.West && other.East <= b.East && b.North <= other.North && other.South <= b.South
}

func (b *Box) union(other *Box) Box {
	return Box{
		min(b.West, other.West), min(b.North, other.North), max(b.East, other.East), max(b.South, other.South),
	}
}

// Box returns the box around a shape; for no square it is one that meets none.
func (s *Shape) Box() Box {
	if s.Key == 0 {
		return nowhere
	}
	c := &s.Corners
	return Box{
		min(c[0][0], c[1][0], c[2][0], c[3][0]), min(c[0][1], c[1][1], c[2][1], c[3][1]),
		max(c[0][0], c[1][0], c[2][0], c[3][0]), max(c[0][1], c[1][1], c[2][1], c[3][1]),
	}
}
