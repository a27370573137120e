package report

import (
	"slices"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
)

// PeriodOf returns the reporting period that holds a day.
func PeriodOf(scheme *data.Scheme, day data.Date) Span {
	from := scheme.PeriodStart(day)
	return Span{from, from + data.Date(7*scheme.PeriodWeeks)}
}

// LastPeriod returns the last reporting period that is over on a day.
func LastPeriod(scheme *data.Scheme, today data.Date) Span {
	return PeriodOf(scheme, PeriodOf(scheme, today).From-1)
}

// maxPeriods bounds a list of periods: a year that was a slip of the pen must
// not make it endless.
const maxPeriods = 400

// Periods returns the periods of which there can be a report, the latest first:
// from the first one with a dated record to the one that runs on a day. Without
// records there is none; of 400 and more, the latest 400 are there.
func Periods(scheme *data.Scheme, pickups *cube.Cube, contacts *incidents.Set, today data.Date) []Span {
	first, ok := firstWeek(pickups, contacts)
	periods := []Span{}
	if !ok {
		return periods
	}
	for p := PeriodOf(scheme, today); p.To > scheme.WeekStart(first) && len(periods) < maxPeriods; p = PeriodOf(scheme, p.From-1) {
		periods = append(periods, p)
	}
	return periods
}

// firstWeek returns the first week with a record.
func firstWeek(pickups *cube.Cube, contacts *incidents.Set) (first data.Week, ok bool) {
	if weeks := pickups.Weeks(); !weeks.IsZero() {
		first, ok = weeks.From, true
	}
	if week, there := firstContact(contacts); there && (!ok || week < first) {
		first, ok = week, true
	}
	return first, ok
}

// firstContact returns the first week with a contact.
func firstContact(contacts *incidents.Set) (first data.Week, ok bool) {
	for _, c := range contacts.Counts(incidents.Query{}, []incidents.Dimension{incidents.ByWeek}, 0) {
		if c.Week != data.Undated {
			return c.Week, true // they are in order
		}
	}
	return 0, false
}

func weeksOf(scheme *data.Scheme, span Span) data.WeekRange {
	return data.WeekRange{From: scheme.WeekOfDate(span.From), To: scheme.WeekOfDate(span.To)}
}

// earlier returns a range so many weeks before.
func earlier(weeks data.WeekRange, by int) data.WeekRange {
	return data.WeekRange{From: weeks.From - data.Week(by), To: weeks.To - data.Week(by)}
}

func (m *making) spanOf(weeks data.WeekRange) Span {
	return Span{m.Scheme.WeekStart(weeks.From), m.Scheme.WeekStart(weeks.To)}
}

// windowTitles are the windows in words.
var windowTitles = map[data.Window]string{
	data.PeriodWindow: "Reporting period", data.CohortWindow: "Cohort by date", data.AsAtWindow: "As at a day", data.ThreeMonthsWindow: "The three months before",
}

// windowIn returns the span of a window in the report; false for a cohort.
func (m *making) windowIn(window data.Window) (Span, bool) {
	from, to, ok := m.Scheme.WindowIn(m.Period().From, window)
	return Span{from, to}, ok
}

// windows lists the windows, with the spans that figures are about.
func (m *making) windows() {
	for _, window := range data.Windows() {
		w := Window{Window: window, Title: windowTitles[window], Spans: []Span{}}
		if span, ok := m.windowIn(window); ok && window != data.AsAtWindow {
			w.Spans = append(w.Spans, span)
		}
		for _, agency := range m.Agencies {
			for _, f := range agency.Figures {
				if f.Window == window && !f.Missing && !slices.Contains(w.Spans, f.Span) {
					w.Spans = append(w.Spans, f.Span)
				}
			}
		}
		m.Windows = append(m.Windows, w)
	}
}
