package cube

import (
	"cmp"
	"slices"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// sums adds up counts by group.
//
// Squares come one after the other, those of all parts together where counts
// are split by square. The counts of one square and area are added up in a table
// by week, class and kind, which becomes rows when another square or area
// comes.
type sums struct {
	*Cube
	filter
	by    dimensions
	level uint8 // of the sums that are looked at
	asked uint8 // of the squares that counts are split by

	out     []counted
	sparse  map[group]*data.Count // where a group may come again later
	current group                 // square and area of the table; the week too, where it has no weeks
	table   []data.Count          // by week, class and kind
	touched []int                 // places in the table that are not zero; one that was may be there twice
	classes []geo.Class           // in the order of tables
	order   [classes]int          // the place of each in it
	run     []int64               // sums by measure
	gone    bool                  // what is added was removed
}

// dimensions says by which of them counts are split.
type dimensions struct {
	week, class, kind, area, square bool
	weekInTable                     bool
}

// maxTable bounds the table: a slip of the pen in a year must not cost
// gigabytes.
const maxTable = 1 << 17

func (c *Cube) sums(q data.Query, split Split) []counted {
	has := func(d data.Dimension) bool { return slices.Contains(split.By, d) }
	s := &sums{
		Cube: c, filter: c.filter(q), asked: split.Level, run: make([]int64, c.measures()), classes: geo.Classes(), order: tableOrder(),
		by: dimensions{
			week: has(data.ByWeek), class: has(data.ByClass), kind: has(data.ByKind), area: has(data.ByArea), square: has(data.BySquare),
		},
	}
	if s.nothing {
		return nil
	}
	if !s.by.square {
		s.asked = grid.MaxLevel
	}
	s.level = s.levelFor(s.asked, s.by.area)
	size := 1
	if s.by.kind {
		size *= len(c.scheme.Kinds)
	}
	if s.by.class {
		size *= classes
	}
	if weeks := int(c.weeks.To-c.weeks.From) + 1; s.by.week && size*weeks <= maxTable {
		s.by.weekInTable = true
		size *= weeks
	}
	s.table = make([]data.Count, size)
	if s.by.area || s.by.week && !s.by.weekInTable {
		s.sparse = map[group]*data.Count{}
	}
	s.all()
	return s.out
}

// all adds everything.
func (s *sums) all() {
	sources := s.sources()
	for {
		next, more := grid.Key(0), false
		for i := range sources {
			if key, ok := sources[i].key(s); ok && (!more || key < next) {
				next, more = key, true
			}
		}
		if !more {
			break
		}
		for i := range sources {
			for key, ok := sources[i].key(s); ok && key == next; key, ok = sources[i].key(s) {
				sources[i].add(s, next)
			}
		}
	}
	s.flush()
	for about, count := range s.sparse {
		if *count != (data.Count{}) {
			s.out = append(s.out, counted{about, *count})
		}
	}
}

// source is where counts come from, in the order of their squares: a part, or
// recent visits.
type source struct {
	part   *part    // nil for recent visits
	filter filter   // as it is for the part
	recent *recent  // nil for a part
	found  []uint32 // squares of the part, or recent visits
	gone   bool     // of the visits that were removed
}

func (s *sums) sources() []source {
	var sources []source
	for _, pile := range s.piles() {
		gone := pile == &s.Cube.gone
		for _, p := range pile.parts {
			sources = append(sources, source{part: p, filter: s.on(p), found: s.in(p, s.level, s.shapes.list, nil), gone: gone})
		}
		sources = append(sources, s.recently(&pile.recent, gone))
	}
	return sources
}

func (s *sums) recently(recent *recent, gone bool) source {
	var found []uint32
	for i := range recent.visits {
		if v := &recent.visits[i]; s.visit(v) && s.holds(&s.shapes.list[v.square]) {
			found = append(found, uint32(i))
		}
	}
	at := source{recent: recent, found: found, gone: gone}
	slices.SortFunc(found, func(a, b uint32) int { return cmp.Compare(at.recentKey(s, a), at.recentKey(s, b)) })
	return at
}

// recentKey returns the square of the level asked for that a recent visit is in.
func (at *source) recentKey(s *sums, i uint32) grid.Key {
	return s.shapes.list[s.shapes.up(at.recent.visits[i].square, s.asked)].Key
}

// key returns the square of the level asked for that comes next, or false at
// the end. Where counts are not split by square all are in one.
func (at *source) key(s *sums) (grid.Key, bool) {
	switch {
	case len(at.found) == 0:
		return 0, false
	case !s.by.square:
		return 0, true
	case at.part == nil:
		return at.recentKey(s, at.found[0]), true
	}
	shape := s.shapes.up(at.part.levels[s.level].squares[at.found[0]].shape, s.asked-s.level)
	return s.shapes.list[shape].Key, true
}

// add adds the next square, or recent visit.
func (at *source) add(s *sums, key grid.Key) {
	about := group{square: key}
	i := at.found[0]
	at.found = at.found[1:]
	s.gone = at.gone
	if at.part == nil {
		clear(s.run)
		v := &at.recent.visits[i]
		at.recent.items.addTo(s.run, v)
		s.addCell(v.place, v.week, about)
		return
	}
	l := &at.part.levels[s.level]
	if at.filter.whole() && !s.by.week && !s.by.class && !s.by.area {
		clear(s.run)
		l.addSquare(s.run, i, &at.filter)
		s.turnTo(about)
		s.add(s.row(data.Undated, 0), s.run)
		return
	}
	for r := l.squares[i].run; r < l.squares[i+1].run; r++ {
		if s.at(l.runs[r].place) {
			s.addRun(l, r, &at.filter, about)
		}
	}
}

// addRun adds what a filter lets count of a run.
func (s *sums) addRun(l *level, r uint32, f *filter, about group) {
	place := l.runs[r].place
	if !s.by.week {
		clear(s.run)
		l.addRun(s.run, r, f)
		s.addCell(place, data.Undated, about)
		return
	}
	first := l.runs[r].cell
	from, to := l.weeksOf(r, f)
	for cell := from; cell < to; cell++ {
		clear(s.run)
		l.addCells(s.run, first, cell, cell+1)
		s.addCell(place, l.weeks[cell], about)
	}
}

// addCell adds the sums in s.run, which are about one place and week.
func (s *sums) addCell(p place, week data.Week, about group) {
	if s.by.area {
		about.area = p.area()
	}
	if s.by.week && !s.by.weekInTable {
		about.week = week
	}
	s.turnTo(about)
	s.add(s.row(week, p), s.run)
}

// turnTo makes the table that of a group.
func (s *sums) turnTo(about group) {
	if about != s.current {
		s.flush()
		s.current = about
	}
}

// row returns the place in the table of a week and class, and the first kind.
//
//	week × class × kind, weeks counted from the cube's first, undated before it
func (s *sums) row(week data.Week, p place) int {
	row := 0
	if s.by.weekInTable && week != data.Undated {
		row = int(week-s.Cube.weeks.From) + 1
	}
	if s.by.class {
		row = row*classes + s.order[p.class()]
	}
	if s.by.kind {
		row *= len(s.kinds)
	}
	return row
}

// add adds sums by measure to a row of the table, or subtracts them.
func (s *sums) add(row int, sums []int64) {
	if s.gone {
		negate(sums)
	}
	if !s.by.kind {
		s.addTo(row, s.count(sums))
		return
	}
	for kind, counts := range s.kinds {
		if counts {
			s.addTo(row+kind, data.Count{Items: sums[1+kind]})
		}
	}
}

func (s *sums) addTo(at int, count data.Count) {
	if count == (data.Count{}) {
		return
	}
	if s.table[at] == (data.Count{}) {
		s.touched = append(s.touched, at)
	}
	s.table[at].Add(count)
}

// flush makes rows of the table, in its order, and clears it.
func (s *sums) flush() {
	if len(s.touched) > len(s.table)/sparseTable {
		for at := range s.table {
			s.flushRow(at)
		}
	} else {
		slices.Sort(s.touched)
		for _, at := range s.touched {
			s.flushRow(at)
		}
	}
	s.touched = s.touched[:0]
}

// sparseTable is the part of a table, one row of so many, up to which it is
// quicker to sort the rows that are not zero than to look at all.
const sparseTable = 16

func (s *sums) flushRow(at int) {
	count := s.table[at]
	if count == (data.Count{}) {
		return
	}
	s.table[at] = data.Count{}
	about := s.groupAt(at)
	if s.sparse == nil {
		s.out = append(s.out, counted{about, count})
		return
	}
	sum := s.sparse[about]
	if sum == nil {
		sum = &data.Count{}
		s.sparse[about] = sum
	}
	sum.Add(count)
}

// groupAt is the inverse of row, with the square and area of the table.
func (s *sums) groupAt(at int) group {
	about := s.current
	if s.by.kind {
		about.kind = int16(at % len(s.kinds))
		at /= len(s.kinds)
	}
	if s.by.class {
		about.class = s.classes[at%classes]
		at /= classes
	}
	switch {
	case !s.by.weekInTable:
	case at == 0:
		about.week = data.Undated
	default:
		about.week = s.Cube.weeks.From + data.Week(at-1)
	}
	return about
}
