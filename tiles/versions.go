package tiles

import (
	"math"
	"sync"

	"github.com/paulmach/orb"

	"commonground/data/cube"
)

// Versions knows since when each tile of counts is as it is: the tiles that
// meet the box around a touched square get a new version, and no other. The zero value is
// ready and has every tile touched at 0; any number of goroutines may use it.
type Versions struct {
	mu      sync.RWMutex
	floor   int64 // all tiles were touched then, or later
	touched map[Tile]int64
}

// mostTouched bounds the memory of Versions, to some 100 MB. Beyond it all
// tiles count as touched.
const mostTouched = 1 << 20

// Touch notes a change of counts.
func (v *Versions) Touch(t cube.Touch) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if t.Everything || len(v.touched) > mostTouched {
		v.floor, v.touched = t.Position, nil
	}
	if v.touched == nil {
		v.touched = map[Tile]int64{}
	}
	for zoom := range MaxZoom + 1 {
		t.Squares(t.Scheme.Grid.LevelForZoom(zoom), func(s *cube.Shape) {
			eachTile(s.Box(), zoom, func(tile Tile) { v.touched[tile] = t.Position })
		})
	}
	t.Loose(func(at orb.Point) {
		for zoom := PickupsFrom; zoom <= MaxZoom; zoom++ {
			eachTile(cube.Box{West: at[0], North: at[1], East: at[0], South: at[1]}, zoom, func(tile Tile) { v.touched[tile] = t.Position })
		}
	})
}

// Since returns the position of the feed since which a tile is as it is, or one
// before which nothing is known of it.
func (v *Versions) Since(tile Tile) int64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return max(v.floor, v.touched[tile])
}

// eachTile calls do for every tile of a zoom that a box meets or touches.
func eachTile(box cube.Box, zoom int, do func(Tile)) {
	const little = 1e-12
	scale := math.Ldexp(1, zoom)
	at := func(part float64) int { return min(max(int(math.Floor(part*scale)), 0), 1<<zoom-1) }
	for x := at(box.West - little); x <= at(box.East+little); x++ {
		for y := at(box.North - little); y <= at(box.South+little); y++ {
			do(Tile{Z: zoom, X: x, Y: y})
		}
	}
}
