package api_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"commonground/api"
	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
	"commonground/data/cube"
	"commonground/data/imports"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
)

// server is a running server over a store of its own.
type server struct {
	*httptest.Server
	t     testing.TB
	store *sqlite.Store
	log   *audit.Log
}

// start serves a store that holds the sample's scheme and boundary, and what
// fill puts in.
func start(t testing.TB, fill func(context.Context, *intake.Door, *data.Scheme)) server {
	t.Helper()
	return startWith(t, fill, func(*api.Config) {})
}

// publicPages are public pages that tests know again.
var publicPages = fstest.MapFS{"index.html": {Data: []byte("public page")}, "assets/public.css": {Data: []byte("p{}")}}

// startWith is start with a configuration that differs.
func startWith(t testing.TB, fill func(context.Context, *intake.Door, *data.Scheme), differ func(*api.Config)) server {
	t.Helper()
	return startWhole(t, fill, differ, api.Public{Pages: publicPages, Editions: fstest.MapFS{}})
}

// startWhole is startWith with a public half that differs.
func startWhole(t testing.TB, fill func(context.Context, *intake.Door, *data.Scheme), differ func(*api.Config), public api.Public) server {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	door := intake.New(store)
	scheme, err := door.PutScheme(ctx, sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := door.PutBoundary(ctx, until-3*366, nil, sample.Areas(1)); err != nil {
		t.Fatal(err)
	}
	fill(ctx, door, scheme)
	live := cube.NewLive(store, door, cube.Options{})
	log := newAuditLog(t, store)
	followed := make(chan struct{})
	go func() { defer close(followed); _ = live.Run(ctx) }() // ends with the test's context
	config := api.Config{
		Store: store, Door: door, Live: live, Origin: "http://127.0.0.1:8080",
		Pages: fstest.MapFS{"index.html": {Data: []byte("staff page")}, "assets/app.js": {Data: []byte("1")}, "incidents/index.html": {Data: []byte("incidents page")}},
		Log:   slog.New(slog.NewTextHandler(t.Output(), nil)), TileCacheBytes: 1 << 20,
		SignIn: signin.Demo{}, Audit: log, Keeper: store, Desk: &standInDesk{}, Now: time.Now,
		Imports: openImports(t, door),
	}
	differ(&config)
	go config.Imports.Run(ctx)
	handler, err := api.New(config, public)
	if err != nil {
		t.Fatal(err)
	}
	s := server{Server: httptest.NewServer(handler), t: t, store: store, log: log}
	s.Client().Transport = asEveryone{s.Client().Transport}
	t.Cleanup(func() {
		s.Close()
		stop()
		<-followed
		<-config.Imports.Stopped()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	position, err := store.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := live.Reach(ctx, position); err != nil {
		t.Fatal(err)
	}
	return s
}

// openImports opens a folder for uploads.
func openImports(t testing.TB, door *intake.Door) *imports.Jobs {
	t.Helper()
	jobs, err := imports.Open(imports.Config{Folder: filepath.Join(t.TempDir(), "uploads"), Door: door, Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = jobs.Close() }) // the test is over
	return jobs
}

// until is the day before which the samples end.
var until = mustDate("2026-11-23")

func mustDate(text string) data.Date {
	d, err := data.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func withSample(t testing.TB) func(context.Context, *intake.Door, *data.Scheme) {
	return func(ctx context.Context, door *intake.Door, scheme *data.Scheme) {
		if _, refused, err := door.PutPickups(ctx, sample.Pickups(1, scheme, until)); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
	}
}

// everyRole is the cookie of someone who has every role, and has said why they
// look at incidents.
const everyRole = "demo=role=crew&role=sender&role=planner&role=police&role=steward&why=test"

type asEveryone struct{ http.RoundTripper }

func (a asEveryone) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Cookie", everyRole)
	return a.RoundTripper.RoundTrip(r)
}

func empty(context.Context, *intake.Door, *data.Scheme) {}

func (s server) do(method, path, body string, header ...string) (*http.Response, []byte) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", everyRole)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	// Redirects are answers, not to be followed.
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response, content
}

func (s server) get(path string, into any) {
	s.t.Helper()
	response, body := s.do(http.MethodGet, path, "")
	if response.StatusCode != http.StatusOK {
		s.t.Fatalf("GET %s: %s: %s", path, response.Status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		s.t.Fatal(err)
	}
}
