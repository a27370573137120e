package cube

import (
	"math"
	"runtime"
	"slices"
	"time"

	"commonground/data"
	"commonground/geo"
)

// visit is one pickup as far as it counts: 32 bytes and four for each kind that
// was found, with no pointers, so that the garbage collector has nothing to look
// at.
type visit struct {
	at     int64     // milliseconds since 1970, or settled
	point  geo.Point // not looked at where the class is Unlocated, or the visit settled
	week   data.Week
	place  place
	square uint32 // number of the shape of its square of level 0
	items  uint32 // where its items begin; 0 for none
}

// settled is the time of a visit that is part of a sum for good: its place is
// not asked for again.
const settled = math.MinInt64

// fixed reports whether a visit keeps its place whatever the boundary.
func (v *visit) fixed() bool { return v.at == settled || v.place.class() == geo.Unlocated }

// place is the number of an area and a class. Places sort by area within a
// class.
type place uint32

const areaBits = 28

func newPlace(class geo.Class, area int32) place {
	return place(class)<<areaBits | place(area)
}

func (p place) class() geo.Class { return geo.Class(p >> areaBits) }
func (p place) area() int32      { return int32(p & (1<<areaBits - 1)) }

// item is a quantity of one kind. The items of a visit follow each other; the
// last one says so. A quantity too large for one item takes several.
type item struct {
	kind uint16 // place in Scheme.Kinds, and last
	n    uint16
}

const last = 1 << 15

// items are those of many visits; the first is none.
type items []item

// add adds the items of a visit and returns where they begin.
func (all *items) add(scheme *data.Scheme, found []data.Quantity) uint32 {
	if len(*all) == 0 {
		*all = append(*all, item{kind: last})
	}
	from := len(*all)
	for _, quantity := range found {
		kind, ok := scheme.KindIndex(quantity.Kind)
		for n := quantity.Items; ok && n > 0; n -= math.MaxUint16 {
			*all = append(*all, item{kind: uint16(kind), n: uint16(min(n, math.MaxUint16))})
		}
	}
	if len(*all) == from {
		return 0
	}
	(*all)[len(*all)-1].kind |= last
	return uint32(from)
}

// of calls do for each kind that a visit found.
func (all items) of(v *visit, do func(kind int, n int64)) {
	for i := v.items; ; i++ {
		at := all[i]
		if at.n > 0 {
			do(int(at.kind&^last), int64(at.n))
		}
		if at.kind&last != 0 {
			return
		}
	}
}

// recent are visits that are in no part yet.
type recent struct {
	visits []visit
	items  items
}

// placesAtOnce is how many visits are placed anew together.
const placesAtOnce = 4096

// placed returns the same visits with the places of a timeline.
func placed(visits []visit, timeline *geo.Timeline, areas *areas) []visit {
	out := slices.Clone(visits)
	places, points, times := make([]geo.Place, placesAtOnce), make([]geo.Point, placesAtOnce), make([]time.Time, placesAtOnce)
	known, number := "", int32(0)
	for from := 0; from < len(out); from += placesAtOnce {
		runtime.Gosched() // see yieldEvery
		some := out[from:min(from+placesAtOnce, len(out))]
		for i := range some {
			points[i], times[i] = some[i].point, time.UnixMilli(some[i].at) // of no matter where it is fixed
		}
		timeline.Places(places[:len(some)], points[:len(some)], nil, times[:len(some)])
		for i := range some {
			if some[i].fixed() {
				continue
			}
			if area := places[i].Area; area != known {
				known, number = area, areas.number(area)
			}
			some[i].place = newPlace(places[i].Class, number)
		}
	}
	return out
}
