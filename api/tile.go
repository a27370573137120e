package api

import (
	"context"
	"fmt"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/geo"
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
	if _, ok := layers[in.Layer]; !ok {
		return answer{}, noLayer(in.Layer)
	}
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

func (s *staff) boundaryTile(in *tileInput, tile tiles.Tile) ([]byte, error) {
	var classifier *geo.Classifier
	err := s.Live.Read(func(settings *intake.Settings, c *cube.Cube) (err error) {
		_, classifier, err = boundaryAt(settings, c, in.At)
		return err
	})
	if err != nil || classifier == nil {
		return []byte{}, err
	}
	return s.outlines.of(classifier).Tile(tile)
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
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Tiles        []string      `json:"tiles"`
	VectorLayers []vectorLayer `json:"vector_layers"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       *[4]float64   `json:"bounds,omitempty"`
}

type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	Fields      map[string]string `json:"fields"`
}

// layer is what TileJSON says of a layer.
type layer struct {
	description string
	minZoom     int
	perKind     bool // has a number for each kind
	fields      map[string]string
}

var layers = map[string]layer{
	"hotspots": {"Squares with the counts of what was found in them; the level goes by the zoom", 0, true, map[string]string{
		"square": "Name of the square", "level": "Its side is 125 m × 2^level", "n": "Items", "visits": "Visits",
	}},
	"boundaries": {"Areas in force", 0, false, map[string]string{"id": "Id", "name": "Name", "class": "Class"}},
	"pickups": {"Single pickups", tiles.PickupsFrom, true, map[string]string{
		"at": "Time, as exactly as it is known", "class": "Class", "n": "Items", "visits": "Always 1",
	}},
}

func (s *staff) tileJSON(_ context.Context, in *tileJSONInput) (a answer, err error) {
	layer, ok := layers[in.Layer]
	if !ok {
		return a, noLayer(in.Layer)
	}
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		if _, err := in.query(settings.Scheme); err != nil {
			return err
		}
		fields := map[string]string{}
		for name, text := range layer.fields {
			fields[name] = text
		}
		for _, kind := range settings.Scheme.Kinds {
			if layer.perKind {
				fields[kind.ID] = kind.Title
			}
		}
		a, err = asJSON(tileJSONAnswer{
			TileJSON: "3.0.0", Name: settings.Scheme.Name + ": " + in.Layer,
			Tiles:        []string{s.Origin + "/v1/tiles/" + in.Layer + "/{z}/{x}/{y}.mvt" + in.suffix()},
			VectorLayers: []vectorLayer{{in.Layer, layer.description, fields}},
			MinZoom:      layer.minZoom, MaxZoom: tiles.MaxZoom, Bounds: bounds(settings, c),
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
