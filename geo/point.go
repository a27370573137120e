package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Unit is the lattice of all coordinates, in degrees: about 11 mm of latitude.
const Unit = 1e-7

// Point is a place on WGS 84 in units of 1e-7 degree.
type Point struct {
	Lon, Lat int32
}

// NewPoint rounds a longitude and latitude in degrees to the lattice. It
// refuses what is not a number or lies off the globe.
func NewPoint(lon, lat float64) (Point, error) {
	// Written so that NaN fails too.
	if !(math.Abs(lon) <= 180) || !(math.Abs(lat) <= 90) {
		return Point{}, fmt.Errorf("geo: longitude %v, latitude %v is not on the globe", lon, lat)
	}
	return Point{Lon: int32(math.Round(lon / Unit)), Lat: int32(math.Round(lat / Unit))}, nil
}

// Orb returns the point in degrees, longitude first. NewPoint of it is the
// same point again.
func (p Point) Orb() orb.Point {
	return orb.Point{float64(p.Lon) * Unit, float64(p.Lat) * Unit}
}

func (p Point) array() [2]float64 {
	return [2]float64{float64(p.Lon), float64(p.Lat)}
}

// side is where a point lies beside a directed line.
type side int

const (
	right side = iota - 1
	on
	left
)

// sideOf says on which side of the line from a to b the point p lies. It is
// exact: longitudes differ by at most 3.6e9 and latitudes by at most 1.8e9
// units, so each product stays under 6.5e18 and fits an int64. Their
// difference need not, which is why they are compared and not subtracted.
func sideOf(a, b, p Point) side {
	ahead := (int64(b.Lon) - int64(a.Lon)) * (int64(p.Lat) - int64(a.Lat))
	aside := (int64(p.Lon) - int64(a.Lon)) * (int64(b.Lat) - int64(a.Lat))
	switch {
	case ahead > aside:
		return left
	case ahead < aside:
		return right
	}
	return on
}

// onSegment reports whether p lies on the closed segment from a to b.
func onSegment(a, b, p Point) bool {
	return min(a.Lon, b.Lon) <= p.Lon && p.Lon <= max(a.Lon, b.Lon) &&
		min(a.Lat, b.Lat) <= p.Lat && p.Lat <= max(a.Lat, b.Lat) &&
		sideOf(a, b, p) == on
}
