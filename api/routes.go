package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/export"
	"commonground/data/imports"
	"commonground/data/intake"
	"commonground/data/release"
	"commonground/data/report"
	"commonground/data/scores"
)

// route is one line of the table.
type route struct {
	method  string
	path    string
	roles   data.Roles
	logged  audit.Action // empty where looks are not logged
	summary string
	handler func(huma.API, huma.Operation)
	// incidents marks what shows single incidents or their places: a reason must
	// have been given.
	incidents bool
}

const incidentCountsPath = "/v1/incidents/counts"

// Who may call a route.
var (
	everyone   = data.Roles{public}
	staffOnly  = data.Roles{data.Crew, data.Planner, data.Police, data.Steward}
	lookers    = data.Roles{data.Planner, data.Police}
	overseers  = data.Roles{data.Planner, data.Police, data.Steward}
	pickupsIn  = data.Roles{data.Crew, data.Sender}
	pickupsFix = data.Roles{data.Crew, data.Sender, data.Planner}
	callsIn    = data.Roles{data.Sender, data.Police}
	senders    = data.Roles{data.Sender}
	returners  = data.Roles{data.Sender, data.Steward}
	planners   = data.Roles{data.Planner}
	doubters   = data.Roles{data.Planner, data.Steward}
	police     = data.Roles{data.Police}
	steward    = data.Roles{data.Steward}
	importers  = data.Roles{data.Sender, data.Planner, data.Police}
)

// routes is the table of everything that the staff half answers to.
func (s *staff) routes() []route {
	return slices.Concat(s.lookingRoutes(), s.scoringRoutes(), s.incidentRoutes(), s.changingRoutes(), s.stewardRoutes(), s.releaseRoutes(), s.returnRoutes(), s.reportRoutes(), s.exportRoutes(), s.open311Routes(), s.importRoutes(), []route{
		{http.MethodGet, "/v1/me", data.AllRoles, "", "Who the caller is, and what is still asked of them", read(s, s.me, meAnswer{}), false},
		{http.MethodPut, "/v1/me/reason", police, audit.Look, "Say why you look at incidents, once for each sign-in", s.reason(), false},
		{http.MethodGet, "/healthz", everyone, "", "Whether the process runs", read(s, s.health, nil), false},
		{http.MethodGet, "/readyz", everyone, "", "Whether counts are loaded", read(s, s.ready, nil), false},
	})
}

// lookingRoutes are about pickups and boundaries.
func (s *staff) lookingRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/scheme", staffOnly, "", "The deployment's settings, and the span of its records", read(s, s.scheme, schemeAnswer{}), false},
		{http.MethodGet, "/v1/counts", lookers, "", "Items and visits by week, class, kind, area and square", read(s, s.counts, countsAnswer{}), false},
		{http.MethodGet, "/v1/locations", lookers, "", "Squares × classes, ranked by items", tagged(s, s.flaggedLocations, locationsAnswer{}), false},
		{http.MethodGet, "/v1/quality", doubters, "", "What is doubtful in the pickups, by source and week", tagged(s, s.quality, qualityAnswer{}), false},
		{http.MethodGet, "/v1/boundaries", overseers, "", "The areas in force on a day, as GeoJSON", read(s, s.boundaries, boundariesAnswer{}), false},
		{http.MethodGet, "/v1/boundaries/versions", overseers, "", "Every version of the boundary", read(s, s.versions, versionsAnswer{}), false},
		{http.MethodPost, "/v1/classify", overseers, "", "The places of up to a million points", bulk(s), false},
		{http.MethodGet, "/v1/tiles/hotspots.json", lookers, "", "What the layer of hotspots holds, as TileJSON 3.0.0", tileJSON(s, "hotspots"), false},
		{http.MethodGet, "/v1/tiles/hotspots/{z}/{x}/{y}.mvt", lookers, "", "A tile of hotspots, as Mapbox Vector Tile 2.1", tile(s, "hotspots"), false},
		{http.MethodGet, "/v1/tiles/pickups.json", lookers, "", "What the layer of single pickups holds", tileJSON(s, "pickups"), false},
		{http.MethodGet, "/v1/tiles/pickups/{z}/{x}/{y}.mvt", lookers, "", "A tile of single pickups", tile(s, "pickups"), false},
		{http.MethodGet, "/v1/tiles/boundaries.json", overseers, "", "What the layer of boundaries holds", tileJSON(s, "boundaries"), false},
		{http.MethodGet, "/v1/tiles/boundaries/{z}/{x}/{y}.mvt", overseers, "", "A tile of the areas in force", tile(s, "boundaries"), false},
	}
}

// scoringRoutes are about what of the pickups is more than chance.
func (s *staff) scoringRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/hotspots", lookers, "", "Squares with more than chance would put there, and why", tagged(s, s.hotspots, hotspotsAnswer{}), false},
		{http.MethodGet, "/v1/trends", lookers, "", "Whether items rise or fall week by week, by class, kind or square", tagged(s, s.trends, trendsAnswer{}), false},
		{http.MethodGet, "/v1/concentration", lookers, "", "How unevenly items lie on locations, beside chance", tagged(s, s.concentration, concentrationAnswer{}), false},
		{http.MethodGet, "/v1/forecast", planners, "", "Items expected on each square next week, and how good such forecasts were", tagged(s, s.forecast, forecastAnswer{}), false},
		{http.MethodGet, "/v1/bins", planners, "", "Where sharps bins would stand nearest to most items", tagged(s, s.bins, binsAnswer{}), false},
		{http.MethodGet, "/v1/displacement", planners, "", "Whether items moved away when something was done", tagged(s, s.displacement, displacementAnswer{}), false},
		{http.MethodPost, "/v1/rounds", planners, "", "A round of one crew on foot; nothing is stored", computing(s, s.round, roundAnswer{}), false},
	}
}

// incidentRoutes are about incidents.
func (s *staff) incidentRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/incidents", police, audit.Look, "Incidents with their place, the latest first", read(s, s.incidents, incidentsAnswer{}), true},
		{http.MethodGet, incidentCountsPath, lookers, audit.Look, "Incidents by category, week, class and outcome", read(s, s.incidentCounts, incidentCountsAnswer{}), false},
		{http.MethodGet, "/v1/incidents/hours", police, audit.Look, "Incidents by category, weekday and hour", read(s, s.incidentHours, hoursAnswer{}), true},
		{http.MethodGet, "/v1/incidents/places", police, audit.Look, "Squares with the most reports of one category, ten at most, and why", tagged(s, s.incidentPlaces, incidentPlacesAnswer{}), true},
		{http.MethodGet, "/v1/incidents/response", police, audit.Look, "How long it took until someone came, and why nobody went, beside the weeks before", read(s, s.incidentResponse, responseAnswer{}), true},
		{http.MethodGet, "/v1/incidents/quality", police, audit.Look, "What is doubtful in the incidents, by source and week, in numbers alone", tagged(s, s.incidentQuality, incidentQualityAnswer{}), false},
		{http.MethodGet, "/v1/tiles/incidents/{z}/{x}/{y}.mvt", police, audit.Look, "A tile of single incidents, from zoom 15 on", incidentTile(s, "incidents"), true},
		{http.MethodGet, "/v1/tiles/incident-hotspots/{z}/{x}/{y}.mvt", police, audit.Look, "A tile of squares with incidents", incidentTile(s, "incident-hotspots"), true},
	}
}

// changingRoutes put records and boundaries in, correct them and take them out.
func (s *staff) changingRoutes() []route {
	return []route{
		{http.MethodPost, "/v1/pickups", pickupsIn, audit.Collect, "Send one pickup or a batch; sending again is harmless", write(s, s.postPickups, receiptsAnswer{}, pickupBody{}), false},
		{http.MethodPost, "/v1/incidents", callsIn, audit.Collect, "Send one incident or a batch; sending again is harmless", write(s, s.postIncidents, receiptsAnswer{}, incidentBody{}), false},
		{http.MethodPut, "/v1/pickups/{source}/{ref}", pickupsFix, audit.Correct, "Correct a pickup; the version before is kept", replace(s, pickupBody.record, s.Door.ReplacePickup, pickupBody.named), false},
		{http.MethodDelete, "/v1/pickups/{source}/{ref}", pickupsFix, audit.Delete, "Delete a pickup; it is kept in the history alone", remove(s, data.PickupSort), false},
		{http.MethodGet, "/v1/pickups/{source}/{ref}/history", planners, audit.Look, "The earlier versions of a pickup", history(s, data.PickupSort), false},
		{http.MethodPut, "/v1/incidents/{source}/{ref}", callsIn, audit.Correct, "Correct an incident; the version before is kept", replace(s, incidentBody.record, s.Door.ReplaceIncident, incidentBody.named), false},
		{http.MethodDelete, "/v1/incidents/{source}/{ref}", callsIn, audit.Delete, "Delete an incident; it is kept in the history alone", remove(s, data.IncidentSort), false},
		{http.MethodGet, "/v1/incidents/{source}/{ref}/history", police, audit.Look, "The earlier versions of an incident", history(s, data.IncidentSort), true},
		{http.MethodPost, "/v1/boundaries/preview", steward, audit.Preview, "What a new version of the boundary would change; nothing is stored", change(s, s.previewBoundary, previewAnswer{}), false},
		{http.MethodPost, "/v1/boundaries", steward, audit.ChangeBoundary, "Put in a version of the boundary and classify the records of its span again", change(s, s.putBoundary, changedAnswer{}), false},
		{http.MethodPost, "/v1/boundaries/undo", steward, audit.ChangeBoundary, "Take the latest version of the boundary back", change(s, s.undoBoundary, changedAnswer{}), false},
	}
}

// stewardRoutes are about the scheme, the audit log and the keys.
func (s *staff) stewardRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/scheme/file", steward, "", "The scheme as it was put in, as TOML", read(s, s.schemeFile, nil), false},
		{http.MethodPut, "/v1/scheme/file", steward, audit.ChangeScheme, "Replace the scheme; what is wrong with one is told line by line", upTo(maxSchemeBody, change(s, s.putScheme, nil)), false},
		{http.MethodGet, "/v1/audit", steward, audit.Look, "The audit log, the latest entries first", read(s, s.auditLog, auditAnswer{}), false},
		{http.MethodGet, "/v1/audit/summary", steward, audit.Look, "What was done how often, and what of it is unusual", read(s, s.auditSummary, summaryAnswer{}), false},
		{http.MethodGet, "/v1/status", steward, "", "How far this server is behind its store", read(s, s.status, statusAnswer{}), false},
		{http.MethodGet, "/v1/keys", steward, "", "The API keys, without their secrets", read(s, s.keys, keysAnswer{}), false},
		{http.MethodPost, "/v1/keys", steward, audit.ChangeKey, "Make an API key, and show it this once", upTo(maxRecordBody, change(s, s.newKey, newKeyAnswer{})), false},
		{http.MethodDelete, "/v1/keys/{id}", steward, audit.ChangeKey, "Take an API key back, at once and for good", change(s, s.revokeKey, nil), false},
	}
}

// releaseRoutes are about editions for the public.
func (s *staff) releaseRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/releases", steward, "", "The periods, and where the edition of each stands", read(s, s.releases, release.Calendar{}), false},
		{http.MethodGet, "/v1/releases/{from}/draft", steward, audit.Preview, "The edition of a period as it would be sealed, with the truth beside", atDesk(s, s.draft, release.Draft{}), false},
		{http.MethodPost, "/v1/releases/{from}/signatures", steward, audit.Release, "Sign a draft that you looked at", upTo(maxDeskBody, atDesk(s, s.sign, nil)), false},
		{http.MethodPost, "/v1/releases/{from}/seal", steward, audit.Release, "Publish a draft that two people signed, for good", upTo(maxDeskBody, atDesk(s, s.seal, linkAnswer{})), false},
		{http.MethodPost, "/v1/releases/{from}/withdrawal", steward, audit.Release, "Take an edition back; what it published goes on counting", upTo(maxDeskBody, atDesk(s, s.withdraw, linkAnswer{})), false},
		{http.MethodGet, "/v1/releases/verification", steward, "", "Whether archive and chain are as they were sealed", atDesk(s, s.verification, verificationAnswer{}), false},
	}
}

// returnRoutes are about what agencies return for the report.
func (s *staff) returnRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/returns", overseers, "", "What agencies returned for the report", read(s, s.returns, returnsAnswer{}), false},
		{http.MethodPost, "/v1/returns", returners, audit.Correct, "Return figures, all or none; later ones take the place of those before", s.takeReturns(), false},
	}
}

// reportRoutes are about the monitoring report.
func (s *staff) reportRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/reports", overseers, "", "The periods of which there can be a report", read(s, s.reports, reportsAnswer{}), false},
		{http.MethodGet, "/v1/reports/{from}", overseers, audit.Export, "The monitoring report of a period, as a page, PDF, XLSX, CSV, JSON or text", read(s, s.report, report.Report{}), false},
	}
}

// exportRoutes are about files for other software. The police get the kinds that they
// may see, and no visits; single pickups are for planners.
func (s *staff) exportRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/exports/squares", lookers, audit.Export, "Squares with their counts, as CSV, XLSX, GeoPackage or GeoJSON", exporting(s, s.exportSquares), false},
		{http.MethodGet, "/v1/exports/locations", lookers, audit.Export, "Squares × classes, ranked by items, as a file", exporting(s, s.exportLocations), false},
		{http.MethodGet, "/v1/exports/weeks", lookers, audit.Export, "Counts by week, class and kind, as a file", exporting(s, s.exportWeeks), false},
		{http.MethodGet, "/v1/exports/pickups", planners, audit.Export, "Single pickups, as a file", exporting(s, s.exportPickups), false},
		{http.MethodGet, "/v1/exports/areas", lookers, audit.Export, "The areas in force on a day, as a file", exporting(s, s.exportAreas), false},
	}
}

// importRoutes are about files of records. Everyone sees their own alone: those
// of others are not there. Files of pickups are for senders and planners, those
// of incidents for senders and the police.
func (s *staff) importRoutes() []route {
	one := importAnswer{}
	return []route{
		{http.MethodPost, "/v1/imports", importers, audit.Collect, "Upload a file of records, to look at and then to import", s.upload(), false},
		{http.MethodGet, "/v1/imports", importers, "", "Your files, the latest first", onImports(s, s.listImports, importsAnswer{}), false},
		{http.MethodGet, "/v1/imports/{id}", importers, "", "One of your files, and what became of it", onImport(s, s.showImport, one), false},
		{http.MethodGet, "/v1/imports/{id}/preview", importers, audit.Preview, "The first rows as they would be read; nothing is stored", onImport(s, s.previewImport, previewRows{}), false},
		{http.MethodPost, "/v1/imports/{id}/start", importers, audit.Collect, "Import the file, after those before it; sending again is harmless", describedBody(startBody{}, onImport(s, s.startImport, one)), false},
		{http.MethodGet, "/v1/imports/{id}/events", importers, "", "How far it is, as server-sent events, until it ends", onImport(s, s.importEvents, nil), false},
		{http.MethodDelete, "/v1/imports/{id}", importers, audit.Collect, "Cancel it between two batches; or delete upload and refusals", onImport(s, s.deleteImport, one), false},
		{http.MethodGet, "/v1/imports/{id}/refused.csv", importers, audit.Look, "The rows that were refused, as they came", onImport(s, refusedFile(imports.RefusedRows), nil), false},
		{http.MethodGet, "/v1/imports/{id}/reasons.csv", importers, audit.Look, "Why each was refused", onImport(s, refusedFile(imports.Reasons), nil), false},
	}
}

// staff holds what its handlers work with.
type staff struct {
	Config
	tiles    *tileCache
	scores   *scoreCache
	ground   scores.Ground
	scoring  turns // of one
	outlines outlines
	turns    turns
	desk     turns // of one
	watching turns // those who listen to imports
	previews turns // of files; those may be large, and must hold up nobody else
	exports  turns // likewise

	doubtfulPickups, doubtfulIncidents *surveyor
}

func newStaff(config Config) *staff {
	return &staff{
		Config: config, tiles: newTileCache(config.TileCacheBytes), scores: newScoreCache(config.TileCacheBytes), scoring: make(turns, 1),
		turns: newTurns(), desk: make(turns, 1), watching: make(turns, maxWatching), previews: make(turns, 2), exports: make(turns, 2),
		doubtfulPickups: newSurveyor(data.PickupSort), doubtfulIncidents: newSurveyor(data.IncidentSort),
	}
}

// mount puts the table, its description and the staff pages on a router.
func (s *staff) mount(router chi.Router) {
	s.tiles.follow(s.Live)
	s.scores.follow(s.Live)
	router.Group(func(router chi.Router) {
		config := huma.DefaultConfig("Common Ground", "0.1.0")
		config.CreateHooks, config.DocsPath, config.SchemasPath = nil, "", ""
		config.RejectUnknownQueryParameters = true
		config.OpenAPIPath = ""
		routes := s.routes()
		api := huma.NewAPI(config, newGuarded(s, router, routes))
		for _, r := range routes {
			r.handler(api, huma.Operation{
				Method: r.method, Path: r.path, Summary: r.summary, OperationID: operationID(r),
				Description: "For: " + r.roles.String() + ".",
			})
		}
		mountDocs(router, api.OpenAPI())
		s.SignIn.Mount(router)
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
	var unreleased release.Refusal
	var unscored scores.Refused
	var offGrid export.OffGrid
	switch {
	case errors.As(err, &known):
		return err // with the headers that it brings
	case errors.Is(err, data.ErrNoScheme):
		return huma.Error503ServiceUnavailable("the records are still being loaded, or there is no scheme yet; try again shortly")
	case errors.Is(err, data.ErrAway):
		s.Log.Warn("the store can't be reached", "error", err)
		return huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(
			"the records can't be reached at the moment; what you sent may be stored or not: send it again, it is never stored twice"),
			http.Header{"Retry-After": {"5"}})
	case errors.Is(err, data.ErrTooMany):
		return huma.NewError(http.StatusRequestEntityTooLarge, "there is more here than one answer holds; ask for a smaller part")
	case errors.As(err, &refusal):
		return huma.Error422UnprocessableEntity(refusal.Error())
	case errors.As(err, &unscored):
		return huma.Error422UnprocessableEntity(unscored.Reason)
	case errors.As(err, &offGrid):
		return huma.Error422UnprocessableEntity(offGrid.Reason)
	case errors.As(err, &unreleased):
		return huma.NewError(refusedWith(err), unreleased.Reason)
	case errors.Is(err, data.ErrSealed):
		return huma.Error409Conflict("this period was sealed or passed over already, and is never released again")
	case errors.Is(err, intake.ErrNoVersion):
		return huma.Error409Conflict(intake.ErrNoVersion.Error())
	case isOfImports(err):
		return s.failImport(err)
	case errors.Is(err, data.ErrStale):
		return huma.Error409Conflict("the settings changed at this moment, so nothing was done; look at them, then try again")
	case ctx.Err() != nil:
		return huma.NewError(499, "the caller went away")
	}
	s.Log.Error("request failed", "error", err)
	return huma.Error500InternalServerError("something went wrong here; nothing was changed by this request, try again")
}

// refusedWith is the status of a refusal by the desk: a conflict where something
// else was there first.
func refusedWith(err error) int {
	if errors.Is(err, data.ErrSealed) || errors.Is(err, data.ErrStale) {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// invalid is a caller's mistake, told in the words of the error.
func invalid(err error) error {
	return huma.Error400BadRequest(err.Error())
}
