// Package cube keeps, in memory, the counts of all pickups by square, week,
// class, area and kind, and answers every question about them without a look
// at the records.
package cube

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// Cube is a set of counts. One goroutine at a time may add to it, none while
// others read: Live sees to that.
type Cube struct {
	scheme *data.Scheme
	cells  []entry
	index  map[cell]int
	areas  []string // by number; 0 is none
	number map[string]int32
}

// cell is the finest part into which counts are split.
type cell struct {
	square grid.Square // of level 0; not looked at where placed is false
	placed bool
	week   data.Week
	class  geo.Class
	area   int32
	kind   int16 // place in Scheme.Kinds, or visits
}

// visits stands for a kind in the cells that count visits.
const visits int16 = -1

type entry struct {
	cell
	n      int64
	centre orb.Point // of the square, in degrees
}

// New returns an empty cube.
func New(scheme *data.Scheme) *Cube {
	return &Cube{scheme: scheme, index: map[cell]int{}, areas: []string{""}, number: map[string]int32{"": 0}}
}

// Add counts a pickup.
func (c *Cube) Add(p data.Pickup) {
	at := c.cellOf(p)
	at.kind = visits
	c.add(at, 1)
	for _, found := range p.Found {
		if kind, ok := c.scheme.KindIndex(found.Kind); ok && found.Items != 0 {
			at.kind = int16(kind)
			c.add(at, int64(found.Items))
		}
	}
}

// cellOf returns the cell of a pickup, its kind aside.
func (c *Cube) cellOf(p data.Pickup) cell {
	at := cell{week: c.scheme.WeekOf(p.At), class: p.Place.Class, area: c.areaNumber(p.Place.Area)}
	if p.Point != nil {
		at.square, at.placed = c.scheme.Grid.Square(*p.Point)
	}
	return at
}

func (c *Cube) areaNumber(id string) int32 {
	number, ok := c.number[id]
	if !ok {
		number = int32(len(c.areas))
		c.areas, c.number[id] = append(c.areas, id), number
	}
	return number
}

func (c *Cube) add(at cell, n int64) {
	i, ok := c.index[at]
	if !ok {
		i = len(c.cells)
		c.index[at] = i
		e := entry{cell: at}
		if at.placed {
			e.centre[0], e.centre[1] = c.scheme.Grid.Centre(at.square)
		}
		c.cells = append(c.cells, e)
	}
	c.cells[i].n += n
}

// Row is one row of counts. Dimensions by which the counts were not split have
// their zero value.
type Row struct {
	Week   data.Week
	Class  geo.Class
	Kind   string
	Area   string
	Square grid.Key // 0 for no square
	data.Count
}

// Split says how to split counts.
type Split struct {
	By []data.Dimension
	// Level of the squares, where they are split by square.
	Level uint8
}

// group is what a row is about: a cell with the dimensions that are not asked
// for cleared.
type group struct {
	week   data.Week
	class  geo.Class
	kind   int16
	area   int32
	square grid.Key
}

// Counts returns the counts that a query selects, split, in the order of the
// dimensions: by week, class (in the order of geo.Classes), kind, area id and
// square. Rows with neither items nor visits are left out. Split by kind, rows
// have no visits: a visit finds many kinds.
func (c *Cube) Counts(q data.Query, split Split) []Row {
	sums := map[group]*data.Count{}
	selects := c.filter(q)
	byKind := slices.Contains(split.By, data.ByKind)
	for i := range c.cells {
		e := &c.cells[i]
		if !selects.entry(e) || byKind && e.kind == visits {
			continue
		}
		g := groupOf(e, split)
		sum := sums[g]
		if sum == nil {
			sum = &data.Count{}
			sums[g] = sum
		}
		sum.Add(e.count())
	}
	return c.rows(sums, byKind)
}

// Total returns all the counts that a query selects.
func (c *Cube) Total(q data.Query) data.Count {
	var total data.Count
	selects := c.filter(q)
	for i := range c.cells {
		if e := &c.cells[i]; selects.entry(e) {
			total.Add(e.count())
		}
	}
	return total
}

func (e *entry) count() data.Count {
	if e.kind == visits {
		return data.Count{Visits: e.n}
	}
	return data.Count{Items: e.n}
}

func groupOf(e *entry, split Split) group {
	var g group
	for _, dimension := range split.By {
		switch dimension {
		case data.ByWeek:
			g.week = e.week
		case data.ByClass:
			g.class = e.class
		case data.ByKind:
			g.kind = e.kind
		case data.ByArea:
			g.area = e.area
		case data.BySquare:
			if e.placed {
				g.square = e.square.Parent(split.Level).Key()
			}
		}
	}
	return g
}

func (c *Cube) rows(sums map[group]*data.Count, byKind bool) []Row {
	order := make(map[geo.Class]int)
	for i, class := range geo.Classes() {
		order[class] = i
	}
	groups := make([]group, 0, len(sums))
	for g := range sums {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(
			cmp.Compare(a.week, b.week), cmp.Compare(order[a.class], order[b.class]), cmp.Compare(a.kind, b.kind),
			cmp.Compare(c.areas[a.area], c.areas[b.area]), cmp.Compare(a.square, b.square))
	})
	rows := make([]Row, len(groups))
	for i, g := range groups {
		rows[i] = Row{Week: g.week, Class: g.class, Area: c.areas[g.area], Square: g.square, Count: *sums[g]}
		if byKind {
			rows[i].Kind = c.scheme.Kinds[g.kind].ID
		}
	}
	return rows
}

// Location is a square × class in a ranking.
type Location struct {
	Row
	// Share of all items that the query selects, and the sum of the shares
	// down to here.
	Share, RunningShare float64
}

// Locations ranks the squares of a level × class by items, then by square and
// class. Only those with items are in it.
func (c *Cube) Locations(q data.Query, level uint8) []Location {
	rows := c.Counts(q, Split{By: []data.Dimension{data.ByClass, data.BySquare}, Level: level})
	rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Square == 0 || r.Items == 0 })
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Square, b.Square))
	})
	total := c.Total(q).Items
	locations := make([]Location, len(rows))
	running := int64(0)
	for i, row := range rows {
		running += row.Items
		locations[i] = Location{
			Row: row, Share: float64(row.Items) / float64(total), RunningShare: float64(running) / float64(total),
		}
	}
	return locations
}

// Weeks returns the range of weeks that have records; zero where there are
// none.
func (c *Cube) Weeks() data.WeekRange {
	var weeks data.WeekRange
	for i := range c.cells {
		week := c.cells[i].week
		if week == data.Undated {
			continue
		}
		if weeks.IsZero() {
			weeks = data.WeekRange{From: week, To: week + 1}
		}
		weeks.From, weeks.To = min(weeks.From, week), max(weeks.To, week+1)
	}
	return weeks
}

// Bound returns the box around the centres of all squares with records, or
// false where there are none.
func (c *Cube) Bound() (orb.Bound, bool) {
	var bound orb.Bound
	found := false
	for i := range c.cells {
		e := &c.cells[i]
		if !e.placed {
			continue
		}
		if !found {
			bound, found = e.centre.Bound(), true
		}
		bound = bound.Extend(e.centre)
	}
	return bound, found
}
