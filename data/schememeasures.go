package data

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Measure returns the measure of an id, or false where there is none.
func (s *Scheme) Measure(id string) (Measure, bool) {
	for _, measure := range s.Measures {
		if measure.ID == id {
			return measure, true
		}
	}
	return Measure{}, false
}

// maxAgencyLength is that of the source of an API key, in characters.
const maxAgencyLength = 100

// measures checks what agencies return. The outcomes are those of the scheme.
func (c *schemeCheck) measures(measures []Measure, outcomes []Outcome) []Measure {
	seen := map[string]bool{}
	for i, measure := range measures {
		key := fmt.Sprintf("measure[%d]", i+1)
		c.id(key, measure.ID, seen)
		if measure.Title == "" {
			c.refuse(key, "%s has no title", measure.ID)
		}
		switch agency := measure.Agency; {
		case agency == "":
			c.refuse(key, "%s has no agency; name who returns it, as the source of its API key", measure.ID)
		case utf8.RuneCountInString(agency) > maxAgencyLength || strings.TrimSpace(agency) != agency || strings.ContainsFunc(agency, unicode.IsControl):
			c.refuse(key+".agency", "%q is no name of a sender; write at most %d characters, no space around them", agency, maxAgencyLength)
		}
		if !slices.Contains(Windows(), measure.Window) {
			c.refuse(orEntry(c.lines, key, ".window"), "%q is no window; write %s", measure.Window, windowList())
		}
		c.partOf(key, measure, measures[:i])
		c.covers(key, measure, outcomes)
	}
	return measures
}

// orEntry is the key of an entry's attribute, that of the entry where the file
// has no such attribute.
func orEntry(lines map[string]int, entry, attribute string) string {
	if _, ok := lines[entry+attribute]; ok {
		return entry + attribute
	}
	return entry
}

func windowList() string {
	var names []string
	for _, window := range Windows() {
		names = append(names, string(window))
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// partOf checks the whole that a measure is a part of: one above it, which rules
// out circles.
func (c *schemeCheck) partOf(key string, part Measure, above []Measure) {
	if part.PartOf == "" {
		return
	}
	at := slices.IndexFunc(above, func(m Measure) bool { return m.ID == part.PartOf })
	if at < 0 {
		c.refuse(key+".part_of", "there is no measure %q above this one", part.PartOf)
		return
	}
	if whole := above[at]; whole.Agency != part.Agency || whole.Window != part.Window {
		c.refuse(key+".part_of", "%s is of the agency %q and the window %q; a part has the agency and window of its whole", whole.ID, whole.Agency, whole.Window)
	}
}

func (c *schemeCheck) covers(key string, measure Measure, outcomes []Outcome) {
	switch {
	case measure.Covers == "":
	case !slices.ContainsFunc(outcomes, func(o Outcome) bool { return o.ID == measure.Covers }):
		c.refuse(key+".covers", "there is no outcome %q", measure.Covers)
	case measure.Window != PeriodWindow:
		c.refuse(key+".covers", "contacts are counted for a reporting period; write window = %q, or leave covers out", PeriodWindow)
	}
}
