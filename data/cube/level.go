package cube

import (
	"math"
	"math/bits"
	"runtime"
	"slices"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// level is the sums of one level: squares have runs, runs have cells.
//
//	squares  ├──────────────── A ───────────────┼────── B ──────┤
//	runs     ├── residential ──┼─── managed ────┼─ residential ─┤
//	cells    ├ w1 ┼ w2 ┼ w5 ───┼ w1 ┼ w5 ┼ w6 ──┼ w5 ┼ w6 ──────┤
//	sums       3    5    9       1    4    8      2    3           visits, and so for each kind
//
// The sums of a cell are those of its run up to it, so what a range of weeks
// holds is the difference of two. On level 0 a run is of one area besides.
//
// Where that takes little room there is a table of the sums of all runs up to each
// week besides. A range of weeks is the difference of two of its rows, which are read
// in order, while to look for weeks in one run after the other is to wait for memory:
//
//	             A residential   A managed   B residential
//	undated              0            0            0
//	up to w1             3            1            0
//	up to w2             5            1            0
//	...
//
// Every slice of squares, runs and cells has one element more, which begins
// where the last one ends.
type level struct {
	squares []square
	reach   []Box   // of each square: it and all that it holds
	totals  []int64 // of each square, by measure
	runs    []run
	runSums []uint32 // of each run, by measure
	weeks   []data.Week
	sums    []uint32 // of each cell, by measure
	upTo    []uint32 // of each row of the table, by run and measure; nil without one
}

// square is one square of a level.
type square struct {
	key   grid.Key
	shape uint32
	first uint32 // of its squares of the level below, or of its visits on level 0
	run   uint32 // its first
}

// run is the cells of one square, class and, on level 0, area. Where sums would
// not fit 32 bits there is another run of the same.
type run struct {
	place place
	cell  uint32 // its first
}

// runLimit is the largest sum of a run.
const runLimit = math.MaxUint32

// A table has at most this many entries, runs × weeks, for each visit, and this many
// in all: with four measures 128 MB.
const (
	tableByVisit = 8
	tableLimit   = 8 << 20
)

// size returns the number of squares.
func (l *level) size() int { return len(l.squares) - 1 }

// summing makes the levels of a part.
type summing struct {
	*part
	shapes   []Shape
	measures int
	limit    int64
	table    int     // entries of one at most
	running  []int64 // sums of the run in the making
	cell     []int64 // sums of the cell in the making
	weekly   weekly
}

// lowest makes level 0.
func (s *summing) lowest() {
	s.running, s.cell = make([]int64, s.measures), make([]int64, s.measures)
	l := &s.levels[0]
	cells := 0
	for i := range s.visits {
		if s.newCell(i) {
			cells++
		}
	}
	s.reserve(l, cells)
	for i := range s.visits {
		yieldNow(i)
		v := &s.visits[i]
		if i == 0 || v.square != s.visits[i-1].square {
			s.begin(l, v.square, uint32(i))
		}
		s.cell[0]++
		s.items.of(v, func(kind int, n int64) { s.cell[1+kind] += n })
		if i+1 == len(s.visits) || s.newCell(i+1) {
			s.add(l, v.place, v.week)
		}
	}
	s.end(l, uint32(len(s.visits)))
}

// yieldEvery is how often work that takes long lets others go on. The garbage
// collector waits for it, and requests for the garbage collector: without this
// they waited a tenth of a second while a million visits were placed anew.
const yieldEvery = 4096

func yieldNow(i int) {
	if i%yieldEvery == 0 {
		runtime.Gosched()
	}
}

// newCell reports whether a visit is in another cell than the one before it.
func (s *summing) newCell(i int) bool {
	if i == 0 {
		return true
	}
	v, before := &s.visits[i], &s.visits[i-1]
	return v.square != before.square || v.place != before.place || v.week != before.week
}

// reserve makes room for cells: to grow would take longer than all else.
func (s *summing) reserve(l *level, cells int) {
	l.weeks, l.sums = make([]data.Week, 0, cells), make([]uint32, 0, cells*s.measures)
}

// begin begins a square.
func (s *summing) begin(l *level, shape, first uint32) {
	l.squares = append(l.squares, square{key: s.shapes[shape].Key, shape: shape, first: first, run: uint32(len(l.runs))})
	l.reach = append(l.reach, s.shapes[shape].Box())
	l.totals = append(l.totals, make([]int64, s.measures)...)
}

// end ends a level.
func (s *summing) end(l *level, first uint32) {
	l.squares = append(l.squares, square{first: first, run: uint32(len(l.runs))})
	l.runs = append(l.runs, run{cell: uint32(len(l.weeks))})
	l.squares, l.reach, l.totals = slices.Clip(l.squares), slices.Clip(l.reach), slices.Clip(l.totals)
	l.runs, l.runSums, l.weeks, l.sums = trimmed(l.runs), trimmed(l.runSums), trimmed(l.weeks), trimmed(l.sums)
	if weeks := int(s.part.weeks.To - s.part.weeks.From); weeks > 0 && weeks*(len(l.runs)-1) <= s.table {
		s.tabulate(l, 1+weeks)
	}
}

// tabulate makes the table of a level.
func (s *summing) tabulate(l *level, rows int) {
	width := len(l.runSums)
	l.upTo = make([]uint32, rows*width)
	for r := range len(l.runs) - 1 {
		yieldNow(r << 6)
		for cell := l.runs[r].cell; cell < l.runs[r+1].cell; cell++ {
			row := s.part.row(l.weeks[cell] + 1)
			copy(l.upTo[row*width+r*s.measures:], l.sums[int(cell)*s.measures:][:s.measures])
		}
	}
	for row := 1; row < rows; row++ { // sums never fall: where there is no cell they are those before
		yieldNow(row << 6)
		before, now := l.upTo[(row-1)*width:][:width], l.upTo[row*width:][:width]
		for i, sum := range before {
			now[i] = max(now[i], sum)
		}
	}
}

// trimmed gives back the room that a slice does not need, if it is much.
func trimmed[T any](s []T) []T {
	if len(s) > cap(s)/8*7 {
		return s
	}
	return slices.Clone(s)
}

// add adds the cell in the making to the last square, and clears it. A cell
// that does not fit its run begins another, and takes several if it must.
func (s *summing) add(l *level, place place, week data.Week) {
	totals := l.totals[len(l.totals)-s.measures:]
	for m, n := range s.cell {
		totals[m] += n
	}
	for slices.Max(s.cell) > 0 {
		if s.newRun(l, place) {
			l.runs = append(l.runs, run{place: place, cell: uint32(len(l.weeks))})
			l.runSums = append(l.runSums, make([]uint32, s.measures)...)
			clear(s.running)
		}
		l.weeks = append(l.weeks, week)
		runSums := l.runSums[len(l.runSums)-s.measures:]
		for m := range s.cell {
			some := min(s.cell[m], s.limit)
			s.cell[m] -= some
			s.running[m] += some
			l.sums = append(l.sums, uint32(s.running[m]))
			runSums[m] = uint32(s.running[m])
		}
	}
}

// newRun reports whether the cell in the making needs a new run.
func (s *summing) newRun(l *level, place place) bool {
	n := len(l.runs)
	if n == int(l.squares[len(l.squares)-1].run) || l.runs[n-1].place != place {
		return true
	}
	for m, sum := range s.cell {
		if s.running[m]+min(sum, s.limit) > s.limit {
			return true
		}
	}
	return false
}

// above makes a level from the one below it.
func (s *summing) above(n int) {
	l, below := &s.levels[n], &s.levels[n-1]
	s.reserve(l, len(below.weeks))
	for i := 0; i < below.size(); {
		yieldNow(i << 6)
		parent := s.shapes[below.squares[i].shape].parent
		s.begin(l, parent, uint32(i))
		reach := &l.reach[len(l.reach)-1]
		first := i
		for ; i < below.size() && s.shapes[below.squares[i].shape].parent == parent; i++ {
			*reach = reach.union(&below.reach[i])
		}
		s.gather(l, below, below.squares[first].run, below.squares[i].run)
	}
	s.end(l, uint32(below.size()))
}

// gather adds the cells of some runs of the level below to the last square, by
// class and week.
func (s *summing) gather(l, below *level, from, to uint32) {
	for class := range geo.Class(classes) {
		s.weekly.begin()
		for r := from; r < to; r++ {
			if below.runs[r].place.class() == class {
				s.weekly.extend(below.weeks[below.runs[r].cell:below.runs[r+1].cell])
			}
		}
		if s.weekly.rows == 0 {
			continue
		}
		s.weekly.make(s.measures)
		for r := from; r < to; r++ {
			if below.runs[r].place.class() == class {
				s.weekly.addRun(below, below.runs[r].cell, below.runs[r+1].cell, s.measures)
			}
		}
		s.weekly.each(s.measures, func(week data.Week, sums []int64) {
			copy(s.cell, sums)
			s.add(l, newPlace(class, 0), week)
		})
	}
}

// weekly is a table of sums by week, the undated first.
type weekly struct {
	weeks   data.WeekRange // of the rows but the first
	rows    int            // 0 before anything is to come
	sums    []int64
	present []uint64 // a bit for each row
}

func (w *weekly) begin() { w.weeks, w.rows = data.WeekRange{From: math.MaxInt32, To: math.MinInt32}, 0 }

// extend makes room for weeks, which are in order.
func (w *weekly) extend(weeks []data.Week) {
	w.rows = max(w.rows, 1)
	if weeks[0] == data.Undated {
		weeks = weeks[1:]
	}
	if len(weeks) > 0 {
		w.weeks.From, w.weeks.To = min(w.weeks.From, weeks[0]), max(w.weeks.To, weeks[len(weeks)-1]+1)
		w.rows = 1 + int(w.weeks.To-w.weeks.From)
	}
}

func (w *weekly) make(measures int) {
	w.sums = slices.Grow(w.sums[:0], w.rows*measures)[:w.rows*measures]
	w.present = slices.Grow(w.present[:0], w.rows/64+1)[:w.rows/64+1]
	clear(w.sums)
	clear(w.present)
}

// addRun adds the cells of a run.
func (w *weekly) addRun(l *level, from, to uint32, measures int) {
	for cell := from; cell < to; cell++ {
		row := 0
		if week := l.weeks[cell]; week != data.Undated {
			row = 1 + int(week-w.weeks.From)
		}
		w.present[row/64] |= 1 << (row % 64)
		into := w.sums[row*measures:][:measures]
		now := l.sums[int(cell)*measures:][:measures]
		if cell == from {
			for m, sum := range now {
				into[m] += int64(sum)
			}
			continue
		}
		before := l.sums[int(cell-1)*measures:][:measures]
		for m, sum := range now {
			into[m] += int64(sum - before[m])
		}
	}
}

// each calls do for each row that has something, in order.
func (w *weekly) each(measures int, do func(data.Week, []int64)) {
	for i, word := range w.present {
		for ; word != 0; word &= word - 1 {
			row := i*64 + bits.TrailingZeros64(word)
			week := data.Undated
			if row > 0 {
				week = w.weeks.From + data.Week(row-1)
			}
			do(week, w.sums[row*measures:][:measures])
		}
	}
}
