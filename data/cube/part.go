package cube

import (
	"cmp"
	"slices"

	"commonground/data"
	"commonground/geo/grid"
)

// part is a set of visits with their sums on every level. It is immutable.
type part struct {
	visits  []visit // square by square, in a square by place and week
	items   items
	levels  [grid.MaxLevel + 1]level
	weeks   data.WeekRange // those with visits; zero where all are undated
	undated bool           // some are
}

// newPart makes a part of visits, which it sorts in place. measures is that of
// the cube.
func newPart(visits []visit, items items, shapes *shapes, measures int) *part {
	return newPartOf(visits, items, summing{
		shapes: shapes.list, measures: measures, limit: runLimit, table: min(tableByVisit*len(visits), tableLimit),
	})
}

// newPartOf is newPart with the summing prepared.
func newPartOf(visits []visit, items items, b summing) *part {
	p := &part{visits: visits, items: items}
	sortVisits(visits, b.shapes)
	for i := range visits {
		yieldNow(i)
		week := visits[i].week
		if week == data.Undated {
			p.undated = true
			continue
		}
		if p.weeks.IsZero() {
			p.weeks = data.WeekRange{From: week, To: week + 1}
		}
		p.weeks.From, p.weeks.To = min(p.weeks.From, week), max(p.weeks.To, week+1)
	}
	b.part = p
	b.lowest()
	for n := 1; n < len(p.levels); n++ {
		b.above(n)
	}
	return p
}

// row returns the number of the row of a table that has the sums of what comes
// before a week, the undated always among it.
func (p *part) row(week data.Week) int {
	return int(min(max(week, p.weeks.From), p.weeks.To) - p.weeks.From)
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
