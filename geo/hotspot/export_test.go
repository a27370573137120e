package hotspot

import "math"

// Within returns which of the cells are not farther from each other than a reach, for
// examples with other neighbours than a queen's.
func Within(cells []Cell, reach float64) *Neighbours {
	near := &Neighbours{first: []int32{0}}
	for i, a := range cells {
		for j, b := range cells {
			if i != j && math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) <= reach {
				near.all = append(near.all, int32(j))
			}
		}
		near.first = append(near.first, int32(len(near.all)))
	}
	return near
}

// Categorise is categorise, to be tried with series that no counts would make in reasonable time.
var Categorise = categorise
