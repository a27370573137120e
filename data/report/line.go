package report

import (
	"slices"
	"strings"

	"commonground/data"
	"commonground/data/incidents"
)

// Line is what came of the contacts of a period. A contact is an incident on any
// channel: the published tree holds concerns that services pass on beside calls.
// It counts contacts, not people: one may concern several.
//
// The tree is the one place where contacts of both categories stand in one
// number, as it is published; each of its numbers is told apart besides. Other
// lists are by category.
type Line struct {
	Contacts
	Outcomes []Outcome `json:"outcomes"`
	// Open are those without an outcome. Contacts are the outcomes at the top and
	// these.
	Open Contacts `json:"open"`
	// Unknown have an outcome that the scheme does not have any more.
	Unknown  Contacts  `json:"unknown_outcome"`
	Channels []Channel `json:"channels"`
	Source   string    `json:"source"`
}

// Contacts is a number of contacts, and the two categories in it.
type Contacts struct {
	N        int64 `json:"n"`
	Harm     int64 `json:"harm"`
	Nuisance int64 `json:"nuisance"`
}

func (c *Contacts) add(category data.Category, n int64) {
	c.N += n
	if category == data.Harm {
		c.Harm += n
		return
	}
	c.Nuisance += n
}

func (c *Contacts) plus(other Contacts) {
	c.N, c.Harm, c.Nuisance = c.N+other.N, c.Harm+other.Harm, c.Nuisance+other.Nuisance
}

// Outcome is a node of the tree.
type Outcome struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Contacts are those with this outcome and with all below it.
	Contacts
	// Own are those with this one alone. Beside parts it must be 0.
	Own Contacts `json:"own"`
	// Reasons say why nobody went to contacts of Own: the scheme's, in its order,
	// as far as one was recorded, then those without. Empty where none was.
	Reasons []Channel `json:"reasons,omitempty"`
	Parts   []Outcome `json:"of_which,omitempty"`
}

// Channel is a way on which contacts came in, or a reason; empty for none on
// record. Single contacts are kept for a time only, and of the others their
// channel is not known any more.
type Channel struct {
	ID string `json:"id"`
	Contacts
}

// tally counts contacts by outcome and something else of theirs.
type tally map[[2]string]*Contacts

func (t tally) add(outcome, other string, category data.Category, n int64) {
	key := [2]string{outcome, other}
	if t[key] == nil {
		t[key] = &Contacts{}
	}
	t[key].add(category, n)
}

func (t tally) of(outcome, other string) Contacts {
	if c := t[[2]string{outcome, other}]; c != nil {
		return *c
	}
	return Contacts{}
}

func (m *making) line() {
	byOutcome, byReason, byChannel := tally{}, tally{}, tally{}
	q := incidents.Query{Weeks: m.weeks}
	l := &m.Line
	for _, c := range m.Incidents.Counts(q, []incidents.Dimension{incidents.ByOutcome}, 0) {
		byOutcome.add(c.Outcome, "", c.Category, c.Incidents)
		l.add(c.Category, c.Incidents)
		if c.Outcome != "" && !m.Scheme.HasOutcome(c.Outcome) {
			l.Unknown.add(c.Category, c.Incidents)
		}
	}
	for r := range m.Incidents.Selected(q) {
		byReason.add(r.Outcome, r.Reason, r.Category, 1)
		byChannel.add("", r.Channel, r.Category, 1)
	}
	l.Outcomes = m.outcomes("", byOutcome, byReason)
	l.Open = byOutcome.of("", "")
	l.Channels = named(m.Scheme.Channels, l.Contacts, byChannel, "")
	l.Source = "contacts received " + m.Period().Text()
	if l.Unknown.N > 0 {
		m.problem("line.unknown_outcome", "%s an outcome that the scheme does not have, so the tree does not add up.", countsOf(l.Unknown.N, "contact has", "contacts have"))
	}
	m.checkTree(l.Outcomes)
}

// outcomes returns the part of the tree below an outcome, "" for the top.
func (m *making) outcomes(parent string, byOutcome, byReason tally) (nodes []Outcome) {
	for _, o := range m.Scheme.Outcomes {
		if o.Parent != parent {
			continue
		}
		node := Outcome{ID: o.ID, Title: o.Title, Own: byOutcome.of(o.ID, ""), Parts: m.outcomes(o.ID, byOutcome, byReason)}
		node.Contacts = node.Own
		for _, part := range node.Parts {
			node.plus(part.Contacts)
		}
		if reasons := named(m.Scheme.Reasons, node.Own, byReason, o.ID); len(reasons) > 0 && reasons[0].ID != "" {
			node.Reasons = reasons
		}
		nodes = append(nodes, node)
	}
	return nodes
}

// named lists what is counted by name: those of the scheme in their order, others
// after them, and last what is left of the whole. None stands there with 0.
func named(names []string, whole Contacts, counts tally, outcome string) []Channel {
	var others []string
	for key := range counts {
		if key[0] == outcome && key[1] != "" && !slices.Contains(names, key[1]) {
			others = append(others, key[1])
		}
	}
	slices.SortFunc(others, strings.Compare)
	list := []Channel{}
	for _, name := range slices.Concat(names, others) {
		if c := counts.of(outcome, name); c.N > 0 {
			list = append(list, Channel{name, c})
			whole.plus(Contacts{-c.N, -c.Harm, -c.Nuisance})
		}
	}
	if whole.N > 0 {
		list = append(list, Channel{"", whole})
	}
	return list
}

// checkTree finds outcomes whose parts don't sum to them.
func (m *making) checkTree(nodes []Outcome) {
	for _, node := range nodes {
		if len(node.Parts) > 0 && node.Own.N > 0 {
			m.problem("line.outcome."+node.ID, "Of %q, %d contacts, the parts make %d: %s none of them as outcome.",
				node.Title, node.N, node.N-node.Own.N, countsOf(node.Own.N, "contact has", "contacts have"))
		}
		m.checkTree(node.Parts)
	}
}
