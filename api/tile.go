package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

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

// readTile reads a request for a tile. What is wrong with it is told in the
// words of the other routes.
func readTile(r *http.Request) (in tileInput, err error) {
	in.Layer = chi.URLParam(r, "layer")
	if !tiles.IsLayer(in.Layer) {
		return in, noLayer(in.Layer)
	}
	for i, into := range [...]*int{&in.Z, &in.X, &in.Y} {
		name := "zxy"[i : i+1]
		if *into, err = strconv.Atoi(chi.URLParam(r, name)); err != nil {
			return in, huma.Error422UnprocessableEntity(fmt.Sprintf("%s: %q is no whole number", name, chi.URLParam(r, name)))
		}
	}
	if r.URL.RawQuery == "" {
		return in, nil
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return in, huma.Error422UnprocessableEntity("the filter can't be read: " + err.Error())
	}
	if in.FilterParams, err = readFilter(values, "at"); err != nil {
		return in, err
	}
	if in.At = values.Get("at"); in.At != "" && in.Layer != "boundaries" {
		return in, huma.Error422UnprocessableEntity("at chooses among boundaries; for other layers there is weeks")
	}
	return in, nil
}

// draw draws the tile that is asked for.
func (s *staff) draw(ctx context.Context, in *tileInput, now cube.Moment, q data.Query) ([]byte, error) {
	tile := tiles.Tile{Z: in.Z, X: in.X, Y: in.Y}
	switch in.Layer {
	case "hotspots":
		return tiles.Hotspots(now.Settings.Scheme, now.Cube, q, tile)
	case "boundaries":
		_, classifier, err := boundaryAt(now.Settings, now.Cube, in.At)
		if err != nil || classifier == nil {
			return []byte{}, err
		}
		return s.outlines.of(classifier).Tile(tile)
	case "pickups":
		return s.pickups(ctx, in, now, q)
	}
	return nil, noLayer(in.Layer)
}

// maxPickups bounds one tile of single pickups; a street corner visited every
// day for a century stays below it.
const maxPickups = 50_000

func (s *staff) pickups(ctx context.Context, in *tileInput, now cube.Moment, q data.Query) ([]byte, error) {
	tile := tiles.Tile{Z: in.Z, X: in.X, Y: in.Y}
	if tile.Z < tiles.PickupsFrom {
		return nil, invalid(fmt.Errorf("single pickups are drawn from zoom %d on", tiles.PickupsFrom))
	}
	inTile, err := s.Store.PickupsIn(ctx, tile.Bound(), maxPickups)
	if err != nil {
		return nil, err
	}
	selects := now.Cube.Selects(q)
	selected := slices.DeleteFunc(inTile, func(p data.Pickup) bool { return !selects(p) })
	return tiles.Pickups(selected, in.Kinds, now.Settings.Scheme.Location, tile)
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
