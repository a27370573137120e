package tiles

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTileIDsAreThoseOfTheSpecification(t *testing.T) {
	for tile, want := range map[Tile]uint64{
		{0, 0, 0}: 0,
		{1, 0, 0}: 1, {1, 0, 1}: 2, {1, 1, 1}: 3, {1, 1, 0}: 4,
		{2, 0, 0}: 5, {2, 1, 0}: 6, {2, 1, 1}: 7,
		{12, 3423, 1763}: 19_078_479,
	} {
		if got := tile.id(); got != want {
			t.Errorf("%v has the id %d, want %d", tile, got, want)
		}
	}
}

// Up to zoom 8 every tile: each id is that of one tile, and the next is that of
// a tile beside it.
func TestTileIDsRunAlongACurveThroughEveryTile(t *testing.T) {
	next := uint64(0)
	for zoom := range 9 {
		side := 1 << zoom
		at := make([]*Tile, side*side)
		for x := range side {
			for y := range side {
				tile := Tile{zoom, x, y}
				along := tile.id() - next
				if along >= uint64(len(at)) || at[along] != nil {
					t.Fatalf("%v has the id %d, which is out of its zoom or of another", tile, tile.id())
				}
				at[along] = &tile
				if back := tileOf(tile.id()); back != tile {
					t.Fatalf("%v has the id %d, which is that of %v", tile, tile.id(), back)
				}
			}
		}
		for i := 1; i < len(at); i++ {
			if dx, dy := at[i].X-at[i-1].X, at[i].Y-at[i-1].Y; dx*dx+dy*dy != 1 {
				t.Fatalf("after %v comes %v", *at[i-1], *at[i])
			}
		}
		next += uint64(len(at))
	}
}

func TestTileIDsAtHighZoomsAreFoundBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zoom := rapid.IntRange(9, MaxZoom).Draw(t, "zoom")
		last := 1<<zoom - 1
		tile := Tile{zoom, rapid.IntRange(0, last).Draw(t, "x"), rapid.IntRange(0, last).Draw(t, "y")}
		if id := tile.id(); tileOf(id) != tile || id < firstID(zoom) || id >= firstID(zoom+1) {
			t.Fatalf("%v has the id %d, which is that of %v", tile, id, tileOf(id))
		}
	})
}
