package cube

import (
	"math"
	"math/bits"
	"runtime"
	"slices"
	"sort"
	"sync"

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
	table    int // entries of one at most
	workers  int // processors that it takes; 0 is one
}

// all makes all levels, and the table of each, where it has one, beside those
// above it.
func (s *summing) all() {
	var tables sync.WaitGroup
	s.lowest()
	for n := range s.levels {
		if n > 0 {
			s.above(n)
		}
		if s.workers > 1 {
			tables.Go(func() { s.tabulate(&s.levels[n]) })
		} else {
			s.tabulate(&s.levels[n])
		}
	}
	tables.Wait()
}

// lowest makes level 0.
func (s *summing) lowest() {
	cuts := s.cut(len(s.visits), func(i int) int { return i }, func(i int) bool {
		return i == 0 || s.visits[i].square != s.visits[i-1].square
	})
	cells := make([]int, len(cuts)-1)
	s.each(cuts, func(n, from, to int) {
		for i := from; i < to; i++ {
			yieldNow(i)
			if s.newCell(i) {
				cells[n]++
			}
		}
	})
	s.levels[0] = s.level(cuts, cells, func(t *stretch, from, to int) {
		for i := from; i < to; i++ {
			yieldNow(i)
			v := &s.visits[i]
			if i == from || v.square != s.visits[i-1].square {
				t.begin(v.square, uint32(i))
			}
			t.cell[0]++
			s.items.of(v, func(kind int, n int64) { t.cell[1+kind] += n })
			if i+1 == to || s.newCell(i+1) {
				t.add(v.place, v.week)
			}
		}
	})
}

// cut cuts things, squares of a level or visits, into stretches for processors,
// each with much the same number of cells, and returns where they begin and where
// the last one ends. before is the number of cells before one of the things; starts
// says where a stretch may begin.
func (s *summing) cut(things int, before func(int) int, starts func(int) bool) []int {
	cuts := []int{0}
	for w := 1; w < s.workers; w++ {
		share := before(things) * w / s.workers
		at := sort.Search(things, func(i int) bool { return before(i) >= share })
		for at < things && !starts(at) {
			at++
		}
		if at > cuts[len(cuts)-1] && at < things {
			cuts = append(cuts, at)
		}
	}
	return append(cuts, things)
}

// each calls do for each stretch between cuts, at the same time.
func (s *summing) each(cuts []int, do func(n, from, to int)) {
	var group sync.WaitGroup
	for n := range len(cuts) - 2 {
		group.Go(func() { do(n, cuts[n], cuts[n+1]) })
	}
	n := len(cuts) - 2
	do(n, cuts[n], cuts[n+1])
	group.Wait()
}

// stretch is some squares of a level in the making, one after the other: a level
// without the elements that begin where the last ones end.
type stretch struct {
	level
	summing *summing
	running []int64 // sums of the run in the making
	cell    []int64 // sums of the cell in the making
	weekly  weekly
}

// level makes a level of stretches, each of which do makes of the things between
// two cuts and has room for some cells: to grow would take longer than all else.
func (s *summing) level(cuts, cells []int, do func(t *stretch, from, to int)) level {
	ends := make([]int, len(cells)) // in the memory of all
	room := 0
	for n := range cells {
		room += cells[n]
		ends[n] = room
	}
	weeks, sums := make([]data.Week, room), make([]uint32, room*s.measures)
	stretches := make([]*stretch, len(cells))
	s.each(cuts, func(n, from, to int) {
		t := &stretch{summing: s, running: make([]int64, s.measures), cell: make([]int64, s.measures)}
		first := ends[n] - cells[n]
		t.weeks, t.sums = weeks[first:first:ends[n]], sums[first*s.measures:first*s.measures:ends[n]*s.measures]
		do(t, from, to)
		stretches[n] = t
	})
	fit := true
	for n, t := range stretches {
		fit = fit && len(t.weeks) <= cells[n]
	}
	if t := stretches[0]; fit { // the others move down to it
		t.weeks, t.sums = weeks[:len(t.weeks)], sums[:len(t.sums)]
	}
	l := inOne(stretches)
	l.squares = append(l.squares, square{first: uint32(cuts[len(cuts)-1]), run: uint32(len(l.runs))})
	l.runs = append(l.runs, run{cell: uint32(len(l.weeks))})
	l.squares, l.reach, l.totals = slices.Clip(l.squares), slices.Clip(l.reach), slices.Clip(l.totals)
	l.runs, l.runSums, l.weeks, l.sums = trimmed(l.runs), trimmed(l.runSums), trimmed(l.weeks), trimmed(l.sums)
	return l
}

// inOne returns one stretch of several.
func inOne(stretches []*stretch) level {
	l := stretches[0].level
	for _, t := range stretches[1:] {
		runs, cells := uint32(len(l.runs)), uint32(len(l.weeks))
		for i := range t.squares {
			t.squares[i].run += runs
		}
		for i := range t.runs {
			t.runs[i].cell += cells
		}
		l.squares, l.reach, l.totals = append(l.squares, t.squares...), append(l.reach, t.reach...), append(l.totals, t.totals...)
		l.runs, l.runSums = append(l.runs, t.runs...), append(l.runSums, t.runSums...)
		l.weeks, l.sums = append(l.weeks, t.weeks...), append(l.sums, t.sums...)
	}
	return l
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

// begin begins a square.
func (t *stretch) begin(shape, first uint32) {
	t.squares = append(t.squares, square{key: t.summing.shapes[shape].Key, shape: shape, first: first, run: uint32(len(t.runs))})
	t.reach = append(t.reach, t.summing.shapes[shape].Box())
	t.totals = append(t.totals, make([]int64, t.summing.measures)...)
}

// tabulate makes the table of a level where it takes little room.
func (s *summing) tabulate(l *level) {
	weeks := int(s.part.weeks.To - s.part.weeks.From)
	if weeks == 0 || weeks*(len(l.runs)-1) > s.table {
		return
	}
	rows, width := 1+weeks, len(l.runSums)
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
func (t *stretch) add(place place, week data.Week) {
	measures, limit := t.summing.measures, t.summing.limit
	totals := t.totals[len(t.totals)-measures:]
	for m, n := range t.cell {
		totals[m] += n
	}
	for slices.Max(t.cell) > 0 {
		if t.newRun(place) {
			t.runs = append(t.runs, run{place: place, cell: uint32(len(t.weeks))})
			t.runSums = append(t.runSums, make([]uint32, measures)...)
			clear(t.running)
		}
		t.weeks = append(t.weeks, week)
		runSums := t.runSums[len(t.runSums)-measures:]
		for m := range t.cell {
			some := min(t.cell[m], limit)
			t.cell[m] -= some
			t.running[m] += some
			t.sums = append(t.sums, uint32(t.running[m]))
			runSums[m] = uint32(t.running[m])
		}
	}
}

// newRun reports whether the cell in the making needs a new run.
func (t *stretch) newRun(place place) bool {
	n := len(t.runs)
	if n == int(t.squares[len(t.squares)-1].run) || t.runs[n-1].place != place {
		return true
	}
	for m, sum := range t.cell {
		if t.running[m]+min(sum, t.summing.limit) > t.summing.limit {
			return true
		}
	}
	return false
}

// above makes a level from the one below it.
func (s *summing) above(n int) {
	below := &s.levels[n-1]
	parent := func(i int) uint32 { return s.shapes[below.squares[i].shape].parent }
	before := func(i int) int { return int(below.runs[below.squares[i].run].cell) }
	cuts := s.cut(below.size(), before, func(i int) bool { return i == 0 || parent(i) != parent(i-1) })
	cells := make([]int, len(cuts)-1) // at most
	for n := range cells {
		cells[n] = before(cuts[n+1]) - before(cuts[n])
	}
	s.levels[n] = s.level(cuts, cells, func(t *stretch, from, to int) {
		for i := from; i < to; {
			yieldNow(i << 6)
			first, shape := i, parent(i)
			t.begin(shape, uint32(i))
			reach := &t.reach[len(t.reach)-1]
			for ; i < to && parent(i) == shape; i++ {
				*reach = reach.union(&below.reach[i])
			}
			t.gather(below, below.squares[first].run, below.squares[i].run)
		}
	})
}

// gather adds the cells of some runs of the level below to the last square, by
// class and week.
func (t *stretch) gather(below *level, from, to uint32) {
	measures := t.summing.measures
	for class := range geo.Class(classes) {
		t.weekly.begin()
		for r := from; r < to; r++ {
			if below.runs[r].place.class() == class {
				t.weekly.extend(below.weeks[below.runs[r].cell:below.runs[r+1].cell])
			}
		}
		if t.weekly.rows == 0 {
			continue
		}
		t.weekly.make(measures)
		for r := from; r < to; r++ {
			if below.runs[r].place.class() == class {
				t.weekly.addRun(below, below.runs[r].cell, below.runs[r+1].cell, measures)
			}
		}
		t.weekly.each(measures, func(week data.Week, sums []int64) {
			copy(t.cell, sums)
			t.add(newPlace(class, 0), week)
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
