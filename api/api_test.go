package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
)

type counts struct {
	Rows []struct {
		Week, Class, Kind, Area *string
		Square                  *struct{ ID uint64 }
		Items, Visits           int64
	}
	Total struct{ Items, Visits int64 }
}

// tileSums adds up the items of a zoom's tiles over distinct squares.
func (s server) tileSums(zoom int, filter string) map[uint64]int64 {
	s.t.Helper()
	var scheme struct{ Bounds [4]float64 }
	s.get("/v1/scheme", &scheme)
	z := maptile.Zoom(zoom)
	a := maptile.At([2]float64{scheme.Bounds[0], scheme.Bounds[3]}, z)
	b := maptile.At([2]float64{scheme.Bounds[2], scheme.Bounds[1]}, z)
	sums := map[uint64]int64{}
	for x := a.X - min(a.X, 1); x <= b.X+1 && x < 1<<zoom; x++ {
		for y := a.Y - min(a.Y, 1); y <= b.Y+1 && y < 1<<zoom; y++ {
			for id, n := range s.tile(fmt.Sprintf("/v1/tiles/hotspots/%d/%d/%d.mvt?%s", zoom, x, y, filter)) {
				if before, ok := sums[id]; ok && before != n {
					s.t.Fatalf("square %d counts %d in one tile and %d in another", id, before, n)
				}
				sums[id] = n
			}
		}
	}
	return sums
}

func (s server) tile(path string) map[uint64]int64 {
	s.t.Helper()
	sums := map[uint64]int64{}
	for _, feature := range s.features(path) {
		sums[uint64(feature.ID.(float64))] = int64(feature.Properties["n"].(float64))
	}
	return sums
}

// features are those of all layers of a tile.
func (s server) features(path string) (all []*geojson.Feature) {
	s.t.Helper()
	response, body := s.do(http.MethodGet, path, "")
	if response.StatusCode != http.StatusOK {
		s.t.Fatalf("GET %s: %s: %s", path, response.Status, body)
	}
	layers, err := mvt.Unmarshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, layer := range layers {
		all = append(all, layer.Features...)
	}
	return all
}

func total(sums map[uint64]int64) (n int64) {
	for _, items := range sums {
		n += items
	}
	return n
}

func TestOneFilterGivesTheSameNumbersEverywhere(t *testing.T) {
	s := start(t, withSample(t))
	for _, filter := range []string{
		"", "kinds=needle", "classes=managed,residential", "weeks=2026-10-21/2026-11-18",
		"weeks=2025-01-01/2025-06-04&kinds=condom_used,needle&classes=non_residential", "area=M-001",
		"bbox=-2.43,54.71,-2.41,54.72",
	} {
		t.Run(filter, func(t *testing.T) {
			s := server{Server: s.Server, t: t}
			var bySquare, byAll counts
			s.get("/v1/counts?by=square&"+filter, &bySquare)
			s.get("/v1/counts?by=week,class,kind,area,square&"+filter, &byAll)
			var ranked struct {
				Items int64
				Rows  []struct{ Items int64 }
			}
			s.get("/v1/locations?limit=10000&"+filter, &ranked)
			placed, split := int64(0), int64(0)
			for _, row := range bySquare.Rows {
				if row.Square != nil {
					placed += row.Items
				}
			}
			for _, row := range byAll.Rows {
				split += row.Items
			}
			rankedItems := int64(0)
			for _, row := range ranked.Rows {
				rankedItems += row.Items
			}
			if split != bySquare.Total.Items || ranked.Items != bySquare.Total.Items || rankedItems != placed || placed == 0 {
				t.Errorf("split %d of %d, ranked %d of %d, placed %d", split, bySquare.Total.Items, rankedItems, ranked.Items, placed)
			}
			for _, zoom := range []int{0, 9, 11, 13} {
				if got := total(s.tileSums(zoom, filter)); got != placed {
					t.Errorf("zoom %d: tiles sum to %d, counts to %d", zoom, got, placed)
				}
			}
		})
	}
}

const onePickup = `{"source":"crew","ref":"1","at":"2026-11-20T09:00","lon":-2.4201,"lat":54.7201,"found":{"needle":3}}`

func TestPostedPickupIsCountedAtOnce(t *testing.T) {
	s := start(t, empty)
	tile := maptile.At([2]float64{-2.4201, 54.7201}, 14)
	path := fmt.Sprintf("/v1/tiles/hotspots/14/%d/%d.mvt", tile.X, tile.Y)
	for i := range 20 {
		body := strings.Replace(onePickup, `"ref":"1"`, fmt.Sprintf(`"ref":"%d"`, i), 1)
		if response, content := s.do(http.MethodPost, "/v1/pickups", body); response.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %s", response.Status, content)
		}
		var c counts
		s.get("/v1/counts?by=week,class", &c)
		if want := int64(3 * (i + 1)); c.Total.Items != want || total(s.tile(path)) != want || c.Total.Visits != int64(i+1) {
			t.Fatalf("after pickup %d: counts %+v, tile %v", i+1, c.Total, s.tile(path))
		}
	}
	points := fmt.Sprintf("/v1/tiles/pickups/16/%d/%d.mvt", maptile.At([2]float64{-2.4201, 54.7201}, 16).X, maptile.At([2]float64{-2.4201, 54.7201}, 16).Y)
	_, body := s.do(http.MethodGet, points, "")
	layers, err := mvt.Unmarshal(body)
	if err != nil || len(layers) != 1 || len(layers[0].Features) != 20 {
		t.Errorf("pickups tile: %v, %d layers", err, len(layers))
	}
}

func TestSendingAnswersForEachRecord(t *testing.T) {
	s := start(t, empty)
	for _, test := range []struct {
		name, path, body string
		status           int
		contains         string
	}{
		{"a new one", "/v1/pickups", onePickup, 201, `"added"`},
		{"the same again", "/v1/pickups", onePickup, 200, `"unchanged"`},
		{"the same reference, other content", "/v1/pickups", strings.Replace(onePickup, ":3}", ":4}", 1), 409, "other content"},
		{"no such kind", "/v1/pickups", strings.Replace(onePickup, "needle", "bottle", 1), 422, "bottle"},
		{"no reference", "/v1/pickups", strings.Replace(onePickup, `"ref":"1",`, "", 1), 422, "ref: is missing"},
		{"no time", "/v1/pickups", `{"source":"a","ref":"b","found":{}}`, 422, "at: is missing"},
		{"a time that never was", "/v1/pickups", strings.Replace(onePickup, "2026-11-20T09:00", "2026-03-29T01:30", 1), 422, "never happened"},
		{"latitude alone", "/v1/pickups", strings.Replace(onePickup, `"lon":-2.4201,`, "", 1), 422, "go together"},
		{"off the globe", "/v1/pickups", strings.Replace(onePickup, "54.7201", "154.7", 1), 422, "lon: no longitude"},
		{"free text", "/v1/pickups", strings.Replace(onePickup, `"ref"`, `"note":"seen her again","ref"`, 1), 400, "note"},
		{"half a body", "/v1/pickups", onePickup[:40], 400, "can't be read"},
		{"two bodies", "/v1/pickups", onePickup + onePickup, 400, "goes on"},
		{"a batch, one of it wrong", "/v1/pickups", "[" + onePickup + `,{"source":"crew","ref":"2"}]`, 200, `"refused"`},
		{"an incident", "/v1/incidents", `{"source":"line","ref":"1","received":"2026-11-20T21:00","category":"harm","lon":-2.42,"lat":54.72}`, 201, `"added"`},
		{"no category", "/v1/incidents", `{"source":"line","ref":"2","received":"2026-11-20T21:00"}`, 422, "category"},
		{"no such outcome", "/v1/incidents", `{"source":"line","ref":"3","received":"2026-11-20","category":"nuisance","outcome":"vanished"}`, 422, "vanished"},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := server{Server: s.Server, t: t}.do(http.MethodPost, test.path, test.body)
			if response.StatusCode != test.status || !strings.Contains(string(body), test.contains) {
				t.Errorf("%s: %s", response.Status, body)
			}
			if test.status >= 400 && response.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("a problem of type %q", response.Header.Get("Content-Type"))
			}
		})
	}
	var c counts
	s.get("/v1/counts", &c)
	if c.Total.Items != 3 || c.Total.Visits != 1 {
		t.Errorf("counted %+v", c.Total)
	}
}

func TestWhatHasNoWeekAndNoSquareIsCountedAsNull(t *testing.T) {
	s := start(t, empty)
	s.do(http.MethodPost, "/v1/pickups", `{"source":"crew","ref":"1","at":"2026-11","found":{"needle":3}}`)
	_, body := s.do(http.MethodGet, "/v1/counts?by=week,class,square", "")
	if want := `"rows":[{"week":null,"class":"unlocated","square":null,"items":3,"visits":1}]`; !strings.Contains(string(body), want) {
		t.Errorf("got %s, want %s", body, want)
	}
	if _, body = s.do(http.MethodGet, "/v1/counts?by=class", ""); strings.Contains(string(body), "week\":") {
		t.Errorf("not split by week, yet with a week: %s", body)
	}
}

func TestPlacesOfPoints(t *testing.T) {
	s := start(t, empty)
	for name, body := range map[string]string{
		"points":     `{"points":[[-2.42,54.72],[0,0]]}`,
		"multipoint": `{"type":"MultiPoint","coordinates":[[-2.42,54.72],[0,0]]}`,
		"features": `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-2.42,54.72]}},` +
			`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[0,0]}}]}`,
	} {
		response, content := s.do(http.MethodPost, "/v1/classify?distance=true", body)
		var out struct {
			Version int64
			Places  []struct {
				Class, Area string
				DistanceM   *float64
			}
		}
		if err := json.Unmarshal(content, &out); err != nil || response.StatusCode != 200 {
			t.Fatalf("%s: %v %s", name, err, content)
		}
		if out.Version != 1 || len(out.Places) != 2 || out.Places[0].Area == "" || out.Places[0].DistanceM == nil ||
			out.Places[1].Class != "outside" || out.Places[1].DistanceM != nil {
			t.Errorf("%s: %s", name, content)
		}
	}
	many := `{"points":[` + strings.Repeat("[0,0],", 1_000_000) + `[0,0]]}`
	if response, _ := s.do(http.MethodPost, "/v1/classify", many); response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("1,000,001 points: %s", response.Status)
	}
}

func TestAnswersAreNotSentTwice(t *testing.T) {
	s := start(t, withSample(t))
	for _, path := range []string{"/v1/counts", "/v1/scheme", "/v1/boundaries", "/v1/tiles/hotspots/11/1010/650.mvt", "/v1/locations"} {
		response, body := s.do(http.MethodGet, path, "")
		tag := response.Header.Get("ETag")
		if tag == "" || response.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: ETag %q, Cache-Control %q", path, tag, response.Header.Get("Cache-Control"))
		}
		if again, content := s.do(http.MethodGet, path, "", "If-None-Match", tag); again.StatusCode != http.StatusNotModified || len(content) > 0 {
			t.Errorf("%s: %s with %d bytes", path, again.Status, len(content))
		}
		if changed, _ := s.do(http.MethodGet, path, "", "If-None-Match", `W/"other"`); changed.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, changed.Status)
		}
		packed, content := s.do(http.MethodGet, path, "", "Accept-Encoding", "gzip")
		if len(body) > 2000 && (packed.Header.Get("Content-Encoding") != "gzip" || len(content) >= len(body)) {
			t.Errorf("%s: %d bytes sent as %d, %q", path, len(body), len(content), packed.Header.Get("Content-Encoding"))
		}
	}
}

func TestCarelessAndHostileRequests(t *testing.T) {
	s := start(t, withSample(t))
	for _, test := range []struct {
		name, method, path string
		status             int
		header             []string
	}{
		{"nothing there", "GET", "/v1/nothing", 404, nil},
		{"another method", "DELETE", "/v1/counts", 405, nil},
		{"no such layer", "GET", "/v1/tiles/nothing/1/1/1.mvt", 404, nil},
		{"no such layer's description", "GET", "/v1/tiles/nothing.json", 404, nil},
		{"a tile out of range", "GET", "/v1/tiles/hotspots/3/8/0.mvt", 400, nil},
		{"a zoom out of range", "GET", "/v1/tiles/hotspots/17/0/0.mvt", 400, nil},
		{"a negative tile", "GET", "/v1/tiles/hotspots/3/-1/0.mvt", 400, nil},
		{"a huge number", "GET", "/v1/tiles/hotspots/3/99999999999999999999/0.mvt", 422, nil},
		{"points at a low zoom", "GET", "/v1/tiles/pickups/14/0/0.mvt", 400, nil},
		{"a mistyped filter", "GET", "/v1/counts?kind=needle", 422, nil},
		{"a mistyped filter of a tile", "GET", "/v1/tiles/hotspots/3/0/0.mvt?kind=needle", 422, nil},
		{"a day for a layer that has none", "GET", "/v1/tiles/hotspots/3/0/0.mvt?at=2026-11-01", 422, nil},
		{"a box of no numbers", "GET", "/v1/counts?bbox=NaN,54,NaN,55", 400, nil},
		{"a tile in a box of no numbers", "GET", "/v1/tiles/hotspots/3/0/0.mvt?bbox=NaN,54,NaN,55", 400, nil},
		{"no such kind", "GET", "/v1/counts?kinds=bottle", 400, nil},
		{"no such class", "GET", "/v1/counts?classes=bad", 400, nil},
		{"no week's first day", "GET", "/v1/counts?weeks=2026-11-12/2026-11-18", 400, nil},
		{"weeks the wrong way round", "GET", "/v1/counts?weeks=2026-11-18/2026-11-11", 400, nil},
		{"half a box", "GET", "/v1/counts?bbox=1,2,3", 400, nil},
		{"no square", "GET", "/v1/counts?square=12", 400, nil},
		{"no dimension", "GET", "/v1/counts?by=crew", 400, nil},
		{"a level that is none", "GET", "/v1/counts?by=square&level=14", 422, nil},
		{"another name for this machine", "GET", "/v1/scheme", 421, []string{"Host", "rebound.example"}},
		{"a page of another site", "POST", "/v1/pickups", 403, []string{"Sec-Fetch-Site", "cross-site"}},
		{"a folder", "GET", "/staff/assets/", 404, nil},
		{"the way up", "GET", "/staff/../../go.mod", 404, nil},
		{"the way up, encoded", "GET", "/staff/%2e%2e/%2e%2e/go.mod", 404, nil},
		{"staff pages by a public path", "GET", "/assets/app.js", 404, nil},
		{"public files by a staff path", "GET", "/staff/assets/public.css", 404, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := server{Server: s.Server, t: t}.do(test.method, test.path, "", test.header...)
			if response.StatusCode != test.status {
				t.Errorf("%s: %s", response.Status, body)
			}
			if got := response.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("a problem of type %q: %s", got, body)
			}
			if bytes.Contains(body, []byte("sqlite")) || bytes.Contains(body, []byte("SQL")) {
				t.Errorf("tells of the database: %s", body)
			}
		})
	}
}

func TestPagesAndTheirHeaders(t *testing.T) {
	s := start(t, empty)
	for path, want := range map[string]struct{ body, cache string }{
		"/":                    {"public page", "public, max-age=300"},
		"/assets/public.css":   {"p{}", "public, max-age=31536000, immutable"},
		"/staff/":              {"staff page", "private, no-cache"},
		"/staff/incidents/":    {"incidents page", "private, no-cache"},
		"/staff/assets/app.js": {"1", "private, max-age=31536000, immutable"},
	} {
		response, body := s.do(http.MethodGet, path, "")
		if response.StatusCode != 200 || string(body) != want.body || response.Header.Get("Cache-Control") != want.cache {
			t.Errorf("%s: %s %q, Cache-Control %q", path, response.Status, body, response.Header.Get("Cache-Control"))
		}
		if policy := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self';") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	for from, to := range map[string]string{"/staff": "/staff/", "/staff/incidents?weeks=a/b": "/staff/incidents/?weeks=a/b", "/staff//incidents": "/staff/incidents/"} {
		if response, _ := s.do(http.MethodGet, from, ""); response.StatusCode != 301 || response.Header.Get("Location") != to {
			t.Errorf("%s: %s, leads to %q", from, response.Status, response.Header.Get("Location"))
		}
	}
}

func TestDescriptions(t *testing.T) {
	s := start(t, withSample(t))
	var tileJSON struct {
		TileJSON     string
		Tiles        []string
		Bounds       []float64
		VectorLayers []struct {
			ID     string
			Fields map[string]string
		} `json:"vector_layers"`
	}
	s.get("/v1/tiles/hotspots.json?kinds=needle&weeks=2026-10-21/2026-11-18", &tileJSON)
	want := "http://127.0.0.1:8080/v1/tiles/hotspots/{z}/{x}/{y}.mvt?kinds=needle&weeks=2026-10-21%2F2026-11-18"
	if tileJSON.TileJSON != "3.0.0" || len(tileJSON.Tiles) != 1 || tileJSON.Tiles[0] != want || len(tileJSON.Bounds) != 4 ||
		tileJSON.VectorLayers[0].Fields["needle"] != "Needles" {
		t.Errorf("%+v", tileJSON)
	}
	var description struct {
		OpenAPI string
		Paths   map[string]any
	}
	s.get("/openapi.json", &description)
	if !strings.HasPrefix(description.OpenAPI, "3.1") || description.Paths["/v1/counts"] == nil {
		t.Errorf("OpenAPI %s with %d paths", description.OpenAPI, len(description.Paths))
	}
	_, page := s.do(http.MethodGet, "/docs", "")
	if !bytes.Contains(page, []byte("/v1/locations")) || bytes.Contains(page, []byte("<script")) || bytes.Contains(page, []byte("https://")) {
		t.Errorf("the page of documentation: %.300s", page)
	}
	response, table := s.do(http.MethodGet, "/v1/counts?by=class", "", "Accept", "text/csv")
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/csv") || !bytes.HasPrefix(table, []byte("class,items,visits\nmanaged,")) {
		t.Errorf("%s: %.80s", response.Header.Get("Content-Type"), table)
	}
}
