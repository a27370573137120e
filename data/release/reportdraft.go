package release

import (
	"context"
	"fmt"
	"slices"

	"commonground/data"
)

// PublishedReport is what the report of an edition published, as later ones must
// know it.
type PublishedReport struct {
	Returns []ReportReturn `json:"returns"`
}

// reportBeside makes the report that is sealed with the edition, if there is an
// account of the period; its numbers are audited. Where the account isn't final,
// or something small could be had from what would be published, the draft can't be
// signed.
func (m *making) reportBeside(ctx context.Context) error {
	if m.Accounts == nil {
		return nil
	}
	account, err := m.Accounts.Account(ctx, m.settings, m.in.from)
	if err != nil {
		return err
	}
	if len(account.Problems) > 0 {
		m.find("report", false, "the report of the period is not final; what it says must be mended first", account.Problems)
		return nil
	}
	smallest := m.settings.Scheme.Release.TableMin
	line, err := viewLine(account.Line, smallest)
	if err != nil {
		m.find("report", false, "the report of the period does not add up: "+err.Error(), nil)
		return nil
	}
	returns, left, err := m.returnsBeside(line, groupsOf(account.Agencies))
	if err != nil {
		m.find("report", false, "what agencies returned does not fit together: "+err.Error(), nil)
		return nil
	}
	leaks := line.leaks()
	text := fmt.Sprintf("no number under %d can be worked out from what the report says of contacts and returns, by anyone who knows the rules", smallest)
	if len(leaks) > 0 {
		text = fmt.Sprintf("numbers under %d could be worked out from what the report says of contacts", smallest)
	}
	m.find("report", len(leaks) == 0, text, append(leaks, left...))
	m.report = &PublicReport{
		Place: m.edition.Place, Synthetic: m.edition.Synthetic, Period: m.edition.Period, Smallest: smallest,
		Line: reportNode(&line.shown), Returns: returns, Items: m.trends(),
	}
	m.published.Report = &PublishedReport{Returns: returns}
	return nil
}

// returnsBeside returns what may be published of returns. A figure that covers
// contacts limits what they can be: where too little is left, none of its group is
// shown, and a sentence says so.
func (m *making) returnsBeside(line *lineView, groups []group) (returns []ReportReturn, left []string, err error) {
	returns = []ReportReturn{}
	for i := range groups {
		g := &groups[i]
		r, err := g.publish(line, line.smallest)
		if err != nil {
			return nil, nil, err
		}
		if before, ok := m.before(&r); ok {
			returns = append(returns, before)
			continue
		}
		known := line.most
		line.most = g.limits(r.Figures, known)
		if len(line.leaks()) > 0 {
			line.most = known
			r.hide()
			left = append(left, fmt.Sprintf("%q is not shown, since with it something of contacts could be worked out", g.whole().Title))
		}
		returns = append(returns, r)
	}
	return returns, left, nil
}

// before returns what stands for a return whose days overlap with those of one that
// was published. Where that edition was withdrawn, nothing is shown.
func (m *making) before(r *ReportReturn) (ReportReturn, bool) {
	before, ok := earlier(m.past, r)
	if ok && slices.ContainsFunc(m.chain, func(s data.Sealing) bool { return s.Withdrawn && s.Period.String() == before.Since }) {
		before.hide()
	}
	return before, ok
}

// limits returns what nodes of the line can be at most, with what the group says
// besides.
func (g *group) limits(shown []ReportReturnLine, known map[string]int) map[string]int {
	limits := map[string]int{}
	for id, most := range known {
		limits[id] = most
	}
	for i := range shown {
		id, most := g.figures[i].Covers, shown[i].AtMost
		if before, ok := limits[id]; id != "" && most >= 0 && (!ok || most < before) {
			limits[id] = most
		}
	}
	return limits
}

func reportNode(s *Shown) ReportNode {
	n := ReportNode{ReportFigure: ReportFigure{s.Titled, s.Text, s.AtLeast, s.AtMost}, StandsFor: s.StandsFor}
	for i := range s.Parts {
		n.Parts = append(n.Parts, reportNode(&s.Parts[i]))
	}
	return n
}

// trends compares what the edition says of families with what others say that stand.
func (m *making) trends() []ReportTrend {
	out := []ReportTrend{}
	before, hadBefore := m.standingTotals(m.in.from - data.Date(7*m.settings.Scheme.PeriodWeeks))
	year, hadYear := m.standingTotals(m.in.from - 7*data.YearWeeks)
	for _, family := range m.edition.Tables.Families {
		now, ok := totalOf(m.published.Totals, family.ID)
		t := ReportTrend{Titled: family}
		if !ok {
			t.Sentence = family.Title + ": no total of the period is given, since numbers that are hidden could be worked out with it."
		} else {
			t.Sentence = fmt.Sprintf("%s: %s removed; %s; %s.", family.Title, about(now.Figure),
				compared(now.Figure, before, hadBefore, family.ID, "the period before"), compared(now.Figure, year, hadYear, family.ID, "the same weeks a year before"))
		}
		out = append(out, t)
	}
	return out
}

// standingTotals are those of the edition of a period, if it is public.
func (m *making) standingTotals(period data.Date) ([]Total, bool) {
	if slices.ContainsFunc(m.chain, func(s data.Sealing) bool { return s.Withdrawn && s.Period == period }) {
		return nil, false
	}
	for _, p := range m.past {
		if p.Period == period.String() {
			return p.Totals, true
		}
	}
	return nil, false
}

func totalOf(totals []Total, family string) (Total, bool) {
	at := slices.IndexFunc(totals, func(t Total) bool { return t.Family == family })
	if at < 0 {
		return Total{}, false
	}
	return totals[at], true
}

// about writes a rounded total.
func about(f Figure) string {
	if f.AtLeast == 0 {
		return f.Text
	}
	return "about " + f.Text
}

// compared says how a total is to one before it: more or fewer only where the
// rounded numbers can't be the same.
func compared(now Figure, then []Total, public bool, family, words string) string {
	before, ok := totalOf(then, family)
	switch {
	case !public:
		return "not compared with " + words + ", of which no edition is public"
	case !ok:
		return "not compared with " + words + ", of which no total was given"
	case now.AtLeast > before.AtMost:
		return fmt.Sprintf("more than in %s (%s)", words, about(before.Figure))
	case now.AtMost < before.AtLeast:
		return fmt.Sprintf("fewer than in %s (%s)", words, about(before.Figure))
	}
	return fmt.Sprintf("much as in %s (%s)", words, about(before.Figure))
}
