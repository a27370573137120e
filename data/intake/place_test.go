package intake_test

import (
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/intake"
)

func TestWhatIsWrittenForAPlaceButIsNoneComesBack(t *testing.T) {
	for _, test := range []struct{ name, place, says string }{
		{"a place in town", "-1.55,53.79", ""},
		{"none at all", ",", ""},
		{"far away, either way", "-71.06,42.36", ""},
		{"a swap that would be off the globe", "151.2,-33.9", ""},
		{"on the equator", "0,53.79", ""},
		{"zeros", "0,0", "0, 0 is what programs write"},
		{"zeros with decimals", "0.0000000,-0.00000001", "0, 0 is what programs write"},
		{"swapped", "53.79,-1.55", "look swapped: 53.79, -1.55 is far"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			s := w.pickups("at,lon,lat,needle\n2019-05-01,"+test.place+",1\n", intake.Options{})
			switch {
			case test.says == "" && s.Added != 1:
				t.Errorf("refused: %v", s.refusals)
			case test.says != "" && (s.Refused != 1 || !strings.Contains(s.refusals[0].Reason, test.says)):
				t.Errorf("%+v, %v", s.Summary, s.refusals)
			}
		})
	}
}

func TestZerosOnTheNationalGridComeBack(t *testing.T) {
	w := newTown(t, nationalScheme(t), managed)
	s := w.pickups("at,easting,northing,needle\n2019-05-01,0,0,1\n2019-05-01,430000,433000,1\n", intake.Options{})
	if s.Added != 1 || s.Refused != 1 || s.refusals[0].Row != 2 {
		t.Errorf("%+v, %v", s.Summary, s.refusals)
	}
}

// nationalScheme is schemeText on the National Grid.
func nationalScheme(t *testing.T) string {
	t.Helper()
	text := strings.Replace(schemeText, "origin = [-1.55, 53.79]", `system = "national"`, 1)
	if scheme, err := data.ParseScheme(text); err != nil || scheme.Grid == nil {
		t.Fatal(err)
	}
	return text
}

func TestSwappedIncidentComesBackToo(t *testing.T) {
	w := newTown(t, schemeText, managed)
	s := w.incidents("received,category,lon,lat\n2019-05-01,harm,53.79,-1.55\n", intake.Options{})
	if s.Refused != 1 || s.refusals[0].Field != "lat" {
		t.Errorf("%+v, %v", s.Summary, s.refusals)
	}
}
