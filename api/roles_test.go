package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"commonground/api"
	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
)

// as is the cookie of someone with some roles, who has said why they look at
// incidents.
func as(roles ...data.Role) string {
	cookie := "demo=why=test"
	for _, role := range roles {
		cookie += "&role=" + string(role)
	}
	return cookie
}

// withIncidents is withSample and the sample's incidents.
func withIncidents(t testing.TB) func(context.Context, *intake.Door, *data.Scheme) {
	return func(ctx context.Context, door *intake.Door, scheme *data.Scheme) {
		withSample(t)(ctx, door, scheme)
		if _, refused, err := door.PutIncidents(ctx, sample.Incidents(1, scheme, until)); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
	}
}

var pathParameter = regexp.MustCompile(`\{[^}]*\}`)

// Every route of the table, and every page, is asked by someone of each role
// and by someone signed out. The golden file is what came of it.
func TestEveryRouteByEveryRole(t *testing.T) {
	s := start(t, withIncidents(t))
	roles := append([]data.Role{""}, data.AllRoles...)
	var table strings.Builder
	for _, line := range append(routeLines(t), "GET /staff/", "GET /staff/assets/app.js", "GET /docs", "GET /openapi.json", "GET /staff/sign-in", "GET /", "GET /governance") {
		fields := strings.Fields(line)
		path := pathParameter.ReplaceAllString(strings.NewReplacer("{z}", "15", "{x}", "16163", "{y}", "10408").Replace(fields[1]), "x")
		fmt.Fprintf(&table, "%-6s %-52s", fields[0], fields[1])
		for _, role := range roles {
			cookie := as(role)
			if role == "" {
				cookie = "none=1"
			}
			response, body := s.do(fields[0], path, "{}", "Cookie", cookie)
			fmt.Fprintf(&table, " %d", response.StatusCode)
			refused := response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden
			if refused && len(body) > 300 || role == "" && !refused && isStaffPath(path) && response.StatusCode != http.StatusOK {
				t.Errorf("%s %s by %q: %s: %.400s", fields[0], path, role, response.Status, body)
			}
		}
		table.WriteString("\n")
	}
	api.SameAsGolden(t, "testdata/roles.txt", "       signed out, "+data.Roles(data.AllRoles).String()+"\n"+table.String())
}

func isStaffPath(path string) bool {
	return strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/staff/") && path != "/staff/sign-in"
}

// routeLines are the lines of the golden table of routes.
func routeLines(t *testing.T) []string {
	t.Helper()
	table, err := os.ReadFile("testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(table)), "\n")
}

// Wherever a planner asks for incidents by place, the answer is a refusal; for
// the same question without a place there is an answer.
func TestPlannersGetNoIncidentByPlace(t *testing.T) {
	s := start(t, withIncidents(t))
	for path, allowed := range map[string]bool{
		"/v1/incidents/counts":                              true,
		"/v1/incidents/counts?by=week,class,outcome":        true,
		"/v1/incidents/counts?by=class&categories=harm":     true,
		"/v1/incidents/counts?classes=managed&by=week":      true,
		"/v1/incidents/counts?by=square":                    false,
		"/v1/incidents/counts?by=week,area":                 false,
		"/v1/incidents/counts?by=week&square=7":             false,
		"/v1/incidents/counts?bbox=-2.5,54.6,-2.3,54.8":     false,
		"/v1/incidents/counts?bbox=-180,-90,180,90&by=week": false,
		"/v1/incidents/counts?area=managed":                 false,
		"/v1/incidents":                                     false,
		"/v1/incidents?limit=1":                             false,
		"/v1/incidents/hours":                               false,
		"/v1/incidents/hours?classes=managed":               false,
		"/v1/tiles/incidents/15/16163/10408.mvt":            false,
		"/v1/tiles/incident-hotspots/10/505/325.mvt":        false,
	} {
		response, body := s.do(http.MethodGet, path, "", "Cookie", as(data.Planner))
		if allowed && response.StatusCode != http.StatusOK || !allowed && response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s %.200s", path, response.Status, body)
		}
		if response, body = s.do(http.MethodGet, path, "", "Cookie", as(data.Police)); response.StatusCode != http.StatusOK && !strings.Contains(path, "square=7") {
			t.Errorf("%s by the police: %s %.200s", path, response.Status, body)
		}
	}
}

// Condoms must never become evidence.
func TestThePoliceSeeOnlyTheKindsOfTheScheme(t *testing.T) {
	s := start(t, withSample(t))
	for _, path := range []string{
		"/v1/counts?by=kind", "/v1/counts?by=square,kind", "/v1/locations", "/v1/scheme",
		"/v1/tiles/hotspots/12/2020/1301.mvt", "/v1/tiles/hotspots.json", "/v1/tiles/pickups/15/16163/10408.mvt",
	} {
		_, planners := s.do(http.MethodGet, path, "", "Cookie", as(data.Planner)) // kept by the cache
		response, body := s.do(http.MethodGet, path, "", "Cookie", as(data.Police))
		if response.StatusCode != http.StatusOK || bytes.Contains(body, []byte("condom_used")) && !strings.HasSuffix(path, ".json") {
			t.Errorf("%s: %s, condoms: %v", path, response.Status, bytes.Contains(body, []byte("condom")))
		}
		if strings.Contains(path, "hotspots/") && (bytes.Equal(planners, body) || len(body) == 0) {
			t.Errorf("%s: the same for both", path)
		}
		if again, second := s.do(http.MethodGet, path, "", "Cookie", as(data.Planner)); again.StatusCode != 200 || !bytes.Equal(second, planners) {
			t.Errorf("%s: the planner gets something else after the police", path)
		}
	}
	for _, path := range []string{
		"/v1/counts?kinds=condom_used", "/v1/counts?by=week&kinds=needle,condom_used", "/v1/locations?kinds=condom_unused",
		"/v1/tiles/hotspots/12/2020/1301.mvt?kinds=condom_used", "/v1/tiles/pickups/15/16163/10408.mvt?kinds=condom_used", "/v1/tiles/hotspots.json?kinds=condom_used",
	} {
		if response, body := s.do(http.MethodGet, path, "", "Cookie", as(data.Police)); response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s %.200s", path, response.Status, body)
		}
		if response, body := s.do(http.MethodGet, path, "", "Cookie", as(data.Police, data.Planner)); response.StatusCode != http.StatusOK {
			t.Errorf("%s by a planner of the police: %s %.200s", path, response.Status, body)
		}
	}
}

func TestIncidentsAreShownToWhoSaidWhy(t *testing.T) {
	s := start(t, withIncidents(t))
	silent := "demo=role=police"
	for _, path := range []string{"/v1/incidents", "/v1/incidents/hours", "/v1/incidents/counts?by=square", "/v1/tiles/incidents/15/16163/10408.mvt"} {
		if response, body := s.do(http.MethodGet, path, "", "Cookie", silent); response.StatusCode != http.StatusForbidden || !bytes.Contains(body, []byte("/v1/me/reason")) {
			t.Errorf("%s: %s %s", path, response.Status, body)
		}
	}
	for body, want := range map[string]int{`{"why":""}`: 422, `{"why":"a\nb"}`: 422, `{"why":"` + strings.Repeat("x", 201) + `"}`: 422, `{`: 400, `{"why":"tasking 12"}`: 204} {
		response, _ := s.do(http.MethodPut, "/v1/me/reason", body, "Cookie", silent)
		if response.StatusCode != want {
			t.Errorf("%s: %s", body, response.Status)
		}
		if want != 204 {
			continue
		}
		cookie := strings.SplitN(response.Header.Get("Set-Cookie"), ";", 2)[0]
		if response, body := s.do(http.MethodGet, "/v1/incidents", "", "Cookie", cookie); response.StatusCode != 200 || response.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("with a reason: %s %s %.100s", response.Status, response.Header.Get("Cache-Control"), body)
		}
	}
}

// Each look at incidents is in the log before its answer, also the second one of
// the same caller; nothing else that planners look at is.
func TestLooksAtIncidentsAreLogged(t *testing.T) {
	s := start(t, withIncidents(t))
	for _, path := range []string{"/v1/incidents?limit=2", "/v1/incidents?limit=2", "/v1/tiles/incidents/15/16163/10408.mvt?categories=harm", "/v1/incidents/counts?by=square"} {
		s.do(http.MethodGet, path, "", "Cookie", as(data.Police), "If-None-Match", "*")
		entries := s.audited()
		last := entries[len(entries)-1]
		if last.What != "GET "+path || last.Who != "demo:police" || last.Why != "test" || last.Roles != "police" {
			t.Errorf("%s: %+v", path, last)
		}
	}
	before := len(s.audited())
	s.do(http.MethodGet, "/v1/counts", "", "Cookie", as(data.Planner))
	if n := len(s.audited()); n != before {
		t.Errorf("%d entries more", n-before)
	}
	for _, path := range []string{"/v1/incidents", "/v1/tiles/incidents/15/16163/10408.mvt", "/v1/tiles/incident-hotspots/10/505/325.mvt"} {
		s.do(http.MethodGet, path, "", "Cookie", as(data.Planner))
		if entries := s.audited(); entries[len(entries)-1].Action != "refused" || entries[len(entries)-1].What != "GET "+path {
			t.Errorf("a planner's try of %s: %+v", path, entries[len(entries)-1])
		}
	}
}

func TestALogThatCantBeWrittenGivesNoAnswer(t *testing.T) {
	s := start(t, withIncidents(t))
	if err := s.log.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, request := range [][3]string{
		{"GET", "/v1/incidents", ""},
		{"GET", "/v1/tiles/incident-hotspots/10/505/325.mvt", ""},
		{"POST", "/v1/pickups", `{"source":"a","ref":"1","at":"2026-11-20","found":{}}`},
	} {
		response, body := s.do(request[0], request[1], request[2])
		if response.StatusCode != http.StatusServiceUnavailable || len(body) > 300 {
			t.Errorf("%v: %s %.300s", request, response.Status, body)
		}
	}
	var all counts
	s.get("/v1/counts?by=class", &all)
	before := all.Total.Visits
	if s.get("/v1/counts?by=class", &all); all.Total.Visits != before {
		t.Error("the pickup was stored all the same")
	}
}

// An area can be drawn around a single house: a preview of it must not tell who
// is not of the police what was reported there.
func TestPreviewTellsNoIncidentsToOthersThanThePolice(t *testing.T) {
	s := start(t, withIncidents(t))
	whole := `{"type":"FeatureCollection","features":[` + polygonFeature("all", -2.6, 54.6, -2.2, 54.8) + "]}"
	_, inForce := s.do(http.MethodGet, "/v1/boundaries", "", "Cookie", as(data.Steward))
	house := strings.Replace(string(inForce), `"features":[`, `"features":[`+polygonFeature("house", -2.4201, 54.7199, -2.4199, 54.7201)+",", 1)
	for _, test := range []struct{ body, want string }{{whole, ""}, {house, "fewer than 10"}} {
		var preview struct {
			Incidents *string
			Changed   map[string]any
			Classes   []map[string]any
		}
		response, body := s.do(http.MethodPost, "/v1/boundaries/preview?from=2026-01-01", test.body, "Cookie", as(data.Steward), "Content-Type", "application/geo+json")
		if err := json.Unmarshal(body, &preview); err != nil || response.StatusCode != 200 || preview.Incidents == nil || bytes.Contains(body, []byte(`"incidents":0`)) {
			t.Fatalf("%s %v %.300s", response.Status, err, body)
		}
		if test.want != "" && *preview.Incidents != test.want {
			t.Errorf("%q incidents, want %q", *preview.Incidents, test.want)
		}
		if _, there := preview.Changed["incidents"]; there {
			t.Error("the changes tell incidents")
		}
		for _, row := range preview.Classes {
			if _, there := row["incidents"]; there || row["visits"] == 0.0 {
				t.Errorf("a row tells incidents: %v", row)
			}
		}
	}
	_, body := s.do(http.MethodPost, "/v1/boundaries/preview?from=2026-01-01", whole, "Cookie", as(data.Steward, data.Police), "Content-Type", "application/geo+json")
	if !bytes.Contains(body, []byte(`"changed":{"visits":`)) || !bytes.Contains(body, []byte(`,"incidents":`)) {
		t.Errorf("to the police: %.300s", body)
	}
}

// polygonFeature is a managed area as GeoJSON.
func polygonFeature(id string, west, south, east, north float64) string {
	return fmt.Sprintf(`{"type":"Feature","id":%q,"properties":{"id":%[1]q,"class":"managed","name":"a"},"geometry":{"type":"Polygon","coordinates":`+
		`[[[%[2]g,%[3]g],[%[4]g,%[3]g],[%[4]g,%[5]g],[%[2]g,%[5]g],[%[2]g,%[3]g]]]}}`, id, west, south, east, north)
}

func TestASenderSendsOnlyOfItsSource(t *testing.T) {
	s := start(t, empty)
	for source, want := range map[string]int{"app": 201, "other": 422, "": 422} {
		body := fmt.Sprintf(`{"source":%q,"ref":"1","at":"2026-11-20","found":{"needle":1}}`, source)
		if response, said := s.do(http.MethodPost, "/v1/pickups", body, "Cookie", as(data.Sender)+"&source=app"); response.StatusCode != want {
			t.Errorf("%q: %s %s", source, response.Status, said)
		}
	}
}
