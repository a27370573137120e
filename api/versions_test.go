package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"commonground/data/sample"
	"commonground/geo"
)

// areasFile is the sample's areas as a partnership would send them, each with
// the class that as gives it.
func areasFile(t testing.TB, as func(geo.Area) geo.Class) string {
	t.Helper()
	file := geojson.NewFeatureCollection()
	for _, area := range sample.Areas(1) {
		feature := geojson.NewFeature(area.Shape)
		feature.Properties = geojson.Properties{"id": area.ID, "name": area.Name, "class": as(area).String()}
		file.Append(feature)
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wider makes the managed area take in a third of the residential ones.
func wider(area geo.Area) geo.Class {
	if area.Class == geo.Residential && area.ID[len(area.ID)-1]%3 == 0 {
		return geo.Managed
	}
	return area.Class
}

type tally struct {
	Visits, Incidents int64
	Items             map[string]int64
}

type preview struct {
	Version                     int64
	Changed, AreaOnly, MarkOnly tally
	Classes, Weeks              []changeRow
}

type changeRow struct {
	Week          *string
	Before, After string
	tally
}

func (s server) post(path, body string, status int, into any) {
	s.t.Helper()
	response, content := s.do(http.MethodPost, path, body, "Content-Type", "application/geo+json")
	if response.StatusCode != status {
		s.t.Fatalf("POST %s: %s: %s", path, response.Status, content)
	}
	if err := json.Unmarshal(content, into); err != nil {
		s.t.Fatal(err)
	}
}

// numbers are counts by week, class and kind, and by week and class alone.
func (s server) numbers() (items, visits map[[3]string]int64) {
	s.t.Helper()
	items, visits = map[[3]string]int64{}, map[[3]string]int64{}
	var byKind, byClass counts
	s.get("/v1/counts?by=week,class,kind", &byKind)
	s.get("/v1/counts?by=week,class", &byClass)
	for _, row := range byKind.Rows {
		items[[3]string{*row.Week, *row.Class, *row.Kind}] = row.Items
	}
	for _, row := range byClass.Rows {
		visits[[3]string{*row.Week, *row.Class}] = row.Visits
	}
	return items, visits
}

func TestCountsBeforeAndThePreviewAreTheCountsAfter(t *testing.T) {
	s := start(t, withSample(t))
	const from = "from=2025-06-01&to=2026-06-01"
	body := areasFile(t, wider)
	items, visits := s.numbers()
	var p preview
	s.post("/v1/boundaries/preview?"+from, body, http.StatusOK, &p)
	if p.Version != 2 || p.Changed.Visits < 100 || p.Changed.Incidents != 0 {
		t.Fatalf("previewed %+v", p.Changed)
	}
	again, _ := s.numbers()
	if len(again) != len(items) {
		t.Error("the preview changed counts")
	}
	for _, row := range p.Weeks {
		visits[[3]string{*row.Week, row.Before}] -= row.Visits
		visits[[3]string{*row.Week, row.After}] += row.Visits
		for kind, n := range row.Items {
			items[[3]string{*row.Week, row.Before, kind}] -= n
			items[[3]string{*row.Week, row.After, kind}] += n
		}
	}
	var put struct{ Version int64 }
	s.post("/v1/boundaries?"+from, body, http.StatusCreated, &put)
	if put.Version != 2 {
		t.Errorf("put in as version %d", put.Version)
	}
	itemsNow, visitsNow := s.numbers()
	sameNumbers(t, items, itemsNow)
	sameNumbers(t, visits, visitsNow)
}

func sameNumbers(t *testing.T, want, got map[[3]string]int64) {
	t.Helper()
	for about, n := range want {
		if got[about] != n {
			t.Errorf("%v counts %d, want %d", about, got[about], n)
		}
	}
	for about, n := range got {
		if want[about] != n {
			t.Errorf("%v counts %d, want none", about, n)
		}
	}
}

func TestUndoPutsCountsAndTilesBack(t *testing.T) {
	s := start(t, withSample(t))
	items, visits := s.numbers()
	tiles := s.tileSums(13, "classes=managed")
	body := areasFile(t, wider)
	var changed struct {
		Version   int64
		Withdrawn bool
	}
	s.post("/v1/boundaries?from=2025-06-01", body, http.StatusCreated, &changed)
	if moved := s.tileSums(13, "classes=managed"); total(moved) <= total(tiles) {
		t.Errorf("tiles count %d in the managed area, and %d before", total(moved), total(tiles))
	}
	var p preview
	s.post("/v1/boundaries/undo?preview=true&version=2", "", http.StatusOK, &p)
	if p.Version != 2 || p.Changed.Visits == 0 || !slices.ContainsFunc(p.Classes, func(row changeRow) bool { return row.Before == "managed" && row.After == "residential" }) {
		t.Errorf("undoing would change %+v", p)
	}
	s.post("/v1/boundaries/undo?version=2", "", http.StatusOK, &changed)
	if changed.Version != 2 || !changed.Withdrawn {
		t.Errorf("undone: %+v", changed)
	}
	itemsNow, visitsNow := s.numbers()
	sameNumbers(t, items, itemsNow)
	sameNumbers(t, visits, visitsNow)
	if got := s.tileSums(13, "classes=managed"); total(got) != total(tiles) {
		t.Errorf("tiles count %d, want %d", total(got), total(tiles))
	}
	var list struct {
		Versions []struct {
			Version   int64
			From, To  *string
			Withdrawn bool
			Areas     map[string]int
		}
	}
	s.get("/v1/boundaries/versions", &list)
	if len(list.Versions) != 2 || list.Versions[0].Withdrawn || !list.Versions[1].Withdrawn ||
		*list.Versions[1].From != "2025-06-01" || list.Versions[1].To != nil || list.Versions[0].Areas["managed"] != 1 {
		t.Errorf("versions %+v", list.Versions)
	}
}

func TestPreviewCountsIncidentsAndIsKeptByNobody(t *testing.T) {
	s := start(t, empty)
	incident := `{"source":"line","ref":"1","received":"2026-11-20T21:00","happened":"2025-11-01","category":"harm","lon":-2.42,"lat":54.72}`
	if response, body := s.do(http.MethodPost, "/v1/incidents", incident); response.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s", response.Status, body)
	}
	body := areasFile(t, func(geo.Area) geo.Class { return geo.Managed })
	response, content := s.do(http.MethodPost, "/v1/boundaries/preview?from=2025-11-01&to=2025-11-02", body)
	if got := response.Header.Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	var p preview
	if err := json.Unmarshal(content, &p); err != nil {
		t.Fatal(err)
	}
	if p.Changed.Incidents+p.AreaOnly.Incidents+p.MarkOnly.Incidents != 1 {
		t.Errorf("previewed %s", content)
	}
	for _, row := range p.Weeks {
		if *row.Week != "2026-11-18" {
			t.Errorf("it is counted in the week of %s, not that in which it was received", *row.Week)
		}
	}
}

func TestBoundariesThatCantBePutIn(t *testing.T) {
	s := start(t, empty)
	good := areasFile(t, func(area geo.Area) geo.Class { return area.Class })
	const twoFaults = `{"type":"FeatureCollection","features":[
		{"type":"Feature","properties":{"id":"a","use":"R9"},"geometry":{"type":"Polygon","coordinates":[[[-2,54],[-2,55],[-1,55],[-2,54]]]}},
		{"type":"Feature","properties":{"use":"R1"},"geometry":{"type":"Polygon","coordinates":[[[-2,54],[-2,55],[-1,55],[-2,54]]]}}]}`
	for _, test := range []struct {
		name, path, body string
		status           int
		says             []string
	}{
		{"no day", "/v1/boundaries", good, 422, []string{"from"}},
		{"a day that is none", "/v1/boundaries?from=tomorrow", good, 422, []string{"from: ", "2019-04-24"}},
		{"an end that is none", "/v1/boundaries/preview?from=2026-01-01&to=later", good, 422, []string{"to: "}},
		{"ends as it begins", "/v1/boundaries?from=2026-01-01&to=2026-01-01", good, 422, []string{"to: 2026-01-01 is not after 2026-01-01"}},
		{"no class is known", "/v1/boundaries?from=2026-01-01&classProperty=use", good, 422, []string{"no feature has the property", "classProperty=", "class=residential=*"}},
		{"a value without a class and a feature without an id", "/v1/boundaries/preview?from=2026-01-01&classProperty=use&class=residential=R1,R2", twoFaults, 422,
			[]string{"feature 2: has no id", `"R9\" (1)`, "class=residential=VALUE", "ignore=VALUE"}},
		{"a class that is none", "/v1/boundaries?from=2026-01-01&class=posh=R1", twoFaults, 422, []string{"class: posh=R1: write it as managed="}},
		{"no GeoJSON", "/v1/boundaries?from=2026-01-01", "[1,2", 422, []string{"no JSON"}},
		{"nothing", "/v1/boundaries?from=2026-01-01", "", 400, nil},
		{"too much", "/v1/boundaries?from=2026-01-01", strings.Repeat(" ", 64<<20+1), 413, nil},
		{"a mistyped option", "/v1/boundaries?from=2026-01-01&class-property=use", good, 422, []string{"class-property"}},
		{"another version than the latest", "/v1/boundaries/undo?version=2", "", 422, []string{"version 1, not 2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := server{Server: s.Server, t: t}.do(http.MethodPost, test.path, test.body, "Content-Type", "application/geo+json")
			if response.StatusCode != test.status || response.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: %s", response.Status, body)
			}
			for _, want := range test.says {
				if !strings.Contains(string(body), want) {
					t.Errorf("%s\ndoes not say %s", body, want)
				}
			}
		})
	}
	var changed struct{ Version int64 }
	s.post("/v1/boundaries/undo", "", http.StatusOK, &changed)
	if response, body := s.do(http.MethodPost, "/v1/boundaries/undo", ""); response.StatusCode != http.StatusConflict {
		t.Errorf("undoing without a version left: %s: %s", response.Status, body)
	}
}

// A client that takes no gzip is answered by another writer, which trips over
// a status of 0.
func TestAPreviewIsAnsweredWithoutCompressionToo(t *testing.T) {
	s := start(t, withSample(t))
	response, content := s.do(http.MethodPost, "/v1/boundaries/preview?from=2025-11-01", `{"type":"FeatureCollection","features":[]}`,
		"Accept-Encoding", "identity")
	if response.StatusCode != http.StatusOK || len(content) == 0 {
		t.Errorf("%s %s", response.Status, content)
	}
}

func TestTilesDrawTheBoundaryInForceOnTheDay(t *testing.T) {
	s := start(t, withSample(t))
	tile := func(day string) string {
		response, body := s.do(http.MethodGet, "/v1/tiles/boundaries/12/2020/1301.mvt?at="+day, "")
		if response.StatusCode != http.StatusOK || len(body) == 0 {
			t.Fatalf("%s: %s, %d bytes", day, response.Status, len(body))
		}
		return string(body)
	}
	before := tile("2025-07-01")
	var put struct{ Version int64 }
	s.post("/v1/boundaries?from=2025-06-01&to=2026-06-01", areasFile(t, wider), http.StatusCreated, &put)
	if tile("2025-07-01") == before {
		t.Error("the tile is as it was before the new version")
	}
	if tile("2026-07-01") != before {
		t.Error("the tile of a day outside the new version's span has changed")
	}
}
