package api_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"commonground/data"
	"commonground/geo"
)

// gdal converts a file by GDAL and returns the bytes of the new one; of a shapefile
// a zip of all its parts.
func gdal(t testing.TB, content, from, driver, to string, more ...string) string {
	t.Helper()
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ogr2ogr is needed: apt-get install gdal-bin")
		}
		t.Skip("ogr2ogr is not there; apt-get install gdal-bin")
	}
	folder := t.TempDir()
	in, out := filepath.Join(folder, from), filepath.Join(folder, "out")
	if err := os.WriteFile(in, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), tool, append([]string{"-q", "-f", driver, filepath.Join(out, to), in}, more...)...)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if strings.HasSuffix(to, ".shp") {
		return zipOf(t, out)
	}
	made, err := os.ReadFile(filepath.Join(out, to))
	if err != nil {
		t.Fatal(err)
	}
	return string(made)
}

func zipOf(t testing.TB, folder string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	if err := w.AddFS(os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func TestBoundariesComeInFromFilesOfAGIS(t *testing.T) {
	good := areasFile(t, func(area geo.Area) geo.Class { return area.Class })
	s := start(t, empty)
	var want, got preview
	s.post("/v1/boundaries/preview?from=2026-01-01", good, http.StatusOK, &want)
	for name, file := range map[string]string{
		"a GeoPackage":           gdal(t, good, "areas.geojson", "GPKG", "areas.gpkg"),
		"one in web Mercator":    gdal(t, good, "areas.geojson", "GPKG", "areas.gpkg", "-t_srs", "EPSG:3857"),
		"a shapefile":            gdal(t, good, "areas.geojson", "ESRI Shapefile", "areas.shp"),
		"one in metres":          gdal(t, good, "areas.geojson", "ESRI Shapefile", "areas.shp", "-t_srs", "EPSG:3857"),
		"one that names a layer": gdal(t, good, "areas.geojson", "GPKG", "areas.gpkg", "-nln", "line"),
	} {
		s.post("/v1/boundaries/preview?from=2026-01-01&layer="+map[bool]string{true: "line"}[strings.HasSuffix(name, "layer")], file, http.StatusOK, &got)
		if got.Version != want.Version || got.Changed.Visits != want.Changed.Visits {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	var put struct {
		Version int64
		Areas   map[string]int
	}
	s.post("/v1/boundaries?from=2026-01-01", gdal(t, good, "areas.geojson", "GPKG", "areas.gpkg"), http.StatusCreated, &put)
	if put.Version != want.Version || put.Areas["managed"] == 0 {
		t.Errorf("put in: %+v", put)
	}
	undeclared := gdal(t, good, "areas.geojson", "ESRI Shapefile", "areas.shp", "-a_srs", "NONE")
	response, body := s.do(http.MethodPost, "/v1/boundaries/preview?from=2026-01-01", undeclared, "Content-Type", "application/octet-stream")
	if response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), "in which coordinate system") || strings.Contains(string(body), "--") {
		t.Errorf("without a coordinate system: %s %s", response.Status, body)
	}
	s.post("/v1/boundaries/preview?from=2026-01-01&crs=4326", undeclared, http.StatusOK, &got)
}

// Over HTTP a layer and a coordinate system are chosen as the columns are, and
// nobody is told to type a flag.
func TestALayerAndASystemAreChosenOverHTTP(t *testing.T) {
	s := start(t, empty)
	planner := as(data.Planner)
	file := gdal(t, "ref,at,x,y,needle\na,2026-11-02,373600,535800,3\n", "made.csv", "GPKG", "made.gpkg", "-nln", "crew", "-nlt", "NONE")
	i := s.upload(planner, "pickups", "made.gpkg", file)
	path := "/v1/imports/" + i.ID
	for query, says := range map[string][]string{
		"":                           {`"layers":["crew"]`, `"part":"crew"`, `"crs":""`, `"problem_field":"lon"`, "no columns say where; map longitude and latitude"},
		"?crs=27700":                 {`"crs":"EPSG:27700"`, `"problem":"","problem_field":""`, `"point":[-2.4`},
		"?layer=x":                   {`there is no layer \"x\"`},
		"?crs=2249":                  {`crs: the coordinate system \"2249\" is not understood`},
		"?crs=27700&map=easting:z":   {`map easting=z: the file has no column`, `"problem_field":"easting"`},
		"?crs=27700&map=at:&layer=x": {`there is no layer`},
	} {
		_, body := s.do(http.MethodGet, path+"/preview"+query, "", "Cookie", planner)
		for _, want := range says {
			if !strings.Contains(string(body), want) {
				t.Errorf("%q: no %s in\n%s", query, want, body)
			}
		}
		if strings.Contains(string(body), "--") {
			t.Errorf("%q: %s", query, body)
		}
	}
	if response, body := s.do(http.MethodPost, path+"/start", `{"crs":"2249"}`, "Cookie", planner); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown system: %s %s", response.Status, body)
	}
	s.begin(planner, i.ID, "{}")
	if i = s.end(planner, i.ID); i.State != "failed" || strings.Contains(i.Error, "--") || !strings.Contains(i.Error, "no columns say where") {
		t.Errorf("without a system: %+v", i)
	}
	s.begin(planner, i.ID, `{"layer":"crew","crs":"EPSG:27700"}`)
	if i = s.end(planner, i.ID); i.State != "done" || i.Added != 1 {
		t.Errorf("with one: %+v", i)
	}
}
