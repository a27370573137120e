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
	for _, p := range pickups {
		l.text(l.key("at"), p.At.Text(location))
		l.text(l.key("class"), p.Place.Class.String())
		l.number(l.key("visits"), 1)
		n := 0
		for _, found := range p.Found {
			if len(kinds) == 0 || wanted[found.Kind] {
				l.number(l.key(found.Kind), uint64(found.Items))
				n += found.Items
			}
		}
		l.number(l.key("n"), uint64(n))
		at := p.Point.Orb()
		l.point(round(tile.project(at.Lon(), at.Lat())))
	}
	return l.tile(), nil
}
