package api

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/scores"
	"commonground/geo/grid"
	"commonground/tiles"
)

type tileInput struct {
	Conditional
	FilterParams
	Z  int    `path:"z"`
	X  int    `path:"x"`
	Y  int    `path:"y"`
	At string `query:"at" doc:"for the layer boundaries: a date"`
	// Scores says what is scored; empty for nothing.
	Scores string `query:"scores" enum:"items,per_visit" doc:"for the layer hotspots: adds z, q, category, hot and cold of each square, as /v1/hotspots has them for the tile's level"`

	layer  string
	scored *keptScores // nil for none
}

// readTile reads a request for a tile of a layer. What is wrong with it is told
// in the words of the other routes.
func readTile(r *http.Request, layer string) (in tileInput, err error) {
	in.layer = layer
	tile, err := tileOf(r)
	if err != nil {
		return in, err
	}
	in.Z, in.X, in.Y = tile.Z, tile.X, tile.Y
	if r.URL.RawQuery == "" {
		return in, nil
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return in, huma.Error422UnprocessableEntity("the filter can't be read: " + err.Error())
	}
	if in.FilterParams, err = readFilter(values, "at", "scores"); err != nil {
		return in, err
	}
	if in.At = values.Get("at"); in.At != "" && in.layer != "boundaries" {
		return in, huma.Error422UnprocessableEntity("at chooses among boundaries; for other layers there is weeks")
	}
	if in.Scores = values.Get("scores"); in.Scores == "" {
		return in, nil
	}
	if value := scores.Value(in.Scores); in.layer != "hotspots" || value != scores.Items && value != scores.PerVisit {
		return in, huma.Error422UnprocessableEntity("scores: use items or per_visit, for the layer hotspots")
	}
	return in, nil
}

// scoreTile finds the scores that a tile is to show, and gives its key their number.
func (s *staff) scoreTile(ctx context.Context, in *tileInput, key *tileKey, now cube.Moment, query data.Query) error {
	if in.Scores == "" {
		return nil
	}
	if err := in.mayScore(scores.Value(in.Scores)); err != nil {
		return err
	}
	q := s.asking(now, query)
	q.Level, q.Value = now.Settings.Scheme.Grid.LevelForZoom(in.Z), scores.Value(in.Scores)
	found, err := s.scored(ctx, q, in.text(), now)
	if err != nil {
		return err
	}
	in.scored, key.scores = found, found.number
	return nil
}

// scoreOf returns what a tile says of a square's score.
func (k *keptScores) scoreOf(key grid.Key) (tiles.Score, bool) {
	square, ok := k.Of(key)
	if !ok || !square.OK {
		return tiles.Score{}, false
	}
	score := tiles.Score{Z: square.Z, Q: square.Q, Hot: square.Hot(), Cold: square.Cold()}
	if k.Scored.Steps > 0 {
		score.Category = square.Emerged.Category.String()
	}
	return score, true
}

// draw draws the tile that is asked for.
func (s *staff) draw(ctx context.Context, in *tileInput, now cube.Moment, q data.Query) ([]byte, error) {
	end, err := s.turns.take(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	tile := tiles.Tile{Z: in.Z, X: in.X, Y: in.Y}
	switch in.layer {
	case "hotspots":
		if in.scored != nil {
			return tiles.ScoredHotspots(now.Settings.Scheme, now.Cube, q, tile, in.scored.scoreOf)
		}
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
	panic("no such layer: " + in.layer) // the table of routes names only these
}

// foundAny reports whether a pickup found something of some kinds.
func foundAny(p data.Pickup, kinds []string) bool {
	return slices.ContainsFunc(p.Found, func(q data.Quantity) bool { return q.Items > 0 && slices.Contains(kinds, q.Kind) })
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
	selected := slices.DeleteFunc(inTile, func(p data.Pickup) bool { return !selects(p) || in.restricted && !foundAny(p, in.Kinds) })
	return tiles.Pickups(selected, in.Kinds, now.Settings.Scheme.Location, tile)
}

type tileJSONInput struct {
	Conditional
	FilterParams
	At     string `query:"at" doc:"for the layer boundaries: a date"`
	Scores string `query:"scores" enum:"items,per_visit" doc:"for the layer hotspots: what its squares are scored by"`
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

// tileJSON makes the route of what a layer holds.
func tileJSON(s *staff, layer string) func(huma.API, huma.Operation) {
	return read(s, func(ctx context.Context, in *tileJSONInput) (answer, error) { return s.tileJSON(ctx, in, layer) }, tileJSONAnswer{})
}

func (s *staff) tileJSON(ctx context.Context, in *tileJSONInput, name string) (answer, error) {
	now, err := s.Live.Now()
	if err != nil {
		return answer{}, err
	}
	scheme, suffix := now.Settings.Scheme, in.suffix()
	layer, _ := tiles.Describe(name, scheme)
	if name != "boundaries" { // they are about no record
		if _, err := in.query(ctx, scheme); err != nil {
			return answer{}, err
		}
		in.describe(&layer, scheme)
	}
	if in.Scores != "" {
		if name != "hotspots" {
			return answer{}, huma.Error422UnprocessableEntity("scores: only the layer hotspots has any")
		}
		if err := in.mayScore(scores.Value(in.Scores)); err != nil {
			return answer{}, err
		}
		maps.Copy(layer.Fields, tiles.ScoreFields())
	}
	return asJSON(tileJSONAnswer{
		TileJSON: "3.0.0", Name: scheme.Name + ": " + name,
		Tiles:        []string{s.Origin + "/v1/tiles/" + name + "/{z}/{x}/{y}.mvt" + suffix},
		VectorLayers: []tiles.VectorLayer{layer},
		MinZoom:      layer.MinZoom, MaxZoom: layer.MaxZoom, Bounds: bounds(now.Settings, now.Cube),
	})
}

// describe leaves out of a layer's description what its caller doesn't see.
func (in *tileJSONInput) describe(layer *tiles.VectorLayer, scheme *data.Scheme) {
	if !in.restricted {
		return
	}
	for _, kind := range scheme.Kinds {
		if !slices.Contains(in.Kinds, kind.ID) {
			delete(layer.Fields, kind.ID)
		}
	}
	delete(layer.Fields, "visits")
	delete(layer.Fields, "finds_per_visit")
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
	set("scores", in.Scores)
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
