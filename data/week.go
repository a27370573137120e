package data

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Week numbers the weeks of a scheme: week 0 holds 1 January 1970.
type Week int32

// Undated is the week of a record whose time is known to the month only.
const Undated Week = math.MinInt32

// YearWeeks is after how many weeks the same weeks of a year come again, near enough.
const YearWeeks = 52

// WeekRange is the half-open range of weeks [From, To). The zero value stands
// for all weeks, and for records that are in none.
type WeekRange struct {
	From, To Week
}

// IsZero reports whether the range stands for everything.
func (r WeekRange) IsZero() bool { return r == WeekRange{} }

// Holds reports whether w is in the range. Only the zero range holds Undated.
func (r WeekRange) Holds(w Week) bool {
	return r.IsZero() || (w != Undated && r.From <= w && w < r.To)
}

// WeekOfDate returns the week that a day falls in.
func (s *Scheme) WeekOfDate(d Date) Week {
	return Week(math.Floor(float64(int(d)+s.daysBefore()) / 7))
}

// WeekStart returns the first day of a week.
func (s *Scheme) WeekStart(w Week) Date {
	return Date(int(w)*7 - s.daysBefore())
}

// WeekOf returns the week that a time falls in by the scheme's wall clock, or
// Undated where it is known to the month only.
func (s *Scheme) WeekOf(when When) Week {
	if when.Precision == Month {
		return Undated
	}
	return s.WeekOfDate(DateOf(when.At.In(s.Location)))
}

// daysBefore is how many days of week 0 lie before 1 January 1970, which was a
// Thursday.
func (s *Scheme) daysBefore() int {
	return (int(time.Thursday) - int(s.FirstWeekday) + 7) % 7
}

// ParseWeeks reads a half-open range such as "2019-04-24/2019-05-22". Both
// dates must be the first day of one of the scheme's weeks.
func (s *Scheme) ParseWeeks(text string) (WeekRange, error) {
	from, to, found := strings.Cut(text, "/")
	if !found {
		return WeekRange{}, fmt.Errorf("weeks %q: write two dates as 2019-04-24/2019-05-22, the second not included", text)
	}
	first, err := s.parseWeekStart(from)
	if err != nil {
		return WeekRange{}, err
	}
	end, err := s.parseWeekStart(to)
	if err != nil {
		return WeekRange{}, err
	}
	if end <= first {
		return WeekRange{}, fmt.Errorf("weeks %q: the second date must be after the first", text)
	}
	return WeekRange{From: first, To: end}, nil
}

func (s *Scheme) parseWeekStart(text string) (Week, error) {
	d, err := ParseDate(text)
	if err != nil {
		return 0, err
	}
	if d.Weekday() != s.FirstWeekday {
		return 0, fmt.Errorf("%s is a %v; weeks here start on %v, the one that holds it on %s",
			text, d.Weekday(), s.FirstWeekday, s.WeekStart(s.WeekOfDate(d)))
	}
	return s.WeekOfDate(d), nil
}

// PeriodOf returns the first week of the reporting period that holds a week.
func (s *Scheme) PeriodOf(w Week) Week {
	since := int(w - s.WeekOfDate(s.Anchor))
	return w - Week(((since%s.PeriodWeeks)+s.PeriodWeeks)%s.PeriodWeeks)
}
