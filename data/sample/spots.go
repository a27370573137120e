package sample

import (
	"slices"

	"commonground/geo"
)

// spot is a place that crews come back to: the end of a lane behind a unit,
// the corner of a car park.
type spot struct {
	at     vec
	class  geo.Class
	weight int // how often it is visited, beside the others
	finds  character
	course course
}

// character is what visits to a place find, per mille.
type character struct {
	finds int               // visits that find anything
	kinds [len(kindIDs)]int // which kind that is mostly, as weights
	more  int               // after each item, that there is another
}

// course is how visits to a spot change over the two years.
type course uint8

const (
	steady course = iota
	fading
	emerging
)

// ranking is the class of every spot, the busiest first: M managed, N
// non-residential, R residential, O a green or the river's edge.
const ranking = "MMNMMNMMRMNMMNMNMRNMMNMONMRNMMNRMNMNMRNMNMRNMNORMNNMRNMRNO"

var classOfLetter = [...]geo.Class{'M': geo.Managed, 'N': geo.NonResidential, 'R': geo.Residential, 'O': geo.Outside}

// The characters of places; kinds in the order of kindIDs.
var (
	busyPlace   = character{finds: 800, kinds: [...]int{17, 80, 3}, more: 520}
	quietPlace  = character{finds: 600, kinds: [...]int{20, 74, 6}, more: 150}
	needlePlace = character{finds: 550, kinds: [...]int{4, 12, 84}, more: 150}
	anyPlace    = character{finds: 350, kinds: [...]int{20, 62, 18}, more: 80}
)

// busiest is how many of the spots hold most of what is found: a tenth.
const busiest = 6

func newSpots(seed uint64, g *ground) []spot {
	d := newDice(seed, spotStream)
	var spots []spot
	for rank, letter := range ranking {
		class := classOfLetter[letter]
		spots = append(spots, spot{
			at: d.laneIn(g, class), class: class,
			// Zipf's law with Mandelbrot's offset: the first is visited
			// often, but not at every turn.
			weight: 1000 / (rank + 3),
			finds:  characterOf(rank),
		})
	}
	return append(spots,
		spot{at: d.laneIn(g, geo.NonResidential), class: geo.NonResidential, weight: 150, finds: quietPlace, course: fading},
		spot{at: d.laneIn(g, geo.Residential), class: geo.Residential, weight: 150, finds: busyPlace, course: emerging})
}

func characterOf(rank int) character {
	switch {
	case rank < busiest:
		return busyPlace
	case rank%5 == 3:
		return needlePlace
	}
	return quietPlace
}

// laneIn returns a place near the edge of a parcel of a class, where lanes and
// car parks are.
func (d dice) laneIn(g *ground, class geo.Class) vec {
	parcels := g.of(class)
	p := parcels[d.IntN(len(parcels))]
	east, north := 150+d.Int64N(700), 180+d.Int64N(120)
	if d.chance(500) {
		north = 1000 - north
	}
	return g.streets.inParcel(p.k, p.j, east, north)
}

// of returns the parcels of a class.
func (g *ground) of(class geo.Class) []parcel {
	return slices.DeleteFunc(slices.Clone(g.parcels), func(p parcel) bool { return p.class != class })
}

// anywhereIn returns a place in the inner part of a parcel.
func (d dice) anywhereIn(g *ground, p parcel) vec {
	return g.streets.inParcel(p.k, p.j, 150+d.Int64N(700), 150+d.Int64N(700))
}

// weightAt returns how often a spot is visited in a week, of so many.
func (s spot) weightAt(week int) int {
	switch s.course {
	case fading: // full until week 30, gone by week 90
		return s.weight * min(60, max(0, 90-week)) / 60
	case emerging: // nothing until the last ten weeks
		return s.weight * max(0, week-(weeks-11)) / 10
	}
	return s.weight
}

// fromManaged is the square of the distance from the middle of the managed
// area, in square centimetres.
func (g *ground) fromManaged(v vec) int64 {
	row := managed[len(managed)/2]
	d := v.minus(g.streets.inParcel((row.west+row.east)/2, row.j, 500, 500))
	return d.e*d.e + d.n*d.n
}
