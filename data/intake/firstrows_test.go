package intake_test

import (
	"strings"
	"testing"

	"commonground/data/intake"
)

func TestFirstRowsAreShownAsTheyWouldBeRead(t *testing.T) {
	door := newTown(t, schemeText, managed).door
	file := "Date,Longitude,Latitude,Needles,Crew leader\n2026-11-02,-1.55,53.79,3,A. Person\nyesterday,-1.55,53.79,2,A. Person\n2026-11-05,,,1,A. Person\n2026-11-05,-1.55,53.79,99999,A. Person\n2026-11-06,-1.55,53.79,1,A. Person\n"
	got, err := door.FirstPickups(t.Context(), strings.NewReader(file), intake.Options{Map: map[string]string{"needle": "Needles"}}, 4)
	if err != nil || got.Problem != "" || len(got.Rows) != 4 {
		t.Fatal(err, got)
	}
	if r := got.Rows[0]; r.Line != 2 || r.Items != 3 || r.Position.Point == nil || r.Position.Place.Class == 0 || r.Refusal != nil || r.Texts[4] != "A. Person" {
		t.Errorf("%+v", r)
	}
	if r := got.Rows[1]; r.Refusal == nil || r.Refusal.Field != "Date" || r.Position.Point != nil {
		t.Errorf("%+v", r)
	}
	if r := got.Rows[3]; r.Refusal == nil || r.Refusal.Field != "Needles" {
		t.Errorf("%+v", r)
	}
	if strings.Join(got.Dropped, ",") != "Crew leader" {
		t.Errorf("dropped %v", got.Dropped)
	}
	field := map[string]intake.Field{}
	for _, f := range got.Fields {
		field[f.Name] = f
		if f.Title == "" {
			t.Errorf("%s has no title", f.Name)
		}
	}
	if f := field["lon"]; f.Column != "Longitude" || !f.Needed || field["needle"].Column != "Needles" || field["kind"].Needed || field["ref"].Column != "" {
		t.Errorf("%+v", got.Fields)
	}
}

func TestFirstRowsOfColumnsThatAreNotEnough(t *testing.T) {
	door := newTown(t, schemeText, managed).door
	for _, options := range []intake.Options{{}, {Map: map[string]string{"at": "Nowhere"}}, {Map: map[string]string{"colour": "When"}}} {
		got, err := door.FirstIncidents(t.Context(), strings.NewReader("When,What\nnow,\"a\"\n"), options, 200)
		if err != nil || got.Problem == "" || len(got.Rows) != 1 || got.Rows[0].Texts[0] != "now" || len(got.Fields) == 0 {
			t.Errorf("%v: %v %+v", options, err, got)
		}
	}
	if _, err := door.FirstPickups(t.Context(), strings.NewReader(""), intake.Options{}, 200); err == nil {
		t.Error("an empty file has first rows")
	}
}
