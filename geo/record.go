package geo

import "math/bits"

// A record says which areas cut a cell:
//
//	rest                    the rank where no polygon below covers the point
//	n | groups<<groupsShift how many follow, and the form that they have
//	n segments              short: two words each, long: four
//	groups × { key, mask }  polygons that cut the cell, in order of precedence
//
// A key is rank<<1 | odd. A mask has a bit for each segment of the polygon:
// neighbours have segments in common. Of a short segment each word holds the
// longitude in its lower half and the latitude in its upper, counted from the
// cell's south-west corner; a long one has them whole. Where there are more
// segments than a mask has bits the form is wide, and what follows is
//
//	groups × { key, n, n long segments }
const (
	mostMasked  = 32
	countMask   = 63
	longForm    = 64
	wideForm    = 128
	groupsShift = 8

	headWords  = 2
	groupWords = 2
	shortWords = 2
	longWords  = 4
)

// settle finds the winner in a cut cell. The groups are asked from the last to
// the first, without a branch, so that the first that covers p wins.
func (g *grid) settle(record []int32, p Point) int32 {
	winner := record[0]
	if winner <= crowded {
		return g.children[crowded-winner].rankAt(p)
	}
	head := uint32(record[1])
	n, groups := int(head&countMask), int(head>>groupsShift)
	record = record[headWords:]
	var crossed, touched uint32
	switch {
	case head&(longForm|wideForm) == 0:
		lon := (uint32(p.Lon) - uint32(g.southWest.Lon)) & (1<<(g.shiftLon&31) - 1)
		lat := (uint32(p.Lat) - uint32(g.southWest.Lat)) & (1<<(g.shiftLat&31) - 1)
		crossed, touched = meetShort(record[:n*shortWords], int64(lon), int64(lat))
		record = record[n*shortWords:][:groups*groupWords]
	case head&wideForm == 0:
		crossed, touched = meetLong(record[:n*longWords], p)
		record = record[n*longWords:][:groups*groupWords]
	default:
		return settleWide(record, groups, winner, p)
	}
	for i := len(record) - groupWords; i >= 0; i -= groupWords {
		key, mask := record[i], uint32(record[i+1])
		odd := uint32(bits.OnesCount32(crossed&mask)) + uint32(key)
		if touched&mask|odd&1 != 0 {
			winner = key >> 1
		}
	}
	return winner
}

func settleWide(record []int32, groups int, rest int32, p Point) int32 {
	for range groups {
		key, n := record[0], int(record[1])
		odd := key
		for i := range n {
			crossed, touched := meetLong(record[headWords+i*longWords:][:longWords], p)
			if touched != 0 {
				return key >> 1
			}
			odd += int32(crossed)
		}
		if odd&1 != 0 {
			return key >> 1
		}
		record = record[headWords+n*longWords:]
	}
	return rest
}

// meetShort says of up to 32 short segments, a bit each, which of them cross
// the ray from a point to the west, and which touch the point: segment.meets
// for many, with no branch that depends on the point but one that is hardly
// ever taken.
func meetShort(segments []int32, lon, lat int64) (crossed, touched uint32) {
	for i := uint32(0); len(segments) >= shortWords; i++ {
		a, b := segments[0], segments[1]
		segments = segments[shortWords:]
		aLon, aLat, bLon, bLat := int64(int16(a)), int64(a>>16), int64(int16(b)), int64(b>>16)
		ahead, aside := (bLon-aLon)*(lat-aLat), (lon-aLon)*(bLat-aLat)
		crossed |= (one(aLat <= lat) & one(lat < bLat) & one(ahead <= aside)) << (i & 31)
		if ahead == aside && aLat <= lat && lat <= bLat && min(aLon, bLon) <= lon && lon <= max(aLon, bLon) {
			touched |= 1 << (i & 31)
		}
	}
	return crossed, touched
}

// meetLong is meetShort for long segments. That its products fit an int64 is
// shown at segment.meets.
func meetLong(segments []int32, p Point) (crossed, touched uint32) {
	for i := uint32(0); len(segments) >= longWords; i++ {
		s := segment{Point{segments[0], segments[1]}, Point{segments[2], segments[3]}}
		segments = segments[longWords:]
		switch s.meets(p) {
		case touches:
			touched |= 1 << (i & 31)
		case crosses:
			crossed |= 1 << (i & 31)
		}
	}
	return crossed, touched
}

func one(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// group is one polygon of a record that is being made.
type group struct {
	key      int32
	from, to int // of the segments
}

// stretch gathers the records of one block.
type stretch struct {
	cut     uint64  // the cells that have a record
	places  []int32 // of the records
	records []int32
	all     []int32
	single  []segment
	masks   []uint32
}

func (s *stretch) begin() {
	s.cut, s.places, s.records = 0, s.places[:0], s.records[:0]
}

// next begins the record of the next cut cell.
func (s *stretch) next(bit uint32) {
	s.cut |= 1 << bit
	s.places = append(s.places, int32(len(s.records)))
}

func (s *stretch) add(words ...int32) {
	s.records = append(s.records, words...)
}

// words returns the whole stretch, good until the next one begins.
func (s *stretch) words() []int32 {
	for i := range s.places {
		s.places[i] += int32(2 + len(s.places))
	}
	s.all = append(s.all[:0], int32(s.cut), int32(s.cut>>32))
	s.all = append(append(s.all, s.places...), s.records...)
	return s.all
}

// write adds the record of a cell in the shortest form that holds it.
func (s *stretch) write(corner Point, rest int32, groups []group, segments []segment) {
	s.single, s.masks = s.single[:0], s.masks[:0]
	for _, g := range groups {
		mask, ok := s.mask(segments[g.from:g.to])
		if !ok {
			s.writeWide(rest, groups, segments)
			return
		}
		s.masks = append(s.masks, mask)
	}
	head := int32(len(s.single)) | int32(len(groups))<<groupsShift
	if s.areShort(corner) {
		s.add(rest, head)
		for _, t := range s.single {
			s.add(short(t.a, corner), short(t.b, corner))
		}
	} else {
		s.add(rest, head|longForm)
		for _, t := range s.single {
			s.add(t.a.Lon, t.a.Lat, t.b.Lon, t.b.Lat)
		}
	}
	for i, g := range groups {
		s.add(g.key, int32(s.masks[i]))
	}
}

func (s *stretch) areShort(corner Point) bool {
	for _, t := range s.single {
		for _, p := range [2]Point{t.a, t.b} {
			lon, lat := int64(p.Lon)-int64(corner.Lon), int64(p.Lat)-int64(corner.Lat)
			if lon != int64(int16(lon)) || lat != int64(int16(lat)) {
				return false
			}
		}
	}
	return true
}

func short(p, corner Point) int32 {
	return (p.Lon-corner.Lon)&0xffff | (p.Lat-corner.Lat)<<16
}

// mask adds the segments that are not there yet. Of one that a polygon has
// twice there are two: it crosses twice, and touches all the same.
func (s *stretch) mask(segments []segment) (mask uint32, ok bool) {
	for _, t := range segments {
		i := 0
		for i < len(s.single) && (s.single[i] != t || mask>>i&1 != 0) {
			i++
		}
		if i == mostMasked {
			return 0, false
		}
		if i == len(s.single) {
			s.single = append(s.single, t)
		}
		mask |= 1 << i
	}
	return mask, true
}

func (s *stretch) writeWide(rest int32, groups []group, segments []segment) {
	s.add(rest, wideForm|int32(len(groups))<<groupsShift)
	for _, g := range groups {
		s.add(g.key, int32(g.to-g.from))
		for _, t := range segments[g.from:g.to] {
			s.add(t.a.Lon, t.a.Lat, t.b.Lon, t.b.Lat)
		}
	}
}
