package api

import (
	"context"
	"fmt"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/tiles"
)

type tileInput struct {
	Conditional
	FilterParams
	Layer string `path:"layer"`
	Z     int    `path:"z"`
	X     int    `path:"x"`
	Y     int    `path:"y"`
	At    string `query:"at" doc:"for the layer boundaries: a date"`
}

func noLayer(name string) error {
	return huma.Error404NotFound(fmt.Sprintf("there is no layer %q; there are hotspots, boundaries and pickups", name))
}

func (s *staff) tile(ctx context.Context, in *tileInput) (answer, error) {
	tile := tiles.Tile{Z: in.Z, X: in.X, Y: in.Y}
	if err := tile.Check(); err != nil {
		return answer{}, invalid(err)
	}
	var body []byte
	var err error
	switch in.Layer {
	case "hotspots":
		body, err = s.hotspots(in, tile)
	case "boundaries":
		body, err = s.boundaryTile(in, tile)
	case "pickups":
		body, err = s.pickups(ctx, in, tile)
	default:
		err = noLayer(in.Layer)
	}
	return answer{contentType: mvtType, body: body}, err
}

func (s *staff) hotspots(in *tileInput, tile tiles.Tile) (body []byte, err error) {
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		q, err := in.query(settings.Scheme)
		if err != nil {
			return err
		}
		body, err = tiles.Hotspots(settings.Scheme, c, q, tile)
		return err
	})
	return body, err
}

func (s *staff) boundaryTile(in *tileInput, tile tiles.Tile) (body []byte, err error) {
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		_, classifier, err := boundaryAt(settings, c, in.At)
		if err != nil || classifier == nil {
			body = []byte{}
			return err
		}
		body, err = tiles.Boundaries(classifier, tile)
		return err
	})
	return body, err
}

// maxPickups bounds one tile of single pickups; a street corner visited every
// day for a century stays below it.
const maxPickups = 50_000

func (s *staff) pickups(ctx context.Context, in *tileInput, tile tiles.Tile) ([]byte, error) {
	if tile.Z < tiles.PickupsFrom {
		return nil, invalid(fmt.Errorf("single pickups are drawn from zoom %d on", tiles.PickupsFrom))
	}
	inTile, err := s.Store.PickupsIn(ctx, tile.Bound(), maxPickups)
	if err != nil {
		return nil, err
	}
	var selected []data.Pickup
	var scheme *data.Scheme
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		scheme = settings.Scheme
		q, err := in.query(scheme)
		if err != nil {
			return err
		}
		selects := c.Selects(q)
		for _, p := range inTile {
			if selects(p) {
				selected = append(selected, p)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return tiles.Pickups(selected, in.Kinds, scheme.Location, tile)
}

type tileJSONInput struct {
	Conditional
	FilterParams
	Layer string `path:"layer"`
	At    string `query:"at" doc:"for the layer boundaries: a date"`
}

// tileJSONAnswer follows TileJSON 3.0.0.
type tileJSONAnswer struct {
	TileJSON     string              `json:"tilejson"`
	Name         string              `json:"name"`
	Tiles        []string            `json:"tiles"`
	VectorLayers []tiles.VectorLayer `json:"vector_layers"`
	MinZoom      int                 `json:"minzoom"`
	MaxZoom      int                 `json:"maxzoom"`
	Bounds       *[4]float64         `json:"bounds,omitempty"`
}

func (s *staff) tileJSON(_ context.Context, in *tileJSONInput) (a answer, err error) {
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		layer, ok := tiles.Describe(in.Layer, settings.Scheme)
		if !ok {
			return noLayer(in.Layer)
		}
		if _, err := in.query(settings.Scheme); err != nil {
			return err
		}
		a, err = asJSON(tileJSONAnswer{
			TileJSON: "3.0.0", Name: settings.Scheme.Name + ": " + in.Layer,
			Tiles:        []string{s.Origin + "/v1/tiles/" + in.Layer + "/{z}/{x}/{y}.mvt" + in.suffix()},
			VectorLayers: []tiles.VectorLayer{layer},
			MinZoom:      layer.MinZoom, MaxZoom: layer.MaxZoom, Bounds: bounds(settings, c),
		})
		return err
	})
	return a, err
}

// suffix writes the filter as the query of an address.
func (in *tileJSONInput) suffix() string {
	values := url.Values{}
	set := func(name, text string) {
		if text != "" {
			values.Set(name, text)
		}
	}
	set("weeks", in.Weeks)
	set("kinds", join(in.Kinds))
	set("classes", join(in.Classes))
	set("area", in.Area)
	set("bbox", join(in.BBox))
	set("at", in.At)
	if in.Square != 0 {
		set("square", fmt.Sprint(in.Square))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func join[T any](values []T) string {
	text := ""
	for i, value := range values {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprint(value)
	}
	return text
}
