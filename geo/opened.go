package geo

import "math"

// opened is a cell's record taken apart, for questions about what lies between
// lattice points. It is used again for the next.
type opened struct {
	rest     int32
	groups   []group
	segments []segment // of the groups, one after the other
	all      []segment // each once
	cuts     []float64
}

// open reads a record, which must not be crowded, of the cell with that
// south-west corner.
func (o *opened) open(record []int32, corner Point) {
	head := uint32(record[1])
	n, groups := int(head&countMask), int(head>>groupsShift)
	o.rest, o.groups, o.segments = record[0], o.groups[:0], o.segments[:0]
	record = record[headWords:]
	if head&wideForm != 0 {
		for range groups {
			end := headWords + int(record[1])*longWords
			o.add(record[0], readLong(nil, record[headWords:end]))
			record = record[end:]
		}
		return
	}
	if head&longForm != 0 {
		o.all, record = readLong(o.all[:0], record[:n*longWords]), record[n*longWords:]
	} else {
		o.all, record = readShort(o.all[:0], record[:n*shortWords], corner), record[n*shortWords:]
	}
	for range groups {
		key, mask := record[0], uint32(record[1])
		g := group{key: key, from: len(o.segments)}
		for i, s := range o.all {
			if mask>>i&1 != 0 {
				o.segments = append(o.segments, s)
			}
		}
		g.to = len(o.segments)
		o.groups = append(o.groups, g)
		record = record[groupWords:]
	}
}

func (o *opened) add(key int32, segments []segment) {
	from := len(o.segments)
	o.segments = append(o.segments, segments...)
	o.groups = append(o.groups, group{key, from, len(o.segments)})
}

func readLong(out []segment, words []int32) []segment {
	for ; len(words) > 0; words = words[longWords:] {
		out = append(out, segment{Point{words[0], words[1]}, Point{words[2], words[3]}})
	}
	return out
}

func readShort(out []segment, words []int32, corner Point) []segment {
	at := func(word int32) Point { return Point{corner.Lon + int32(int16(word)), corner.Lat + word>>16} }
	for ; len(words) > 0; words = words[shortWords:] {
		out = append(out, segment{at(words[0]), at(words[1])})
	}
	return out
}

// isRay reports whether a segment is none of a ring: it runs outside the box
// around the cell, where no segment of a ring is listed.
func (o *opened) isRay(s segment, around box) bool {
	return s.a.Lon == s.b.Lon && float64(s.a.Lon) < around.low[0]
}

// rankAt returns the rank of the area that wins at a point of the cell between
// lattice points, and beside every segment.
func (o *opened) rankAt(p [2]float64) int32 {
	for _, g := range o.groups {
		odd := g.key&1 != 0
		for i := range o.segments[g.from:g.to] {
			s := &o.segments[g.from+i]
			odd = odd != (float64(s.a.Lat) <= p[1] && p[1] < float64(s.b.Lat) && s.lonAt(p[1]) <= p[0])
		}
		if odd {
			return g.key >> 1
		}
	}
	return o.rest
}

// owner returns the rank of the first area of which a segment is an edge.
func (o *opened) owner(of segment) int32 {
	for _, g := range o.groups {
		for _, s := range o.segments[g.from:g.to] {
			if s == of {
				return g.key >> 1
			}
		}
	}
	return o.rest
}

// at returns the place that lies the fraction t of the way from a to b.
func (s segment) at(t float64) [2]float64 {
	a, b := s.a.array(), s.b.array()
	return [2]float64{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// appendCuts adds the fractions of s at which another segment touches, crosses
// or begins and ends to run along it.
func (s segment) appendCuts(cuts []float64, other segment) []float64 {
	touching := false
	for _, end := range [2]Point{other.a, other.b} {
		if s.meets(end) == touches {
			touching = true
			cuts = append(cuts, s.fraction(end))
		}
	}
	if touching {
		return cuts
	}
	// The ends of s lie at distances da and db to either side of the other's
	// line, and so do the other's beside that of s.
	da, db := other.offset(s.a), other.offset(s.b)
	oa, ob := s.offset(other.a), s.offset(other.b)
	if (da < 0) == (db < 0) || (oa < 0) == (ob < 0) {
		return cuts
	}
	return append(cuts, da/(da-db))
}

// fraction returns how far along s a point on it lies.
func (s segment) fraction(p Point) float64 {
	lon, lat := float64(s.b.Lon)-float64(s.a.Lon), float64(s.b.Lat)-float64(s.a.Lat)
	if math.Abs(lon) > math.Abs(lat) {
		return (float64(p.Lon) - float64(s.a.Lon)) / lon
	}
	if lat == 0 {
		return 0
	}
	return (float64(p.Lat) - float64(s.a.Lat)) / lat
}

// offset is proportional to the signed distance of p from the line of s.
func (s segment) offset(p Point) float64 {
	return (float64(s.b.Lon)-float64(s.a.Lon))*(float64(p.Lat)-float64(s.a.Lat)) -
		(float64(p.Lon)-float64(s.a.Lon))*(float64(s.b.Lat)-float64(s.a.Lat))
}

// box is a closed one, in units that need not be whole.
type box struct {
	low, high [2]float64
}

// clip returns the fractions between which a segment lies in the box (Liang
// and Barsky 1984), or false where it does not.
func (b box) clip(s segment) (from, to float64, ok bool) {
	from, to = 0, 1
	a, end := s.a.array(), s.b.array()
	for axis := range 2 {
		length := end[axis] - a[axis]
		if length == 0 {
			if a[axis] < b.low[axis] || a[axis] > b.high[axis] {
				return 0, 0, false
			}
			continue
		}
		enter, leave := (b.low[axis]-a[axis])/length, (b.high[axis]-a[axis])/length
		from, to = max(from, min(enter, leave)), min(to, max(enter, leave))
	}
	return from, to, from <= to
}
