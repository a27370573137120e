package grid

import (
	"fmt"
)

// SideM is the side in metres of a square of level 0.
const SideM = 125

// MaxLevel is the coarsest level: squares of 1,024 km.
const MaxLevel = 13

// offset moves the coordinates of squares, which are negative west and south
// of the origin, into the 24 bits that a Key has for each.
const offset = 1 << 23

// Square is a cell of the grid: side 125 m × 2^Level, its south-west corner at
// X sides east and Y sides north of the grid's origin. Each square has four
// children of the level below.
type Square struct {
	Level uint8
	X, Y  int32
}

// Key is a Square as one number below 2^52, so that it survives JavaScript:
// the level, then the Morton code of its place. Keys of one level sort along
// the Morton curve, where the descendants of a square are neighbours. The zero
// Key is that of no square.
type Key uint64

// Key returns the number of the square.
func (s Square) Key() Key {
	return Key(s.Level+1)<<48 | Key(spread(uint32(s.X+offset))|spread(uint32(s.Y+offset))<<1)
}

// Square returns the square of a key, or false for a number that is none.
func (k Key) Square() (Square, bool) {
	level := k >> 48
	if level == 0 || level > MaxLevel+1 {
		return Square{}, false
	}
	morton := uint64(k) & (1<<48 - 1)
	return Square{
		Level: uint8(level - 1),
		X:     int32(gather(morton)) - offset,
		Y:     int32(gather(morton>>1)) - offset,
	}, true
}

// Parent returns the square that holds s at a level not below its own. It
// panics below.
func (s Square) Parent(level uint8) Square {
	if level < s.Level {
		panic(fmt.Sprintf("grid: square of level %d has no parent at level %d", s.Level, level))
	}
	up := level - s.Level
	return Square{Level: level, X: s.X >> up, Y: s.Y >> up}
}

// Holds reports whether other is s or lies inside it.
func (s Square) Holds(other Square) bool {
	return other.Level <= s.Level && other.Parent(s.Level) == s
}

// Side returns the side in metres.
func (s Square) Side() int {
	return SideM << s.Level
}

// SouthWest returns the south-west corner in metres east and north of the
// grid's origin.
func (s Square) SouthWest() (eastM, northM int) {
	return int(s.X) * s.Side(), int(s.Y) * s.Side()
}

// spread puts a zero bit above each of the low 24 bits of v.
func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	x = (x | x<<1) & 0x5555555555555555
	return x
}

// gather is the inverse of spread.
func gather(x uint64) uint32 {
	x &= 0x5555555555555555
	x = (x | x>>1) & 0x3333333333333333
	x = (x | x>>2) & 0x0f0f0f0f0f0f0f0f
	x = (x | x>>4) & 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	x = (x | x>>16) & 0x00000000ffffffff
	return uint32(x)
}
