package tiles_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/tiles"
)

// town is a part of the sample, classified and counted.
type town struct {
	scheme   *data.Scheme
	areas    []geo.Area // as the classifier ranks them
	outlines *tiles.Outlines
	pickups  []data.Pickup
	cube     *cube.Cube
	bound    orb.Bound
}

func newTown(t testing.TB) town {
	t.Helper()
	scheme, err := data.ParseScheme(sample.SchemeText())
	check(t, err)
	until, err := data.ParseDate("2026-11-23")
	check(t, err)
	w := town{scheme: scheme, areas: sample.Areas(1), cube: cube.New(scheme), bound: sample.NewTown(1).Bound}
	for i, p := range sample.Pickups(1, scheme, until) {
		if i%8 == 0 { // as many as a test can draw quickly at every zoom
			w.pickups = append(w.pickups, p)
		}
	}
	w.areas, w.outlines = outlinesOf(t, w.areas)
	timeline, err := geo.NewTimeline([]geo.Boundary{{Version: 1, From: data.Date(0).In(scheme.Location), Areas: w.areas}})
	check(t, err)
	for i := range w.pickups {
		w.pickups[i].Locate(timeline, scheme, w.pickups[i].At)
		w.cube.Add(w.pickups[i])
	}
	return w
}

func check(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// over returns the tiles of a zoom that meet the bound, and a ring of others
// around them where there are any.
func over(bound orb.Bound, zoom int) []tiles.Tile {
	low := maptile.At(orb.Point{bound.Min.Lon(), bound.Max.Lat()}, maptile.Zoom(zoom))
	high := maptile.At(orb.Point{bound.Max.Lon(), bound.Min.Lat()}, maptile.Zoom(zoom))
	side := 1 << zoom
	var all []tiles.Tile
	for x := max(0, int(low.X)-1); x <= min(side-1, int(high.X)+1); x++ {
		for y := max(0, int(low.Y)-1); y <= min(side-1, int(high.Y)+1); y++ {
			all = append(all, tiles.Tile{Z: zoom, X: x, Y: y})
		}
	}
	return all
}

// decode returns the features of a tile's one layer, none for an empty tile.
func decode(t rapid.TB, content []byte, name string) []*geojson.Feature {
	t.Helper()
	if len(content) == 0 {
		return nil
	}
	layers, err := mvt.Unmarshal(content)
	check(t, err)
	if len(layers) != 1 || layers[0].Name != name || layers[0].Version != 2 || layers[0].Extent != 4096 || len(layers[0].Features) == 0 {
		t.Fatalf("the tile has %d layers, the first %+v", len(layers), layers[0])
	}
	return layers[0].Features
}

// id is a feature's, which is the same in every tile.
func id(t rapid.TB, f *geojson.Feature) uint64 {
	t.Helper()
	switch n := f.ID.(type) {
	case float64:
		return uint64(n)
	case uint64:
		return n
	}
	t.Fatalf("the id %v is a %T", f.ID, f.ID)
	return 0
}

func number(t testing.TB, f *geojson.Feature, name string) int {
	t.Helper()
	n, ok := f.Properties[name].(float64)
	if !ok {
		t.Fatalf("%s is %v in %v", name, f.Properties[name], f.Properties)
	}
	return int(n)
}

// project is the web Mercator projection written in another way than that of
// the code: in units of a tile's lattice from its corner.
func project(p orb.Point, tile tiles.Tile) orb.Point {
	scale := math.Exp2(float64(tile.Z)) * 4096
	y := math.Asinh(math.Tan(p.Lat() * math.Pi / 180))
	return orb.Point{
		(p.Lon()+180)/360*scale - float64(tile.X)*4096,
		(1-y/math.Pi)/2*scale - float64(tile.Y)*4096,
	}
}

// surveyed is twice the area by the surveyor's formula of the specification
// (4.3.4.4): positive for an outer ring, in coordinates that grow downwards.
func surveyed(ring orb.Ring) float64 {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		sum += ring[i-1][0]*ring[i][1] - ring[i][0]*ring[i-1][1]
	}
	return sum
}

func TestTileOutOfRangeIsRefused(t *testing.T) {
	for _, tile := range []tiles.Tile{{0, 0, 0}, {1, 1, 1}, {16, 65535, 0}, {16, 0, 65535}} {
		if err := tile.Check(); err != nil {
			t.Errorf("%v: %v", tile, err)
		}
	}
	for _, tile := range []tiles.Tile{{-1, 0, 0}, {17, 0, 0}, {0, 1, 0}, {0, 0, 1}, {3, 8, 0}, {3, 0, 8}, {3, -1, 0}, {3, 0, -1}, {1 << 40, 0, 0}} {
		if err := tile.Check(); err == nil {
			t.Errorf("%v was let through", tile)
		}
	}
}

func TestNeighboursShareTheirLinesToTheLastBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zoom := rapid.IntRange(1, tiles.MaxZoom).Draw(t, "zoom")
		side := 1 << zoom
		tile := tiles.Tile{Z: zoom, X: rapid.IntRange(0, side-2).Draw(t, "x"), Y: rapid.IntRange(0, side-2).Draw(t, "y")}
		east, south := tile, tile
		east.X++
		south.Y++
		if tile.Bound().Max.Lon() != east.Bound().Min.Lon() || tile.Bound().Min.Lat() != south.Bound().Max.Lat() {
			t.Errorf("%v is %v, east of it %v, south of it %v", tile, tile.Bound(), east.Bound(), south.Bound())
		}
	})
}

func TestSameContentIsTheSameBytes(t *testing.T) {
	w, again := newTown(t), newTown(t)
	for _, zoom := range []int{5, 12, 15} {
		for _, tile := range over(w.bound, zoom) {
			for name, draw := range map[string]func(town) ([]byte, error){
				"hotspots":   func(w town) ([]byte, error) { return tiles.Hotspots(w.scheme, w.cube, data.Query{}, tile) },
				"boundaries": func(w town) ([]byte, error) { return w.outlines.Tile(tile) },
				"pickups": func(w town) ([]byte, error) {
					return tiles.Pickups(within(w.pickups, tile), nil, w.scheme.Location, tile)
				},
			} {
				one, err := draw(w)
				check(t, err)
				other, err := draw(again)
				check(t, err)
				if !bytes.Equal(one, other) {
					t.Errorf("%s of %v: %d bytes differ from %d", name, tile, len(one), len(other))
				}
			}
		}
	}
}

func TestTileWhereThereIsNothingIsEmpty(t *testing.T) {
	w := newTown(t)
	tile := tiles.Tile{Z: 12, X: 0, Y: 0}
	hotspots, err := tiles.Hotspots(w.scheme, w.cube, data.Query{}, tile)
	check(t, err)
	boundaries, err := w.outlines.Tile(tile)
	check(t, err)
	pickups, err := tiles.Pickups(nil, nil, w.scheme.Location, tile)
	check(t, err)
	if hotspots == nil || boundaries == nil || pickups == nil || len(hotspots)+len(boundaries)+len(pickups) > 0 {
		t.Errorf("%v %v %v", hotspots, boundaries, pickups)
	}
}
