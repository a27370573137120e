package cube

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

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
	// Near is a box in degrees. Squares that don't meet it may be left out, or
	// come with a part of their counts. Default: all are whole.
	Near *orb.Bound
}

// group is what a row is about, with the dimensions that are not asked for
// zero.
type group struct {
	square grid.Key
	area   int32
	week   data.Week
	class  geo.Class
	kind   int16
}

// Counts returns the counts that a query selects, split, in the order of the
// dimensions: by week, class (in the order of geo.Classes), kind, area id and
// square. Rows with neither items nor visits are left out. Split by kind, rows
// have no visits: a visit finds many kinds.
func (c *Cube) Counts(q data.Query, split Split) []Row {
	return c.rows(c.sums(q, split), slices.Contains(split.By, data.ByKind))
}

// Total returns all the counts that a query selects.
func (c *Cube) Total(q data.Query) data.Count {
	if total := c.sums(q, Split{})[group{}]; total != nil {
		return *total
	}
	return data.Count{}
}

func (c *Cube) sums(q data.Query, split Split) map[group]*data.Count {
	s := newSums(c, q, split)
	for _, v := range []*visits{&c.sorted, &c.recent} {
		from := 0
		for i := range v.stretches {
			stretch := &v.stretches[i]
			if s.filter.place(&stretch.place) {
				s.addStretch(v, stretch, from)
			}
			from = stretch.end
		}
	}
	s.flush()
	return s.groups
}

func (c *Cube) rows(sums map[group]*data.Count, byKind bool) []Row {
	var order [256]int
	for i, class := range geo.Classes() {
		order[class] = i
	}
	ids := c.areas.all()
	groups := make([]group, 0, len(sums))
	for g := range sums {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(
			cmp.Compare(a.week, b.week), cmp.Compare(order[a.class], order[b.class]), cmp.Compare(a.kind, b.kind),
			cmp.Compare(ids[a.area], ids[b.area]), cmp.Compare(a.square, b.square))
	})
	rows := make([]Row, len(groups))
	for i, g := range groups {
		rows[i] = Row{Week: g.week, Class: g.class, Area: ids[g.area], Square: g.square, Count: *sums[g]}
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
