package report

import (
	"commonground/data"
	"commonground/data/cube"
)

// countVisited returns how many locations crews visited in the period; 0 where
// visits are not told.
func (m *making) countVisited() (visited int) {
	if !m.Cleansing.Visited {
		return 0
	}
	split := cube.Split{By: []data.Dimension{data.ByClass, data.BySquare}}
	for _, row := range m.Cube.Counts(data.Query{Weeks: m.weeks}, split) {
		if row.Square != 0 && row.Visits > 0 {
			visited++
		}
	}
	return visited
}
