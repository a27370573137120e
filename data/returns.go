package data

import (
	"context"
	"time"
)

// Measure is a figure that an agency returns for the report, such as how many
// people an outreach service worked with. It is a number of people or things,
// never about one of them.
type Measure struct {
	ID    string `json:"id" toml:"id"`
	Title string `json:"title" toml:"title"`
	// Agency is who returns it, as the source of an API key.
	Agency string `json:"agency" toml:"agency"`
	Window Window `json:"window" toml:"window"`
	// Range says that a figure is a least and a most, as of several months. Numbers
	// of different people do not add up over months, so none is made of them.
	Range bool `json:"range" toml:"range"`
	// PartOf is the id of a measure before it, of the same agency and window, that
	// its figure is never above. Empty for none.
	PartOf string `json:"part_of,omitempty" toml:"part_of"`
	// Covers is the id of an outcome: of the contacts of a period with it there are
	// never more than the figure. Empty for none.
	Covers string `json:"covers,omitempty" toml:"covers"`
}

// Window is what span of days a figure of a measure is about.
type Window string

// The windows. They live side by side in a report.
const (
	// PeriodWindow is the reporting period.
	PeriodWindow Window = "period"
	// CohortWindow is a span that the return names: of those who had something
	// happen to them in it.
	CohortWindow Window = "cohort"
	// AsAtWindow is a day: how many there are then.
	AsAtWindow Window = "as_at"
	// ThreeMonthsWindow is the three calendar months before the one in which the
	// reporting period ends.
	ThreeMonthsWindow Window = "three_months"
)

// Windows returns all of them.
func Windows() []Window {
	return []Window{PeriodWindow, CohortWindow, AsAtWindow, ThreeMonthsWindow}
}

// Return is a figure that an agency returned.
type Return struct {
	// Number is from 1 without a gap; the store gives it.
	Number int64
	// Measure is the id of one of the scheme's.
	Measure string
	// From and To are a half-open span of days, of one day as at a day.
	From, To Date
	// Least and Most are the figure, equal but for a Range; neither is below 0.
	Least, Most int64
	// Withdrawn takes the figure for the window back; Least and Most are 0.
	Withdrawn bool
	// At is when it was returned, and Who by whom, as in the audit log.
	At  time.Time
	Who string
}

// Same reports whether two returns say the same of the same.
func (r *Return) Same(other *Return) bool {
	return r.Measure == other.Measure && r.From == other.From && r.To == other.To &&
		r.Least == other.Least && r.Most == other.Most && r.Withdrawn == other.Withdrawn
}

// ReturnStore is the part of a Store that keeps what agencies returned. Nothing in
// it is ever changed: a later return for the same measure and window takes the
// place of an earlier one. It is no part of the change feed. Times are kept to the
// millisecond.
type ReturnStore interface {
	// PutReturns stores returns, all or none, and gives a receipt for each in
	// order: Added where there was none for the measure and window, or it was
	// withdrawn; Corrected where another figure stood; Unchanged where the same
	// stands, and nothing is stored. A span that is empty, a number below 0 or a
	// least above its most, one without measure, who or when, and what is withdrawn
	// that is not there are refused.
	PutReturns(ctx context.Context, returns []Return) ([]Receipt, error)

	// Returns returns all returns, corrected and withdrawn ones too, in the order of
	// their numbers.
	Returns(ctx context.Context) ([]Return, error)
}

// StandingReturns returns the last return for each measure and window, without
// those that were withdrawn, in the order of their numbers.
func StandingReturns(all []Return) []Return {
	type window struct {
		measure  string
		from, to Date
	}
	last := map[window]int{}
	for i := range all {
		last[window{all[i].Measure, all[i].From, all[i].To}] = i
	}
	var standing []Return
	for i := range all {
		if r := &all[i]; !r.Withdrawn && last[window{r.Measure, r.From, r.To}] == i {
			standing = append(standing, *r)
		}
	}
	return standing
}
