package tiles

import (
	"time"

	"commonground/data"
)

// PickupsFrom is the lowest zoom at which single pickups are drawn.
const PickupsFrom = 15

// Pickups draws each pickup as a point with its time, class and quantities. A
// pickup belongs to the one tile whose half-open Bound holds it; the caller
// selects those. kinds are the ids that count, all where there is none.
func Pickups(pickups []data.Pickup, kinds []string, location *time.Location, tile Tile) ([]byte, error) {
	wanted := map[string]bool{}
	for _, kind := range kinds {
		wanted[kind] = true
	}
	l := newLayer("pickups")
	defer l.done()
	for _, p := range pickups {
		b := l.begin(0)
		b = appendPair(b, l.key("at"), l.text(p.At.Text(location)))
		b = appendPair(b, l.key("class"), l.text(p.Place.Class.String()))
		b = appendPair(b, l.key("visits"), l.whole(1))
		n := 0
		for _, found := range p.Found {
			if len(kinds) == 0 || wanted[found.Kind] {
				b = appendPair(b, l.key(found.Kind), l.whole(uint64(found.Items)))
				n += found.Items
			}
		}
		b = appendPair(b, l.key("n"), l.whole(uint64(n)))
		at := p.Point.Orb()
		l.point(b, round(tile.project(at.Lon(), at.Lat())))
	}
	return l.tile(), nil
}
