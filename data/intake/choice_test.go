package intake_test

import (
	"slices"
	"strings"
	"testing"

	"commonground/data/intake"
)

// inWords are those of a layer of a GeoPackage, as WGS 84.
const placeInWords = "x'47500000e6100000" + "01" + "01000000" + "cdccccccccccf8bf" + "85eb51b81ee54a40'"

func twoLayers(t testing.TB) string {
	return database(t, append(gpkgTables, `INSERT INTO "good ""one""" VALUES (1, `+placeInWords+`, '2019-04-24', 3, NULL)`)...)
}

// Files of every format are classified; a sheet, a layer and a system can be named.
func TestAnyFormatIsClassified(t *testing.T) {
	for _, test := range []struct {
		name, file string
		options    intake.ClassifyOptions
	}{
		{"the first sheet", book(t, nil), intake.ClassifyOptions{}},
		{"another sheet", book(t, nil), intake.ClassifyOptions{Sheet: "Other"}},
		{"a layer", twoLayers(t), intake.ClassifyOptions{Layer: `good "one"`}},
		{"eastings and northings", "at,x,y\n2019-04-24,429733,433000\n", intake.ClassifyOptions{CRS: "27700"}},
		{"a collection", featuresOf("", `{"type":"Feature","properties":{"at":"2019-04-24"},"geometry":{"type":"Point","coordinates":[-1.55,53.79]}}`), intake.ClassifyOptions{}},
		{"a sequence in metres", `{"type":"Feature","properties":{"at":"2019-04-24"},"geometry":{"type":"Point","coordinates":[429733,433000]}}` + "\n", intake.ClassifyOptions{CRS: "EPSG:27700"}},
	} {
		w := newTown(t, schemeText, managed)
		out, summary, err := w.classified(test.file, test.options)
		if err != nil || summary.Rows != 1 || !strings.Contains(out, "managed") {
			t.Errorf("%s: %+v, %v\n%s", test.name, summary, err, out)
		}
	}
	w := newTown(t, schemeText, managed)
	for reason, options := range map[string]intake.ClassifyOptions{
		"say which to read":   {},
		`there is no layer`:   {Layer: "x"},
		`is not understood`:   {Layer: "feet"},
		`"x" is not understo`: {CRS: "x"},
	} {
		if _, _, err := w.classified(twoLayers(t), options); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%+v: %v", options, err)
		}
	}
}

// Whoever looks at the first rows is told what there is to choose from.
func TestFirstRowsTellWhatCanBeChosen(t *testing.T) {
	w := newTown(t, schemeText, managed)
	for _, test := range []struct {
		name, file      string
		options         intake.Options
		sheets, layers  []string
		part, crs       string
		problem, column string // or a field
	}{
		{"a workbook", book(t, nil), intake.Options{}, []string{"Notes", "Pickups", "Other"}, nil, "Pickups", "", "", ""},
		{"another sheet", book(t, nil), intake.Options{Sheet: "Other"}, []string{"Notes", "Pickups", "Other"}, nil, "Other", "", "", ""},
		{"a sheet that is not there", book(t, nil), intake.Options{Sheet: "x"}, []string{"Notes", "Pickups", "Other"}, nil, "", "", "there is no sheet", ""},
		{"several layers", twoLayers(t), intake.Options{}, nil, []string{"feet", `good "one"`, "none", "view"}, "", "", "say which to read", ""},
		{"one of them", twoLayers(t), intake.Options{Layer: `good "one"`}, nil, []string{"feet", `good "one"`, "none", "view"}, `good "one"`, "EPSG:4326", "", ""},
		{"one that is not understood", twoLayers(t), intake.Options{Layer: "feet"}, nil, []string{"feet", `good "one"`, "none", "view"}, "", "", "EPSG:2249", ""},
		{"one that says nothing", twoLayers(t), intake.Options{Layer: "none"}, nil, []string{"feet", `good "one"`, "none", "view"}, "", "", "does not say in which", ""},
		{"text", "lon,lat,needle\n", intake.Options{}, nil, nil, "", "", "no column says when", "at"},
		{"a shapefile without a system", zipOf(t, "a.shp", shpOf(1, pointShape(-1.55, 53.79)), "a.dbf", dbfOf(1, " 20190424  3")), intake.Options{}, nil, []string{"a"}, "", "", "no .prj", ""},
		{"with one that was said", zipOf(t, "a.shp", shpOf(1, pointShape(-1.55, 53.79)), "a.dbf", dbfOf(1, " 20190424  3")), intake.Options{CRS: "4326"}, nil, []string{"a"}, "a", "EPSG:4326", "", ""},
	} {
		first, err := w.door.FirstPickups(t.Context(), strings.NewReader(test.file), test.options, 10)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if !slices.Equal(first.Sheets, test.sheets) || !slices.Equal(first.Layers, test.layers) || first.Part != test.part || first.CRS != test.crs {
			t.Errorf("%s: %q %q, %q is read in %q", test.name, first.Sheets, first.Layers, first.Part, first.CRS)
		}
		if (first.Problem == "") != (test.problem == "") || !strings.Contains(first.Problem, test.problem) || first.ProblemField != test.column {
			t.Errorf("%s: %q of %q", test.name, first.Problem, first.ProblemField)
		}
	}
}
