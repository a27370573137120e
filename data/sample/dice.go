package sample

import "math/rand/v2"

// stream numbers the independent sources of chance, so that a change to one
// part of the town leaves the others as they were.
type stream uint64

const (
	streetStream stream = iota + 1
	blockStream
	spotStream
	roundStream
	callStream
	addressStream
	returnStream
)

// dice throws whole numbers only: floating-point results may differ in their
// last bits from machine to machine, and the sample must not.
type dice struct {
	*rand.Rand
}

func newDice(seed uint64, s stream) dice {
	return dice{rand.New(rand.NewPCG(seed, uint64(s)))}
}

// chance is true so many times in a thousand.
func (d dice) chance(perMille int) bool { return d.IntN(1000) < perMille }

// within returns a number from −reach to reach, both included.
func (d dice) within(reach int64) int64 { return d.Int64N(2*reach+1) - reach }

// geometric returns how many throws in a row came true, at most a limit. Of
// all distributions of counts with one parameter it is the one that is most
// often 0 and now and then large: the negative binomial of size 1.
func (d dice) geometric(perMille, limit int) int {
	n := 0
	for n < limit && d.chance(perMille) {
		n++
	}
	return n
}

// weighted returns an index as often as its weight says. At least one weight
// must be above 0.
func (d dice) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := d.IntN(total)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	panic("sample: weights do not sum to their total")
}

// inDisc returns an offset of at most a radius, all parts of the disc being
// equally likely.
func (d dice) inDisc(radiusCm int64) vec {
	for {
		v := vec{d.within(radiusCm), d.within(radiusCm)}
		if v.e*v.e+v.n*v.n <= radiusCm*radiusCm {
			return v
		}
	}
}
