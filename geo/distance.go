package geo

import "math"

// FarM is the distance in metres beyond which DistanceM does not look.
const FarM = 5000

// WGS 84: semi-major axis in metres, and first eccentricity squared.
const (
	semiMajorM    = 6378137.0
	flattening    = 1 / 298.257223563
	eccentricity2 = flattening * (2 - flattening)
)

// DistanceM returns how many metres p lies from the nearest place of another
// class than its own, precedence applied and Outside included: 0 on a line
// between two classes. It reports false, with +Inf, where there is none within
// FarM. Distances are measured on the ellipsoid's local plane, true to 2 parts
// in a thousand and 5 mm. The first call prepares the borders of all areas.
func (c *Classifier) DistanceM(p Point) (float64, bool) {
	own := c.Class(p)
	plane := planeAt(p)
	nearest := math.Inf(1)
	c.border().tree.Nearby(
		func(lowest, highest [2]float64, data piece, item bool) float64 {
			if item {
				return plane.pieceM(data)
			}
			return plane.boxM(lowest, highest)
		},
		func(_, _ [2]float64, data piece, distanceM float64) bool {
			if distanceM > FarM {
				return false
			}
			if !data.classes.hasOtherThan(own) {
				return true
			}
			nearest = distanceM
			return false
		})
	return nearest, !math.IsInf(nearest, 1)
}

// plane measures around a point in metres per unit of the lattice.
type plane struct {
	origin      [2]float64
	east, north float64
}

// planeAt uses the radii of curvature of the ellipsoid at the point: of the
// meridian, M = a(1−e²)/(1−e²sin²φ)^1.5, and of the prime vertical,
// N = a/√(1−e²sin²φ).
func planeAt(p Point) plane {
	sin, cos := math.Sincos(float64(p.Lat) * Unit * math.Pi / 180)
	w2 := 1 - eccentricity2*sin*sin
	w := math.Sqrt(w2)
	perUnit := Unit * math.Pi / 180
	return plane{
		origin: p.array(),
		east:   semiMajorM / w * cos * perUnit,
		north:  semiMajorM * (1 - eccentricity2) / (w2 * w) * perUnit,
	}
}

func (l plane) boxM(lowest, highest [2]float64) float64 {
	dx := max(lowest[0]-l.origin[0], 0, l.origin[0]-highest[0])
	dy := max(lowest[1]-l.origin[1], 0, l.origin[1]-highest[1])
	return math.Hypot(dx*l.east, dy*l.north)
}

func (l plane) pieceM(p piece) float64 {
	ax, ay := (p.a[0]-l.origin[0])*l.east, (p.a[1]-l.origin[1])*l.north
	bx, by := (p.b[0]-l.origin[0])*l.east, (p.b[1]-l.origin[1])*l.north
	dx, dy := bx-ax, by-ay
	length2 := dx*dx + dy*dy
	if length2 == 0 {
		return math.Hypot(ax, ay)
	}
	t := min(1, max(0, -(ax*dx+ay*dy)/length2))
	return math.Hypot(ax+t*dx, ay+t*dy)
}
