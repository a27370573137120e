package tiles_test

import (
	"testing"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/tiles"
)

// What Over leaves out is empty, and it leaves out nearly all that is: that no
// tile need be asked for twice.
func TestOverNamesEveryTileThatHasSomething(t *testing.T) {
	w := newTown(t)
	weeks := w.cube.Weeks()
	q := data.Query{Weeks: data.WeekRange{From: weeks.To - 2, To: weeks.To}}
	var areas, points []orb.Bound
	for _, area := range w.areas {
		areas = append(areas, area.Shape.Bound())
	}
	for _, p := range w.pickups {
		if p.Point != nil {
			points = append(points, p.Point.Orb().Bound())
		}
	}
	for name, layer := range map[string]struct {
		boxes func(zoom int) []orb.Bound
		draw  func(tiles.Tile) ([]byte, error)
	}{
		"hotspots": {
			func(zoom int) []orb.Bound { return tiles.HotspotBoxes(w.scheme, w.cube, q, zoom) },
			func(tile tiles.Tile) ([]byte, error) { return tiles.Hotspots(w.scheme, w.cube, q, tile) },
		},
		"boundaries": {
			func(int) []orb.Bound { return areas },
			func(tile tiles.Tile) ([]byte, error) { return w.outlines.Tile(tile) },
		},
		"pickups": {
			func(int) []orb.Bound { return points },
			func(tile tiles.Tile) ([]byte, error) {
				return tiles.Pickups(within(w.pickups, tile), nil, w.scheme.Location, tile)
			},
		},
	} {
		filled, asked := 0, 0
		for zoom := 0; zoom <= tiles.MaxZoom; zoom++ {
			named := map[tiles.Tile]bool{}
			all, err := tiles.Over(layer.boxes(zoom), zoom)
			check(t, err)
			for _, tile := range all {
				if named[tile] {
					t.Errorf("%s: %v is there twice", name, tile)
				}
				named[tile] = true
			}
			asked += len(all)
			for _, tile := range over(w.bound, zoom) {
				content, err := layer.draw(tile)
				check(t, err)
				if len(content) > 0 {
					filled++
				}
				if len(content) > 0 && !named[tile] {
					t.Errorf("%s: %v has %d bytes and is not named", name, tile, len(content))
				}
			}
		}
		if filled < 50 || asked > 2*filled {
			t.Errorf("%s: %d tiles are named, %d have something", name, asked, filled)
		}
	}
}

func TestOverKeepsToTheMapAndToWhatCanBeDrawn(t *testing.T) {
	if over, err := tiles.Over(nil, 16); err != nil || len(over) != 0 {
		t.Errorf("%v %v", over, err)
	}
	pole := orb.Bound{Min: orb.Point{180, 89}, Max: orb.Point{180, 90}}
	over, err := tiles.Over([]orb.Bound{pole}, 3)
	if want := (tiles.Tile{Z: 3, X: 7, Y: 0}); err != nil || len(over) != 1 || over[0] != want {
		t.Errorf("%v %v, want %v", over, err, want)
	}
	corner := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{0, 0}}
	if over, err := tiles.Over([]orb.Bound{corner}, 5); err != nil || len(over) != 4 {
		t.Errorf("around the corner of four tiles there are %v, %v", over, err)
	}
	continent := orb.Bound{Min: orb.Point{-20, 30}, Max: orb.Point{40, 70}}
	if _, err := tiles.Over([]orb.Bound{continent}, 16); err == nil {
		t.Error("a continent was let through")
	}
}
