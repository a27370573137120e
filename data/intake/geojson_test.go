package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"commonground/data/intake"
)

const (
	onePoint  = `{"type":"Feature","id":7,"properties":{"at":"2019-04-24","needle":3,"who":{"name":"x"},"ref":"a"},"geometry":{"type":"Point","coordinates":[-1.5500,53.79,12]}}`
	nextPoint = `{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[-1.55,53.79]]},"properties":{"needle":null,"at":"2019-04-25","ref":"b","late":true}}`
	noPlace   = `{"type":"Feature","geometry":null,"properties":{"at":"2019-04-25","ref":"c","needle":0}}`
	aShape    = `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},"properties":{"at":"2019-04-25","ref":"d","needle":0}}`
)

func featuresOf(before string, features ...string) string {
	return `{"type":"FeatureCollection",` + before + `"features":[` + strings.Join(features, ",\n") + `]}`
}

func TestPointsOfGeoJSONAreRecords(t *testing.T) {
	for name, file := range map[string]string{
		"a collection":              featuresOf(`"name":"x","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},`, onePoint, nextPoint, noPlace, aShape),
		"a collection from its end": "\ufeff\n" + `{"features":[` + strings.Join([]string{onePoint, nextPoint, noPlace, aShape}, ",") + `],"type":"FeatureCollection"}` + "\n",
		"one a line":                strings.Join([]string{onePoint, nextPoint, noPlace, aShape}, "\n"),
		"a sequence (RFC 8142)":     "\x1e" + strings.Join([]string{onePoint, nextPoint, noPlace, aShape}, "\n\x1e") + "\n",
	} {
		w := newTown(t, schemeText, managed)
		s := w.pickups(file, intake.Options{})
		s.came(t, 3, 0, 1)
		p := w.storedPickups()[0]
		if p.Ref != "a" || p.At.Text(london(t)) != "2019-04-24" || p.Found[0].Items != 3 || s.Unlocated != 1 {
			t.Errorf("%s: %+v of %s", name, p, s.Mapping)
		}
		near(t, p.Point, -1.55, 53.79)
		if r := s.refusals[0]; r.Row != 4 || r.Field != "geometry" || !strings.Contains(r.Reason, "a Polygon; a record has one point") {
			t.Errorf("%s: refused %v", name, r)
		}
		again := w.pickups(s.refused, intake.Options{})
		again.came(t, 0, 0, 1) // and never a record without a place
		w.pickups(file, intake.Options{}).came(t, 0, 3, 1)
	}
}

func TestGeoJSONInEastingsAndNorthingsIsRead(t *testing.T) {
	const point = `{"type":"Feature","properties":{"at":"2019-04-24","needle":1,"lon":0,"lat":0},"geometry":{"type":"Point","coordinates":[651409.804,313177.450]}}`
	const wrong = `{"type":"Feature","properties":{"at":"2019-04-24","needle":1,"lon":0,"lat":0},"geometry":{"type":"Point","coordinates":[1.7,52.6]}}`
	w := newTown(t, schemeText)
	s := w.pickups(featuresOf(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}},`, point, wrong), intake.Options{})
	s.came(t, 1, 0, 1)
	near(t, w.only().Point, 1.71607397, 52.65800783)
	if !strings.HasPrefix(s.refused, "easting,northing,at,needle,lon,lat\n1.7,52.6,") || !strings.Contains(s.refusals[0].Reason, "degrees (EPSG:4326)") {
		t.Errorf("refused %v, handed back %q", s.refusals, s.refused)
	}
	asked := newTown(t, schemeText)
	s = asked.pickups(featuresOf(`"crs":{"type":"name","properties":{"name":"EPSG:2249"}},`, point), intake.Options{CRS: "27700"})
	s.came(t, 1, 0, 0)
	near(t, asked.only().Point, 1.71607397, 52.65800783)
}

func TestPropertiesThatComeLateAreToldOf(t *testing.T) {
	features := make([]string, 1500)
	for i := range features {
		features[i] = fmt.Sprintf(`{"type":"Feature","geometry":null,"properties":{"at":"2019-04-24","needle":%d}}`, i)
	}
	features[1200] = `{"type":"Feature","geometry":null,"properties":{"at":"2019-04-24","needle":1,"accuracy":5,"empty":null}}`
	w := newTown(t, schemeText)
	s := w.pickups(featuresOf("", features...), intake.Options{})
	s.came(t, 1500, 0, 0)
	if told := strings.Join(s.Notes, "\n"); !strings.Contains(told, `1 features have properties that none of the first had, of which nothing is kept: "accuracy"`) {
		t.Errorf("notes %q", told)
	}
}

func TestFeatureThatIsNoneIsRefusedAlone(t *testing.T) {
	w := newTown(t, schemeText)
	s := w.pickups(featuresOf("", onePoint, `7`, `{"type":"Point"}`, `{"type":"Feature","properties":[]}`,
		`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":["x",1]}}`,
		`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1]}}`), intake.Options{})
	s.came(t, 1, 0, 5)
	for i, want := range []string{"is no GeoJSON feature", "is no GeoJSON feature", "properties", "is no point", "is no point"} {
		if r := s.refusals[i]; r.Row != i+2 || !strings.Contains(r.Error(), want) {
			t.Errorf("refused %v, want %s", r, want)
		}
	}
}

func TestGeoJSONThatCannotBeReadIsRefusedWhole(t *testing.T) {
	for _, test := range []struct{ name, file, reason string }{
		{"cut off", featuresOf("", onePoint, onePoint)[:300], "feature 2: unexpected EOF"},
		{"no JSON", "{x", "no JSON"},
		{"other JSON", `{"a":1}`, "neither a FeatureCollection nor a sequence"},
		{"an array", `[1]`, "neither a FeatureCollection nor a sequence"},
		{"features that are none", `{"features":1}`, "neither a FeatureCollection"},
		{"another system", featuresOf(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2249"}},`, onePoint), `"urn:ogc:def:crs:EPSG::2249" is not understood`},
		{"a linked system", featuresOf(`"crs":{"type":"link","properties":{"href":"x"}},`, onePoint), "--crs"},
		{"a system told late", strings.TrimSuffix(featuresOf("", onePoint), "}") + `,"crs":{"properties":{"name":"EPSG:27700"}}}`, "only after its features"},
		{"two collections", featuresOf("", onePoint) + featuresOf("", onePoint), "one collection a file"},
		{"nesting without end", `{"type":"FeatureCollection","features":[` + strings.Repeat("[", 1<<19), "exceeded max depth"},
		{"a feature without end", `{"type":"FeatureCollection","features":[{"a":"` + strings.Repeat("a", 2<<20), "is longer than 1024 KiB"},
		{"a member without end", `{"type":"` + strings.Repeat("a", 2<<20), "is longer than 1024 KiB"},
	} {
		w := newTown(t, schemeText)
		_, err := w.send((*intake.Door).Pickups, test.file, intake.Options{})
		if err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.reason)
		}
	}
}

func FuzzFeatures(f *testing.F) {
	f.Add(featuresOf(`"crs":{"type":"name","properties":{"name":"EPSG:27700"}},`, onePoint, nextPoint, noPlace, aShape))
	f.Add("\x1e" + onePoint + "\n\x1e" + nextPoint)
	f.Fuzz(func(t *testing.T, text string) { readPlaces(t, text) })
}
