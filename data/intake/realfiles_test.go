package intake_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"commonground/data/intake"
	"commonground/geo"
	"commonground/geo/geotest"
)

// Each file of police.uk comes in: a row without coordinates is stored, and never
// placed. Twelve rows of the City of London have the reference of another row and say
// something else: they come back as conflicts.
func TestAllFilesOfPoliceUKComeIn(t *testing.T) {
	for _, test := range []struct {
		file                       string
		rows, unlocated, conflicts int
	}{
		{"2025-02-leeds-street.csv", 8009, 0, 0},
		{"2021-08-south-yorkshire-street.csv.gz", 14511, 503, 0},
		{"2021-08-city-of-london-street.csv", 628, 50, 12},
		{"2021-08-gloucestershire-street.csv", 5577, 648, 0},
		{"2021-08-btp-street.csv", 3663, 0, 0},
	} {
		t.Run(test.file, func(t *testing.T) {
			content, err := os.ReadFile(geotest.RealData(t, "police-uk", test.file))
			check(t, err)
			w := newTown(t, schemeText)
			for range 2 { // sending it again adds nothing
				s := w.incidents(string(content), intake.Options{Source: "police.uk", Category: "nuisance", Map: map[string]string{"received": "Month"}})
				if s.Rows != test.rows || s.Added+s.Unchanged != test.rows-test.conflicts || s.Refused != test.conflicts || s.Unlocated != test.unlocated {
					t.Errorf("%+v, first refusals %v", s.Summary, s.refusals[:min(3, len(s.refusals))])
				}
			}
			if n := len(w.storedIncidents()); n != test.rows-test.conflicts {
				t.Errorf("%d are stored of %d", n, test.rows)
			}
		})
	}
}

// The exports of 2015 have 34 columns, of which a handful is kept.
func TestExportsOfBostonComeIn(t *testing.T) {
	boston := strings.NewReplacer("Europe/London", "America/New_York", "[-1.55, 53.79]", "[-71.06, 42.33]").Replace(schemeText)
	for file, rows := range map[string]int{"needle-pickup-2015.csv": 622, "trash-on-vacant-lot-2015.csv": 381, "illegal-dumping-2015.csv": 45} {
		content, err := os.ReadFile(geotest.RealData(t, "boston-needles", file))
		check(t, err)
		w := newTown(t, boston)
		s := w.pickups(string(content), intake.Options{Kind: "needle", Source: "boston"})
		if s.Rows != rows || s.Added != rows || s.Refused != 0 {
			t.Errorf("%s: %+v, %v", file, s.Summary, s.refusals[:min(3, len(s.refusals))])
		}
		if len(s.Dropped) < 28 {
			t.Errorf("%s: only %v are dropped", file, s.Dropped)
		}
	}
}

// Land use by tag: what has no class is listed, so that a slip of the pen is seen.
func TestLandUseByTagTellsTheTypo(t *testing.T) {
	path := geotest.RealData(t, "osm-landuse", "puerto-montt-landuse.geojson")
	classes := map[string]geo.Class{"residential": geo.Residential}
	for _, use := range []string{"grass", "industrial", "forest", "commercial", "retail", "cemetery", "farmland", "meadow"} {
		classes[use] = geo.NonResidential
	}
	_, err := intake.ReadAreas(open(t, path), intake.AreaOptions{ClassProperty: "landuse", Class: classes})
	if err == nil || !strings.Contains(err.Error(), `"rass" (4)`) {
		t.Errorf("the typo is not told: %v", err)
	}
}

// A month of twenty forces against all areas of England and Wales. The misses are
// not errors: see TestReportsOfLeedsFallIntoTheAreaThatTheyState.
func TestAMonthOfTwentyForcesInAllAreas(t *testing.T) {
	if testing.Short() {
		t.Skip("175,450 rows in 34,753 areas")
	}
	path := geotest.RealData(t, "police-uk-scale", "uk-street-2021-08-part-a.csv.gz")
	areas, err := intake.ReadAreas(strings.NewReader(englandAndWales(t)), intake.AreaOptions{
		ClassProperty: "LAD", Class: map[string]geo.Class{"*": geo.Residential}, IDProperty: "LSOA11CD",
	})
	check(t, err)
	w := newTown(t, schemeText)
	w.putBoundary("2021-01-01", "", areas.Areas...)
	content, err := os.ReadFile(path)
	check(t, err)
	s := w.incidents(string(content), intake.Options{Source: "police.uk", Category: "nuisance"})
	if s.Rows != 175_450 || s.Added != 175_450 || s.Unlocated != 2_998 {
		t.Fatalf("%+v", s.Summary)
	}
	known := map[string]bool{}
	for _, a := range areas.Areas {
		known[a.ID] = true
	}
	places := map[geo.Point]string{}
	for _, i := range w.storedIncidents() {
		if i.Point != nil {
			places[*i.Point] = i.Place.Area
		}
	}
	testable, stated := 0, 0
	for _, row := range rowsOfGzip(t, path) {
		if row["longitude"] == "" || !known[row["lsoa_code"]] {
			continue
		}
		testable++
		if places[pointOf(t, row["longitude"], row["latitude"])] == row["lsoa_code"] {
			stated++
		}
	}
	// Of the points on a boundary that several share, one area has each: which one
	// is a rule of ours, so that some of 67 rows may fall to either side.
	if testable != 170_554 || stated < 164_815-67 || stated > 164_815 {
		t.Errorf("%d of %d rows are in their area; 164,815 of 170,554 are covered by it", stated, testable)
	}
	t.Logf("%d of %d rows are in the area that they state", stated, testable)
}

// englandAndWales is a collection of what comes as one feature a line.
func englandAndWales(t *testing.T) string {
	t.Helper()
	file := open(t, geotest.RealData(t, "police-uk-scale", "lsoa2011-england-wales.geojsonl.gz"))
	lines, err := gzip.NewReader(file)
	check(t, err)
	var all struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}
	all.Type = "FeatureCollection"
	decoder := json.NewDecoder(lines)
	for {
		var feature json.RawMessage
		err := decoder.Decode(&feature)
		if err == io.EOF {
			break
		}
		check(t, err)
		all.Features = append(all.Features, feature)
	}
	content, err := json.Marshal(all)
	check(t, err)
	return string(content)
}

func rowsOfGzip(t *testing.T, path string) []map[string]string {
	t.Helper()
	unpacked, err := gzip.NewReader(open(t, path))
	check(t, err)
	content, err := io.ReadAll(unpacked)
	check(t, err)
	return rowsOf(t, writeTemporary(t, content))
}

func writeTemporary(t *testing.T, content []byte) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "")
	check(t, err)
	_, err = file.Write(content)
	check(t, err)
	check(t, file.Close())
	return file.Name()
}
