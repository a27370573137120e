package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"commonground/data/report"
)

func written(t testing.TB, r *report.Report, name string) []byte {
	t.Helper()
	format, ok := report.FormatNamed(name)
	if !ok {
		t.Fatalf("no format %q", name)
	}
	var out bytes.Buffer
	if err := format.Write(r, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hostile is the golden report with texts that a spreadsheet could take for
// something else.
func hostile(t testing.TB) *report.Report {
	w, _, _ := goldenTown(t)
	w.scheme.Measures[0].Title = `=cmd|' /C calc'!A0`
	w.scheme.Measures[1].Title = "+1 \"quoted\", and\nbroken"
	w.scheme.Measures[2].Title = "-@ <&> \x01 é"
	w.scheme.Measures[3].Title = "@SUM(A1)"
	w.scheme.Measures[4].Title = "\ttab"
	return w.report("2019-04-24")
}

func TestEveryFormatIsWrittenAndTheSameAgain(t *testing.T) {
	r := hostile(t)
	for _, format := range report.Formats() {
		if format.Name == "pdf" {
			continue // it has the time at which it was printed, and a test of its own
		}
		first := written(t, r, format.Name)
		if again := written(t, r, format.Name); len(first) < 1000 || !bytes.Equal(first, again) {
			t.Errorf("%s: %d bytes, then %d", format.Name, len(first), len(again))
		}
		if name := format.FileName(r.Period); !strings.HasPrefix(name, "report-2019-04-24.") {
			t.Error(name)
		}
	}
	if _, ok := report.FormatNamed("doc"); ok {
		t.Error("there is a format that isn't one")
	}
}

// The names that programs read by.
func TestTheNamesInJSONStayWhatTheyAre(t *testing.T) {
	var got struct {
		Final   bool `json:"final"`
		LastDay string
		Period  struct{ From, To string }
		Line    struct {
			N        int
			Outcomes []struct {
				ID      string
				N       int
				OfWhich []struct {
					ID string
					N  int
				} `json:"of_which"`
			}
		} `json:"dedicated_line"`
		Returns []struct {
			Agency  string
			Figures []struct {
				ID, Window, From, To, Source string
				Least, Most                  int
			}
		}
		Cleansing struct {
			Kinds  []struct{ ID string }
			Weekly []struct {
				Week, Class string
				Visits      int
				Items       []int
			}
			Before   []any `json:"weekly_before"`
			Families []struct {
				ID            string
				Concentration struct {
					Concentrated bool
					Sentences    []string
				}
			}
		}
		Changes  []struct{ ID, Sentence string }
		Accuracy struct{ Notes []string }
		Figures  []struct {
			ID, Title, Window, From, To, Source string
			Least, Most                         float64
		}
	}
	w, _, _ := goldenTown(t)
	if err := json.Unmarshal(written(t, w.report("2019-04-24"), "json"), &got); err != nil {
		t.Fatal(err)
	}
	first := got.Line.Outcomes[0]
	police := got.Returns[0].Figures[0]
	switch {
	case !got.Final, got.Period.From != "2019-04-24", got.Period.To != "2019-05-22", got.Line.N != 70,
		first.ID != "worker_identified", first.N != 21, len(first.OfWhich) != 4, first.OfWhich[0].N != 17,
		police.ID != "workers_contacted_distinct", police.Most != 69, police.Window != "period", police.From != "2019-04-24", police.Source == "",
		len(got.Cleansing.Weekly) != 4*6, len(got.Cleansing.Before) != 52*6, len(got.Cleansing.Weekly[0].Items) != 3, got.Cleansing.Weekly[0].Class != "managed",
		len(got.Changes) != 2*(2+3+1), len(got.Accuracy.Notes) == 0, len(got.Figures) < 150, got.Figures[0].ID != "line.contacts", got.Figures[0].Most != 70:
		t.Errorf("%+v", got)
	}
}

// unzipped returns the files of a zip by name.
func unzipped(t testing.TB, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func TestCSVAsExcelReadsIt(t *testing.T) {
	r := hostile(t)
	files := unzipped(t, written(t, r, "csv"))
	if len(files) != len(r.Tables()) {
		t.Errorf("%d files", len(files))
	}
	for _, table := range r.Tables() {
		content, marked := strings.CutPrefix(files[table.ID+".csv"], "\ufeff")
		if !marked || !strings.HasSuffix(content, "\r\n") || strings.Count(content, "\n") != strings.Count(content, "\r\n") {
			t.Errorf("%s: mark %v, or its lines don't end with CR LF", table.ID, marked)
		}
		rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
		if err != nil || len(rows) != len(table.Rows)+1 {
			t.Fatalf("%s: %d rows, %v", table.ID, len(rows), err)
		}
		for i, row := range rows[1:] {
			for k, field := range row {
				if _, err := strconv.ParseFloat(field, 64); err != nil && field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
					t.Errorf("%s: %q begins as a formula", table.ID, field)
				}
				if cell := table.Rows[i][k]; cell.IsNumber && field != cell.String() {
					t.Errorf("%s: %q, want %v", table.ID, field, cell)
				}
			}
		}
	}
	for _, want := range []string{`,'=cmd|' /C calc'!A0,`, `"'+1 ""quoted"", and` + "\r\nbroken\"", ",'@SUM(A1),", ",'-@ <&>"} {
		if !strings.Contains(files["returns.csv"], want) {
			t.Errorf("%s is not in\n%s", want, files["returns.csv"])
		}
	}
}

// A second reader finds every table with all its rows, and every figure.
func TestGDALReadsTheWorkbook(t *testing.T) {
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ogr2ogr is needed: apt-get install gdal-bin")
		}
		t.Skip("ogr2ogr is not there; apt-get install gdal-bin")
	}
	r := hostile(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "report.xlsx")
	if err := os.WriteFile(path, written(t, r, "xlsx"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, table := range r.Tables() {
		out := filepath.Join(folder, table.ID+".csv")
		said, err := exec.CommandContext(t.Context(), "ogr2ogr", "-q", "-f", "CSV", out, path, table.ID, "--config", "OGR_XLSX_FIELD_TYPES", "STRING", "--config", "OGR_XLSX_HEADERS", "FORCE").CombinedOutput()
		if err != nil || len(said) > 0 {
			t.Fatalf("%s: %v: %s", table.ID, err, said)
		}
		content, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		reader := csv.NewReader(bytes.NewReader(content))
		reader.FieldsPerRecord = -1 // GDAL ends the rows of a table of one column with a comma
		rows, err := reader.ReadAll()
		if err != nil || len(rows) != len(table.Rows)+1 || len(rows[0]) < len(table.Head) {
			t.Fatalf("%s: %d rows, want %d: %v", table.ID, len(rows), len(table.Rows)+1, err)
		}
		for i, row := range table.Rows {
			for k, cell := range row {
				want := strings.ReplaceAll(cell.String(), "\x01", "�")
				got := rows[i+1][k]
				if number, err := strconv.ParseFloat(got, 64); cell.IsNumber && (err != nil || number-cell.Number > 1e-9 || cell.Number-number > 1e-9) || !cell.IsNumber && got != want {
					t.Errorf("%s: row %d, %s: %q, want %q", table.ID, i+1, table.Head[k], got, want)
				}
			}
		}
	}
}

func TestTheTextCanBeRead(t *testing.T) {
	w, _, _ := goldenTown(t)
	in := w.input("2019-04-24")
	in.By = "A. Planner"
	said := string(written(t, mustMake(t, in), "text"))
	for _, want := range []string{
		"Millbeck: monitoring report, 24 April 2019 to 21 May 2019\nA made-up town with made-up records.\nStaff data, not for publication. Final.\nTaken by A. Planner, 1 June 2019.",
		"\n  All                                             70     3        67\n    Person identified                             21     0        21\n      Spoken to or moved on                       17",
		"Returned by outreach", "in the three months 1 February 2019 to 30 April 2019  65 to 80", "all", "Needles: low numbers at any one locality",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
}
