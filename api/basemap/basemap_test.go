package basemap_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"commonground/api/basemap"
	"commonground/api/basemap/basemaptest"
)

const origin = "https://town.example"

// told is what a page is told.
func told(t *testing.T, m basemap.Map) map[string]any {
	t.Helper()
	pages, err := m.On(fstest.MapFS{"index.html": {Data: []byte("<head></head>")}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := fs.ReadFile(pages, "index.html")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`^<head><meta name="basemap" content="([^"]*)"></head>$`).FindSubmatch(page)
	if found == nil {
		t.Fatalf("%s", page)
	}
	var said map[string]any
	if err := json.Unmarshal([]byte(html.UnescapeString(string(found[1]))), &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func TestAddressesAreToldApart(t *testing.T) {
	for address, want := range map[string]struct {
		key, value string
		vector     bool
	}{
		"https://town.example/maps/town.pmtiles":       {"archive", "/maps/town.pmtiles", false},
		"HTTPS://Town.Example/maps/{z}/{x}/{y}.png":    {"tiles", "/maps/{z}/{x}/{y}.png", false},
		"https://town.example/m/{z}/{y}/{x}.mvt?key=1": {"tiles", "/m/{z}/{y}/{x}.mvt?key=1", true},
		"https://town.example/maps/style.json":         {"style", "/maps/style.json", false},
	} {
		m, err := basemap.Own(address, origin, `Town & "Sons"`)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		said := told(t, m)
		vector, _ := said["vector"].(bool)
		if said[want.key] != want.value || vector != want.vector || said["by"] != `Town & "Sons"` || m.Elsewhere() != "" {
			t.Errorf("%s: %v, elsewhere %q", address, said, m.Elsewhere())
		}
	}
}

func TestAMapElsewhereIsForThePublicPageAlone(t *testing.T) {
	for _, address := range []string{"https://maps.example/{z}/{x}/{y}.png", "https://town.example.evil.example/t.pmtiles", "http://town.example/t.pmtiles", "https://town.example:444/style.json"} {
		if _, err := basemap.Own(address, origin, "Maps"); err == nil || !strings.Contains(err.Error(), "where staff look") {
			t.Errorf("%s for staff: %v", address, err)
		}
	}
	m, err := basemap.Anywhere("https://maps.example:8443/{z}/{x}/{y}.png", origin, "© Maps")
	if err != nil || m.Elsewhere() != "https://maps.example:8443" || told(t, m)["tiles"] != "https://maps.example:8443/{z}/{x}/{y}.png" {
		t.Error(m, m.Elsewhere(), err)
	}
}

func TestWhatIsNoMapIsRefusedWithWhatToDo(t *testing.T) {
	for address, why := range map[string]string{
		"http://maps.example/{z}/{x}/{y}.png":        "https://",
		"https://maps.example/{z}/{x}/{y}.png":       "--basemap-by",
		"https://maps.example/{z}/{x}.png":           "all of {z}, {x} and {y}",
		"https://{s}.maps.example/{z}/{x}/{y}.png":   "{s}",
		"https://maps.example/{z}/{x}/{-y}.png":      "{-y}",
		"https://user:secret@maps.example/style":     "no address",
		"ftp://maps.example/style":                   "no address",
		"https:///style":                             "no address",
		"https://maps.example;script-src/style":      "no address",
		"https://maps.example 'unsafe-inline'/style": "no address",
	} {
		if m, err := basemap.Anywhere(address, origin, ""); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, elsewhere %q", address, err, m.Elsewhere())
		}
	}
	whole, err := os.ReadFile(basemaptest.File(t, "roads"))
	if err != nil {
		t.Fatal(err)
	}
	odd := bytes.Clone(whole)
	odd[99] = 9
	for name, why := range map[string]string{
		filepath.Join(t.TempDir(), "none.pmtiles"): "no file",
		t.TempDir():                           "no file of PMTiles",
		basemaptest.Write(t, []byte("hello")): "no file of PMTiles",
		basemaptest.Write(t, append([]byte("PMTiles\x02"), whole[8:]...)): "version 3",
		basemaptest.Write(t, whole[:len(whole)-1]):                        "cut off",
		basemaptest.Write(t, odd):                                         "type 9",
		basemaptest.File(t, "transportation"):                             "transportation",
	} {
		if _, err := basemap.File(name, ""); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestAFileIsServedByRangesAtItsOwnAddress(t *testing.T) {
	name := basemaptest.File(t, "roads")
	m, err := basemap.File(name, "")
	if err != nil {
		t.Fatal(err)
	}
	address, _ := told(t, m)["archive"].(string)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	serve := basemap.Handler(basemap.Map{}, m)
	ask := func(path, ranges string) (int, string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if ranges != "" {
			r.Header.Set("Range", ranges)
		}
		w := httptest.NewRecorder()
		serve(w, r)
		body, err := io.ReadAll(w.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		return w.Code, string(body)
	}
	if code, body := ask(address, "bytes=0-6"); code != http.StatusPartialContent || body != "PMTiles" {
		t.Errorf("%d %q", code, body)
	}
	if code, body := ask(address, ""); code != http.StatusOK || body != string(whole) {
		t.Errorf("%d, %d bytes of %d", code, len(body), len(whole))
	}
	if code, _ := ask(address, "bytes=900000-"); code != http.StatusRequestedRangeNotSatisfiable {
		t.Error(code)
	}
	for _, path := range []string{basemap.Path, basemap.Path + "town.pmtiles", basemap.Path + "../town.pmtiles", address + "/"} {
		if code, _ := ask(path, ""); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestPagesStayAsTheyAreButForWhatTheyAreTold(t *testing.T) {
	pages := fstest.MapFS{
		"index.html": {Data: []byte("<head><title>A</title></head><body>")}, "deep/index.html": {Data: []byte("<head></head>")},
		"assets/a.js": {Data: []byte("'</head>'")},
	}
	same, err := basemap.Map{}.On(pages)
	if page, _ := fs.ReadFile(same, "index.html"); err != nil || string(page) != string(pages["index.html"].Data) {
		t.Errorf("%s %v", page, err)
	}
	m, err := basemap.File(basemaptest.File(t, "earth"), "")
	if err != nil {
		t.Fatal(err)
	}
	other, err := m.On(pages)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"index.html": 1, "deep/index.html": 1, "assets/a.js": 0} {
		page, err := fs.ReadFile(other, name)
		if err != nil || strings.Count(string(page), "<meta") != want {
			t.Errorf("%s: %s %v", name, page, err)
		}
	}
	recorder := httptest.NewRecorder()
	http.ServeFileFS(recorder, httptest.NewRequest(http.MethodGet, "/", nil), other, "deep/index.html")
	if recorder.Code != http.StatusOK || !strings.Contains(recorder.Body.String(), "basemap") {
		t.Error(recorder.Code, recorder.Body)
	}
}
