package geo

import (
	"slices"

	"github.com/tidwall/rtree"
)

// AreasIn returns the indexes in Areas of the areas whose box meets a closed
// box, in order of precedence. The first call prepares a tree of the boxes.
func (c *Classifier) AreasIn(southWest, northEast Point) []int32 {
	var found []int32
	c.boxes().Search(southWest.array(), northEast.array(), func(_, _ [2]float64, index int32) bool {
		found = append(found, index)
		return true
	})
	slices.Sort(found)
	return found
}

// newBoxes returns a tree of the areas' boxes, on the lattice.
func newBoxes(areas []Area) *rtree.RTreeG[int32] {
	boxes := &rtree.RTreeG[int32]{}
	for i, area := range areas {
		bound := area.Shape.Bound()
		low, lowErr := NewPoint(bound.Min.Lon(), bound.Min.Lat())
		high, highErr := NewPoint(bound.Max.Lon(), bound.Max.Lat())
		if lowErr == nil && highErr == nil { // else the area has no corner
			boxes.Insert(low.array(), high.array(), int32(i))
		}
	}
	return boxes
}
