package plan_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"commonground/geo/plan"
)

// brute tries all orders of all subsets of the stops.
type brute struct {
	shift plan.Shift
	stops []plan.Stop
	in    []bool
	best  found
}

type found struct {
	musts    int
	expected float64
	minutes  float64
}

func (f found) String() string {
	return fmt.Sprintf("%d must-visits, %.3f items in %.3f minutes", f.musts, f.expected, f.minutes)
}

func bruteForce(shift plan.Shift, stops []plan.Stop) found {
	b := &brute{shift: shift, stops: stops, in: make([]bool, len(stops)), best: found{minutes: math.Inf(1)}}
	b.from(shift.Start, found{})
	return b.best
}

// walk is how many minutes it takes, rounded up to a thousandth of a second.
func walk(s plan.Shift, a, b plan.Point) float64 {
	detour := s.Detour
	if detour == 0 {
		detour = 1.3
	}
	return math.Ceil(math.Hypot(a.X-b.X, a.Y-b.Y)*detour/s.MetresPerMinute*60_000) / 60_000
}

// slack is for sums of minutes in another order.
const slack = 1e-9

func (b *brute) from(at plan.Point, so found) {
	end := so.minutes + walk(b.shift, at, b.shift.End)
	if end > b.shift.Minutes+slack {
		return
	}
	if whole := (found{so.musts, so.expected, end}); better(whole, b.best) {
		b.best = whole
	}
	for i, stop := range b.stops {
		to := plan.Point{X: stop.X, Y: stop.Y}
		arrive := so.minutes + walk(b.shift, at, to)
		if b.in[i] || stop.Before > 0 && arrive > stop.Before+slack {
			continue
		}
		next := found{so.musts, so.expected + stop.Expected, arrive + b.shift.MinutesAtStop}
		if stop.Must {
			next.musts++
		}
		b.in[i] = true
		b.from(to, next)
		b.in[i] = false
	}
}

func better(a, b found) bool {
	if a.musts != b.musts {
		return a.musts > b.musts
	}
	if math.Abs(a.expected-b.expected) > .5e-6 { // rounds are compared by millionths
		return a.expected > b.expected
	}
	return a.minutes < b.minutes-slack
}

// drawn is a shift and stops at random: on a lattice, so that there are ties, with some must-visits
// and deadlines, of which some can't be met.
func drawn(random *rand.Rand, n int, minutes float64) (plan.Shift, []plan.Stop) {
	at := func() float64 { return float64(random.IntN(21) * 100) }
	shift := plan.Shift{
		Start: plan.Point{X: at(), Y: at()}, Minutes: minutes,
		MetresPerMinute: float64(60 + random.IntN(60)), MinutesAtStop: float64(random.IntN(8)),
	}
	shift.End = shift.Start
	if random.IntN(2) == 0 {
		shift.End = plan.Point{X: 1000, Y: 1000}
	}
	stops := make([]plan.Stop, n)
	for i := range stops {
		stops[i] = plan.Stop{X: at(), Y: at(), Expected: float64(random.IntN(80)) / 10, Must: random.IntN(4) == 0}
		if random.IntN(3) == 0 {
			stops[i].Before = math.Ceil(minutes * random.Float64())
		}
	}
	return shift, stops
}

// worth is what a round comes to, counted anew.
func worth(round plan.Round, stops []plan.Stop) found {
	f := found{minutes: round.Minutes}
	for _, visit := range round.Visits {
		f.expected += stops[visit.Stop].Expected
		if stops[visit.Stop].Must {
			f.musts++
		}
	}
	return f
}

func TestRoundOfFewStopsIsTheBest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	visits, unmet := 0, 0
	for try := range 1000 {
		n, minutes := try%9, 40+float64(random.IntN(100))
		switch {
		case try%50 == 0:
			n, minutes = 9, 120
		case try%50 == 1:
			n, minutes = 12, 60
		}
		shift, stops := drawn(random, n, minutes)
		if walk(shift, shift.Start, shift.End) > minutes {
			continue
		}
		want := bruteForce(shift, stops)
		round, err := shift.Round(stops)
		if err != nil {
			t.Fatal(err)
		}
		got := worth(round, stops)
		if !round.Exact || better(want, got) || better(got, want) {
			t.Fatalf("%d: got %v (exact: %v), want %v\n%+v\n%+v", try, got, round.Exact, want, shift, stops)
		}
		visits += len(round.Visits)
		unmet += len(round.Left)
	}
	if visits < 1000 || unmet < 100 {
		t.Errorf("%d visits and %d must-visits left: the cases are too plain", visits, unmet)
	}
	t.Logf("%d visits, %d must-visits left", visits, unmet)
}

// shares compares searched rounds with the best ones.
func shares(t *testing.T, tries int, draw func(*rand.Rand) (plan.Shift, []plan.Stop)) []float64 {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	var all []float64
	for try := range tries {
		shift, stops := draw(random)
		best, err := shift.RoundExactUpTo(16, stops)
		searched, also := shift.RoundExactUpTo(0, stops)
		if err != nil || also != nil {
			continue // the end is too far
		}
		a, b := worth(searched, stops), worth(best, stops)
		if !best.Exact || searched.Exact && len(searched.Visits) > 0 || better(a, b) {
			t.Fatalf("%d: searched %v, best %v", try, a, b)
		}
		if a.musts != b.musts {
			t.Logf("%d: searched %v, best %v", try, a, b)
			all = append(all, 0)
			continue
		}
		if b.expected > 0 {
			all = append(all, a.expected/b.expected)
		}
	}
	return all
}

func TestSearchedRoundsAgainstTheBest(t *testing.T) {
	for _, c := range []struct {
		name        string
		tries       int
		least, mean float64
		draw        func(*rand.Rand) (plan.Shift, []plan.Stop)
	}{
		{"up to 12 stops", 600, .8, .995, func(r *rand.Rand) (plan.Shift, []plan.Stop) {
			return drawn(r, 1+r.IntN(12), 60+float64(r.IntN(120)))
		}},
		{"16 stops", 60, .85, .995, func(r *rand.Rand) (plan.Shift, []plan.Stop) {
			return drawn(r, 16, 120+float64(r.IntN(120)))
		}},
		{"16 stops without deadlines", 60, .85, .995, func(r *rand.Rand) (plan.Shift, []plan.Stop) {
			shift, stops := drawn(r, 16, 80+float64(r.IntN(120)))
			for i := range stops {
				stops[i].Must, stops[i].Before = false, 0
			}
			return shift, stops
		}},
	} {
		all := shares(t, c.tries, c.draw)
		least, sum, best := slices.Min(all), 0.0, 0
		for _, share := range all {
			sum += share
			if share > 1-1e-9 {
				best++
			}
		}
		mean := sum / float64(len(all))
		t.Logf("%s: of %d rounds %d are the best; least %.4f of it, mean %.5f", c.name, len(all), best, least, mean)
		if least < c.least || mean < c.mean || len(all) < c.tries/2 {
			t.Errorf("%s: of %d rounds the least has %.3f of the best, the mean %.4f; want %v and %v", c.name, len(all), least, mean, c.least, c.mean)
		}
	}
}

// Over twelve must-visits are put in one by one, so that fewer may be met than could be.
func TestManyMustVisits(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	met, most := 0, 0
	for range 60 {
		shift, stops := drawn(random, 15, 100+float64(random.IntN(120)))
		for i := range stops {
			stops[i].Must = true
		}
		best, err := shift.RoundExactUpTo(16, stops)
		if err != nil {
			continue
		}
		searched, _ := shift.Round(stops)
		a, b := worth(searched, stops), worth(best, stops)
		if better(a, b) {
			t.Fatalf("searched %v, best %v", a, b)
		}
		met, most = met+a.musts, most+b.musts
	}
	t.Logf("%d met of %d that can be", met, most)
	if float64(met) < .98*float64(most) {
		t.Errorf("%d must-visits are met of %d that can be", met, most)
	}
}
