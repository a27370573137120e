package sample

import (
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

func testIncidents(t *testing.T, seed uint64) (*data.Scheme, []data.Incident) {
	t.Helper()
	scheme := testScheme(t)
	return scheme, Incidents(seed, scheme, testDate(t, until))
}

func TestCallsFillTwoYearsOfWeeks(t *testing.T) {
	scheme, incidents := testIncidents(t, 1)
	perWeek := map[data.Week]int{}
	for i, c := range incidents {
		perWeek[scheme.WeekOf(c.Received)]++
		if i > 0 && c.Received.At.Before(incidents[i-1].Received.At) {
			t.Errorf("%v stands after a later call", c.Key)
		}
	}
	first, end := weeksBefore(scheme, testDate(t, until))
	for week := first; week < end; week++ {
		if n := perWeek[week]; n < 13 || n > 22 {
			t.Errorf("week %v has %d calls", scheme.WeekStart(week), n)
		}
	}
	if len(perWeek) != weeks {
		t.Errorf("calls in %d weeks", len(perWeek))
	}
	if n := len(incidents) * 4 / weeks; n < 64 || n > 76 {
		t.Errorf("%d calls in four weeks", n)
	}
}

func TestCallIsConsistentInItself(t *testing.T) {
	scheme, incidents := testIncidents(t, 1)
	end := scheme.WeekStart(scheme.WeekOfDate(testDate(t, until))).In(scheme.Location)
	seen := map[data.Key]bool{}
	for _, c := range incidents {
		if seen[c.Key] || c.Source != "sample-line" || c.Place != (geo.Place{}) {
			t.Errorf("%v is there twice, or has a place", c.Key)
		}
		seen[c.Key] = true
		if c.Received.Precision != data.Instant || c.Happened.At.After(c.Received.At) {
			t.Errorf("%v happened at %v and was received at %v", c.Key, c.Happened, c.Received)
		}
		if c.Happened.Precision == data.Instant && c.Received.At.Sub(c.Happened.At) > 3*time.Hour {
			t.Errorf("%v was received %v later", c.Key, c.Received.At.Sub(c.Happened.At))
		}
		if !c.Attended.IsZero() && (!c.Attended.At.After(c.Received.At) || !c.Attended.At.Before(end)) {
			t.Errorf("%v was received %v, attended %v", c.Key, c.Received.At, c.Attended.At)
		}
		if (c.Reason != "") != (c.Outcome == notResponded) {
			t.Errorf("%v ended as %s for the reason %q", c.Key, c.Outcome, c.Reason)
		}
		if (c.Category == data.Harm) != (c.Outcome == welfareConcern) {
			t.Errorf("%v is %s and ended as %s", c.Key, c.Category, c.Outcome)
		}
		if (c.Answered == data.Unknown) != (c.Channel != "phone") {
			t.Errorf("%v by %s has the answer %q", c.Key, c.Channel, c.Answered)
		}
	}
}

func TestOutcomesComeInTheirProportions(t *testing.T) {
	for seed := range uint64(5) {
		_, incidents := testIncidents(t, seed)
		n := map[string]int{}
		for _, c := range incidents {
			n[c.Outcome]++
		}
		for _, o := range callOutcomes {
			want := float64(o.calls) / 70
			wantShare(t, o.id, n[o.id], len(incidents), want*0.7-0.006, want*1.3+0.01)
		}
	}
}

func TestCallsComeAtNightAndNearTheManagedArea(t *testing.T) {
	for seed := range uint64(5) {
		scheme, incidents := testIncidents(t, seed)
		town := NewTown(seed)
		classifier, err := geo.NewClassifier(town.Areas)
		if err != nil {
			t.Fatal(err)
		}
		night, days, unlocated, managed, phone := 0, 0, 0, 0, 0
		for _, c := range incidents {
			if hour := c.Received.At.In(scheme.Location).Hour(); hour >= 19 || hour < 3 {
				night++
			}
			if c.Happened.Precision == data.Day {
				days++
			}
			if c.Channel == "phone" {
				phone++
			}
			if c.Point == nil {
				unlocated++
				continue
			}
			if !town.Bound.Contains(c.Point.Orb()) {
				t.Errorf("seed %d: %v is out of town", seed, c.Key)
			}
			if classifier.Class(*c.Point) == geo.Managed {
				managed++
			}
		}
		wantShare(t, "calls at night", night, len(incidents), 0.6, 0.8)
		wantShare(t, "known by the day", days, len(incidents), 0.03, 0.07)
		wantShare(t, "calls by phone", phone, len(incidents), 0.8, 0.95)
		wantShare(t, "unlocated calls", unlocated, len(incidents), 0.025, 0.055)
		wantShare(t, "calls in the managed area", managed, len(incidents), 0.25, 0.4)
	}
}
