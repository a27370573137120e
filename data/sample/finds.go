package sample

import (
	"time"

	"commonground/data"
	"commonground/geo"
)

// kindIDs are the kinds of SchemeText in the order of their ids, which is that
// of a Pickup's entries.
var kindIDs = [...]string{"condom_unused", "condom_used", "needle"}

// mostItems is the most of one kind that a visit finds.
const mostItems = 30

// found throws what a visit finds, given how much more or less than usual is
// about, per mille. With the place's chance there is something: one item of
// its main kind and a geometric number more (a hurdle in front of a negative
// binomial of size 1), and now and then one thing of another kind.
func (r *rounds) found(c character, effect int) []data.Quantity {
	found := make([]data.Quantity, len(kindIDs))
	for i, id := range kindIDs {
		found[i].Kind = id
	}
	if !r.chance(min(960, c.finds*effect/1000)) {
		return found
	}
	main := r.weighted(c.kinds[:])
	found[main].Items = 1 + r.geometric(c.more, mostItems-1)
	if r.chance(80) {
		if other := r.weighted(c.kinds[:]); other != main {
			found[other].Items = 1
		}
	}
	return found
}

// seasonPerMille is the wave of the year, January first: more in the light and
// warm months.
var seasonPerMille = [12]int{890, 900, 950, 1010, 1070, 1110, 1130, 1120, 1060, 990, 910, 860}

// effect returns how much there is to find at a place in a week, per mille. In
// the managed area it falls by 15 % over the two years.
func effect(class geo.Class, day data.Date, week int) int {
	perMille := seasonPerMille[day.In(time.UTC).Month()-1]
	if class == geo.Managed {
		perMille = perMille * (1075 - 161*week/(weeks-1)) / 1000
	}
	return perMille
}
