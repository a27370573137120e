package tiles

// The numbers that PMTiles gives to tiles: those of zoom 0, then of zoom 1, and
// so on; within a zoom along a Hilbert curve, so that neighbours on the map are
// mostly neighbours in the file. At zoom 1
//
//	1 4
//	2 3
//
// and each quadrant is filled by the curve of the zoom before, turned so that
// the ends meet.

// firstID is the number of the first tile of a zoom: how many have lower ones.
func firstID(zoom int) uint64 {
	return (1<<(2*zoom) - 1) / 3
}

// id returns the tile's number.
func (t Tile) id() uint64 {
	x, y, along := t.X, t.Y, uint64(0)
	for zoom := t.Z - 1; zoom >= 0; zoom-- {
		east, south := x>>zoom, y>>zoom
		along = along<<2 | uint64(3*east^south)
		x, y = turned(x-east<<zoom, y-south<<zoom, zoom, east, south)
	}
	return firstID(t.Z) + along
}

// tileOf returns the tile that has a number.
func tileOf(id uint64) Tile {
	var t Tile
	for id >= firstID(t.Z+1) {
		t.Z++
	}
	along := id - firstID(t.Z)
	for zoom := range t.Z {
		quadrant := int(along >> (2 * zoom) & 3)
		east := quadrant >> 1
		south := (quadrant ^ east) & 1
		t.X, t.Y = turned(t.X, t.Y, zoom, east, south)
		t.X, t.Y = t.X+east<<zoom, t.Y+south<<zoom
	}
	return t
}

// turned turns a position within a quadrant of a side of 2^zoom tiles to where
// the curve that fills it would be if it filled the whole. It is its own
// inverse.
func turned(x, y, zoom, east, south int) (turnedX, turnedY int) {
	if south == 1 {
		return x, y
	}
	if last := 1<<zoom - 1; east == 1 {
		x, y = last-x, last-y
	}
	return y, x
}
