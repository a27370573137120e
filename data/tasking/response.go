package tasking

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/data/scores"
	"commonground/geo/hotspot"
)

// Response is what came of the reports of one category in some weeks.
type Response struct {
	Weeks   data.WeekRange
	Reports int64
	// Attended is how many have a time at which someone came, Timed of how many the minutes until then are known.
	Attended, Timed int64
	// Median and Ninth are minutes from a report until someone came: of half of those timed, and of nine in
	// ten, at most.
	Median, Ninth int64
	// Unanswered are calls that nobody answered, of Calls of which it is known.
	Unanswered, Calls int64
	// Reasons are why nobody went, the most frequent first.
	Reasons []Reason
}

// Reason is why nobody went.
type Reason struct {
	ID      string // of the scheme; empty for none given
	Reports int64
}

// Respond counts what came of the reports of a category that a query selects. Nobody went where an outcome was given, no
// time at which someone came, and a reason, or a call that nobody answered.
func Respond(set *incidents.Set, query incidents.Query, category data.Category) *Response {
	query.Categories = []data.Category{category}
	r := &Response{Weeks: query.Weeks, Reasons: []Reason{}}
	var minutes []int64
	reasons := map[string]int64{}
	for row := range set.Selected(query) {
		r.Reports++
		if !row.Attended.IsZero() {
			r.Attended++
			if took, ok := minutesUntil(&row.Incident); ok {
				minutes = append(minutes, took)
			}
		}
		switch row.Answered {
		case data.No:
			r.Unanswered++
			r.Calls++
		case data.Yes:
			r.Calls++
		}
		if row.Reason != "" {
			reasons[row.Reason]++
		}
	}
	r.Timed = int64(len(minutes))
	r.Median, r.Ninth = hotspot.Percentile(minutes, 50), hotspot.Percentile(minutes, 90)
	for id, n := range reasons {
		r.Reasons = append(r.Reasons, Reason{id, n})
	}
	slices.SortFunc(r.Reasons, func(a, b Reason) int { return cmp.Or(cmp.Compare(b.Reports, a.Reports), cmp.Compare(a.ID, b.ID)) })
	return r
}

// Held reports whether a set has reports of the category from a range of weeks on and after it: whether what is counted
// in them can be all.
func Held(set *incidents.Set, category data.Category, weeks data.WeekRange) bool {
	q := Question{Set: set}
	recorded := q.recorded(&incidents.Query{Categories: []data.Category{category}})
	return !recorded.IsZero() && recorded.From <= weeks.From && weeks.To <= recorded.To
}

// minutesUntil returns how long it took until someone came, where both times are known exactly and it is not before the
// report.
func minutesUntil(i *data.Incident) (int64, bool) {
	if i.Attended.Precision != data.Instant || i.Received.Precision != data.Instant {
		return 0, false
	}
	took := i.Attended.At.Sub(i.Received.At)
	return int64(took / time.Minute), took >= 0
}

// Sentence says how long it took, for people.
func (r *Response) Sentence() string {
	if r.Timed == 0 {
		return fmt.Sprintf("%s; how long it took until someone came is not known of any.", scores.CountText(r.Reports, "report"))
	}
	return fmt.Sprintf("%s, someone came to %d; half of them within %d minutes, nine in ten within %d (%d with both times).",
		scores.CountText(r.Reports, "report"), r.Attended, r.Median, r.Ninth, r.Timed)
}
