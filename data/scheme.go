package data

import (
	"time"

	"commonground/geo"
	"commonground/geo/grid"
)

// Scheme is the settings of one deployment. ParseScheme makes one; it is not
// changed after that.
type Scheme struct {
	// Name is the title of the deployment, such as the town's name.
	Name string
	// Synthetic marks made-up data; every page says so.
	Synthetic bool
	// Location is the time zone in which weeks, days and hours are counted.
	Location *time.Location
	// FirstWeekday is the day on which a week starts.
	FirstWeekday time.Weekday
	// PeriodWeeks is the length of a reporting period.
	PeriodWeeks int
	// Anchor is the first day of one period, from which all others follow.
	Anchor Date
	// Grid divides the ground into squares.
	Grid grid.Grid
	// Kinds lists the kinds of item; their order is that of tables.
	Kinds []Kind
	// Channels lists the ways on which incidents are reported.
	Channels []string
	// Reasons lists why an incident was not responded to.
	Reasons []string
	// Outcomes is the tree of what came of incidents, a parent before its
	// children.
	Outcomes []Outcome
	// Measures lists what agencies return for the report, in its order.
	Measures []Measure
	// Hours are the permitted hours of the managed area.
	Hours geo.Hours
	// SignIn says who has which role, and for how long.
	SignIn SignIn
	// Disclosure says who sees what.
	Disclosure Disclosure
	// Retention says how long single records are kept.
	Retention Retention
	// Release says what an edition may say. Its Override is sorted.
	Release Policy
	// Text is the TOML from which the scheme was read.
	Text string
}

// Kind is a kind of item that crews pick up, such as needles.
type Kind struct {
	ID     string `json:"id" toml:"id"`
	Title  string `json:"title" toml:"title"`
	Family string `json:"family" toml:"family"`
}

// Outcome is a node of the outcome tree.
type Outcome struct {
	ID     string `toml:"id"`
	Title  string `toml:"title"`
	Parent string `toml:"parent"` // id of another outcome; empty at the top
}

// KindIndex returns the place of a kind in Kinds, or false where there is none
// of that id.
func (s *Scheme) KindIndex(id string) (int, bool) {
	for i, kind := range s.Kinds {
		if kind.ID == id {
			return i, true
		}
	}
	return 0, false
}

// HasOutcome reports whether the tree has an outcome of that id.
func (s *Scheme) HasOutcome(id string) bool {
	for _, outcome := range s.Outcomes {
		if outcome.ID == id {
			return true
		}
	}
	return false
}

// DividesAs reports whether days, weeks, reporting periods and squares are the
// same by another scheme.
func (s *Scheme) DividesAs(other *Scheme) bool {
	return s.Location.String() == other.Location.String() && s.Grid == other.Grid && s.FirstWeekday == other.FirstWeekday &&
		s.PeriodWeeks == other.PeriodWeeks && s.PeriodOf(0) == other.PeriodOf(0)
}

// HoursAt says whether a time was within the permitted hours of a place. It is
// unknown outside the managed area and for a time without an hour.
func (s *Scheme) HoursAt(class geo.Class, when When) geo.HoursAnswer {
	if class != geo.Managed || when.Precision != Instant {
		return geo.HoursUnknown
	}
	return s.Hours.Answer(when.At.In(s.Location))
}
