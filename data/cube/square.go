package cube

import (
	"cmp"
	"math"
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

	shapes   *shapes
	measures int
	sums     []int64  // by measure, of each square in turn
	nearby   []uint32 // squares of the part that is looked at
	// slots says by shape where a square stands in Squares, with the round in
	// which that was so in its upper half.
	slots []uint64
	round uint64
}

// Square is a square with the counts that a query selects in it.
type Square struct {
	Key grid.Key
	data.Count
	shape uint32
	at    uint32 // of its sums
}

// Shape returns what a square looks like.
func (f *Found) Shape(s *Square) *Shape { return &f.shapes.list[s.shape] }

// Name returns its name, that of the grid. It must not be changed.
func (f *Found) Name(s *Square) []byte {
	name := f.shapes.list[s.shape].name
	return f.shapes.names[name.from:name.to]
}

// Units returns its corners on tiles.
func (f *Found) Units(s *Square) *Units { return &f.shapes.units[s.shape] }

// Kinds returns the items of each of the scheme's kinds in a square, 0 for kinds
// that the query leaves out. It is good until the next question.
func (f *Found) Kinds(s *Square) []int64 { return f.sums[int(s.at)+1 : int(s.at)+f.measures] }

// Squares finds the squares of a level in which a query selects something and
// which may meet a box; some that lie beside it may be among them. Each has its
// whole counts.
func (c *Cube) Squares(q data.Query, level uint8, near Box, found *Found) {
	found.Squares, found.sums, found.Total = found.Squares[:0], found.sums[:0], data.Count{}
	found.shapes, found.measures = &c.shapes, c.measures()
	f := c.filter(q)
	if f.nothing {
		return
	}
	if cap(found.sums) < c.measures() {
		found.sums = make([]int64, 0, 64*c.measures())
	}
	sums := found.sums[:c.measures()]
	clear(sums)
	c.total(&f, sums)
	found.Total = f.count(sums)
	found.begin(len(c.shapes.list))
	s := looking{Cube: c, filter: f, level: level, near: near, found: found}
	s.pile(&c.pile)
	if !c.gone.empty() {
		s.gone = true
		s.pile(&c.gone)
	}
	s.counted()
}

// begin makes the slots good for another round.
func (f *Found) begin(shapes int) {
	if len(f.slots) < shapes || f.round == math.MaxUint32 {
		f.slots, f.round = make([]uint64, shapes), 0
	}
	f.round++
}

// looking is one call of Squares.
type looking struct {
	*Cube
	filter
	level uint8
	near  Box
	found *Found
	gone  bool // what is added was removed
}

// pile adds a pile: the largest part first, since the others have few squares
// besides.
func (s *looking) pile(p *pile) {
	for _, part := range p.parts {
		if s.everywhere {
			s.meeting(part)
		} else {
			s.selected(part)
		}
	}
	s.recently(&p.recent)
}

// turn is to be called before and after adding to sums what may have been
// removed.
func (s *looking) turn(sums []int64) {
	if s.gone {
		negate(sums)
	}
}

// of returns the sums of a square, which is added where it isn't there yet.
func (s *looking) of(shape uint32, key grid.Key) []int64 {
	f := s.found
	if slot := f.slots[shape]; slot>>32 == f.round {
		at := int(uint32(slot)) * f.measures
		return f.sums[at : at+f.measures]
	}
	at := len(f.sums)
	f.slots[shape] = f.round<<32 | uint64(len(f.Squares))
	f.Squares = append(f.Squares, Square{Key: key, shape: shape, at: uint32(at)})
	f.sums = slices.Grow(f.sums, f.measures)[:at+f.measures]
	clear(f.sums[at:])
	return f.sums[at:]
}

// meeting adds the squares of a part that the box meets.
func (s *looking) meeting(p *part) {
	f, n := s.found, s.levelFor(s.level, false)
	top := len(p.levels) - 1
	f.nearby = p.meeting(&search{box: s.near, level: int(s.level)}, top, 0, uint32(p.levels[top].size()), f.nearby[:0])
	own := s.on(p)
	if len(f.Squares) == 0 && !s.gone && n == s.level {
		s.first(&p.levels[n], &own)
		return
	}
	l, summed := &p.levels[s.level], &p.levels[n]
	for _, i := range f.nearby {
		sums := s.of(l.squares[i].shape, l.squares[i].key)
		first, end := p.holds(int(s.level), int(n), i)
		s.turn(sums)
		for ; first < end; first++ {
			summed.addSquare(sums, first, &own)
		}
		s.turn(sums)
	}
}

// first is meeting where no square is there yet, which is so for nearly all of them:
// nothing is to be looked for, and the room is made at once. Those in which nothing
// is selected are left out.
func (s *looking) first(l *level, own *filter) {
	f, m, whole := s.found, s.found.measures, own.whole()
	f.Squares = slices.Grow(f.Squares, len(f.nearby))[:len(f.nearby)]
	f.sums = slices.Grow(f.sums[:0], len(f.nearby)*m)[:len(f.nearby)*m]
	k := 0
	for _, i := range f.nearby {
		sums := f.sums[k*m : k*m+m]
		if whole {
			copy(sums, l.totals[int(i)*m:])
		} else {
			clear(sums)
			l.addSquare(sums, i, own)
			if sums[0] == 0 { // no visits
				continue
			}
		}
		square := &l.squares[i]
		f.slots[square.shape] = f.round<<32 | uint64(k)
		f.Squares[k] = Square{Key: square.key, shape: square.shape, at: uint32(k * m)}
		k++
	}
	f.Squares, f.sums = f.Squares[:k], f.sums[:k*m]
}

// selected adds the squares of a part in which the filter's region selects
// something.
func (s *looking) selected(p *part) {
	f, n := s.found, s.levelFor(s.level, false)
	f.nearby = s.in(p, n, s.shapes.list, f.nearby[:0])
	l, own := &p.levels[n], s.on(p)
	for _, i := range f.nearby {
		shape := s.shapes.up(l.squares[i].shape, s.level-n)
		if box := s.shapes.list[shape].Box(); box.meets(&s.near) {
			sums := s.of(shape, s.shapes.list[shape].Key)
			s.turn(sums)
			l.addSquare(sums, i, &own)
			s.turn(sums)
		}
	}
}

// recently adds the recent visits.
func (s *looking) recently(recent *recent) {
	for i := range recent.visits {
		v := &recent.visits[i]
		if v.square == noSquare || !s.visit(v) || !s.holds(&s.shapes.list[v.square]) {
			continue
		}
		shape := s.shapes.up(v.square, s.level)
		if box := s.shapes.list[shape].Box(); box.meets(&s.near) {
			sums := s.of(shape, s.shapes.list[shape].Key)
			s.turn(sums)
			recent.items.addTo(sums, v)
			s.turn(sums)
		}
	}
}

// counted counts the squares, drops those in which nothing counts, and puts the
// others in order.
func (s *looking) counted() {
	f, kept, inOrder := s.found, 0, true
	someKinds := slices.Contains(s.kinds, false)
	last := grid.Key(0)
	for i := range f.Squares {
		square := &f.Squares[i]
		sums := f.sums[square.at:][:f.measures]
		if someKinds {
			s.leaveOut(sums)
		}
		if square.Count = s.count(sums); square.Count == (data.Count{}) {
			continue
		}
		if kept < i {
			f.Squares[kept] = *square
		}
		inOrder = inOrder && last < square.Key
		last = square.Key
		kept++
	}
	f.Squares = f.Squares[:kept]
	if !inOrder {
		slices.SortFunc(f.Squares, func(a, b Square) int { return cmp.Compare(a.Key, b.Key) })
	}
}

// leaveOut makes the sums of kinds that don't count 0.
func (s *looking) leaveOut(sums []int64) {
	for kind, counts := range s.kinds {
		if !counts {
			sums[1+kind] = 0
		}
	}
}
