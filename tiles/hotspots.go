package tiles

import (
	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo/grid"
)

// Hotspots draws the squares that a query selects, each with its whole count,
// in every tile that its inside meets; the id of a feature is the square's
// Key. The level of the squares goes by the zoom alone. A sum over a zoom's
// tiles goes over distinct ids.
func Hotspots(scheme *data.Scheme, c *cube.Cube, q data.Query, tile Tile) ([]byte, error) {
	level := scheme.Grid.LevelForZoom(tile.Z)
	corners := cornersOn(scheme.Grid, tile)
	near := tile.Bound()
	total := c.Counts(q, cube.Split{By: []data.Dimension{data.BySquare}, Level: level, Near: &near})
	byKind := itemsByKind(c.Counts(q, cube.Split{By: []data.Dimension{data.ByKind, data.BySquare}, Level: level, Near: &near}))
	l := newLayer("hotspots")
	for _, row := range total {
		square, ok := row.Square.Square()
		if !ok {
			continue
		}
		ring := corners(square)
		if !meetsTile(ring) {
			continue
		}
		l.text(l.key("square"), scheme.Grid.Name(square))
		l.number(l.key("level"), uint64(level))
		l.number(l.key("n"), uint64(row.Items))
		l.number(l.key("visits"), uint64(row.Visits))
		for _, found := range byKind[row.Square] {
			l.number(l.key(found.Kind), uint64(found.Items))
		}
		l.square(uint64(row.Square), [4]orb.Point{round(ring[0]), round(ring[1]), round(ring[2]), round(ring[3])})
	}
	return l.tile(), nil
}

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

func itemsByKind(rows []cube.Row) map[grid.Key][]data.Quantity {
	byKind := map[grid.Key][]data.Quantity{}
	for _, row := range rows {
		byKind[row.Square] = append(byKind[row.Square], data.Quantity{Kind: row.Kind, Items: int(row.Items)})
	}
	return byKind
}

// cornersOn returns a function for the corners of squares on a tile, clockwise
// as seen on the screen from the north-west, not rounded. Corners that
// neighbours share are the same to the last bit, so rounding leaves no gap.
func cornersOn(g grid.Grid, tile Tile) func(grid.Square) [4]orb.Point {
	at := func(s grid.Square, dx, dy int32) orb.Point { return tile.project(g.Corner(s, dx, dy)) }
	return func(s grid.Square) [4]orb.Point {
		return [4]orb.Point{at(s, 0, 1), at(s, 1, 1), at(s, 1, 0), at(s, 0, 0)}
	}
}

// meetsTile reports whether the inside of a convex quadrangle and that of the
// tile have a point in common: they have none if a line along a side of one of
// them parts them (separating axes).
func meetsTile(ring [4]orb.Point) bool {
	tile := [4]orb.Point{{0, 0}, {Extent, 0}, {Extent, Extent}, {0, Extent}}
	for i := range 4 {
		if parted(ring, tile, side(ring, i)) || parted(ring, tile, side(tile, i)) {
			return false
		}
	}
	return true
}

func side(ring [4]orb.Point, i int) orb.Point {
	a, b := ring[i], ring[(i+1)%4]
	return orb.Point{b[0] - a[0], b[1] - a[1]}
}

func parted(a, b [4]orb.Point, along orb.Point) bool {
	lowA, highA := span(a, along)
	lowB, highB := span(b, along)
	return highA <= lowB || highB <= lowA
}

// span is the extent of a ring across a direction.
func span(ring [4]orb.Point, along orb.Point) (low, high float64) {
	for i, p := range ring {
		across := p[1]*along[0] - p[0]*along[1]
		if i == 0 {
			low, high = across, across
		}
		low, high = min(low, across), max(high, across)
	}
	return low, high
}
