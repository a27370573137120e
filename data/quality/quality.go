// Package quality looks over records and counts what is doubtful in them, by
// source and week. It changes and drops none: what it finds is for a person to
// look at. It does no I/O and knows no clock; records come to it one by one, in
// any order, from whatever store.
package quality

import "commonground/data"

// LargeVisit is the number of items on one visit above which it is doubtful. It is
// our choice: Boston's busiest week of needles, at all its places, has 238 reports
// (shared/data/README.md), and intake refuses what is over ten times this.
const LargeVisit = 1000

// Counts is how many records are doubtful, and in what way. One may be so in
// several.
type Counts struct {
	// Records are all there are, doubtful or not.
	Records int
	// Unlocated have no usable place. They are kept and never placed.
	Unlocated int
	// Undated are known to the month only, and belong to no week.
	Undated int
	// NearBoundary could lie in a place of another class, by their accuracy.
	NearBoundary int
	// Duplicates have one of another source beside them: some kind that both found, no
	// more than 20 m away and no more than an hour earlier or later. Where one of the
	// two says no hour, the same day. Each of the two is counted, in its own row.
	Duplicates int
	// DefaultPoint lie at a DefaultPoint.
	DefaultPoint int
	// Future are of a time that was yet to come.
	Future int
	// TooLarge are visits with more than LargeVisit items.
	TooLarge int
}

// count counts a record.
func (c *Counts) count(f flags) {
	c.Records++
	for bit, total := range c.byFlag() {
		if f&(1<<bit) != 0 {
			*total++
		}
	}
}

// Add adds other counts to these.
func (c *Counts) Add(other Counts) {
	c.Records += other.Records
	mine := c.byFlag()
	for bit, total := range other.byFlag() {
		*mine[bit] += *total
	}
}

// byFlag are the counts in the order of the flags.
func (c *Counts) byFlag() [7]*int {
	return [...]*int{&c.Unlocated, &c.Undated, &c.NearBoundary, &c.Duplicates, &c.DefaultPoint, &c.Future, &c.TooLarge}
}

// Row counts the records of one source in one week; data.Undated is a week too.
type Row struct {
	Source string
	Week   data.Week
	Counts
}

// Report is what was found.
type Report struct {
	// Rows are in the order of sources, then weeks; none has no records.
	Rows []Row
	// Total is the sum of the rows.
	Total Counts
	// DefaultPoints are those with the most records first.
	DefaultPoints []DefaultPoint
}

// flags say in what ways a record is doubtful.
type flags uint8

const (
	unlocated flags = 1 << iota
	undated
	nearBoundary
	duplicate
	atDefault
	future
	tooLarge
)
