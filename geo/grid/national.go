package grid

import (
	"errors"
	"fmt"

	"commonground/geo"
	"commonground/geo/grid/ostn15"
)

// ErrOutsideModel is the reason of every refusal of a place that the National
// Grid has no coordinates for.
var ErrOutsideModel = errors.New("outside the National Grid's model OSTN15 (Great Britain, Man and the sea around them)")

// National is the British National Grid, EPSG:27700, tied to WGS 84 (taken as
// equal to ETRS89) by OSTN15: right to a millimetre, where transforms without
// that model are up to 4.4 m off. Its parameters are those of Ordnance Survey,
// A guide to coordinate systems in Great Britain, annex A.
//
// It goes from its false origin south-west of Scilly 700 km east and 1,250 km
// north, both half open, without Ireland and France (see abroad). In the sea
// Ordnance Survey extends the shifts, so coordinates there are no error.
//
// The zero value is ready; any number of goroutines may use it.
type National struct{}

// nationalPlane is the plane of ETRS89 with the National Grid's parameters,
// which OSTN15 shifts.
var nationalPlane = newMercator(&grs80, origin{lon: -2, lat: 49, scale: 0.9996012717, eastM: 400_000, northM: -100_000})

// The model lies between these, in degrees. The series need not converge far
// away, so what lies far away never reaches it.
const (
	nationalWest, nationalEast   = -10, 4
	nationalSouth, nationalNorth = 49.7, 61.3
)

// EastNorth returns the metres east and north of the false origin for a
// longitude and latitude in degrees of WGS 84. Outside the model, and for what
// is no number, it returns an error that is ErrOutsideModel.
func (g National) EastNorth(lon, lat float64) (eastM, northM float64, err error) {
	eastM, northM, ok := g.project(lon, lat)
	if !ok {
		return 0, 0, fmt.Errorf("longitude %v, latitude %v is %w", lon, lat, ErrOutsideModel)
	}
	return eastM, northM, nil
}

// LonLat is the inverse of EastNorth, to a nanometre. Outside the model, and
// for what is no number, it returns an error that is ErrOutsideModel.
func (g National) LonLat(eastM, northM float64) (lon, lat float64, err error) {
	if inModel(eastM, northM) && !isAbroad(eastM, northM) {
		if east, north := unshift(eastM, northM); inModel(east, north) {
			lon, lat = nationalPlane.inverse(east, north)
			return lon, lat, nil
		}
	}
	return 0, 0, fmt.Errorf("easting %v, northing %v is %w", eastM, northM, ErrOutsideModel)
}

func (National) project(lon, lat float64) (eastM, northM float64, ok bool) {
	// Written so that NaN fails too.
	if !(lon > nationalWest && lon < nationalEast && lat > nationalSouth && lat < nationalNorth) {
		return 0, 0, false
	}
	east, north := nationalPlane.forward(lon, lat)
	if !inModel(east, north) {
		return 0, 0, false
	}
	shiftEast, shiftNorth := ostn15.Shift(east, north)
	eastM, northM = east+shiftEast, north+shiftNorth
	return eastM, northM, inModel(eastM, northM) && !isAbroad(eastM, northM)
}

// inModel is false for NaN.
func inModel(eastM, northM float64) bool {
	return eastM >= 0 && eastM < ostn15.EastM && northM >= 0 && northM < ostn15.NorthM
}

// unshift returns the place on the plane of ETRS89 that OSTN15 shifts to one
// of the National Grid. Shifts differ by at most 0.25 m over 1 km, so each step
// comes at least a thousand times nearer: from 130 m away to 0.1 nm in four.
func unshift(eastM, northM float64) (east, north float64) {
	east, north = eastM, northM
	for range 4 {
		shiftEast, shiftNorth := ostn15.Shift(east, north)
		east, north = eastM-shiftEast, northM-shiftNorth
	}
	return east, north
}

// Square returns the square of level 0 that holds p; a point on a line belongs
// to the square east or north of it. It returns false outside the model.
func (g National) Square(p geo.Point) (Square, bool) {
	at := p.Orb()
	east, north, ok := g.project(at.Lon(), at.Lat())
	if !ok {
		return Square{}, false
	}
	return squareAt(east, north), true
}

// Corner returns the longitude and latitude in degrees of the corner that lies
// dx sides east and dy sides north of the south-west corner of s. Neighbours
// share corners to the last bit. A square that reaches out of the model has
// corners for drawing too: out there the shift is that of the nearest place of
// the model.
func (g National) Corner(s Square, dx, dy int32) (lon, lat float64) {
	side := float64(s.Side())
	return nationalPlane.inverse(unshift(float64(s.X+dx)*side, float64(s.Y+dy)*side))
}

// Centre returns the longitude and latitude in degrees of the middle of s,
// which may lie out of the model as corners may.
func (g National) Centre(s Square) (lon, lat float64) {
	side := float64(s.Side())
	return nationalPlane.inverse(unshift((float64(s.X)+0.5)*side, (float64(s.Y)+0.5)*side))
}

// Name names a square as the map does, by its south-west corner in metres and
// its side: "SE 29125 32750 · 125 m". One whose south-west corner is not on the
// National Grid, which no point has, is "off grid · 125 m".
func (g National) Name(s Square) string {
	eastM, northM := s.SouthWest()
	if !inModel(float64(eastM), float64(northM)) {
		return fmt.Sprintf("off grid · %d m", s.Side())
	}
	return fmt.Sprintf("%v · %d m", Reference{EastM: eastM, NorthM: northM, SideM: 1}, s.Side())
}

// LevelForZoom returns the finest level whose squares, anywhere on the grid,
// come to at most 4,096 in one web Mercator tile of the zoom. It is one level
// for the whole zoom, so that the squares of its tiles count everything once.
func (g National) LevelForZoom(zoom int) uint8 {
	return levelFor(zoom, nationalSouth)
}
