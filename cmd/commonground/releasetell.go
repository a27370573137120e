package main

import (
	"fmt"
	"slices"

	"commonground/data/release"
)

func (p *program) tellDraft(d *release.Draft) {
	fmt.Fprintf(p.stdout, "Draft of %s to %s (not included)\nSHA-256 %s\n\nChecks\n", d.Edition.Period.From, d.Edition.Period.To, d.SHA256)
	for _, f := range d.Findings {
		mark := "passed"
		if !f.Passed {
			mark = "FAILED"
		}
		fmt.Fprintf(p.stdout, "  %s  %s: %s\n", mark, f.Rule, f.Text)
		for _, detail := range f.Details {
			fmt.Fprintf(p.stdout, "            %s\n", detail)
		}
	}
	p.tellMap(&d.Edition.Map)
	if len(d.Usefulness) > 0 {
		fmt.Fprintln(p.stdout, "\nUsefulness, for signers alone")
	}
	for _, u := range d.Usefulness {
		fmt.Fprintf(p.stdout, "  %s\n", u.Text)
	}
	p.tellTables(&d.Edition.Tables)
	p.tellSignatures(d)
}

func (p *program) tellMap(m *release.Map) {
	fmt.Fprintln(p.stdout, "\nMap, items for each 250 m × 250 m")
	if m.Why != "" {
		fmt.Fprintf(p.stdout, "  none: %s\n", m.Why)
		return
	}
	lines := table{texts: 1}
	for _, band := range m.Legend {
		n := 0
		for i := range m.Squares {
			if m.Squares[i].Band == band.Band {
				n++
			}
		}
		lines.add("  "+band.Text, fmt.Sprintf("%d squares", n))
	}
	lines.print(p.stdout)
}

func (p *program) tellTables(t *release.Tables) {
	fmt.Fprintln(p.stdout, "\nItems")
	lines := table{texts: 1}
	heads := []string{"  week from, family"}
	for _, class := range t.Classes {
		heads = append(heads, class.Title)
	}
	lines.add(heads...)
	for chunk := range slices.Chunk(byFamily(t), len(t.Classes)) {
		row := []string{"  " + chunk[0].Week + " " + chunk[0].Family}
		for _, r := range chunk {
			row = append(row, r.Text)
		}
		lines.add(row...)
	}
	lines.print(p.stdout)
	for _, total := range t.Totals {
		fmt.Fprintf(p.stdout, "  %s in the whole area and period: %s\n", total.Family, total.Text)
	}
}

// byFamily returns the rows family by family, week by week, class by class.
func byFamily(t *release.Tables) []release.Row {
	var rows []release.Row
	for _, family := range t.Families {
		for _, r := range t.Rows {
			if r.Family == family.ID {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

func (p *program) tellSignatures(d *release.Draft) {
	fmt.Fprintln(p.stdout, "\nSignatures")
	if len(d.Signatures) == 0 {
		fmt.Fprintln(p.stdout, "  none yet")
	}
	for _, s := range d.Signatures {
		of := "this draft"
		if !s.Current {
			of = "another draft: worth nothing for this one"
		}
		fmt.Fprintf(p.stdout, "  %s, %s: %s\n", s.Name, s.At.Format("2 Jan 2006 15:04"), of)
	}
	if d.Ready {
		fmt.Fprintln(p.stdout, "It can be sealed.")
	}
}

func (p *program) tellVerified(wrong []string, err error) error {
	if err != nil {
		return err
	}
	for _, what := range wrong {
		fmt.Fprintln(p.stdout, what)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d things are wrong with the archive", len(wrong))
	}
	fmt.Fprintln(p.stdout, "Every file is what its manifest says, and the chain has no gap.")
	return nil
}
