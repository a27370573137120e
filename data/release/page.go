package release

import (
	"bytes"
	_ "embed"
	"html/template"

	"commonground/data"
)

//go:embed page.html
var pageHTML string

var page = template.Must(template.New("edition").Funcs(template.FuncMap{"day": dayText, "lastDay": lastDayText, "figure": figureAt, "title": titleOf}).Parse(pageHTML))

// htmlOf writes an edition as a plain page: what the map says in a table, the
// tables, and the files.
func htmlOf(e *Edition) ([]byte, error) {
	var b bytes.Buffer
	err := page.Execute(&b, e)
	return b.Bytes(), err
}

// dayText writes a day as "Wed 24 Apr 2019".
func dayText(text string) (string, error) {
	d, err := data.ParseDate(text)
	if err != nil {
		return "", err
	}
	return d.Text(), nil
}

// lastDayText writes the last day of a half-open span that ends before a day.
func lastDayText(text string) (string, error) {
	d, err := data.ParseDate(text)
	if err != nil {
		return "", err
	}
	return (d - 1).Text(), nil
}

// figureAt returns the text of a number of the tables.
func figureAt(t Tables, week, class, family string) string {
	for _, r := range t.Rows {
		if r.Week == week && r.Class == class && r.Family == family {
			return r.Text
		}
	}
	return ""
}

// titleOf returns the title of an id, or the id where it has none.
func titleOf(all []Titled, id string) string {
	for _, t := range all {
		if t.ID == id {
			return t.Title
		}
	}
	return id
}
