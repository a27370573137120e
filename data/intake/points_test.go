package intake

import (
	"strings"
	"testing"

	"commonground/data"
)

func nationalScheme(t *testing.T) *data.Scheme {
	t.Helper()
	s, err := data.ParseScheme(data.DefaultScheme)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPointsOfAnAddressFile(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"the columns of OS Open UPRN", "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n1,429200,432700,53.79,-1.557\n2,429300,432700,53.79,-1.556\n", ""},
		{"eastings and northings", "id,easting,northing\n1,429200,432700\n2,429300,432700\n", ""},
		{"a row without a place", "lon,lat\n-1.5,53.8\n,\n", "line 3 has no place"},
		{"a row with half a place", "lon,lat\n-1.5,\n", "row 2, lat"},
		{"no column of a place", "id,name\n1,a\n", "id name"},
		{"a crew's file", "Date,lon,lat,Needles\n2026-11-02,-1.5,53.8,3\n", `"Date" says that these are records`},
		{"finds without a day", "lon,lat,needle\n-1.5,53.8,3\n", `"needle" says that these are records`},
		{"calls", "received,lon,lat\n2026-11-02,-1.5,53.8\n", `"received" says that these are records`},
		{"no row", "lon,lat\n", "no row"},
		{"nothing", "", "empty"},
	} {
		points, err := ReadPoints(strings.NewReader(test.file), nationalScheme(t), nil)
		switch {
		case test.want == "" && (err != nil || len(points) != 2 || points[0] == points[1]):
			t.Errorf("%s: %v, %v", test.name, points, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

func TestPostcodesAreReadAndWrittenInOneWay(t *testing.T) {
	got, err := ReadPostcodes(strings.NewReader("Postcode,lon,lat\nzz11aa,-1.5,53.8\nZZ1 1AB,-1.5,53.8\n\"ZZ1  1AD\",-1.5,53.8\n"), nationalScheme(t), nil)
	if err != nil || len(got) != 3 {
		t.Fatal(got, err)
	}
	for _, code := range []string{"ZZ1 1AA", "ZZ1 1AB", "ZZ1 1AD"} {
		if _, there := got[code]; !there {
			t.Errorf("%s is not there: %v", code, got)
		}
	}
	for file, want := range map[string]string{
		"postcode,lon,lat\nLeeds\x20high street,-1.5,53.8\n":      "row 2, postcode",
		"postcode,lon,lat\nZZ1 1AA,-1.5,53.8\nzz11aa,-1.5,53.8\n": "row 3, postcode: ZZ1 1AA is there twice",
		"name,lon,lat\nZZ1 1AA,-1.5,53.8\n":                       "--map postcode=COLUMN",
	} {
		if _, err := ReadPostcodes(strings.NewReader(file), nationalScheme(t), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
}
