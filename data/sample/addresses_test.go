package sample

import (
	"regexp"
	"testing"

	"commonground/geo"
)

func TestAddressesLieWherePeopleLive(t *testing.T) {
	classes, err := geo.NewClassifier(Areas(1))
	if err != nil {
		t.Fatal(err)
	}
	n := map[geo.Class]int{}
	addresses := Addresses(1)
	for _, p := range addresses {
		n[classes.Class(p)]++
	}
	if len(addresses) < 3000 || n[geo.Residential] < len(addresses)*8/10 {
		t.Errorf("%d addresses: %v", len(addresses), n)
	}
}

func TestPostcodesAreMadeUp(t *testing.T) {
	codes := Postcodes(1)
	for code := range codes {
		if !regexp.MustCompile(`^ZZ\d \d[A-Z]{2}$`).MatchString(code) {
			t.Errorf("%s", code)
		}
	}
	if n := len(newGround(1).of(geo.Residential)); n < 50 || n != len(codes) {
		t.Errorf("%d postcodes for %d parcels", len(codes), n)
	}
}
