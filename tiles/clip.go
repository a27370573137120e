package tiles

// reachSide is one of those of a tile's reach: the positions whose coordinate on an
// axis, times sign, is no more than limit are within.
type reachSide struct {
	axis        int
	sign, limit int32
}

var reachSides = [4]reachSide{
	{axis: 0, sign: -1, limit: bufferUnits},
	{axis: 0, sign: 1, limit: Extent + bufferUnits},
	{axis: 1, sign: -1, limit: bufferUnits},
	{axis: 1, sign: 1, limit: Extent + bufferUnits},
}

func (s reachSide) beyond(p position) bool {
	return p[s.axis]*s.sign > s.limit
}

// isBeyond reports whether a box lies wholly beyond one side.
func isBeyond(low, high position) bool {
	for _, s := range reachSides {
		if s.beyond(low) && s.beyond(high) {
			return true
		}
	}
	return false
}

// clip cuts the ring to the tile's reach, side by side, as Sutherland and
// Hodgman (1974). Two rings with an edge in common have in common what is left
// of it, for where it leaves does not depend on the way it runs.
func (d *pen) clip() {
	for _, s := range reachSides {
		out := d.spare[:0]
		for i, p := range d.ring {
			before := d.ring[(i+len(d.ring)-1)%len(d.ring)]
			if s.beyond(before) != s.beyond(p) {
				out = appendNew(out, s.crossing(before, p))
			}
			if !s.beyond(p) {
				out = appendNew(out, p)
			}
		}
		d.ring, d.spare = out, d.ring
	}
	for len(d.ring) > 1 && d.ring[0] == d.ring[len(d.ring)-1] {
		d.ring = d.ring[:len(d.ring)-1]
	}
}

// meetsTile reports whether an edge of the ring may lie on the tile itself, not
// just in its buffer, along whose rim clipping leaves edges.
func (d *pen) meetsTile() bool {
	for i, p := range d.ring {
		low, high := boxAround([]position{p, d.ring[(i+1)%len(d.ring)]})
		if high[0] >= 0 && low[0] <= Extent && high[1] >= 0 && low[1] <= Extent {
			return true
		}
	}
	return false
}

// appendNew adds a position, unless it is the last already.
func appendNew(ring []position, p position) []position {
	if len(ring) > 0 && ring[len(ring)-1] == p {
		return ring
	}
	return append(ring, p)
}

// crossing returns where the line through two positions crosses a side,
// rounded. All products fit: positions are less than 2^30 units apart.
func (s reachSide) crossing(a, b position) position {
	other := 1 - s.axis
	at := s.limit * s.sign
	run := int64(b[s.axis]) - int64(a[s.axis])
	rise := (int64(b[other]) - int64(a[other])) * (int64(at) - int64(a[s.axis]))
	if run < 0 {
		run, rise = -run, -rise
	}
	var p position
	p[s.axis], p[other] = at, a[other]+int32(floorDiv(2*rise+run, 2*run))
	return p
}

// floorDiv divides by a positive number and rounds down.
func floorDiv(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}
