package sample

import (
	"fmt"

	"commonground/geo"
)

// Addresses returns the made-up addresses of the town, one point each: many where
// people live, few elsewhere.
func Addresses(seed uint64) []geo.Point {
	d, g := newDice(seed, addressStream), newGround(seed)
	var all []geo.Point
	for _, p := range g.parcels {
		for range d.addressesIn(p.class) {
			all = append(all, g.streets.inParcel(p.k, p.j, 60+d.Int64N(880), 60+d.Int64N(880)).point())
		}
	}
	return all
}

// addressesIn returns how many addresses a parcel of a class has. A row of terraced
// houses has about thirty on 130 × 235 m.
func (d dice) addressesIn(class geo.Class) int {
	switch class {
	case geo.Residential:
		return 18 + d.IntN(24)
	case geo.Outside:
		return 0
	}
	return d.IntN(4)
}

// Postcodes returns a made-up postcode for each parcel where people live, at its
// middle. ZZ is no area of the post.
func Postcodes(seed uint64) map[string]geo.Point {
	g := newGround(seed)
	all := map[string]geo.Point{}
	for n, p := range g.of(geo.Residential) {
		code := fmt.Sprintf("ZZ%d %d%c%c", 1+n/200, n/20%10, 'A'+rune(n%20), 'A'+rune(n/7%20))
		all[code] = g.streets.inParcel(p.k, p.j, 500, 500).point()
	}
	return all
}
