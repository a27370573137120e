package sample

import (
	"commonground/geo"
)

// vec is a place or an offset: centimetres east and north of the middle of
// the town.
type vec struct {
	e, n int64
}

func (v vec) plus(w vec) vec  { return vec{v.e + w.e, v.n + w.n} }
func (v vec) minus(w vec) vec { return vec{v.e - w.e, v.n - w.n} }

// times scales by a fraction.
func (v vec) times(numerator, denominator int64) vec {
	return vec{v.e * numerator / denominator, v.n * numerator / denominator}
}

// The middle of the town and the units of geo.Unit in 100 km there, by the
// radii of curvature of WGS 84 at latitude 54.72. It is open upland in the
// North Pennines, on purpose: no town is there that a reader could take
// Millbeck for.
const (
	middleLon        = -24_200_000
	middleLat        = 547_200_000
	lonUnitsPer100km = 15_518_553
	latUnitsPer100km = 8_983_244
	cmPer100km       = 10_000_000
)

func (v vec) point() geo.Point {
	return geo.Point{
		Lon: int32(middleLon + v.e*lonUnitsPer100km/cmPer100km),
		Lat: int32(middleLat + v.n*latUnitsPer100km/cmPer100km),
	}
}

// The streets come from a lattice of corners, numbered by column k eastwards
// and row j northwards, that is then bent out of shape.
const (
	columns  = 36
	rows     = 16
	columnCm = 13_000
	rowCm    = 23_500
	// riverRow is the line of corners along which the river runs.
	riverRow = 7
)

// bankCm is how far each bank lies from the middle of the river.
const bankCm = 2_200

// bank says on which side of a line a block lies; it matters on the river.
type bank int64

const (
	north bank = 1
	south bank = -1
)

// sideCuts is into how many pieces a side between two corners is bent.
const sideCuts = 4

// side holds the points strictly between two corners.
type side [sideCuts - 1]vec

// streets are the bent lattice. Neighbouring blocks take their common corners
// and sides from it, so that no gap or overlap comes between them.
type streets struct {
	corner [rows + 1][columns + 1]vec
	east   [rows + 1][columns]side // from corner k to k+1
	north  [rows][columns + 1]side // from corner j to j+1
}

func newStreets(seed uint64) *streets {
	d := newDice(seed, streetStream)
	s := &streets{}
	sway := newSway(d)
	for j := range s.corner {
		for k := range s.corner[j] {
			jitter := vec{d.within(columnCm / 8), d.within(rowCm / 8)}
			s.corner[j][k] = sway.bend(flat(2*k, 2*j).plus(jitter))
		}
	}
	for j := range s.corner {
		for k := range columns {
			s.east[j][k] = d.crooked(s.corner[j][k], s.corner[j][k+1])
		}
	}
	for j := range rows {
		for k := range s.corner[j] {
			s.north[j][k] = d.crooked(s.corner[j][k], s.corner[j+1][k])
		}
	}
	return s
}

// flat returns a place on the unbent lattice, in half columns and half rows.
func flat(halfColumns, halfRows int) vec {
	return vec{int64(halfColumns-columns) * columnCm / 2, int64(halfRows-rows) * rowCm / 2}
}

// crooked bends the side from a to b by displacing its middle, and then the
// middles of its halves, to the left or right.
func (d dice) crooked(a, b vec) side {
	along := b.minus(a)
	across := vec{-along.n, along.e}
	first, middle, last := d.within(30), d.within(50), d.within(30)
	at := func(quarter, perMille int64) vec {
		return a.plus(along.times(quarter, sideCuts)).plus(across.times(perMille, 1000))
	}
	return side{at(1, middle/2+first), at(2, middle), at(3, middle/2+last)}
}

// sway displaces places smoothly: by random amounts at knots, and between
// four knots by a blend of theirs.
type sway [knots][knots]vec

const (
	knots  = 9
	knotCm = 90_000
	swayCm = 16_000
)

func newSway(d dice) *sway {
	s := &sway{}
	for j := range s {
		for k := range s[j] {
			s[j][k] = vec{d.within(swayCm), d.within(swayCm)}
		}
	}
	return s
}

// bend crowds the streets towards the middle, turns the whole town a little
// off the compass, and sways it.
func (s *sway) bend(v vec) vec {
	const outerCm = 225_000
	off := min(1000, (v.e*v.e+v.n*v.n)*1000/(outerCm*outerCm))
	v = v.times(780+off*22/100, 1000)
	v = vec{(24*v.e + 7*v.n) / 25, (24*v.n - 7*v.e) / 25} // 7² + 24² = 25²
	return v.plus(s.at(v))
}

func (s *sway) at(v vec) vec {
	k, east := knotBefore(v.e)
	j, north := knotBefore(v.n)
	below := blend(s[j][k], s[j][k+1], east)
	above := blend(s[j+1][k], s[j+1][k+1], east)
	return blend(below, above, north)
}

// knotBefore returns the knot before a distance from the middle, and how far
// beyond it that is, per mille, eased: 3t² − 2t³ is flat at both knots.
func knotBefore(cm int64) (knot, perMille int64) {
	cm = min(max(cm+knotCm*(knots-1)/2, 0), knotCm*(knots-1)-1)
	t := cm % knotCm * 1000 / knotCm
	return cm / knotCm, (3*t*t*1000 - 2*t*t*t) / 1_000_000
}

func blend(a, b vec, perMille int64) vec {
	return a.plus(b.minus(a).times(perMille, 1000))
}

// inParcel returns a place between four corners, at a share per mille of the
// way east and north across them.
func (s *streets) inParcel(k, j int, east, north int64) vec {
	return blend(
		blend(s.corner[j][k], s.corner[j][k+1], east),
		blend(s.corner[j+1][k], s.corner[j+1][k+1], east), north)
}
