package data

import "time"

// WindowIn returns the half-open span of days that a report has of a window, by the
// first day of its reporting period: as at the last day of it, for instance. A cohort
// is what its return says: false.
func (s *Scheme) WindowIn(period Date, window Window) (from, to Date, ok bool) {
	end := period + Date(7*s.PeriodWeeks)
	switch window {
	case PeriodWindow:
		return period, end, true
	case AsAtWindow:
		return end - 1, end, true
	case ThreeMonthsWindow:
		return monthStart(end-1, -3), monthStart(end-1, 0), true
	}
	return 0, 0, false
}

// WindowEnd returns the first day after the span of a window that begins on a day.
// Where none begins then, as on the second day of a month or a period, it is false;
// and for a cohort, whose end only its return says.
func (s *Scheme) WindowEnd(window Window, from Date) (to Date, ok bool) {
	switch window {
	case PeriodWindow:
		return from + Date(7*s.PeriodWeeks), from == s.PeriodStart(from)
	case AsAtWindow:
		return from + 1, true
	case ThreeMonthsWindow:
		return monthStart(from, 3), from == monthStart(from, 0)
	}
	return 0, false
}

// PeriodStart returns the first day of the reporting period that holds a day.
func (s *Scheme) PeriodStart(d Date) Date { return s.WeekStart(s.PeriodOf(s.WeekOfDate(d))) }

// monthStart returns the first day of the month that is so many after a day's.
func monthStart(d Date, months int) Date {
	year, month, _ := d.utc().Date()
	return DateOf(time.Date(year, month+time.Month(months), 1, 0, 0, 0, 0, time.UTC))
}
