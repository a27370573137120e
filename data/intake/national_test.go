package intake_test

import (
	"math"
	"strings"
	"testing"

	"commonground/data/intake"
	"commonground/geo"
)

// british is schemeText on the National Grid.
var british = strings.Replace(schemeText, "origin = [-1.55, 53.79]", `system = "national"`, 1)

func near(t *testing.T, got *geo.Point, lon, lat float64) {
	t.Helper()
	const units = 2 // of 1e-7 degree: some 20 mm
	if got == nil || math.Abs(got.Orb().Lon()-lon) > units*geo.Unit || math.Abs(got.Orb().Lat()-lat) > units*geo.Unit {
		t.Errorf("got %v, want %v, %v", got, lon, lat)
	}
}

// The example of Ordnance Survey's guide.
func TestEastingsAndNorthingsAreThoseOfTheNationalGrid(t *testing.T) {
	w := newTown(t, british)
	s := w.pickups("at,Easting,Northing,accuracy,needle\n2019-04-24,651409.804,313177.450,5,1\n", intake.Options{})
	s.came(t, 1, 0, 0)
	near(t, w.only().Point, 1.71607397, 52.65800783)
	if got := w.only().AccuracyM; got != 5 {
		t.Errorf("accuracy %v m", got)
	}
}

func TestAGridReferenceIsTheMiddleOfItsSquareAsAccurateAsThat(t *testing.T) {
	w := newTown(t, british)
	s := w.pickups("ref,at,Grid Ref,accuracy,needle\na,2019-04-24,SE 292 327,,1\nb,2019-04-24,se2927,,1\nc,2019-04-24,SE 29250 32750,8,1\n", intake.Options{})
	s.came(t, 3, 0, 0)
	pickups := w.storedPickups()
	if got, want := pickups[0].AccuracyM, 100/math.Sqrt2; math.Abs(got-want) > 1e-9 {
		t.Errorf("a square of 100 m is accurate to %v m, want %v", got, want)
	}
	if got, want := pickups[1].AccuracyM, 1000/math.Sqrt2; math.Abs(got-want) > 1e-9 {
		t.Errorf("a square of 1 km is accurate to %v m, want %v", got, want)
	}
	if got := pickups[2].AccuracyM; got != 8 {
		t.Errorf("the row's own accuracy became %v m", got)
	}
	// 50 cm beside the one given to a metre, so the same within a metre.
	a, c := pickups[0].Point.Orb(), pickups[2].Point.Orb()
	if math.Abs(a.Lon()-c.Lon()) > 1e-5 || math.Abs(a.Lat()-c.Lat()) > 1e-5 {
		t.Errorf("%v and %v", a, c)
	}
}

func TestLongitudeAndLatitudeAreTakenWhereARowHasBoth(t *testing.T) {
	w := newTown(t, british)
	w.pickups("at,lon,lat,easting,northing,needle\n2019-04-24,-1.55,53.79,651409,313177,1\n", intake.Options{}).came(t, 1, 0, 0)
	near(t, w.only().Point, -1.55, 53.79)
}

func TestPlacesThatTheNationalGridDoesNotHaveAreRefused(t *testing.T) {
	w := newTown(t, british)
	s := w.pickups("at,easting,northing,gridref,needle\n"+
		"2019-04-24,146000,529000,,1\n"+ // Belfast
		"2019-04-24,4292,4327000,,1\n"+
		"2019-04-24,429200,,,1\n"+
		"2019-04-24,,432700,,1\n"+
		"2019-04-24,,,SE 29 327,1\n"+
		"2019-04-24,,,IA 29 32,1\n"+
		"2019-04-24,429200,east,,1\n"+
		"2019-04-24,,,,1\n", // no place at all is no slip
		intake.Options{})
	s.came(t, 1, 0, 7)
	for i, want := range []struct{ field, reason string }{
		{"easting", "OSTN15"}, {"easting", "OSTN15"}, {"northing", "is empty"}, {"easting", "is empty"},
		{"gridref", "SE 29 327"}, {"gridref", "IA 29 32"}, {"northing", "no number"},
	} {
		if r := s.refusals[i]; r.Row != i+2 || r.Field != want.field || !strings.Contains(r.Reason, want.reason) {
			t.Errorf("refused with %v, want %v", r, want)
		}
	}
}

// A reference for a row without one of its own stays what it was before files
// could have grid references.
func TestAnEmptyGridReferenceIsNoPartOfWhatARowSays(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups("at,lon,lat,needle\n2019-04-24,-1.55,53.79,1\n", intake.Options{}).came(t, 1, 0, 0)
	if got, want := w.only().Ref, "row-"; !strings.HasPrefix(got, want) {
		t.Fatal(got)
	}
	first := w.only().Ref
	w.pickups("at,lon,lat,gridref,needle\n2019-04-24,-1.55,53.79,,1\n", intake.Options{}).came(t, 0, 1, 0)
	if w.only().Ref != first {
		t.Errorf("%s became %s", first, w.only().Ref)
	}
}
