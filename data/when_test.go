package data_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
)

func TestWallClock(t *testing.T) {
	for _, test := range []struct {
		name, zone, wall string
		want             string // RFC 3339; empty for refused
		ambiguous        bool
	}{
		{"in winter", "Europe/London", "2019-01-15 09:15:00", "2019-01-15T09:15:00Z", false},
		{"in summer", "Europe/London", "2019-04-24 09:15:00", "2019-04-24T09:15:00+01:00", false},
		{"the last second before clocks go forward", "Europe/London", "2019-03-31 00:59:59", "2019-03-31T00:59:59Z", false},
		{"the first time that never was", "Europe/London", "2019-03-31 01:00:00", "", false},
		{"the last time that never was", "Europe/London", "2019-03-31 01:59:59", "", false},
		{"just after clocks went forward", "Europe/London", "2019-03-31 02:00:00", "2019-03-31T02:00:00+01:00", false},
		{"the last second before the hour that comes twice", "Europe/London", "2019-10-27 00:59:59", "2019-10-27T00:59:59+01:00", false},
		{"the start of the hour that comes twice", "Europe/London", "2019-10-27 01:00:00", "2019-10-27T01:00:00+01:00", true},
		{"in the hour that comes twice", "Europe/London", "2019-10-27 01:30:00", "2019-10-27T01:30:00+01:00", true},
		{"just after the hour that came twice", "Europe/London", "2019-10-27 02:00:00", "2019-10-27T02:00:00Z", false},
		{"a midnight that was skipped", "America/Sao_Paulo", "2018-11-04 00:00:00", "", false},
		{"after a skipped midnight", "America/Sao_Paulo", "2018-11-04 01:00:00", "2018-11-04T01:00:00-02:00", false},
		{"a midnight that happened twice", "America/Havana", "2019-11-03 00:00:00", "2019-11-03T00:00:00-04:00", true},
		{"an evening hour that came twice", "America/Sao_Paulo", "2018-02-17 23:30:00", "2018-02-17T23:30:00-02:00", true},
		{"a change of half an hour, twice", "Australia/Lord_Howe", "2019-04-07 01:45:00", "2019-04-07T01:45:00+11:00", true},
		{"a change of half an hour, never", "Australia/Lord_Howe", "2019-10-06 02:15:00", "", false},
		{"in three hours that came twice", "Antarctica/Casey", "2018-03-11 01:30:00", "2018-03-11T01:30:00+11:00", true},
		{"before three hours that came twice", "Antarctica/Casey", "2018-03-11 00:59:59", "2018-03-11T00:59:59+11:00", false},
		{"in three hours that never were", "Antarctica/Casey", "2016-10-22 02:59:59", "", false},
		{"after three hours that never were", "Antarctica/Casey", "2016-10-22 03:00:00", "2016-10-22T03:00:00+11:00", false},
		{"in a day that was left out", "Pacific/Apia", "2011-12-30 12:00:00", "", false},
		{"at the end of the day before it", "Pacific/Apia", "2011-12-29 23:59:59", "2011-12-29T23:59:59-10:00", false},
		{"at the start of the day after it", "Pacific/Apia", "2011-12-31 00:00:00", "2011-12-31T00:00:00+14:00", false},
		{"far east of Greenwich", "Pacific/Kiritimati", "2019-04-24 09:15:00", "2019-04-24T09:15:00+14:00", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			wall, err := time.Parse(time.DateTime, test.wall)
			if err != nil {
				t.Fatal(err)
			}
			when, err := data.WallClock(wall, mustZone(t, test.zone))
			if test.want == "" {
				if err == nil || !strings.Contains(err.Error(), "never happened") {
					t.Fatalf("got %v, %v; want it refused", when, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := when.Text(mustZone(t, test.zone)); got != test.want || when.Ambiguous != test.ambiguous || when.Precision != data.Instant {
				t.Errorf("got %s, ambiguous %v, a %v", got, when.Ambiguous, when.Precision)
			}
		})
	}
}

func TestWallClockLooksOnlyAtDateAndClock(t *testing.T) {
	london := mustZone(t, "Europe/London")
	for _, zone := range zones {
		wall := time.Date(2019, 7, 1, 12, 0, 0, 0, mustZone(t, zone))
		when, err := data.WallClock(wall, london)
		if err != nil || when.Text(london) != "2019-07-01T12:00:00+01:00" {
			t.Errorf("noon in %s became %s, %v", zone, when.Text(london), err)
		}
	}
}

func TestClockOfEveryInstantLeadsBackToIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		location, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		// Around the clock changes as often as elsewhere.
		at := time.Unix(rapid.Int64Range(315532800, 2082758400).Draw(t, "at"), 0)
		if _, end := at.In(location).ZoneBounds(); rapid.Bool().Draw(t, "near") && !end.IsZero() {
			at = end.Add(time.Duration(rapid.Int64Range(-7200, 7200).Draw(t, "seconds")) * time.Second)
		}
		when, err := data.WallClock(at.In(location), location)
		if err != nil {
			t.Fatalf("%v was refused: %v", at.In(location), err)
		}
		switch {
		case when.At.Equal(at):
		case !when.Ambiguous:
			t.Errorf("the clock of %v leads to %v", at.In(location), when.At)
		case !when.At.Before(at):
			t.Errorf("of %v and %v, the later was taken", at.In(location), when.At)
		}
	})
}

func TestTextSaysNoMoreThanIsKnown(t *testing.T) {
	london := mustZone(t, "Europe/London")
	for _, test := range []struct {
		when data.When
		want string
	}{
		{data.InstantOf(time.Date(2019, 4, 24, 8, 15, 0, 0, time.UTC)), "2019-04-24T09:15:00+01:00"},
		{data.DayOf(mustDate(t, "2019-04-24"), london), "2019-04-24"},
		{data.MonthOf(2019, time.April, london), "2019-04"},
		{data.When{}, ""},
	} {
		if got := test.when.Text(london); got != test.want {
			t.Errorf("%+v is written %q, want %q", test.when, got, test.want)
		}
	}
}

func TestDayAndMonthBeginWithTheirFirstInstant(t *testing.T) {
	for zone, want := range map[string]string{"Europe/London": "2018-11-01T00:00:00Z", "America/Sao_Paulo": "2018-11-01T00:00:00-03:00"} {
		location := mustZone(t, zone)
		month := data.MonthOf(2018, time.November, location)
		if got := month.At.In(location).Format(time.RFC3339); got != want || month.Precision != data.Month {
			t.Errorf("November begins at %s in %s, want %s", got, zone, want)
		}
	}
	saoPaulo := mustZone(t, "America/Sao_Paulo")
	if day := data.DayOf(mustDate(t, "2018-11-04"), saoPaulo); day.Text(saoPaulo) != "2018-11-04" || day.Precision != data.Day {
		t.Errorf("a day without midnight is %s", day.Text(saoPaulo))
	}
}

func TestInstantIsKeptToTheMillisecond(t *testing.T) {
	at := time.Date(2019, 4, 24, 9, 15, 0, 123_999_999, time.UTC)
	if got := data.InstantOf(at).At.Nanosecond(); got != 123_000_000 {
		t.Errorf("kept %d nanoseconds", got)
	}
	when, err := data.WallClock(at, time.UTC)
	if err != nil || when.At.Nanosecond() != 123_000_000 {
		t.Errorf("by the wall clock kept %d nanoseconds, %v", when.At.Nanosecond(), err)
	}
}

func TestTimesAreEqualOnlyInEveryPart(t *testing.T) {
	at := time.Date(2019, 4, 24, 0, 0, 0, 0, time.UTC)
	one := data.InstantOf(at)
	if !one.Equal(data.InstantOf(at.In(mustZone(t, "Asia/Tehran")))) {
		t.Error("the same instant told in another zone is another time")
	}
	ambiguous := one
	ambiguous.Ambiguous = true
	for _, other := range []data.When{ambiguous, data.DayOf(data.DateOf(at), time.UTC), data.InstantOf(at.Add(time.Millisecond)), {}} {
		if one.Equal(other) {
			t.Errorf("%+v equals %+v", one, other)
		}
	}
	if (data.When{}).IsZero() == false || one.IsZero() {
		t.Error("IsZero is wrong")
	}
}

func TestPrecisionHasAName(t *testing.T) {
	for precision, want := range map[data.Precision]string{
		data.Instant: "instant", data.Day: "day", data.Month: "month", 9: "Precision(9)",
	} {
		if got := precision.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
