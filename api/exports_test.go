package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/audit"
)

// exportedRows are those of a CSV that was exported, by the names of its columns.
func (s server) exportedRows(path string, headers ...string) (rows []map[string]string) {
	s.t.Helper()
	response, body := s.do(http.MethodGet, path, "", headers...)
	if response.StatusCode != http.StatusOK {
		s.t.Fatalf("GET %s: %s: %s", path, response.Status, body)
	}
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func summed(rows []map[string]string, column string) (sum int64) {
	for _, row := range rows {
		n, _ := strconv.ParseInt(row[column], 10, 64)
		sum += n
	}
	return sum
}

// Whatever the filter, what goes along sums to what is counted.
func TestExportsSumToTheCounts(t *testing.T) {
	s := start(t, withSample(t))
	random := rand.New(rand.NewPCG(31, 32))
	pick := func(all ...string) string { return all[random.IntN(len(all))] }
	for range 12 {
		filter := strings.Join([]string{
			pick("", "weeks=2026-10-21/2026-11-18", "weeks=2025-11-19/2026-11-18"), pick("", "kinds=needle", "kinds=needle,condom_used"),
			pick("", "classes=managed,residential"), pick("", "area=M-001"), pick("", "bbox=-2.43,54.7,-2.41,54.72"),
		}, "&")
		var sum counts
		s.get("/v1/counts?"+filter, &sum)
		for _, what := range []string{"squares", "weeks", "pickups"} {
			rows := s.exportedRows("/v1/exports/" + what + "?" + filter)
			if got := summed(rows, "items"); got != sum.Total.Items {
				t.Errorf("%s?%s sum to %d items, not %d", what, filter, got, sum.Total.Items)
			}
			if got := summed(rows, "visits"); what != "pickups" && got != sum.Total.Visits {
				t.Errorf("%s?%s sum to %d visits, not %d", what, filter, got, sum.Total.Visits)
			}
			if got := len(rows); what == "pickups" && int64(got) != sum.Total.Visits {
				t.Errorf("%d pickups of %s, not %d", got, filter, sum.Total.Visits)
			}
		}
	}
}

func TestEachExportIsLoggedAndNamesWhoTookIt(t *testing.T) {
	s := start(t, withSample(t))
	for _, what := range []string{"squares", "locations", "weeks", "pickups", "areas"} {
		for _, format := range []string{"csv", "xlsx", "gpkg", "geojson"} {
			if what == "weeks" && format == "geojson" {
				continue
			}
			response, body := s.do(http.MethodGet, fmt.Sprintf("/v1/exports/%s?format=%s", what, format), "")
			name := response.Header.Get("Content-Disposition")
			if response.StatusCode != http.StatusOK || len(body) < 200 || name != fmt.Sprintf(`attachment; filename="%s.%s"`, what, format) || !strings.Contains(response.Header.Get("Cache-Control"), "no-store") {
				t.Errorf("%s as %s: %s, %d bytes, %q", what, format, response.Status, len(body), name)
			}
		}
	}
	entries := s.audited()
	if n := len(slices.DeleteFunc(slices.Clone(entries), func(e audit.Sealed) bool { return e.Action != audit.Export })); n < 19 {
		t.Errorf("%d exports are logged", n)
	}
	response, body := s.do(http.MethodGet, "/v1/exports/squares?format=docx", "")
	if response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), "csv, xlsx, gpkg, geojson") {
		t.Errorf("%s %s", response.Status, body)
	}
}

// The police take along what they see: the kinds that the scheme shows them, and no visits.
func TestThePoliceTakeAlongWhatTheySee(t *testing.T) {
	s := start(t, withSample(t))
	for _, what := range []string{"squares", "locations", "weeks"} {
		rows := s.exportedRows("/v1/exports/"+what, "Cookie", as(data.Police))
		for column := range rows[0] {
			if strings.HasPrefix(column, "condom") || strings.Contains(column, "visit") {
				t.Errorf("%s has the column %q", what, column)
			}
		}
		all := s.exportedRows("/v1/exports/" + what + "?kinds=needle")
		if got, want := summed(rows, "items"), summed(all, "items"); got != want || got == 0 {
			t.Errorf("%s sum to %d, and needles to %d", what, got, want)
		}
	}
	for path, want := range map[string]int{"/v1/exports/pickups": http.StatusForbidden, "/v1/exports/squares?kinds=condom_used": http.StatusForbidden, "/v1/exports/areas": http.StatusOK} {
		if response, _ := s.do(http.MethodGet, path, "", "Cookie", as(data.Police)); response.StatusCode != want {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
}
