package engine

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"commonground/data"
	"commonground/geo"
)

// PickupSums adds pickups up to the sums that they become part of.
type PickupSums struct {
	Plan *data.Destruction // Required
	// Store takes the sums of one week or month, each of another square, class or
	// area, in the same order always. Required.
	Store func([]data.PickupSum) error

	time  data.When // of the cells
	cells map[Cell]*data.PickupSum
}

// Cell is what pickups of one sum have in common, besides their time.
type Cell struct {
	located bool
	centre  geo.Point
	class   geo.Class
	area    string
}

// CellOf returns the cell of a sum.
func CellOf(sum *data.PickupSum) Cell {
	cell := Cell{class: sum.Class, area: sum.Area}
	if sum.Centre != nil {
		cell.located, cell.centre = true, *sum.Centre
	}
	return cell
}

func (c Cell) compare(other Cell) int {
	return cmp.Or(
		cmp.Compare(c.centre.Lon, other.centre.Lon), cmp.Compare(c.centre.Lat, other.centre.Lat),
		strings.Compare(c.class.String(), other.class.String()), strings.Compare(c.area, other.area),
	)
}

// Add adds a pickup. They are to come in the order of their times, those that are
// known to the month only apart: so the sums of one week alone are open.
func (s *PickupSums) Add(visit data.Visit) error {
	if time := s.Plan.SumTime(visit.At); !time.Equal(s.time) {
		if err := s.End(); err != nil {
			return err
		}
		s.time = time
	}
	of := data.PickupSum{Time: s.time, Class: visit.Class, Area: visit.Area}
	if visit.Located {
		of.Centre = s.Plan.Centre(&visit.Point)
	}
	cell := CellOf(&of)
	sum := s.cells[cell]
	if sum == nil {
		if s.cells == nil {
			s.cells = map[Cell]*data.PickupSum{}
		}
		sum = &of
		s.cells[cell] = sum
	}
	sum.Visits++
	sum.Found = AddFound(sum.Found, visit.Found)
	return nil
}

// End stores the sums that are open.
func (s *PickupSums) End() error {
	if len(s.cells) == 0 {
		return nil
	}
	sums := make([]data.PickupSum, 0, len(s.cells))
	for _, cell := range slices.SortedFunc(maps.Keys(s.cells), Cell.compare) {
		sums = append(sums, *s.cells[cell])
	}
	clear(s.cells)
	return s.Store(sums)
}

// AddFound returns what two lists of quantities, in the order of their kinds, come
// to in all, in that order, without those that come to nothing. It may change the
// first.
func AddFound(found, more []data.Quantity) []data.Quantity {
	for _, quantity := range more {
		i, there := slices.BinarySearchFunc(found, quantity.Kind, func(q data.Quantity, kind string) int {
			return strings.Compare(q.Kind, kind)
		})
		switch {
		case there:
			found[i].Items += quantity.Items
		case quantity.Items != 0:
			found = slices.Insert(found, i, quantity)
		}
	}
	return found
}

// IncidentSums counts incidents by the sums that they become part of.
type IncidentSums map[data.IncidentSum]int64

// Add adds an incident to a sum, whose own Incidents is 0.
func (s IncidentSums) Add(to data.IncidentSum) {
	to.Time.At = to.Time.At.UTC() // times that are one must look the same
	s[to]++
}

// Sums returns the sums in the order of their times.
func (s IncidentSums) Sums() []data.IncidentSum {
	sums := make([]data.IncidentSum, 0, len(s))
	for sum, n := range s {
		sum.Incidents = n
		sums = append(sums, sum)
	}
	slices.SortFunc(sums, func(a, b data.IncidentSum) int {
		return cmp.Or(
			a.Time.At.Compare(b.Time.At), cmp.Compare(a.Time.Precision, b.Time.Precision),
			strings.Compare(a.Class.String(), b.Class.String()),
			strings.Compare(string(a.Category), string(b.Category)), strings.Compare(a.Outcome, b.Outcome),
		)
	})
	return sums
}
