// Package api answers over HTTP: who asks, may they, and what for. One table
// lists every staff route with its role. The public half is built from files
// alone: it is never given a store or a cube.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzhttp"

	"commonground/api/basemap"
	"commonground/api/editions"
	"commonground/api/plain"
	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
	"commonground/data/cube"
	"commonground/data/imports"
	"commonground/data/intake"
)

// Config is what the staff half works with.
type Config struct {
	Store data.Store   // Required
	Door  *intake.Door // Required, of that store
	Live  *cube.Live   // Required, of that store; running
	// Pages are the staff pages. Required.
	Pages fs.FS
	// Origin is the address under which callers reach the server, such as
	// "http://127.0.0.1:8080". Links are made from it, never from a request.
	// Required.
	Origin string
	// TileCacheBytes bounds the tiles that are kept as they were sent. Default:
	// none are kept.
	TileCacheBytes int
	// SignIn says who asks, and has the pages on which people sign in. Required.
	SignIn SignIn
	// Audit is where looks and changes are put down before they are answered.
	// Required.
	Audit Auditor
	// Keeper is where the audit log and the keys can be looked at. Required.
	Keeper Keeper
	// Desk makes editions for the public. Default: none, and nothing is released.
	Desk Desk
	// Imports are the files that were uploaded. Default: none, and none can be.
	Imports *imports.Jobs
	// Basemap lies beneath the maps of staff pages. Default: none.
	Basemap basemap.Map
	// Reading says from where the store is read. Default: from the store itself.
	Reading func() Reading
	// Now is the clock. Required.
	Now func() time.Time
	// Limits are what one caller may ask. Default: none.
	Limits Limits
	// Log is Required.
	Log *slog.Logger
}

// SignIn is a way to sign in.
type SignIn interface {
	signin.Finder
	// Mount puts the pages under signin.Path on a router.
	Mount(chi.Router)
}

// Auditor is the audit log.
type Auditor interface {
	// Append returns once an entry is there for good. Number is filled by it.
	Append(context.Context, audit.Entry) error
}

// Public is what the public half works with: files and nothing else.
type Public struct {
	// Pages are the public pages. Required.
	Pages fs.FS
	// Editions is the archive of editions. It is read at every request, since
	// editions come and go. Required; it may be empty.
	Editions fs.FS
	// Basemap lies beneath the map. Default: none.
	Basemap basemap.Map
}

// New returns the whole server: the staff half and the public half. Only requests made to the host of Origin are answered, or to a
// loopback name where that is one: a page of another site must not reach the
// data by a name that it lets point here.
func New(config Config, public Public) (http.Handler, error) {
	compress, err := gzhttp.NewWrapper(gzhttp.ContentTypes([]string{
		"application/json", "application/geo+json", "application/problem+json", "application/openapi+json",
		mvtType, "text/html", "text/css", "text/csv", "text/javascript", "image/svg+xml",
	}))
	if err != nil {
		return nil, err
	}
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(problemHandler(http.StatusForbidden, "a page of another site may not send this"))

	if config.Pages, err = config.Basemap.On(config.Pages); err != nil {
		return nil, err
	}
	if public.Pages, err = public.Basemap.On(public.Pages); err != nil {
		return nil, err
	}
	s := newStaff(config)
	router := chi.NewRouter()
	router.Use(onlyUnder(config.Origin), securityHeaders(strings.HasPrefix(config.Origin, "https://")), middleware.Recoverer, sameOrigin.Handler, s.wall)
	router.NotFound(nothingHere)
	router.MethodNotAllowed(problemHandler(http.StatusMethodNotAllowed, "this address does not answer to that method"))
	s.mount(router)
	router.Get(basemap.Path+"*", basemap.Handler(config.Basemap, public.Basemap))
	mountPublic(router, public, editions.New(public.Editions, config.Log), func(ctx context.Context) (*data.Scheme, error) {
		settings, err := config.Door.Settings(ctx)
		if err != nil {
			return nil, err
		}
		return settings.Scheme, nil
	})
	return compress(router), nil
}

// mountPublic serves the public half, which is given files and the scheme and
// nothing else. A page may be kept for a while by
// browsers, not for as long as an edition.
func mountPublic(router chi.Router, public Public, archive *editions.Archive, scheme SchemeOf) {
	looks := func(path string, serve http.HandlerFunc) {
		router.Get(path, serve)
		router.Head(path, serve)
	}
	// What a page's worker may ask for is said where the worker comes from.
	looks("/", letting(public.Basemap.Elsewhere(), archive.Front(public.Pages)))
	looks("/assets/*", letting(public.Basemap.Elsewhere(), files(public.Pages, "public, max-age=300")))
	looks("/governance", governance(scheme, archive, governanceAddresses{Home: "/", Style: governancePath + "plain.css"}))
	looks(governancePath, governance(scheme, archive, relativeAddresses))
	looks(governancePath+"plain.css", plain.Style)
	looks("/accessibility", accessibility(scheme, governanceAddresses{Home: "/", Style: governancePath + "plain.css"}))
	looks(accessibilityPath, accessibility(scheme, governanceAddresses{Home: "../", Style: "../governance/plain.css"}))
	router.Handle(editions.Path+"*", archive)
}
