// Package sample makes up Millbeck, a town that does not exist: its map, two
// years of visits of its cleansing crews and of calls to its phone line.
//
// The product shows it where there are no records yet, and marks it as
// synthetic on every page. All of it follows from a seed by whole-number
// arithmetic: the same seed gives the same bytes on every machine. Nothing is
// taken from a real town, and nothing may be concluded from it about one.
package sample

import (
	"github.com/paulmach/orb"

	"commonground/geo"
)

// Town is a made-up town. NewTown makes one; it is not changed after that, and
// any number of goroutines may read it.
type Town struct {
	// Areas are the blocks of the town, none over another, and one managed
	// area over some of them. What lies between and around them is outside.
	Areas []geo.Area
	// Bound is the box around blocks and greens in degrees, with a margin of
	// 100 m. Every record of the sample lies in it.
	Bound orb.Bound

	ground *ground
	spots  []spot
}

// NewTown makes the town of a seed: about 4.5 by 3.5 km of 120 to 180 blocks.
func NewTown(seed uint64) Town {
	g := newGround(seed)
	return Town{Areas: g.areas(), Bound: g.bound(), ground: g, spots: newSpots(seed, g)}
}

// Areas returns the areas of NewTown.
func Areas(seed uint64) []geo.Area { return NewTown(seed).Areas }
