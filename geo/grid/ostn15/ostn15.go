// Package ostn15 holds OSTN15, the model by which Ordnance Survey ties the
// National Grid of Great Britain to ETRS89: how far the two lie apart, at each
// corner of a lattice of 1 km (Ordnance Survey, Transformations and OSGM15 user
// guide, 2016).
//
// The shifts are © Ordnance Survey and the Ministry of Defence (MOD) 2016:
// LICENCE.txt beside them. The program in the folder generate makes their file.
package ostn15

import (
	_ "embed"
	"sync"
)

// The lattice has 701 × 1251 corners, 1 km apart.
const (
	Columns  = 701
	Rows     = 1251
	spacingM = 1000
)

// EastM and NorthM are how far the model goes from the false origin of the
// National Grid, where it starts. It covers that rectangle whole: Great Britain
// and Man, and the sea, the east of Ireland and a corner of France, where the
// shifts are Ordnance Survey's own extension. No value of a shift means "none".
const (
	EastM  = (Columns - 1) * spacingM
	NorthM = (Rows - 1) * spacingM
)

// The least shift east and north in millimetres, from which the file counts.
const (
	leastEastMM  = 82140
	leastNorthMM = -84180
)

//go:embed ostn15.bin
var file string

// table is unpacked when it is first asked for: programs that have nothing to
// do with Great Britain pay nothing.
var table = sync.OnceValue(func() Table { return unpack(file) })

// Table is the shifts of all corners in millimetres above the least, by rows
// from south to north and in a row from west to east.
type Table struct {
	East, North []uint16
}

// Shift returns what to add to metres east and north on the plane of ETRS89
// (transverse Mercator of GRS80 with the National Grid's parameters) to come to
// the National Grid. Between four corners it interpolates in both directions;
// outside the model it is the shift of the nearest place inside, so that it is
// continuous everywhere. Neither number may be NaN. Any number of goroutines
// may call it; the first call takes some milliseconds to unpack the model.
func Shift(eastM, northM float64) (shiftEastM, shiftNorthM float64) {
	t := table()
	east := min(max(eastM/spacingM, 0), Columns-1)
	north := min(max(northM/spacingM, 0), Rows-1)
	column, row := min(int(east), Columns-2), min(int(north), Rows-2)
	at := between{corner: row*Columns + column, east: east - float64(column), north: north - float64(row)}
	return (leastEastMM + at.of(t.East)) / 1000, (leastNorthMM + at.of(t.North)) / 1000
}

// between is a place among four corners: the index of the south-western one
// and the parts, 0 to 1, of the way east and north.
type between struct {
	corner      int
	east, north float64
}

func (b between) of(corners []uint16) float64 {
	south := corners[b.corner : b.corner+2]
	north := corners[b.corner+Columns : b.corner+Columns+2]
	return (1-b.north)*((1-b.east)*float64(south[0])+b.east*float64(south[1])) +
		b.north*((1-b.east)*float64(north[0])+b.east*float64(north[1]))
}
