package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb/maptile"

	"commonground/data"
)

// said is what everything says of one place: counts, the tile, the ranking.
type said struct {
	counts, visits, tile, ranked int64
}

func (s server) saidOf(lon, lat float64) (out said) {
	s.t.Helper()
	var all counts
	s.get("/v1/counts?by=week", &all)
	out.counts, out.visits = all.Total.Items, all.Total.Visits
	at := maptile.At([2]float64{lon, lat}, 16)
	for _, feature := range s.features(fmt.Sprintf("/v1/tiles/hotspots/16/%d/%d.mvt", at.X, at.Y)) {
		out.tile += int64(feature.Properties["n"].(float64))
	}
	var ranking struct{ Rows []struct{ Items int64 } }
	s.get("/v1/locations?limit=1000", &ranking)
	for _, row := range ranking.Rows {
		out.ranked += row.Items
	}
	return out
}

func TestACorrectedAndADeletedPickupAreInCountsTilesAndRankingsAtOnce(t *testing.T) {
	s := start(t, empty)
	const path = "/v1/pickups/crew/a%2Fb"
	record := func(items int, lon float64) string {
		return fmt.Sprintf(`{"at":"2026-11-20T09:00","lon":%g,"lat":54.7201,"found":{"needle":%d}}`, lon, items)
	}
	for _, step := range []struct {
		method, path, body string
		status             int
		want               said // at the first place
	}{
		{"POST", "/v1/pickups", `{"source":"crew","ref":"a/b",` + record(3, -2.4201)[1:], 201, said{3, 1, 3, 3}},
		{"PUT", path, record(5, -2.4201), 200, said{5, 1, 5, 5}},
		{"PUT", path, record(5, -2.4201), 200, said{5, 1, 5, 5}},
		{"PUT", path, record(2, -2.4801), 200, said{2, 1, 0, 2}},
		{"DELETE", path, "", 204, said{}},
		{"DELETE", path, "", 404, said{}},
		{"POST", "/v1/pickups", `{"source":"crew","ref":"a/b",` + record(3, -2.4201)[1:], 409, said{}},
		{"PUT", path, record(4, -2.4201), 201, said{4, 1, 4, 4}},
		{"PUT", path, `{"source":"other",` + record(4, -2.4201)[1:], 422, said{4, 1, 4, 4}},
		{"PUT", path, `{"at":"yesterday","found":{}}`, 422, said{4, 1, 4, 4}},
		{"PUT", path, "[]", 400, said{4, 1, 4, 4}},
		{"PUT", path, strings.Repeat(" ", 70_000) + record(4, -2.42), 413, said{4, 1, 4, 4}},
	} {
		before := len(s.audited())
		response, body := s.do(step.method, step.path, step.body)
		if response.StatusCode != step.status {
			t.Errorf("%s %s %.80s: %s %s", step.method, step.path, step.body, response.Status, body)
		}
		if got := s.saidOf(-2.4201, 54.7201); got != step.want {
			t.Errorf("after %s %s %.80s: %+v, want %+v", step.method, step.path, step.body, got, step.want)
		}
		if n := len(s.audited()); n <= before {
			t.Errorf("%s %s is not in the log", step.method, step.path)
		}
	}
	var scheme struct{ Weeks *struct{ First, End string } }
	s.do("PUT", "/v1/pickups/crew/late", `{"at":"2062-11-20","found":{"needle":1}}`)
	s.do("DELETE", "/v1/pickups/crew/late", "")
	if s.get("/v1/scheme", &scheme); scheme.Weeks == nil || scheme.Weeks.First != "2026-11-18" || scheme.Weeks.End != "2026-11-25" {
		t.Errorf("the weeks with records are %+v", scheme.Weeks)
	}
	var history struct {
		Versions []struct {
			Version int
			Deleted bool
			Pickup  struct{ Found map[string]int }
		}
	}
	s.get(path+"/history", &history)
	items := ""
	for _, v := range history.Versions {
		items += fmt.Sprintf("%d:%d:%v ", v.Version, v.Pickup.Found["needle"], v.Deleted)
	}
	if items != "1:3:false 2:5:false 3:2:true " {
		t.Errorf("history: %s", items)
	}
	entries := s.audited()
	if last := entries[len(entries)-1]; last.Subject != "crew a/b" || last.What != "GET "+path+"/history" {
		t.Errorf("the look at the history: %+v", last)
	}
}

func TestACorrectedAndADeletedIncidentAreInListsCountsAndTilesAtOnce(t *testing.T) {
	s := start(t, empty)
	const path = "/v1/incidents/line/7"
	at := maptile.At([2]float64{-2.4201, 54.7201}, 16)
	tile := fmt.Sprintf("/v1/tiles/incidents/16/%d/%d.mvt", at.X, at.Y)
	squares := fmt.Sprintf("/v1/tiles/incident-hotspots/16/%d/%d.mvt", at.X, at.Y)
	for _, step := range []struct {
		method, body   string
		status         int
		harm, nuisance int64
	}{
		{"PUT", `{"received":"2026-11-20T21:00","category":"harm","lon":-2.4201,"lat":54.7201}`, 201, 1, 0},
		{"PUT", `{"received":"2026-11-20T21:00","category":"nuisance","lon":-2.4201,"lat":54.7201}`, 200, 0, 1},
		{"DELETE", "", 204, 0, 0},
	} {
		if response, body := s.do(step.method, path, step.body); response.StatusCode != step.status {
			t.Errorf("%s: %s %s", step.body, response.Status, body)
		}
		var answer struct {
			Rows []struct {
				Category  string
				Incidents int64
			}
		}
		s.get("/v1/incidents/counts?by=class", &answer)
		byCategory := map[string]int64{}
		for _, row := range answer.Rows {
			byCategory[row.Category] += row.Incidents
		}
		var list struct{ Incidents []struct{ Category string } }
		s.get("/v1/incidents", &list)
		points, drawn := s.features(tile), s.features(squares)
		if n := int(step.harm + step.nuisance); len(list.Incidents) != n || len(points) != n || len(drawn) != n {
			t.Errorf("%s: %d in the list, %d on the map, %d squares", step.body, len(list.Incidents), len(points), len(drawn))
		}
		if byCategory["harm"] != step.harm || byCategory["nuisance"] != step.nuisance {
			t.Errorf("%s: %v", step.body, byCategory)
		}
	}
	var history struct{ Versions []json.RawMessage }
	if s.get(path+"/history", &history); len(history.Versions) != 2 {
		t.Errorf("%d versions", len(history.Versions))
	}
}

// Pages of a list follow each other without a gap or a repetition.
func TestTheListOfIncidentsGoesOn(t *testing.T) {
	s := start(t, withIncidents(t))
	seen, path, received := map[data.Key]bool{}, "/v1/incidents?limit=97", "9999"
	for pages := 0; path != ""; pages++ {
		var list struct {
			Incidents []struct{ Source, Ref, Received string }
			Next      string
		}
		s.get(path, &list)
		for _, i := range list.Incidents {
			if key := (data.Key{Source: i.Source, Ref: i.Ref}); seen[key] || i.Received > received && len(i.Received) == len(received) {
				t.Fatalf("%v comes twice, or after %s", i, received)
			} else {
				seen[key], received = true, i.Received
			}
		}
		if path = ""; list.Next != "" {
			path = "/v1/incidents?limit=97&after=" + list.Next
		}
	}
	var answer struct{ Rows []struct{ Incidents int } }
	s.get("/v1/incidents/counts?by=outcome", &answer)
	total := 0
	for _, row := range answer.Rows {
		total += row.Incidents
	}
	if len(seen) != total || total == 0 {
		t.Errorf("%d in the list, %d counted", len(seen), total)
	}
	if response, body := s.do(http.MethodGet, "/v1/incidents?after=x!", ""); response.StatusCode != 422 || bytes.Contains(body, []byte("base64")) {
		t.Errorf("%s %s", response.Status, body)
	}
}
