package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// townWithCrew is a store with a scheme, two areas in force from 2026 and the
// visits of a crew, and the flags that read the areas' file.
func townWithCrew(t *testing.T) (store string, flags []string) {
	t.Helper()
	folder := t.TempDir()
	store = "--store=" + filepath.Join(folder, "town.db")
	scheme := filepath.Join(folder, "scheme.toml")
	mustRun(t, "init", scheme)
	mustRun(t, store, "import", "scheme", scheme)
	areas := write(t, filepath.Join(folder, "areas.geojson"), areasFile)
	flags = []string{areas, "--class-property=use", "--id-property=code", "--ignore=water"}
	mustRun(t, append([]string{store, "import", "boundaries", "--from=2026-01-01", "--class=residential=R1", "--class=non_residential=IND"}, flags...)...)
	crew := "date,lon,lat,needle,condom_used\n"
	for range 1200 {
		crew += "2026-11-02,-1.55,53.79,1,2\n"
	}
	crew += "2026-11-02 10:00,-1.57,53.79,3,0\n2026-11-12,-1.57,53.79,0,0\n2025-11-12,-1.57,53.79,7,7\n2026-11,,,1,1\n"
	mustRun(t, store, "import", "pickups", write(t, filepath.Join(folder, "crew.csv"), crew))
	mustRun(t, store, "import", "incidents", write(t, filepath.Join(folder, "line.csv"),
		"received,happened,lon,lat,category\n2026-11-12,2026-11-02,-1.57,53.79,harm\n"))
	return store, flags
}

func TestPreviewOfBoundariesIsATableAndStoresNothing(t *testing.T) {
	store, flags := townWithCrew(t)
	preview := append([]string{store, "boundaries", "preview", "--from=2026-11-01", "--class=managed=R1", "--class=residential=IND"}, flags...)
	before := mustRun(t, store, "boundaries", "list")
	out := mustRun(t, preview...)
	for _, want := range []string{
		"Version 2 would be in force from 2026-11-01: 2 areas (1 managed, 1 residential, 0 non-residential), 1 features ignored.\n",
		"1,203 records would change class: 1,202 visits with 3,603 items, and 1 incident.\n",
		"\n0 records would only come to another area of their class; for 0 only",
		"Nothing was stored.\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s\ndoes not say %s", out, want)
		}
	}
	for _, want := range []string{
		"from             to           visits  incidents  needle",
		"residential      managed       1,200          0   1,200",
		"non_residential  residential       2          1       3",
		"week from   visits  incidents  needle",
		"2026-10-28   1,201          0   1,203",
		"2026-11-11       1          1       0",
	} {
		if !strings.Contains(out, "\n"+want) {
			t.Errorf("%s\nhas no line\n%s", out, want)
		}
	}
	if after := mustRun(t, store, "boundaries", "list"); after != before {
		t.Errorf("the preview changed the versions: %s", after)
	}
}

func TestBoundariesAreListedAndUndone(t *testing.T) {
	store, flags := townWithCrew(t)
	put := append([]string{store, "import", "boundaries", "--from=2026-11-01", "--to=2026-12-01", "--class=managed=R1,IND"}, flags...)
	mustRun(t, put...)
	if out := mustRun(t, store, "boundaries", "undo", "--preview"); !strings.Contains(out, "Version 2, in force from 2026-11-01 to 2026-12-01 (not included), would be taken back.") ||
		!strings.Contains(out, "1,203 records would change class") {
		t.Errorf("previewed: %s", out)
	}
	if status, _, stderr := command(t, store, "boundaries", "undo", "--version=1"); status != 1 || !strings.Contains(stderr, "version 2, not 1") {
		t.Errorf("undoing another version: status %d, %s", status, stderr)
	}
	if out := mustRun(t, store, "boundaries", "undo", "--version=2"); !strings.Contains(out, "Version 2, in force from 2026-11-01 to 2026-12-01 (not included), is taken back") {
		t.Errorf("undone: %s", out)
	}
	if out := mustRun(t, put...); !strings.Contains(out, "Boundary version 3") {
		t.Errorf("put in again: %s", out)
	}
	out := mustRun(t, store, "boundaries", "list")
	for _, want := range []string{
		"version  from        to", "\n1        2026-01-01", "\n2        2026-11-01  2026-12-01  taken back", "2 areas (2 managed, 0 residential, 0 non-residential)",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s\ndoes not say %q", out, want)
		}
	}
	mustRun(t, store, "boundaries", "undo")
	mustRun(t, store, "boundaries", "undo")
	if status, _, stderr := command(t, store, "boundaries", "undo"); status != 1 || !strings.Contains(stderr, "no version of the boundary is left") {
		t.Errorf("undoing once more: status %d, %s", status, stderr)
	}
}

func TestListOfNoBoundariesSaysHowToPutOneIn(t *testing.T) {
	folder := t.TempDir()
	store, scheme := "--store="+filepath.Join(folder, "town.db"), filepath.Join(folder, "scheme.toml")
	mustRun(t, "init", scheme)
	mustRun(t, store, "import", "scheme", scheme)
	if out := mustRun(t, store, "boundaries", "list"); !strings.Contains(out, "commonground import boundaries") {
		t.Error(out)
	}
	if out := mustRun(t, store, "boundaries", "list", "--help"); out == "" {
		t.Error("there is no help")
	}
}

func TestPreviewThatCantBeMade(t *testing.T) {
	store, flags := townWithCrew(t)
	for _, test := range []struct{ name, flag, says string }{
		{"no day", "--to=2026-01-01", "--from"},
		{"ends as it begins", "--from=2026-01-01 --to=2026-01-01", "is not after 2026-01-01"},
		{"values without a class", "--from=2026-01-01", "--class residential=VALUE"},
		{"a class that is none", "--from=2026-01-01 --class=posh=R1", "--class posh=R1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{store, "boundaries", "preview"}, strings.Fields(test.flag)...)
			if test.name == "ends as it begins" {
				args = append(args, "--class=managed=*")
			}
			status, stdout, stderr := command(t, append(args, flags...)...)
			if status == 0 || !strings.Contains(stderr, test.says) {
				t.Errorf("status %d\n%s%s", status, stdout, stderr)
			}
		})
	}
}
