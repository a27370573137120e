package data

import (
	"fmt"
	"time"
)

// Precision says how exactly a time is known.
type Precision uint8

// The precisions of a time.
const (
	// Instant is a point in time.
	Instant Precision = iota + 1
	// Day is a day without hours.
	Day
	// Month is a month; it belongs to no week and is counted as undated.
	Month
)

// String returns "instant", "day" or "month".
func (p Precision) String() string {
	switch p {
	case Instant:
		return "instant"
	case Day:
		return "day"
	case Month:
		return "month"
	}
	return fmt.Sprintf("Precision(%d)", uint8(p))
}

// When is a time with its precision. Its zero value is no time.
type When struct {
	// At is the instant, or the first one of the day or month, to the
	// millisecond.
	At        time.Time
	Precision Precision
	// Ambiguous is set where the wall clock showed the time twice, as clocks
	// went back; At is then the first of the two.
	Ambiguous bool
}

// IsZero reports whether there is no time.
func (w When) IsZero() bool { return w.Precision == 0 }

// Equal reports whether two times are the same in every part.
func (w When) Equal(other When) bool {
	return w.At.Equal(other.At) && w.Precision == other.Precision && w.Ambiguous == other.Ambiguous
}

// Text writes the time no more exactly than it is known: "2019-04-24T09:15:00+01:00",
// "2019-04-24" or "2019-04".
func (w When) Text(location *time.Location) string {
	switch w.Precision {
	case Instant:
		return w.At.In(location).Format(time.RFC3339)
	case Day:
		return w.At.In(location).Format(time.DateOnly)
	case Month:
		return w.At.In(location).Format("2006-01")
	}
	return ""
}

// InstantOf is an instant that is known to the millisecond.
func InstantOf(t time.Time) When {
	return When{At: t.Truncate(time.Millisecond), Precision: Instant}
}

// DayOf is a whole day in a location.
func DayOf(d Date, location *time.Location) When {
	return When{At: d.In(location), Precision: Day}
}

// MonthOf is a whole month in a location.
func MonthOf(year int, month time.Month, location *time.Location) When {
	first := DateOf(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC))
	return When{At: first.In(location), Precision: Month}
}

// WallClock is the instant at which clocks in a location showed a time; only
// the date and the clock of wall count, not its own location. A time that was
// shown twice is the first and marked; one that never was, because clocks went
// forward, is refused.
func WallClock(wall time.Time, location *time.Location) (When, error) {
	year, month, day := wall.Date()
	hour, minute, second := wall.Clock()
	clock := time.Date(year, month, day, hour, minute, second, wall.Nanosecond(), time.UTC)
	var shown []time.Time
	for _, z := range zonesAround(clock, location) {
		if at := z.instant(clock); !at.Before(z.from) && at.Before(z.to) {
			shown = append(shown, at)
		}
	}
	if len(shown) == 0 {
		return When{}, fmt.Errorf("the time %s never happened in %s: clocks went forward over it",
			clock.Format(time.DateTime), location)
	}
	when := InstantOf(shown[0])
	when.Ambiguous = len(shown) > 1
	return when, nil
}
