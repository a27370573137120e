package report

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"

	"commonground/data"
)

// Format is a form in which a report can be written.
type Format struct {
	// Name is what callers say.
	Name string
	// Type is the type of its content, and Ending that of a file's name.
	Type, Ending string
	// Write writes a whole report.
	Write func(*Report, io.Writer) error
}

// Formats returns all of them.
func Formats() []Format {
	return []Format{
		{"json", "application/json", ".json", writeJSON},
		{"csv", "application/zip", ".csv.zip", writeCSV},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", writeXLSX},
		{"html", "text/html; charset=utf-8", ".html", writeHTML},
		{"pdf", "application/pdf", ".pdf", writePDF},
		{"text", "text/plain; charset=utf-8", ".txt", writeText},
	}
}

// FormatNamed returns a format; false where there is none of that name.
func FormatNamed(name string) (Format, bool) {
	for _, format := range Formats() {
		if format.Name == name {
			return format, true
		}
	}
	return Format{}, false
}

// FileName names the file of a report, such as "report-2019-04-24.xlsx".
func (f Format) FileName(period Span) string { return "report-" + period.From.String() + f.Ending }

// writeJSON writes the report as its types say, and a list of its figures.
func writeJSON(r *Report, out io.Writer) error {
	return json.NewEncoder(out).Encode(struct {
		*Report
		Figures []Figure `json:"figures"`
	}{r, r.Figures()})
}

// byteOrderMark tells Excel that a file is UTF-8.
const byteOrderMark = "\ufeff"

// writeCSV writes a zip with one CSV file for each table, as Excel reads them: UTF-8
// with a byte order mark, commas, lines that end with CR LF, and no text that it
// would take for a formula.
func writeCSV(r *Report, out io.Writer) error {
	archive := zip.NewWriter(out)
	for _, table := range r.Tables() {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: table.ID + ".csv", Method: zip.Deflate, Modified: r.Made})
		if err != nil {
			return fmt.Errorf("writing %s.csv: %w", table.ID, err)
		}
		if err := table.writeCSV(file); err != nil {
			return fmt.Errorf("writing %s.csv: %w", table.ID, err)
		}
	}
	return archive.Close()
}

func (t *Table) writeCSV(out io.Writer) error {
	if _, err := io.WriteString(out, byteOrderMark); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	_ = w.Write(t.Head) // errors are told by Flush
	fields := make([]string, len(t.Head))
	for _, row := range t.Rows {
		for i, cell := range row {
			fields[i] = cell.String()
			if !cell.IsNumber {
				fields[i] = data.HarmlessCell(cell.Text)
			}
		}
		_ = w.Write(fields)
	}
	w.Flush()
	return w.Error()
}
