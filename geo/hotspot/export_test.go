package hotspot

import "math"

// Within returns which of the cells are not farther from each other than a reach, for
// examples with other neighbours than a queen's.
func Within(cells []Cell, reach float64) *Neighbours {
	return Related(len(cells), func(i, j int) bool {
		return math.Hypot(float64(cells[i].X-cells[j].X), float64(cells[i].Y-cells[j].Y)) <= reach
	})
}

// Related returns which of so many squares are near which by a rule of any kind.
func Related(squares int, near func(i, j int) bool) *Neighbours {
	n := &Neighbours{first: []int32{0}}
	for i := range squares {
		for j := range squares {
			if i != j && near(i, j) {
				n.all = append(n.all, int32(j))
			}
		}
		n.first = append(n.first, int32(len(n.all)))
	}
	return n
}

// Categorise is categorise, to be tried with series that no counts would make in reasonable time.
var Categorise = categorise
