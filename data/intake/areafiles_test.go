package intake_test

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data/intake"
	"commonground/geo"
	"commonground/geo/grid"
)

// towns are areas in CSV as GDAL reads them: one with a hole, one of two parts.
const towns = `id,name,class,WKT
m,Holbeck,managed,"POLYGON ((-1.56 53.78,-1.54 53.78,-1.54 53.80,-1.56 53.80,-1.56 53.78),(-1.555 53.785,-1.555 53.79,-1.55 53.79,-1.55 53.785,-1.555 53.785))"
r,Ürban,residential,"MULTIPOLYGON (((-1.60 53.76,-1.59 53.76,-1.59 53.77,-1.60 53.76)),((-1.50 53.76,-1.49 53.76,-1.49 53.77,-1.50 53.76)))"
`

func TestAreasOfEveryFormatAreTheSame(t *testing.T) {
	shapes := []string{"-a_srs", "EPSG:4326", "-select", "id,name,class"}
	for _, test := range []struct {
		name, driver, ending string
		args                 []string
	}{
		{"GeoJSON", "GeoJSON", "geojson", nil},
		{"GeoJSON sequence", "GeoJSONSeq", "geojsonl", nil},
		{"GeoJSON by RFC 8142", "GeoJSONSeq", "geojsons", []string{"-s_srs", "EPSG:4326", "-t_srs", "EPSG:4326", "-lco", "RS=YES"}},
		{"GeoPackage", "GPKG", "gpkg", nil},
		{"shapefile", "ESRI Shapefile", "shp", nil},
		{"GeoPackage in web Mercator", "GPKG", "gpkg", []string{"-s_srs", "EPSG:4326", "-t_srs", "EPSG:3857"}},
		{"GeoJSON in web Mercator", "GeoJSON", "geojson", []string{"-s_srs", "EPSG:4326", "-t_srs", "EPSG:3857", "-lco", "RFC7946=NO"}},
		{"shapefile in web Mercator", "ESRI Shapefile", "shp", []string{"-s_srs", "EPSG:4326", "-t_srs", "EPSG:3857"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := shapes
			if test.args != nil {
				args = with(shapes[2:], test.args)
			}
			file := ogrOf(t, towns, test.driver, test.ending, args...)
			for _, content := range []string{file, gzipped(t, file)} {
				got, err := intake.ReadAreas(strings.NewReader(content), intake.AreaOptions{})
				check(t, err)
				sameTowns(t, got)
			}
		})
	}
}

func sameTowns(t *testing.T, got intake.Areas) {
	t.Helper()
	if len(got.Areas) != 2 || len(got.Flaws) != 0 {
		t.Fatalf("read %+v", got)
	}
	m, r := got.Areas[0], got.Areas[1]
	if m.ID != "m" || m.Name != "Holbeck" || m.Class != geo.Managed || r.ID != "r" || r.Name != "Ürban" || r.Class != geo.Residential {
		t.Errorf("read %+v", got.Areas)
	}
	if len(m.Shape) != 1 || len(m.Shape[0]) != 2 || len(r.Shape) != 2 || len(r.Shape[0]) != 1 {
		t.Fatalf("shapes %v, %v", m.Shape, r.Shape)
	}
	want := orb.Bound{Min: orb.Point{-1.56, 53.78}, Max: orb.Point{-1.54, 53.80}}
	if b := m.Shape.Bound(); math.Abs(b.Min[0]-want.Min[0])+math.Abs(b.Min[1]-want.Min[1])+math.Abs(b.Max[0]-want.Max[0])+math.Abs(b.Max[1]-want.Max[1]) > 4e-7 {
		t.Errorf("bound %v, want %v", b, want)
	}
}

// ringOf makes a shape of one ring, and says that it is of parts and points.
func ringOf(parts, points uint32, ring ...[2]float64) []byte {
	shape := binary.LittleEndian.AppendUint32(nil, 5)
	shape = append(shape, make([]byte, 32)...)
	shape = binary.LittleEndian.AppendUint32(shape, parts)
	shape = binary.LittleEndian.AppendUint32(shape, points)
	shape = append(shape, make([]byte, 4)...)
	for _, p := range ring {
		shape = binary.LittleEndian.AppendUint64(shape, math.Float64bits(p[0]))
		shape = binary.LittleEndian.AppendUint64(shape, math.Float64bits(p[1]))
	}
	return shape
}

func TestAreasInEastingsAndNorthingsAreReadExactly(t *testing.T) {
	square := [][2]float64{{429000, 432000}, {429000, 433000}, {430000, 433000}, {430000, 432000}, {429000, 432000}}
	file := zipOf(t, "a.shp", shpOf(5, ringOf(1, 5, square...)), "a.dbf", dbfOf(1, " 20190424  3"), "a.prj", `PROJCS["British_National_Grid"]`)
	options := intake.AreaOptions{IDProperty: "needle", Class: map[string]geo.Class{"*": geo.Residential}}
	got, err := intake.ReadAreas(strings.NewReader(file), options)
	check(t, err)
	for i, p := range got.Areas[0].Shape[0][0] {
		east, north, err := grid.National{}.EastNorth(p.Lon(), p.Lat())
		check(t, err)
		if math.Hypot(east-square[i][0], north-square[i][1]) > 0.02 {
			t.Errorf("%v is %v, %v, want %v", p, east, north, square[i])
		}
	}
	options.CRS = "4326"
	if _, err := intake.ReadAreas(strings.NewReader(file), options); err == nil || !strings.Contains(err.Error(), "feet or metres") {
		t.Errorf("as degrees: %v", err)
	}
}

func TestAreaFileThatCannotBeReadIsRefused(t *testing.T) {
	table := dbfOf(1, " 20190424  3")
	all := func(shp string) string { return zipOf(t, "a.shp", shp, "a.dbf", table, "a.prj", wgs84prj) }
	for _, test := range []struct{ name, file, reason string }{
		{"points", all(shpOf(1, pointShape(1, 1))), "holds points; areas are polygons"},
		{"absurd parts", all(shpOf(5, ringOf(math.MaxUint32, 1, [2]float64{1, 1}))), "is no polygon or is damaged"},
		{"absurd points", all(shpOf(5, ringOf(1, math.MaxUint32, [2]float64{1, 1}))), "is no polygon or is damaged"},
		{"a workbook", book(t, nil), "a zip without a shapefile in it"},
		{"another database", database(t, "CREATE TABLE x (y)"), "no GeoPackage"},
	} {
		_, err := intake.ReadAreas(strings.NewReader(test.file), intake.AreaOptions{})
		if err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.reason)
		}
	}
}

func FuzzShapeAreas(f *testing.F) {
	f.Add([]byte(shpOf(5, ringOf(1, 4, [2]float64{0, 0}, [2]float64{0, 1}, [2]float64{1, 1}, [2]float64{0, 0}))))
	f.Fuzz(func(t *testing.T, shp []byte) {
		file := zipOf(t, "a.shp", string(shp), "a.dbf", dbfOf(1, " 20190424  3"), "a.prj", wgs84prj)
		areas, err := intake.ReadAreas(strings.NewReader(file), intake.AreaOptions{IDProperty: "at", Class: map[string]geo.Class{"*": geo.Managed}})
		if err == nil && len(areas.Areas) > 1 {
			t.Errorf("one record became %+v", areas)
		}
	})
}
