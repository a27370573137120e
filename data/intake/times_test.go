package intake_test

import (
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
)

func london(t testing.TB) *time.Location {
	t.Helper()
	location, err := time.LoadLocation("Europe/London")
	check(t, err)
	return location
}

func TestParseTime(t *testing.T) {
	const either, dmy, mdy = intake.OrderUnknown, intake.DayFirst, intake.MonthFirst
	for _, test := range []struct {
		text      string
		order     intake.DateOrder
		want      string
		precision data.Precision
	}{
		// With an offset of their own.
		{"2019-04-24T09:15:00Z", either, "2019-04-24T10:15:00+01:00", data.Instant},
		{"2019-04-24T09:15:00+02:00", either, "2019-04-24T08:15:00+01:00", data.Instant},
		{"2019-04-24T09:15:00.125-05:00", either, "2019-04-24T15:15:00+01:00", data.Instant},
		{"2019-04-24 09:15:00+00:00", either, "2019-04-24T10:15:00+01:00", data.Instant},
		{"2019-04-24T09:15Z", either, "2019-04-24T10:15:00+01:00", data.Instant},
		// By the clock on the wall, year first.
		{"2019-04-24", either, "2019-04-24", data.Day},
		{"  2019-04-24  ", either, "2019-04-24", data.Day},
		{"2019/4/24", either, "2019-04-24", data.Day},
		{"20190424", either, "2019-04-24", data.Day},
		{"2019-04-24T09:15", either, "2019-04-24T09:15:00+01:00", data.Instant},
		{"2019-04-24 09:15:30", either, "2019-04-24T09:15:30+01:00", data.Instant},
		{"2019-01-24 9:15", either, "2019-01-24T09:15:00Z", data.Instant},
		{"2019-04-24 9:15 PM", either, "2019-04-24T21:15:00+01:00", data.Instant},
		{"2019-04-24 12:15:00 AM", either, "2019-04-24T00:15:00+01:00", data.Instant},
		{"2019-10-27 01:30", either, "2019-10-27T01:30:00+01:00", data.Instant},
		// With the month in letters.
		{"24-Apr-2019", either, "2019-04-24", data.Day},
		{"24 Apr 2019", either, "2019-04-24", data.Day},
		{"24 April 2019 09:15", either, "2019-04-24T09:15:00+01:00", data.Instant},
		{"24-Apr-19", either, "2019-04-24", data.Day},
		// Months.
		{"2019-04", either, "2019-04", data.Month},
		{"Feb-25", either, "2025-02", data.Month},
		{"Feb 2025", either, "2025-02", data.Month},
		{"February 2025", either, "2025-02", data.Month},
		{"04/2019", dmy, "2019-04", data.Month},
		{"04/2019", mdy, "2019-04", data.Month},
		// A month and a year have one meaning in any order.
		{"04/2019", either, "2019-04", data.Month},
		// Day or month first.
		{"24/04/2019", dmy, "2019-04-24", data.Day},
		{"3/4/2019", dmy, "2019-04-03", data.Day},
		{"3/4/2019", mdy, "2019-03-04", data.Day},
		{"03/04/19 09:15", dmy, "2019-04-03T09:15:00+01:00", data.Instant},
		{"03.04.2019", dmy, "2019-04-03", data.Day},
		{"03-04-2019", mdy, "2019-03-04", data.Day},
		{"05/15/2015 02:40:00 PM", mdy, "2015-05-15T14:40:00+01:00", data.Instant},
		{"05/15/2015 12:00:00 AM", mdy, "2015-05-15T00:00:00+01:00", data.Instant},
		// Days since the end of 1899, as spreadsheets count.
		{"43579", either, "2019-04-24", data.Day},
		{"43579.0", either, "2019-04-24", data.Day},
		{"43579.5", either, "2019-04-24T12:00:00+01:00", data.Instant},
		{"43579.385416666664", either, "2019-04-24T09:15:00+01:00", data.Instant},
		{"43579.9999999", either, "2019-04-25T00:00:00+01:00", data.Instant},
		{"20000", either, "1954-10-03", data.Day},
		{"79999", either, "2119-01-10", data.Day},
	} {
		when, err := intake.ParseTime(test.text, test.order, london(t))
		if err != nil {
			t.Errorf("%q, %q: %v", test.text, test.order, err)
			continue
		}
		if got := when.Text(london(t)); got != test.want || when.Precision != test.precision {
			t.Errorf("%q, %q is %s, a %v; want %s, a %v", test.text, test.order, got, when.Precision, test.want, test.precision)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for _, test := range []struct {
		name, text string
		order      intake.DateOrder
		reason     string
	}{
		{"day or month first, not known", "03/04/2019", intake.OrderUnknown, "--dates"},
		{"day or month first, with a time", "3/4/19 9:15 PM", intake.OrderUnknown, "--dates"},
		{"a thirteenth month", "24/04/2019", intake.MonthFirst, "is no time"},
		{"a month's 32nd day", "32/04/2019", intake.DayFirst, "is no time"},
		{"a day that never was", "2019-02-29", intake.OrderUnknown, "is no time"},
		{"an hour that never was", "2019-03-31 01:30", intake.OrderUnknown, "never happened"},
		{"an hour that never was, from a spreadsheet", "43555.0625", intake.OrderUnknown, "never happened"},
		{"a year", "2019", intake.OrderUnknown, "is no time"},
		{"a serial number too small", "19999", intake.OrderUnknown, "is no time"},
		{"a serial number too large", "80000", intake.OrderUnknown, "is no time"},
		{"not a number", "NaN", intake.OrderUnknown, "is no time"},
		{"infinite", "Inf", intake.OrderUnknown, "is no time"},
		{"words", "last Tuesday", intake.OrderUnknown, "is no time"},
		{"nothing", "", intake.OrderUnknown, "is no time"},
		{"an hour too many", "2019-04-24 25:00", intake.OrderUnknown, "is no time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			when, err := intake.ParseTime(test.text, test.order, london(t))
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("%q is %s, %v; want %q", test.text, when.Text(london(t)), err, test.reason)
			}
		})
	}
}

func TestTimeThatHappenedTwiceIsTheFirst(t *testing.T) {
	when, err := intake.ParseTime("2019-10-27 01:30", intake.OrderUnknown, london(t))
	if err != nil || !when.Ambiguous {
		t.Errorf("got %+v, %v", when, err)
	}
	told, err := intake.ParseTime("2019-10-27T01:30:00Z", intake.OrderUnknown, london(t))
	if err != nil || told.Ambiguous || !told.At.Equal(when.At.Add(time.Hour)) {
		t.Errorf("with its offset it is %+v, %v", told, err)
	}
}

func TestOrderOfDayAndMonthIsFoundOutFromTheFile(t *testing.T) {
	for _, test := range []struct {
		name    string
		dates   []string
		options intake.DateOrder
		first   string // the first row's date; empty for refused
	}{
		{"a day over 12 stands first", []string{"03/04/2019", "24/04/2019"}, "", "2019-04-03"},
		{"a day over 12 stands second", []string{"03/04/2019", "04/24/2019"}, "", "2019-03-04"},
		{"points are the day first", []string{"03.04.2019"}, "", "2019-04-03"},
		{"none over 12", []string{"03/04/2019", "05/06/2019"}, "", ""},
		{"they contradict each other", []string{"03/04/2019", "24/04/2019", "04/24/2019"}, "", ""},
		{"none over 12, but it was said", []string{"03/04/2019"}, intake.MonthFirst, "2019-03-04"},
		{"what was said counts more than the file", []string{"03/04/2019", "24/04/2019"}, intake.MonthFirst, "2019-03-04"},
		{"other dates tell nothing", []string{"03/04/2019", "2019-04-24", "rubbish"}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			file := "date,lon,lat,needle\n"
			for _, date := range test.dates {
				file += date + ",-1.55,53.79,1\n"
			}
			s := w.pickups(file, intake.Options{Dates: test.options})
			if test.first == "" {
				if len(s.refusals) == 0 || s.refusals[0].Row != 2 || s.refusals[0].Field != "date" || !strings.Contains(s.refusals[0].Reason, "--dates") {
					t.Errorf("refusals %v", s.refusals)
				}
				return
			}
			var days []string
			for _, p := range w.storedPickups() {
				days = append(days, p.At.Text(london(t)))
			}
			if len(days) == 0 || !strings.Contains(strings.Join(days, " "), test.first) {
				t.Errorf("stored %v, want %s among them", days, test.first)
			}
		})
	}
}

func TestDayThatACalendarSkippedIsRefused(t *testing.T) {
	apia, err := time.LoadLocation("Pacific/Apia") // Samoa crossed the date line on 29 December 2011
	check(t, err)
	for text, want := range map[string]string{"2011-12-29": "2011-12-29", "2011-12-30": "", "30/12/2011": "", "40907": "", "2011-12-31": "2011-12-31", "2011-12": "2011-12"} {
		when, err := intake.ParseTime(text, intake.DayFirst, apia)
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "2011-12-30 never happened") {
				t.Errorf("%s was read as %s, %v", text, when.Text(apia), err)
			}
			continue
		}
		if err != nil || when.Text(apia) != want {
			t.Errorf("%s was read as %s, %v", text, when.Text(apia), err)
		}
	}
}
