package release

import (
	"fmt"
	"slices"

	"commonground/data/release/flow"
)

// group is a figure of a return with all that is part of it.
type group struct {
	agency  string
	figures []AccountFigure // the whole first
}

// notReturned stands where there is no figure.
const notReturned = "not returned"

func groupsOf(agencies []AgencyAccount) (groups []group) {
	for _, agency := range agencies {
		places := map[string]int{} // of figures, in groups
		for _, f := range agency.Figures {
			at, isPart := places[f.PartOf]
			if f.PartOf == "" || !isPart {
				at = len(groups)
				groups = append(groups, group{agency: agency.Agency})
			}
			places[f.ID] = at
			groups[at].figures = append(groups[at].figures, f)
		}
	}
	return groups
}

func (g *group) whole() *AccountFigure { return &g.figures[0] }

// publish returns the group as the public may have it, by the line that it stands
// beside: none of its numbers where one of the rules asks for it, which are those
// of Return, and that of the line, whose contacts are part of a figure that covers
// them.
func (g *group) publish(line *lineView, smallest int) (ReportReturn, error) {
	whole := g.whole()
	r := ReportReturn{Agency: g.agency, From: whole.From, To: whole.To, About: whole.About}
	figures := g.figures
	if whole.Missing {
		figures = figures[:1] // a part without its whole could be had from a later one
	}
	lines, err := Return(g.counted(figures), smallest)
	if err != nil {
		return r, err
	}
	for i, f := range figures {
		shown := ReportReturnLine{ReportFigure: ReportFigure{Titled: Titled{ID: f.ID, Title: f.Title}}, PartOf: f.PartOf}
		at := slices.IndexFunc(lines, func(l ReturnLine) bool { return l.ID == f.ID })
		switch isRange := f.Least != f.Most; {
		case f.Missing || !f.about(whole):
			shown.Text, shown.AtMost = notReturned, flow.NoEnd
		case at < 0 || i > 0 && (isRange || whole.Least != whole.Most):
			shown.hide()
		case isRange && f.Most >= smallest:
			shown.ReportFigure = rangeFigure(shown.Titled, f.Least, f.Most, smallest)
		default:
			shown.Text, shown.AtLeast, shown.AtMost = lines[at].Text, lines[at].AtLeast, lines[at].AtMost
		}
		r.Figures = append(r.Figures, shown)
	}
	r.Figures[0].PartOf = ""
	if g.tellsOfLine(r.Figures, line, smallest) {
		r.hide()
	}
	return r, nil
}

// counted are the figures that were returned about the days of the whole, and whose
// own whole was.
func (g *group) counted(figures []AccountFigure) (counted []Returned) {
	given := map[string]bool{}
	for i, f := range figures {
		if i > 0 && (f.Missing || !given[f.PartOf] || !f.about(g.whole())) {
			continue
		}
		given[f.ID] = true
		counted = append(counted, Returned{ID: f.ID, Title: f.Title, N: f.Most, PartOf: f.PartOf})
	}
	counted[0].PartOf = ""
	return counted
}

// about reports whether two figures are about the same days.
func (f *AccountFigure) about(other *AccountFigure) bool {
	return f.From == other.From && f.To == other.To
}

// rangeFigure is a least and a most, of which the least may be small.
func rangeFigure(titled Titled, least, most, smallest int) ReportFigure {
	if least < smallest {
		return ReportFigure{titled, fmt.Sprintf("fewer than %d to %d", smallest, most), 0, most}
	}
	return ReportFigure{titled, fmt.Sprintf("%d to %d", least, most), least, most}
}

func (f *ReportFigure) hide() { f.Text, f.AtLeast, f.AtMost = "not shown", 0, flow.NoEnd }

// hide leaves no number of the group.
func (r *ReportReturn) hide() {
	for i := range r.Figures {
		if r.Figures[i].Text != notReturned {
			r.Figures[i].hide()
		}
	}
}

// tellsOfLine reports whether a number under the smallest could be had from the
// group and the line together: what an agency did beside the contacts that its
// figure covers, where both are given; or what is left of a whole, where a part of
// it that is not shown is known to be large.
func (g *group) tellsOfLine(shown []ReportReturnLine, line *lineView, smallest int) bool {
	for i := range shown {
		at, covers := line.node(g.figures[i].Covers)
		if !covers || at.AtLeast < smallest {
			continue
		}
		f, whole := &shown[i], &shown[0]
		if exact(&f.ReportFigure) && f.AtLeast-at.AtLeast < smallest {
			return true
		}
		if i > 0 && !exact(&f.ReportFigure) && exact(&whole.ReportFigure) && whole.AtLeast-at.AtLeast < 2*smallest-1 {
			return true
		}
	}
	return false
}

func exact(f *ReportFigure) bool { return f.AtLeast == f.AtMost }

// earlier returns what was published of a figure about days that overlap with those
// of a return, the latest first: there is one answer for a day, and the difference
// between two that overlap would tell of the days between.
func earlier(past []Published, r *ReportReturn) (ReportReturn, bool) {
	for _, p := range slices.Backward(past) {
		if p.Report == nil {
			continue
		}
		for _, before := range p.Report.Returns {
			if before.Figures[0].ID != r.Figures[0].ID || before.Figures[0].Text == notReturned || before.To <= r.From || r.To <= before.From {
				continue
			}
			if before.Since == "" {
				before.Since = p.Period
			}
			return before, true
		}
	}
	return ReportReturn{}, false
}
