package sample

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

// visit is a pickup with what the classifier and the calendar say of it.
type visit struct {
	data.Pickup
	class geo.Class
	week  int // since the first
}

func (v visit) items() int {
	n := 0
	for _, q := range v.Found {
		n += q.Items
	}
	return n
}

func (v visit) condoms() int { return v.Found[0].Items + v.Found[1].Items }

func visits(t *testing.T, seed uint64) []visit {
	t.Helper()
	scheme, day := testScheme(t), testDate(t, until)
	classifier, err := geo.NewClassifier(Areas(seed))
	if err != nil {
		t.Fatal(err)
	}
	first := scheme.WeekOfDate(day) - weeks
	var out []visit
	for _, p := range Pickups(seed, scheme, day) {
		class := geo.Unlocated
		if p.Point != nil {
			class = classifier.Class(*p.Point)
		}
		out = append(out, visit{p, class, int(scheme.WeekOf(p.At) - first)})
	}
	return out
}

func TestVisitsFillTwoYearsOfWeeks(t *testing.T) {
	perWeek := map[int]int{}
	silent := 0
	for _, v := range visits(t, 1) {
		perWeek[v.week]++
	}
	for week := range weeks {
		switch n := perWeek[week]; {
		case n >= 50 && n <= 75:
			silent++
		case n < 105 || n > 160:
			t.Errorf("week %d has %d visits", week, n)
		}
	}
	if len(perWeek) != weeks || silent != 2 {
		t.Errorf("%d weeks, %d of them with one crew; want %d and 2", len(perWeek), silent, weeks)
	}
}

func TestLastWeekIsTheLastFullOne(t *testing.T) {
	scheme := testScheme(t)
	for _, test := range []struct{ until, last string }{
		{"2026-11-23", "2026-11-11"}, // a Monday
		{"2026-11-24", "2026-11-11"},
		{"2026-11-25", "2026-11-18"}, // a Wednesday: the week before is full
	} {
		first, end := weeksBefore(scheme, testDate(t, test.until))
		if got := scheme.WeekStart(end - 1).String(); got != test.last || end-first != weeks {
			t.Errorf("until %s: the last of %d weeks starts on %s, want %s", test.until, end-first, got, test.last)
		}
	}
}

func TestVisitIsOnARoundOfItsCrew(t *testing.T) {
	scheme := testScheme(t)
	seen := map[data.Key]bool{}
	onPaper, unlocated, unknown := 0, 0, 0
	all := visits(t, 1)
	for i, v := range all {
		local := v.At.At.In(scheme.Location)
		if day := local.Weekday(); day != time.Monday && day != time.Wednesday && day != time.Friday {
			t.Fatalf("%v is on a %v", v.Key, day)
		}
		switch v.At.Precision {
		case data.Day:
			onPaper++
		case data.Instant:
			if local.Hour() < 6 || local.Hour() >= 10 {
				t.Errorf("%v is at %v", v.Key, local)
			}
		default:
			t.Errorf("%v has precision %v", v.Key, v.At.Precision)
		}
		if v.Point == nil {
			unlocated++
		} else if v.AccuracyM == 0 {
			unknown++
		} else if v.AccuracyM < 5 || v.AccuracyM > 30 {
			t.Errorf("%v has an accuracy of %v m", v.Key, v.AccuracyM)
		}
		if seen[v.Key] || v.Place != (geo.Place{}) {
			t.Errorf("%v is there twice or has a place", v.Key)
		}
		seen[v.Key] = true
		if i > 0 && all[i-1].week > v.week {
			t.Errorf("%v stands after a later week", v.Key)
		}
	}
	wantShare(t, "on paper", onPaper, len(all), 0.05, 0.12)
	wantShare(t, "unlocated", unlocated, len(all), 0.004, 0.011)
	wantShare(t, "of unknown accuracy", unknown, len(all), 0.08, 0.2)
}

func wantShare(t *testing.T, what string, n, of int, low, high float64) {
	t.Helper()
	if share := float64(n) / float64(of); share < low || share > high {
		t.Errorf("%.3f are %s, want %v to %v", share, what, low, high)
	}
}

func TestVisitCountsEveryKind(t *testing.T) {
	nothing := 0
	all := visits(t, 1)
	for _, v := range all {
		var ids []string
		for _, q := range v.Found {
			ids = append(ids, q.Kind)
			if q.Items < 0 || q.Items > mostItems {
				t.Errorf("%v found %d of %s", v.Key, q.Items, q.Kind)
			}
		}
		if !slices.Equal(ids, kindIDs[:]) || !slices.IsSorted(ids) {
			t.Fatalf("%v counted %v", v.Key, ids)
		}
		if v.items() == 0 {
			nothing++
		}
	}
	wantShare(t, "visits without a find", nothing, len(all), 0.32, 0.41)
}

func TestEveryVisitIsInTheTown(t *testing.T) {
	for seed := range uint64(10) {
		bound := NewTown(seed).Bound
		n := map[geo.Class]int{}
		all := visits(t, seed)
		for _, v := range all {
			n[v.class]++
			if v.Point != nil && !bound.Contains(v.Point.Orb()) {
				t.Errorf("seed %d: %v is at %v, out of town", seed, v.Key, v.Point.Orb())
			}
		}
		wantShare(t, "managed", n[geo.Managed], len(all), 0.4, 0.55)
		wantShare(t, "non-residential", n[geo.NonResidential], len(all), 0.22, 0.36)
		wantShare(t, "residential", n[geo.Residential], len(all), 0.12, 0.24)
		wantShare(t, "outside", n[geo.Outside], len(all), 0.01, 0.09)
	}
}

func TestItemsAreThoseOfASmallTown(t *testing.T) {
	for seed := range uint64(10) {
		total, needles := 0, 0
		var managed [2]int // by year
		for _, v := range visits(t, seed) {
			total += v.items()
			needles += v.Found[2].Items
			if v.class == geo.Managed {
				managed[v.week/(weeks/2)] += v.items()
			}
		}
		if perPeriod := total * 4 / weeks; perPeriod < 350 || perPeriod > 500 {
			t.Errorf("seed %d has %d items in four weeks", seed, perPeriod)
		}
		wantShare(t, "needles", needles, total, 0.07, 0.16)
		// A fall of 15 % from end to end is one of about 7.5 % year by year.
		wantShare(t, "managed items in the second year", managed[1], managed[0]+managed[1], 0.45, 0.5)
	}
}

func TestFewLocationsHoldMostCondoms(t *testing.T) {
	scheme := testScheme(t)
	for seed := range uint64(5) {
		concentrated := 0
		byPeriod := make([]map[string]int, weeks/4)
		for _, v := range visits(t, seed) {
			if v.Point == nil || v.condoms() == 0 {
				continue
			}
			square, _ := scheme.Grid.Square(*v.Point)
			period := v.week / 4
			if byPeriod[period] == nil {
				byPeriod[period] = map[string]int{}
			}
			byPeriod[period][fmt.Sprint(square, v.class)] += v.condoms()
		}
		for _, locations := range byPeriod {
			if topTenthShare(locations) > 0.5 {
				concentrated++
			}
		}
		if concentrated < weeks/4-6 {
			t.Errorf("seed %d: a tenth of the locations holds half of the condoms in %d of %d periods only",
				seed, concentrated, weeks/4)
		}
	}
}

// topTenthShare is what the busiest tenth, rounded down, holds of the whole.
func topTenthShare(counts map[string]int) float64 {
	var sorted []int
	sum, top := 0, 0
	for _, n := range counts {
		sorted = append(sorted, n)
		sum += n
	}
	slices.Sort(sorted)
	slices.Reverse(sorted)
	for _, n := range sorted[:len(sorted)/10] {
		top += n
	}
	return float64(top) / float64(sum)
}

func TestSpotsEmergeAndFade(t *testing.T) {
	town := NewTown(1)
	if len(town.spots) != 60 {
		t.Errorf("%d spots", len(town.spots))
	}
	for _, s := range town.spots {
		first, tenBefore, last := s.weightAt(0), s.weightAt(weeks-11), s.weightAt(weeks-1)
		switch s.course {
		case emerging:
			if first != 0 || tenBefore != 0 || s.weightAt(weeks-10) == 0 || last != s.weight || s.class != geo.Residential {
				t.Errorf("the emerging spot goes %d, %d, %d", first, tenBefore, last)
			}
		case fading:
			if first != s.weight || last != 0 {
				t.Errorf("the fading spot goes %d to %d", first, last)
			}
		default:
			if first != s.weight || last != s.weight {
				t.Errorf("a steady spot goes %d to %d", first, last)
			}
		}
	}
}
