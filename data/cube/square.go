package cube

import (
	"cmp"
	"slices"

	"commonground/data"
	"commonground/geo/grid"
)

// Found is the squares that Squares found, with their counts. It can be used
// again for the next question, which saves memory; the zero value is ready.
type Found struct {
	// Squares are in the order of their keys.
	Squares []Square
	// Total is everything that the query selects, wherever it is.
	Total data.Count

	sums     []int64 // by measure
	measures int
	more     []Square
	nearby   []uint32
}

// Square is a square with the counts that a query selects in it.
type Square struct {
	*Shape
	data.Count
	key grid.Key // that of the shape, at hand
	at  int      // of its sums
}

// Kinds returns the items of each of the scheme's kinds in a square, 0 for kinds
// that the query leaves out. It is good until the next question.
func (f *Found) Kinds(s *Square) []int64 { return f.sums[s.at+1 : s.at+f.measures] }

// Squares finds the squares of a level in which a query selects something and
// which may meet a box; some that lie beside it may be among them. Each has its
// whole counts.
func (c *Cube) Squares(q data.Query, level uint8, near Box, found *Found) {
	found.Squares, found.sums, found.Total = found.Squares[:0], found.sums[:0], data.Count{}
	found.measures = c.measures()
	f := c.filter(q)
	if f.nothing {
		return
	}
	found.Total = c.Total(q)
	s := looking{Cube: c, filter: f, level: level, near: near, found: found}
	// The smallest first, so that each is put among fewer.
	s.recently()
	for _, p := range slices.Backward(c.parts) {
		found.more = found.more[:0]
		if s.everywhere {
			s.meeting(p)
		} else {
			s.selected(p)
		}
		s.join()
	}
	s.together()
}

// looking is one call of Squares.
type looking struct {
	*Cube
	filter
	level uint8
	near  Box
	found *Found
}

// turnTo returns the sums of a square, which is added unless it was the last.
func (s *looking) turnTo(shape uint32, key grid.Key) []int64 {
	f := s.found
	if n := len(f.more); n > 0 && f.more[n-1].key == key {
		return f.sums[f.more[n-1].at:]
	}
	at := len(f.sums)
	f.more = append(f.more, Square{Shape: &s.shapes.list[shape], key: key, at: at})
	f.sums = slices.Grow(f.sums, f.measures)[:at+f.measures]
	clear(f.sums[at:])
	return f.sums[at:]
}

// meeting adds the squares of a part that the box meets.
func (s *looking) meeting(p *part) {
	f, n := s.found, s.levelFor(s.level, false)
	top := len(p.levels) - 1
	f.nearby = p.meeting(&search{box: s.near, level: int(s.level)}, top, 0, uint32(p.levels[top].size()), f.nearby[:0])
	l, summed := &p.levels[s.level], &p.levels[n]
	for _, i := range f.nearby {
		sums := s.turnTo(l.squares[i].shape, l.squares[i].key)
		first, end := p.holds(int(s.level), int(n), i)
		for ; first < end; first++ {
			summed.addSquare(sums, first, &s.filter)
		}
	}
}

// selected adds the squares of a part in which the filter's region selects
// something.
func (s *looking) selected(p *part) {
	f, n := s.found, s.levelFor(s.level, false)
	f.nearby = s.in(p, n, s.shapes.list, f.nearby[:0])
	l := &p.levels[n]
	for _, i := range f.nearby {
		shape := s.shapes.up(l.squares[i].shape, s.level-n)
		if box := s.shapes.list[shape].Box(); box.meets(&s.near) {
			l.addSquare(s.turnTo(shape, s.shapes.list[shape].Key), i, &s.filter)
		}
	}
}

// recently adds the recent visits.
func (s *looking) recently() {
	f, visits := s.found, s.Cube.recent.visits
	f.nearby = f.nearby[:0]
	for i := range visits {
		v := &visits[i]
		if v.square == noSquare || !s.visit(v) || !s.holds(&s.shapes.list[v.square]) {
			continue
		}
		if box := s.shapes.list[s.shapes.up(v.square, s.level)].Box(); box.meets(&s.near) {
			f.nearby = append(f.nearby, uint32(i))
		}
	}
	key := func(i uint32) grid.Key { return s.shapes.list[s.shapes.up(visits[i].square, s.level)].Key }
	slices.SortFunc(f.nearby, func(a, b uint32) int { return cmp.Compare(key(a), key(b)) })
	f.more = f.more[:0]
	for _, i := range f.nearby {
		s.Cube.recent.items.addTo(s.turnTo(s.shapes.up(visits[i].square, s.level), key(i)), &visits[i])
	}
	s.join()
}

// join puts more squares, in order, among those that were found.
func (s *looking) join() {
	f := s.found
	i, j := len(f.Squares)-1, len(f.more)-1
	f.Squares = append(f.Squares, f.more...)
	if i < 0 {
		return
	}
	// From the end, so that there is room.
	for at := len(f.Squares) - 1; j >= 0; at-- {
		if i < 0 || f.Squares[i].key < f.more[j].key {
			f.Squares[at] = f.more[j]
			j--
			continue
		}
		f.Squares[at] = f.Squares[i]
		i--
	}
}

// together makes one of squares that are there more than once, counts, and
// drops those in which nothing counts.
func (s *looking) together() {
	f := s.found
	kept := 0
	for i := 0; i < len(f.Squares); {
		square := f.Squares[i]
		sums := f.sums[square.at:][:f.measures]
		for i++; i < len(f.Squares) && f.Squares[i].key == square.key; i++ {
			for m, n := range f.sums[f.Squares[i].at:][:f.measures] {
				sums[m] += n
			}
		}
		for kind, counts := range s.kinds {
			if !counts {
				sums[1+kind] = 0
			}
		}
		if square.Count = s.count(sums); square.Count != (data.Count{}) {
			f.Squares[kept] = square
			kept++
		}
	}
	f.Squares = f.Squares[:kept]
}
