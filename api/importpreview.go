package api

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/intake"
)

// Bounds of a preview.
const (
	previewedRows    = 200
	previewedColumns = 40
	previewedText    = 200 // characters of one field
)

// previewRows are the first rows of a file as they would be read.
type previewRows struct {
	Columns []string       `json:"columns"`
	Fields  []previewField `json:"fields"`
	Rows    []previewRow   `json:"rows" doc:"at most 200"`
	Dropped []string       `json:"dropped" doc:"columns of which nothing would be kept"`
	Problem string         `json:"problem" doc:"why no row can be read; rows have their texts alone then"`
	About   string         `json:"problem_field" doc:"field whose column is to be chosen for it; empty for none"`
	Sheets  []string       `json:"sheets" doc:"of a workbook"`
	Layers  []string       `json:"layers" doc:"of a GeoPackage, or shapefiles of a zip"`
	Part    string         `json:"part" doc:"the sheet or layer that is read; empty where one must be chosen first"`
	CRS     string         `json:"crs" example:"EPSG:4326" doc:"coordinate system of the places; empty where nothing says it"`
}

type previewField struct {
	Field  string `json:"field"`
	Title  string `json:"title"`
	Needed bool   `json:"needed"`
	Column string `json:"column" doc:"the one that was taken; empty for none"`
}

type previewRow struct {
	Line    int         `json:"line"`
	Texts   []string    `json:"texts" doc:"as in the file, at most 40 columns"`
	Point   *[2]float64 `json:"point"`
	Class   string      `json:"class"`
	Area    string      `json:"area"`
	At      string      `json:"at"`
	Items   *int        `json:"items"`
	Refusal string      `json:"refusal" example:"lat: is empty although there is a longitude"`
}

// previewImport reads the first rows of few files at a time.
func (s *staff) previewImport(c *importCall) error {
	asked, err := previewOptions(c.r.URL.Query())
	if err != nil {
		return err
	}
	options, err := asked.options(c.caller)
	if err != nil {
		return err
	}
	settings, err := s.Door.Settings(c.r.Context())
	if err != nil {
		return err
	}
	end, err := s.previews.take(c.r.Context())
	if err != nil {
		return err
	}
	first, err := c.jobs.First(c.r.Context(), c.caller.ID, c.of.ID, options, previewedRows)
	end()
	if err != nil {
		return err
	}
	a, err := asJSON(asPreview(first, c.of.Sort, settings.Scheme.Location))
	if err == nil {
		a.send(c.w)
	}
	return err
}

// previewOptions reads how a file is to be read from an address.
func previewOptions(query url.Values) (startBody, error) {
	b := startBody{
		Map: map[string]string{}, Source: query.Get("source"), Dates: query.Get("dates"), Kind: query.Get("kind"), Category: query.Get("category"),
		Sheet: query.Get("sheet"), Layer: query.Get("layer"), CRS: query.Get("crs"),
	}
	for _, pair := range query["map"] {
		field, column, ok := strings.Cut(pair, ":")
		if _, twice := b.Map[field]; !ok || twice {
			return b, huma.Error422UnprocessableEntity(fmt.Sprintf("map: write %q as field:column, each field once", short(pair)))
		}
		b.Map[field] = column
	}
	return b, nil
}

func asPreview(first intake.FirstRows, sort data.Sort, location *time.Location) previewRows {
	out := previewRows{
		Columns: notNil(first.Columns), Dropped: notNil(first.Dropped), Fields: []previewField{}, Rows: []previewRow{},
		Problem: first.Problem, About: first.ProblemField,
		Sheets: notNil(first.Sheets), Layers: notNil(first.Layers), Part: first.Part, CRS: first.CRS,
	}
	for _, f := range first.Fields {
		out.Fields = append(out.Fields, previewField{Field: f.Name, Title: f.Title, Needed: f.Needed, Column: f.Column})
	}
	for _, row := range first.Rows {
		out.Rows = append(out.Rows, asPreviewRow(row, sort, location))
	}
	return out
}

func asPreviewRow(row intake.FirstRow, sort data.Sort, location *time.Location) previewRow {
	out := previewRow{Line: row.Line, Texts: []string{}, At: row.When.Text(location)}
	for _, text := range row.Texts[:min(len(row.Texts), previewedColumns)] {
		out.Texts = append(out.Texts, short(text))
	}
	switch {
	case row.Refusal != nil:
		out.Refusal = intake.Refusal{Field: row.Refusal.Field, Reason: row.Refusal.Reason}.Error()
		return out
	case row.When.IsZero(): // the columns are not enough
		return out
	}
	if row.Position.Point != nil {
		point := [2]float64(row.Position.Point.Orb())
		out.Point = &point
	}
	out.Class, out.Area = row.Position.Place.Class.String(), row.Position.Place.Area
	if sort == data.PickupSort {
		out.Items = &row.Items
	}
	return out
}

// short is a text of no more than so many characters as a preview shows.
func short(text string) string {
	if utf8.RuneCountInString(text) <= previewedText {
		return text
	}
	return string([]rune(text)[:previewedText]) + "…"
}
