package export

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"commonground/data"
)

// Format is a form of file.
type Format struct {
	// Name is what callers say.
	Name string
	// Type is the type of its content, and Ending that of a file's name.
	Type, Ending string
	// Write writes a whole table. It ends with ctx. After an error what was written
	// is to be thrown away.
	Write func(ctx context.Context, about About, t *Table, out io.Writer) error
}

// Formats returns all of them.
func Formats() []Format {
	return []Format{
		{"csv", "text/csv; charset=utf-8", ".csv", writeCSV},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", writeXLSX},
		{"gpkg", "application/geopackage+sqlite3", ".gpkg", writeGeoPackage},
		{"geojson", "application/geo+json", ".geojson", writeGeoJSON},
	}
}

// FormatNamed returns a format; the error names those that there are.
func FormatNamed(name string) (Format, error) {
	var names []string
	for _, format := range Formats() {
		if format.Name == name {
			return format, nil
		}
		names = append(names, format.Name)
	}
	return Format{}, fmt.Errorf("there is no format %q; use one of %s", name, strings.Join(names, ", "))
}

// FormatOf returns the format that the ending of a file's name asks for; the error
// names those that there are.
func FormatOf(path string) (Format, error) {
	var endings []string
	for _, format := range Formats() {
		if strings.EqualFold(filepath.Ext(path), format.Ending) {
			return format, nil
		}
		endings = append(endings, format.Ending)
	}
	return Format{}, fmt.Errorf("the ending of %s says no format; use one of %s", filepath.Base(path), strings.Join(endings, ", "))
}

// FileName names a file of a table under a query: of plain letters, digits and
// hyphens, such as "squares-2019-04-24-to-2019-05-21.xlsx".
func (f Format) FileName(t *Table, scheme *data.Scheme, weeks data.WeekRange) string {
	if weeks.IsZero() {
		return t.Name + f.Ending
	}
	return fmt.Sprintf("%s-%s-to-%s%s", t.Name, scheme.WeekStart(weeks.From), scheme.WeekStart(weeks.To)-1, f.Ending)
}
