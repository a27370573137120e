package tiles

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// maxTiles bounds the tiles of one zoom. At zoom 16 and 54 degrees north they
// are half a million square kilometres.
const maxTiles = 1 << 22

// Over returns the tiles of a zoom on which something may be drawn of what lies
// in boxes, in degrees: those that a box meets or comes near, as near as
// a tile's buffer reaches. Each is there once, in the order that an Archive
// asks for. They are not sought from the top down: what a coarse square
// holds may stick out of it by a sliver. It refuses, in a sentence, what would be too
// many.
func Over(boxes []orb.Bound, zoom int) ([]Tile, error) {
	met := map[uint64]bool{}
	for _, box := range boxes {
		low, high := outermost(box, zoom)
		west, east := column(low[0]-bufferUnits, zoom), column(high[0]+bufferUnits, zoom)
		north, south := column(low[1]-bufferUnits, zoom), column(high[1]+bufferUnits, zoom)
		if len(met) > maxTiles || (east-west+1)*(south-north+1) > maxTiles {
			return nil, fmt.Errorf("there are more than %d tiles of zoom %d to draw: end at a lower zoom, or choose a smaller place", maxTiles, zoom)
		}
		for x := west; x <= east; x++ {
			for y := north; y <= south; y++ {
				met[Tile{zoom, x, y}.id()] = true
			}
		}
	}
	over := make([]Tile, 0, len(met))
	for _, id := range slices.Sorted(maps.Keys(met)) {
		over = append(over, tileOf(id))
	}
	return over, nil
}

// outermost returns the north-west and the south-east corner of a box, in units
// of a zoom's tiles from the north-west of the map.
func outermost(box orb.Bound, zoom int) (low, high orb.Point) {
	const edge = 85.06 // degrees; a little beyond the map's
	all := Tile{Z: zoom}
	return all.project(box.Min.Lon(), min(box.Max.Lat(), edge)), all.project(box.Max.Lon(), max(box.Min.Lat(), -edge))
}

// column returns the column, or the row, in which a distance from the edge of
// the map lies; the nearest where it is off the map.
func column(units float64, zoom int) int {
	return min(max(int(math.Floor(units/Extent)), 0), 1<<zoom-1)
}
