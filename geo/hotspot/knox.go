package hotspot

import (
	"math"
	"math/rand/v2"
)

// Event is something that happened at a place, in metres on a plane, on a day.
type Event struct{ X, Y, Day float64 }

// Near counts pairs of events.
type Near struct {
	// Both are pairs near in space and in time, Space and Time those in one alone, Neither those
	// in none: together each pair once.
	Both, Space, Time, Neither int64
	// Expected is how many would be in Both if space and time had nothing to do with each
	// other.
	Expected float64
}

// Knox counts the pairs of events not more than a distance in metres and not more than so
// many days apart. False where there is no pair. Events are not changed.
//
// Source: Knox 1964, Applied Statistics 13.
func Knox(events []Event, distanceM, days float64) (Near, bool) {
	near := Near{}
	for i, a := range events {
		for _, b := range events[:i] {
			beside, soon := math.Hypot(a.X-b.X, a.Y-b.Y) <= distanceM, math.Abs(a.Day-b.Day) <= days
			switch {
			case beside && soon:
				near.Both++
			case beside:
				near.Space++
			case soon:
				near.Time++
			default:
				near.Neither++
			}
		}
	}
	pairs := near.Both + near.Space + near.Time + near.Neither
	if pairs == 0 {
		return Near{}, false
	}
	near.Expected = float64(near.Both+near.Space) * float64(near.Both+near.Time) / float64(pairs)
	return near, true
}

// Knox returns the p of a Knox count by permutation. The null hypothesis is that the days
// belong to the places in any order with the same chance; the alternative, one-sided,
// that events near in space are near in time more often than that.
//
//	p = (r + 1) / (m + 1)
//
// with r of m draws in which as many pairs or more are near in both. It can't be below
// 1/(m + 1). It is one test; who tries many distances must correct for them. False where
// there is no pair. Events are not changed.
func (c Chance) Knox(events []Event, distanceM, days float64) (float64, bool) {
	found, ok := Knox(events, distanceM, days)
	if !ok {
		return 1, false
	}
	random := rand.New(rand.NewPCG(c.Seed, 2))
	drawn, asMany := append([]Event(nil), events...), 0
	for range c.Draws {
		random.Shuffle(len(drawn), func(i, j int) { drawn[i].Day, drawn[j].Day = drawn[j].Day, drawn[i].Day })
		if near, _ := Knox(drawn, distanceM, days); near.Both >= found.Both {
			asMany++
		}
	}
	return float64(asMany+1) / float64(c.Draws+1), true
}
