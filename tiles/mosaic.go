package tiles

import (
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"commonground/data/cube"
	"commonground/data/release"
	"commonground/geo/grid"
)

// squareKeys are the squares of a map.
type squareKeys map[grid.Key]int

func squaresByKey(squares []release.Square) squareKeys {
	keys := squareKeys{}
	for _, s := range squares {
		keys[s.Key()]++
	}
	return keys
}

// around returns how many squares hold one.
func (k squareKeys) around(s grid.Square) int {
	n := 0
	for level := s.Level; level <= grid.MaxLevel; level++ {
		n += k[s.Parent(level).Key()]
	}
	return n
}

// mosaic is a partition of the ground into squares of several sizes, and how
// they meet.
type mosaic struct {
	places   []orb.Point // of all corners in the world, each once
	outlines []outline   // of the squares, in their order
	bound    orb.Bound   // in degrees
	least    float64     // the shortest side in the world
}

// apart is how many units wide all squares must be for the corners of others to
// be drawn on their outlines. Rounding moves a corner by √½ of a unit at most,
// so that with more than √2 between a corner and a side they don't meet.
const apart = 1.5

// outline is a square's: the numbers of the corners that lie on it, its own and
// those of its neighbours, clockwise on the screen from its north-west.
//
//	┌───────┬───┐
//	│       │   │      the corner between the two small squares
//	│       ├───┤  ←   is one of the large square's outline too
//	│       │   │
//	└───────┴───┘
type outline struct {
	ring []int
	own  [4]int
}

// cornering numbers the corners of squares as it meets them.
type cornering struct {
	grid    grid.Grid
	numbers map[[2]int32]int // by sides of level 0 east and north of the origin
	step    int32            // the side of the smallest square, in the same
	mosaic  *mosaic
}

// newMosaic takes squares of which none lies in another, at least one.
func newMosaic(g grid.Grid, squares []release.Square) *mosaic {
	c := cornering{grid: g, numbers: map[[2]int32]int{}, step: math.MaxInt32, mosaic: &mosaic{}}
	for _, s := range squares {
		c.step = min(c.step, 1<<s.Level)
		for _, d := range [4][2]int32{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
			c.number([2]int32{(s.X + d[0]) << s.Level, (s.Y + d[1]) << s.Level})
		}
	}
	m := c.mosaic
	m.least = math.Inf(1)
	for _, s := range squares {
		o := c.outline(s.Square)
		for i, number := range o.own {
			m.least = min(m.least, planar.Distance(m.places[number], m.places[o.own[(i+1)%4]]))
		}
		m.outlines = append(m.outlines, o)
	}
	return m
}

// number gives a corner its number, unless it has one.
func (c *cornering) number(at [2]int32) {
	if _, ok := c.numbers[at]; ok {
		return
	}
	m := c.mosaic
	lon, lat := c.grid.Corner(grid.Square{X: at[0], Y: at[1]}, 0, 0)
	if len(m.places) == 0 {
		m.bound = orb.Point{lon, lat}.Bound()
	}
	m.bound = m.bound.Extend(orb.Point{lon, lat})
	c.numbers[at] = len(m.places)
	m.places = append(m.places, cube.World(lon, lat))
}

// outline walks around a square, in steps of the smallest.
func (c *cornering) outline(s grid.Square) outline {
	var out outline
	side := int32(1) << s.Level
	at := [2]int32{s.X * side, (s.Y + 1) * side}
	for i, ahead := range [4][2]int32{{1, 0}, {0, -1}, {-1, 0}, {0, 1}} {
		out.own[i] = c.numbers[at]
		for range side / c.step {
			if number, ok := c.numbers[at]; ok {
				out.ring = append(out.ring, number)
			}
			at[0] += ahead[0] * c.step
			at[1] += ahead[1] * c.step
		}
	}
	return out
}

// sheet is a tile to be written: the numbers of the squares that it meets and
// what is drawn of each.
type sheet struct {
	Tile
	squares []int
	rings   [][]position
}

// sheets returns the tiles of a zoom that the squares meet, in the order of
// Over.
func (m *mosaic) sheets(zoom int) []*sheet {
	met := map[uint64]*sheet{}
	for number := range m.outlines {
		o := &m.outlines[number]
		ring := m.drawn(o, zoom)
		for _, tile := range m.meeting(o, zoom) {
			s := met[tile.id()]
			if s == nil {
				s = &sheet{Tile: tile}
				met[tile.id()] = s
			}
			s.squares = append(s.squares, number)
			s.rings = append(s.rings, onSheet(ring, tile))
		}
	}
	var sheets []*sheet
	for _, id := range slices.Sorted(maps.Keys(met)) {
		sheets = append(sheets, met[id])
	}
	return sheets
}

// onSheet moves a ring of the world to a tile.
func onSheet(ring []position, tile Tile) []position {
	origin := position{int32(tile.X) * Extent, int32(tile.Y) * Extent}
	out := make([]position, 0, len(ring))
	for _, p := range ring {
		out = append(out, p.from(origin))
	}
	return out
}

// meeting returns the tiles that the inside of a square meets.
func (m *mosaic) meeting(o *outline, zoom int) []Tile {
	box := orb.MultiPoint(m.corners(o, Tile{Z: zoom})[:]).Bound()
	var met []Tile
	for x := column(box.Min[0], zoom); x <= column(box.Max[0], zoom); x++ {
		for y := column(box.Min[1], zoom); y <= column(box.Max[1], zoom); y++ {
			tile := Tile{zoom, x, y}
			if meetsTile(m.corners(o, tile)) {
				met = append(met, tile)
			}
		}
	}
	return met
}

// corners returns where a square's own corners lie on a tile.
func (m *mosaic) corners(o *outline, tile Tile) *[4]orb.Point {
	on := newOntoTile(tile)
	var corners [4]orb.Point
	for i, number := range o.own {
		corners[i] = on.place(m.places[number])
	}
	return &corners
}

// drawn returns a square's outline on the lattice of a zoom; where that
// encloses nothing, the unit that holds its middle.
func (m *mosaic) drawn(o *outline, zoom int) []position {
	on := newOntoTile(Tile{Z: zoom})
	numbers := o.own[:]
	if m.least*on.scale >= apart {
		numbers = o.ring
	}
	var ring []position
	for _, number := range numbers {
		at := on.place(m.places[number])
		ring = appendNew(ring, position{nearest(at[0]), nearest(at[1])})
	}
	for len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		ring = ring[:len(ring)-1]
	}
	if twiceArea(ring) > 0 {
		return ring
	}
	middle := orb.MultiPoint(m.corners(o, Tile{Z: zoom})[:]).Bound().Center()
	return thickened([]position{{int32(math.Floor(middle[0])), int32(math.Floor(middle[1]))}})
}
