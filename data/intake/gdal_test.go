package intake_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
	"commonground/geo/grid"
)

// made is a file of pickups, made up; one has no place.
const made = `ref,at,lon,lat,needle,note
a,2019-04-24,-1.5501234,53.7901234,3,café “Æ”
b,2019-04-25,-1.5512345,53.7912345,0,
c,2019-04-26,-1.5587654,53.7887654,12,"a ""b"", c"
d,2019-04-27,-1.5443210,53.7956789,1,x
`

// ogr converts the file by GDAL and returns what came of it: the bytes of the
// file, or a zip of several.
func ogr(t *testing.T, driver, ending string, more ...string) string {
	t.Helper()
	return ogrOf(t, made, driver, ending, more...)
}

// ogrOf is ogr of another file with a reference, a day, two coordinates, a
// number and a text.
func ogrOf(t *testing.T, file, driver, ending string, more ...string) string {
	t.Helper()
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ogr2ogr is needed: apt-get install gdal-bin")
		}
		t.Skip("ogr2ogr is not there; apt-get install gdal-bin")
	}
	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "made.csv"), []byte(file), 0o600))
	if strings.HasPrefix(file, "ref,") {
		check(t, os.WriteFile(filepath.Join(folder, "made.csvt"), []byte(`"String","Date","Real","Real","Integer","String"`), 0o600))
	}
	out := filepath.Join(folder, "out")
	check(t, os.Mkdir(out, 0o700))
	args := append([]string{"-q", "-f", driver, filepath.Join(out, "made."+ending), filepath.Join(folder, "made.csv")}, more...)
	if said, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if ending == "shp" {
		return zipped(t, out)
	}
	content, err := os.ReadFile(filepath.Join(out, "made."+ending))
	check(t, err)
	return string(content)
}

// zipped packs the files of a folder.
func zipped(t *testing.T, folder string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	check(t, w.AddFS(os.DirFS(folder)))
	check(t, w.Close())
	return packed.String()
}

func gzipped(t *testing.T, content string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(content))
	check(t, err)
	check(t, w.Close())
	return packed.String()
}

// Geometry from columns, and in each of the systems.
var (
	placed       = []string{"-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-a_srs", "EPSG:4326"}
	placedPlane  = []string{"-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-s_srs", "EPSG:4326", "-t_srs", "EPSG:3857"}
	withoutPlace = []string{"-select", "ref,at,needle,note"}
)

func with(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func TestFilesOfEveryFormatHaveTheSameRecords(t *testing.T) {
	want := stored(t, made, intake.Options{})
	for _, test := range []struct {
		name, driver, ending string
		args                 []string
	}{
		{"CSV", "CSV", "csv", nil},
		{"TSV", "CSV", "csv", []string{"-lco", "SEPARATOR=TAB"}},
		{"semicolons", "CSV", "csv", []string{"-lco", "SEPARATOR=SEMICOLON", "-lco", "WRITE_BOM=YES"}},
		{"XLSX", "XLSX", "xlsx", nil},
		{"GeoJSON", "GeoJSON", "geojson", with(placed, withoutPlace, []string{"-lco", "COORDINATE_PRECISION=9"})},
		{"GeoJSON sequence", "GeoJSONSeq", "geojsonl", with(placed, withoutPlace, []string{"-lco", "COORDINATE_PRECISION=9"})},
		{"GeoJSON by RFC 8142", "GeoJSONSeq", "geojsons", with(placed, withoutPlace, []string{"-lco", "RS=YES", "-lco", "COORDINATE_PRECISION=9"})},
		{"GeoPackage", "GPKG", "gpkg", with(placed, withoutPlace)},
		{"GeoPackage in web Mercator", "GPKG", "gpkg", with(placedPlane, withoutPlace)},
		{"GeoPackage without geometry", "GPKG", "gpkg", []string{"-nlt", "NONE"}},
		{"shapefile", "ESRI Shapefile", "shp", with(placed, withoutPlace)},
		{"shapefile in UTF-8", "ESRI Shapefile", "shp", with(placed, withoutPlace, []string{"-lco", "ENCODING=UTF-8"})},
		{"shapefile in web Mercator", "ESRI Shapefile", "shp", with(placedPlane, withoutPlace)},
		{"shapefile with heights", "ESRI Shapefile", "shp", with(placed, withoutPlace, []string{"-lco", "SHPT=POINTZ"})},
		{"shapefile of many points", "ESRI Shapefile", "shp", with(placed, withoutPlace, []string{"-nlt", "MULTIPOINT"})},
		{"GeoPackage of many points", "GPKG", "gpkg", with(placed, withoutPlace, []string{"-nlt", "MULTIPOINT"})},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := ogr(t, test.driver, test.ending, test.args...)
			same(t, stored(t, file, intake.Options{}), want)
			same(t, stored(t, gzipped(t, file), intake.Options{}), want)
		})
	}
}

// stored are the pickups that are there after a file came in.
func stored(t *testing.T, file string, options intake.Options) []data.Pickup {
	t.Helper()
	w := newTown(t, british, managed)
	s := w.pickups(file, options)
	s.came(t, strings.Count(made, "\n")-1, 0, 0)
	return w.storedPickups()
}

func same(t *testing.T, got, want []data.Pickup) {
	t.Helper()
	for i := range want {
		a, b := got[i], want[i]
		if a.Key != b.Key || a.At != b.At || fmt.Sprint(a.Found) != fmt.Sprint(b.Found) || a.Place.Class != b.Place.Class {
			t.Errorf("got %+v, want %+v", a, b)
		}
		near(t, a.Point, b.Point.Orb().Lon(), b.Point.Orb().Lat())
	}
}

// inNationalGrid are the same records in eastings and northings and as grid references
// of ten digits.
func inNationalGrid(t *testing.T) (plane, references string) {
	t.Helper()
	plane, references = "ref,at,easting,northing,needle,note\n", "ref,at,gridref,needle\n"
	for _, p := range stored(t, made, intake.Options{}) {
		at := p.Point.Orb()
		east, north, err := grid.National{}.EastNorth(at.Lon(), at.Lat())
		check(t, err)
		day := p.At.Text(london(t))
		plane += fmt.Sprintf("%s,%s,%.3f,%.3f,%d,\n", p.Ref, day, east, north, p.Found[0].Items)
		references += fmt.Sprintf("%s,%s,%v,%d\n", p.Ref, day, grid.Reference{EastM: int(east), NorthM: int(north), SideM: 1}, p.Found[0].Items)
	}
	return plane, references
}

func TestSameRecordsEndInTheSamePlacesInWhateverForm(t *testing.T) {
	want := stored(t, made, intake.Options{})
	plane, references := inNationalGrid(t)
	geometry := []string{"-oo", "X_POSSIBLE_NAMES=easting", "-oo", "Y_POSSIBLE_NAMES=northing", "-a_srs", "EPSG:27700", "-select", "ref,at,needle"}
	for name, file := range map[string]string{
		"eastings and northings": plane,
		"a workbook":             ogrOf(t, plane, "XLSX", "xlsx"),
		"GeoJSON":                ogrOf(t, plane, "GeoJSON", "geojson", append(geometry, "-lco", "RFC7946=NO")...),
		"a GeoPackage":           ogrOf(t, plane, "GPKG", "gpkg", geometry...),
		"a shapefile":            ogrOf(t, plane, "ESRI Shapefile", "shp", geometry...),
	} {
		t.Run(name, func(t *testing.T) { same(t, stored(t, file, intake.Options{}), want) })
	}
	for i, p := range stored(t, references, intake.Options{}) {
		apart := metresApart(t, *p.Point, *want[i].Point)
		if apart > p.AccuracyM+0.02 || p.AccuracyM > 1 {
			t.Errorf("%s is %v m from where it was, by a reference good to %v m", p.Ref, apart, p.AccuracyM)
		}
	}
}

func metresApart(t *testing.T, a, b geo.Point) float64 {
	t.Helper()
	eastA, northA, err := grid.National{}.EastNorth(a.Orb().Lon(), a.Orb().Lat())
	check(t, err)
	eastB, northB, err := grid.National{}.EastNorth(b.Orb().Lon(), b.Orb().Lat())
	check(t, err)
	return math.Hypot(eastA-eastB, northA-northB)
}
