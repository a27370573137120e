package geo_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo"
)

// metres per unit near the equator, where the tests' towns stand.
const (
	eastM  = 6378137 * math.Pi / 180 * geo.Unit
	northM = 6378137 * (1 - 0.00669437999014) * math.Pi / 180 * geo.Unit
)

func TestDistanceIsToThePlaceOfAnotherClass(t *testing.T) {
	c := classifier(t, town()...)
	for _, test := range []struct {
		name     string
		lon, lat int32
		want     float64
	}{
		{"from the managed area to the nearest side", 210, 120, 30 * northM},
		{"from outside to the town", -40, 50, 40 * eastM},
		{"on the managed area's outline", 150, 120, 0},
		{"over a line between two of one class, to the managed area", 200, 200, 50 * northM},
		{"in a residential area to the hole, which is outside", 65, 215, 5 * northM},
		{"in the hole", 65, 230, 10 * northM},
		{"on a corner where only one class meets outside", 400, 300, 0},
		// Below the managed area lies the line between N1 and N2, which is no border.
		{"from one to the other of a class", 190, 10, 10 * northM},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := c.DistanceM(geo.Point{Lon: test.lon, Lat: test.lat})
			if !ok || math.Abs(got-test.want) > 0.005 {
				t.Errorf("got %.4f m %v, want %.4f m", got, ok, test.want)
			}
		})
	}
}

func TestDistanceBeyondReachIsNone(t *testing.T) {
	c := classifier(t, town()...)
	if got, ok := c.DistanceM(geo.Point{Lon: 1_000_000, Lat: 0}); ok {
		t.Errorf("11 km away: %v m", got)
	}
	if _, ok := classifier(t).DistanceM(geo.Point{}); ok {
		t.Error("no areas at all: there is no other class")
	}
}

// Any point of another class is at least as far as the distance says, and one
// just beyond it exists.
func TestNoPlaceOfAnotherClassIsNearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		areas := drawAreas(t)
		c, err := geo.NewClassifier(areas)
		if err != nil {
			t.Fatal(err)
		}
		p := drawPoint(t, areas)
		distanceM, ok := c.DistanceM(p)
		own := c.Class(p)
		for range 60 {
			other := geo.Point{
				Lon: p.Lon + rapid.Int32Range(-30, 30).Draw(t, "dx"), Lat: p.Lat + rapid.Int32Range(-30, 30).Draw(t, "dy"),
			}
			apartM := math.Hypot(float64(other.Lon-p.Lon)*eastM, float64(other.Lat-p.Lat)*northM)
			if c.Class(other) != own && (!ok || apartM < distanceM-0.006) {
				t.Fatalf("%v is %v, but %v, %.4f m away, is %v; the distance is %.4f m %v",
					p, own, other, apartM, c.Class(other), distanceM, ok)
			}
		}
	})
}

func TestHours(t *testing.T) {
	span, err := geo.ParseSpan("19:00-07:00")
	if err != nil {
		t.Fatal(err)
	}
	if span != (geo.Span{From: 19 * 60, To: 7 * 60}) {
		t.Errorf("got %v", span)
	}
	for _, text := range []string{"", "19:00", "19:00-25:00", "19-7", "a-b"} {
		if _, err := geo.ParseSpan(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}
