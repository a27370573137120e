package tiles

import (
	"encoding/binary"
	"math"
	"sync"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo/grid"
)

// Hotspots draws the squares that a query selects, each with its whole count,
// in every tile that its inside meets; the id of a feature is the square's
// Key. The level of the squares goes by the zoom alone, so that a tile has 4,096
// of them at most and a sum over a zoom's tiles, over distinct ids, counts
// everything once. A feature takes at most 175 bytes and 17 for each kind that
// it has: with three kinds no tile is larger than 930 kB. The names of squares
// stand on tiles from zoom NamedFrom on. A query of ItemsOnly has no visits in them.
func Hotspots(scheme *data.Scheme, c *cube.Cube, q data.Query, tile Tile) ([]byte, error) {
	return ScoredHotspots(scheme, c, q, tile, nil)
}

// Score is what is said of a square besides its counts.
type Score struct {
	// Z is its score, to two decimals, and Q the corrected probability of such a
	// one by chance, to four.
	Z, Q float64
	// Category says what came of it over the weeks; empty for nothing.
	Category string
	// Hot and Cold say that there is more, or less, than chance would put there.
	Hot, Cold bool
}

// ScoredHotspots is Hotspots with a score for each square of the tile's level that score knows. A feature
// takes at most 60 bytes more. score may be nil.
func ScoredHotspots(scheme *data.Scheme, c *cube.Cube, q data.Query, tile Tile, score func(grid.Key) (Score, bool)) ([]byte, error) {
	found := founds.Get().(*cube.Found)
	defer founds.Put(found)
	level := scheme.Grid.LevelForZoom(tile.Z)
	c.Squares(q, level, tile.inWorld(), found)
	l := newLayer("hotspots")
	defer l.done()
	d := drawing{layer: l, scheme: scheme, found: found, level: level, itemsOnly: q.ItemsOnly, kinds: make([]number, len(scheme.Kinds)), score: score}
	d.known = knownPool.Get().(*knownValues)
	defer knownPool.Put(d.known)
	*d.known = knownValues{}
	if d.named = tile.Z >= NamedFrom; d.named {
		d.name = l.key("square")
	}
	d.levelKey, d.n = l.key("level"), l.key("n")
	if !q.ItemsOnly {
		d.visits, d.perVisit = l.key("visits"), l.key("finds_per_visit")
	}
	d.share = l.key("share")
	on, inUnits := newOntoTile(tile), c.UnitsZoom(level) == tile.Z
	var corners [4]position
	for i := range found.Squares {
		square := &found.Squares[i]
		if inUnits {
			if units := found.Units(square); on.has(units) {
				d.outline(d.tagged(square), on.westUnits, on.northUnits, units)
				continue
			}
		}
		if on.corners(&found.Shape(square).Corners, &corners) {
			d.ring(d.tagged(square), corners[:])
		}
	}
	return l.tile(), nil
}

// NamedFrom is the least zoom at which tiles have the names of squares. Below
// it they would be two fifths of a tile, where nobody could read them; the id
// tells the square there too.
const NamedFrom = 14

// HotspotBoxes returns a box in degrees around each square that Hotspots draws
// at a zoom, on whatever tiles.
func HotspotBoxes(scheme *data.Scheme, c *cube.Cube, q data.Query, zoom int) []orb.Bound {
	var boxes []orb.Bound
	for _, row := range c.Counts(q, cube.Split{By: []data.Dimension{data.BySquare}, Level: scheme.Grid.LevelForZoom(zoom)}) {
		square, ok := row.Square.Square()
		if !ok {
			continue
		}
		var corners orb.MultiPoint
		for _, at := range [][2]int32{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
			lon, lat := scheme.Grid.Corner(square, at[0], at[1])
			corners = append(corners, orb.Point{lon, lat})
		}
		boxes = append(boxes, corners.Bound())
	}
	return boxes
}

var founds = sync.Pool{New: func() any { return new(cube.Found) }}

// inWorld returns the tile's box in the world of web Mercator.
func (t Tile) inWorld() cube.Box {
	side := math.Ldexp(1, -t.Z)
	return cube.Box{West: float64(t.X) * side, North: float64(t.Y) * side, East: float64(t.X+1) * side, South: float64(t.Y+1) * side}
}

// ontoTile takes places of the world to a tile.
type ontoTile struct {
	scale, west, north    float64
	westUnits, northUnits int32
}

func newOntoTile(t Tile) ontoTile {
	return ontoTile{math.Ldexp(Extent, t.Z), float64(t.X) * Extent, float64(t.Y) * Extent, int32(t.X * Extent), int32(t.Y * Extent)}
}

// place returns where a place of the world lies on the tile, in units from its
// north-west corner, not rounded.
func (o *ontoTile) place(world orb.Point) orb.Point {
	return orb.Point{world[0]*o.scale - o.west, world[1]*o.scale - o.north}
}

// corners places those of a square, to the nearest unit. It reports whether the
// inside of the square and that of the tile have a point in common.
func (o *ontoTile) corners(world *[4]orb.Point, on *[4]position) bool {
	x0, y0 := world[0][0]*o.scale-o.west, world[0][1]*o.scale-o.north
	x1, y1 := world[1][0]*o.scale-o.west, world[1][1]*o.scale-o.north
	x2, y2 := world[2][0]*o.scale-o.west, world[2][1]*o.scale-o.north
	x3, y3 := world[3][0]*o.scale-o.west, world[3][1]*o.scale-o.north
	if !inside(x0, y0) && !inside(x1, y1) && !inside(x2, y2) && !inside(x3, y3) &&
		!meetsTile(&[4]orb.Point{{x0, y0}, {x1, y1}, {x2, y2}, {x3, y3}}) {
		return false
	}
	on[0][0], on[0][1] = nearest(x0), nearest(y0)
	on[1][0], on[1][1] = nearest(x1), nearest(y1)
	on[2][0], on[2][1] = nearest(x2), nearest(y2)
	on[3][0], on[3][1] = nearest(x3), nearest(y3)
	return true
}

// has reports whether a square in units of the tile's zoom can be drawn by them: its
// north-west corner lies on the tile, and not on its edge, before it was rounded too.
func (o *ontoTile) has(u *cube.Units) bool {
	x, y := u.X-o.westUnits, u.Y-o.northUnits
	return x > 0 && x < Extent && y > 0 && y < Extent && u.Bytes > 0
}

// drawing is a tile of hotspots in the making.
type drawing struct {
	*layer
	scheme *data.Scheme
	found  *cube.Found
	level  uint8

	name, levelKey, n, visits, perVisit, share number   // keys
	kinds                                      []number // keys of those that came up
	named, itemsOnly                           bool
	score                                      func(grid.Key) (Score, bool) // nil for none
	known                                      *knownValues
}

// Shares and finds per visit have as many decimals as in the tables that are
// exported. So most of them are on a tile once, and not as often as there are
// squares: at low zooms they would be a sixth of it.
const (
	hundredths = 100
	millionths = 1_000_000
)

// knownValues keeps the numbers of small values, which come again and again.
type knownValues struct {
	perVisits [1024]number // by hundredths
	shares    [4096]number // by millionths: few squares can have more
	items     [2048]pairs  // the tags that items alone decide, by items
}

// pairs are the tags of two keys: their bytes, the first the lowest, and how many
// they are, 0 for none.
type pairs struct {
	bytes uint64
	size  int
}

var knownPool = sync.Pool{New: func() any { return new(knownValues) }}

// inParts returns how many parts of a unit one number by another is, to the
// nearest.
func inParts(of, by int64, unit float64) int64 { return int64(float64(of)/float64(by)*unit + 0.5) }

// tagged begins the feature of a square and gives it its tags.
func (d *drawing) tagged(s *cube.Square) []byte {
	b := d.begin(uint64(s.Key))
	if d.named {
		b = appendPair(b, d.name, d.distinct(d.found.Name(s)))
	}
	b = appendPair(b, d.levelKey, d.whole(uint64(d.level)))
	if n := uint64(s.Items); n < uint64(len(d.known.items)) && d.known.items[n].size > 0 {
		known := &d.known.items[n]
		b = binary.LittleEndian.AppendUint64(b, known.bytes)
		b = b[:len(b)-8+known.size]
	} else {
		b = d.counted(b, s.Items)
	}
	if !d.itemsOnly {
		b = appendPair(b, d.visits, d.whole(uint64(s.Visits)))
		b = appendPair(b, d.perVisit, d.decimal(inParts(s.Items, max(s.Visits, 1), hundredths), hundredths, d.known.perVisits[:]))
	}
	for kind, items := range d.found.Kinds(s) {
		if items == 0 {
			continue
		}
		if d.kinds[kind] == 0 {
			d.kinds[kind] = d.key(d.scheme.Kinds[kind].ID)
		}
		b = appendPair(b, d.kinds[kind], d.whole(uint64(items)))
	}
	if d.score != nil {
		b = d.scored(b, s.Key)
	}
	return b
}

// counted gives the feature in the making its items and its share of all, and keeps
// these tags where they are few bytes.
func (d *drawing) counted(b []byte, items int64) []byte {
	from := len(b)
	b = appendPair(b, d.n, d.whole(uint64(items)))
	b = appendPair(b, d.share, d.decimal(inParts(items, max(d.found.Total.Items, 1), millionths), millionths, d.known.shares[:]))
	if size := len(b) - from; size <= 8 && items < int64(len(d.known.items)) {
		var bytes [8]byte
		copy(bytes[:], b[from:])
		d.known.items[items] = pairs{binary.LittleEndian.Uint64(bytes[:]), size}
	}
	return b
}

// scored gives the feature in the making what is known of its score.
func (d *drawing) scored(b []byte, key grid.Key) []byte {
	s, ok := d.score(key)
	if !ok {
		return b
	}
	b = appendPair(b, d.key("z"), d.decimal(int64(math.Round(s.Z*100)), 100, nil))
	b = appendPair(b, d.key("q"), d.decimal(int64(math.Round(s.Q*10_000)), 10_000, nil))
	if s.Category != "" {
		b = appendPair(b, d.key("category"), d.text(s.Category))
	}
	if s.Hot {
		b = appendPair(b, d.key("hot"), d.truth())
	}
	if s.Cold {
		b = appendPair(b, d.key("cold"), d.truth())
	}
	return b
}

// nearest returns the whole number nearest to one of at least -farthest, halves
// to the east and south: quicker than math.Floor.
func nearest(x float64) int32 { return int32(x+(farthest+0.5)) - farthest }

// farthest is more than a square that meets a tile reaches beyond it, in units
// of the tile: squares are smaller than the tiles they are drawn on, but near a
// pole, where three tiles of zoom 16 go into one of 125 m.
const farthest = 1 << 16

// inside reports whether a place lies on the tile and not on its edge.
func inside(x, y float64) bool { return x > 0 && x < Extent && y > 0 && y < Extent }

// meetsTile reports whether the inside of a convex quadrangle and that of the
// tile have a point in common: they have none if a line along a side of one of
// them parts them (separating axes).
func meetsTile(ring *[4]orb.Point) bool {
	for _, p := range ring {
		if inside(p[0], p[1]) {
			return true
		}
	}
	west, east := min(ring[0][0], ring[1][0], ring[2][0], ring[3][0]), max(ring[0][0], ring[1][0], ring[2][0], ring[3][0])
	north, south := min(ring[0][1], ring[1][1], ring[2][1], ring[3][1]), max(ring[0][1], ring[1][1], ring[2][1], ring[3][1])
	if west >= Extent || east <= 0 || north >= Extent || south <= 0 {
		return false
	}
	tile := [4]orb.Point{{0, 0}, {Extent, 0}, {Extent, Extent}, {0, Extent}}
	for i := range 4 {
		if parted(ring, &tile, side(ring, i)) {
			return false
		}
	}
	return true
}

func side(ring *[4]orb.Point, i int) orb.Point {
	a, b := ring[i], ring[(i+1)%4]
	return orb.Point{b[0] - a[0], b[1] - a[1]}
}

func parted(a, b *[4]orb.Point, along orb.Point) bool {
	lowA, highA := span(a, along)
	lowB, highB := span(b, along)
	return highA <= lowB || highB <= lowA
}

// span is the extent of a ring across a direction.
func span(ring *[4]orb.Point, along orb.Point) (low, high float64) {
	for i, p := range ring {
		across := p[1]*along[0] - p[0]*along[1]
		if i == 0 {
			low, high = across, across
		}
		low, high = min(low, across), max(high, across)
	}
	return low, high
}
