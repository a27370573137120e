package geo_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

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

func TestSpansOfHoursAreReadWithTheirEnds(t *testing.T) {
	for text, want := range map[string]geo.Span{
		"19:00-07:00": {From: 19 * 60, To: 7 * 60}, "00:00-24:00": {To: 24 * 60}, "00:00-00:00": {}, "24:00-06:00": {To: 6 * 60},
		" 22:30 - 23:59 ": {From: 22*60 + 30, To: 23*60 + 59}, "12:00-12:00": {From: 720, To: 720},
	} {
		if got, err := geo.ParseSpan(text); err != nil || got != want {
			t.Errorf("%q was read as %v, %v; want %v", text, got, err, want)
		}
	}
}

// permitted lists, minute by minute from Sunday midnight, whether hours permit:
// an oracle that knows nothing of spans once they are drawn.
func permitted(hours geo.Hours) (week [7 * 24 * 60]bool) {
	for day, spans := range hours {
		for _, span := range spans {
			length := (span.To - span.From + 24*60) % (24 * 60)
			if length == 0 {
				length = 24 * 60
			}
			for minute := range length {
				week[(day*24*60+span.From+minute)%len(week)] = true
			}
		}
	}
	return week
}

func TestHoursAreThoseOfTheClockOnTheWall(t *testing.T) {
	zones := map[string]string{ // and a moment at which its clocks change
		"Europe/London": "2019-10-27T01:00:00Z", "America/Havana": "2019-11-03T05:00:00Z", "Australia/Lord_Howe": "2019-10-05T15:30:00Z",
		"Antarctica/Casey": "2018-03-10T17:00:00Z", "Pacific/Apia": "2011-12-30T10:00:00Z", "America/Sao_Paulo": "2018-11-04T03:00:00Z",
	}
	rapid.Check(t, func(t *rapid.T) {
		var hours geo.Hours
		for day := range hours {
			for range rapid.IntRange(0, 2).Draw(t, "spans") {
				span := geo.Span{From: rapid.IntRange(0, 24*60-1).Draw(t, "from"), To: rapid.IntRange(0, 24*60).Draw(t, "to")}
				hours[day] = append(hours[day], span)
			}
		}
		week := permitted(hours)
		name := rapid.SampledFrom([]string{"Europe/London", "America/Havana", "Australia/Lord_Howe", "Antarctica/Casey", "Pacific/Apia", "America/Sao_Paulo"}).Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		changes, _ := time.Parse(time.RFC3339, zones[name])
		at := changes.Add(time.Duration(rapid.IntRange(-9*24*3600, 9*24*3600).Draw(t, "seconds")) * time.Second).In(zone)
		want := geo.OutsideHours
		if week[int(at.Weekday())*24*60+at.Hour()*60+at.Minute()] {
			want = geo.WithinHours
		}
		if got := hours.Answer(at); got != want {
			t.Errorf("%v at %v: %v, want %v", hours, at, got, want)
		}
	})
}
