package release

import (
	"context"

	"commonground/data"
	"commonground/data/intake"
)

// Account is what the monitoring report of a period tells beside what crews found,
// as it is: nothing of it is public before it is collapsed, hidden and audited.
type Account struct {
	// Line is the tree of contacts by outcome. Its parts sum to their wholes.
	Line Count
	// Agencies are what each returned, parts after their whole.
	Agencies []AgencyAccount
	// Problems say, in sentences, why it is not final. With one it is not published.
	Problems []string
}

// AgencyAccount is what one agency returned.
type AgencyAccount struct {
	Agency  string
	Figures []AccountFigure
}

// AccountFigure is one figure of a return.
type AccountFigure struct {
	ID, Title string
	// PartOf is the id of a figure before it, which it is part of; empty for none.
	PartOf string
	// Covers is the id of a node of the line that it is never below; empty for none.
	Covers string
	// From and To are the days that it is about, half open, and About says them.
	From, To data.Date
	About    string
	// Missing says that it was not returned.
	Missing bool
	// Least and Most are equal but for a range.
	Least, Most int
}

// Accountant gives the account of a period.
type Accountant interface {
	Account(ctx context.Context, settings *intake.Settings, period data.Date) (Account, error)
}

// PublicReport is the public edition of the monitoring report of a period. It says of
// places no more than the tables of the edition that it is sealed with.
type PublicReport struct {
	Place     string `json:"place"`
	Synthetic bool   `json:"synthetic"`
	Period    Period `json:"period"`
	// Smallest is the least number that is given.
	Smallest int `json:"smallest"`
	// Line says what came of contacts.
	Line ReportNode `json:"dedicated_line"`
	// Returns are what agencies returned, in the order of the scheme.
	Returns []ReportReturn `json:"returns"`
	// Items compare the totals of editions, one for each family.
	Items []ReportTrend `json:"items"`
}

// ReportFigure is a number of the report.
type ReportFigure struct {
	Titled
	// Text is what is shown: "21", "fewer than 10", "65 to 80", "not shown", "not returned".
	Text string `json:"text"`
	// AtLeast and AtMost are as in Figure.
	AtLeast int `json:"at_least"`
	AtMost  int `json:"at_most"`
}

// ReportNode is a node of the line. Its parts sum to it; the last of them may
// stand for several others, and has no id then.
type ReportNode struct {
	ReportFigure
	StandsFor []Titled     `json:"stands_for,omitempty"`
	Parts     []ReportNode `json:"of_which,omitempty"`
}

// ReportReturn is a figure of a return and the figures that are part of it, all
// about the same days. Those that overlap are published once.
type ReportReturn struct {
	Agency string    `json:"agency"`
	From   data.Date `json:"from"`
	To     data.Date `json:"to"`
	// About says what days it is about.
	About string `json:"about"`
	// Since is the period of the edition that published it first; empty for this one.
	Since   string             `json:"since,omitempty"`
	Figures []ReportReturnLine `json:"figures"`
}

// ReportReturnLine is one of these figures.
type ReportReturnLine struct {
	ReportFigure
	PartOf string `json:"part_of,omitempty"`
}

// ReportTrend compares the published total of a family with those of the period
// before and of the same weeks a year before.
type ReportTrend struct {
	Titled
	Sentence string `json:"sentence"`
}
