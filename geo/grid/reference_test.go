package grid_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/grid"
)

func TestReferencesAreReadAsPeopleWriteThem(t *testing.T) {
	for _, test := range []struct {
		text                 string
		eastM, northM, sideM int
		want                 string
	}{
		{"SE 292 327", 429_200, 432_700, 100, "SE 292 327"},
		{"SE292327", 429_200, 432_700, 100, "SE 292 327"},
		{"SE 29200 32700", 429_200, 432_700, 1, "SE 29200 32700"},
		{"se29203270", 429_200, 432_700, 10, "SE 2920 3270"},
		{"SE 29203 32701", 429_203, 432_701, 1, "SE 29203 32701"},
		{"SE23", 420_000, 430_000, 10_000, "SE 2 3"},
		{"Se 2932", 429_000, 432_000, 1_000, "SE 29 32"},
		{"SE292 327", 429_200, 432_700, 100, "SE 292 327"},
		{"\tSE 292\u00a0327  ", 429_200, 432_700, 100, "SE 292 327"},
		{"TG 51409 13177", 651_409, 313_177, 1, "TG 51409 13177"},
		{"SV 00000 00000", 0, 0, 1, "SV 00000 00000"},
		{"NN166712", 216_600, 771_200, 100, "NN 166 712"},
		{"HU396753", 439_600, 1_175_300, 100, "HU 396 753"},
		{"HP 99 49", 499_000, 1_249_000, 1_000, "HP 99 49"},
		{"TQ 30 80", 530_000, 180_000, 1_000, "TQ 30 80"},
		{"OV 00 00", 500_000, 500_000, 1_000, "OV 00 00"},
	} {
		r, err := grid.ParseReference(test.text)
		if err != nil || r != (grid.Reference{EastM: test.eastM, NorthM: test.northM, SideM: test.sideM}) {
			t.Errorf("%q: %+v, %v", test.text, r, err)
		}
		if r.String() != test.want {
			t.Errorf("%q is written %q", test.text, r)
		}
	}
}

func TestReferenceIsRefusedWithItsReason(t *testing.T) {
	for _, test := range []struct{ name, text, reason string }{
		{"nothing", "", "is empty"},
		{"blanks", " \t", "is empty"},
		{"letters alone", "SE", "is a square of 100 km, too coarse for a place"},
		{"uneven digits", "SE 29232", "as many digits for north as for east"},
		{"one digit", "SE2", "as many digits for north as for east"},
		{"halves of two lengths", "SE 292 32", "as many digits for north as for east"},
		{"halves of two lengths, even in all", "SE 2923 27", "as many digits for north as for east"},
		{"twelve digits", "SE 292031 327012", "has 12 digits; ten, which make a metre, are the most"},
		{"three groups", "SE 29 20 3270", "one blank among its digits"},
		{"the letter I", "SI 292 327", "the letter I is not used"},
		{"no letters", "429200 432700", "begin with the two letters"},
		{"one letter", "S 292 327", "begin with the two letters"},
		{"letters apart", "S E 292 327", "begin with the two letters"},
		{"three letters", "SEE 292 327", "has 'E' where a digit should be"},
		{"letters that are none of the map's", "ſſ23", "begin with the two letters"},
		{"digits that are none of the map's", "SE ٢٩ ٣٢", "where a digit should be"},
		{"a minus", "SE -29 32", "has '-' where a digit should be"},
		{"a fraction", "SE 29.2 32.7", "has '.' where a digit should be"},
		{"a tetrad", "SE23K", "has 'K' where a digit should be"},
		{"a square west of the grid", "RE 292 327", "the square RE is not on the National Grid"},
		{"a square east of the grid", "TC 292 327", "the square TC is not on the National Grid"},
		{"a square south of the grid", "xa 292 327", "the square XA is not on the National Grid"},
		{"a square north of the grid", "HE 292 327", "the square HE is not on the National Grid"},
		{"past the northern edge", "HP 00 50", "lies off the National Grid"},
	} {
		r, err := grid.ParseReference(test.text)
		if err == nil || !strings.Contains(err.Error(), test.reason) || r != (grid.Reference{}) {
			t.Errorf("%s: %+v, %v", test.name, r, err)
		}
	}
	if _, err := grid.ParseReference(strings.Repeat("SE", 1e6)); len(err.Error()) > 200 {
		t.Errorf("a long text is told in %d letters", len(err.Error()))
	}
}

func TestReferenceHoldsItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eastM := rapid.Float64Range(0, 699_999.999).Draw(t, "east")
		northM := rapid.Float64Range(0, 1_249_999.999).Draw(t, "north")
		side := rapid.SampledFrom([]int{1, 10, 100, 1_000, 10_000}).Draw(t, "side")
		r, err := grid.NewReference(eastM, northM, side)
		if err != nil {
			t.Fatal(err)
		}
		east, north := eastM-float64(r.EastM), northM-float64(r.NorthM)
		if east < 0 || east >= float64(side) || north < 0 || north >= float64(side) {
			t.Fatalf("%v, %v is not in %+v", eastM, northM, r)
		}
		middleEast, middleNorth := r.Centre()
		if off := math.Hypot(eastM-middleEast, northM-middleNorth); off > r.AccuracyM()*(1+1e-9) {
			t.Fatalf("%v, %v is %v m from the middle of %+v", eastM, northM, off, r)
		}
		if back, err := grid.ParseReference(r.String()); err != nil || back != r {
			t.Fatalf("%+v became %+v: %v", r, back, err)
		}
	})
}

func TestReferenceHasTheAccuracyOfItsSquare(t *testing.T) {
	r, err := grid.ParseReference("SE 292 327")
	eastM, northM := r.Centre()
	if err != nil || eastM != 429_250 || northM != 432_750 || math.Abs(r.AccuracyM()-70.711) > 0.001 {
		t.Errorf("%v, %v within %v m: %v", eastM, northM, r.AccuracyM(), err)
	}
}

func TestReferenceIsNotMadeOfWhatHasNone(t *testing.T) {
	for _, side := range []int{-1, 0, 2, 125, 100_000} {
		if r, err := grid.NewReference(429_200, 432_700, side); err == nil {
			t.Errorf("a square of %d m: %v", side, r)
		}
	}
	for _, at := range [][2]float64{{-0.1, 5}, {700_000, 5}, {5, 1_250_000}, {math.NaN(), 5}, {5, math.Inf(-1)}} {
		if r, err := grid.NewReference(at[0], at[1], 1); !errors.Is(err, grid.ErrOutsideModel) {
			t.Errorf("%v: %v, %v", at, r, err)
		}
	}
}

func FuzzParseReference(f *testing.F) {
	for _, text := range []string{"SE 292 327", "se29203270", "SE23", "SE", "SI 1 1", "HP 00 50", "ſſ23", "ı1", "SE\u00a029 32", "\xff\xfe11"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := grid.ParseReference(text)
		if err != nil {
			if r != (grid.Reference{}) {
				t.Fatalf("%q is refused and yet %+v", text, r)
			}
			return
		}
		if back, err := grid.ParseReference(r.String()); err != nil || back != r {
			t.Fatalf("%q is %+v, and again %+v: %v", text, r, back, err)
		}
		eastM, northM := r.Centre()
		if again, err := grid.NewReference(eastM, northM, r.SideM); err != nil || again != r {
			t.Fatalf("the middle of %+v is in %+v: %v", r, again, err)
		}
	})
}
