package intake_test

import (
	"strings"
	"testing"

	"commonground/data/intake"
)

// The example of Ordnance Survey's guide, in each system. Web Mercator is that
// of gdaltransform.
func TestPlainCoordinatesAreOfTheSystemThatIsAskedFor(t *testing.T) {
	for name, test := range map[string]struct{ crs, file string }{
		"degrees":            {"EPSG:4326", "at,x,y,needle\n2019-04-24,1.71607397,52.65800783,1\n"},
		"National Grid":      {"27700", "at,X,Y,needle\n2019-04-24,651409.804,313177.450,1\n"},
		"as a URN":           {"urn:ogc:def:crs:EPSG::27700", "at,x,y,needle\n2019-04-24,651409.804,313177.450,1\n"},
		"web Mercator":       {"epsg:3857", "at,x,y,needle\n2019-04-24,191032.480504,6919987.475950,1\n"},
		"degrees left out":   {"27700", "at,lon,lat,easting,northing,needle\n2019-04-24,0,0,651409.804,313177.450,1\n"},
		"mapped to no names": {"27700", "at,a,b,needle\n2019-04-24,651409.804,313177.450,1\n"},
	} {
		w := newTown(t, schemeText) // not on the National Grid
		options := intake.Options{CRS: test.crs}
		if strings.Contains(test.file, "a,b") {
			options.Map = map[string]string{"easting": "a", "northing": "b"}
		}
		s := w.pickups(test.file, options)
		if s.came(t, 1, 0, 0); len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "EPSG:") {
			t.Errorf("%s: notes %q", name, s.Notes)
		}
		near(t, w.only().Point, 1.71607397, 52.65800783)
	}
}

func TestCoordinatesThatCannotBeOfTheSystemAreRefusedWithAGuess(t *testing.T) {
	for _, test := range []struct{ crs, x, y, reason string }{
		{"4326", "430000", "433000", "eastings and northings of the British National Grid (EPSG:27700)"},
		{"4326", "-172500", "7130000", "metres of web Mercator (EPSG:3857)"},
		{"4326", "775000", "2950000", "it looks like feet or metres of another"},
		{"4326", "49.28", "-123.12", "swapped"},
		{"27700", "-1.55", "53.79", "degrees (EPSG:4326)"},
		{"27700", "-172500", "7130000", "metres of web Mercator (EPSG:3857)"},
		{"27700", "775000", "2950000", "feet or metres of another"},
		{"3857", "-1.55", "53.79", "degrees (EPSG:4326)"},
		{"3857", "30000000", "1", "feet or metres of another"},
	} {
		w := newTown(t, schemeText)
		s := w.pickups("at,x,y,needle\n2019-04-24,"+test.x+","+test.y+",1\n", intake.Options{CRS: test.crs})
		s.came(t, 0, 0, 1)
		if r := s.refusals[0]; !strings.Contains(r.Reason, test.reason) {
			t.Errorf("%+v: refused with %v", test, r)
		}
	}
}

func TestSystemThatIsNotUnderstoodIsRefusedByName(t *testing.T) {
	for _, name := range []string{"2249", "EPSG:29902", "OSGB", "99999999999999999999"} {
		w := newTown(t, schemeText)
		_, err := w.send((*intake.Door).Pickups, goodHeader+goodRow, intake.Options{CRS: name})
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "EPSG:27700 (British National Grid)") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGridReferenceStandsInForEmptyEastings(t *testing.T) {
	w := newTown(t, schemeText)
	w.pickups("at,x,y,gridref,needle\n2019-04-24,,,TG 51409 13177,1\n", intake.Options{CRS: "27700"}).came(t, 1, 0, 0)
	if got := w.only().AccuracyM; got == 0 {
		t.Error("it is exact")
	}
}
