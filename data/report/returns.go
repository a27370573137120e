package report

import (
	"fmt"
	"slices"
	"strings"

	"commonground/data"
)

// Agency is what one agency returned.
type Agency struct {
	Agency  string     `json:"agency"`
	Figures []Returned `json:"figures"`
}

// Returned is a figure of a return, as it was returned. Figures of several months
// are a least and a most: numbers of different people don't add up over months, so
// they are never summed.
type Returned struct {
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Window data.Window `json:"window"`
	Span
	// Missing says that nothing was returned for the window; Least and Most are 0.
	Missing bool   `json:"missing,omitempty"`
	Range   bool   `json:"range,omitempty"`
	Least   int64  `json:"least"`
	Most    int64  `json:"most"`
	PartOf  string `json:"part_of,omitempty"`
	// About is the window in words.
	About  string `json:"about"`
	Source string `json:"source"`
}

// returns takes, for each measure of the scheme, the return that belongs into
// the report:
//
//	period        of exactly the period
//	three months  of exactly the three calendar months before the one in which it ends
//	as at         of the latest day of the period
//	cohort        of the cohort that ended last before the period began
//
// A part is of the span of its whole where that is there, or it is missing.
func (m *making) returns() {
	standing := data.StandingReturns(m.Input.Returns)
	chosen := map[string]*Returned{}
	for i := range m.Scheme.Measures {
		measure := &m.Scheme.Measures[i]
		figure := m.returned(measure, standing, chosen[measure.PartOf])
		at := slices.IndexFunc(m.Agencies, func(a Agency) bool { return a.Agency == measure.Agency })
		if at < 0 {
			at = len(m.Agencies)
			m.Agencies = append(m.Agencies, Agency{Agency: measure.Agency})
		}
		m.Agencies[at].Figures = append(m.Agencies[at].Figures, *figure)
		m.checkReturned(measure, figure, chosen[measure.PartOf])
		chosen[measure.ID] = figure
	}
}

// returned finds the figure of a measure.
func (m *making) returned(measure *data.Measure, standing []data.Return, whole *Returned) *Returned {
	var found *data.Return
	for i := range standing {
		r := &standing[i]
		if r.Measure == measure.ID && m.belongs(measure.Window, Span{r.From, r.To}) && (found == nil || m.after(r, found)) &&
			(whole == nil || whole.Missing || whole.Span == Span{r.From, r.To}) {
			found = r
		}
	}
	figure := &Returned{ID: measure.ID, Title: measure.Title, Window: measure.Window, Range: measure.Range, PartOf: measure.PartOf}
	if found == nil {
		figure.Missing, figure.Span = true, m.expected(measure.Window, whole)
		figure.Source = "not returned by " + measure.Agency
	} else {
		figure.Span, figure.Least, figure.Most = Span{found.From, found.To}, found.Least, found.Most
		figure.Source = fmt.Sprintf("return of %s, %s, number %d", measure.Agency, dayText(data.DateOf(found.At.In(m.Scheme.Location))), found.Number)
	}
	figure.About = aboutWindow(figure.Window, figure.Span)
	return figure
}

// belongs reports whether a return of a span is one of the report's.
func (m *making) belongs(window data.Window, span Span) bool {
	switch window {
	case data.AsAtWindow:
		return m.Period().From <= span.From && span.From < m.Period().To
	case data.CohortWindow:
		return span.To <= m.Period().From
	}
	in, ok := m.windowIn(window)
	return ok && span == in
}

// after reports whether one return is to be taken rather than another.
func (m *making) after(r, than *data.Return) bool {
	return r.To > than.To || r.To == than.To && r.From > than.From
}

// expected is the span that nothing was returned for; none where the return would
// name it.
func (m *making) expected(window data.Window, whole *Returned) Span {
	if in, ok := m.windowIn(window); ok {
		return in
	}
	if whole != nil {
		return whole.Span
	}
	return Span{}
}

// aboutWindow says what a figure is about.
func aboutWindow(window data.Window, span Span) string {
	switch {
	case span == Span{}:
		return "no cohort was returned"
	case window == data.CohortWindow:
		return "of those from " + span.Text()
	case window == data.AsAtWindow && span.To == span.From+1:
		return "as at " + span.Text()
	case window == data.ThreeMonthsWindow:
		return "in the three months " + span.Text()
	}
	return fmt.Sprintf("in the %d days %s", span.To-span.From, span.Text())
}

// checkReturned finds a figure above its whole, and one below what the line
// counted.
func (m *making) checkReturned(measure *data.Measure, figure, whole *Returned) {
	if figure.Missing {
		return
	}
	id := "return." + figure.ID
	if whole != nil && !whole.Missing && (figure.Least > whole.Least || figure.Most > whole.Most) {
		m.problem(id, "%q is %s, more than the %s of %q that it is part of.", figure.Title, figure.text(), whole.text(), whole.Title)
	}
	if measure.Covers == "" || measure.Window != data.PeriodWindow {
		return
	}
	if node := findOutcome(m.Line.Outcomes, measure.Covers); node != nil && node.N > figure.Most {
		m.problem(id, "%q is %s by the return of %s, fewer than the %s of the line with the outcome %q.",
			figure.Title, figure.text(), measure.Agency, countsOf(node.N, "contact", "contacts"), node.Title)
	}
}

// text writes the figure: "11", or "65 to 80".
func (r *Returned) text() string {
	switch {
	case r.Missing:
		return "not returned"
	case r.Range:
		return fmt.Sprintf("%s to %s", grouped(r.Least), grouped(r.Most))
	}
	return grouped(r.Most)
}

func findOutcome(nodes []Outcome, id string) *Outcome {
	for i := range nodes {
		if nodes[i].ID == id {
			return &nodes[i]
		}
		if node := findOutcome(nodes[i].Parts, id); node != nil {
			return node
		}
	}
	return nil
}

// countsOf writes a number of things: "1 contact has", "1,234 contacts have".
func countsOf(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	digits, sign := fmt.Sprint(n), ""
	if strings.HasPrefix(digits, "-") {
		digits, sign = digits[1:], "-"
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
