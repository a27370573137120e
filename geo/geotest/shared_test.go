package geotest

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/geo"
)

// unzipped opens a file of real data that is compressed.
func unzipped(t testing.TB, elements ...string) io.Reader {
	t.Helper()
	file, err := os.Open(RealData(t, elements...))
	check(t, err)
	t.Cleanup(func() { check(t, file.Close()) })
	reader, err := gzip.NewReader(file)
	check(t, err)
	return reader
}

// censusAreas reads the LSOAs of England and Wales of 2011. Those whose code
// ends in an even digit pass for residential here, the others not: they have no
// such class in truth.
func censusAreas(t testing.TB) []geo.Area {
	t.Helper()
	lines := bufio.NewScanner(unzipped(t, "police-uk-scale", "lsoa2011-england-wales.geojsonl.gz"))
	lines.Buffer(nil, 16<<20)
	var areas []geo.Area
	for lines.Scan() {
		feature, err := geojson.UnmarshalFeature(lines.Bytes())
		check(t, err)
		area := geo.Area{ID: feature.Properties.MustString("LSOA11CD"), Class: geo.NonResidential}
		switch shape := feature.Geometry.(type) {
		case orb.Polygon:
			area.Shape = orb.MultiPolygon{shape}
		case orb.MultiPolygon:
			area.Shape = shape
		default:
			t.Fatalf("%s is a %s", area.ID, shape.GeoJSONType())
		}
		if (area.ID[len(area.ID)-1]-'0')%2 == 0 {
			area.Class = geo.Residential
		}
		areas = append(areas, area)
	}
	check(t, lines.Err())
	return areas
}

// report is a row of police.uk that states where it happened.
type report struct {
	point  geo.Point
	stated string // code of the LSOA; may be empty
}

// policeReports reads a month of reports that have coordinates.
func policeReports(t testing.TB) []report {
	t.Helper()
	rows, err := csv.NewReader(unzipped(t, "police-uk-scale", "uk-street-2021-08-part-a.csv.gz")).ReadAll()
	check(t, err)
	var reports []report
	for _, row := range rows[1:] {
		if row[2] == "" {
			continue
		}
		lon, err := strconv.ParseFloat(row[2], 64)
		check(t, err)
		lat, err := strconv.ParseFloat(row[3], 64)
		check(t, err)
		p, err := geo.NewPoint(lon, lat)
		check(t, err)
		reports = append(reports, report{p, row[4]})
	}
	return reports
}
