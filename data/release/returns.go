package release

import (
	"fmt"

	"commonground/data/release/flow"
)

// Returned is a figure of a return, such as one of the outreach service.
type Returned struct {
	ID    string
	Title string
	N     int
	// PartOf is the id of a figure before it, which it is part of; empty where it
	// is none. Parts of one whole may overlap. Where they divide it, use Collapse:
	// here they aren't subtracted from each other.
	PartOf string
}

// ReturnLine is such a figure as it is published.
type ReturnLine struct {
	Titled
	Figure
	PartOf string `json:"part_of,omitempty"`
}

// Return returns the figures of a return as they may be published, in their
// order. One under a smallest number, such as a policy's TableMin, reads "fewer
// than"; a part is not shown where the rest of its whole is under it. To those
// who know this rule, either of these says more where the whole is small: of 12
// with a rest of 10 or more, 2 are left at most. So no part of a whole under twice
// the smallest less one (19 for 10) is shown, and none of a whole that is not
// shown. The text of those is "not shown", and AtMost -1. Parts of what reads
// "fewer than" read the same.
//
// An id that is there twice, a whole that does not come before its part, a
// negative number and a part that is more than its whole are refused with an
// error that names it.
func Return(figures []Returned, smallest int) ([]ReturnLine, error) {
	lines := make([]ReturnLine, len(figures))
	places := map[string]int{}
	for i, f := range figures {
		whole, ok := places[f.PartOf]
		if _, twice := places[f.ID]; twice || f.ID == "" {
			return nil, fmt.Errorf("release: the figure %q has no id of its own", f.ID)
		}
		if f.PartOf != "" && !ok {
			return nil, fmt.Errorf("release: the figure %q is part of %q, which does not come before it", f.ID, f.PartOf)
		}
		if f.N < 0 || ok && f.N > figures[whole].N {
			return nil, fmt.Errorf("release: the figure %q is %d, less than nothing or more than its whole", f.ID, f.N)
		}
		places[f.ID] = i
		lines[i] = ReturnLine{Titled: Titled{ID: f.ID, Title: f.Title}, Figure: numberOrFewer(f.N, smallest), PartOf: f.PartOf}
		if ok && hidesPart(lines[whole].Figure, f.N, smallest) {
			lines[i].Figure = Figure{Text: "not shown", AtMost: flow.NoEnd}
		}
	}
	return lines, nil
}

// hidesPart says whether a part of the whole is not shown.
func hidesPart(whole Figure, part, smallest int) bool {
	if whole.AtLeast != whole.AtMost {
		return whole.AtMost == flow.NoEnd
	}
	return whole.AtLeast < 2*smallest-1 || whole.AtLeast-part < smallest
}
