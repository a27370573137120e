package export

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"commonground/geo"
	"commonground/geo/grid"
)

// Shape is where a row lies: a Square, a Point or an Area.
type Shape interface {
	// degrees returns the shape in longitude and latitude.
	degrees(g grid.Grid) orb.Geometry
	// metres returns the shape in metres on the National Grid; nil where it has no
	// place there.
	metres() (orb.Geometry, error)
}

// Square is a square of the scheme's grid.
type Square grid.Square

// around are the corners of a square, against the clock from the south-west and
// back to it.
var around = [5][2]int32{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}

func (s Square) degrees(g grid.Grid) orb.Geometry {
	ring := make(orb.Ring, len(around))
	for i, d := range around {
		lon, lat := g.Corner(grid.Square(s), d[0], d[1])
		ring[i] = orb.Point{rounded(lon, squareDecimals), rounded(lat, squareDecimals)}
	}
	return orb.Polygon{ring}
}

// squareDecimals are those of a corner in degrees: a tenth of a millimetre.
const squareDecimals = 9

// metres are whole ones: squares are made of them.
func (s Square) metres() (orb.Geometry, error) {
	east, north := grid.Square(s).SouthWest()
	side := grid.Square(s).Side()
	ring := make(orb.Ring, len(around))
	for i, d := range around {
		ring[i] = orb.Point{float64(east + int(d[0])*side), float64(north + int(d[1])*side)}
	}
	return orb.Polygon{ring}, nil
}

// Point is a place on the lattice.
type Point geo.Point

func (p Point) degrees(grid.Grid) orb.Geometry { return geo.Point(p).Orb() }

// metres returns nil for a point off the National Grid: it stays in the columns of
// longitude and latitude.
func (p Point) metres() (orb.Geometry, error) {
	east, north, ok := p.eastNorth()
	if !ok {
		return nil, nil
	}
	return orb.Point{east, north}, nil
}

// eastNorth returns metres on the National Grid to the millimetre, or false off it.
func (p Point) eastNorth() (eastM, northM float64, ok bool) {
	at := geo.Point(p).Orb()
	east, north, err := grid.National{}.EastNorth(at.Lon(), at.Lat())
	return rounded(east, metreDecimals), rounded(north, metreDecimals), err == nil
}

// metreDecimals are those of a place in metres: a millimetre.
const metreDecimals = 3

// Area is the shape of an area in degrees. Its corners are put onto another plane,
// and the lines between them are straight there: over a kilometre that is 3 cm
// apart at most.
type Area orb.MultiPolygon

// OffGrid is a shape that a format can't hold, in a sentence for who asked.
type OffGrid struct{ Reason string }

func (o OffGrid) Error() string { return o.Reason }

func (a Area) degrees(grid.Grid) orb.Geometry {
	turned, _ := a.each(func(p orb.Point) (orb.Point, error) { return p, nil }) // which has no error
	return turned
}

func (a Area) metres() (orb.Geometry, error) {
	return a.each(func(p orb.Point) (orb.Point, error) {
		east, north, err := grid.National{}.EastNorth(p.Lon(), p.Lat())
		if err != nil {
			return p, OffGrid{fmt.Sprintf("format: a corner at %v, %v is off the National Grid, so no GeoPackage of it can be made; take GeoJSON", p.Lon(), p.Lat())}
		}
		return orb.Point{rounded(east, metreDecimals), rounded(north, metreDecimals)}, nil
	})
}

// each returns the shape with every corner put elsewhere, its outer rings against
// the clock and holes with it, as RFC 7946 asks for (3.1.6).
func (a Area) each(put func(orb.Point) (orb.Point, error)) (orb.MultiPolygon, error) {
	out := make(orb.MultiPolygon, len(a))
	for i, polygon := range a {
		out[i] = make(orb.Polygon, len(polygon))
		for j, ring := range polygon {
			turned := make(orb.Ring, len(ring))
			for k, p := range ring {
				var err error
				if turned[k], err = put(p); err != nil {
					return nil, err
				}
			}
			want := orb.CCW
			if j > 0 {
				want = orb.CW
			}
			if o := turned.Orientation(); o != 0 && o != want {
				slices.Reverse(turned)
			}
			out[i][j] = turned
		}
	}
	return out, nil
}

// rounded rounds to a number of decimals.
func rounded(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}
