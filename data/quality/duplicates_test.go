package quality_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/quality"
	"commonground/data/sample"
	"commonground/geo"
)

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func scheme(t testing.TB) *data.Scheme {
	t.Helper()
	s, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// inTown is a point so many metres from the middle of one at 54.72 degrees north.
func inTown(eastM, northM float64) *geo.Point {
	const perDegreeM = 6_371_000 * math.Pi / 180
	p, err := geo.NewPoint(-2.42+eastM/perDegreeM/math.Cos(54.72*math.Pi/180), 54.72+northM/perDegreeM)
	if err != nil {
		panic(err)
	}
	return &p
}

// instant is a time on 20 November 2026, such as "09:15".
func instant(t testing.TB, clock string) data.When {
	t.Helper()
	at, err := time.Parse("15:04", clock)
	if err != nil {
		t.Fatal(err)
	}
	return data.InstantOf(at.AddDate(2026, 10, 19))
}

func pickup(source, ref string, at data.When, point *geo.Point) data.Pickup {
	p := data.Pickup{Key: data.Key{Source: source, Ref: ref}, At: at, Found: []data.Quantity{{Kind: "needle", Items: 1}}}
	p.Point = point
	if point == nil {
		p.Place.Class = geo.Unlocated
	}
	return p
}

func survey(t testing.TB, pickups []data.Pickup) quality.Report {
	t.Helper()
	s := quality.New(scheme(t), now)
	for i := range pickups {
		s.Pickup(&pickups[i])
	}
	return s.Report()
}

func TestTwoSourcesOfOneVisitAreBothFlagged(t *testing.T) {
	day := data.DayOf(mustDate(t, "2026-11-20"), scheme(t).Location)
	for _, test := range []struct {
		name  string
		other func(*data.Pickup)
		want  int
	}{
		{"the same place and time", func(*data.Pickup) {}, 2},
		{"its own source", func(p *data.Pickup) { p.Source = "crew" }, 0},
		{"19.5 m to the east", func(p *data.Pickup) { p.Point = inTown(19.5, 0) }, 2},
		{"20.5 m to the east", func(p *data.Pickup) { p.Point = inTown(20.5, 0) }, 0},
		{"19.5 m to the south", func(p *data.Pickup) { p.Point = inTown(0, -19.5) }, 2},
		{"15 m north and west", func(p *data.Pickup) { p.Point = inTown(-15, 15) }, 0},
		{"an hour later", func(p *data.Pickup) { p.At = instant(t, "10:15") }, 2},
		{"an hour and a minute later", func(p *data.Pickup) { p.At = instant(t, "10:16") }, 0},
		{"an hour earlier", func(p *data.Pickup) { p.At = instant(t, "08:15") }, 2},
		{"on that day", func(p *data.Pickup) { p.At = day }, 2},
		{"on the day after", func(p *data.Pickup) { p.At = data.DayOf(mustDate(t, "2026-11-21"), scheme(t).Location) }, 0},
		{"in that month", func(p *data.Pickup) { p.At = data.MonthOf(2026, 11, scheme(t).Location) }, 0},
		{"without a place", func(p *data.Pickup) { p.Point = nil }, 0},
		{"another kind", func(p *data.Pickup) { p.Found = []data.Quantity{{Kind: "condom_used", Items: 1}} }, 0},
		{"another kind too", func(p *data.Pickup) {
			p.Found = []data.Quantity{{Kind: "condom_used", Items: 9}, {Kind: "needle", Items: 2}}
		}, 2},
		{"nothing found", func(p *data.Pickup) { p.Found = []data.Quantity{{Kind: "needle"}} }, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			first := pickup("crew", "1", instant(t, "09:15"), inTown(0, 0))
			second := pickup("council", "1", instant(t, "09:15"), inTown(0, 0))
			test.other(&second)
			for _, order := range [][]data.Pickup{{first, second}, {second, first}} {
				if got := survey(t, order); got.Total.Duplicates != test.want || got.Total.Records != 2 {
					t.Errorf("%+v, want %d duplicates of 2", got.Total, test.want)
				}
			}
		})
	}
}

func TestTwoVisitsThatFoundNothingAreOfOneKind(t *testing.T) {
	a, b := pickup("crew", "1", instant(t, "23:40"), inTown(0, 0)), pickup("council", "1", data.InstantOf(instant(t, "23:40").At.Add(time.Hour)), inTown(3, 3))
	a.Found, b.Found = nil, []data.Quantity{{Kind: "needle"}}
	if got := survey(t, []data.Pickup{a, b}); got.Total.Duplicates != 2 {
		t.Errorf("over midnight: %+v", got.Total)
	}
}

func TestReportsOfOneCategoryAreOfOneKind(t *testing.T) {
	for _, test := range []struct {
		category data.Category
		happened data.When
		want     int
	}{
		{data.Harm, data.When{}, 2},
		{data.Nuisance, data.When{}, 0},
		{data.Harm, instant(t, "12:00"), 0},
	} {
		s := quality.New(scheme(t), now)
		for i, source := range []string{"phone", "online"} {
			at := instant(t, "09:15")
			incident := data.Incident{Key: data.Key{Source: source, Ref: "1"}, Received: at, Happened: at, Category: data.Harm}
			if incident.Point = inTown(0, 0); i == 1 {
				incident.Category, incident.Happened = test.category, test.happened
			}
			s.Incident(&incident)
		}
		if got := s.Report(); got.Total.Duplicates != test.want {
			t.Errorf("%s at %v: %+v", test.category, test.happened, got.Total)
		}
	}
}

// drawPickups draws some of three sources, near to one another in place and time.
func drawPickups(t *rapid.T, scheme *data.Scheme) []data.Pickup {
	var all []data.Pickup
	lon := rapid.SampledFrom([]float64{-2.42, 0, 179.9999, 1.5}).Draw(t, "lon")
	lat := rapid.SampledFrom([]float64{54.72, 0, 89.9999, -33.4}).Draw(t, "lat")
	for i := range rapid.IntRange(0, 60).Draw(t, "records") {
		at := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 8*60).Draw(t, "minutes")) * time.Minute)
		when := data.InstantOf(at)
		switch rapid.IntRange(0, 5).Draw(t, "precision") {
		case 0:
			when = data.DayOf(data.DateOf(at.In(scheme.Location)), scheme.Location)
		case 1:
			when = data.MonthOf(2026, 10, scheme.Location)
		}
		p := pickup(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "source"), fmt.Sprint(i), when, nil)
		if rapid.IntRange(0, 9).Draw(t, "located") > 0 {
			point, err := geo.NewPoint(min(180, lon+float64(rapid.IntRange(-9, 9).Draw(t, "east"))*1e-4), min(90, lat+float64(rapid.IntRange(-9, 9).Draw(t, "north"))*1e-4))
			if err != nil {
				t.Fatal(err)
			}
			p.Point = &point
		}
		p.Found[0].Kind = rapid.SampledFrom([]string{"needle", "condom_used"}).Draw(t, "kind")
		all = append(all, p)
	}
	return all
}

// TestDuplicatesAreThoseThatEachPairOfRecordsTells compares with all pairs, by a
// distance of another make.
func TestDuplicatesAreThoseThatEachPairOfRecordsTells(t *testing.T) {
	scheme := scheme(t)
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		all := drawPickups(t, scheme)
		s := quality.New(scheme, now)
		want := 0
		for i := range all {
			s.Pickup(&all[i])
			for j := range all {
				if paired(scheme, &all[i], &all[j]) {
					want++
					break
				}
			}
		}
		found += want
		if got := s.Report(); got.Total.Duplicates != want || got.Total.Records != len(all) {
			t.Fatalf("%+v, want %d duplicates of %d", got.Total, want, len(all))
		}
	})
	if found == 0 {
		t.Error("no duplicates were drawn at all")
	}
}

func paired(scheme *data.Scheme, a, b *data.Pickup) bool {
	if a.Source == b.Source || a.Point == nil || b.Point == nil || a.Found[0].Kind != b.Found[0].Kind || max(a.At.Precision, b.At.Precision) == data.Month {
		return false
	}
	if a.At.Precision == data.Day || b.At.Precision == data.Day {
		if data.DateOf(a.At.At.In(scheme.Location)) != data.DateOf(b.At.At.In(scheme.Location)) {
			return false
		}
	} else if a.At.At.Sub(b.At.At).Abs() > time.Hour {
		return false
	}
	return haversineM(*a.Point, *b.Point) <= 20
}

// haversineM is a distance on a sphere; what is drawn lies on a lattice of 10 m, so
// that half a percent makes no difference but where it is 20 m.
func haversineM(a, b geo.Point) float64 {
	rad := func(units int32) float64 { return float64(units) * geo.Unit * math.Pi / 180 }
	lat, lon := math.Sin((rad(b.Lat)-rad(a.Lat))/2), math.Sin((rad(b.Lon)-rad(a.Lon))/2)
	return 2 * 6_371_009 * math.Asin(math.Sqrt(lat*lat+math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*lon*lon))
}

// TestTheOrderOfRecordsChangesNothing also has a point that is a default.
func TestTheOrderOfRecordsChangesNothing(t *testing.T) {
	scheme := scheme(t)
	rapid.Check(t, func(t *rapid.T) {
		all := append(drawPickups(t, scheme), withDefault(scheme)...)
		want := reportOf(scheme, all)
		if len(want.DefaultPoints) != 1 || want.Total.Records != len(all) {
			t.Fatalf("%+v of %d", want, len(all))
		}
		if got := reportOf(scheme, rapid.Permutation(all).Draw(t, "order")); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\nwant %+v", got, want)
		}
	})
}

func reportOf(scheme *data.Scheme, all []data.Pickup) quality.Report {
	s := quality.New(scheme, now)
	for i := range all {
		s.Pickup(&all[i])
	}
	return s.Report()
}

func mustDate(t testing.TB, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
