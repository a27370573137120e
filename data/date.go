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

// In returns the start of the day in a location. Where clocks skip midnight it
// is the first instant of the day.
func (d Date) In(location *time.Location) time.Time {
	year, month, day := d.utc().Date()
	start := time.Date(year, month, day, 0, 0, 0, 0, location)
	if start.Day() != day || start.Hour() != 0 || start.Minute() != 0 { // midnight was skipped
		changed, _ := time.Date(year, month, day, 12, 0, 0, 0, location).ZoneBounds()
		return changed
	}
	if earlier := start.Add(-time.Hour); earlier.Day() == day { // midnight happens twice
		return earlier
	}
	return start
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// String returns the date as "2019-04-24".
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDate reads.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }
