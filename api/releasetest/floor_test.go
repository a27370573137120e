package releasetest

import (
	"context"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/release"
	"commonground/geo"
	"commonground/geo/grid"
)

// P6, as a searcher would try it: with nothing but the tables of the maps that are
// public, how much ground must be walked to meet half of what is found next?
func TestSearchersMustWalkHalfASquareKilometre(t *testing.T) {
	coarser := 0
	for seed := range uint64(5) {
		w := terraced(t, seed)
		desk, done := w.desk()
		for _, period := range []data.Date{from, from + 28, from + 56} {
			draft := sealed(t, desk, period)
			if draft.Edition.Map.SmallestM > 250 {
				coarser++
			}
			if areaM := searched(t, w, desk.Archive.Dir, period+28); areaM < 500_000 {
				t.Errorf("town %d, from %v: half of the finds are met within %.0f m²", seed, period, areaM)
			}
		}
		done()
	}
	if coarser == 0 {
		t.Error("no map had to be made coarser, so nothing was tried")
	}
}

// terraced is a town whose hotspots lie in terraced streets, where squares are of
// 250 m, and hardly move from period to period.
func terraced(t testing.TB, seed uint64) *world {
	r := rand.New(rand.NewPCG(seed, 11))
	w := &world{t: t, now: (from + 200).In(scheme.Location)}
	for x := int32(-24); x < 24; x++ {
		for y := int32(-16); y < 16; y++ {
			for range 6 {
				w.addresses = append(w.addresses, w.place(r, grid.Square{X: x, Y: y}))
			}
		}
	}
	for range 3 + r.IntN(4) {
		s := somewhere(r)
		for period := range 4 {
			for range 5 {
				p := w.place(r, s)
				at := data.DayOf(from+data.Date(28*period+r.IntN(28)), scheme.Location)
				w.add(data.Pickup{Position: data.Position{Point: &p}, At: at, Found: []data.Quantity{{Kind: "needle", Items: 8 + r.IntN(20)}}})
			}
		}
	}
	return w
}

func sealed(t testing.TB, desk *release.Desk, period data.Date) *release.Draft {
	t.Helper()
	ctx := context.Background()
	draft, err := desk.Draft(ctx, period, "anna")
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"anna", "ben"} {
		if err := desk.Sign(ctx, period, draft.SHA256, who, who); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := desk.Seal(ctx, period, draft.SHA256, "anna"); err != nil {
		t.Fatal(err)
	}
	return draft
}

// walked is a square of 250 m with the sum of its bands over all maps, and what is
// found in it next.
type walked struct{ bands, finds int }

// searched works out A50 in another way than the program does: by the CSV files
// of the archive, square by square of 250 m, in the order of bands. Among squares
// of one rank a searcher chooses at random, so on average they walk as much of
// these as of the finds.
func searched(t testing.TB, w *world, archive string, next data.Date) float64 {
	t.Helper()
	cells := map[grid.Square]*walked{}
	names, err := filepath.Glob(filepath.Join(archive, "*", "map.csv"))
	if err != nil || len(names) == 0 {
		t.Fatal("no map is public", err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rank(t, string(content), cells)
	}
	all := 0
	for _, p := range w.pickups {
		day := data.DateOf(p.At.At.In(scheme.Location))
		s, _ := scheme.Grid.Square(*p.Point)
		if cell := cells[s.Parent(1)]; cell != nil && next <= day && day < next+28 {
			cell.finds += p.Found[0].Items
			all += p.Found[0].Items
		}
	}
	return walk(cells, float64(all)/2)
}

func rank(t testing.TB, table string, cells map[grid.Square]*walked) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		var numbers [4]float64
		for i := range numbers {
			if numbers[i], err = strconv.ParseFloat(row[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		p, err := geo.NewPoint(numbers[1], numbers[2])
		if err != nil {
			t.Fatal(err)
		}
		middle, _ := scheme.Grid.Square(p)
		level := map[float64]uint8{250: 1, 500: 2, 1000: 3}[numbers[0]]
		whole := middle.Parent(level)
		n := int32(1) << (level - 1)
		for dx := range n {
			for dy := range n {
				s := grid.Square{Level: 1, X: whole.X*n + dx, Y: whole.Y*n + dy}
				if cells[s] == nil {
					cells[s] = &walked{}
				}
				cells[s].bands += int(numbers[3])
			}
		}
	}
}

func walk(cells map[grid.Square]*walked, half float64) float64 {
	byRank := map[int][2]int{} // squares and finds
	for _, c := range cells {
		r := byRank[c.bands]
		byRank[c.bands] = [2]int{r[0] + 1, r[1] + c.finds}
	}
	var ranks []int
	for r := range byRank {
		ranks = append(ranks, r)
	}
	slices.SortFunc(ranks, func(a, b int) int { return b - a })
	areaM := 0.0
	for _, r := range ranks {
		squares, finds := float64(byRank[r][0])*62_500, float64(byRank[r][1])
		if finds >= half && finds > 0 {
			return areaM + squares*half/finds
		}
		areaM, half = areaM+squares, half-finds
	}
	return areaM
}
