package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"commonground/api"
	"commonground/data"
	"commonground/data/audit"
)

func TestTheReportOfAPeriod(t *testing.T) {
	s := startWith(t, withIncidents(t), func(c *api.Config) { c.Now = func() time.Time { return until.In(time.UTC) } })
	var list struct {
		Periods []struct {
			From, To string
			LastDay  string `json:"last_day"`
			Over     bool
		}
		Formats []string
	}
	s.get("/v1/reports", &list)
	if len(list.Periods) < 20 || strings.Join(list.Formats, " ") != "json csv xlsx html pdf text" {
		t.Fatalf("%+v", list)
	}
	last := list.Periods[0]
	for _, p := range list.Periods {
		if last = p; p.Over {
			break
		}
	}
	var report struct {
		Period    struct{ From, To string }
		By        string            `json:"taken_by"`
		Line      struct{ N int64 } `json:"dedicated_line"`
		Cleansing struct {
			Total struct {
				Visits int64
				Items  []int64
			}
		}
	}
	response, body := s.do(http.MethodGet, "/v1/reports/"+last.From, "", "Cookie", as(data.Planner))
	if err := json.Unmarshal(body, &report); err != nil || response.StatusCode != http.StatusOK || response.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("%s: %v, %.300s", response.Status, err, body)
	}
	var counted counts
	s.get("/v1/counts?by=week&weeks="+last.From+"/"+last.To, &counted)
	items := int64(0)
	for _, n := range report.Cleansing.Total.Items {
		items += n
	}
	if report.Period.From != last.From || report.By == "" || report.Line.N == 0 || items != counted.Total.Items || report.Cleansing.Total.Visits != counted.Total.Visits {
		t.Errorf("%+v, counts %+v", report, counted.Total)
	}
	exported := ""
	for _, entry := range s.audited() {
		if entry.Action == audit.Export {
			exported += entry.What
		}
	}
	if exported != "GET /v1/reports/"+last.From {
		t.Errorf("in the log: %s", exported)
	}
}

// In no form do the police get condoms, or visits; a planner gets them in each.
func TestTheReportHasForThePoliceWhatTheyMaySee(t *testing.T) {
	s := start(t, withIncidents(t))
	const path = "/v1/reports/2026-09-30"
	for format, kind := range map[string]string{
		"": "application/json", "json": "application/json", "csv": "application/zip", "text": "text/plain; charset=utf-8",
		"html": "text/html; charset=utf-8",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	} {
		address := path
		if format != "" {
			address += "?format=" + format
		}
		for role, sees := range map[data.Role]bool{data.Planner: true, data.Steward: true, data.Police: false} {
			response, body := s.do(http.MethodGet, address, "", "Cookie", as(role))
			if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != kind ||
				strings.HasPrefix(response.Header.Get("Content-Disposition"), `attachment; filename="report-2026-09-30.`) != (kind != "application/json" && format != "html") {
				t.Errorf("%s by %s: %s, %v", address, role, response.Status, response.Header)
			}
			if policy := response.Header.Values("Content-Security-Policy"); len(policy) != 1 || strings.Contains(policy[0], "default-src 'none'") != (format == "html") {
				t.Errorf("%s by %s: the policy is %q", address, role, policy)
			}
			said := strings.ToLower(textOf(t, body))
			if strings.Contains(said, "condom") != sees || !strings.Contains(said, "needle") {
				t.Errorf("%s by %s: condoms are in it: %v", address, role, !sees)
			}
		}
	}
	response, body := s.do(http.MethodGet, path, "", "Cookie", as(data.Police, data.Planner))
	if response.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("condom")) {
		t.Errorf("by a planner of the police: %s", response.Status)
	}
}

// textOf returns what is in a zip as one text, or the body itself.
func textOf(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK")) {
		return string(body)
	}
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range archive.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, in); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestWhatIsNoReportIsRefusedInWords(t *testing.T) {
	s := start(t, withIncidents(t))
	for path, says := range map[string]string{
		"/v1/reports/2026-10-01":              "no period begins on 1 October 2026; the one that holds it is from 30 September 2026 to 27 October 2026",
		"/v1/reports/october":                 "is no date",
		"/v1/reports/2026-09-30?format=doc":   "use one of json, csv, xlsx, html, pdf, text",
		"/v1/reports/2026-09-30?kinds=needle": "unknown query parameter",
	} {
		response, body := s.do(http.MethodGet, path, "", "Cookie", as(data.Planner))
		if response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), says) {
			t.Errorf("%s: %s %s", path, response.Status, body)
		}
	}
}
