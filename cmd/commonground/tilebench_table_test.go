package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// named are the ways of PostGIS, for people.
var named = map[string]string{
	fromPoints:        "PostGIS, from points",
	fromPointsUsually: "PostGIS, from points, ST_AsMVTGeom",
	asItComes:         "PostGIS, the same, PostgreSQL's own settings",
	fromCells:         "PostGIS, from sums by square, week, class",
	fromTotals:        "PostGIS, from sums by square",
	weeklyPoints:      "PostGIS, from points",
	weeklyCells:       "PostGIS, from sums by square, week, class",
	weeklyTotals:      "PostGIS, from sums by week, class",
}

// print writes the table. It goes to standard output whole: the log of a
// benchmark is cut.
func (r *race) print(records int, s serving) {
	r.t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "\n%d pickups; %d workers, each asking for %v; tiles of PostGIS have no names of squares\n\n", records, workers, *tilesTime)
	out.WriteString("| what | selects | server | requests/s | p50 ms | p99 ms | max ms | bytes | × PostGIS, in the order of its rows |\n")
	out.WriteString("|---|---|---|---|---|---|---|---|---|\n")
	for _, row := range r.rows {
		server := row.server
		if name, ok := named[server]; ok {
			server = name
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s | %s | %d | %s |\n", row.about, row.selects, server,
			figure(row.perSecond()), milliseconds(row.quantile(0.5)), milliseconds(row.quantile(0.99)), milliseconds(row.quantile(1)),
			row.bytes/max(1, row.requests), times(row.than))
	}
	r.printSizes(&out, s)
	fmt.Fprintln(os.Stdout, out.String())
}

// printSizes writes what both sides take, and how long they took to begin.
func (r *race) printSizes(out *strings.Builder, s serving) {
	r.t.Helper()
	memory := residentOf(r.t, s.Process.Pid)
	fmt.Fprintf(out, "\n| side | loaded in | ready after its start | resident | at most |\n|---|---|---|---|---|\n")
	fmt.Fprintf(out, "| ours | %v, through the door | %v | %s | %s |\n", r.town.loaded.Round(10*time.Millisecond),
		r.ready.Round(10*time.Millisecond), memory["VmRSS"], memory["VmHWM"])
	fmt.Fprintf(out, "| PostGIS | %v, with indexes and sums |  |  |  |\n", r.db.loaded.Round(10*time.Millisecond))
	fmt.Fprintf(out, "\n| table | MB | indexes MB |\n|---|---|---|\n")
	for _, table := range []string{"pickup", "square", "cell", "cell_total"} {
		tableBytes, indexBytes := r.db.size(table)
		fmt.Fprintf(out, "| %s | %.1f | %.1f |\n", table, float64(tableBytes)/1e6, float64(indexBytes)/1e6)
	}
}

// residentOf reads how much memory a process holds, and held at most.
func residentOf(t interface{ Fatal(...any) }, process int) map[string]string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]string{}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		lines[name] = strings.TrimSpace(value)
	}
	return lines
}

func milliseconds(d time.Duration) string {
	return figure(float64(d.Microseconds()) / 1000)
}

// figure writes a number with three digits that count.
func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func times(than []float64) string {
	var texts []string
	for _, v := range than {
		texts = append(texts, figure(v))
	}
	return strings.Join(texts, ", ")
}
