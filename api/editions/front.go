package editions

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"

	"commonground/data/release"
)

//go:embed front.html
var frontHTML string

var frontTemplate = template.Must(template.New("front").Parse(frontHTML))

// The first page has its part about editions between these.
var beginMark, endMark = []byte("<!-- edition -->"), []byte("<!-- /edition -->")

// cantBeRead stands there while the archive is broken.
const cantBeRead = `<p class="lead">The released editions can't be read at this moment. Please come back later.</p>`

// Front serves the first page, made from index.html in pages. Its addresses are
// relative.
func (a *Archive) Front(pages fs.FS) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := a.Catalogue()
		var f File
		if err == nil {
			f, err = c.Front(pages)
		}
		if err != nil {
			a.frontless(w, pages, err)
			return
		}
		f.serve(w, r)
	}
}

// Front returns the first page. Where nothing was released it is as it was
// built.
func (c *Catalogue) Front(pages fs.FS) (File, error) {
	page, err := fs.ReadFile(pages, "index.html")
	if err == nil && len(c.Editions) > 0 {
		var part []byte
		part, err = c.part()
		page = between(page, part)
	}
	return File{"index.html", page, hashOf(page), keepAWhile}, err
}

// frontless serves the first page without its part about editions.
func (a *Archive) frontless(w http.ResponseWriter, pages fs.FS, err error) {
	page, unbuilt := fs.ReadFile(pages, "index.html")
	if unbuilt != nil {
		a.refuse(w, unbuilt)
		return
	}
	a.log.Error("the editions can't be read", "error", err)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", contentTypes[".html"])
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(between(page, []byte(cantBeRead))) // the only error is a caller that went away
}

// between puts part between the marks of a page. A page without them stays as
// it is.
func between(page, part []byte) []byte {
	before, rest, begins := bytes.Cut(page, beginMark)
	_, after, ends := bytes.Cut(rest, endMark)
	if !begins || !ends {
		return page
	}
	return bytes.Join([][]byte{before, beginMark, part, endMark, after}, nil)
}

// front is what the first page says of editions.
type front struct {
	*release.Edition           // the latest that stands; nil where none does
	Folder, Manifest string    // addresses
	Span             string    // of its period
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

// address is a link to a file.
type address struct {
	Path, Title, Size string
}

// other is an edition besides the latest.
type other struct {
	Folder, Span string
	Withdrawn    bool
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
			f.Others = append(f.Others, other{"public/" + e.Folder + "/", span(e.From, e.To), e.Withdrawn})
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
	if err := json.Unmarshal(file.Content, &f.Edition); err != nil || f.Edition == nil {
		return fmt.Errorf("%w: %s: %w", ErrBroken, file.Name, err)
	}
	f.Folder = "public/" + e.Folder + "/"
	f.Manifest = "public/" + linkName(e.Manifest.Number)
	f.Span = span(e.From, e.To)
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
	{Path: "map.csv", Title: "Squares of the map, CSV"},
	{Path: "map.geojson", Title: "Squares of the map, GeoJSON"},
	{Path: "map.pmtiles", Title: "Squares of the map as vector tiles, PMTiles"},
	{Path: "tables.csv", Title: "Tables, CSV"},
	{Path: "boundary.geojson", Title: "Areas in force on the last day, GeoJSON"},
	{Path: "edition.json", Title: "Tables, legend and policy, JSON"},
	{Path: "index.html", Title: "This edition as a page of its own"},
}

func (f *front) table(family release.Titled) table {
	t := table{Title: family.Title}
	for _, total := range f.Tables.Totals {
		if total.Family == family.ID {
			t.Total = about(total.Text)
		}
	}
	figures := map[[2]string]string{}
	for _, row := range f.Tables.Rows {
		if row.Family == family.ID {
			figures[[2]string{row.Week, row.Class}] = row.Text
		}
	}
	for _, week := range f.Period.Weeks {
		row := tableRow{Week: day(week)}
		for _, class := range f.Tables.Classes {
			row.Figures = append(row.Figures, figures[[2]string{week, class.ID}])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// about is a rounded number for a sentence. Words such as "fewer than 10" stay.
func about(text string) string {
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		return "about " + text
	}
	return text
}

// span names the days of a half-open span of dates.
func span(from, to string) string {
	end, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return day(from) + " to before " + to
	}
	return day(from) + " to " + day(end.AddDate(0, 0, -1).Format(time.DateOnly))
}

// day writes a date such as 2019-04-24 for people. What is none stays as it is.
func day(date string) string {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return d.Format("Mon 2 Jan 2006")
}

func size(bytes int) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d kB", max((bytes+512)/1024, 1))
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
}

// Last names the days of the edition that was sealed last; empty where there is
// none.
func (c *Catalogue) Last() string {
	if c.Sealed == nil {
		return ""
	}
	return span(c.Sealed.Period.From, c.Sealed.Period.To)
}
