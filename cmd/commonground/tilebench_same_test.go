package main

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
)

// benchZooms are the zooms that are compared.
var benchZooms = []int{10, 12, 14, 16}

// levelsOf are those of the squares on tiles of the zooms.
func (town *benchTown) levelsOf(zooms []int) []uint8 {
	seen := map[uint8]bool{}
	var levels []uint8
	for _, zoom := range zooms {
		level := town.scheme.Grid.LevelForZoom(zoom)
		if !seen[level] {
			levels = append(levels, level)
		}
		seen[level] = true
	}
	return levels
}

// waysOf are the ways of PostGIS that can draw a selection.
func waysOf(s selection) []string {
	ways := []string{fromPoints, fromPointsUsually, asItComes, fromCells}
	if s.weeks.IsZero() && s.kinds == nil && s.classes == nil {
		return append(ways, fromTotals)
	}
	return ways
}

// TestTilesAndCountsAreThoseOfPostGIS is what makes the comparison one.
func TestTilesAndCountsAreThoseOfPostGIS(t *testing.T) {
	town := newBenchTown(t, 3000)
	db := newBenchPostGIS(t, town, town.levelsOf(benchZooms))
	bothSaySame(t, town, startServing(t, town.path), db)
}

// bothSaySame fails where a tile or the counts of the two sides differ.
func bothSaySame(t testing.TB, town *benchTown, s serving, db *benchPostGIS) {
	t.Helper()
	features, tilesCompared := 0, 0
	for _, zoom := range benchZooms {
		once := distinct(town.tilesAt(zoom))
		for _, selected := range town.selections() {
			for _, tile := range once[:min(6, len(once))] {
				ours := drawnSquares(t, s.get(t, address(tile, selected.query(town.scheme))))
				asNever := drawnSquares(t, s.get(t, address(tile, town.never(selected).query(town.scheme))))
				sameSquares(t, fmt.Sprintf("%v, %s, asked otherwise", tile, selected.name), ours, asNever)
				for _, way := range waysOf(selected) {
					db.plan(planningFor(way, zoom))
					body, err := db.tile(db.Conn, way, tile, selected)
					if err != nil {
						t.Fatal(err)
					}
					sameSquares(t, fmt.Sprintf("%s of %v, %s", way, tile, selected.name), ours, drawnSquares(t, body))
					tilesCompared++
				}
				features += len(ours)
			}
		}
	}
	sameCounts(t, town, s, db)
	t.Logf("%d tiles of PostGIS say the same as ours, which have %d squares", tilesCompared, features)
}

// drawnSquare is a square of a tile, with what is counted in it.
type drawnSquare struct {
	numbers map[string]int
	bound   orb.Bound
}

// drawnSquares reads a tile, by the ids of its squares.
func drawnSquares(t testing.TB, content []byte) map[float64]drawnSquare {
	t.Helper()
	layers, err := mvt.Unmarshal(content)
	if err != nil {
		t.Fatal(err)
	}
	squares := map[float64]drawnSquare{}
	for _, layer := range layers {
		for _, feature := range layer.Features {
			id, _ := feature.ID.(float64) // 0 for none, which is nobody's
			if _, twice := squares[id]; twice || id == 0 || layer.Name != "hotspots" || len(layers) != 1 {
				t.Errorf("layer %s has a square %v, not the only one", layer.Name, feature.ID)
			}
			square := drawnSquare{numbers: map[string]int{}, bound: feature.Geometry.Bound()}
			for name, value := range feature.Properties {
				if n, ok := value.(float64); ok && name != "share" && name != "finds_per_visit" { // which follow from the others
					square.numbers[name] = int(n)
				}
			}
			squares[id] = square
		}
	}
	return squares
}

func sameSquares(t testing.TB, about string, ours, theirs map[float64]drawnSquare) {
	t.Helper()
	if len(ours) != len(theirs) {
		t.Fatalf("%s: %d squares, we have %d", about, len(theirs), len(ours))
	}
	for id, our := range ours {
		their := theirs[id]
		if fmt.Sprint(our.numbers) != fmt.Sprint(their.numbers) {
			t.Fatalf("%s: square %v has %v, ours %v", about, id, their.numbers, our.numbers)
		}
		if !near(our.bound, their.bound) {
			t.Fatalf("%s: square %v lies at %v, ours at %v", about, id, their.bound, our.bound)
		}
	}
}

// near allows a box to differ by a unit, for rounding.
func near(a, b orb.Bound) bool {
	for i := range 2 {
		if math.Abs(a.Min[i]-b.Min[i]) > 1 || math.Abs(a.Max[i]-b.Max[i]) > 1 {
			return false
		}
	}
	return true
}
