package tiles

import (
	"time"

	"github.com/paulmach/orb/geojson"

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
	var features []*geojson.Feature
	for _, p := range pickups {
		properties := geojson.Properties{"at": p.At.Text(location), "class": p.Place.Class.String(), "visits": 1}
		n := 0
		for _, found := range p.Found {
			if len(kinds) == 0 || wanted[found.Kind] {
				properties[found.Kind] = found.Items
				n += found.Items
			}
		}
		properties["n"] = n
		at := p.Point.Orb()
		features = append(features, feature(0, round(tile.project(at.Lon(), at.Lat())), properties))
	}
	return encode("pickups", features)
}
