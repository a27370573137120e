package report

import (
	"fmt"
	"strings"

	"commonground/data"
	"commonground/data/scores"
)

// Figures lists every number of a report by itself, in its order. Each has an id
// that stays the same from report to report, such as
//
//	line.contacts  line.outcome.ran_off  line.outcome.ran_off.harm
//	return.official_warnings
//	cleansing.2019-04-24.managed.needle  cleansing.2019-04-24.managed.visits
//
// What was not returned, and a change that isn't compared, is left out.
func (r *Report) Figures() []Figure {
	l := &listing{report: r}
	l.line()
	for _, agency := range r.Agencies {
		for _, f := range agency.Figures {
			if !f.Missing {
				l.figures = append(l.figures, Figure{
					ID: "return." + f.ID, Title: f.Title, Window: f.Window, Span: f.Span, Least: float64(f.Least), Most: float64(f.Most), Source: f.Source,
				})
			}
		}
	}
	l.cleansing()
	for _, c := range r.Changes {
		if c.Compared {
			l.span, l.source = c.Then, "the same records, "+c.Then.Text()
			l.add(c.ID+"."+c.Against, c.Title+", "+strings.ReplaceAll(c.Against, "_", " "), float64(c.Before))
		}
	}
	l.accuracy()
	return l.figures
}

// listing is a list of figures that grows.
type listing struct {
	report  *Report
	figures []Figure
	span    Span // of the figures that are added
	source  string
}

func (l *listing) add(id, title string, n float64) {
	l.figures = append(l.figures, Figure{ID: id, Title: title, Window: data.PeriodWindow, Span: l.span, Least: n, Most: n, Source: l.source})
}

// contacts adds a number of contacts, and the two categories in it.
func (l *listing) contacts(id, title string, c Contacts) {
	l.add(id, title, float64(c.N))
	l.categories(id, title, c)
}

// categories adds the two categories of contacts, never added.
func (l *listing) categories(id, title string, c Contacts) {
	l.add(id+".harm", title+", about harm", float64(c.Harm))
	l.add(id+".nuisance", title+", about nuisance", float64(c.Nuisance))
}

func (l *listing) line() {
	line := &l.report.Line
	l.span, l.source = l.report.Period, line.Source
	l.contacts("line.contacts", "Contacts", line.Contacts)
	l.outcomes(line.Outcomes)
	l.contacts("line.open", "No outcome yet", line.Open)
	l.contacts("line.unknown_outcome", "Of an outcome that the scheme does not have", line.Unknown)
	for _, c := range line.Channels {
		l.categories("line.channel."+nameOr(c.ID, "none"), "By "+nameOr(c.ID, notKept), c.Contacts)
	}
}

func (l *listing) outcomes(nodes []Outcome) {
	for _, node := range nodes {
		id := "line.outcome." + node.ID
		l.contacts(id, node.Title, node.Contacts)
		for _, reason := range node.Reasons {
			l.categories(id+".reason."+nameOr(reason.ID, "none"), node.Title+": "+nameOr(reason.ID, notKept), reason.Contacts)
		}
		l.outcomes(node.Parts)
	}
}

// notKept stands for a channel or reason that is not on record.
const notKept = "not recorded, or not kept"

func nameOr(id, other string) string {
	if id == "" {
		return other
	}
	return id
}

func (l *listing) cleansing() {
	c := &l.report.Cleansing
	l.source = c.Source
	titles := map[string]string{}
	for _, class := range c.Classes {
		titles[class.ID] = class.Title
	}
	for i := range c.Weekly {
		v := &c.Weekly[i]
		l.span = Span{v.Week, v.Week + 7}
		l.volume(fmt.Sprintf("cleansing.%s.%s.", v.Week, v.Class), titles[v.Class]+": ", v)
	}
	l.span = l.report.Period
	l.volume("cleansing.total.", "In all: ", &c.Total)
	for k, kind := range c.Kinds {
		if n, ok := c.Total.perVisit(k); ok {
			l.add("cleansing.per_visit."+kind.ID, kind.Title+" on each visit", n)
		}
	}
	for _, f := range c.Families {
		id := "cleansing.family." + f.ID
		l.add(id+".items", f.Title, float64(f.Items))
		for _, s := range f.Where {
			l.add(id+".items."+s.Class, f.Title+": "+titles[s.Class], float64(s.Items))
			l.add(id+".share."+s.Class, f.Title+": share of "+titles[s.Class], s.Share)
			l.add(id+".locations."+s.Class, f.Title+": locations in "+titles[s.Class], float64(s.Locations))
		}
		l.concentration(id+".concentration.", f.Title, &f.Concentration)
	}
}

func (l *listing) volume(id, title string, v *Volume) {
	for k, kind := range l.report.Cleansing.Kinds {
		l.add(id+kind.ID, title+kind.Title, float64(v.Items[k]))
	}
	if l.report.Cleansing.Visited {
		l.add(id+"visits", title+"visits", float64(v.Visits))
	}
}

func (l *listing) concentration(id, title string, c *scores.Concentration) {
	for _, f := range numbersOf(c) {
		l.add(id+f.id, title+": "+f.title, f.n)
	}
}

// number is one of a concentration.
type number struct {
	id, title string
	n         float64
}

// numbersOf are those of a concentration.
func numbersOf(c *scores.Concentration) []number {
	return []number{
		{"located_items", "items with a square", float64(c.Located)},
		{"locations_visited", "locations visited", float64(c.Visited)},
		{"locations_with_items", "locations with items", float64(c.Found)},
		{"locations_with_half", "locations with half of the items", float64(c.Half)},
		{"median", "items at half of the locations, at most", float64(c.Median)},
		{"ninetieth_percentile", "items at nine in ten locations, at most", float64(c.Ninth)},
		{"largest", "items at any location, at most", float64(c.Largest)},
		{"gini", "Gini coefficient", c.Gini},
		{"generalised_gini", "generalised Gini coefficient", c.Generalised},
		{"excess_least", "its excess over random placement, least", c.ExcessLeast},
		{"excess_most", "its excess over random placement, most", c.ExcessMost},
	}
}

func (l *listing) accuracy() {
	a, r := &l.report.Accuracy, l.report
	l.span, l.source = r.Period, "the records of the period"
	for k, kind := range r.Cleansing.Kinds {
		l.add("accuracy.unlocated."+kind.ID, kind.Title+" without a usable place", float64(a.UnlocatedItems[k]))
	}
	if r.Cleansing.Visited {
		l.add("accuracy.unlocated.visits", "Visits without a usable place", float64(a.UnlocatedVisits))
	}
	l.categories("accuracy.unlocated.contacts", "Contacts without a usable place", a.UnlocatedContacts)
	l.categories("accuracy.near_boundary.contacts", "Contacts that may be of another class", a.NearContacts)
	if a.Surveyed {
		l.add("accuracy.near_boundary.visits", "Visits that may be of another class", float64(a.NearVisits))
	}
	l.add("accuracy.weeks_not_reported", "Weeks of which a source sent nothing, though it did before and after", float64(len(a.Silent)))
}
