package hotspot_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"commonground/geo/hotspot"
)

var update = flag.Bool("update", false, "have R write testdata/gistar.csv anew")

// squareSet is a map with a name: cells not farther apart than a reach are near.
type squareSet struct {
	name   string
	reach  float64
	cells  []hotspot.Cell
	values []float64
}

// queen is the reach of a queen's move.
const queen = 1.5

// near returns the neighbours by Queen where the reach is a queen's.
func (s squareSet) near() *hotspot.Neighbours {
	if s.reach == queen {
		return hotspot.Queen(s.cells)
	}
	return hotspot.Within(s.cells, s.reach)
}

// The golden numbers are those of R 4.2 with spdep 1.2-7 (testdata/gistar.R). The
// 16 × 16 squares are the published example of Getis & Ord 1996, data set getisord of
// R's spData, with the distance of 30 m that is printed there and as a queen moves.
func TestGetisOrdIsThatOfSpdep(t *testing.T) {
	const golden = "testdata/gistar.csv"
	if *update {
		sets, _ := readScores(t, readFile(t, golden))
		writeFile(t, golden, askR(t, sets))
	}
	sets, want := readScores(t, readFile(t, golden))
	if len(sets) != 4 || len(want) != 16+256+256+55 {
		t.Fatalf("%d sets with %d squares", len(sets), len(want))
	}
	sameAsR(t, sets, want)
}

func TestGetisOrdOfRandomMapsIsThatOfSpdep(t *testing.T) {
	requireSpdep(t)
	random := rand.New(rand.NewPCG(11, 12))
	var sets []squareSet
	for i := range 100 {
		sets = append(sets, randomSet(random, fmt.Sprint("random ", i)))
	}
	examples, _ := readScores(t, readFile(t, "testdata/gistar.csv"))
	for _, reach := range []float64{2, 3, 4, 5} {
		example := examples[1]
		example.name, example.reach = fmt.Sprintf("%s within %v", example.name, reach), reach
		sets = append(sets, example)
	}
	again, want := readScores(t, askR(t, sets))
	sameAsR(t, again, want)
}

// randomSet returns up to 15 by 15 squares, with holes and values that differ: few
// counts, many, or rates.
func randomSet(random *rand.Rand, name string) squareSet {
	set := squareSet{name: name, reach: queen}
	columns, rows, kept, kind := 2+random.IntN(14), 2+random.IntN(14), .3+.7*random.Float64(), random.IntN(3)
	for _, cell := range squares(columns, rows) {
		if random.Float64() > kept && len(set.cells) > 2 {
			continue
		}
		value := float64(random.IntN(3) * random.IntN(2))
		switch kind {
		case 1:
			value = math.Floor(math.Exp(2 + 2*random.NormFloat64()))
		case 2:
			value = math.Round(1e6*random.NormFloat64()) / 1e3
		}
		set.cells, set.values = append(set.cells, cell), append(set.values, value)
	}
	set.values[0]++ // not all are equal
	return set
}

// sameAsR compares z, p and q of each set with what R says, one row a square.
func sameAsR(t *testing.T, sets []squareSet, want [][3]float64) {
	t.Helper()
	compared, without := 0, 0
	for _, set := range sets {
		scores := hotspot.GetisOrd(set.values, set.near())
		p := make([]float64, len(scores))
		for i, score := range scores {
			if p[i] = score.P; !score.OK {
				p[i] = math.NaN()
			}
		}
		for i, q := range hotspot.BenjaminiHochberg(p) {
			r := want[compared]
			compared++
			if math.IsNaN(r[0]) != !scores[i].OK || math.IsNaN(q) != math.IsNaN(r[2]) {
				t.Errorf("%s, square %d: %+v, R has %v", set.name, i, scores[i], r)
			}
			if !scores[i].OK {
				without++
				continue
			}
			if far(scores[i].Z, r[0]) || far(p[i], r[1]) || far(q, r[2]) {
				t.Errorf("%s, square %d: %+v and q %v, R has %v", set.name, i, scores[i], q, r)
			}
		}
	}
	t.Logf("%d maps, %d squares, of which %d have no score", len(sets), compared, without)
}

// far says whether numbers differ by more than a part in a thousand million.
func far(got, want float64) bool { return !(math.Abs(got-want) <= 1e-9*max(1, math.Abs(want))) }

// requireSpdep skips where there is no R with spdep: the golden numbers are checked all
// the same.
func requireSpdep(t *testing.T) {
	t.Helper()
	requireR(t, "spdep", "r-cran-spdep")
}

func requireR(t *testing.T, library, debian string) {
	t.Helper()
	if err := exec.Command("Rscript", "-e", "library("+library+")").Run(); err != nil {
		t.Skipf("R with %s is needed to compare with: on Debian, apt-get install --no-install-recommends %s (%v)", library, debian, err)
	}
}

// askR returns the squares of the sets with what R says of each.
func askR(t *testing.T, sets []squareSet) []byte {
	t.Helper()
	requireSpdep(t)
	var asked, said, complaint bytes.Buffer
	fmt.Fprintln(&asked, "set,reach,x,y,value")
	for _, set := range sets {
		for i, cell := range set.cells {
			fmt.Fprintf(&asked, "%s,%v,%d,%d,%v\n", set.name, set.reach, cell.X, cell.Y, set.values[i])
		}
	}
	command := exec.Command("Rscript", "testdata/gistar.R")
	command.Stdin, command.Stdout, command.Stderr = &asked, &said, &complaint
	if err := command.Run(); err != nil {
		t.Fatalf("R: %v\n%s", err, &complaint)
	}
	return said.Bytes()
}

// readScores reads the sets of a file and what is said of each square: z, p and q, where
// it says it.
func readScores(t *testing.T, text []byte) ([]squareSet, [][3]float64) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var sets []squareSet
	var said [][3]float64
	for _, row := range rows[1:] {
		var numbers [7]float64
		for k, text := range row[1:] {
			if numbers[k], err = strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil {
				t.Fatal(err)
			}
		}
		if len(sets) == 0 || sets[len(sets)-1].name != row[0] {
			sets = append(sets, squareSet{name: row[0], reach: numbers[0]})
		}
		set := &sets[len(sets)-1]
		set.cells = append(set.cells, hotspot.Cell{X: int32(numbers[1]), Y: int32(numbers[2])})
		set.values = append(set.values, numbers[3])
		said = append(said, [3]float64(numbers[4:7]))
	}
	return sets, said
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func writeFile(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
