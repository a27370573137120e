package quality

import (
	"cmp"
	"math"
	"slices"
	"time"

	"commonground/data"
	"commonground/geo"
)

// How near two records of different sources are that may be of one visit: a crew's
// and the caller's fix of one spot, each some 10 m off, and the time in which a
// crew comes back or writes it down.
const (
	duplicateM = 20.0
	duplicateT = time.Hour
)

// maxCompared bounds the work on heaps that only a fault makes: of more records in
// one column of cells on one day, only so many are compared with each other one.
const maxCompared = 1000

// A spot is a record among those of its day and its cell, a cube of 20 m of the
// space that the earth lies in. So cells are of one size everywhere, have no edge
// at a meridian, and whatever lies within 20 m is in a cell beside.
type spot struct {
	day  data.Date
	cell uint64 // x, y and z, with 20 bits each
	at   uint32 // in Survey.records
}

const (
	cellBits = 20
	cellHalf = 1 << (cellBits - 1) // the earth's radius is 319,000 cells
	alongX   = 1 << (2 * cellBits)
	alongY   = 1 << cellBits
)

// before reports whether a spot stands before a cell of a day. It is called tens
// of millions of times.
func (p *spot) before(day data.Date, cell uint64) bool {
	if p.day != day {
		return p.day < day
	}
	return p.cell < cell
}

// markDuplicates flags every record that has one of another source beside it.
func (s *Survey) markDuplicates() {
	if len(s.names) < 2 {
		return
	}
	spots := s.spots()
	atNight := slices.DeleteFunc(slices.Clone(spots), func(p spot) bool { return !s.records[p.at].atNight })
	for x := -1; x <= 1; x++ {
		for y := -1; y <= 1; y++ {
			cells := uint64(x*alongX + y*alongY)
			s.markBeside(spots, 0, cells)
			s.markBeside(atNight, -1, cells)
			s.markBeside(atNight, 1, cells)
		}
	}
}

// spots are the located records that have a day, in the order of days, cells and
// what they say: equal records alone stand in the order in which they came.
func (s *Survey) spots() []spot {
	spots := make([]spot, 0, len(s.records))
	for i := range s.records {
		if r := &s.records[i]; r.located() && r.precision != data.Month {
			spots = append(spots, spot{day: r.day, cell: cellOf(metres(r.point)), at: uint32(i)})
		}
	}
	slices.SortFunc(spots, func(a, b spot) int {
		switch {
		case a.before(b.day, b.cell):
			return -1
		case b.before(a.day, a.cell):
			return 1
		}
		return s.compare(&s.records[a.at], &s.records[b.at])
	})
	return spots
}

func (s *Survey) compare(a, b *record) int {
	return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(s.names[a.source], s.names[b.source]), cmp.Compare(a.kinds, b.kinds),
		cmp.Compare(a.precision, b.precision), cmp.Compare(a.point.Lon, b.point.Lon), cmp.Compare(a.point.Lat, b.point.Lat))
}

// markBeside compares each spot with those so many days later in a column of three
// cells. The columns are in the order of the spots, so that one walk finds all.
func (s *Survey) markBeside(spots []spot, days data.Date, cells uint64) {
	from := 0
	for i := range spots {
		day, cell := spots[i].day+days, spots[i].cell+cells // a negative one wraps back
		for from < len(spots) && spots[from].before(day, cell-1) {
			from++
		}
		to := from
		for to < len(spots) && to-from < maxCompared && spots[to].before(day, cell+2) {
			to++
		}
		if r := &s.records[spots[i].at]; to > from && r.flags&duplicate == 0 {
			s.markAny(r, spots[from:to])
		}
	}
}

// markAny flags a record and the first of others that is its duplicate.
func (s *Survey) markAny(r *record, others []spot) {
	for _, other := range others {
		if o := &s.records[other.at]; r.duplicates(o) {
			r.flags |= duplicate
			o.flags |= duplicate
			return
		}
	}
}

func (r *record) duplicates(o *record) bool {
	if r.source == o.source || r.kinds&o.kinds == 0 {
		return false
	}
	if r.precision != data.Instant || o.precision != data.Instant {
		return r.day == o.day && apartM(r.point, o.point) <= duplicateM
	}
	apart := time.Duration(r.ms-o.ms) * time.Millisecond
	return apart.Abs() <= duplicateT && apartM(r.point, o.point) <= duplicateM
}

// WGS 84: semi-major axis in metres, and first eccentricity squared.
const (
	semiMajorM    = 6378137.0
	flattening    = 1 / 298.257223563
	eccentricity2 = flattening * (2 - flattening)
)

// metres is where a point on the ellipsoid lies from the earth's centre.
func metres(p geo.Point) [3]float64 {
	sinLat, cosLat := math.Sincos(float64(p.Lat) * geo.Unit * math.Pi / 180)
	sinLon, cosLon := math.Sincos(float64(p.Lon) * geo.Unit * math.Pi / 180)
	n := semiMajorM / math.Sqrt(1-eccentricity2*sinLat*sinLat)
	return [3]float64{n * cosLat * cosLon, n * cosLat * sinLon, n * (1 - eccentricity2) * sinLat}
}

func cellOf(m [3]float64) uint64 {
	var cell uint64
	for _, along := range m {
		cell = cell<<cellBits | uint64(int(math.Floor(along/duplicateM))+cellHalf)
	}
	return cell
}

// apartM is the straight line between two points, through the earth: over the
// distances that are asked for here it is the way over the ellipsoid, less a
// thousandth of a millimetre.
func apartM(a, b geo.Point) float64 {
	from, to := metres(a), metres(b)
	x, y, z := to[0]-from[0], to[1]-from[1], to[2]-from[2]
	return math.Sqrt(x*x + y*y + z*z)
}
