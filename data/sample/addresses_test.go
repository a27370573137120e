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

func TestPostcodesAreMadeUpAndDifferent(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Postcodes(1) {
		if seen[p.Code] {
			t.Errorf("%s is there twice", p.Code)
		}
		seen[p.Code] = true
		if !regexp.MustCompile(`^ZZ\d \d[A-Z]{2}$`).MatchString(p.Code) {
			t.Errorf("%s", p.Code)
		}
	}
	if len(seen) < 50 {
		t.Errorf("%d postcodes", len(seen))
	}
}
