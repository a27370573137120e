package audit

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Thresholds of the summary. They say what is worth a question, not what is
// wrong.
const (
	// repeatedLooks is more than the weekly tasking meeting, its preparation and
	// a check afterwards need of one place.
	repeatedLooks = 5
	// outOfHoursLooks lets a late evening and an early one pass.
	outOfHoursLooks = 3
	// bulkRecords is more than a four-weekly report of a managed area's incidents
	// lists, and far more than one person reads.
	bulkRecords = 500
	// refusedTimes is more than a wrong address and a sign-in that ran out make
	// in a day.
	refusedTimes = 10
	// firstHour and lastHour are the office's, half open: a planner's and a
	// tasking meeting's day with room at both ends.
	firstHour, lastHour = 7, 19

	day  = 24 * time.Hour
	week = 7 * day
)

// Rule is something unusual that the summary looks for.
type Rule struct {
	ID string
	// Title is what someone did, as words that go before a number of times.
	Title string
	// Limit is how often makes it unusual.
	Limit int
	// Within is the span in which; 0 for all that is summed up.
	Within time.Duration
	// BySubject is set where each subject counts apart.
	BySubject bool

	applies func(e *Entry, local time.Time) bool
}

// Rules lists the rules, in the order of the summary.
var Rules = []Rule{
	{"repeated", "looked at one place or record", repeatedLooks, week, true,
		func(e *Entry, _ time.Time) bool { return looks(e) && e.Subject != "" }},
	{"out_of_hours", "looked before 07:00, from 19:00 on or at a weekend", outOfHoursLooks, 0, false,
		func(e *Entry, local time.Time) bool { return looks(e) && outOfHours(local) }},
	{"bulk", "looked at 500 records or more at once", 1, 0, false,
		func(e *Entry, _ time.Time) bool { return e.Action == Look && e.Records >= bulkRecords }},
	{"export", "exported", 1, 0, false,
		func(e *Entry, _ time.Time) bool { return e.Action == Export }},
	{"refused", "was refused", refusedTimes, day, false,
		func(e *Entry, _ time.Time) bool { return e.Action == Refused }},
}

func looks(e *Entry) bool { return e.Action == Look || e.Action == Preview || e.Action == Export }

func outOfHours(local time.Time) bool {
	weekday, hour := local.Weekday(), local.Hour()
	return weekday == time.Saturday || weekday == time.Sunday || hour < firstHour || hour >= lastHour
}

// Summary is what of a log may be worth a question.
type Summary struct {
	// Entries is how many were summed up.
	Entries int64
	// People is how many there are in them, programs with a key among them.
	People int
	// Actions is how many entries there are of each of Actions.
	Actions []int64
	// Unusual is in the order of Rules, the most first.
	Unusual []Unusual
}

// Unusual is someone who did something as often as a rule's limit, or more.
type Unusual struct {
	Rule *Rule
	Who  string
	// Name is the last that they had.
	Name string
	// Subject is empty where the rule doesn't count by it.
	Subject string
	// Times is how often within the rule's span, at the most.
	Times int
	// From and To are the first and the last of these times.
	From, To time.Time
}

// group is what a rule counts.
type group struct {
	rule         int
	who, subject string
}

// Summarize sums up entries by the rules, with the clock of a location. It
// checks no hash. It returns the error that entries yields, if it does.
func Summarize(entries iter.Seq2[Sealed, error], location *time.Location) (Summary, error) {
	summary := Summary{Actions: make([]int64, len(Actions))}
	names := map[string]string{}
	times := map[group][]time.Time{}
	for entry, err := range entries {
		if err != nil {
			return Summary{}, err
		}
		summary.Entries++
		if i := slices.Index(Actions, entry.Action); i >= 0 {
			summary.Actions[i]++
		}
		if entry.Action == Begin {
			continue
		}
		names[entry.Who] = entry.Name
		for i := range Rules {
			if Rules[i].applies(&entry.Entry, entry.At.In(location)) {
				g := Rules[i].group(i, &entry.Entry)
				times[g] = append(times[g], entry.At)
			}
		}
	}
	summary.People = len(names)
	summary.Unusual = unusual(times, names)
	return summary, nil
}

func (r *Rule) group(i int, e *Entry) group {
	g := group{rule: i, who: e.Who}
	if r.BySubject {
		g.subject = e.Subject
	}
	return g
}

// unusual lists what reaches the limits.
func unusual(times map[group][]time.Time, names map[string]string) []Unusual {
	var list []Unusual
	for g, at := range times { // the order is made below
		rule := &Rules[g.rule]
		some := densest(at, rule.Within)
		if len(some) < rule.Limit {
			continue
		}
		list = append(list, Unusual{rule, g.who, names[g.who], g.subject, len(some), some[0], some[len(some)-1]})
	}
	slices.SortFunc(list, func(a, b Unusual) int {
		return cmp.Or(
			cmp.Compare(slices.IndexFunc(Rules, a.is), slices.IndexFunc(Rules, b.is)),
			cmp.Compare(b.Times, a.Times), cmp.Compare(a.Who, b.Who), cmp.Compare(a.Subject, b.Subject))
	})
	return list
}

func (u *Unusual) is(rule Rule) bool { return rule.ID == u.Rule.ID }

// densest returns, in order, the most times that lie within a half-open span
// of a length, the first such ones; all where the length is 0.
func densest(times []time.Time, within time.Duration) []time.Time {
	slices.SortFunc(times, time.Time.Compare) // several processes have several clocks
	if within == 0 {
		return times
	}
	from, to := 0, 0
	first := 0
	for i := range times {
		for times[i].Sub(times[first]) >= within {
			first++
		}
		if i+1-first > to-from {
			from, to = first, i+1
		}
	}
	return times[from:to]
}
