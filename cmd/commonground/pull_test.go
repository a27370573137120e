package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// remote is a server of Open311 that has requests of one service, three of them
// broken or open.
func remote(t *testing.T, code string) *httptest.Server {
	t.Helper()
	start := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
	type row map[string]any
	var rows []row
	for i := range 60 {
		rows = append(rows, row{
			"service_request_id": 1000 + i, "service_code": code, "status": "closed", "requested_datetime": start.AddDate(0, 0, i).Format(time.RFC3339),
			"lat": 54.72, "long": -2.42, "description": "Descriptionsecret", "address": "Addresssecret",
		})
	}
	rows[10]["lat"], rows[11]["requested_datetime"], rows[50]["status"] = 154.72, "soon", "open"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v2/services.json", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode([]row{{"service_code": code}, {"service_code": "other"}})
	})
	mux.HandleFunc("GET /v2/requests.json", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		found := []row{}
		for _, one := range rows {
			at := one["requested_datetime"].(string)
			if q.Get("service_code") == code && (at == "soon" && q.Get("start_date") < "2026-09-12" || at >= q.Get("start_date") && at <= q.Get("end_date")) && q.Get("page") == "" {
				found = append(found, one)
			}
		}
		_ = json.NewEncoder(w).Encode(found)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestRequestsOfAnotherServerArePulled(t *testing.T) {
	folder := t.TempDir()
	store := filepath.Join(folder, "town.db")
	flag := "--store=" + store
	scheme := filepath.Join(folder, "scheme.toml")
	mustRun(t, "init", scheme)
	mustRun(t, flag, "import", "scheme", scheme)
	const code = "Hotline:Needles, found=yes" // such codes there are
	server := remote(t, code)
	asked := []string{flag, "pull", "open311", server.URL + "/v2", "--service", code + "=needle", "--source=city", "--until=2026-11-01"}
	if status, _, said := command(t, append(asked, "--since=last")...); status != 1 || !strings.Contains(said, "give a day") {
		t.Errorf("the first pull since the last one: %d %s", status, said)
	}
	out := mustRun(t, append(asked, "--since=2026-09-01")...)
	for _, want := range []string{"60 requests read", "57 added", "2 refused, 1 still open", `request "1010": `, "154.72", `"soon"`, "goes on from 2026-10-21T10:00:00+01:00"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s\ndoes not say %s", out, want)
		}
	}
	refused, err := os.ReadFile(store + ".pull.refused.csv")
	if err != nil || strings.Contains(string(refused), "secret") {
		t.Fatalf("%s %v", refused, err)
	}
	mended := strings.NewReplacer("154.72", "54.72", "soon", "2026-09-12T09:00:00Z").Replace(string(refused))
	out = mustRun(t, flag, "import", "pickups", write(t, filepath.Join(folder, "mended.csv"), mended))
	if !strings.Contains(out, "2 rows: 2 added") {
		t.Errorf("mended: %s", out)
	}
	if out = mustRun(t, append(asked, "--since=last")...); !strings.Contains(out, "0 added, 9 there already") || !strings.Contains(out, "1 still open") {
		t.Errorf("since last: %s", out)
	}
	if out = mustRun(t, append(asked, "--since=2026-09-01", "--status=all")...); !strings.Contains(out, "1 added") {
		t.Errorf("open ones too: %s", out)
	}
	if list := mustRun(t, flag, "audit", "list"); !strings.Contains(list, "pull open311") {
		t.Errorf("not in the log: %s", list)
	}
}

func TestServicesWithTheIdOfAKindAndIncidentsArePulled(t *testing.T) {
	folder := t.TempDir()
	flag := "--store=" + filepath.Join(folder, "town.db")
	mustRun(t, flag, "sample", "--seal=0", "--until=2026-11-23")
	server := remote(t, "needle")
	base := []string{flag, "pull", "open311", server.URL + "/v2", "--since=2026-09-01", "--until=2026-11-01"}
	if out := mustRun(t, base...); !strings.Contains(out, "57 added") {
		t.Error(out)
	}
	if out := mustRun(t, append(base, "--as=incident", "--category=nuisance", "--service=needle")...); !strings.Contains(out, "57 added") {
		t.Error(out)
	}
	other := remote(t, "graffiti")
	for name, test := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no service with the id of a kind": {[]string{other.URL + "/v2", "--since=2026-09-01"}, 1, `"graffiti"`},
		"a kind that is none":              {[]string{server.URL + "/v2", "--since=2026-09-01", "--service=needle=bottle"}, 1, "bottle"},
		"a time that is none":              {[]string{server.URL + "/v2", "--since=soon"}, 1, "--since"},
		"an end before the start":          {[]string{server.URL + "/v2", "--since=2026-09-01", "--until=2026-08-01"}, 1, "nothing between"},
		"incidents without a category":     {[]string{server.URL + "/v2", "--since=2026-09-01", "--as=incident", "--service=needle"}, 2, "--category"},
		"an endpoint that is none":         {[]string{server.URL + "/elsewhere", "--since=2026-09-01"}, 1, "404"},
		"http from elsewhere":              {[]string{"http://311.example.org/v2", "--since=2026-09-01"}, 2, "--insecure"},
		"a password in the address":        {[]string{"https://a:passwordsecret@311.example.org", "--since=2026-09-01"}, 2, "commands are logged"},
	} {
		status, _, said := command(t, append([]string{flag, "pull", "open311"}, test.args...)...)
		if status != test.status || !strings.Contains(said, test.says) {
			t.Errorf("%s: %d %s", name, status, said)
		}
	}
	if list := mustRun(t, flag, "audit", "list"); strings.Contains(list, "passwordsecret") {
		t.Error("a password is in the audit log")
	}
}

func TestNotesOfPullsThatAreBrokenAreNotOverwritten(t *testing.T) {
	marks := pullMarks{path: write(t, filepath.Join(t.TempDir(), "pulls.json"), "{"), name: "a"}
	if err := marks.set(time.Now()); err == nil {
		t.Error("overwritten")
	}
	if err := os.Remove(marks.path); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	for i, name := range []string{"a", "b"} {
		marks.name = name
		if err := marks.set(at.AddDate(0, 0, i)); err != nil {
			t.Fatal(err)
		}
	}
	marks.name = "a"
	if next, found, err := marks.next(); !next.Equal(at) || !found || err != nil {
		t.Error(fmt.Sprint(next, found, err))
	}
}
