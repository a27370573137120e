package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/tiles"
)

// source is what layers are drawn from.
type source struct {
	store    data.Store
	settings *intake.Settings
	counts   *cube.Cube
}

// drawing is a layer under a filter, drawn as the server draws it.
type drawing struct {
	filter string
	// boxes are around what is drawn at a zoom, in degrees.
	boxes func(zoom int) []orb.Bound
	draw  func(context.Context, tiles.Tile) ([]byte, error)
}

// drawing returns the layer that the flags name, under their filter.
func (c *exportTiles) drawing(ctx context.Context, from source) (drawing, error) {
	filter := data.Filter{Weeks: c.Weeks, Kinds: c.Kinds, Classes: c.Classes, Area: c.Area, BBox: c.BBox}
	if c.Layer == "boundaries" {
		if filter.String() != "" {
			return drawing{}, fmt.Errorf("boundaries are whole, without a filter: leave out %s; --at chooses their day", filter)
		}
		return from.boundaries(c.At)
	}
	if c.At != "" {
		return drawing{}, fmt.Errorf("--at chooses among boundaries; for %s use --weeks", c.Layer)
	}
	q, err := from.settings.Scheme.Query(filter)
	if err != nil {
		return drawing{}, err
	}
	d := from.hotspots(q)
	if c.Layer == "pickups" {
		d, err = from.pickups(ctx, q)
	}
	d.filter = filter.String()
	return d, err
}

func (s source) hotspots(q data.Query) drawing {
	return drawing{
		boxes: func(zoom int) []orb.Bound { return tiles.HotspotBoxes(s.settings.Scheme, s.counts, q, zoom) },
		draw: func(_ context.Context, tile tiles.Tile) ([]byte, error) {
			return tiles.Hotspots(s.settings.Scheme, s.counts, q, tile)
		},
	}
}

// boundaries draws the areas in force on a day, the same one as the server
// chooses where none is given.
func (s source) boundaries(at string) (drawing, error) {
	boundary, classifier, err := s.settings.BoundaryOn(at, s.counts.Weeks())
	if err != nil {
		return drawing{}, err
	}
	if classifier == nil {
		return drawing{}, errors.New("no boundary was in force then; this lists them: commonground boundaries list")
	}
	var boxes []orb.Bound
	for _, area := range classifier.Areas() {
		boxes = append(boxes, area.Shape.Bound())
	}
	outlines := tiles.NewOutlines(classifier)
	return drawing{
		filter: fmt.Sprintf("boundary version %d, in force %s", boundary.Version, spanText(s.settings.Scheme, boundary)),
		boxes:  func(int) []orb.Bound { return boxes },
		draw: func(_ context.Context, tile tiles.Tile) ([]byte, error) {
			return outlines.Tile(tile)
		},
	}, nil
}

// maxInTile bounds the pickups that are held at once to draw a tile.
const maxInTile = 1_000_000

// pickups draws single pickups. Where they are is read once, and what they say
// tile by tile, so that a store of any size can be drawn.
func (s source) pickups(ctx context.Context, q data.Query) (drawing, error) {
	selects := s.counts.Selects(q)
	boxes, err := s.boxesOfPickups(ctx, selects)
	return drawing{
		boxes: func(int) []orb.Bound { return boxes },
		draw: func(ctx context.Context, tile tiles.Tile) ([]byte, error) {
			in, err := s.store.PickupsIn(ctx, tile.Bound(), maxInTile)
			if err != nil {
				return nil, err
			}
			var selected []data.Pickup
			for _, p := range in {
				if selects(p) {
					selected = append(selected, p)
				}
			}
			return tiles.Pickups(selected, q.Kinds, s.settings.Scheme.Location, tile)
		},
	}, err
}

func (s source) boxesOfPickups(ctx context.Context, selects func(data.Pickup) bool) ([]orb.Bound, error) {
	_, all, err := s.store.Pickups(ctx)
	if err != nil {
		return nil, err
	}
	var boxes []orb.Bound
	for p, err := range all {
		if err != nil {
			return nil, err
		}
		if p.Point != nil && selects(p) {
			boxes = append(boxes, p.Point.Orb().Bound())
		}
	}
	return boxes, nil
}
