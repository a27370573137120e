package hotspot_test

import (
	"math"
	"testing"

	"commonground/geo/hotspot"
)

// squares are the cells of a rectangle, row by row.
func squares(columns, rows int) []hotspot.Cell {
	var cells []hotspot.Cell
	for y := range rows {
		for x := range columns {
			cells = append(cells, hotspot.Cell{X: int32(x), Y: int32(y)})
		}
	}
	return cells
}

// fourByFour is a worked example with its Gi* to six places.
var (
	fourByFour = []float64{0, 1, 0, 0, 2, 9, 7, 0, 1, 8, 6, 1, 0, 0, 1, 0}
	fourByZ    = []float64{
		0.535373, 0.877896, 0.558661, -0.356915,
		1.197130, 2.141846, 1.830305, 0.079809,
		1.037513, 2.141846, 1.830305, 0.239426,
		0, 0.399043, 0.399043, -0.178458}
)

func TestGetisOrdOfFourByFourSquares(t *testing.T) {
	scores := hotspot.GetisOrd(fourByFour, hotspot.Queen(squares(4, 4)))
	var p []float64
	two, one := 0, 0
	for i, score := range scores {
		if !score.OK || math.Abs(score.Z-fourByZ[i]) > 5e-7 {
			t.Errorf("square %d: %+v, want %v", i, score, fourByZ[i])
		}
		if score.P < hotspot.Significant {
			two++
		}
		if score.P/2 < hotspot.Significant && score.Z > 0 {
			one++
		}
		p = append(p, score.P)
	}
	if two != 2 || one != 4 {
		t.Errorf("%d squares are significant on two sides, %d on one; want 2 and 4", two, one)
	}
	least := 1.0
	for _, q := range hotspot.BenjaminiHochberg(p) {
		least = min(least, q)
	}
	if math.Abs(least-.2576) > 5e-5 {
		t.Errorf("the smallest q is %v", least)
	}
}
