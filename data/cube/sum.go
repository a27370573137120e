package cube

import (
	"slices"

	"commonground/data"
	"commonground/geo"
)

// sums adds up the counts of visits by group.
//
// Visits come square by square, and mostly area by area. So the counts of one
// square and area are added up in a table by week, class and kind, which is
// put to the sums of all groups when another square or area comes.
type sums struct {
	filter
	by     dimensions
	alike  bool // all visits to a square count, and in one row
	level  uint8
	groups map[group]*data.Count

	current group        // square and area of the table; the week too, where it has no weeks
	table   []data.Count // by week, class and kind
	touched []int        // places in the table that are not zero
	weeks   data.WeekRange
	kinds   int // in the table
}

// dimensions says by which of them counts are split.
type dimensions struct {
	week, class, kind, area, square bool
	weekInTable                     bool
}

// maxTable bounds the table: a slip of the pen in a year must not cost
// gigabytes.
const maxTable = 1 << 17

// classes is how many there are.
const classes = int(geo.Unclassified) + 1

func newSums(c *Cube, q data.Query, split Split) *sums {
	has := func(d data.Dimension) bool { return slices.Contains(split.By, d) }
	s := &sums{
		filter: c.filter(q, split), level: split.Level, groups: map[group]*data.Count{}, weeks: c.weeks, kinds: 1,
		by: dimensions{
			week: has(data.ByWeek), class: has(data.ByClass), kind: has(data.ByKind), area: has(data.ByArea), square: has(data.BySquare),
		},
	}
	size := 1
	if s.by.kind {
		s.kinds = len(c.scheme.Kinds)
		size *= s.kinds
	}
	if s.by.class {
		size *= classes
	}
	if weeks := int(c.weeks.To-c.weeks.From) + 1; s.by.week && size*weeks <= maxTable {
		s.by.weekInTable = true
		size *= weeks
	}
	s.alike = !s.by.week && !s.by.class && !s.by.area && s.filter.everyVisit() && s.filter.kinds == nil
	s.table = make([]data.Count, size)
	return s
}

// addStretch adds the visits of a stretch that begins at from.
func (s *sums) addStretch(v *visits, stretch *stretch, from int) {
	about := group{}
	if s.by.square && stretch.key != 0 {
		about.square = stretch.square.Parent(s.level).Key()
	}
	if s.alike {
		s.turnTo(about)
		s.addAlike(v, from, stretch.end)
		return
	}
	for i := from; i < stretch.end; i++ {
		week, class := v.week[i], v.class[i]
		if !s.filter.visit(week, class, v.area[i]) {
			continue
		}
		if s.by.area {
			about.area = v.area[i]
		}
		if s.by.week && !s.by.weekInTable {
			about.week = week
		}
		s.turnTo(about)
		s.add(s.row(week, class), v, i)
	}
}

// turnTo makes the table that of a group.
func (s *sums) turnTo(about group) {
	if about != s.current {
		s.flush()
		s.current = about
	}
}

// addAlike adds visits that all count, and in one row.
func (s *sums) addAlike(v *visits, from, to int) {
	if !s.by.kind {
		count := s.count(0)
		count.Visits += int64(to - from)
		for _, n := range v.found[from:to] {
			count.Items += int64(n)
		}
		return
	}
	for _, item := range v.items[v.start(from):v.start(to)] {
		s.count(int(item.kind)).Items += int64(item.n)
	}
}

// row returns the place in the table of a week and class, and the first kind.
//
//	week × class × kind, weeks counted from the cube's first, undated before it
func (s *sums) row(week data.Week, class geo.Class) int {
	row := 0
	if s.by.weekInTable && week != data.Undated {
		row = int(week-s.weeks.From) + 1
	}
	if s.by.class {
		row = row*classes + int(class)
	}
	return row * s.kinds
}

// add adds one visit and its items to a row of the table.
func (s *sums) add(row int, v *visits, i int) {
	if !s.by.kind {
		count := s.count(row)
		count.Visits++
		if s.filter.kinds == nil {
			count.Items += int64(v.found[i])
			return
		}
	}
	for _, item := range v.itemsOf(i) {
		if s.filter.kinds != nil && !s.filter.kinds[item.kind] {
			continue
		}
		at := row
		if s.by.kind {
			at += int(item.kind)
		}
		s.count(at).Items += int64(item.n)
	}
}

// count returns a count of the table that is about to be added to.
func (s *sums) count(at int) *data.Count {
	count := &s.table[at]
	if *count == (data.Count{}) {
		s.touched = append(s.touched, at)
	}
	return count
}

// flush puts the table to the sums of all groups and clears it.
func (s *sums) flush() {
	for _, at := range s.touched {
		about := s.groupAt(at)
		sum := s.groups[about]
		if sum == nil {
			sum = &data.Count{}
			s.groups[about] = sum
		}
		sum.Add(s.table[at])
		s.table[at] = data.Count{}
	}
	s.touched = s.touched[:0]
}

// groupAt is the inverse of row, with the square and area of the table.
func (s *sums) groupAt(at int) group {
	about := s.current
	if s.by.kind {
		about.kind = int16(at % s.kinds)
	}
	at /= s.kinds
	if s.by.class {
		about.class = geo.Class(at % classes)
		at /= classes
	}
	switch {
	case !s.by.weekInTable:
	case at == 0:
		about.week = data.Undated
	default:
		about.week = s.weeks.From + data.Week(at-1)
	}
	return about
}
