// Package plan makes plans from what is expected where: rounds for a crew, and
// sites for sharps bins. They are pure functions of numbers, without I/O, clock or
// chance: the same gives the same. Places are in metres on a plane.
package plan

import (
	"fmt"
	"math"
)

// Point is a place on the plane, in metres.
type Point struct{ X, Y float64 }

// Stop is a place where a crew may go.
type Stop struct {
	// X and Y are where it is, in metres on the plane of the shift.
	X, Y float64
	// Expected is how many items a visit is expected to find: from 0 to a thousand million.
	Expected float64
	// Must says that it is to be visited whatever is expected there.
	Must bool
	// Before is by how many minutes after leaving the crew must have come. 0: at
	// any time. Where that can't be met the stop is not visited, Must or not.
	Before float64
}

// Shift is the time of one crew, on foot. It may be used by several goroutines.
type Shift struct {
	// Start and End are where the crew leaves, and where it must be when the time is
	// over. Required; they may be the same.
	Start, End Point
	// Minutes is how long it takes at most, with the way to the end. Required: above
	// 0, and a day (1,440) at most.
	Minutes float64
	// MetresPerMinute is how fast the crew walks. Required: above 0.
	MetresPerMinute float64
	// MinutesAtStop is how long it stays at each stop. 0: it only passes.
	MinutesAtStop float64
	// Detour is by how much ways are longer than the straight line. Default 1.3;
	// otherwise 1 or more. Streets of real towns are from 1.2 (a dense net) to 1.4 times
	// as long; where a river or a railway lies between, no factor says enough.
	Detour float64
}

// Round is which stops a crew visits, and in what order.
type Round struct {
	// Visits are in the order in which they are made, each stop once.
	Visits []Visit
	// Minutes and Metres are how long it takes and how far it is, with the way to the end.
	Minutes, Metres float64
	// Expected is how many items are expected at its stops.
	Expected float64
	// Left are the stops that had to be visited and aren't, in the order of the stops.
	Left []Left
	// Exact says that no round is better. Otherwise a better one may be there.
	Exact bool
}

// Visit is a stop of a round.
type Visit struct {
	// Stop is which of the stops it is, from 0.
	Stop int
	// Arrive is when the crew comes, in minutes after leaving.
	Arrive float64
	// Metres is how far it walks from the stop before, or from the start.
	Metres float64
}

// Left is a stop that had to be visited and isn't.
type Left struct {
	// Stop is which of the stops it is, from 0.
	Stop int
	// Why is a sentence without its subject, such as "the way there takes 41.0 minutes,
	// and it must be reached within 30.0".
	Why string
}

const (
	// detour is that of Shift where none is given.
	detour = 1.3
	// maxExact is of how many stops a round is found exactly: as many as the issue asks
	// for, and 50,000 states of which each is one of twelve.
	maxExact = 12
	// maxStops bounds memory, which goes by their square (8 MB).
	maxStops = 1000
)

// Round returns the best round that it finds: one that visits as many of the stops that
// must be visited as can be, of these the one with the most expected items, and of
// these the shortest. It ends in time, comes to each stop before its deadline and to none
// twice; ways are straight lines times the detour. Without stops it goes from the
// start to the end.
//
// It is the orienteering problem with deadlines (Golden, Levy & Vohra 1987, Naval Research
// Logistics 34; Vansteenwegen, Souffriau & Van Oudheusden 2011, European Journal of
// Operational Research 209). Where at most 12 stops are in reach, the answer is exact: the
// least time of each subset and last stop is found from those one smaller. Otherwise
// those that must be visited come first, exactly where they are 12 at most; then whatever adds
// most for its time is put in where it adds least, and the round is shortened
// by turning and moving parts of it; then parts are taken out and the rest filled anew,
// until that finds nothing better or 60 million places have been looked at.
//
// A stop in reach is one that fits alone and where something is expected or that must be
// visited. A deadline holds for the arrival. There is no weight on being early. Times are
// counted in whole milliseconds, walks and stays rounded up, and items in millionths, so
// that sums don't go by their order.
//
// It is an error where the shift or a stop has a number that can't be, where the
// way from start to end alone takes too long, or where over 1,000 stops are in reach. The
// stops are not changed.
func (s Shift) Round(stops []Stop) (Round, error) { return s.round(stops, maxExact) }

// round is exact for up to so many stops in reach.
func (s Shift) round(stops []Stop, most int) (Round, error) {
	if s.Detour == 0 {
		s.Detour = detour
	}
	if err := s.check(stops); err != nil {
		return Round{}, err
	}
	p, left := s.inReach(stops)
	if len(p.stops) > maxStops {
		return Round{}, fmt.Errorf("plan: %d stops are in reach of the shift, and %d can be looked at: give those with the most expected items", len(p.stops), maxStops)
	}
	p.measure(s, stops)
	order, exact := p.solve(most)
	round := s.walked(stops, p, order)
	round.Exact = exact
	round.Left = p.left(order, left)
	return round, nil
}

func (s Shift) check(stops []Stop) error {
	switch {
	case !finite(s.Start.X, s.Start.Y, s.End.X, s.End.Y):
		return fmt.Errorf("plan: the shift's start %v or end %v is no place in metres", s.Start, s.End)
	case !(s.Minutes > 0 && s.Minutes <= 1440):
		return fmt.Errorf("plan: a shift of %v minutes: give it more than 0 and up to 1,440", s.Minutes)
	case !(s.MetresPerMinute > 0) || !finite(s.MetresPerMinute):
		return fmt.Errorf("plan: a crew that walks %v metres a minute: give more than 0 (80 is usual)", s.MetresPerMinute)
	case !(s.MinutesAtStop >= 0) || !finite(s.MinutesAtStop):
		return fmt.Errorf("plan: %v minutes at each stop: give 0 or more", s.MinutesAtStop)
	case !(s.Detour >= 1) || !finite(s.Detour):
		return fmt.Errorf("plan: ways %v times as long as the straight line: give 1 or more", s.Detour)
	}
	if direct := s.walk(s.Start, s.End); direct > s.budget() {
		return fmt.Errorf("plan: the way from the start to the end takes %.1f minutes, and the shift has %.1f: give it more time or an end that is nearer", tenths(direct), s.Minutes)
	}
	for i, stop := range stops {
		switch {
		case !finite(stop.X, stop.Y):
			return fmt.Errorf("plan: stop %d is at %v, %v, which is no place in metres", i, stop.X, stop.Y)
		case !(stop.Expected >= 0 && stop.Expected <= 1e9):
			return fmt.Errorf("plan: stop %d expects %v items: give 0 or more, up to 1,000,000,000", i, stop.Expected)
		case !(stop.Before >= 0) || !finite(stop.Before):
			return fmt.Errorf("plan: stop %d is to be reached within %v minutes: give more than 0, or 0 for any time", i, stop.Before)
		}
	}
	return nil
}

func finite(numbers ...float64) bool {
	for _, n := range numbers {
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return false
		}
	}
	return true
}

// metres is how far the crew walks from one place to another.
func (s Shift) metres(from, to Point) float64 {
	return math.Hypot(to.X-from.X, to.Y-from.Y) * s.Detour
}

// walk is how many milliseconds that takes.
func (s Shift) walk(from, to Point) int64 {
	return milliseconds(s.metres(from, to) / s.MetresPerMinute)
}

func (s Shift) budget() int64 { return int64(math.Floor(s.Minutes * 60_000)) }

// milliseconds rounds up, so that a way over another place is never the shorter one.
// What takes months is as good as what takes weeks.
func milliseconds(minutes float64) int64 { return int64(math.Ceil(min(minutes*60_000, 1<<32))) }

func minutes(milliseconds int64) float64 { return float64(milliseconds) / 60_000 }

// tenths are minutes as they are told where there were too few: rounded up.
func tenths(milliseconds int64) float64 { return math.Ceil(minutes(milliseconds)*10) / 10 }

// walked writes an order of nodes as a round.
func (s Shift) walked(stops []Stop, p *problem, order []int) Round {
	var round Round
	from, at := s.Start, -p.stay
	for k, node := range order[1:] {
		to := p.place(s, stops, node)
		at += p.step(order[k], node)
		metres := s.metres(from, to)
		round.Metres += metres
		if stop, ok := p.stopAt(node); ok {
			round.Visits = append(round.Visits, Visit{Stop: stop, Arrive: minutes(at), Metres: metres})
			round.Expected += stops[stop].Expected
		}
		from = to
	}
	round.Minutes = minutes(at)
	return round
}
