package intake_test

import (
	"testing"

	"commonground/data"
	"commonground/data/intake"
)

func TestFieldThatIsInNoColumnIsNotGuessed(t *testing.T) {
	w := newTown(t, schemeText, managed)
	// Number is a house's here.
	file := "ref,at,lon,lat,kind,Number\n1,2019-04-24,-1.55,53.79,needle,412\n"
	s := w.pickups(file, intake.Options{Map: map[string]string{"items": ""}})
	s.came(t, 1, 0, 0)
	if found := w.only().Found; len(found) != 1 || found[0] != (data.Quantity{Kind: "needle", Items: 1}) {
		t.Errorf("found %v, mapping %s", found, s.Mapping)
	}
	if len(s.Dropped) != 1 || s.Dropped[0] != "Number" {
		t.Errorf("dropped %v, want Number", s.Dropped)
	}
}
