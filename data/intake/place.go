package intake

import (
	"commonground/data"
	"commonground/geo"
)

// checkPoint refuses what is written for a place but is none: zeros in degrees (in
// metres the National Grid has nothing there), and a longitude and latitude in the
// wrong order. That a point lies off the scheme's grid alone is no reason: it is
// counted as outside.
func checkPoint(scheme *data.Scheme, p *geo.Point) *Refusal {
	if p == nil {
		return nil
	}
	if *p == (geo.Point{}) {
		return refuse(fieldLon, "0, 0 is what programs write where they know no place; leave both empty, and the record is kept without one")
	}
	if _, on := scheme.Grid.Square(*p); on {
		return nil
	}
	swapped, err := geo.NewPoint(p.Orb().Lat(), p.Orb().Lon())
	if err != nil {
		return nil
	}
	if _, on := scheme.Grid.Square(swapped); on {
		return refuse(fieldLat, "longitude and latitude look swapped: %.7g, %.7g is far from the town, but %.7g, %.7g is not",
			p.Orb().Lon(), p.Orb().Lat(), swapped.Orb().Lon(), swapped.Orb().Lat())
	}
	return nil
}
