package geo_test

import (
	"testing"
	"time"

	"commonground/geo"
)

func TestHoursWrapMidnightAndSurviveClockChanges(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	hours := geo.Hours{
		time.Saturday: {{From: 19 * 60, To: 2 * 60}}, // on into Sunday
		time.Monday:   {{From: 9 * 60, To: 12 * 60}, {From: 14 * 60, To: 24 * 60}},
	}
	for _, test := range []struct {
		at   string // UTC
		want geo.HoursAnswer
	}{
		{"2019-05-04T17:59:00Z", geo.OutsideHours}, // Saturday 18:59 in London
		{"2019-05-04T18:00:00Z", geo.WithinHours},
		{"2019-05-05T00:59:00Z", geo.WithinHours}, // Sunday 01:59
		{"2019-05-05T01:00:00Z", geo.OutsideHours},
		{"2019-05-04T00:30:00Z", geo.OutsideHours}, // Saturday 01:30: Friday has no hours
		{"2019-05-06T08:00:00Z", geo.WithinHours},  // Monday 09:00
		{"2019-05-06T11:00:00Z", geo.OutsideHours}, // Monday 12:00
		{"2019-05-06T22:59:00Z", geo.WithinHours},  // Monday 23:59
		{"2019-05-06T23:00:00Z", geo.OutsideHours}, // Tuesday 00:00
		// Clocks went back on Sunday 27 October 2019 at 02:00: 01:30 came twice.
		{"2019-10-27T00:30:00Z", geo.WithinHours},
		{"2019-10-27T01:30:00Z", geo.WithinHours},
		{"2019-10-27T02:00:00Z", geo.OutsideHours},
		// Clocks went forward on Sunday 31 March 2019: 00:59 was followed by 02:00.
		{"2019-03-31T00:59:00Z", geo.WithinHours},
		{"2019-03-31T01:00:00Z", geo.OutsideHours},
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := hours.Answer(at.In(london)); got != test.want {
			t.Errorf("%s (%v): %v, want %v", test.at, at.In(london), got, test.want)
		}
	}
}

func TestLaterVersionReplacesItsOwnSpanOnly(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2019, 1, d, 0, 0, 0, 0, time.UTC) }
	square := area("A", geo.Residential, box(0, 0, 10, 10))
	as := func(class geo.Class) []geo.Area { a := square; a.Class = class; return []geo.Area{a} }
	timeline, err := geo.NewTimeline([]geo.Boundary{
		{Version: 1, From: day(2), Areas: as(geo.Residential)},
		{Version: 2, From: day(5), To: day(8), Areas: as(geo.Managed)},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := geo.Point{Lon: 5, Lat: 5}
	for d, want := range map[int]geo.Place{
		1: {Class: geo.Unclassified},
		2: {Class: geo.Residential, Area: "A", Version: 1},
		4: {Class: geo.Residential, Area: "A", Version: 1},
		5: {Class: geo.Managed, Area: "A", Version: 2},
		7: {Class: geo.Managed, Area: "A", Version: 2},
		8: {Class: geo.Residential, Area: "A", Version: 1},
	} {
		if got := timeline.Place(p, 0, day(d)); got != want {
			t.Errorf("January %d: %+v, want %+v", d, got, want)
		}
	}
	if _, err := timeline.With(geo.Boundary{Version: 2, From: day(1)}); err == nil {
		t.Error("a version there twice was accepted")
	}
	if _, err := timeline.With(geo.Boundary{Version: 3, From: day(1), To: day(1)}); err == nil {
		t.Error("an empty span was accepted")
	}
	if got := timeline.Place(p, 1000, day(2)); !got.NearBoundary {
		t.Error("a fix that reaches outside is not marked")
	}
}
