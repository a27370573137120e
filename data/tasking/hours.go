package tasking

import (
	"fmt"
	"math"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/geo/grid"
)

// Hours are told of a place where this many reports have one, and stand out where a span of so many hours holds more than
// if each hour of the day had the same chance.
const (
	leastHours = 8
	spanHours  = 4
)

// hoursOf returns the four hours in which most reports on a square happened, or "" where they don't stand out: by
// the binomial probability of as many in four given hours, times the 24 spans that were looked at, 0.05 or more.
func (q *Question) hoursOf(query *incidents.Query, square grid.Key) string {
	within := *query
	within.Square = square
	var hours [24]int64
	all := int64(0)
	for r := range q.Set.Selected(within) {
		if r.Happened.Precision == data.Instant {
			hours[r.Happened.At.In(q.Scheme.Location).Hour()]++
			all++
		}
	}
	from, held := fullestSpan(&hours)
	if all < leastHours || 24*binomialTail(all, held, spanHours/24.) >= .05 {
		return ""
	}
	return fmt.Sprintf("%02d:00 to %02d:00 (%d of the %d with a known hour)", from, (from+spanHours)%24, held, all)
}

// fullestSpan returns the first of the four hours that hold most, over midnight too, and how many.
func fullestSpan(hours *[24]int64) (from int, held int64) {
	for first := range 24 {
		n := int64(0)
		for h := range spanHours {
			n += hours[(first+h)%24]
		}
		if n > held {
			from, held = first, n
		}
	}
	return from, held
}

// binomialTail is the probability of k or more out of n, each with probability p.
func binomialTail(n, k int64, p float64) (tail float64) {
	for i := k; i <= n; i++ {
		all, _ := math.Lgamma(float64(n + 1))
		some, _ := math.Lgamma(float64(i + 1))
		rest, _ := math.Lgamma(float64(n - i + 1))
		tail += math.Exp(all - some - rest + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(1, tail)
}
