package geotest

import (
	"math/rand/v2"

	"commonground/geo"
)

// The edge of the globe, in units of the lattice.
const (
	lastLon = 1_800_000_000
	lastLat = 900_000_000
)

// bound is a closed box on the lattice.
type bound struct {
	lowest, highest geo.Point
}

var globe = bound{geo.Point{Lon: -lastLon, Lat: -lastLat}, geo.Point{Lon: lastLon, Lat: lastLat}}

// boundOf returns the box of the areas, or the globe for none.
func boundOf(areas []geo.Area) bound {
	empty := true
	var b bound
	for _, area := range areas {
		for _, polygon := range area.Shape {
			for _, ring := range polygon {
				for _, position := range ring {
					p := at(position)
					if empty {
						b, empty = bound{p, p}, false
					}
					b.lowest = geo.Point{Lon: min(b.lowest.Lon, p.Lon), Lat: min(b.lowest.Lat, p.Lat)}
					b.highest = geo.Point{Lon: max(b.highest.Lon, p.Lon), Lat: max(b.highest.Lat, p.Lat)}
				}
			}
		}
	}
	if empty {
		return globe
	}
	return b
}

func (b bound) width() float64  { return float64(b.highest.Lon) - float64(b.lowest.Lon) }
func (b bound) height() float64 { return float64(b.highest.Lat) - float64(b.lowest.Lat) }

// draw returns a point of the box, each alike.
func (b bound) draw(random *rand.Rand) geo.Point {
	return onGlobe(
		int64(b.lowest.Lon)+random.Int64N(int64(b.width())+1),
		int64(b.lowest.Lat)+random.Int64N(int64(b.height())+1))
}

// onGlobe returns the point of the globe nearest to a place on the lattice.
func onGlobe(lon, lat int64) geo.Point {
	return geo.Point{Lon: int32(min(max(lon, -lastLon), lastLon)), Lat: int32(min(max(lat, -lastLat), lastLat))}
}
