// Package report works out the monitoring report of one reporting period, as
// numbers: what came of contacts, what agencies returned, what crews picked up
// and where, what changed, and how far all of it can be relied on. It does no I/O
// and knows no clock. What it writes is for staff: public numbers go out through
// package release.
package report

import (
	"fmt"
	"time"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/data/quality"
)

// Input is what a report is made of. None of it is changed.
type Input struct {
	// Scheme is Required.
	Scheme *data.Scheme
	// Period is the first day of the period. Required.
	Period data.Date
	// Cube holds the pickups, and Incidents the contacts. Required.
	Cube      *cube.Cube
	Incidents *incidents.Set
	// Returns are those of all agencies and windows, as the store has them.
	Returns []data.Return
	// Survey is what was found doubtful in the pickups. Default: it is not known,
	// and the report says so.
	Survey *quality.Report
	// Kinds are the ids of the kinds that the reader may see. Who may not see all
	// of them gets no visits: those tell where others were found. Default: all.
	Kinds []string
	// Made is when the report is made. Required.
	Made time.Time
	// By is the name of who it is made for. Default: it bears none.
	By string
}

// Report is the report of one period. Its names in JSON stay what they are.
type Report struct {
	Name      string    `json:"name"`
	Synthetic bool      `json:"synthetic"`
	Marking   string    `json:"marking"`
	By        string    `json:"taken_by,omitempty"`
	Made      time.Time `json:"made"`
	// Period is half open; Last is its last day.
	Period Span      `json:"period"`
	Last   data.Date `json:"last_day"`
	// Final says that there is no problem.
	Final     bool      `json:"final"`
	Problems  []Problem `json:"problems"`
	Windows   []Window  `json:"windows"`
	Line      Line      `json:"dedicated_line"`
	Agencies  []Agency  `json:"returns"`
	Cleansing Cleansing `json:"cleansing"`
	Changes   []Change  `json:"changes"`
	Accuracy  Accuracy  `json:"accuracy"`
}

// Span is a half-open span of days.
type Span struct {
	From data.Date `json:"from"`
	To   data.Date `json:"to"`
}

// Text writes the first and the last day, such as "24 April 2019 to 21 May
// 2019", or the one that there is.
func (s Span) Text() string {
	if s.To == s.From+1 {
		return dayText(s.From)
	}
	return dayText(s.From) + " to " + dayText(s.To-1)
}

// Problem is why a report is not final, in a sentence.
type Problem struct {
	// Figure is the id of the figure that it is about; empty for the whole.
	Figure string `json:"figure,omitempty"`
	Text   string `json:"text"`
}

// Window is one of the windows that figures are about, with the span that it is
// in this report. A cohort window has one for each cohort, or none.
type Window struct {
	Window data.Window `json:"window"`
	Title  string      `json:"title"`
	Spans  []Span      `json:"spans"`
}

// Figure is one number of the report by itself.
type Figure struct {
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Window data.Window `json:"window"`
	Span
	// Least and Most are equal but for a range that was returned.
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
	// Source says where the figure came from.
	Source string `json:"source"`
}

// Marking stands on every report.
const Marking = "Staff data, not for publication"

// Make makes a report. It is not final where something in it doesn't fit
// together, and says what: then the records are to be mended, not the report. The
// error is for a day on which no period begins.
//
// A figure counts contacts or items of the period: contacts go by when they were
// received, on the scheme's wall clock. What is known to the month only is in no
// period.
func Make(in Input) (*Report, error) {
	span := PeriodOf(in.Scheme, in.Period)
	if span.From != in.Period {
		return nil, fmt.Errorf("no period begins on %s; the one that holds it is from %s", dayText(in.Period), span.Text())
	}
	m := &making{Input: in, weeks: weeksOf(in.Scheme, span), Report: &Report{
		Name: in.Scheme.Name, Synthetic: in.Scheme.Synthetic, Marking: Marking, By: in.By, Made: in.Made,
		Period: span, Last: span.To - 1, Problems: []Problem{},
	}}
	if !m.over() {
		m.problem("", "The period is not over: it ends with %s.", dayText(m.Last))
	}
	m.line()
	if m.Line.N == 0 && m.Cube.Total(data.Query{Weeks: m.weeks}) == (data.Count{}) {
		m.problem("", "There is no record of the period.")
	}
	m.returns()
	m.windows()
	m.cleansing()
	m.changes()
	m.accuracy()
	m.Final = len(m.Problems) == 0
	return m.Report, nil
}

// making is a report that is being made.
type making struct {
	Input
	*Report
	weeks   data.WeekRange // of the period
	visited int            // locations, in it
}

func (m *making) problem(figure, format string, args ...any) {
	m.Problems = append(m.Problems, Problem{figure, fmt.Sprintf(format, args...)})
}

// over reports whether the period was over when the report is made.
func (m *making) over() bool {
	return data.DateOf(m.Input.Made.In(m.Scheme.Location)) >= m.Period().To
}

// Period returns the span of the report; both parts have a field of that name.
func (m *making) Period() Span { return m.Report.Period }

// restricted reports whether the reader may not see all kinds.
func (m *making) restricted() bool {
	return m.Kinds != nil && len(m.Kinds) < len(m.Scheme.Kinds)
}

// dayText writes a day for people, such as "24 April 2019".
func dayText(d data.Date) string { return d.In(time.UTC).Format("2 January 2006") }
