package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/export"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/geotest"
	"commonground/geo/grid"
)

// town is the sample's visits, on the plane of a grid.
type town struct {
	t       testing.TB
	scheme  *data.Scheme
	cube    *cube.Cube
	pickups []data.Pickup
}

func newTown(t testing.TB, national bool) *town {
	t.Helper()
	text := sample.SchemeText()
	if national {
		at := strings.Index(text, "[grid]")
		end := at + strings.Index(text[at:], "[[kind]]")
		text = text[:at] + "[grid]\nsystem = \"national\"\n\n" + text[end:]
	}
	scheme, err := data.ParseScheme(text)
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, scheme: scheme, cube: cube.New(scheme)}
	w.pickups = sample.Pickups(1, scheme, scheme.WeekStart(scheme.WeekOfDate(data.Date(20_000))))[:400]
	w.pickups[0].Source, w.pickups[1].Ref = `=HYPERLINK("x")`, "@cmd, \"quoted\"\nline"
	w.pickups[2].Point, w.pickups[2].Place = nil, geo.Place{Class: geo.Unlocated}
	for i := range w.pickups {
		if w.pickups[i].Point != nil {
			w.pickups[i].Place = geo.Place{Class: geo.Managed, Area: "M-001"}
		}
		w.cube.Add(w.pickups[i])
	}
	return w
}

func (w *town) stream() iter.Seq2[data.Pickup, error] {
	return func(yield func(data.Pickup, error) bool) {
		for _, p := range w.pickups {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// tables are all of them, made anew each time: rows can be ranged over once.
func (w *town) tables() map[string]*export.Table {
	asked := export.Asked{Scheme: w.scheme, Cube: w.cube}
	return map[string]*export.Table{
		"squares": export.Squares(asked), "locations": export.Locations(asked), "weeks": export.Weeks(asked),
		"pickups": export.Pickups(w.scheme, w.cube, data.Query{}, w.stream()),
	}
}

func (w *town) write(name, format string) []byte {
	w.t.Helper()
	f, err := export.FormatNamed(format)
	if err != nil {
		w.t.Fatal(err)
	}
	var out bytes.Buffer
	about := export.About{Scheme: w.scheme, By: "Anna Example", At: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC), Filter: "everything"}
	if err := f.Write(w.t.Context(), about, w.tables()[name], &out); err != nil {
		w.t.Fatal(name, format, err)
	}
	return out.Bytes()
}

// cells are the rows of a table as text, as they are made.
func (w *town) cells(name string) (head []string, rows [][]string) {
	w.t.Helper()
	t := w.tables()[name]
	for _, c := range t.Columns {
		head = append(head, c.Name)
	}
	for row, err := range t.Rows {
		if err != nil {
			w.t.Fatal(err)
		}
		var cells []string
		for _, cell := range row.Cells {
			text := ""
			if cell != nil {
				text = fmt.Sprint(cell)
			}
			cells = append(cells, text)
		}
		rows = append(rows, cells)
	}
	return head, rows
}

// alike reports whether two cells say the same: numbers by their value.
func alike(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		return math.Abs(x-y) <= 1e-9*max(1, math.Abs(x))
	}
	return a == b
}

func (w *town) same(what string, head []string, got [][]string, wantHead []string, want [][]string) {
	w.t.Helper()
	if len(got) != len(want) || len(want) < 4 {
		w.t.Fatalf("%s: %d rows, not %d", what, len(got), len(want))
	}
	for k, column := range wantHead {
		at := slices.Index(head, column)
		if at < 0 {
			w.t.Errorf("%s: no column %q in %v", what, column, head)
			continue
		}
		for i := range want {
			if !alike(strings.ReplaceAll(got[i][at], "/", "-"), strings.ReplaceAll(want[i][k], "/", "-")) {
				w.t.Fatalf("%s: row %d has %q for %s, not %q", what, i, got[i][at], column, want[i][k])
			}
		}
	}
}

func TestCSVIsAsExcelReadsIt(t *testing.T) {
	w := newTown(t, false)
	for name := range w.tables() {
		content := w.write(name, "csv")
		if !bytes.HasPrefix(content, []byte("\ufeff")) || bytes.Contains(bytes.ReplaceAll(content, []byte("\r\n"), nil), []byte("\r")) {
			t.Errorf("%s: the beginning is %q", name, content[:10])
		}
		r := csv.NewReader(bytes.NewReader(content[3:]))
		all, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		head, want := w.cells(name)
		plain := make([][]string, len(all)-1)
		for i, row := range all[1:] {
			for _, cell := range row {
				plain[i] = append(plain[i], strings.TrimPrefix(cell, "'"))
			}
		}
		w.same(name+".csv", all[0], plain, head, want)
		for _, row := range all[1:] {
			for _, cell := range row {
				if strings.IndexAny(cell, "=+@\t") == 0 {
					t.Errorf("%s: a spreadsheet runs %q", name, cell)
				}
			}
		}
		for _, said := range []string{export.Marking, "Anna Example", "26 November 2026", "made up", "everything"} {
			if !strings.Contains(all[0][len(all[0])-1], said) {
				t.Errorf("%s does not say %q", name, said)
			}
		}
	}
}

// GDAL reads from a workbook and from a GeoPackage what was put in.
func TestGDALReadsWhatWasWritten(t *testing.T) {
	ogr2ogr := geotest.Program(t, "ogr2ogr", "gdal-bin")
	for _, national := range []bool{false, true} {
		w := newTown(t, national)
		for name := range w.tables() {
			for _, format := range []string{"xlsx", "gpkg"} {
				path := filepath.Join(t.TempDir(), name+"."+format)
				if err := os.WriteFile(path, w.write(name, format), 0o600); err != nil {
					t.Fatal(err)
				}
				out, err := exec.Command(ogr2ogr, "-f", "CSV", "/vsistdout/", path, name, "-lco", "LINEFORMAT=LF", "--config", "OGR_XLSX_HEADERS", "FORCE").Output()
				if err != nil {
					t.Fatal(name, format, err)
				}
				rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				head, want := w.cells(name)
				w.same(fmt.Sprint(name, ".", format, " national: ", national), rows[0], rows[1:], head, want)
			}
		}
	}
}

// Coordinates of a GeoPackage are those of our own grid to the millimetre, and squares are whole metres.
func TestAGeoPackageIsInMetresOfTheNationalGrid(t *testing.T) {
	ogr2ogr := geotest.Program(t, "ogr2ogr", "gdal-bin")
	w := newTown(t, true)
	path := filepath.Join(t.TempDir(), "pickups.gpkg")
	if err := os.WriteFile(path, w.write("pickups", "gpkg"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := exec.Command("ogrinfo", "-so", "-al", path).CombinedOutput()
	if err != nil || !strings.Contains(string(info), `ID["EPSG",27700]`) || !strings.Contains(string(info), "Geometry: Point") {
		t.Errorf("ogrinfo says\n%s%v", info, err)
	}
	out, err := exec.Command(ogr2ogr, "-f", "CSV", "/vsistdout/", path, "pickups", "-lco", "GEOMETRY=AS_XY", "-lco", "LINEFORMAT=LF").Output()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	placed := 0
	for i, row := range rows[1:] {
		if w.pickups[i].Point == nil {
			continue
		}
		placed++
		at := w.pickups[i].Point.Orb()
		east, north, err := grid.National{}.EastNorth(at.Lon(), at.Lat())
		x, _ := strconv.ParseFloat(row[0], 64)
		y, _ := strconv.ParseFloat(row[1], 64)
		if err != nil || math.Hypot(x-east, y-north) > .00071 {
			t.Fatalf("row %d is at %v, %v, not %v, %v: %v", i, x, y, east, north, err)
		}
	}
	if placed < 300 {
		t.Errorf("only %d have a place", placed)
	}
}

func TestGeoJSONIsAsItsStandardAsks(t *testing.T) {
	w := newTown(t, false)
	collection, err := geojson.UnmarshalFeatureCollection(w.write("squares", "geojson"))
	if err != nil {
		t.Fatal(err)
	}
	_, want := w.cells("squares")
	if len(collection.Features) != len(want) {
		t.Errorf("%d features, not %d", len(collection.Features), len(want))
	}
	for _, f := range collection.Features {
		if f.Geometry == nil {
			continue
		}
		ring := f.Geometry.(orb.Polygon)[0]
		if ring.Orientation() != orb.CCW || ring[0] != ring[len(ring)-1] {
			t.Errorf("%v is no ring of RFC 7946", ring)
		}
	}
	var whole map[string]any
	if err := json.Unmarshal(w.write("squares", "geojson"), &whole); err != nil || whole["crs"] != nil {
		t.Errorf("%v, %v", whole["crs"], err)
	}
	if text := string(w.write("squares", "geojson")); !strings.Contains(text, export.Marking) || !strings.Contains(text, "Anna Example") {
		t.Error("it does not say how to keep it, or who took it")
	}
}

// An area off the National Grid is refused with what to do, and nothing of it is there.
func TestAnAreaOffTheGridIsRefused(t *testing.T) {
	w := newTown(t, true)
	boundary := geo.Boundary{Version: 1, Areas: []geo.Area{{ID: "far", Class: geo.Managed, Shape: orb.MultiPolygon{{{{10, 50}, {11, 50}, {11, 51}, {10, 50}}}}}}}
	f, _ := export.FormatNamed("gpkg")
	err := f.Write(t.Context(), export.About{Scheme: w.scheme, By: "a", At: time.Now(), Filter: "-"}, export.Areas(boundary), new(bytes.Buffer))
	var off export.OffGrid
	if !errors.As(err, &off) || !strings.Contains(off.Reason, "take GeoJSON") {
		t.Errorf("%v", err)
	}
}

// Who goes away ends the work, whatever the format.
func TestWhoGoesAwayEndsTheWork(t *testing.T) {
	w := newTown(t, false)
	var cancel context.CancelFunc
	read := 0
	endless := func(yield func(data.Pickup, error) bool) {
		for {
			if read++; read == 1000 {
				cancel()
			}
			if read > 2000 || !yield(w.pickups[3], nil) {
				return
			}
		}
	}
	for _, f := range export.Formats() {
		var ctx context.Context
		ctx, cancel = context.WithCancel(t.Context())
		read = 0
		err := f.Write(ctx, export.About{Scheme: w.scheme, By: "a", At: time.Now(), Filter: "-"}, export.Pickups(w.scheme, w.cube, data.Query{}, endless), new(bytes.Buffer))
		if !errors.Is(err, context.Canceled) || read > 1500 {
			t.Errorf("%s: %v after %d rows", f.Name, err, read)
		}
		cancel()
	}
}
