package release_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/data/release"
	"commonground/data/release/flow"
	"commonground/geo/geotest"
)

// The oracle is an integer program over the counts themselves, solved by
// glpsol: it knows nothing of networks, so it also proves that counts may be
// added up by class.
func TestLeaksAreThoseOfGLPK(t *testing.T) {
	program := geotest.Program(t, "glpsol", "glpk-utils")
	for name, draw := range map[string]func(*rapid.T) release.Published{
		"numbers of true counts": trueEdition,
		"numbers out of the air": anyEdition,
	} {
		t.Run(name, func(t *testing.T) {
			folder, seen := t.TempDir(), map[string]int{}
			agree := func(t *rapid.T) {
				edition := draw(t)
				want, feasible := leaksByGLPK(t, program, folder, edition)
				seen[fmt.Sprintf("feasible %v, leaks %v", feasible, len(want) > 0)]++
				got, err := release.Leaks([]release.Published{edition})
				if feasible != (err == nil) || err != nil && !errors.Is(err, flow.ErrInfeasible) {
					t.Fatalf("feasible is %v, got %v\n%+v", feasible, err, edition)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("got %q, want %q\n%+v", got, want, edition)
				}
			}
			for range 3 {
				rapid.Check(t, agree)
			}
			t.Log(seen)
		})
	}
}

// hidden is a number to ask about: those of its counts that it is the sum of,
// and what must be possible of it besides 0.
type hidden struct {
	what string
	high int
	has  func(count) bool
}

// count is a single count that the public doesn't see, of a square (or -1,
// beyond the map) and a row.
type count struct{ square, row int }

func (c count) name(copied int) string { return fmt.Sprintf("x%d_%d_%d", copied, c.square+1, c.row) }

func countsOf(p release.Published) []count {
	var counts []count
	for i, row := range p.Rows {
		if len(p.Squares) == 0 || slices.Contains(p.Beyond, row.Class) {
			counts = append(counts, count{-1, i})
		}
		for j, square := range p.Squares {
			if slices.Contains(square.Classes, row.Class) {
				counts = append(counts, count{j, i})
			}
		}
	}
	return counts
}

func hiddenOf(p release.Published) []hidden {
	var all []hidden
	for i, square := range p.Squares {
		if square.Band == 0 {
			all = append(all, hidden{"square " + square.Name, 9, func(c count) bool { return c.square == i }})
		}
	}
	for i, row := range p.Rows {
		if row.AtLeast == 0 {
			all = append(all, hidden{"the week from " + drawnWeeks[row.Week] + ", " + row.Class + ", " + row.Family, row.AtMost, func(c count) bool { return c.row == i }})
		}
	}
	return all
}

// leaksByGLPK writes one program with two copies of the counts for each hidden
// number, in which it is as small and as large as it can be.
func leaksByGLPK(t rapid.TB, program, folder string, p release.Published) ([]release.Leak, bool) {
	all := hiddenOf(p)
	lp := &integerProgram{edition: p, counts: countsOf(p)}
	for i, h := range all {
		lp.addCopy(2*i, fmt.Sprintf("low%d", i), ">=", h.has)
		lp.addCopy(2*i+1, fmt.Sprintf("high%d", i), "<=", h.has)
		fmt.Fprintf(&lp.objective, " - low%d + high%d", i, i)
		fmt.Fprintf(&lp.bounds, " high%d <= %d\n", i, h.high)
	}
	lp.addCopy(2*len(all), "", "", nil)
	values, feasible := lp.solve(t, program, folder)
	var leaks []release.Leak
	for i, h := range all {
		if low, high := values[2*i], values[2*i+1]; feasible && (low > 0 || high < h.high) {
			leaks = append(leaks, release.Leak{Period: p.Period, What: h.what, Text: h.what + ": someone can work out that it is " + saying(low, high, h.high)})
		}
	}
	return leaks, feasible
}

func saying(low, high, possible int) string {
	switch {
	case high >= possible:
		return fmt.Sprint("at least ", low)
	case low == high:
		return fmt.Sprint("exactly ", low)
	case low > 0:
		return fmt.Sprintf("from %d to %d", low, high)
	}
	return fmt.Sprint("at most ", high)
}

// integerProgram is one in the format of CPLEX.
type integerProgram struct {
	edition                                 release.Published
	counts                                  []count
	objective, constraints, bounds, general strings.Builder
}

// addCopy adds all counts once more with all that is published of them. The
// named variable is at least, or at most, the sum of those that it has.
func (lp *integerProgram) addCopy(copied int, variable, relation string, has func(count) bool) {
	p := lp.edition
	for _, c := range lp.counts {
		fmt.Fprintf(&lp.general, " %s\n", c.name(copied))
	}
	for i, row := range p.Rows {
		lp.between(row.AtLeast, row.AtMost, lp.sum(copied, func(c count) bool { return c.row == i }))
	}
	for _, total := range p.Totals {
		lp.between(total.AtLeast, total.AtMost, lp.sum(copied, func(c count) bool { return p.Rows[c.row].Family == total.Family }))
	}
	for i, square := range p.Squares {
		lp.between(square.AtLeast, square.AtMost, lp.sum(copied, func(c count) bool { return c.square == i }))
	}
	if has != nil {
		fmt.Fprintf(&lp.constraints, " -%s%s %s 0\n", variable, lp.sum(copied, has), map[string]string{">=": "<=", "<=": ">="}[relation])
	}
}

// sum writes a sum, with a variable that is 0 in case it is empty.
func (lp *integerProgram) sum(copied int, has func(count) bool) string {
	text := " + zero"
	for _, c := range lp.counts {
		if has(c) {
			text += " + " + c.name(copied) + "\n"
		}
	}
	return text
}

func (lp *integerProgram) between(atLeast, atMost int, sum string) {
	fmt.Fprintf(&lp.constraints, "%s >= %d\n", sum, atLeast)
	if atMost >= 0 {
		fmt.Fprintf(&lp.constraints, "%s <= %d\n", sum, atMost)
	}
}

// solve returns the values of the objective's variables, in its order: columns
// are numbered as they come in the file.
func (lp *integerProgram) solve(t rapid.TB, program, folder string) ([]int, bool) {
	in, out := filepath.Join(folder, "edition.lp"), filepath.Join(folder, "solution")
	text := "Maximize\n all:" + lp.objective.String() + " + 0 zero\nSubject To\n" + lp.constraints.String() +
		"Bounds\n zero = 0\n" + lp.bounds.String() + "General\n" + lp.general.String() + "End\n"
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
	return readSolution(t, string(written))
}

// readSolution reads lines such as "s mip 4 4 o 0" (status: o for an optimum, n
// where there is no solution) and "j 1 3" (column 1 is 3).
func readSolution(t rapid.TB, written string) (columns []int, feasible bool) {
	status := ""
	for line := range strings.Lines(written) {
		switch fields := strings.Fields(line); fields[0] {
		case "s":
			status = fields[4]
		case "j":
			value, err := strconv.Atoi(fields[2])
			if err != nil {
				t.Fatal(err)
			}
			columns = append(columns, value)
		}
	}
	if status != "o" && status != "n" {
		t.Fatalf("no answer from glpsol:\n%s", written)
	}
	return columns, status == "o"
}
