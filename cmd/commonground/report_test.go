package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheReportCommand(t *testing.T) {
	folder := t.TempDir()
	store := "--store=" + filepath.Join(folder, "town.db")
	scheme := filepath.Join(folder, "scheme.toml")
	mustRun(t, store, "init", scheme)
	mustRun(t, store, "import", "scheme", scheme)
	pickups := write(t, filepath.Join(folder, "pickups.csv"), "Date,Longitude,Latitude,Needles\n2019-04-24,-1.57,53.79,2\n2019-05-21,-1.57,53.79,3\n2019-05-22,-1.57,53.79,7\n")
	mustRun(t, store, "import", "pickups", pickups)
	said := mustRun(t, store, "report", "2019-04-24")
	for _, want := range []string{"Our town: monitoring report, 24 April 2019 to 21 May 2019", "Final.", "24 April 2019        2", "15 May 2019          3", "all                  5"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	if latest := mustRun(t, store, "report"); !strings.Contains(latest, "Our town: monitoring report") || !strings.Contains(latest, "Not final.") {
		t.Errorf("the last period: %s", latest)
	}
	var report struct {
		Final   bool
		Figures []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(mustRun(t, store, "report", "2019-04-24", "--format", "json")), &report); err != nil || !report.Final || len(report.Figures) == 0 {
		t.Errorf("%v: %+v", err, report)
	}
	for _, format := range []string{"csv", "xlsx"} {
		file := filepath.Join(folder, "report."+format)
		out := mustRun(t, store, "report", "2019-04-24", "--format", format, "--out", file)
		content, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(content), "PK") || !strings.Contains(out, "not for publication") {
			t.Errorf("%s: %v, %s", format, err, out)
		}
		if status, _, errs := command(t, store, "report", "2019-04-24", "--format", format, "--out", file); status != 1 || !strings.Contains(errs, "--force") {
			t.Errorf("%s over a file: %d %s", format, status, errs)
		}
		if status, _, errs := command(t, store, "report", "--format", format); status != 1 || !strings.Contains(errs, "--out") {
			t.Errorf("%s for a terminal: %d %s", format, status, errs)
		}
	}
	for args, says := range map[string]string{"2019-04-25": "no period begins on 25 April 2019", "april": "is no date"} {
		if status, _, errs := command(t, store, "report", args); status != 1 || !strings.Contains(errs, says) {
			t.Errorf("%s: %d %s", args, status, errs)
		}
	}
	if log := mustRun(t, store, "audit", "list"); strings.Count(log, "export") != 11 {
		t.Errorf("%d exports are in the log, want 11:\n%s", strings.Count(log, "export"), log)
	}
}
