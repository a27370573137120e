package intake_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"commonground/data/intake"
	"commonground/geo"
	"commonground/geo/geotest"
)

// all gives every feature one class.
var all = map[string]geo.Class{"*": geo.Residential}

const ring = `[[-1.56,53.78],[-1.54,53.78],[-1.54,53.80],[-1.56,53.78]]`

// collection is a file of features.
func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

// feature is one with the given properties and geometry, in JSON.
func feature(properties, geometry string) string {
	return `{"type":"Feature","properties":` + properties + `,"geometry":` + geometry + `}`
}

func polygon(rings string) string { return `{"type":"Polygon","coordinates":[` + rings + `]}` }

func read(text string, options intake.AreaOptions) (intake.Areas, error) {
	return intake.ReadAreas(strings.NewReader(text), options)
}

func TestAreasAreRead(t *testing.T) {
	for _, test := range []struct {
		name, file string
		options    intake.AreaOptions
		want       geo.Area
	}{
		{"as they are written by us", collection(feature(`{"id":"m","name":"Holbeck","class":"managed"}`, polygon(ring))),
			intake.AreaOptions{}, geo.Area{ID: "m", Name: "Holbeck", Class: geo.Managed}},
		{"with the feature's own id", collection(`{"type":"Feature","id":7,"properties":{"class":"residential"},"geometry":` + polygon(ring) + `}`),
			intake.AreaOptions{}, geo.Area{ID: "7", Class: geo.Residential}},
		{"with properties of other names", collection(feature(`{"CODE":"E01","LABEL":" Leeds 1 ","USE":"industrial"}`, polygon(ring))),
			intake.AreaOptions{ClassProperty: "USE", Class: map[string]geo.Class{"industrial": geo.NonResidential}, IDProperty: "CODE", NameProperty: "LABEL"},
			geo.Area{ID: "E01", Name: "Leeds 1", Class: geo.NonResidential}},
		{"a value of its own before all others", collection(feature(`{"id":1,"class":"park"}`, polygon(ring))),
			intake.AreaOptions{Class: map[string]geo.Class{"park": geo.NonResidential, "*": geo.Residential}}, geo.Area{ID: "1", Class: geo.NonResidential}},
		{"a class that is no text", collection(feature(`{"id":1,"class":3}`, polygon(ring))),
			intake.AreaOptions{Class: map[string]geo.Class{"3": geo.Managed}}, geo.Area{ID: "1", Class: geo.Managed}},
		{"with a byte-order mark", "\ufeff" + collection(feature(`{"id":"m","class":"managed"}`, polygon(ring))),
			intake.AreaOptions{}, geo.Area{ID: "m", Class: geo.Managed}},
		{"a multipolygon", collection(feature(`{"id":"m","class":"managed"}`, `{"type":"MultiPolygon","coordinates":[[`+ring+`]]}`)),
			intake.AreaOptions{}, geo.Area{ID: "m", Class: geo.Managed}},
		{"with a height", collection(feature(`{"id":"m","class":"managed"}`, polygon(`[[-1.56,53.78,9],[-1.54,53.78,9],[-1.54,53.80,9],[-1.56,53.78,9]]`))),
			intake.AreaOptions{}, geo.Area{ID: "m", Class: geo.Managed}},
		{"that says it is WGS 84", strings.Replace(collection(feature(`{"id":"m","class":"managed"}`, polygon(ring))), "{",
			`{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},`, 1), intake.AreaOptions{}, geo.Area{ID: "m", Class: geo.Managed}},
	} {
		t.Run(test.name, func(t *testing.T) {
			areas, err := read(test.file, test.options)
			check(t, err)
			if len(areas.Areas) != 1 || len(areas.Flaws) != 0 {
				t.Fatalf("read %+v", areas)
			}
			got := areas.Areas[0]
			if got.ID != test.want.ID || got.Name != test.want.Name || got.Class != test.want.Class || len(got.Shape) != 1 || len(got.Shape[0][0]) != 4 {
				t.Errorf("read %+v", got)
			}
		})
	}
}

func TestAreasAreRefusedWithEveryReason(t *testing.T) {
	good := feature(`{"id":"m","class":"managed"}`, polygon(ring))
	for _, test := range []struct {
		name, file string
		reasons    []string
	}{
		{"no JSON", "areas", []string{"no JSON"}},
		{"nothing", "", []string{"no JSON"}},
		{"a shape alone", polygon(ring), []string{"no GeoJSON FeatureCollection"}},
		{"a sequence that is cut off", good + "\n{", []string{"feature 2 is no JSON"}},
		{"a sequence of something else", good + "\n7", []string{"feature 2 is no GeoJSON feature"}},
		{"another coordinate system", strings.Replace(collection(good), "{", `{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2249"}},`, 1),
			[]string{"EPSG::2249", "ogr2ogr -t_srs EPSG:4326"}},
		{"an id twice", collection(good, feature(`{"id":"n","class":"managed"}`, polygon(ring)), good), []string{"feature 3: has the id m, which feature 1 has already"}},
		{"no id", collection(feature(`{"CODE":"a","class":"managed"}`, polygon(ring)), feature(`{"CODE":"b","class":"managed"}`, polygon(ring))),
			[]string{"feature 1: has no id", "feature 2: has no id", "--id-property", "CODE"}},
		{"what not every store can keep", collection(feature(`{"id":"a\u0000","class":"managed"}`, polygon(ring)), feature(`{"id":"b","name":"\u0000","class":"managed"}`, polygon(ring))),
			[]string{"feature 1: has an id or a name with the character U+0000", "feature 2: has an id or a name"}},
		{"no geometry", collection(good, feature(`{"id":"n","class":"managed"}`, `null`)), []string{"feature 2: (n) has no geometry"}},
		{"a point", collection(feature(`{"id":"n","class":"managed"}`, `{"type":"Point","coordinates":[-1.5,53.8]}`)), []string{"(n) is a Point; areas are polygons"}},
		{"feet", collection(feature(`{"id":"n","class":"managed"}`, polygon(`[[775000,2950000],[775100,2950000],[775100,2950100],[775000,2950000]]`))),
			[]string{"(n) has the position 775000.0, 2950000.0", "feet or metres", "ogr2ogr -s_srs"}},
		{"classes not known", collection(good, feature(`{"id":"a","class":"park"}`, polygon(ring)), feature(`{"id":"b","class":"park"}`, polygon(ring)),
			feature(`{"id":"c","class":"quarry"}`, polygon(ring)), feature(`{"id":"d"}`, polygon(ring))),
			[]string{`"class" has values without a class: "" (1), "park" (2), "quarry" (1)`, "--ignore"}},
		{"classes that are none of an area", collection(feature(`{"id":"a","class":"outside"}`, polygon(ring))), []string{`"outside" (1)`}},
		{"no class in any", collection(feature(`{"id":"a"}`, polygon(ring))), []string{`no feature has the property "class"`, "--class-property"}},
		{"more faults than are listed", collection(strings.Split(strings.Repeat(good+" ", 9), " ")[:9]...), []string{"feature 6: has the id m", "and 3 features more"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			areas, err := read(test.file, intake.AreaOptions{})
			if err == nil {
				t.Fatalf("read %+v", areas)
			}
			for _, reason := range test.reasons {
				if !strings.Contains(err.Error(), reason) {
					t.Errorf("got %v\nwithout %q", err, reason)
				}
			}
		})
	}
}

func TestFeatureThatIsNullIsRefused(t *testing.T) {
	good := feature(`{"id":"m","class":"managed"}`, polygon(ring))
	for _, file := range []string{collection("null"), collection("null", good), collection(good, "null"), collection("null", feature(`{}`, "null"))} {
		for _, options := range []intake.AreaOptions{{}, {Class: all}} {
			func() {
				defer func() {
					if cause := recover(); cause != nil {
						t.Errorf("%s: panic: %v", file, cause)
					}
				}()
				if areas, err := read(file, options); err == nil {
					t.Errorf("%s: read %+v", file, areas)
				}
			}()
		}
	}
}

func TestIgnoredValuesAreLeftOutAndCounted(t *testing.T) {
	file := collection(feature(`{"id":"m","class":"managed"}`, polygon(ring)), feature(`{"class":"water"}`, `null`), feature(`{"class":"water"}`, polygon(ring)))
	areas, err := read(file, intake.AreaOptions{Ignore: []string{"water"}})
	if err != nil || len(areas.Areas) != 1 || areas.Ignored != 2 {
		t.Errorf("read %+v, %v", areas, err)
	}
}

func TestShapesThatAreHardlyOnesAreReadOrRefusedAndGoIn(t *testing.T) {
	for name, geometry := range map[string]string{
		"no ring":                     `{"type":"Polygon","coordinates":[]}`,
		"an empty ring":               polygon(`[]`),
		"one position":                polygon(`[[-1.55,53.79]]`),
		"one position twice":          polygon(`[[-1.55,53.79],[-1.55,53.79]]`),
		"a line there and back":       polygon(`[[-1.55,53.79],[-1.54,53.79],[-1.55,53.79]]`),
		"not closed":                  polygon(`[[-1.56,53.78],[-1.54,53.78],[-1.54,53.80]]`),
		"a bow tie":                   polygon(`[[-1.56,53.78],[-1.54,53.80],[-1.54,53.78],[-1.56,53.80],[-1.56,53.78]]`),
		"a hole outside":              polygon(ring + `,[[-1.4,53.7],[-1.3,53.7],[-1.3,53.8],[-1.4,53.7]]`),
		"no polygon":                  `{"type":"MultiPolygon","coordinates":[]}`,
		"an empty polygon":            `{"type":"MultiPolygon","coordinates":[[]]}`,
		"the whole globe":             polygon(`[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]`),
		"two polygons one on another": `{"type":"MultiPolygon","coordinates":[[` + ring + `],[` + ring + `]]}`,
	} {
		t.Run(name, func(t *testing.T) {
			areas, err := read(collection(feature(`{"id":"m","class":"managed"}`, geometry)), intake.AreaOptions{})
			if err != nil {
				return
			}
			if len(areas.Flaws) == 0 && name != "the whole globe" {
				t.Errorf("no flaw is reported")
			}
			w := newTown(t, schemeText, areas.Areas...)
			w.pickups(oneOfEach, intake.Options{}).came(t, 1, 0, 0)
		})
	}
}

func TestValidAndInvalidGeoJSONIsReadOrRefused(t *testing.T) {
	for _, folder := range []string{"bad", "good"} {
		paths, err := filepath.Glob(filepath.Join(geotest.RealData(t, "geojson-validity", folder), "*.geojson"))
		check(t, err)
		if len(paths) < 9 {
			t.Fatalf("found only %v", paths)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			check(t, err)
			for _, options := range []intake.AreaOptions{{}, {Class: all}, {Class: all, IDProperty: "name"}} {
				areas, err := read(string(content), options)
				if err != nil && len(err.Error()) > 5000 {
					t.Errorf("%s: the error has %d characters", path, len(err.Error()))
				}
				for _, area := range areas.Areas {
					if err == nil && (area.ID == "" || !area.Class.OfArea()) {
						t.Errorf("%s: let in %+v", path, area)
					}
				}
			}
		}
	}
}

func TestFileInFeetThatDoesNotSaySoIsRefused(t *testing.T) {
	file := open(t, geotest.RealData(t, "boston-needles", "neighborhoods-epsg2249.geojson"))
	_, err := intake.ReadAreas(file, intake.AreaOptions{Class: all, IDProperty: "Name"})
	if err == nil || !strings.Contains(err.Error(), "feet or metres") || !strings.Contains(err.Error(), "and 21 features more") {
		t.Errorf("got %v", err)
	}
}

func TestTwoFlawedAreasOfLeedsAreNamedAndRead(t *testing.T) {
	file := open(t, geotest.RealData(t, "leeds-boundaries", "lsoa2011-leeds.geojson"))
	areas, err := intake.ReadAreas(file, intake.AreaOptions{Class: all, IDProperty: "LSOA11CD", NameProperty: "LSOA11NM"})
	check(t, err)
	var flawed []string
	for _, flaw := range areas.Flaws {
		flawed = append(flawed, flaw.Area)
		if !strings.Contains(flaw.Reason, ", 53.") {
			t.Errorf("%s does not say where: %s", flaw.Area, flaw.Reason)
		}
	}
	slices.Sort(flawed)
	if len(areas.Areas) != 482 || !slices.Equal(slices.Compact(flawed), []string{"E01011334", "E01011595"}) {
		t.Errorf("read %d areas; flawed are %v", len(areas.Areas), flawed)
	}
}
