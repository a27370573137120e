package plan_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"commonground/geo/geotest"
	"commonground/geo/plan"
)

// The oracle is the integer program of Church & ReVelle, solved by glpsol.
func TestCoverAgainstGLPK(t *testing.T) {
	program, folder := geotest.Program(t, "glpsol", "glpk-utils"), t.TempDir()
	random := rand.New(rand.NewPCG(7, 8))
	least, below := 1.0, 0
	for try := range uint64(50) {
		demand, n := squares(20+random.IntN(80), try), 2+random.IntN(6)
		if try%2 == 1 {
			for i := range demand { // not on a lattice
				demand[i].X, demand[i].Y = 1500*random.Float64(), 1500*random.Float64()
			}
		}
		within := []float64{125, 150, 200, 300}[random.IntN(4)]
		want := coverByGLPK(t, program, folder, demand, within, n)
		sites := plan.Cover(demand, within, n)
		share := float64(sum(sites)) / float64(want)
		if least = min(least, share); share < 1 {
			below++
		}
		if share < 1-1/math.E || share > 1 {
			t.Errorf("%d: greedy covers %d, the best %d", try, sum(sites), want)
		}
		best, ok := plan.CoverBest(demand, within, n)
		if !ok || sum(best) != want || coveredBy(demand, within, best) != want {
			t.Errorf("%d: the best covers %d (found: %v), that of glpsol %d", try, sum(best), ok, want)
		}
	}
	t.Logf("greedy is not the best in %d of 50, and covers %.3f of it at least", below, least)
	if below == 0 {
		t.Error("greedy is always the best: the cases are too plain")
	}
}

// coverByGLPK returns how many items the best sites cover: x is 1 for a site, y for a place that has one near.
func coverByGLPK(t *testing.T, program, folder string, demand []plan.Demand, within float64, n int) int64 {
	var objective, constraints, sites, binary strings.Builder
	for i, d := range demand {
		fmt.Fprintf(&objective, " + %d y%d\n", d.Items, i)
		fmt.Fprintf(&sites, " + x%d\n", i)
		fmt.Fprintf(&binary, " x%d\n y%d\n", i, i)
		for j, other := range demand {
			if math.Hypot(other.X-d.X, other.Y-d.Y) <= within {
				fmt.Fprintf(&constraints, " + x%d\n", j)
			}
		}
		fmt.Fprintf(&constraints, " - y%d >= 0\n", i)
	}
	in, out := filepath.Join(folder, "cover.lp"), filepath.Join(folder, "solution")
	text := fmt.Sprintf("Maximize\n items:%sSubject To\n%s%s <= %d\nBinary\n%sEnd\n", objective.String(), constraints.String(), sites.String(), n, binary.String())
	if err := os.WriteFile(in, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(program, "--lp", in, "-w", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	written, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return solved(t, string(written))
}

// solved reads the line of the solution, such as "s mip 101 80 o 412": o for an optimum, and its value.
func solved(t *testing.T, written string) int64 {
	for line := range strings.Lines(written) {
		if fields := strings.Fields(line); fields[0] == "s" && fields[4] == "o" {
			value, err := strconv.ParseFloat(fields[5], 64)
			if err != nil {
				t.Fatal(err)
			}
			return int64(math.Round(value))
		}
	}
	t.Fatalf("no answer from glpsol:\n%s", written)
	return 0
}
