package editions

import (
	"bytes"
	"encoding/json"
	"fmt"

	"commonground/data/release"
)

// front is what the first page says of editions.
type front struct {
	*release.Edition        // the latest that stands; nil where none does
	Folder, Manifest string // addresses
	Span, Sentence   string // of its period
	Legend           []legendLine
	Families         []table   // one for each
	Downloads        []address // of its files
	Others           []other
}

// table is a table of one family: rows are weeks, columns are classes.
type table struct {
	Title string
	Total string // of the whole area and period; empty where it isn't given
	Rows  []tableRow
}

type tableRow struct {
	Week    string
	Figures []string
}

// legendLine is a band; Swatch is the class of its colour.
type legendLine struct{ Swatch, Text string }

// address is a link to a file.
type address struct {
	Path, Title, Size string
}

// other is an edition besides the latest.
type other struct {
	Folder, Manifest, Span string
	Withdrawn              bool
}

// part is what stands between the marks.
func (c *Catalogue) part() ([]byte, error) {
	f := front{}
	latest := c.Latest()
	if latest != nil {
		if err := f.tell(c, latest); err != nil {
			return nil, err
		}
	}
	for i := range c.Editions {
		if e := &c.Editions[i]; e != latest {
			f.Others = append(f.Others, other{"public/" + e.Folder + "/", "public/" + linkName(e.Manifest.Number), span(e.From, e.To), e.Withdrawn})
		}
	}
	var part bytes.Buffer
	err := frontTemplate.Execute(&part, &f)
	return part.Bytes(), err
}

// tell fills in what there is to say of an edition.
func (f *front) tell(c *Catalogue, e *Edition) error {
	file, err := c.findIn(e, "edition.json")
	if err != nil {
		return err
	}
	f.Edition = new(release.Edition)
	if err := json.Unmarshal(file.Content, f.Edition); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrBroken, file.Name, err)
	}
	f.Folder = "public/" + e.Folder + "/"
	f.Manifest = "public/" + linkName(e.Manifest.Number)
	f.Span = span(e.From, e.To)
	f.Sentence = f.sentence()
	for _, band := range f.Map.Legend {
		f.Legend = append(f.Legend, legendLine{f.swatch(band), band.Text})
	}
	for _, family := range f.Tables.Families {
		f.Families = append(f.Families, f.table(family))
	}
	for _, d := range downloads {
		if listed, there := e.listed[d.Path]; there {
			f.Downloads = append(f.Downloads, address{f.Folder + d.Path, d.Title, size(listed.Bytes)})
		}
	}
	return nil
}

// downloads are the files of an edition that the page names, where they are
// there.
var downloads = []address{
	{Path: "report.html", Title: "The monitoring report of the period, as a plain page that prints well"},
	{Path: "report.csv", Title: "What the report says of contacts and returns, for a spreadsheet (CSV)"},
	{Path: "map.csv", Title: "The squares, for a spreadsheet (CSV)"},
	{Path: "map.geojson", Title: "The squares, for a map program (GeoJSON)"},
	{Path: "map.pmtiles", Title: "The squares as map tiles (PMTiles)"},
	{Path: "tables.csv", Title: "The tables, for a spreadsheet (CSV)"},
	{Path: "boundary.geojson", Title: "The boundary (GeoJSON)"},
	{Path: "edition.json", Title: "All that the edition says (JSON)"},
	{Path: "index.html", Title: "The edition as a plain page"},
}

func (f *front) table(family release.Titled) table {
	t := table{Title: family.Title, Total: f.total(family.ID)}
	figures := map[[2]string]string{}
	for _, row := range f.Tables.Rows {
		if row.Family == family.ID {
			figures[[2]string{row.Week, row.Class}] = row.Text
		}
	}
	for _, week := range f.Period.Weeks {
		row := tableRow{Week: day(week)}
		for _, class := range f.Tables.Classes {
			row.Figures = append(row.Figures, thousands(figures[[2]string{week, class.ID}]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// total is that of a family for a sentence; empty where it isn't given.
func (f *front) total(family string) string {
	for _, total := range f.Tables.Totals {
		if total.Family == family {
			return about(total.Text)
		}
	}
	return ""
}
