package data_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
)

func mustDate(t testing.TB, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

func TestDateCountsDaysFrom1970(t *testing.T) {
	for text, want := range map[string]data.Date{
		"1970-01-01": 0, "1970-01-02": 1, "1969-12-31": -1, "1900-03-01": -25508, "2019-04-24": 18010, "2024-02-29": 19782,
	} {
		if got := mustDate(t, text); got != want || got.String() != text {
			t.Errorf("%s is day %d, written %s; want day %d", text, got, got, want)
		}
	}
}

func TestParseDateRefusesWhatIsNoDate(t *testing.T) {
	for _, text := range []string{"", "2019-4-24", "24/04/2019", "2019-04-31", "2023-02-29", "2019-04", "2019-04-24T00:00", " 2019-04-24", "zwölf"} {
		if d, err := data.ParseDate(text); err == nil {
			t.Errorf("%q was read as %v", text, d)
		}
	}
}

func TestDateOfGoesByTheLocationOfTheTime(t *testing.T) {
	lateInJune := time.Date(2019, 6, 30, 23, 30, 0, 0, time.UTC)
	if got := data.DateOf(lateInJune); got != mustDate(t, "2019-06-30") {
		t.Errorf("in UTC it is %v", got)
	}
	if got := data.DateOf(lateInJune.In(mustZone(t, "Europe/London"))); got != mustDate(t, "2019-07-01") {
		t.Errorf("in London, an hour ahead, it is %v", got)
	}
}

func TestDateIsTextInJSON(t *testing.T) {
	written, err := json.Marshal(map[string]data.Date{"on": mustDate(t, "2019-04-24")})
	if err != nil || string(written) != `{"on":"2019-04-24"}` {
		t.Errorf("wrote %s, %v", written, err)
	}
	var read map[string]data.Date
	if err := json.Unmarshal(written, &read); err != nil || read["on"] != mustDate(t, "2019-04-24") {
		t.Errorf("read %v, %v", read, err)
	}
	if err := json.Unmarshal([]byte(`{"on":"24 April"}`), &read); err == nil {
		t.Error("read 24 April")
	}
}

func TestStartOfADayWhoseMidnightIsOdd(t *testing.T) {
	for _, test := range []struct{ name, zone, day, start string }{
		{"an ordinary one", "Europe/London", "2019-04-24", "2019-04-24T00:00:00+01:00"},
		{"midnight is skipped", "America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"midnight happens twice", "America/Havana", "2019-11-03", "2019-11-03T00:00:00-04:00"},
		{"the hour before midnight happens twice", "America/Sao_Paulo", "2018-02-18", "2018-02-18T00:00:00-03:00"},
		{"a minute after midnight clocks go back to the day before", "America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30"},
		{"clocks go forward that night, after midnight", "Europe/London", "2019-03-31", "2019-03-31T00:00:00Z"},
		{"clocks go back that night, after midnight", "Europe/London", "2019-10-27", "2019-10-27T00:00:00+01:00"},
		{"the first forty minutes are skipped", "Pacific/Kiritimati", "1979-10-01", "1979-10-01T00:40:00-10:00"},
		{"before 1970", "Europe/London", "1969-06-01", "1969-06-01T00:00:00+01:00"},
		{"clocks went back by three hours over midnight", "Antarctica/Casey", "2010-03-05", "2010-03-05T00:00:00+11:00"},
		{"clocks went back by three hours that night", "Antarctica/Casey", "2018-03-11", "2018-03-11T00:00:00+11:00"},
		{"clocks went forward by three hours that night", "Antarctica/Casey", "2016-10-22", "2016-10-22T03:00:00+11:00"},
		{"a day that was left out starts as the next one", "Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},
		{"the day after one that was left out", "Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"},
		{"the day before one that was left out", "Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00"},
		{"a day that happened twice", "Pacific/Kwajalein", "1969-09-30", "1969-09-30T00:00:00+11:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			start := mustDate(t, test.day).In(mustZone(t, test.zone))
			if got := start.Format(time.RFC3339); got != test.start {
				t.Errorf("%s starts at %s, want %s", test.day, got, test.start)
			}
		})
	}
}

// zones of towns with every sort of clock change, at midnight too.
var zones = []string{
	"UTC", "Europe/London", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "America/Havana", "America/St_Johns",
	"America/Asuncion", "America/Santiago", "Asia/Beirut", "Asia/Amman", "Asia/Tehran", "Africa/Cairo", "Africa/Casablanca",
	"Asia/Kathmandu", "Australia/Lord_Howe", "Atlantic/Azores", "Pacific/Chatham", "Pacific/Kiritimati",
	"Antarctica/Casey", "Antarctica/Troll", "Pacific/Apia", "Pacific/Fakaofo",
}

func TestDayStartsAtItsFirstInstantInEveryZone(t *testing.T) {
	first, end := mustDate(t, "1980-01-01"), mustDate(t, "2037-12-31")
	for _, zone := range zones {
		location := mustZone(t, zone)
		last := (first - 1).In(location)
		for day := first; day < end; day++ {
			start := day.In(location)
			if start.Before(last) {
				t.Errorf("%s: %v starts at %v, before the day before it", zone, day, start)
			}
			last = start
			if data.DateOf(start) != day {
				// A day that a zone left out when it crossed the date line.
				if next := (day + 1).In(location); !start.Equal(next) {
					t.Errorf("%s: %v was left out, but starts at %v, and the next day at %v", zone, day, start, next)
				}
				continue
			}
			for _, before := range []time.Duration{time.Millisecond, 30 * time.Minute, time.Hour, 3 * time.Hour, 24 * time.Hour} {
				if data.DateOf(start.Add(-before)) == day {
					t.Errorf("%s: %v starts at %v, but %v before is the same day", zone, day, start, before)
				}
			}
		}
	}
}

func TestDateIsReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := data.Date(rapid.Int32Range(-200_000, 200_000).Draw(t, "day"))
		if again, err := data.ParseDate(day.String()); err != nil || again != day {
			t.Errorf("%d is written %s and read %d, %v", day, day, again, err)
		}
		if (day+7).Weekday() != day.Weekday() || (day+1).Weekday() == day.Weekday() {
			t.Errorf("%v is a %v", day, day.Weekday())
		}
	})
}
