package intake

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"
)

// samples begin as a file of each format does.
var samples = map[string]string{
	"an Excel workbook (.xlsx)": zipNamed("_rels/.rels", "xl/workbook.xml"),
	"a shapefile in a zip":      zipNamed("folder/Town.SHP", "folder/Town.dbf"),
	"a GeoPackage":              "SQLite format 3\x00\x10\x00",
	"GeoJSON":                   " \n{\"type\":\"FeatureCollection\"",
	"CSV":                       "lon|lat\n",
}

func zipNamed(names ...string) string {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return packed.String()
}

func TestEachFormatIsToldByItsContentFromAllOthers(t *testing.T) {
	for _, format := range formats {
		sample, ok := samples[format.name]
		if !ok {
			t.Errorf("there is no sample of %s", format.name)
			continue
		}
		o, err := newOpening(t.Context(), strings.NewReader(sample), choice{})
		if err != nil {
			t.Fatal(err)
		}
		first := slices.IndexFunc(formats, func(other fileFormat) bool { return other.is(o) })
		if first < 0 || formats[first].name != format.name {
			t.Errorf("a sample of %s is taken for that of number %d", format.name, first)
		}
		if _, err := openRecords(t.Context(), strings.NewReader(sample), choice{}); format.name != formatText && (err == nil || !strings.Contains(err.Error(), "is taken for "+format.name)) {
			t.Errorf("%s: %v", format.name, err)
		}
		if err := o.spool.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(samples) != len(formats) {
		t.Errorf("%d samples of %d formats", len(samples), len(formats))
	}
}
