package cube

import (
	"cmp"
	"slices"

	"commonground/data"
	"commonground/geo/grid"
)

// levelFor returns the level whose sums answer a question: that of the squares
// that are asked for, or a lower one where a filter looks closer.
func (f *filter) levelFor(asked uint8, byArea bool) uint8 {
	switch {
	case byArea || f.area >= 0 || f.bound != nil:
		return 0
	case f.within:
		return min(asked, f.square.Level)
	}
	return asked
}

// in returns the numbers of a part's squares of a level that lie in the
// region, in order, appended to found. A bound is only looked at on level 0.
func (r *region) in(p *part, n uint8, shapes []Shape, found []uint32) []uint32 {
	top := len(p.levels) - 1
	from, to := uint32(0), uint32(p.levels[top].size())
	if r.within {
		top = int(r.square.Level)
		at, ok := p.levels[top].find(r.square.Key())
		if !ok {
			return found
		}
		from, to = at, at+1
	}
	start := len(found)
	found = p.meeting(&search{r.everywhere, r.inWorld, int(n)}, top, from, to, found)
	if n == 0 && r.bound != nil {
		kept := slices.DeleteFunc(found[start:], func(i uint32) bool {
			return !r.bound.Contains(shapes[p.levels[0].squares[i].shape].centre)
		})
		found = found[:start+len(kept)]
	}
	return found
}

func (l *level) find(key grid.Key) (uint32, bool) {
	squares := l.squares[:l.size()]
	at, ok := slices.BinarySearchFunc(squares, key, func(s square, key grid.Key) int { return cmp.Compare(s.key, key) })
	return uint32(at), ok
}

// search looks for squares of a level that a box meets.
type search struct {
	all   bool // also what has no square
	box   Box
	level int
}

// meeting appends the squares that a search finds among some of a level that is
// not below the search's, and what they hold.
func (p *part) meeting(s *search, n int, from, to uint32, found []uint32) []uint32 {
	l := &p.levels[n]
	for i := from; i < to; i++ {
		reach := &l.reach[i]
		switch {
		case s.all:
			found = p.held(s, n, i, found)
		case l.squares[i].key == 0 || !reach.meets(&s.box):
		case n == s.level || s.box.holds(reach):
			found = p.held(s, n, i, found)
		default:
			found = p.meeting(s, n-1, l.squares[i].first, l.squares[i+1].first, found)
		}
	}
	return found
}

// held appends what a square of a level holds of the search's level.
func (p *part) held(s *search, n int, i uint32, found []uint32) []uint32 {
	for first, end := p.holds(n, s.level, i); first < end; first++ {
		found = append(found, first)
	}
	return found
}

// holds returns the half-open range of the squares of a lower level, or the
// same, that a square holds.
func (p *part) holds(n, lower int, i uint32) (first, end uint32) {
	first, end = i, i+1
	for ; n > lower; n-- {
		first, end = p.levels[n].squares[first].first, p.levels[n].squares[end].first
	}
	return first, end
}

// weeksOf returns the half-open range of a run's cells whose weeks count.
func (l *level) weeksOf(r uint32, f *filter) (from, to uint32) {
	from, to = l.runs[r].cell, l.runs[r+1].cell
	if f.weeks.IsZero() {
		return from, to
	}
	weeks := l.weeks[from:to]
	last := weeks[len(weeks)-1]
	if last < f.weeks.From {
		return to, to
	}
	first := before(weeks, f.weeks.From)
	if last < f.weeks.To { // as where they are the last ones
		return from + uint32(first), to
	}
	return from + uint32(first), from + uint32(before(weeks, f.weeks.To))
}

// before returns how many of some weeks, which are in order, lie before one. It is
// slices.BinarySearch without branches that a processor could not foresee.
func before(weeks []data.Week, week data.Week) int {
	first := 0
	for n := len(weeks); n > 0; {
		half := int(uint(n+1) / 2)
		at := first
		if weeks[first+half-1] < week {
			at = first + half
		}
		first = at
		n -= half
	}
	return first
}

// addRun adds what counts of a run to sums by measure. What it holds up to its end
// stands beside its square's other runs, so the last weeks are found quickest.
func (l *level) addRun(sums []int64, r uint32, f *filter) {
	if l.upTo != nil && !f.weeks.IsZero() {
		l.addTabled(sums, r, f)
		return
	}
	first, end := l.runs[r].cell, l.runs[r+1].cell
	from, to := first, end
	if !f.weeks.IsZero() {
		from, to = l.weeksOf(r, f)
	}
	switch {
	case from == to:
	case to < end:
		l.addCells(sums, first, from, to)
	default:
		for m, n := range l.runSums[int(r)*len(sums):][:len(sums)] {
			sums[m] += int64(n)
		}
		l.subtractBefore(sums, first, from)
	}
}

// addTabled is addRun by the table.
func (l *level) addTabled(sums []int64, r uint32, f *filter) {
	width, at := len(l.runSums), int(r)*len(sums)
	before, upTo := l.upTo[f.rows.before*width+at:][:len(sums)], l.upTo[f.rows.upTo*width+at:][:len(sums)]
	for m := range sums {
		sums[m] += int64(upTo[m] - before[m])
	}
}

// addCells adds the half-open range of cells, at least one, of a run that
// begins at first.
func (l *level) addCells(sums []int64, first, from, to uint32) {
	for m, n := range l.sums[int(to-1)*len(sums):][:len(sums)] {
		sums[m] += int64(n)
	}
	l.subtractBefore(sums, first, from)
}

// subtractBefore subtracts the cells of a run before one of them.
func (l *level) subtractBefore(sums []int64, first, from uint32) {
	if from == first {
		return
	}
	for m, n := range l.sums[int(from-1)*len(sums):][:len(sums)] {
		sums[m] -= int64(n)
	}
}

// addSquare adds what counts of a square to sums by measure.
func (l *level) addSquare(sums []int64, i uint32, f *filter) {
	if f.whole() {
		for m, n := range l.totals[int(i)*len(sums):][:len(sums)] {
			sums[m] += n
		}
		return
	}
	for r := l.squares[i].run; r < l.squares[i+1].run; r++ {
		if f.at(l.runs[r].place) {
			l.addRun(sums, r, f)
		}
	}
}
