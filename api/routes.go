package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"commonground/data"
	"commonground/data/intake"
)

// role says who may call a route. Sign-in is still to come; until then the
// table states what it will ask for, and the server listens on loopback only.
type role string

const (
	anyone  role = "anyone"
	crew    role = "crew"
	sender  role = "sender"
	planner role = "planner"
	steward role = "steward"
)

// route is one line of the table.
type route struct {
	method  string
	path    string
	role    role
	summary string
	handler func(huma.API, huma.Operation)
}

// routes is the table of everything that the staff half answers to.
func (s *staff) routes() []route {
	return []route{
		{http.MethodGet, "/v1/scheme", planner, "The deployment's settings, and the span of its records", read(s, s.scheme, schemeAnswer{})},
		{http.MethodGet, "/v1/counts", planner, "Items and visits by week, class, kind, area and square", read(s, s.counts, countsAnswer{})},
		{http.MethodGet, "/v1/locations", planner, "Squares × classes, ranked by items", read(s, s.locations, locationsAnswer{})},
		{http.MethodGet, "/v1/boundaries", planner, "The areas in force on a day, as GeoJSON", read(s, s.boundaries, boundariesAnswer{})},
		{http.MethodGet, "/v1/boundaries/versions", planner, "Every version of the boundary", read(s, s.versions, versionsAnswer{})},
		{http.MethodPost, "/v1/boundaries/preview", steward, "What a new version of the boundary would change; nothing is stored", change(s, s.previewBoundary, previewAnswer{})},
		{http.MethodPost, "/v1/boundaries", steward, "Put in a version of the boundary and classify the records of its span again", change(s, s.putBoundary, changedAnswer{})},
		{http.MethodPost, "/v1/boundaries/undo", steward, "Take the latest version of the boundary back", change(s, s.undoBoundary, changedAnswer{})},
		{http.MethodGet, "/v1/tiles/{layer}.json", planner, "What a layer of tiles holds, as TileJSON 3.0.0", read(s, s.tileJSON, tileJSONAnswer{})},
		{http.MethodGet, "/v1/tiles/{layer}/{z}/{x}/{y}.mvt", planner, "A tile, as Mapbox Vector Tile 2.1", tile(s)},
		{http.MethodPost, "/v1/classify", planner, "The places of up to a million points", bulk(s)},
		{http.MethodPost, "/v1/pickups", crew, "Send one pickup or a batch; sending again is harmless", write(s, s.postPickups, receiptsAnswer{}, pickupBody{})},
		{http.MethodPost, "/v1/incidents", sender, "Send one incident or a batch; sending again is harmless", write(s, s.postIncidents, receiptsAnswer{}, incidentBody{})},
		{http.MethodGet, "/healthz", anyone, "Whether the process runs", read(s, s.health, nil)},
		{http.MethodGet, "/readyz", anyone, "Whether counts are loaded", read(s, s.ready, nil)},
	}
}

// staff holds what its handlers work with.
type staff struct {
	Config
	tiles    *tileCache
	outlines outlines
}

func newStaff(config Config) *staff {
	return &staff{Config: config, tiles: newTileCache(config.TileCacheBytes)}
}

// mount puts the table, its description and the staff pages on a router.
func (s *staff) mount(router chi.Router) {
	s.tiles.follow(s.Live)
	router.Group(func(router chi.Router) {
		router.Use(staffHeaders)
		config := huma.DefaultConfig("Common Ground", "0.1.0")
		config.CreateHooks, config.DocsPath, config.SchemasPath = nil, "", ""
		config.RejectUnknownQueryParameters = true
		api := humachi.New(router, config)
		for _, r := range s.routes() {
			r.handler(api, huma.Operation{
				Method: r.method, Path: r.path, Summary: r.summary, OperationID: operationID(r),
				Description: "Role: " + string(r.role) + ".",
			})
		}
		mountDocs(router, api.OpenAPI())
		serve := files(s.Pages, "private, no-cache")
		router.Get("/staff", http.RedirectHandler("/staff/", http.StatusMovedPermanently).ServeHTTP)
		router.Get("/staff/*", serve)
	})
}

// operationID names a route in the description, such as
// "get-v1-tiles-layer-json".
func operationID(r route) string {
	words := strings.FieldsFunc(r.path, func(c rune) bool { return strings.ContainsRune("/{}.", c) })
	return strings.ToLower(r.method) + "-" + strings.Join(words, "-")
}

// fail turns an error into a status; only here. What it doesn't know is a
// fault of ours, told to the log and not to the caller.
func (s *staff) fail(ctx context.Context, err error) error {
	var known huma.StatusError
	var refusal intake.Refusal
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, data.ErrNoScheme):
		return huma.Error503ServiceUnavailable("the records are still being loaded, or there is no scheme yet; try again shortly")
	case errors.Is(err, data.ErrTooMany):
		return huma.NewError(http.StatusRequestEntityTooLarge, "there is more here than one answer holds; ask for a smaller part")
	case errors.As(err, &refusal):
		return huma.Error422UnprocessableEntity(refusal.Error())
	case errors.Is(err, intake.ErrNoVersion):
		return huma.Error409Conflict(intake.ErrNoVersion.Error())
	case errors.Is(err, data.ErrStale):
		return huma.Error409Conflict("the settings changed at this moment, so nothing was done; look at them, then try again")
	case ctx.Err() != nil:
		return huma.NewError(499, "the caller went away")
	}
	s.Log.Error("request failed", "error", err)
	return huma.Error500InternalServerError("something went wrong here; nothing was changed by this request, try again")
}

// invalid is a caller's mistake, told in the words of the error.
func invalid(err error) error {
	return huma.Error400BadRequest(err.Error())
}
