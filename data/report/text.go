package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"commonground/data"
)

// writeText writes what a person wants to read first, for a terminal: sentences,
// and the tables without their ids.
func writeText(r *Report, out io.Writer) error {
	t := &textual{}
	t.line("%s: monitoring report, %s", r.Name, r.Period.Text())
	if r.Synthetic {
		t.line("A made-up town with made-up records.")
	}
	t.line("%s. %s", r.Marking, strings.ToUpper(r.state()[:1])+r.state()[1:]+".")
	if r.By != "" {
		t.line("Taken by %s, %s.", r.By, dayText(data.DateOf(r.Made)))
	}
	for _, p := range r.Problems {
		t.line("  ! %s", p.Text)
	}
	t.contacts(r)
	t.returned(r)
	t.volumes(r)
	t.head("What the cleansing crews' finds say")
	for i := range r.Cleansing.Families {
		t.lines(r.Cleansing.Families[i].Concentration.Sentences)
	}
	t.head("Compared with before")
	for _, c := range r.Changes {
		t.line("  %s", c.Sentence)
	}
	t.head("How far this can be relied on")
	t.lines(r.Accuracy.Notes)
	_, err := out.Write(t.Bytes())
	return err
}

// textual is a text that grows.
type textual struct{ bytes.Buffer }

func (t *textual) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

func (t *textual) head(title string) { t.line("\n%s", title) }

func (t *textual) lines(all []string) {
	for _, line := range all {
		t.line("  %s", line)
	}
}

func (t *textual) contacts(r *Report) {
	t.head("Contacts received in the period, and what came of them")
	rows := [][]string{{"", "contacts", "harm", "nuisance"}}
	add := func(depth int, title string, c Contacts) {
		rows = append(rows, []string{strings.Repeat("  ", depth) + title, grouped(c.N), grouped(c.Harm), grouped(c.Nuisance)})
	}
	add(0, "All", r.Line.Contacts)
	var below func(depth int, nodes []Outcome)
	below = func(depth int, nodes []Outcome) {
		for _, node := range nodes {
			add(depth, node.Title, node.Contacts)
			below(depth+1, node.Parts)
		}
	}
	below(1, r.Line.Outcomes)
	add(1, "No outcome yet", r.Line.Open)
	if r.Line.Unknown.N > 0 {
		add(1, "Of an outcome that the scheme does not have", r.Line.Unknown)
	}
	t.table(rows)
}

func (t *textual) returned(r *Report) {
	for _, agency := range r.Agencies {
		t.head("Returned by " + agency.Agency)
		rows := [][]string{}
		for _, f := range agency.Figures {
			rows = append(rows, []string{f.Title + ", " + f.About, f.text()})
		}
		t.table(rows)
	}
}

// volumes writes items by week and by class.
func (t *textual) volumes(r *Report) {
	c := &r.Cleansing
	t.head("Picked up by week, in all classes of places")
	head := []string{"week from"}
	for _, kind := range c.Kinds {
		head = append(head, kind.Title)
	}
	if c.Visited {
		head = append(head, "visits")
	}
	rows := [][]string{head}
	add := func(title string, v Volume) {
		row := []string{title}
		for _, cell := range r.volumeCells(&v) {
			row = append(row, grouped(int64(cell.Number)))
		}
		rows = append(rows, row)
	}
	for i := 0; i < len(c.Weekly); i += len(c.Classes) {
		add(dayText(c.Weekly[i].Week), sumOf(c.Weekly[i:i+len(c.Classes)], c.Weekly[i].Week, len(c.Kinds)))
	}
	add("all", c.Total)
	t.table(rows)
	t.head("Where they lay")
	rows = [][]string{{"", "items", "share", "locations"}}
	for _, f := range c.Families {
		for k, s := range f.Where {
			rows = append(rows, []string{f.Title + ": " + c.Classes[k].Title, grouped(s.Items), fmt.Sprintf("%.0f %%", 100*s.Share), grouped(int64(s.Locations))})
		}
	}
	t.table(rows)
}

// table writes rows of one length with their columns below each other: the first to
// the left, numbers to the right.
func (t *textual) table(rows [][]string) {
	widths := map[int]int{}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := "  "
		for i, cell := range row {
			room := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line += cell + room
				continue
			}
			line += "  " + room + cell
		}
		t.line("%s", strings.TrimRight(line, " "))
	}
}
