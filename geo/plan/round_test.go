package plan_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/plan"
)

func drawStop(minutes float64) *rapid.Generator[plan.Stop] {
	return rapid.Custom(func(t *rapid.T) plan.Stop {
		stop := plan.Stop{
			X: rapid.Float64Range(-2000, 2000).Draw(t, "x"), Y: rapid.Float64Range(-2000, 2000).Draw(t, "y"),
			// In whole millionths, as rounds are compared.
			Expected: float64(rapid.IntRange(0, 20_000_000).Draw(t, "expected")) / 1e6, Must: rapid.IntRange(0, 5).Draw(t, "must") == 0,
		}
		if rapid.IntRange(0, 2).Draw(t, "deadline") == 0 {
			stop.Before = rapid.Float64Range(0, minutes).Draw(t, "before")
		}
		return stop
	})
}

// Whatever the stops, the round keeps to time and deadlines, comes to no stop twice, says of
// each must-visit that it is left why, and tells its sums.
func TestRoundKeepsToItsShift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shift := plan.Shift{
			End:     plan.Point{X: rapid.Float64Range(-1000, 1000).Draw(t, "end")},
			Minutes: rapid.Float64Range(30, 400).Draw(t, "minutes"), MetresPerMinute: rapid.Float64Range(50, 120).Draw(t, "speed"),
			MinutesAtStop: rapid.Float64Range(0, 15).Draw(t, "stay"), Detour: rapid.SampledFrom([]float64{0, 1, 1.5}).Draw(t, "detour"),
		}
		stops := rapid.SliceOfN(drawStop(shift.Minutes), 0, 40).Draw(t, "stops")
		given := slices.Clone(stops)
		round, err := shift.Round(stops)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := shift.Round(stops); !slices.Equal(again.Visits, round.Visits) || !slices.Equal(given, stops) {
			t.Fatal("the same gives another round, or the stops were changed")
		}
		keeps(t, shift, stops, round)
		tells(t, stops, round)
	})
}

// keeps walks the round.
func keeps(t *rapid.T, shift plan.Shift, stops []plan.Stop, round plan.Round) {
	at, minutes, metres, expected := shift.Start, 0.0, 0.0, 0.0
	for _, visit := range round.Visits {
		stop := stops[visit.Stop]
		to := plan.Point{X: stop.X, Y: stop.Y}
		minutes += walk(shift, at, to)
		metres += visit.Metres
		if math.Abs(visit.Arrive-minutes) > 1e-6 || math.Abs(visit.Metres/shift.MetresPerMinute-walk(shift, at, to)) > 1e-4 {
			t.Fatalf("%+v, and it is reached after %v minutes", visit, minutes)
		}
		if stop.Before > 0 && minutes > stop.Before+slack {
			t.Fatalf("stop %d is reached after %v minutes, not within %v", visit.Stop, minutes, stop.Before)
		}
		minutes, expected, at = minutes+math.Ceil(shift.MinutesAtStop*60_000)/60_000, expected+stop.Expected, to
	}
	back := walk(shift, at, shift.End)
	if minutes += back; minutes > shift.Minutes+slack || math.Abs(minutes-round.Minutes) > 1e-6 {
		t.Fatalf("it takes %v minutes, says %v, and has %v", minutes, round.Minutes, shift.Minutes)
	}
	if math.Abs(round.Metres-metres-back*shift.MetresPerMinute) > .01 || math.Abs(round.Expected-expected) > 1e-9 {
		t.Fatalf("%v metres and %v items, says %v and %v", metres+back*shift.MetresPerMinute, expected, round.Metres, round.Expected)
	}
}

func tells(t *rapid.T, stops []plan.Stop, round plan.Round) {
	seen := make([]int, len(stops))
	for _, visit := range round.Visits {
		seen[visit.Stop]++
	}
	for k, left := range round.Left {
		if seen[left.Stop] += 2; left.Why == "" || !stops[left.Stop].Must || k > 0 && round.Left[k-1].Stop >= left.Stop {
			t.Fatalf("left are %+v", round.Left)
		}
	}
	for i, stop := range stops {
		if seen[i] > 2 || seen[i] == 0 && stop.Must || seen[i] == 2 && !stop.Must {
			t.Fatalf("stop %d, %+v: visits %+v, left %+v", i, stop, round.Visits, round.Left)
		}
	}
}

// A shift of an hour, at 100 metres a minute and 10 minutes a stop.
var anHour = plan.Shift{Minutes: 60, MetresPerMinute: 100, MinutesAtStop: 10, Detour: 1}

func TestMustVisitsThatAreLeftSayWhy(t *testing.T) {
	for _, c := range []struct {
		name  string
		stops []plan.Stop
		why   string
	}{
		{"too far for its deadline", []plan.Stop{{X: 2000, Must: true, Before: 15}}, "the way there takes 20.0 minutes, and it must be reached within 15.0"},
		{"too far for the shift", []plan.Stop{{X: 2600, Must: true}}, "to go there, stay and go on to the end takes 62.0 minutes, and the shift has 60.0"},
		{"too far for both", []plan.Stop{{X: 2600, Must: true, Before: 5}}, "to go there, stay and go on to the end takes 62.0 minutes, and the shift has 60.0"},
		{"not beside another", []plan.Stop{{X: 1500, Must: true, Before: 15}, {X: -1500, Must: true, Before: 15, Expected: 1}}, "there is time for it alone, but not beside the others that must be visited"},
	} {
		round, err := anHour.Round(c.stops)
		if err != nil || len(round.Left) != 1 || round.Left[0] != (plan.Left{Stop: 0, Why: c.why}) {
			t.Errorf("%s: %+v, %v", c.name, round.Left, err)
		}
	}
}

func TestMustVisitsThatWereNotFoundToFit(t *testing.T) {
	stops := make([]plan.Stop, 13)
	for i := range stops {
		stops[i] = plan.Stop{X: float64(i), Must: true}
	}
	round, err := anHour.Round(stops)
	if err != nil || len(round.Visits) != 5 || len(round.Left) != 8 || !strings.Contains(round.Left[0].Why, "no round was found") {
		t.Errorf("%+v, %v", round, err)
	}
}

func TestRoundAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		name  string
		stops []plan.Stop
		want  []int
	}{
		{"no stops", nil, nil},
		{"just in time for the end", []plan.Stop{{X: 2500, Expected: 1}}, []int{0}},
		{"a metre too far", []plan.Stop{{X: 2501, Expected: 1}}, nil},
		{"just before its deadline", []plan.Stop{{X: 1000, Expected: 1, Before: 10}}, []int{0}},
		{"a metre too far for it", []plan.Stop{{X: 1001, Expected: 1, Before: 10}}, nil},
		{"nothing expected", []plan.Stop{{X: 100}}, nil},
		{"nothing expected, but it must be", []plan.Stop{{X: 100, Must: true}}, []int{0}},
		{"a must-visit before more items", []plan.Stop{{X: 2000, Expected: 1, Must: true}, {X: -2000, Expected: 90}}, []int{0}},
		{"the deadline before the nearer one", []plan.Stop{{X: 100, Expected: 1}, {X: 1000, Expected: 1, Before: 10.5}}, []int{1, 0}},
		{"all at one place", []plan.Stop{{Expected: 1}, {Expected: 1}, {Expected: 1}}, []int{0, 1, 2}},
	} {
		round, err := anHour.Round(c.stops)
		var got []int
		for _, visit := range round.Visits {
			got = append(got, visit.Stop)
		}
		if c.name == "all at one place" {
			slices.Sort(got)
		}
		if err != nil || !slices.Equal(got, c.want) || !round.Exact {
			t.Errorf("%s: visits %v, want %v (%v)", c.name, got, c.want, err)
		}
	}
}

func TestShiftsThatCantBe(t *testing.T) {
	with := func(change func(*plan.Shift)) plan.Shift {
		s := anHour
		change(&s)
		return s
	}
	for _, c := range []struct {
		shift plan.Shift
		stops []plan.Stop
		says  string
	}{
		{plan.Shift{}, nil, "a shift of 0 minutes"},
		{with(func(s *plan.Shift) { s.Minutes = 1441 }), nil, "up to 1,440"},
		{with(func(s *plan.Shift) { s.Minutes = math.NaN() }), nil, "a shift of NaN minutes"},
		{with(func(s *plan.Shift) { s.MetresPerMinute = 0 }), nil, "walks 0 metres"},
		{with(func(s *plan.Shift) { s.MetresPerMinute = math.Inf(1) }), nil, "walks +Inf metres"},
		{with(func(s *plan.Shift) { s.MinutesAtStop = -1 }), nil, "-1 minutes at each stop"},
		{with(func(s *plan.Shift) { s.Detour = .9 }), nil, "0.9 times as long"},
		{with(func(s *plan.Shift) { s.Start.X = math.NaN() }), nil, "no place in metres"},
		{with(func(s *plan.Shift) { s.End.X = 6001 }), nil, "the way from the start to the end takes 60.1 minutes, and the shift has 60.0"},
		{anHour, []plan.Stop{{}, {X: math.Inf(1)}}, "stop 1 is at +Inf, 0"},
		{anHour, []plan.Stop{{Expected: -1}}, "stop 0 expects -1 items"},
		{anHour, []plan.Stop{{Before: -1}}, "stop 0 is to be reached within -1 minutes"},
		{anHour, slices.Repeat([]plan.Stop{{Expected: 1}}, 1001), "1001 stops are in reach of the shift, and 1000 can be looked at"},
	} {
		if _, err := c.shift.Round(c.stops); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, want %q", err, c.says)
		}
	}
}

// Any order of the stops comes to the same, and so does a longer shift or a stop more, or to more.
func TestMoreTimeIsNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stops := rapid.SliceOfN(drawStop(60), 1, 8).Draw(t, "stops")
		first, _ := anHour.Round(stops)
		other := rapid.Permutation(stops).Draw(t, "order")
		second, _ := anHour.Round(other)
		if a, b := worth(first, stops), worth(second, other); better(a, b) || better(b, a) {
			t.Fatalf("in one order %v, in another %v", a, b)
		}
		longer := anHour
		longer.Minutes += rapid.Float64Range(0, 60).Draw(t, "more")
		if third, _ := longer.Round(stops); better(worth(first, stops), worth(third, stops)) {
			t.Fatalf("%v, and in more time %v", worth(first, stops), worth(third, stops))
		}
		fewer := stops[1:]
		if fourth, _ := anHour.Round(fewer); better(worth(fourth, fewer), worth(first, stops)) {
			t.Fatalf("%v, and of fewer stops %v", worth(first, stops), worth(fourth, fewer))
		}
	})
}
