package cube

import (
	"math"
	"runtime"
	"sync"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// Load returns a cube of many visits. That is quicker than to add each, and so
// are the first questions.
func Load(scheme *data.Scheme, visits []data.Visit) *Cube {
	l := newLoading(scheme, int64(len(visits)))
	l.take(visits)
	return l.done()
}

// loading is a cube that takes many visits before anyone reads it.
type loading struct {
	*Cube
	placed int // visits whose squares are known

	area   string // the one looked up last, and its number
	number int32
}

// newLoading returns one with room for as many visits as the change feed has
// entries; what isn't used of it takes no memory.
func newLoading(scheme *data.Scheme, position int64) *loading {
	const most = 100_000_000
	l := &loading{Cube: New(scheme)}
	l.recent.visits = make([]visit, 0, min(position, most))
	return l
}

// offEarth is where a visit without a place is while its square is not known.
var offEarth = geo.Point{Lon: math.MinInt32, Lat: math.MinInt32}

// together is for how many visits squares are worked out at once.
const together = 1 << 20

// take counts visits.
func (l *loading) take(visits []data.Visit) {
	for i := range visits {
		from := &visits[i]
		if from.Area != l.area {
			l.area, l.number = from.Area, l.areas.number(from.Area)
		}
		v := visit{
			at: from.At.At.UnixMilli(), point: offEarth, week: l.scheme.WeekOf(from.At),
			place: newPlace(from.Class, l.number), items: l.recent.items.add(l.scheme, from.Found),
		}
		if from.Located {
			v.point = from.Point
		}
		if from.Settled {
			v.at = settled
		}
		l.recent.visits = append(l.recent.visits, v)
	}
	if len(l.recent.visits)-l.placed >= together {
		l.locate()
	}
}

// locate finds the squares of the visits that came last, on all processors: to
// project a point takes as long as everything else about a visit.
func (l *loading) locate() {
	visits := l.recent.visits[l.placed:]
	keys := make([]grid.Key, len(visits))
	onAll(len(visits), func(from, to int) {
		for i := from; i < to; i++ {
			if square, ok := l.scheme.Grid.Square(visits[i].point); ok {
				keys[i] = square.Key()
			}
		}
	})
	for i := range visits {
		v := &visits[i]
		if square, ok := keys[i].Square(); ok {
			v.square = l.shapes.number(square)
		}
		if v.point == offEarth {
			v.point = geo.Point{}
		}
		if v.square != noSquare {
			l.extendTo(v.square)
		}
	}
	l.placed = len(l.recent.visits)
}

// done returns the cube.
func (l *loading) done() *Cube {
	l.locate()
	l.arrange()
	l.part(l.recent)
	l.recent = recent{}
	return l.Cube
}

// part makes parts of sets of visits, on all processors: nobody reads the cube yet.
func (c *Cube) part(sets ...recent) {
	for _, set := range sets {
		if len(set.visits) > 0 {
			p := newPart(set.visits, set.items, &c.shapes, c.measures(), runtime.GOMAXPROCS(0))
			c.parts, c.weeks = append(c.parts, p), union(c.weeks, p.weeks)
		}
	}
	c.settleParts(&c.pile)
}

// onAll calls do with a share of n things on each processor.
func onAll(n int, do func(from, to int)) {
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	group.Wait()
}

// arrange puts the shapes in order. Nobody else has seen their numbers yet.
func (c *Cube) arrange() {
	sorted, numbers := c.shapes.inOrder()
	c.shapes = sorted
	for i := range c.recent.visits {
		v := &c.recent.visits[i]
		v.square = numbers[v.square]
	}
}
