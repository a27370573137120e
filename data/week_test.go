package data_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
)

// calendar is a scheme of which only weeks and periods count.
func calendar(t testing.TB, first time.Weekday) *data.Scheme {
	t.Helper()
	anchor := mustDate(t, "2019-04-24")
	for anchor.Weekday() != first {
		anchor++
	}
	return &data.Scheme{Location: mustZone(t, "Europe/London"), FirstWeekday: first, PeriodWeeks: 4, Anchor: anchor}
}

func TestWeekOfADayStartsWhereTheSchemeSays(t *testing.T) {
	for _, test := range []struct {
		name  string
		first time.Weekday
		day   string
		start string
	}{
		{"the first day", time.Wednesday, "2019-04-24", "2019-04-24"},
		{"the last day", time.Wednesday, "2019-04-30", "2019-04-24"},
		{"the day before", time.Wednesday, "2019-04-23", "2019-04-17"},
		{"over the end of a year", time.Wednesday, "2020-01-03", "2020-01-01"},
		{"over the end of a year, the old one's", time.Wednesday, "2018-12-31", "2018-12-26"},
		{"over a leap day", time.Wednesday, "2020-03-02", "2020-02-26"},
		{"weeks from Monday", time.Monday, "2019-04-24", "2019-04-22"},
		{"weeks from Monday, a Sunday", time.Monday, "2020-01-05", "2019-12-30"},
		{"weeks from Sunday", time.Sunday, "2020-01-05", "2020-01-05"},
		{"1 January 1970", time.Wednesday, "1970-01-01", "1969-12-31"},
		{"before 1970", time.Wednesday, "1969-12-30", "1969-12-24"},
		{"before 1970, weeks from Monday", time.Monday, "1969-12-28", "1969-12-22"},
		{"long before 1970", time.Monday, "1950-01-01", "1949-12-26"},
		{"weeks from Thursday, 1 January 1970", time.Thursday, "1970-01-01", "1970-01-01"},
		{"weeks from Friday, 1 January 1970", time.Friday, "1970-01-01", "1969-12-26"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := calendar(t, test.first)
			if got := s.WeekStart(s.WeekOfDate(mustDate(t, test.day))); got.String() != test.start {
				t.Errorf("the week of %s starts on %v, want %s", test.day, got, test.start)
			}
		})
	}
}

func TestWeekZeroHolds1January1970(t *testing.T) {
	for first := time.Sunday; first <= time.Saturday; first++ {
		if week := calendar(t, first).WeekOfDate(0); week != 0 {
			t.Errorf("with weeks from %v it is in week %d", first, week)
		}
	}
}

func TestEveryDayIsInOneWeek(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := calendar(t, time.Weekday(rapid.IntRange(0, 6).Draw(rt, "first")))
		day := data.Date(rapid.Int32Range(-100_000, 100_000).Draw(rt, "day"))
		week := s.WeekOfDate(day)
		start, next := s.WeekStart(week), s.WeekStart(week+1)
		if day < start || day >= next || next != start+7 || start.Weekday() != s.FirstWeekday {
			rt.Errorf("%v is in the week from %v, a %v, to %v", day, start, start.Weekday(), next)
		}
	})
}

func TestWeekOfATimeGoesByTheClockOnTheWall(t *testing.T) {
	s := calendar(t, time.Wednesday)
	at := func(text string) data.When {
		instant, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return data.InstantOf(instant)
	}
	for _, test := range []struct {
		name string
		when data.When
		week string
	}{
		{"half an hour before midnight in London, in winter", at("2019-01-15T23:30:00Z"), "2019-01-09"},
		{"the same in UTC in summer is the next day in London", at("2019-04-23T23:30:00Z"), "2019-04-24"},
		{"just before that midnight", at("2019-04-23T22:59:59Z"), "2019-04-17"},
		{"an hour before the end of the week in which clocks go back", at("2019-10-29T23:30:00Z"), "2019-10-23"},
		{"the end of the week in which clocks go forward", at("2019-04-02T23:30:00Z"), "2019-04-03"},
		{"a day", data.DayOf(mustDate(t, "2019-04-24"), s.Location), "2019-04-24"},
		{"a day in summer, whose start is the day before in UTC", data.DayOf(mustDate(t, "2019-07-03"), s.Location), "2019-07-03"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := s.WeekStart(s.WeekOf(test.when)); got.String() != test.week {
				t.Errorf("%s is in the week from %v, want %s", test.when.Text(s.Location), got, test.week)
			}
		})
	}
	if week := s.WeekOf(data.MonthOf(2019, time.April, s.Location)); week != data.Undated {
		t.Errorf("a month is in week %d", week)
	}
}

func TestWeekHasSevenDaysOfItsHours(t *testing.T) {
	s := calendar(t, time.Wednesday)
	hours := map[string]int{"2019-04-24": 168, "2019-03-27": 167, "2019-10-23": 169}
	for day, want := range hours {
		week, n := s.WeekOfDate(mustDate(t, day)), 0
		for at := s.WeekStart(week - 1).In(s.Location); at.Before(s.WeekStart(week + 2).In(s.Location)); at = at.Add(time.Hour) {
			if s.WeekOf(data.InstantOf(at)) == week {
				n++
			}
		}
		if n != want {
			t.Errorf("the week of %s has %d hours, want %d", day, n, want)
		}
	}
}

func TestParseWeeks(t *testing.T) {
	s := calendar(t, time.Wednesday)
	weeks, err := s.ParseWeeks("2019-04-24/2019-05-22")
	if err != nil {
		t.Fatal(err)
	}
	if weeks.To-weeks.From != 4 || s.WeekStart(weeks.From).String() != "2019-04-24" || s.WeekStart(weeks.To).String() != "2019-05-22" {
		t.Errorf("read %v to %v", s.WeekStart(weeks.From), s.WeekStart(weeks.To))
	}
	for _, test := range []struct{ name, text, reason string }{
		{"nothing", "", "write two dates"},
		{"one date", "2019-04-24", "write two dates"},
		{"another separator", "2019-04-24-2019-05-22", "write two dates"},
		{"three dates", "2019-04-24/2019-05-22/2019-06-19", "is no date"},
		{"no date", "2019-04-24/2019-05-3x", "is no date"},
		{"a day that never was", "2019-02-30/2019-05-22", "is no date"},
		{"a first date in the middle of a week", "2019-04-25/2019-05-22", "is a Thursday; weeks here start on Wednesday, the one that holds it on 2019-04-24"},
		{"a second date in the middle of a week", "2019-04-24/2019-05-21", "the one that holds it on 2019-05-15"},
		{"the wrong way round", "2019-05-22/2019-04-24", "must be after the first"},
		{"no week at all", "2019-04-24/2019-04-24", "must be after the first"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if weeks, err := s.ParseWeeks(test.text); err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, %v; want %q", weeks, err, test.reason)
			}
		})
	}
}

func TestWeekRangeIsHalfOpenAndTheZeroOneHoldsEverything(t *testing.T) {
	weeks := data.WeekRange{From: -1, To: 2}
	for week, want := range map[data.Week]bool{-2: false, -1: true, 0: true, 1: true, 2: false, data.Undated: false} {
		if weeks.Holds(week) != want {
			t.Errorf("week %d: %v", week, !want)
		}
		if !(data.WeekRange{}).Holds(week) {
			t.Errorf("the zero range does not hold %d", week)
		}
	}
}

func TestPeriodOfAWeek(t *testing.T) {
	s := calendar(t, time.Wednesday)
	for _, test := range []struct{ name, day, period string }{
		{"the anchor", "2019-04-24", "2019-04-24"},
		{"the last week of its period", "2019-05-21", "2019-04-24"},
		{"the next period", "2019-05-22", "2019-05-22"},
		{"the week before the anchor", "2019-04-23", "2019-03-27"},
		{"a whole period before", "2019-03-27", "2019-03-27"},
		{"a year before, from the first day", "2018-04-25", "2018-04-25"},
		{"before 1970", "1969-12-25", "1969-12-10"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := s.WeekStart(s.PeriodOf(s.WeekOfDate(mustDate(t, test.day)))); got.String() != test.period {
				t.Errorf("the period of %s starts on %v, want %s", test.day, got, test.period)
			}
		})
	}
}

func TestEveryWeekIsInOnePeriod(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := calendar(t, time.Wednesday)
		s.PeriodWeeks = rapid.IntRange(1, 53).Draw(rt, "length")
		week := data.Week(rapid.Int32Range(-5000, 5000).Draw(rt, "week"))
		first := s.PeriodOf(week)
		length := data.Week(s.PeriodWeeks)
		if week < first || week >= first+length || s.PeriodOf(first) != first || s.PeriodOf(first+length) != first+length ||
			(first-s.WeekOfDate(s.Anchor))%length != 0 {
			rt.Errorf("week %d is in the period of %d weeks from %d", week, length, first)
		}
	})
}
