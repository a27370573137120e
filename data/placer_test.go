package data_test

import (
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"commonground/data"
	"commonground/geo"
)

// town is a scheme with permitted hours on Saturday nights, and a timeline with
// a managed area that grew in May 2019.
func town(t testing.TB) (*data.Scheme, *geo.Timeline) {
	t.Helper()
	scheme := calendar(t, time.Wednesday)
	scheme.Hours[time.Saturday] = []geo.Span{{From: 22 * 60, To: 3 * 60}} // on into Sunday
	area := func(reach float64) []geo.Area {
		ring := orb.Bound{Min: orb.Point{-1.55 - reach, 53.79 - reach}, Max: orb.Point{-1.55 + reach, 53.79 + reach}}.ToRing()
		return []geo.Area{{ID: "m", Class: geo.Managed, Shape: orb.MultiPolygon{{ring}}}}
	}
	timeline, err := geo.NewTimeline([]geo.Boundary{
		{Version: 1, From: mustDate(t, "2019-01-01").In(scheme.Location), Areas: area(0.01)},
		{Version: 2, From: mustDate(t, "2019-05-01").In(scheme.Location), Areas: area(0.02)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return scheme, timeline
}

func TestPlacerAnswersForManyAsForEach(t *testing.T) {
	scheme, timeline := town(t)
	place := data.NewPlacer(timeline, scheme)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 50).Draw(t, "records")
		places, positions, times := make([]geo.Place, n), make([]data.Position, n), make([]data.When, n)
		for i := range n {
			positions[i].AccuracyM = rapid.SampledFrom([]float64{0, 5, 2000}).Draw(t, "accuracy")
			if rapid.IntRange(0, 4).Draw(t, "located") > 0 {
				positions[i].Point = &geo.Point{
					Lon: -15_500_000 + rapid.Int32Range(-300_000, 300_000).Draw(t, "lon"),
					Lat: 537_900_000 + rapid.Int32Range(-300_000, 300_000).Draw(t, "lat"),
				}
			}
			day := data.Date(17_890 + rapid.Int32Range(0, 200).Draw(t, "day"))
			switch rapid.IntRange(0, 3).Draw(t, "precision") {
			case 0:
				times[i] = data.DayOf(day, scheme.Location)
			case 1:
				times[i] = data.MonthOf(2019, time.May, scheme.Location)
			case 2:
				times[i] = data.InstantOf(day.In(scheme.Location).Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minute")) * time.Minute))
			}
		}
		place(places, positions, times)
		for i := range n {
			if want := data.Placed(positions[i], timeline, scheme, times[i]); places[i] != want {
				t.Fatalf("%+v at %v is at %+v, want %+v", positions[i], times[i], places[i], want)
			}
		}
	})
}

func TestHoursOfARecord(t *testing.T) {
	scheme, timeline := town(t)
	inside, outside := geo.Point{Lon: -15_500_000, Lat: 537_900_000}, geo.Point{Lon: -10_000_000, Lat: 537_900_000}
	at := func(text string) data.When {
		wall, err := time.Parse(time.DateTime, text)
		if err != nil {
			t.Fatal(err)
		}
		when, err := data.WallClock(wall, scheme.Location)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, test := range []struct {
		name  string
		point geo.Point
		when  data.When
		want  geo.HoursAnswer
	}{
		{"on Saturday night", inside, at("2019-06-01 23:00:00"), geo.WithinHours},
		{"after midnight", inside, at("2019-06-02 02:59:59"), geo.WithinHours},
		{"when they end", inside, at("2019-06-02 03:00:00"), geo.OutsideHours},
		{"the night in which an hour comes twice", inside, at("2019-10-27 01:30:00"), geo.WithinHours},
		{"an hour later, when the same time comes again", inside, data.InstantOf(at("2019-10-27 01:30:00").At.Add(time.Hour)), geo.WithinHours},
		{"when they end that night", inside, at("2019-10-27 03:00:00"), geo.OutsideHours},
		{"the night in which an hour never comes", inside, at("2019-03-31 02:30:00"), geo.WithinHours},
		{"when they end that night", inside, at("2019-03-31 03:00:00"), geo.OutsideHours},
		{"outside the managed area", outside, at("2019-06-01 23:00:00"), geo.HoursUnknown},
		{"before there was a boundary", inside, at("2018-06-02 23:00:00"), geo.HoursUnknown},
		{"a day without an hour", inside, data.DayOf(mustDate(t, "2019-06-01"), scheme.Location), geo.HoursUnknown},
		{"a month", inside, data.MonthOf(2019, time.June, scheme.Location), geo.HoursUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			place := data.Placed(data.Position{Point: &test.point}, timeline, scheme, test.when)
			if place.Hours != test.want {
				t.Errorf("%v: hours %v, want %v", test.when.Text(scheme.Location), place.Hours, test.want)
			}
		})
	}
	if when := at("2019-10-27 01:30:00"); !when.Ambiguous {
		t.Error("a time that happens twice is not flagged")
	}
}
