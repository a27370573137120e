package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/geo"
)

// Accuracy is how far the figures of a report can be relied on.
type Accuracy struct {
	// UnlocatedVisits and UnlocatedItems are of pickups without a usable place;
	// items by kind, in the order of Cleansing.Kinds.
	UnlocatedVisits int64   `json:"unlocated_visits"`
	UnlocatedItems  []int64 `json:"unlocated_items"`
	// UnlocatedContacts have no usable place, and NearContacts could lie in a place
	// of another class, by how roughly they were located.
	UnlocatedContacts Contacts `json:"unlocated_contacts"`
	NearContacts      Contacts `json:"contacts_near_boundary"`
	// Surveyed says that the pickups were looked over: then NearVisits could lie in a
	// place of another class.
	Surveyed   bool  `json:"pickups_looked_over"`
	NearVisits int64 `json:"visits_near_boundary"`
	// UndatedVisits and UndatedContacts, of all records, are known to the month only,
	// and are in no period.
	UndatedVisits   int64    `json:"undated_visits"`
	UndatedContacts Contacts `json:"undated_contacts"`
	// Silent lists who sent nothing of a week of the period, and did before and
	// after it.
	Silent []Silence `json:"did_not_report"`
	Notes  []string  `json:"notes"`
}

// Silence is a week of which a source sent nothing.
type Silence struct {
	Source string    `json:"source"`
	Sort   string    `json:"records"` // pickups or contacts
	Week   data.Date `json:"week"`
}

func (m *making) accuracy() {
	a := &m.Accuracy
	a.Surveyed = m.Survey != nil && !m.restricted()
	a.UnlocatedItems = make([]int64, len(m.Cleansing.Kinds))
	for i := range m.Cleansing.Weekly {
		v := &m.Cleansing.Weekly[i]
		if v.Class != geo.Unlocated.String() {
			continue
		}
		a.UnlocatedVisits += v.Visits
		for k, n := range v.Items {
			a.UnlocatedItems[k] += n
		}
	}
	contacts := reports{}
	for r := range m.Incidents.Selected(incidents.Query{}) {
		contacts.add(r.Source, r.Week)
		if r.Week == data.Undated {
			a.UndatedContacts.add(r.Category, 1)
		}
		if !m.weeks.Holds(r.Week) {
			continue
		}
		if r.Place.Class == geo.Unlocated {
			a.UnlocatedContacts.add(r.Category, 1)
		}
		if r.Place.NearBoundary {
			a.NearContacts.add(r.Category, 1)
		}
	}
	visits := m.surveyed()
	a.Silent = slices.Concat([]Silence{}, m.silent(visits, "pickups"), m.silent(contacts, "contacts"))
	a.Notes = m.notes()
}

// reports are the weeks of which each source sent something.
type reports map[string]map[data.Week]bool

func (r reports) add(source string, week data.Week) {
	if r[source] == nil {
		r[source] = map[data.Week]bool{}
	}
	r[source][week] = true
}

// surveyed takes what a survey found, and returns which weeks it found pickups
// of.
func (m *making) surveyed() reports {
	visits := reports{}
	if !m.Accuracy.Surveyed {
		return visits
	}
	for i := range m.Survey.Rows {
		row := &m.Survey.Rows[i]
		visits.add(row.Source, row.Week)
		if m.weeks.Holds(row.Week) {
			m.Accuracy.NearVisits += int64(row.NearBoundary)
		}
		if row.Week == data.Undated {
			m.Accuracy.UndatedVisits += int64(row.Records)
		}
	}
	return visits
}

// silent lists the weeks of the period of which a source sent nothing though it
// did of some week before it and after it, as many weeks away as a period has
// at most. In the order of sources, then weeks.
func (m *making) silent(sent reports, sort string) (list []Silence) {
	sentAny := func(weeks map[data.Week]bool, from, to data.Week) bool {
		for week := from; week < to; week++ {
			if weeks[week] {
				return true
			}
		}
		return false
	}
	reach := data.Week(m.Scheme.PeriodWeeks)
	for source, weeks := range sent {
		for week := m.weeks.From; week < m.weeks.To; week++ {
			if !weeks[week] && sentAny(weeks, week-reach, week) && sentAny(weeks, week+1, week+1+reach) {
				list = append(list, Silence{source, sort, m.Scheme.WeekStart(week)})
			}
		}
	}
	slices.SortFunc(list, func(a, b Silence) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), cmp.Compare(a.Week, b.Week))
	})
	return list
}

// notes says it all in sentences.
func (m *making) notes() []string {
	a := &m.Accuracy
	var unlocated []string
	for k, kind := range m.Cleansing.Kinds {
		unlocated = append(unlocated, kind.Title+": "+grouped(a.UnlocatedItems[k]))
	}
	notes := []string{}
	if len(unlocated) > 0 {
		notes = append(notes, "Items without a usable place, which count in every table and on no map. "+strings.Join(unlocated, "; ")+".")
	}
	notes = append(notes,
		fmt.Sprintf("Contacts without a usable place: %s. So roughly located that they may be of another class: %s.", byCategory(a.UnlocatedContacts), byCategory(a.NearContacts)),
		fmt.Sprintf("Contacts known to the month only, in all records, and in no period: %s.", byCategory(a.UndatedContacts)))
	if a.Surveyed {
		notes = append(notes, fmt.Sprintf("Visits so roughly located that they may be of another class: %s. Known to the month only, in all records: %s.", grouped(a.NearVisits), grouped(a.UndatedVisits)))
	} else if m.Cleansing.Visited {
		notes = append(notes, "The pickups were not looked over for this report: how many lie near a boundary, and which crews did not report, is not known here.")
	}
	for _, s := range a.Silent {
		notes = append(notes, fmt.Sprintf("%s sent no %s of the week from %s, though it did before and after.", s.Source, s.Sort, dayText(s.Week)))
	}
	if missing := m.missing(); missing != "" {
		notes = append(notes, missing)
	}
	return append(notes, "When a record came in is not kept, so that late ones can't be told: this report counts what is there now.")
}

// missing says how many figures each agency has not returned; empty for none.
func (m *making) missing() string {
	var agencies []string
	for _, agency := range m.Agencies {
		n := 0
		for _, f := range agency.Figures {
			if f.Missing {
				n++
			}
		}
		if n > 0 {
			agencies = append(agencies, fmt.Sprintf("%s %d of %d", agency.Agency, n, len(agency.Figures)))
		}
	}
	if len(agencies) == 0 {
		return ""
	}
	return "Figures not returned: " + strings.Join(agencies, ", ") + "."
}

// byCategory writes contacts, never added.
func byCategory(c Contacts) string {
	return fmt.Sprintf("%s about harm and %s about nuisance", grouped(c.Harm), grouped(c.Nuisance))
}
