package cube

import (
	"cmp"
	"slices"

	"commonground/data"
	"commonground/geo/grid"
)

// part is a set of visits with their sums on every level. It is immutable.
type part struct {
	visits []visit // square by square, in a square by place and week
	items  items
	levels [grid.MaxLevel + 1]level
	weeks  data.WeekRange // those with visits; zero where all are undated
}

// newPart makes a part of visits, which it sorts in place. measures is that of
// the cube.
func newPart(visits []visit, items items, shapes *shapes, measures int) *part {
	return newPartOf(visits, items, summing{shapes: shapes.list, measures: measures, limit: runLimit})
}

// newPartOf is newPart with the summing prepared.
func newPartOf(visits []visit, items items, b summing) *part {
	p := &part{visits: visits, items: items}
	sortVisits(visits, b.shapes)
	for i := range visits {
		yieldNow(i)
		if week := visits[i].week; week != data.Undated {
			if p.weeks.IsZero() {
				p.weeks = data.WeekRange{From: week, To: week + 1}
			}
			p.weeks.From, p.weeks.To = min(p.weeks.From, week), max(p.weeks.To, week+1)
		}
	}
	b.part = p
	b.lowest()
	for n := 1; n < len(p.levels); n++ {
		b.above(n)
	}
	return p
}

// sortVisits sorts visits by square, in the order of keys, then by place and
// week. Many are first moved into the stretches of their squares (McIlroy,
// Bostic and McIlroy 1993, American flag sort), which takes no memory besides.
func sortVisits(visits []visit, shapes []Shape) {
	const few = 4096
	if len(visits) < few {
		slices.SortFunc(visits, func(a, b visit) int {
			return cmp.Or(cmp.Compare(shapes[a.square].Key, shapes[b.square].Key), compareInSquare(a, b))
		})
		return
	}
	ends := make([]uint32, len(shapes)) // of the stretch of each square, where it has one
	squares := countSquares(visits, ends, shapes)
	from := uint32(0)
	for _, square := range squares {
		from += ends[square]
		ends[square] = from
	}
	starts := slices.Clone(ends)
	for i := range visits {
		yieldNow(i)
		starts[visits[i].square]--
	}
	next := slices.Clone(starts)
	for n, square := range squares {
		yieldNow(n << 6)
		for next[square] < ends[square] {
			v := &visits[next[square]]
			if v.square == square {
				next[square]++
				continue
			}
			home := &next[v.square]
			*v, visits[*home] = visits[*home], *v
			*home++
		}
	}
	for n, square := range squares {
		yieldNow(n << 6)
		slices.SortFunc(visits[starts[square]:ends[square]], compareInSquare)
	}
}

// countSquares counts the visits to each square and returns the squares in the
// order of keys.
func countSquares(visits []visit, counts []uint32, shapes []Shape) []uint32 {
	var squares []uint32
	for i := range visits {
		yieldNow(i)
		square := visits[i].square
		if counts[square] == 0 {
			squares = append(squares, square)
		}
		counts[square]++
	}
	slices.SortFunc(squares, func(a, b uint32) int { return cmp.Compare(shapes[a].Key, shapes[b].Key) })
	return squares
}

func compareInSquare(a, b visit) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.week, b.week))
}

const (
	// fewRecent is how many recent visits become a part: a look at all of them
	// takes some microseconds.
	fewRecent = 256
	// growth is how many times larger than the next a part is at least.
	growth = 4
	// quick is how many visits are merged at once, in a few milliseconds; more
	// are merged beside.
	quick = 8192
)

// settle makes a part of the recent visits.
func (c *Cube) settle() {
	c.recent.visits = slices.Clone(c.recent.visits) // others may read them
	c.seal()
}

// seal is settle where nobody reads the recent visits.
func (c *Cube) seal() {
	c.takeMerged()
	if len(c.recent.visits) == 0 {
		return
	}
	c.parts = append(slices.Clip(c.parts), newPart(c.recent.visits, c.recent.items, &c.shapes, c.measures()))
	c.recent = recent{}
	c.settleParts()
}

// settleParts makes one of parts that are of like size.
func (c *Cube) settleParts() {
	parts := c.parts
	for len(parts) > 1 {
		a, b := parts[len(parts)-2], parts[len(parts)-1]
		if len(a.visits) >= growth*len(b.visits) || c.merging.has(a) {
			break
		}
		if len(a.visits)+len(b.visits) > quick {
			c.mergeBeside(a, b)
			break
		}
		parts = append(slices.Clip(parts[:len(parts)-2]), merged(a, b, &c.shapes, c.measures()))
	}
	c.parts = parts
}

// merged returns one part with the visits of two.
func merged(a, b *part, shapes *shapes, measures int) *part {
	visits := append(slices.Grow(slices.Clone(a.visits), len(b.visits)), b.visits...)
	shift := uint32(len(a.items))
	for i := len(a.visits); i < len(visits); i++ {
		if visits[i].items != 0 {
			visits[i].items += shift
		}
	}
	return newPart(visits, append(slices.Clip(a.items), b.items...), shapes, measures)
}

// merging is a merge of two parts under way.
type merging struct {
	a, b  *part
	done  chan *part
	ended chan struct{} // closed when done holds the part
}

func (m *merging) hasEnded() bool {
	select {
	case <-m.ended:
		return true
	default:
		return false
	}
}

// has reports whether a part is being merged.
func (m *merging) has(p *part) bool { return m != nil && (p == m.a || p == m.b) }

// mergeBeside begins a merge unless one is under way.
func (c *Cube) mergeBeside(a, b *part) {
	if c.merging != nil {
		return
	}
	m := &merging{a: a, b: b, done: make(chan *part, 1), ended: make(chan struct{})}
	c.merging = m
	shapes, measures := c.shapes, c.measures()
	go func() {
		m.done <- merged(a, b, &shapes, measures)
		close(m.ended)
	}()
}

// takeMerged puts a part that was merged beside in the place of the two.
func (c *Cube) takeMerged() {
	if c.merging == nil {
		return
	}
	select {
	case whole := <-c.merging.done:
		at := slices.Index(c.parts, c.merging.a)
		c.parts = slices.Replace(slices.Clone(c.parts), at, at+2, whole)
		c.merging = nil
		c.settleParts()
	default:
	}
}
