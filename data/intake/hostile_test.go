package intake_test

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonground/data/intake"
)

// zipOf packs parts, named and then their content.
func zipOf(t testing.TB, parts ...string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i := 0; i < len(parts); i += 2 {
		file, err := w.Create(parts[i])
		check(t, err)
		_, err = file.Write([]byte(parts[i+1]))
		check(t, err)
	}
	check(t, w.Close())
	return packed.String()
}

// shpOf makes a .shp of shapes, each given by its kind and content.
func shpOf(kind uint32, shapes ...[]byte) string {
	head := make([]byte, 100)
	binary.BigEndian.PutUint32(head, 9994)
	binary.LittleEndian.PutUint32(head[32:], kind)
	for i, shape := range shapes {
		head = binary.BigEndian.AppendUint32(head, uint32(i+1))
		head = binary.BigEndian.AppendUint32(head, uint32(len(shape)/2))
		head = append(head, shape...)
	}
	return string(head)
}

func pointShape(x, y float64) []byte {
	shape := binary.LittleEndian.AppendUint32(nil, 1)
	shape = binary.LittleEndian.AppendUint64(shape, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(shape, math.Float64bits(y))
}

// dbfOf makes a table with the columns at (8 characters) and needle (3) of
// records of 12 bytes.
func dbfOf(count uint32, records ...string) string {
	head := make([]byte, 32)
	binary.LittleEndian.PutUint32(head[4:], count)
	binary.LittleEndian.PutUint16(head[8:], 32+2*32+1)
	binary.LittleEndian.PutUint16(head[10:], 12)
	for _, column := range []struct {
		name string
		kind byte
		size byte
	}{{"at", 'D', 8}, {"needle", 'N', 3}} {
		descriptor := make([]byte, 32)
		copy(descriptor, column.name)
		descriptor[11], descriptor[16] = column.kind, column.size
		head = append(head, descriptor...)
	}
	return string(append(head, 0x0d)) + strings.Join(records, "") + "\x1a"
}

const wgs84prj = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]]`

func TestRecordsOfAShapefileAreReadOneByOne(t *testing.T) {
	w := newTown(t, schemeText, managed)
	none := []byte{0, 0, 0, 0}
	s := w.pickups(zipOf(t, "folder/A.SHP", shpOf(1, pointShape(-1.55, 53.79), none, pointShape(1, 1), pointShape(430000, 433000), pointShape(-1.55, 53.79), []byte{5, 0, 0, 0}),
		"folder/a.dbf", dbfOf(6, " 20190424  3", " 20190425  0", "*20190426  1", " 20190427  1", " 20190428***", " 20190429  1"),
		"folder/a.prj", wgs84prj, "__MACOSX/folder/._A.SHP", "x"), intake.Options{})
	s.came(t, 2, 0, 3)
	for i, want := range []string{"row 4, lon: 430000, 433000 is no longitude", "row 5, needle: holds a number that did not fit", "row 6, geometry: is no point"} {
		if r := s.refusals[i]; !strings.HasPrefix(r.Error(), want) {
			t.Errorf("refused %v, want %s", r, want)
		}
	}
	if want := "lon,lat,at,needle\n430000,433000,2019-04-27,1\n-1.55,53.79,2019-04-28,***\nno point,,2019-04-29,1\n"; s.refused != want {
		t.Errorf("handed back %q", s.refused)
	}
}

func TestShapefileThatCannotBeReadIsRefusedWhole(t *testing.T) {
	shp, table := shpOf(1, pointShape(-1.55, 53.79)), dbfOf(1, " 20190424  3")
	all := func(shp, table, prj string) string { return zipOf(t, "a.shp", shp, "a.dbf", table, "a.prj", prj) }
	long := []byte(shp)
	binary.BigEndian.PutUint32(long[104:], math.MaxUint32)
	wide := []byte(table)
	wide[32+16] = 255
	kind := []byte(table)
	for _, test := range []struct{ name, file, reason string }{
		{"no .prj", zipOf(t, "a.shp", shp, "a.dbf", table), "no .prj, so it does not say in which coordinate system its places are; say which, such as EPSG:27700"},
		{"no .dbf", zipOf(t, "a.shp", shp, "a.prj", wgs84prj), "the zip has no a.dbf"},
		{"two", zipOf(t, "a.shp", shp, "b.shp", shp), `several layers, "a", "b"; say which to read (--layer)`},
		{"another system", all(shp, table, `PROJCS["NAD_1983_StatePlane_Massachusetts_Mainland_FIPS_2001_Feet",GEOGCS["x"]]`), `"NAD_1983_StatePlane_Massachusetts_Mainland_FIPS_2001_Feet" is not understood`},
		{"a system by number", all(shp, table, `PROJCS["x",UNIT["m",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","2249"]]`), `"EPSG:2249" is not understood`},
		{"no system", all(shp, table, `x`), `"x" is not understood`},
		{"polygons", all(shpOf(5), table, wgs84prj), "holds polygons; a record has one point"},
		{"no shapes", all("x", table, wgs84prj), "the .shp is cut off"},
		{"other bytes", all(strings.Repeat("x", 200), table, wgs84prj), "the .shp is none"},
		{"an absurd length", all(string(long), table, wgs84prj), "is said to be 8589934590 bytes long"},
		{"cut off", all(shp[:len(shp)-3], table, wgs84prj), "record 1 of the .shp is cut off"},
		{"fewer columns", all(shpOf(1, pointShape(-1.55, 53.79), pointShape(-1.55, 53.79)), table, wgs84prj), "the .dbf ends after record 1"},
		{"fewer shapes", all(shpOf(1), table, wgs84prj), "the .shp ends after record 0"},
		{"an absurd count", all(shpOf(1, pointShape(-1.55, 53.79), pointShape(-1.55, 53.79)), dbfOf(math.MaxUint32, " 20190424  3"), wgs84prj), "4294967294 records are missing"},
		{"an absurd width", all(shp, string(wide), wgs84prj), "its 2 columns take 259 bytes, and its records have 12"},
		{"no table", all(shp, "x", wgs84prj), "a.dbf: it is cut off"},
		{"another table", all(shp, strings.Repeat("\x00", 40), wgs84prj), "it is no dBase table"},
		{"an unknown encoding", zipOf(t, "a.shp", shp, "a.dbf", string(kind), "a.prj", wgs84prj, "a.cpg", "BIG5"), "only UTF-8 and Windows-1252"},
		{"a .prj as large as a bomb", all(shp, table, strings.Repeat("a", 2<<20)), "is larger than 1024 KiB"},
		{"a shapefile without its zip", shp, "put its .shp, .dbf, .shx and .prj into one zip"},
		{"a zip of something else", zipOf(t, "readme.txt", "x"), "neither an Excel workbook nor a shapefile, but readme.txt"},
	} {
		w := newTown(t, schemeText)
		_, err := w.send((*intake.Door).Pickups, test.file, intake.Options{})
		if err == nil || !strings.Contains(err.Error(), test.reason) || strings.Contains(err.Error(), "closed") {
			t.Errorf("%s: got %v, want %q", test.name, err, test.reason)
		}
	}
}

// database makes an SQLite file.
func database(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", "file:"+path)
	check(t, err)
	for _, statement := range statements {
		_, err := db.ExecContext(t.Context(), statement)
		check(t, err)
	}
	check(t, db.Close())
	content, err := os.ReadFile(path)
	check(t, err)
	return string(content)
}

// gpkgTables are those of a GeoPackage with two layers, of which one is a view.
var gpkgTables = []string{
	`CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT)`,
	`CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER)`,
	`CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, srs_name TEXT)`,
	`INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, 'WGS 84'), (2249, 'EPSG', 2249, 'feet'), (-1, 'NONE', -1, 'undefined')`,
	`INSERT INTO gpkg_contents VALUES ('good "one"', 'features'), ('view', 'features'), ('feet', 'features'), ('none', 'features')`,
	`INSERT INTO gpkg_geometry_columns VALUES ('good "one"', 'geom', 'POINT', 4326), ('view', 'geom', 'POINT', 4326), ('feet', 'geom', 'POINT', 2249), ('none', 'geom', 'POINT', -1)`,
	`CREATE TABLE "good ""one""" (fid INTEGER PRIMARY KEY, geom BLOB, at DATETIME, needle REAL, note)`,
	`CREATE TABLE feet (geom BLOB, at DATE, needle INTEGER)`,
	`CREATE TABLE none (geom BLOB, at DATE, needle INTEGER)`,
	`CREATE VIEW view AS WITH RECURSIVE x(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM x) SELECT x'' AS geom, at, 1 AS needle FROM x`,
}

func TestRowsOfAGeoPackageAreReadOneByOne(t *testing.T) {
	const header = "x'47500000e6100000"
	const place = "01" + "01000000" + "cdccccccccccf8bf" + "85eb51b81ee54a40'"
	file := database(t, append(gpkgTables,
		`INSERT INTO "good ""one""" VALUES (1, `+header+place+`, '2019-04-24T09:15:00.000Z', 3, x'ff'), (2, NULL, '2019-04-25', 0.0, NULL),
			(3, x'47500010e6100000', '2019-04-26', 1, 'x'), (4, x'4750', '2019-04-27', 1, 'x'), (5, `+header+`01`+`02000000', '2019-04-28', 1, 'x'),
			(6, x'47500008e6100000', '2019-04-28', 1, 'x'), (7, `+header+`01'  , '2019-04-28', 1, 'x'), (8, `+header+`0101000000cdcc', '2019-04-28', 1, 'x')`)...)
	w := newTown(t, schemeText, managed)
	s := w.pickups(file, intake.Options{Layer: `good "one"`})
	s.came(t, 3, 0, 5)
	p := w.storedPickups()[0]
	near(t, p.Point, -1.55, 53.79)
	if got := p.At.Text(london(t)); got != "2019-04-24T10:15:00+01:00" || p.Found[0].Items != 3 || s.Unlocated != 2 {
		t.Errorf("at %s: %+v", got, p)
	}
	for i, want := range []string{"no geometry", "a LineString", "no geometry", "cut off", "cut off"} {
		if r := s.refusals[i]; r.Row != i+4 || r.Field != "geometry" || !strings.Contains(r.Reason, want) {
			t.Errorf("refused %v, want %s", r, want)
		}
	}
	w.pickups(s.refused, intake.Options{}).came(t, 0, 0, 5)
}

func TestDatabaseThatIsNoGeoPackageIsRefusedWhole(t *testing.T) {
	good := database(t, gpkgTables...)
	damaged := []byte(good)
	copy(damaged[len(damaged)/2:], bytes.Repeat([]byte{0xa5}, len(damaged)/2))
	for _, test := range []struct{ name, file, layer, reason string }{
		{"another database", database(t, "CREATE TABLE x (y)"), "", "it is a database, but no GeoPackage"},
		{"tables that are views", database(t, "CREATE TABLE gpkg_contents (x)", "CREATE TABLE gpkg_spatial_ref_sys (x)", "CREATE VIEW gpkg_geometry_columns AS SELECT 1"), "", "no GeoPackage"},
		{"only the first bytes", "SQLite format 3\x00", "", "damaged or cut off"},
		{"cut off", good[:len(good)/2], "", ""},
		{"damaged", string(damaged), `good "one"`, ""},
		{"several layers", good, "", `several layers, "feet", "good \"one\"", "none", "view"; say which to read`},
		{"no such layer", good, "x", `no layer "x"`},
		{"a view", good, "view", "is no table but a view"},
		{"another system", good, "feet", `"EPSG:2249" is not understood`},
		{"no system", good, "none", "does not say in which coordinate system"},
		{"no layer", database(t, append(gpkgTables, "DELETE FROM gpkg_contents")...), "", "no layer of records"},
	} {
		w := newTown(t, schemeText)
		_, err := w.send((*intake.Door).Pickups, test.file, intake.Options{Layer: test.layer})
		if err == nil || !strings.Contains(err.Error(), test.reason) || !strings.Contains(err.Error(), "GeoPackage") {
			t.Errorf("%s: got %v, want %q", test.name, err, test.reason)
		}
	}
}

func TestNothingIsLeftOfWhatIsUnpackedToRead(t *testing.T) {
	folder := t.TempDir()
	w := newTown(t, schemeText)
	t.Setenv("TMPDIR", folder)
	for _, file := range []string{database(t, gpkgTables...), "SQLite format 3\x00", zipOf(t, "a.shp", "x"), book(t, nil), book(t, nil)[:500]} {
		_, _ = w.send((*intake.Door).Pickups, file, intake.Options{Layer: `good "one"`}) // most are of no good
	}
	left, err := os.ReadDir(folder)
	check(t, err)
	for _, file := range left {
		if strings.HasPrefix(file.Name(), "commonground-intake") {
			t.Errorf("%s is left", file.Name())
		}
	}
}

func FuzzShapefile(f *testing.F) {
	f.Add([]byte(shpOf(1, pointShape(-1.55, 53.79))), []byte(dbfOf(1, " 20190424  3")), wgs84prj, "UTF-8")
	f.Add([]byte(shpOf(18, pointShape(430000, 433000), []byte{0, 0, 0, 0})), []byte(dbfOf(2, " 20190424  3", "*20190424***")), `PROJCS["British_National_Grid"]`, "")
	f.Fuzz(func(t *testing.T, shp, table []byte, prj, cpg string) {
		readPlaces(t, zipOf(t, "a.shp", string(shp), "a.dbf", string(table), "a.prj", prj, "a.cpg", cpg))
	})
}

func FuzzGeoPackage(f *testing.F) {
	tables := append(gpkgTables[:len(gpkgTables)-1:len(gpkgTables)-1], `DELETE FROM gpkg_contents WHERE table_name != 'feet'`,
		`UPDATE gpkg_geometry_columns SET srs_id = 4326`, `INSERT INTO feet VALUES (x'47500000e61000000101000000cdccccccccccf8bf85eb51b81ee54a40', '2019', 1)`)
	file := database(f, tables...)
	f.Add(100, []byte{1, 2, 3})
	f.Add(4096, []byte("\x05\x00\x00"))
	f.Fuzz(func(t *testing.T, at int, bytes []byte) {
		damaged := []byte(file)
		copy(damaged[max(at, -at, 0)%len(damaged):], bytes)
		readPlaces(t, string(damaged))
	})
}

func FuzzText(f *testing.F) {
	f.Add("lon;lat\n-1.55;53.79\n")
	f.Add("\xff\xfel\x00o\x00n\x00,\x00l\x00a\x00t\x00\n\x001\x00")
	f.Add("l\xf6n\tlat\n\"1\t2\n")
	f.Fuzz(func(t *testing.T, text string) { readPlaces(t, text) })
}
