package intake_test

import (
	"errors"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

var noon = time.Date(2019, 6, 1, 12, 0, 0, 0, time.UTC)

// needles is a pickup in the managed area.
func (w town) needles(ref string, items int) data.Pickup {
	return data.Pickup{
		Key: data.Key{Source: "crew", Ref: ref}, Position: data.Position{Point: &geo.Point{Lon: -15_500_000, Lat: 537_900_000}},
		At: data.DayOf(mustDate(w.t, "2019-04-24"), london(w.t)), Found: []data.Quantity{{Kind: "needle", Items: items}},
	}
}

func (w town) replace(p data.Pickup) data.Receipt {
	w.t.Helper()
	receipt, err := w.door.ReplacePickup(w.t.Context(), p, noon)
	check(w.t, err)
	return receipt
}

func TestCorrectedRecordGetsItsPlace(t *testing.T) {
	w := newTown(t, schemeText, managed)
	for _, step := range []struct {
		items int
		want  data.Receipt
	}{{1, data.Added}, {1, data.Unchanged}, {2, data.Corrected}} {
		if got := w.replace(w.needles("1", step.items)); got != step.want {
			t.Errorf("%d items have the receipt %d, want %d", step.items, got, step.want)
		}
	}
	if p := w.only(); p.Place.Class != geo.Managed || p.Found[0].Items != 2 {
		t.Errorf("there is %+v", p)
	}
	moved := w.needles("1", 2)
	moved.Point.Lon = -17_000_000
	w.replace(moved)
	if p := w.only(); p.Place.Class != geo.Outside {
		t.Errorf("moved out of all areas it is %v", p.Place.Class)
	}
}

func TestCorrectionIsCheckedAsEveryRecord(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.replace(w.needles("1", 1))
	for field, change := range map[string]func(*data.Pickup){
		"needle": func(p *data.Pickup) { p.Found[0].Items = -1 },
		"at":     func(p *data.Pickup) { p.At = data.When{} },
		"ref":    func(p *data.Pickup) { p.Ref = "" },
	} {
		p := w.needles("1", 3)
		change(&p)
		_, err := w.door.ReplacePickup(t.Context(), p, noon)
		var refusal intake.Refusal
		if !errors.As(err, &refusal) || refusal.Field != field || refusal.Row != 0 {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := w.door.ReplaceIncident(t.Context(), data.Incident{Key: data.Key{Source: "line", Ref: "1"}, Category: "none", Received: w.needles("1", 1).At}, noon)
	if refusal := (intake.Refusal{}); !errors.As(err, &refusal) || refusal.Field != "category" {
		t.Errorf("an incident: %v", err)
	}
	if _, err := w.door.Delete(t.Context(), data.PickupSort, data.Key{Source: "crew", Ref: "\n"}, noon); !errors.As(err, &intake.Refusal{}) {
		t.Errorf("a reference that none can have: %v", err)
	}
	if w.only().Found[0].Items != 1 {
		t.Error("it was corrected all the same")
	}
}

func TestCorrectionGoesByTheSettingsOfTheStoreNotOfTheDoor(t *testing.T) {
	w := newTown(t, schemeText)
	other := intake.New(w.store)
	_, err := other.Settings(t.Context())
	check(t, err)
	w.putBoundary("2019-01-01", "", managed)
	w.door = other
	w.replace(w.needles("1", 1))
	if class := w.only().Place.Class; class != geo.Managed {
		t.Errorf("it is %v", class)
	}
	_, err = intake.New(w.store).PutScheme(t.Context(), another("[[outcome]]", bottle))
	check(t, err)
	p := w.needles("1", 1)
	p.Found = []data.Quantity{{Kind: "bottle", Items: 1}}
	if got := w.replace(p); got != data.Corrected {
		t.Errorf("a kind of a new scheme has the receipt %d", got)
	}
}

func TestIncidentIsCorrectedAndDeleted(t *testing.T) {
	w := newTown(t, schemeText, managed)
	i := data.Incident{
		Key: data.Key{Source: "line", Ref: "1"}, Position: w.needles("1", 1).Position,
		Received: w.needles("1", 1).At, Category: data.Harm,
	}
	for _, want := range []data.Receipt{data.Added, data.Unchanged} {
		if got, err := w.door.ReplaceIncident(t.Context(), i, noon); err != nil || got != want {
			t.Errorf("receipt %d, %v, want %d", got, err, want)
		}
	}
	i.Answered = data.Yes
	if got, err := w.door.ReplaceIncident(t.Context(), i, noon); err != nil || got != data.Corrected {
		t.Errorf("receipt %d, %v", got, err)
	}
	if all := w.storedIncidents(); len(all) != 1 || all[0].Answered != data.Yes || all[0].Place.Class != geo.Managed || all[0].Happened.IsZero() {
		t.Errorf("there are %+v", all)
	}
	for _, want := range []bool{true, false} {
		if got, err := w.door.Delete(t.Context(), data.IncidentSort, i.Key, noon); err != nil || got != want {
			t.Errorf("deleted: %v, %v", got, err)
		}
	}
	if all := w.storedIncidents(); len(all) != 0 {
		t.Errorf("there are %+v", all)
	}
}

func TestFileSentAgainBringsNothingDeletedBack(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const file = "ref,at,lon,lat,needle\n1,2019-04-24,-1.55,53.79,1\n2,2019-04-24,-1.55,53.79,1\n"
	w.pickups(file, intake.Options{}).came(t, 2, 0, 0)
	if deleted, err := w.door.Delete(t.Context(), data.PickupSort, w.storedPickups()[0].Key, noon); err != nil || !deleted {
		t.Fatal(deleted, err)
	}
	s := w.pickups(file, intake.Options{})
	if s.Unchanged != 1 || s.Gone != 1 || len(w.storedPickups()) != 1 {
		t.Errorf("unchanged %d, gone %d, stored %d", s.Unchanged, s.Gone, len(w.storedPickups()))
	}
}
