package cube

import (
	"cmp"
	"slices"

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

// counted is a group and its counts.
type counted struct {
	group
	data.Count
}

// Counts returns the counts that a query selects, split, in the order of the
// dimensions: by week, class (in the order of geo.Classes), kind, area id and
// square. Rows with neither items nor visits are left out. Split by kind, rows
// have no visits: a visit finds many kinds.
func (c *Cube) Counts(q data.Query, split Split) []Row {
	counts := c.sums(q, split)
	order := tableOrder()
	ids := c.areas.all()
	slices.SortFunc(counts, func(a, b counted) int {
		switch { // step by step: most rows differ in the first
		case a.week != b.week:
			return cmp.Compare(a.week, b.week)
		case a.class != b.class:
			return cmp.Compare(order[a.class], order[b.class])
		case a.kind != b.kind:
			return cmp.Compare(a.kind, b.kind)
		case a.area != b.area:
			return cmp.Compare(ids[a.area], ids[b.area])
		}
		return cmp.Compare(a.square, b.square)
	})
	byKind := slices.Contains(split.By, data.ByKind)
	rows := make([]Row, len(counts))
	for i, g := range counts {
		rows[i] = Row{Week: g.week, Class: g.class, Area: ids[g.area], Square: g.square, Count: g.Count}
		if byKind {
			rows[i].Kind = c.scheme.Kinds[g.kind].ID
		}
	}
	return rows
}

// tableOrder returns the place of each class in geo.Classes.
func tableOrder() (order [classes]int) {
	for i, class := range geo.Classes() {
		order[class] = i
	}
	return order
}

// Total returns all the counts that a query selects.
func (c *Cube) Total(q data.Query) data.Count {
	f := c.filter(q)
	sums := make([]int64, c.measures())
	if !f.nothing {
		c.total(&f, sums)
	}
	return f.count(sums)
}

// total adds everything that counts to sums by measure.
func (c *Cube) total(f *filter, sums []int64) {
	c.pile.total(f, c.shapes.list, sums)
	if !c.gone.empty() {
		negate(sums)
		c.gone.total(f, c.shapes.list, sums)
		negate(sums)
	}
}

// total adds everything of a pile that counts to sums by measure.
func (p *pile) total(f *filter, shapes []Shape, sums []int64) {
	n := f.levelFor(grid.MaxLevel, false)
	var found []uint32
	for _, part := range p.parts {
		found = f.in(part, n, shapes, found[:0])
		own := f.on(part)
		for _, i := range found {
			part.levels[n].addSquare(sums, i, &own)
		}
	}
	for i := range p.recent.visits {
		v := &p.recent.visits[i]
		if f.visit(v) && f.holds(&shapes[v.square]) {
			p.recent.items.addTo(sums, v)
		}
	}
}

// negate makes of an addition to sums, done between two calls of it, a
// subtraction.
func negate(sums []int64) {
	for m := range sums {
		sums[m] = -sums[m]
	}
}

// addTo adds a visit to sums by measure.
func (all items) addTo(sums []int64, v *visit) {
	sums[0]++
	all.of(v, func(kind int, n int64) { sums[1+kind] += n })
}

// count returns the visits, and the items of the kinds that count, of sums by
// measure.
func (f *filter) count(sums []int64) data.Count {
	var count data.Count
	if !f.itemsOnly {
		count.Visits = sums[0]
	}
	for kind, counts := range f.kinds {
		if counts {
			count.Items += sums[1+kind]
		}
	}
	return count
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
	counts := c.sums(q, Split{By: []data.Dimension{data.ByClass, data.BySquare}, Level: level})
	counts = slices.DeleteFunc(counts, func(g counted) bool { return g.square == 0 || g.Items == 0 })
	order := tableOrder()
	slices.SortFunc(counts, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.square, b.square), cmp.Compare(order[a.class], order[b.class]))
	})
	total := c.Total(q).Items
	locations := make([]Location, len(counts))
	running := int64(0)
	for i, g := range counts {
		running += g.Items
		locations[i] = Location{
			Row:   Row{Class: g.class, Square: g.square, Count: g.Count},
			Share: float64(g.Items) / float64(total), RunningShare: float64(running) / float64(total),
		}
	}
	return locations
}
