package data_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
)

func TestFilterIsReadByTheScheme(t *testing.T) {
	scheme, err := data.ParseScheme(data.DefaultScheme)
	if err != nil {
		t.Fatal(err)
	}
	kind := scheme.Kinds[0].ID
	weeks := scheme.WeekStart(2600).String() + "/" + scheme.WeekStart(2604).String()
	f := data.Filter{Weeks: weeks, Kinds: []string{kind}, Classes: []string{"outside"}, Area: "A1", BBox: []float64{-1.6, 53.5, -1.5, 53.75}}
	q, err := scheme.Query(f)
	want := data.Query{
		Weeks: data.WeekRange{From: 2600, To: 2604}, Kinds: f.Kinds, Classes: []geo.Class{geo.Outside}, Area: "A1",
		Bound: &orb.Bound{Min: orb.Point{-1.6, 53.5}, Max: orb.Point{-1.5, 53.75}},
	}
	if err != nil || !reflect.DeepEqual(q, want) {
		t.Errorf("%+v %v, want %+v", q, err, want)
	}
	if text := "weeks=" + weeks + "&kinds=" + kind + "&classes=outside&area=A1&bbox=-1.6,53.5,-1.5,53.75"; f.String() != text {
		t.Errorf("it is written %s, want %s", f, text)
	}
	if none, err := scheme.Query(data.Filter{}); err != nil || !reflect.DeepEqual(none, data.Query{}) || (data.Filter{}).String() != "" {
		t.Errorf("no filter is %+v %v", none, err)
	}
}

func TestFilterThatCantBeMeantIsRefused(t *testing.T) {
	scheme, err := data.ParseScheme(data.DefaultScheme)
	if err != nil {
		t.Fatal(err)
	}
	for says, f := range map[string]data.Filter{
		"write two dates":        {Weeks: "2019"},
		"kinds: \"lamp\"":        {Kinds: []string{"lamp"}},
		"classes: ":              {Classes: []string{"posh"}},
		"write west,south":       {BBox: []float64{1, 2, 3}},
		"bbox: write west,south": {BBox: []float64{2, 50, 1, 51}},
		"square: 7 ":             {Square: 7},
	} {
		if _, err := scheme.Query(f); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v does not say %q", f, err, says)
		}
	}
}
