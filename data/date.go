package data

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, as the number of days since 1 January 1970.
type Date int32

const secondsPerDay = 24 * 60 * 60

// DateOf returns the day that t falls on in its own location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDate reads "2019-04-24".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%q is no date; write it as 2019-04-24", text)
	}
	return DateOf(t), nil
}

// In returns the start of the day in a location: its first instant, also where
// clocks skip midnight or show it twice. A day that the location left out, when
// it crossed the date line, starts and ends as the next one starts.
func (d Date) In(location *time.Location) time.Time {
	midnight := d.utc()
	for _, z := range zonesAround(midnight, location) {
		start := later(z.from, z.instant(midnight))
		if !start.Before(z.to) {
			continue // the day is yet to come when this offset ends
		}
		// On the day, or after it: then there was none.
		return start.In(location)
	}
	panic("data: no offset reaches past a day") // the last one does
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// zone is a half-open span of time with one offset from UTC.
type zone struct {
	from, to time.Time
	offset   time.Duration
}

// instant is when clocks with the offset show a time that is given as UTC.
func (z zone) instant(clock time.Time) time.Time { return clock.Add(-z.offset) }

// aroundHours is how far from a time in UTC it can be, in hours, that clocks
// anywhere show it, and some hours more.
const aroundHours = 30

// zonesAround returns the offsets that a location has around the moment at
// which its clocks show a time, in order.
func zonesAround(clock time.Time, location *time.Location) []zone {
	var zones []zone
	at, end := clock.Add(-aroundHours*time.Hour), clock.Add(aroundHours*time.Hour)
	for at.Before(end) {
		local := at.In(location)
		_, offset := local.Zone()
		_, to := local.ZoneBounds()
		switch {
		case to.IsZero() || to.After(end):
			to = end
		case !to.After(at): // the library errs at some ends of years after 2037
			to = at.Add(time.Hour)
		}
		zones = append(zones, zone{from: at, to: to, offset: time.Duration(offset) * time.Second})
		at = to
	}
	return zones
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// String returns the date as "2019-04-24".
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// Text returns the date for people, such as "Wed 24 Apr 2019".
func (d Date) Text() string { return d.utc().Format("Mon 2 Jan 2006") }

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDate reads.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }
