package geo

// None is the index that Locate writes where no area covers a point.
const None = -1

// chunk is how many points go through the first pass before those in cut cells
// go through the second: few enough to stay in the nearest cache.
const chunk = 512

// pending lists the points of a chunk whose cells must settle them.
type pending struct {
	points [chunk]uint16
	places [chunk]uint32 // where their blocks' stretches stand, then their records
	ranks  [chunk]int32  // their answers
}

// Classify writes the class of each point to dst, which must be as long as
// points. It is several times as fast as asking for each alone, and faster
// still where neighbours come together, as in Morton order.
func (c *Classifier) Classify(dst []Class, points []Point) {
	dst = dst[:len(points)]
	var open pending
	g := c.index.root
	for from := 0; from < len(points); from += chunk {
		to := min(from+chunk, len(points))
		some, out := points[from:to], dst[from:to]
		n := g.classes(out, some, &open)
		g.settleAll(&open, n, some)
		for i, point := range open.points[:n] {
			out[point] = c.index.classOf(open.ranks[i])
		}
	}
}

// Locate writes for each point the index in Areas of the area that it belongs
// to, or None, to dst, which must be as long as points. As Classify, it is
// fastest where neighbours come together.
func (c *Classifier) Locate(dst []int32, points []Point) {
	dst = dst[:len(points)]
	var open pending
	g := c.index.root
	for from := 0; from < len(points); from += chunk {
		to := min(from+chunk, len(points))
		some, out := points[from:to], dst[from:to]
		n := g.ranks(out, some, &open)
		g.settleAll(&open, n, some)
		for i, point := range open.points[:n] {
			out[point] = open.ranks[i]
		}
	}
}

// classes answers for the points whose cell has one class, and returns how
// many others it listed. A point that is not in the grid is looked up as if in
// the first block, and then overruled, so that nothing branches on where
// points lie: they come in no order that a processor could foresee.
func (g *grid) classes(out []Class, points []Point, open *pending) int {
	n := 0
	west, south, shiftLon, shiftLat := uint32(g.southWest.Lon), uint32(g.southWest.Lat), g.shiftLon&31, g.shiftLat&31
	columns, rows, across := g.columns, g.rows, g.across
	top, faces := g.topFaces, g.faces
	out = out[:len(points)]
	for i, p := range points {
		column, row := (uint32(p.Lon)-west)>>shiftLon, (uint32(p.Lat)-south)>>shiftLat
		inside := one(column < columns) & one(row < rows)
		at := top[(row>>3*across+column>>3)&-inside]
		v := faces[at].at(bitOf(column, row)) & -inside
		out[i] = Class(v & 3)
		open.points[n&(chunk-1)], open.places[n&(chunk-1)] = uint16(i), at
		n += int(v >> 2)
	}
	for i, at := range open.places[:n] {
		open.places[i] = g.facePlaces[at]
	}
	return n
}

// ranks is classes for areas.
func (g *grid) ranks(out []int32, points []Point, open *pending) int {
	n := 0
	west, south, shiftLon, shiftLat := uint32(g.southWest.Lon), uint32(g.southWest.Lat), g.shiftLon&31, g.shiftLat&31
	columns, rows, across := g.columns, g.rows, g.across
	top, blocks := g.topBlocks, g.blocks
	out = out[:len(points)]
	for i, p := range points {
		column, row := (uint32(p.Lon)-west)>>shiftLon, (uint32(p.Lat)-south)>>shiftLat
		inside := one(column < columns) & one(row < rows)
		b := &blocks[top[(row>>3*across+column>>3)&-inside]]
		v := b.at(bitOf(column, row)) & -inside
		// The rank of a point outside becomes None, all ones.
		out[i] = b.ranks[min(v&7, 6)] | (int32(inside) - 1)
		open.points[n&(chunk-1)], open.places[n&(chunk-1)] = uint16(i), b.place
		n += int(v >> 3)
	}
	return n
}

// settleAll works out the ranks of the first n listed points, whose blocks'
// stretches are known. It looks up all records before it settles, step by step,
// so that the processor waits for many at once.
func (g *grid) settleAll(open *pending, n int, points []Point) {
	for i, point := range open.points[:n] {
		at := open.places[i]
		stretch := g.pages[at>>pageBits][at&(pageSize-1):]
		open.places[i] = at + uint32(placeIn(stretch, bitOf(g.cell(points[point]))))
	}
	for i, at := range open.places[:n] {
		page := g.pages[at>>pageBits]
		open.ranks[i] = page[at&(pageSize-1)] ^ page[min(int(at&(pageSize-1))+16, len(page)-1)]
	}
	for i, at := range open.places[:n] {
		open.ranks[i] = g.settle(g.pages[at>>pageBits][at&(pageSize-1):], points[open.points[i]])
	}
}
