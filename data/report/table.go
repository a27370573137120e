package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"commonground/data"
)

// Table is one table of a report, as spreadsheets have it.
type Table struct {
	// ID names the file or the sheet: small letters and _, 31 at most.
	ID    string
	Title string
	Head  []string
	// Rows are as long as the head.
	Rows [][]Cell
}

// Cell is a text or a number.
type Cell struct {
	Text     string
	Number   float64
	IsNumber bool
}

// String writes a number so that it can be read back as it is.
func (c Cell) String() string {
	if c.IsNumber {
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	}
	return c.Text
}

func text(s string) Cell             { return Cell{Text: s} }
func count(n int64) Cell             { return Cell{Number: float64(n), IsNumber: true} }
func decimal(n float64) Cell         { return Cell{Number: n, IsNumber: true} }
func day(d data.Date) Cell           { return text(d.String()) }
func contactCells(c Contacts) []Cell { return []Cell{count(c.N), count(c.Harm), count(c.Nuisance)} }

func (t *Table) add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// Tables returns the tables of a report; the last, figures, has every number by
// itself.
func (r *Report) Tables() []Table {
	return []Table{
		r.about(), r.outcomeTable(), r.reasonTable(), r.channelTable(), r.returnTable(),
		r.weeklyTable("weekly", "Picked up by week", r.Cleansing.Weekly), r.familyTable(), r.concentrationTable(), r.changeTable(), r.accuracyTable(),
		r.weeklyTable("weekly_before", "Picked up in the 52 weeks before", r.Cleansing.Before), r.figureTable(),
	}
}

// about is the table of what the report is, with what keeps it from being final.
func (r *Report) about() Table {
	t := Table{ID: "report", Title: r.Name + ": monitoring report", Head: []string{"what", "is"}}
	t.add(text("name"), text(r.Name))
	if r.Synthetic {
		t.add(text("data"), text("made up: this town does not exist"))
	}
	t.add(text("from"), day(r.Period.From))
	t.add(text("last day"), day(r.Last))
	t.add(text("made"), text(r.Made.Format(time.RFC3339)))
	if r.By != "" {
		t.add(text("taken by"), text(r.By))
	}
	t.add(text("marking"), text(r.Marking))
	t.add(text("state"), text(r.state()))
	for _, problem := range r.Problems {
		t.add(text("problem"), text(problem.Text))
	}
	for _, w := range r.Windows {
		for _, span := range w.Spans {
			t.add(text("window"), text(w.Title+": "+span.Text()))
		}
	}
	return t
}

func (r *Report) state() string {
	if r.Final {
		return "final"
	}
	return "not final"
}

func (r *Report) outcomeTable() Table {
	t := Table{ID: "outcomes", Title: "What came of contacts received in the period", Head: []string{"outcome", "title", "part of", "contacts", "harm", "nuisance"}}
	row := func(id, title, parent string, c Contacts) {
		t.add(append([]Cell{text(id), text(title), text(parent)}, contactCells(c)...)...)
	}
	row("", "All contacts", "", r.Line.Contacts)
	var below func(parent string, nodes []Outcome)
	below = func(parent string, nodes []Outcome) {
		for _, node := range nodes {
			row(node.ID, node.Title, parent, node.Contacts)
			below(node.ID, node.Parts)
		}
	}
	below("", r.Line.Outcomes)
	row("open", "No outcome yet", "", r.Line.Open)
	if r.Line.Unknown.N > 0 {
		row("unknown_outcome", "Of an outcome that the scheme does not have", "", r.Line.Unknown)
	}
	return t
}

func (r *Report) reasonTable() Table {
	t := Table{ID: "reasons", Title: "Why nobody went", Head: []string{"outcome", "reason", "harm", "nuisance"}}
	var below func(nodes []Outcome)
	below = func(nodes []Outcome) {
		for _, node := range nodes {
			for _, reason := range node.Reasons {
				t.add(text(node.ID), text(nameOr(reason.ID, notKept)), count(reason.Harm), count(reason.Nuisance))
			}
			below(node.Parts)
		}
	}
	below(r.Line.Outcomes)
	return t
}

func (r *Report) channelTable() Table {
	t := Table{ID: "channels", Title: "How contacts came in", Head: []string{"channel", "harm", "nuisance"}}
	for _, c := range r.Line.Channels {
		t.add(text(nameOr(c.ID, notKept)), count(c.Harm), count(c.Nuisance))
	}
	return t
}

func (r *Report) returnTable() Table {
	t := Table{ID: "returns", Title: "What agencies returned", Head: []string{"agency", "figure", "title", "least", "most", "from", "last day", "about", "part of", "source"}}
	for _, agency := range r.Agencies {
		for _, f := range agency.Figures {
			least, most, from, last := count(f.Least), count(f.Most), text(""), text("")
			if f.Missing {
				least, most = text(""), text("")
			}
			if f.Span != (Span{}) {
				from, last = day(f.From), day(f.To-1)
			}
			t.add(text(agency.Agency), text(f.ID), text(f.Title), least, most, from, last, text(f.About), text(f.PartOf), text(f.Source))
		}
	}
	return t
}

func (r *Report) weeklyTable(id, title string, volumes []Volume) Table {
	t := Table{ID: id, Title: title, Head: []string{"week from", "class"}}
	for _, kind := range r.Cleansing.Kinds {
		t.Head = append(t.Head, kind.ID)
	}
	if r.Cleansing.Visited {
		t.Head = append(t.Head, "visits")
	}
	for i := range volumes {
		v := &volumes[i]
		t.add(append([]Cell{day(v.Week), text(v.Class)}, r.volumeCells(v)...)...)
	}
	return t
}

func (r *Report) volumeCells(v *Volume) (cells []Cell) {
	for _, n := range v.Items {
		cells = append(cells, count(n))
	}
	if r.Cleansing.Visited {
		cells = append(cells, count(v.Visits))
	}
	return cells
}

func (r *Report) familyTable() Table {
	t := Table{ID: "classes", Title: "Where items lay", Head: []string{"family", "class", "items", "share", "locations"}}
	for _, f := range r.Cleansing.Families {
		for _, s := range f.Where {
			t.add(text(f.ID), text(s.Class), count(s.Items), decimal(s.Share), count(int64(s.Locations)))
		}
	}
	return t
}

func (r *Report) concentrationTable() Table {
	t := Table{ID: "concentration", Title: "How unevenly items lay", Head: []string{"family", "what", "number", "sentence"}}
	for i := range r.Cleansing.Families {
		f := &r.Cleansing.Families[i]
		for _, sentence := range f.Concentration.Sentences {
			t.add(text(f.ID), text("statement"), text(""), text(sentence))
		}
		for _, n := range numbersOf(&f.Concentration) {
			t.add(text(f.ID), text(n.title), decimal(n.n), text(""))
		}
		t.add(text(f.ID), text("random placements drawn"), count(int64(f.Concentration.Draws)), text(fmt.Sprintf("seed %d", f.Concentration.Seed)))
	}
	return t
}

func (r *Report) changeTable() Table {
	t := Table{ID: "changes", Title: "Compared with before", Head: []string{"figure", "title", "against", "from", "last day", "now", "then", "sentence"}}
	for _, c := range r.Changes {
		then := count(c.Before)
		if !c.Compared {
			then = text("")
		}
		t.add(text(c.ID), text(c.Title), text(strings.ReplaceAll(c.Against, "_", " ")), day(c.Then.From), day(c.Then.To-1), count(c.Now), then, text(c.Sentence))
	}
	return t
}

func (r *Report) accuracyTable() Table {
	t := Table{ID: "accuracy", Title: "How far this can be relied on", Head: []string{"note"}}
	for _, note := range r.Accuracy.Notes {
		t.add(text(note))
	}
	return t
}

func (r *Report) figureTable() Table {
	t := Table{ID: "figures", Title: "Every figure", Head: []string{"id", "title", "window", "from", "last day", "value", "least", "most", "source"}}
	for _, f := range r.Figures() {
		value := decimal(f.Least)
		if f.Least != f.Most {
			value = text("") // a range has none
		}
		t.add(text(f.ID), text(f.Title), text(string(f.Window)), day(f.From), day(f.To-1), value, decimal(f.Least), decimal(f.Most), text(f.Source))
	}
	return t
}
