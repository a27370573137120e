package intake_test

import (
	"strings"
	"testing"

	"commonground/data/intake"
)

// good is a row that goes in, of the columns ref, at, lon, lat and needle.
const (
	goodHeader = "ref,at,lon,lat,needle\n"
	goodRow    = "good,2019-04-24,-1.55,53.79,1\n"
)

func TestPickupIsRefusedWithFieldAndReason(t *testing.T) {
	long := strings.Repeat("x", 101)
	for _, test := range []struct{ name, row, field, reason string }{
		{"too few columns", "a,2019-04-24,-1.55", "", "has 3 columns where the first row names 5"},
		{"too many columns", "a,2019-04-24,-1.55,53.79,1,2", "", "has 6 columns where the first row names 5"},
		{"a stray quote", `a,2019-04-24,-1.55,53.79,1"`, "", "quotes"},
		{"text after a quote", `"a"b,2019-04-24,-1.55,53.79,1`, "", "quotes"},
		{"no time", "a,,-1.55,53.79,1", "at", "is missing"},
		{"no time that can be read", "a,soon,-1.55,53.79,1", "at", "is no time"},
		{"a year that can't be", "a,0219-04-24,-1.55,53.79,1", "at", "the year 219 can't be right"},
		{"no number for a longitude", "a,2019-04-24,1°33'W,53.79,1", "lon", "is no number"},
		{"a decimal comma", `a,2019-04-24,"-1,55","53,79",1`, "lon", "is no number"},
		{"no number at all", "a,2019-04-24,NaN,53.79,1", "lon", "is no number"},
		{"no longitude", "a,2019-04-24,,53.79,1", "lon", "is empty although there is a latitude"},
		{"no latitude", "a,2019-04-24,-1.55,,1", "lat", "is empty although there is a longitude"},
		{"swapped", "a,2019-04-24,42.36,-103.05,1", "lat", "look swapped"},
		{"feet", "a,2019-04-24,775000,2950000,1", "lon", "feet or metres"},
		{"metres of the National Grid", "a,2019-04-24,430000,433000,1", "lon", "feet or metres"},
		{"half an item", "a,2019-04-24,-1.55,53.79,1.5", "needle", "is no whole number"},
		{"less than nothing", "a,2019-04-24,-1.55,53.79,-1", "needle", "is no quantity"},
		{"too many", "a,2019-04-24,-1.55,53.79,10001", "needle", "is no quantity"},
		{"a number beyond all bounds", "a,2019-04-24,-1.55,53.79,99999999999999999999", "needle", "is no whole number"},
		{"a reference that is too long", long + ",2019-04-24,-1.55,53.79,1", "ref", "longer than 100 characters"},
		{"a reference that does not print", "a\x00b,2019-04-24,-1.55,53.79,1", "ref", "don't print"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			s := w.pickups(goodHeader+test.row+"\n"+goodRow, intake.Options{})
			s.came(t, 1, 0, 1)
			if r := s.refusals[0]; r.Row != 2 || r.Field != test.field || !strings.Contains(r.Reason, test.reason) {
				t.Errorf("refused with %v, want %q and %q", r, test.field, test.reason)
			}
			if want := goodHeader + test.row + "\n"; s.refused != want {
				t.Errorf("handed back %q, want %q", s.refused, want)
			}
		})
	}
}

func TestSwappedCoordinatesOfATownFarFromTheEquatorAreRefused(t *testing.T) {
	// A longitude of more than 90° in the column of latitudes can't be one.
	w := newTown(t, schemeText, managed)
	s := w.pickups("ref,at,lon,lat,needle\na,2019-04-24,49.28,-123.12,1\n", intake.Options{})
	s.came(t, 0, 0, 1)
	if r := s.refusals[0]; !strings.Contains(r.Reason, "swapped") {
		t.Errorf("refused with %v", r)
	}
}

func TestKindIsRefusedWhereTheSchemeHasNone(t *testing.T) {
	w := newTown(t, schemeText, managed)
	s := w.pickups("at,lon,lat,Item,qty\n2019-04-24,-1.55,53.79,bottle,1\n2019-04-24,-1.55,53.79,,1\n", intake.Options{})
	s.came(t, 0, 0, 2)
	for i, r := range s.refusals {
		if r.Row != i+2 || r.Field != "Item" || !strings.Contains(r.Reason, "needle, condom_used") {
			t.Errorf("refused with %v", r)
		}
	}
}

func TestAccuracyIsRefusedBeyondReason(t *testing.T) {
	w := newTown(t, schemeText, managed)
	s := w.pickups("at,lon,lat,accuracy,needle\n2019-04-24,-1.55,53.79,-1,1\n2019-04-24,-1.55,53.79,200000,1\n2019-04-24,-1.55,53.79,12.5,1\n", intake.Options{})
	s.came(t, 1, 0, 2)
	for _, r := range s.refusals {
		if r.Field != "accuracy" || !strings.Contains(r.Reason, "metres") {
			t.Errorf("refused with %v", r)
		}
	}
	if got := w.only().AccuracyM; got != 12.5 {
		t.Errorf("kept %v m", got)
	}
}

func TestRowsOfGridReferencesAreRefusedOneByOne(t *testing.T) {
	w := newTown(t, schemeText, managed)
	s := w.pickups("at,lon,lat,easting,northing,needle\n2019-04-24,,,430000,433000,1\n2019-04-24,-1.55,53.79,430000,433000,1\n", intake.Options{})
	s.came(t, 1, 0, 1)
	if r := s.refusals[0]; r.Row != 2 || r.Field != "easting" || !strings.Contains(r.Reason, "convert them") {
		t.Errorf("refused with %v", r)
	}
}

func TestRowsAreNamedByTheirLineInTheFile(t *testing.T) {
	const file = "ref,at,lon,lat,needle,notes\r\n" + // line 1
		"a,2019-04-24,-1.55,53.79,1,\"two\r\nlines\"\r\n" + // lines 2 and 3
		"b,soon,-1.55,53.79,1,\"three\n\nlines\"\r\n" + // lines 4 to 6
		"\r\n" + // line 7
		"c,2019-04-24,-1.55,53.79,1,x\r\n" + // line 8
		"d,2019-04-24,-1.55,53.79\r\n" + // line 9
		"e,2019-04-24,-1.55,53.79,x,\r\n" // line 10
	w := newTown(t, schemeText, managed)
	s := w.pickups(file, intake.Options{})
	s.came(t, 2, 0, 3)
	for i, line := range []int{4, 9, 10} {
		if s.refusals[i].Row != line {
			t.Errorf("%v, want line %d", s.refusals[i], line)
		}
	}
	const back = "ref,at,lon,lat,needle,notes\r\nb,soon,-1.55,53.79,1,\"three\n\nlines\"\r\n" +
		"d,2019-04-24,-1.55,53.79\r\ne,2019-04-24,-1.55,53.79,x,\r\n"
	if s.refused != back {
		t.Errorf("handed back\n%q, want\n%q", s.refused, back)
	}
}

func TestQuoteThatIsNeverClosedIsRefusedAndEndsTheFile(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const broken = "\"a,2019-04-24,-1.55,53.79,1\nb,2019-04-24,-1.55,53.79,1\n"
	s := w.pickups(goodHeader+goodRow+broken, intake.Options{})
	s.came(t, 1, 0, 1)
	if r := s.refusals[0]; r.Row != 3 || !strings.Contains(r.Reason, "quotes are not closed") {
		t.Errorf("refused with %v", r)
	}
	if s.refused != goodHeader+broken {
		t.Errorf("handed back %q", s.refused)
	}
}

func TestRefusedRowsGoInOnceMended(t *testing.T) {
	w := newTown(t, schemeText, managed)
	first := w.pickups("\ufeff"+goodHeader+"a,2019-04-24,-1.55,53.79,one\n"+goodRow+"b,2019-04-24,-1.55,53.79,one", intake.Options{})
	first.came(t, 1, 0, 2)
	mended := strings.ReplaceAll(first.refused, "one", "1")
	w.pickups(mended, intake.Options{}).came(t, 2, 0, 0)
	w.pickups(mended, intake.Options{}).came(t, 0, 2, 0)
	if n := len(w.storedPickups()); n != 3 {
		t.Errorf("%d are stored", n)
	}
}

func TestNothingIsHandedBackWhereNothingIsRefused(t *testing.T) {
	w := newTown(t, schemeText, managed)
	if s := w.pickups(goodHeader+goodRow, intake.Options{}); s.refused != "" {
		t.Errorf("handed back %q", s.refused)
	}
}
