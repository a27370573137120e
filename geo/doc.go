// Package geo answers where a point lies: inside the managed area, outside it
// in a residential or a non-residential place, or in no area at all.
//
// Areas are closed sets of points on a lattice of 1e-7 degree. A coordinate is
// rounded to that lattice once, when it is read; from there on every answer
// comes from exact integer arithmetic, never from an epsilon, so a point has
// one class however often and in whatever order it is asked for.
//
// The package does no input or output and knows no clock.
package geo
