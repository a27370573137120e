package geo

import (
	"fmt"
	"strings"
	"time"
)

// Hours are the permitted hours of a managed area by weekday, in local
// wall-clock time. The zero value permits none.
type Hours [7][]Span

// Span is a half-open span of minutes since midnight. Where To is not after
// From it runs on past midnight into the next day; equal ends are a whole day.
type Span struct {
	From, To int
}

// HoursAnswer says whether a time was within the permitted hours.
type HoursAnswer uint8

// The answers about hours.
const (
	// HoursUnknown is the zero value: hours don't apply, or the time has none.
	HoursUnknown HoursAnswer = iota
	// WithinHours is a time that the permitted hours hold.
	WithinHours
	// OutsideHours is a time that they do not hold.
	OutsideHours
)

// String returns "unknown", "within" or "outside".
func (a HoursAnswer) String() string {
	return [...]string{"unknown", "within", "outside"}[a]
}

// ParseSpan reads "19:00-07:00". Midnight may be written 00:00 or, as an end,
// 24:00.
func ParseSpan(text string) (Span, error) {
	from, to, found := strings.Cut(text, "-")
	if !found {
		return Span{}, fmt.Errorf("hours %q: write them as 19:00-07:00", text)
	}
	start, err := parseMinute(strings.TrimSpace(from))
	if err != nil {
		return Span{}, fmt.Errorf("hours %q: %w", text, err)
	}
	end, err := parseMinute(strings.TrimSpace(to))
	if err != nil {
		return Span{}, fmt.Errorf("hours %q: %w", text, err)
	}
	return Span{From: start % (24 * 60), To: end}, nil
}

func parseMinute(text string) (int, error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day; write it as 07:00", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// Answer says whether the hours hold t, read on the wall clock of t's own
// location. So an hour that happens twice when clocks go back has one answer
// both times, and one that never happens is never asked for.
func (h Hours) Answer(t time.Time) HoursAnswer {
	minute := t.Hour()*60 + t.Minute()
	for _, span := range h[t.Weekday()] {
		if span.From <= minute && (minute < span.To || span.wraps()) {
			return WithinHours
		}
	}
	for _, span := range h[(t.Weekday()+6)%7] {
		if span.wraps() && minute < span.To {
			return WithinHours
		}
	}
	return OutsideHours
}

func (s Span) wraps() bool {
	return s.To <= s.From
}
