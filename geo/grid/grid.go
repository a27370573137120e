// Package grid divides the plane into metric squares: side 125 m × 2^k, each
// made of four of the level below, so that counts by square always add up.
//
// In Great Britain the plane is the National Grid (EPSG:27700), elsewhere a
// transverse Mercator plane around the scheme's origin (WGS 84, scale 1 along
// the meridian of the origin).
package grid

import (
	"math"

	"commonground/geo"
)

// Grid is what National and Local have in common: the squares of one plane.
// Any number of goroutines may use one.
type Grid interface {
	// Square returns the square of level 0 that holds p; a point on a line
	// belongs to the square east or north of it. It returns false off the grid.
	Square(p geo.Point) (Square, bool)
	// Corner returns the longitude and latitude in degrees of the corner that
	// lies dx sides east and dy sides north of the south-west corner of s.
	// Neighbours share corners to the last bit, and so do parent and child.
	Corner(s Square, dx, dy int32) (lon, lat float64)
	// Centre returns the longitude and latitude in degrees of the middle of s.
	Centre(s Square) (lon, lat float64)
	// Name names s by its south-west corner and its side, for people.
	Name(s Square) string
	// LevelForZoom returns the finest level whose squares, anywhere on the
	// grid, come to at most 4,096 in one web Mercator tile of the zoom. It is
	// one level for the whole zoom, so that the squares of its tiles count
	// everything once.
	LevelForZoom(zoom int) uint8
}

// maxAcross is how many squares lie side by side in one tile at most; with the
// two that may stick out at its edges that makes fewer than 64 × 64.
const maxAcross = 61

// earthM is the length of the equator.
const earthM = 2 * math.Pi * semiMajorM

// levelFor returns the finest level for the tiles of a zoom, the widest of
// which is at the latitude nearest the equator, in degrees.
func levelFor(zoom int, lat float64) uint8 {
	tileM := earthM * math.Cos(lat*math.Pi/180) / math.Exp2(float64(zoom))
	for level := uint8(0); level < MaxLevel; level++ {
		if tileM <= maxAcross*float64(int(SideM)<<level) {
			return level
		}
	}
	return MaxLevel
}

// squareAt returns the square of level 0 that holds a place of the plane.
func squareAt(eastM, northM float64) Square {
	return Square{X: int32(math.Floor(eastM / SideM)), Y: int32(math.Floor(northM / SideM))}
}
