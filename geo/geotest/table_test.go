package geotest

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// result is what was measured of one engine.
type result struct {
	engine      string
	points      int
	random, z   time.Duration // for all points
	built       time.Duration
	bytes, peak int64 // beside the areas; 0 where it isn't known
	differences [2]int
}

// print writes the table. It goes to standard output whole: the log of a
// benchmark is cut.
func (f *field) print(name string, results []result) {
	var out strings.Builder
	vertices := 0
	for _, p := range polygonsOf(f.areas) {
		for _, ring := range p.rings {
			vertices += len(ring)
		}
	}
	fmt.Fprintf(&out, "\n%s: %d areas, %d vertices; one thread\n\n", name, len(f.areas), vertices)
	fmt.Fprintf(&out, "| %-41s | points | ns/point random | Z order | points/s | build | MB | peak MB "+
		"| differs, random | of %d adversarial | × ours random | × Z |\n", "engine", len(f.adversarial))
	out.WriteString("|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	ours := results[0]
	for _, r := range results {
		random, z := nsPerPoint(r.random, r.points), nsPerPoint(r.z, r.points)
		fmt.Fprintf(&out, "| %-41s | %d | %.1f | %.1f | %.2g | %s | %s | %s | %d | %d | %.1f | %.1f |\n",
			r.engine, r.points, random, z, 1e9/random, r.built.Round(time.Millisecond), megabytes(r.bytes), megabytes(r.peak),
			r.differences[0], r.differences[1], random/nsPerPoint(ours.random, ours.points), z/nsPerPoint(ours.z, ours.points))
	}
	fmt.Fprintln(os.Stdout, out.String())
}

func megabytes(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", float64(n)/1e6)
}
