// Package tiles draws counts, areas and points as Mapbox Vector Tiles 2.1. A
// tile is whole or it is an error, never a layer short; the same content is
// the same bytes.
package tiles

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"commonground/data/cube"
)

// Extent is the number of units along the side of a tile.
const Extent = cube.TileExtent

// MaxZoom is the highest zoom of every layer. Clients draw higher ones from it.
const MaxZoom = 16

// Tile names a tile of the web Mercator scheme: zoom, column and row.
type Tile struct {
	Z, X, Y int
}

// Check refuses a tile that is out of range.
func (t Tile) Check() error {
	if t.Z < 0 || t.Z > MaxZoom {
		return fmt.Errorf("zoom %d: there are tiles of zoom 0 to %d", t.Z, MaxZoom)
	}
	if side := 1 << t.Z; t.X < 0 || t.X >= side || t.Y < 0 || t.Y >= side {
		return fmt.Errorf("tile %d/%d/%d: at zoom %d columns and rows go from 0 to %d", t.Z, t.X, t.Y, t.Z, side-1)
	}
	return nil
}

// Bound returns the tile's box in degrees. Neighbours share its lines to the
// last bit, so a half-open box holds each point in one tile.
func (t Tile) Bound() orb.Bound {
	return maptile.New(uint32(t.X), uint32(t.Y), maptile.Zoom(t.Z)).Bound()
}

// project returns where a position in degrees lies on the tile, in units from
// its north-west corner.
func (t Tile) project(lon, lat float64) orb.Point {
	on := newOntoTile(t)
	return on.place(cube.World(lon, lat))
}

// round puts a projected point on the tile's lattice.
func round(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]), math.Round(p[1])}
}

// encode writes one layer; a tile without features is empty.
func encode(name string, features []*geojson.Feature) ([]byte, error) {
	layer := &mvt.Layer{Name: name, Version: 2, Extent: Extent, Features: features}
	if len(features) == 0 {
		return []byte{}, nil
	}
	encoded, err := mvt.Marshal(mvt.Layers{layer})
	if err != nil {
		return nil, fmt.Errorf("encoding layer %s: %w", name, err)
	}
	return encoded, nil
}

func feature(id uint64, geometry orb.Geometry, properties geojson.Properties) *geojson.Feature {
	return &geojson.Feature{ID: id, Geometry: geometry, Properties: properties}
}
