package cube

import (
	"cmp"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// visits are pickups, column by column: entry i of every column is about the
// same one. Columns hold no pointers, so that the garbage collector has
// nothing to look at. They are only ever appended to: a shorter copy of the
// struct can be read meanwhile.
type visits struct {
	stretches []stretch // all visits, in order
	week      []data.Week
	class     []geo.Class
	area      []int32     // number of an area
	point     []geo.Point // not looked at where the class is Unlocated
	at        []int64     // milliseconds since 1970
	found     []int32     // items of all kinds
	end       []uint32    // of the visit's items
	items     []item
}

// item is a quantity of one kind, above 0.
type item struct {
	kind int16 // place in Scheme.Kinds
	n    int32
}

// stretch is a run of visits to one square.
type stretch struct {
	place
	end int // of the run
}

// place is a square of level 0, or none.
type place struct {
	key    grid.Key // 0 for none
	square grid.Square
	centre orb.Point // in degrees
}

func (v *visits) len() int { return len(v.week) }

// itemsOf returns what visit i found.
func (v *visits) itemsOf(i int) []item {
	return v.items[v.start(i):v.end[i]]
}

// start returns where the items of visit i begin.
func (v *visits) start(i int) uint32 {
	if i == 0 {
		return 0
	}
	return v.end[i-1]
}

// append adds the visits from one to another of others, all in one square.
func (v *visits) append(at place, others *visits, from, to int) {
	v.week = append(v.week, others.week[from:to]...)
	v.class = append(v.class, others.class[from:to]...)
	v.area = append(v.area, others.area[from:to]...)
	v.point = append(v.point, others.point[from:to]...)
	v.at = append(v.at, others.at[from:to]...)
	v.found = append(v.found, others.found[from:to]...)
	first := others.start(from)
	shift := uint32(len(v.items)) - first
	for _, end := range others.end[from:to] {
		v.end = append(v.end, end+shift)
	}
	v.items = append(v.items, others.items[first:others.start(to)]...)
	if n := len(v.stretches); n > 0 && v.stretches[n-1].key == at.key {
		v.stretches[n-1].end = v.len()
		return
	}
	v.stretches = append(v.stretches, stretch{place: at, end: v.len()})
}

// run is a stretch with its start.
type run struct {
	stretch
	from int
}

func (v *visits) runs() []run {
	runs := make([]run, len(v.stretches))
	from := 0
	for i, s := range v.stretches {
		runs[i] = run{s, from}
		from = s.end
	}
	return runs
}

// merged returns the visits of both in the order of their squares, in memory
// of their own.
func merged(sorted, recent *visits) visits {
	out := roomFor(sorted, recent)
	a, b := sorted.runs(), recent.runs()
	slices.SortStableFunc(b, func(a, b run) int { return cmp.Compare(a.key, b.key) })
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0].key <= b[0].key {
			out.append(a[0].place, sorted, a[0].from, a[0].end)
			a = a[1:]
			continue
		}
		out.append(b[0].place, recent, b[0].from, b[0].end)
		b = b[1:]
	}
	return out
}

func roomFor(a, b *visits) visits {
	n := a.len() + b.len()
	return visits{
		week: make([]data.Week, 0, n), class: make([]geo.Class, 0, n), area: make([]int32, 0, n),
		point: make([]geo.Point, 0, n), at: make([]int64, 0, n), found: make([]int32, 0, n),
		end: make([]uint32, 0, n), items: make([]item, 0, len(a.items)+len(b.items)),
	}
}

// placesAtOnce is how many visits are placed anew together.
const placesAtOnce = 4096

// placed returns the same visits with the places of a timeline. The columns
// that don't depend on it are shared.
func (v *visits) placed(timeline *geo.Timeline, areas *areas) visits {
	out := *v
	out.class, out.area = slices.Clone(v.class), slices.Clone(v.area)
	places, times := make([]geo.Place, placesAtOnce), make([]time.Time, placesAtOnce)
	last, number := "", int32(0)
	for from := 0; from < v.len(); from += placesAtOnce {
		n := min(placesAtOnce, v.len()-from)
		for i := range n {
			times[i] = time.UnixMilli(v.at[from+i])
		}
		timeline.Places(places[:n], v.point[from:from+n], nil, times[:n])
		for i, place := range places[:n] {
			if v.class[from+i] == geo.Unlocated {
				continue
			}
			if place.Area != last {
				last, number = place.Area, areas.number(place.Area)
			}
			out.class[from+i], out.area[from+i] = place.Class, number
		}
	}
	return out
}
