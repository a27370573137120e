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
