package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"commonground/api"
	"commonground/api/basemap"
	"commonground/api/basemap/basemaptest"
)

// mapped is a running server with a file beneath the maps of staff, and another
// server's map beneath the public one.
func mapped(t *testing.T) server {
	own, err := basemap.File(basemaptest.File(t, "roads"), "")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := basemap.Anywhere("https://maps.example/{z}/{x}/{y}.png", "http://127.0.0.1:8080", "Maps")
	if err != nil {
		t.Fatal(err)
	}
	page := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("<head></head>" + text)} }
	return startWhole(t, empty, func(c *api.Config) {
		c.Pages, c.Basemap = fstest.MapFS{"index.html": page("staff"), "incidents/index.html": page("incidents"), "assets/a.js": page("1")}, own
	}, api.Public{Pages: fstest.MapFS{"index.html": page("public"), "assets/b.js": page("1")}, Editions: fstest.MapFS{}, Basemap: elsewhere})
}

func TestABasemapIsToldToItsPagesAlone(t *testing.T) {
	s := mapped(t)
	for path, want := range map[string]string{
		"/": "maps.example", "/staff/": "/basemap/", "/staff/incidents/": "/basemap/", "/assets/b.js": "", "/staff/assets/a.js": "", "/governance": "",
	} {
		_, page := s.do(http.MethodGet, path, "")
		told := regexp.MustCompile(`<meta name="basemap"[^>]*>`).FindString(string(page))
		if want == "" && told != "" || !strings.Contains(told, want) {
			t.Errorf("%s is told %q", path, told)
		}
	}
}

// The wall stands where it stood: one more origin, on the public page alone.
func TestOnlyThePublicPageMayAskAnotherServer(t *testing.T) {
	s := mapped(t)
	const ours = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; worker-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
	const wider = "default-src 'self'; img-src 'self' data: blob: https://maps.example; connect-src 'self' https://maps.example; style-src 'self'; worker-src 'self'; " +
		"object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
	for path, want := range map[string]string{
		"/": wider, "/assets/b.js": wider, "/governance": ours, "/accessibility": ours, "/staff/": ours, "/staff/assets/a.js": ours, "/staff/sign-in": ours,
		"/v1/scheme": ours, "/nothing": ours, "/basemap/nothing": ours, "/public/editions.json": ours,
	} {
		response, _ := s.do(http.MethodGet, path, "")
		if got := response.Header.Get("Content-Security-Policy"); got != want && path != "/staff/sign-in" || strings.Contains(got, "maps.example") != (want == wider) {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestABasemapsFileIsForEveryoneAndNothingBesideIt(t *testing.T) {
	s := mapped(t)
	_, page := s.do(http.MethodGet, "/staff/", "")
	path := regexp.MustCompile(`/basemap/[0-9a-f]{16}\.pmtiles`).FindString(string(page))
	response, part := s.stranger(http.MethodGet, path, "Range", "bytes=0-6")
	if response.StatusCode != http.StatusPartialContent || string(part) != "PMTiles" || response.Header.Get("Content-Encoding") != "" {
		t.Errorf("%s: %s %q %v", path, response.Status, part, response.Header)
	}
	if tag := response.Header.Get("ETag"); !strings.HasPrefix(tag, `"`) {
		t.Errorf("the tag %s is not one for parts", tag)
	}
	for _, other := range []string{"/basemap/", "/basemap", "/basemap/town.pmtiles", "/basemap/../v1/scheme", "/basemap//v1/scheme", "/basemap/%2e%2e/v1/scheme", path + "/x"} {
		if response, _ := s.stranger(http.MethodGet, other); response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %s", other, response.Status)
		}
	}
	if response, _ := s.stranger(http.MethodPost, path); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", response.Status)
	}
}
