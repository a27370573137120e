package geo_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/geo"
)

func TestLaterVersionReplacesItsOwnSpanOnly(t *testing.T) {
	timeline, err := geo.NewTimeline([]geo.Boundary{
		{Version: 1, From: day(2), Areas: as(geo.Residential)},
		{Version: 2, From: day(5), To: day(8), Areas: as(geo.Managed)},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := geo.Point{Lon: 5, Lat: 5}
	for d, want := range map[int]geo.Place{
		1: {Class: geo.Unclassified},
		2: {Class: geo.Residential, Area: "A", Version: 1},
		4: {Class: geo.Residential, Area: "A", Version: 1},
		5: {Class: geo.Managed, Area: "A", Version: 2},
		7: {Class: geo.Managed, Area: "A", Version: 2},
		8: {Class: geo.Residential, Area: "A", Version: 1},
	} {
		if got := timeline.Place(p, 0, day(d)); got != want {
			t.Errorf("January %d: %+v, want %+v", d, got, want)
		}
	}
	if _, err := timeline.With(geo.Boundary{Version: 2, From: day(1)}); err == nil {
		t.Error("a version there twice was accepted")
	}
	if _, err := timeline.With(geo.Boundary{Version: 3, From: day(1), To: day(1)}); err == nil {
		t.Error("an empty span was accepted")
	}
	if got := timeline.Place(p, 1000, day(2)); !got.NearBoundary {
		t.Error("a fix that reaches outside is not marked")
	}
}

func day(d int) time.Time { return time.Date(2019, 1, d, 0, 0, 0, 0, time.UTC) }

// as is one area of a class.
func as(class geo.Class) []geo.Area {
	return []geo.Area{area("A", class, box(0, 0, 10, 10))}
}

func TestVersionThatWasWithdrawnIsNeverInForce(t *testing.T) {
	boundaries := []geo.Boundary{
		{Version: 1, From: day(2), Areas: as(geo.Residential)},
		{Version: 2, From: day(5), Withdrawn: 7, Areas: as(geo.Managed)},
		{Version: 3, From: day(8), Areas: as(geo.NonResidential)},
	}
	timeline, err := geo.NewTimeline(boundaries)
	if err != nil {
		t.Fatal(err)
	}
	if boundaries[1].InForce(day(6)) {
		t.Error("it says that it is in force")
	}
	for d, want := range map[int]int64{1: 0, 2: 1, 6: 1, 8: 3} {
		if got := timeline.Place(geo.Point{Lon: 5, Lat: 5}, 0, day(d)); got.Version != want {
			t.Errorf("January %d: version %d, want %d", d, got.Version, want)
		}
	}
}

func TestTimelinesShareTheClassifiersOfVersions(t *testing.T) {
	boundaries := []geo.Boundary{{Version: 1, From: day(2), Areas: as(geo.Residential)}, {Version: 2, From: day(5), Areas: as(geo.Managed)}}
	timeline, err := geo.NewTimeline(boundaries)
	if err != nil {
		t.Fatal(err)
	}
	_, first, _ := timeline.At(day(3))
	_, second, _ := timeline.At(day(6))
	third := geo.Boundary{Version: 3, From: day(8), Areas: as(geo.NonResidential)}
	more, err := timeline.With(third)
	if err != nil {
		t.Fatal(err)
	}
	boundaries[1].Withdrawn = 4
	following, err := more.Following(append(boundaries, third))
	if err != nil {
		t.Fatal(err)
	}
	if _, got, _ := following.At(day(3)); got != first {
		t.Error("the first version was prepared again")
	}
	if _, got, _ := following.At(day(6)); got != first {
		t.Error("the second version, withdrawn, is still in force")
	}
	if _, got, _ := timeline.At(day(6)); got != second {
		t.Error("the timeline that the others were made from has changed")
	}
	if b, got, _ := timeline.Without(1).At(day(6)); got != second || b.Version != 2 {
		t.Errorf("without the first version %d is in force", b.Version)
	}
	if _, _, ok := timeline.Without(2).Without(1).At(day(6)); ok {
		t.Error("without any version one is in force")
	}
	boundaries[1] = boundaries[0]
	if _, err := new(geo.Timeline).Following(boundaries); err == nil {
		t.Error("a version there twice was accepted")
	}
}

// anyTimeline draws up to five versions of boxes, whose spans overlap.
func anyTimeline(t *rapid.T) *geo.Timeline {
	var boundaries []geo.Boundary
	for version := range rapid.IntRange(0, 5).Draw(t, "versions") {
		b := geo.Boundary{Version: int64(version) + 1, From: day(rapid.IntRange(1, 9).Draw(t, "from"))}
		if rapid.Bool().Draw(t, "ends") {
			b.To = b.From.AddDate(0, 0, rapid.IntRange(1, 5).Draw(t, "days"))
		}
		if rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0 {
			b.Withdrawn = 1
		}
		for _, id := range []string{"A", "B"} {
			class := rapid.SampledFrom([]geo.Class{geo.Managed, geo.Residential, geo.NonResidential}).Draw(t, "class")
			west, south := rapid.Int32Range(0, 500).Draw(t, "west"), rapid.Int32Range(0, 500).Draw(t, "south")
			b.Areas = append(b.Areas, area(id, class, box(west, south, west+500, south+500)))
		}
		boundaries = append(boundaries, b)
	}
	timeline, err := geo.NewTimeline(boundaries)
	if err != nil {
		t.Fatal(err)
	}
	return timeline
}

func TestPlacesOfManyAreThoseOfEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		timeline := anyTimeline(t)
		n := rapid.SampledFrom([]int{0, 1, 40, 511, 512, 513, 1300}).Draw(t, "points")
		random := rapid.Uint64().Draw(t, "seed")
		next := func(limit uint64) int32 { // drawing each number would take rapid too long
			random = random*6364136223846793005 + 1442695040888963407
			return int32(random >> 33 % limit)
		}
		points, accuracyM, when := make([]geo.Point, n), make([]float64, n), make([]time.Time, n)
		for i := range points {
			points[i] = geo.Point{Lon: next(1100) - 50, Lat: next(1100) - 50}
			accuracyM[i] = float64(next(5)) - 1
			when[i] = day(int(next(15)))
		}
		places, unmarked := make([]geo.Place, n), make([]geo.Place, n)
		timeline.Places(places, points, accuracyM, when)
		timeline.Places(unmarked, points, nil, when)
		for i, p := range points {
			if want := timeline.Place(p, accuracyM[i], when[i]); places[i] != want {
				t.Fatalf("point %d, %v: %+v, want %+v", i, p, places[i], want)
			}
			if want := timeline.Place(p, 0, when[i]); unmarked[i] != want {
				t.Fatalf("point %d, %v, without accuracy: %+v, want %+v", i, p, unmarked[i], want)
			}
		}
	})
}
