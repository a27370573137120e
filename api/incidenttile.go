package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/tiles"
)

type incidentTileInput struct {
	IncidentParams
	Z int `path:"z"`
	X int `path:"x"`
	Y int `path:"y"`
}

// incidentTile makes the route of a layer of incidents. Its tiles are drawn anew
// for each request and kept by nobody: not here, where others' tiles are, and
// not by the caller.
func incidentTile(s *staff, layer string) func(huma.API, huma.Operation) {
	return rawTile[incidentTileInput](s, func(w http.ResponseWriter, r *http.Request) error { return s.serveIncidentTile(w, r, layer) })
}

func (s *staff) serveIncidentTile(w http.ResponseWriter, r *http.Request, layer string) error {
	in, tile, err := readIncidentTile(r)
	if err != nil {
		return err
	}
	if err := tile.Check(); err != nil {
		return invalid(err)
	}
	now, q, err := s.askIncidents(&in)
	if err != nil {
		return err
	}
	content, err := s.drawIncidents(r.Context(), layer, tile, now, q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mvtType)
	_, _ = w.Write(content) // the only error is a caller that went away
	return nil
}

// drawIncidents draws a tile of incidents.
func (s *staff) drawIncidents(ctx context.Context, layer string, tile tiles.Tile, now cube.Moment, q incidents.Query) ([]byte, error) {
	end, err := s.turns.take(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	scheme := now.Settings.Scheme
	switch {
	case layer == "incident-hotspots":
		return tiles.IncidentHotspots(now.Incidents, q, scheme, tile), nil
	case tile.Z < tiles.IncidentsFrom:
		return nil, invalid(fmt.Errorf("single incidents are drawn from zoom %d on", tiles.IncidentsFrom))
	}
	return tiles.Incidents(now.Incidents.Selected(q), scheme, tile), nil
}

// readIncidentTile reads a request for a tile of incidents.
func readIncidentTile(r *http.Request) (in IncidentParams, tile tiles.Tile, err error) {
	if tile, err = tileOf(r); err != nil {
		return in, tile, err
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return in, tile, huma.Error422UnprocessableEntity("the filter can't be read: " + err.Error())
	}
	common, err := readFilter(values, "categories")
	if err == nil && common.Kinds != nil {
		err = huma.Error422UnprocessableEntity(`there is no parameter "kinds"`)
	}
	in = IncidentParams{
		Weeks: common.Weeks, Categories: listOf(values, "categories"), Classes: common.Classes, Area: common.Area,
		BBox: common.BBox, Square: common.Square,
	}
	return in, tile, err
}

// tileOf reads which tile an address names.
func tileOf(r *http.Request) (tile tiles.Tile, err error) {
	for i, into := range [...]*int{&tile.Z, &tile.X, &tile.Y} {
		name := "zxy"[i : i+1]
		if *into, err = strconv.Atoi(chi.URLParam(r, name)); err != nil {
			return tile, huma.Error422UnprocessableEntity(fmt.Sprintf("%s: %q is no whole number", name, chi.URLParam(r, name)))
		}
	}
	return tile, nil
}
