package grid

import (
	"fmt"
	"math"

	"commonground/geo"
)

// ReachM is how far from its origin, east–west and north–south, a Local grid
// goes. At its edge a square of 125 m is 3 parts in a thousand smaller on the
// ground than in name.
const ReachM = 500_000

// Local is a metre grid around an origin. It is a value; any number of
// goroutines may use it. The zero value is not usable: see NewLocal.
type Local struct {
	plane mercator
	lat   float64
}

// NewLocal returns the grid around an origin in degrees. The origin must lie
// between 80° south and 80° north.
func NewLocal(lon, lat float64) (Local, error) {
	if _, err := geo.NewPoint(lon, lat); err != nil || math.Abs(lat) > 80 {
		return Local{}, fmt.Errorf("grid: origin longitude %v, latitude %v is not between 80° south and 80° north", lon, lat)
	}
	return Local{plane: newMercator(&wgs84, origin{lon: lon, lat: lat, scale: 1}), lat: lat}, nil
}

// Square returns the square of level 0 that holds p; a point on a line belongs
// to the square east or north of it. It returns false off the grid.
func (g Local) Square(p geo.Point) (Square, bool) {
	at := p.Orb()
	dLon := math.Remainder(at.Lon()-g.plane.lon0*180/math.Pi, 360)
	if math.Abs(dLon) > 60 || math.Abs(at.Lat()) > 89 {
		return Square{}, false
	}
	east, north := g.plane.forward(at.Lon(), at.Lat())
	if math.Abs(east) >= ReachM || math.Abs(north) >= ReachM {
		return Square{}, false
	}
	return squareAt(east, north), true
}

// Corner returns the longitude and latitude in degrees of the corner that lies
// dx sides east and dy sides north of the south-west corner of s. Neighbours
// share corners to the last bit.
func (g Local) Corner(s Square, dx, dy int32) (lon, lat float64) {
	side := float64(s.Side())
	return g.plane.inverse(float64(s.X+dx)*side, float64(s.Y+dy)*side)
}

// Centre returns the longitude and latitude in degrees of the middle of s.
func (g Local) Centre(s Square) (lon, lat float64) {
	side := float64(s.Side())
	return g.plane.inverse((float64(s.X)+0.5)*side, (float64(s.Y)+0.5)*side)
}

// Name names a square by its south-west corner in metres from the origin and
// its side, such as "E 1250 S 500 · 125 m".
func (g Local) Name(s Square) string {
	eastM, northM := s.SouthWest()
	return fmt.Sprintf("%s %s · %d m", direction("E", "W", eastM), direction("N", "S", northM), s.Side())
}

func direction(positive, negative string, m int) string {
	if m < 0 {
		return fmt.Sprintf("%s %d", negative, -m)
	}
	return fmt.Sprintf("%s %d", positive, m)
}

// LevelForZoom returns the finest level whose squares, anywhere on the grid,
// come to at most 4,096 in one web Mercator tile of the zoom. It is one level
// for the whole zoom, so that the squares of its tiles count everything once.
func (g Local) LevelForZoom(zoom int) uint8 {
	// The widest tile on the grid is the one nearest the equator. 110 km is
	// the shortest degree of latitude, less a little.
	return levelFor(zoom, max(0, math.Abs(g.lat)-ReachM/110_000.0))
}
