package cube

import (
	"cmp"
	"slices"
	"sync"

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

// newPart makes a part of visits, which it sorts in place, on some processors.
// measures is that of the cube.
func newPart(visits []visit, items items, shapes *shapes, measures, workers int) *part {
	return newPartOf(visits, items, summing{
		shapes: shapes.list, measures: measures, limit: runLimit, table: min(tableByVisit*len(visits), tableLimit),
		workers: workers,
	})
}

// newPartOf is newPart with the summing prepared.
func newPartOf(visits []visit, items items, b summing) *part {
	p := &part{visits: visits, items: items}
	sortVisits(visits, b.shapes, b.workers)
	for i := range visits {
		yieldNow(i)
		week := visits[i].week
		if week == data.Undated {
			p.undated = true
			continue
		}
		p.weeks = union(p.weeks, data.WeekRange{From: week, To: week + 1})
	}
	b.part = p
	b.all()
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
func sortVisits(visits []visit, shapes []Shape, workers int) {
	const few = 4096
	compare := func(a, b visit) int {
		return cmp.Or(cmp.Compare(shapes[a.square].Key, shapes[b.square].Key), compareInSquare(a, b))
	}
	if len(visits) < few {
		slices.SortFunc(visits, compare)
		return
	}
	if areSorted(visits, compare) { // as those of a snapshot
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
	var group sync.WaitGroup
	for first := range max(workers, 1) {
		group.Go(func() {
			for n := first; n < len(squares); n += max(workers, 1) {
				yieldNow(n << 6)
				slices.SortFunc(visits[starts[squares[n]]:ends[squares[n]]], compareInSquare)
			}
		})
	}
	group.Wait()
}

func areSorted(visits []visit, compare func(a, b visit) int) bool {
	for i := range visits[1:] {
		yieldNow(i)
		if compare(visits[i], visits[i+1]) > 0 {
			return false
		}
	}
	return true
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
