package geo

// segment is an edge of a ring with its lower end first; of a level one, the
// western end.
type segment struct {
	a, b Point
}

func newSegment(a, b Point) segment {
	if b.Lat < a.Lat || b.Lat == a.Lat && b.Lon < a.Lon {
		a, b = b, a
	}
	return segment{a, b}
}

// meeting says how a segment meets the ray that runs from p to the west, p
// itself included.
type meeting uint8

const (
	misses  meeting = iota
	crosses         // p lies to the east of the segment
	touches         // p lies on it
)

// meets answers for a point, exactly. A segment crosses the ray where its
// half-open span of latitude [a, b) holds p, so that of the two segments at a
// common end one crosses, or both, or neither, as the ring does. It is exact:
// longitudes differ by at most 3.6e9 and latitudes by at most 1.8e9 units, so
// each product stays under 6.5e18 and fits an int64. Their difference need
// not, which is why they are compared and not subtracted.
func (s *segment) meets(p Point) meeting {
	if p.Lat < s.a.Lat || p.Lat > s.b.Lat {
		return misses
	}
	ahead := (int64(s.b.Lon) - int64(s.a.Lon)) * (int64(p.Lat) - int64(s.a.Lat))
	aside := (int64(p.Lon) - int64(s.a.Lon)) * (int64(s.b.Lat) - int64(s.a.Lat))
	switch {
	case ahead > aside:
		return misses
	case ahead == aside && min(s.a.Lon, s.b.Lon) <= p.Lon && p.Lon <= max(s.a.Lon, s.b.Lon):
		return touches
	case p.Lat < s.b.Lat:
		return crosses
	}
	return misses
}

// crossesAtOrWest reports whether the segment's half-open span of latitude
// holds p and the segment lies at or west of it.
func (s *segment) crossesAtOrWest(p Point) bool {
	return p.Lat < s.b.Lat && s.meets(p) != misses
}

// lonAt returns the longitude, in units, at a latitude between the ends of a
// segment that is not level; off by less than 1e-5 units.
func (s *segment) lonAt(lat float64) float64 {
	a, b := s.a.array(), s.b.array()
	return a[0] + (b[0]-a[0])*((lat-a[1])/(b[1]-a[1]))
}
