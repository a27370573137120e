package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestImportTellsWhatIsDoubtfulByWeek(t *testing.T) {
	folder := t.TempDir()
	store := "--store=" + filepath.Join(folder, "test.db")
	mustRun(t, store, "init", filepath.Join(folder, "scheme.toml"))
	mustRun(t, store, "import", "scheme", filepath.Join(folder, "scheme.toml"))
	pickups, incidents := strings.Builder{}, strings.Builder{}
	pickups.WriteString("ref,at,lon,lat,needle\n")
	incidents.WriteString("ref,received,lon,lat,category\n")
	for i := range 60 {
		lon := -1.60 + float64(i)*0.001
		if i >= 40 {
			lon = -1.5505
		}
		fmt.Fprintf(&pickups, "%d,2025-10-%02d,%.4f,53.79,1\n", i, 1+i%28, lon)
		fmt.Fprintf(&incidents, "%d,2025-10-%02d,%.4f,53.79,harm\n", i, 1+i%28, lon)
	}
	pickups.WriteString("60,2025-10,-1.6,53.78,1\n61,2125-10-01,-1.6,53.78,1001\n")
	file := write(t, filepath.Join(folder, "city.csv"), pickups.String())
	out := mustRun(t, store, "import", "pickups", file, "--source=city")
	for _, want := range []string{
		"62 rows: 62 added", "all of them are in and counted:\n  1 are known to the month only", "  20 lie at a point that unusually many addresses share",
		"longitude -1.5505, latitude 53.79, 20 rows", "  1 are of a time that is yet to come", "  1 have more than 1,000 items",
		"source  week from   rows  undated  shared point  future  too large\ncity    undated        1        1             0       0          0\n",
		"city    2125-09-26     1        0             0       1          1\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s\ndoes not say %q", out, want)
		}
	}
	if out = mustRun(t, store, "import", "pickups", file, "--source=city"); strings.Contains(out, "To look at") {
		t.Errorf("nothing came in, yet: %s", out)
	}
	out = mustRun(t, store, "import", "incidents", write(t, filepath.Join(folder, "line.csv"), incidents.String()), "--source=line")
	if !strings.Contains(out, "  20 lie at a point") || strings.Contains(out, "-1.55") {
		t.Errorf("incidents: %s", out)
	}
}
