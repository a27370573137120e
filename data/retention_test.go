package data_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

func retained(t *testing.T, months int, zone string) *data.Scheme {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return &data.Scheme{
		Location: location, FirstWeekday: time.Wednesday, PeriodWeeks: 4, Anchor: day(t, "2019-04-24"),
		Retention: data.Retention{PickupMonths: months}, Release: data.DefaultPolicy(),
	}
}

func day(t interface {
	Helper()
	Fatal(...any)
}, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTimeIsOverAfterWeekMonthsAndSeal(t *testing.T) {
	for _, test := range []struct {
		situation            string
		months               int
		date                 string
		weeks, monthsStartAt string
	}{
		{"the week ended on 24 April, and 24 October is not yet past", 6, "2019-10-24", "2019-04-17", "2019-04-01"},
		{"a day later it is", 6, "2019-10-25", "2019-04-24", "2019-04-01"},
		{"the end of a month", 6, "2019-11-02", "2019-05-01", "2019-05-01"},
		{"a month after 29 January of a leap year", 1, "2020-03-01", "2020-01-29", "2020-01-01"},
		{"the period's end and 28 days come later than a month", 1, "2019-06-18", "2019-04-24", "2019-04-01"},
		{"28 days after the period's end its last week may go", 1, "2019-06-19", "2019-05-15", "2019-05-01"},
	} {
		scheme := retained(t, test.months, "Europe/London")
		date := day(t, test.date)
		cut := data.PlanDestruction(scheme, date, scheme.SealedBy(date)).Pickups
		if cut.Before != day(t, test.weeks) || cut.MonthsBefore != day(t, test.monthsStartAt) {
			t.Errorf("%s: weeks before %v, months before %v", test.situation, cut.Before, cut.MonthsBefore)
		}
	}
}

func TestNothingGoesBeforeItsTime(t *testing.T) {
	scheme := retained(t, 1, "Europe/London")
	rapid.Check(t, func(r *rapid.T) {
		scheme.Retention.PickupMonths = rapid.IntRange(1, 240).Draw(r, "months")
		date := data.Date(rapid.IntRange(10_000, 30_000).Draw(r, "date"))
		sealed := scheme.SealedBy(date)
		plan := data.PlanDestruction(scheme, date, sealed)
		cut := plan.Pickups
		if scheme.PeriodOf(scheme.WeekOfDate(sealed)) != scheme.WeekOfDate(sealed) || date-sealed < 28 || date-sealed >= 56 {
			t.Fatalf("on %v sealed is what lies before %v", date, sealed)
		}
		end := func(d data.Date) time.Time { return d.In(time.UTC) }
		// AddDate goes into the next month where there is no such day: never earlier.
		if last := end(cut.Before); cut.Before > sealed || !last.AddDate(0, scheme.Retention.PickupMonths, -3).Before(end(date)) {
			t.Fatalf("on %v weeks before %v go", date, cut.Before)
		}
		if next := end(cut.Before + 7); cut.Before+7 <= sealed && next.AddDate(0, scheme.Retention.PickupMonths, 0).Before(end(date)) {
			t.Fatalf("on %v the week from %v is kept", date, cut.Before)
		}
		if cut.MonthsBefore > sealed || end(cut.MonthsBefore).Day() != 1 {
			t.Fatalf("on %v months before %v go", date, cut.MonthsBefore)
		}
		if plan.Incidents != (data.Cut{}) {
			t.Fatal("what has no end set is planned")
		}
		before := data.PlanDestruction(scheme, date-1, scheme.SealedBy(date-1)).Pickups
		if before.Before > cut.Before || before.MonthsBefore > cut.MonthsBefore {
			t.Fatalf("a day earlier more goes: %v and %v", before, cut)
		}
	})
}

func TestAnotherSealKeepsMore(t *testing.T) {
	scheme := retained(t, 1, "Europe/London")
	cut := data.PlanDestruction(scheme, day(t, "2024-01-01"), day(t, "2019-04-24")).Pickups
	if cut.Before != day(t, "2019-04-24") || cut.MonthsBefore != day(t, "2019-04-01") {
		t.Errorf("weeks before %v, months before %v", cut.Before, cut.MonthsBefore)
	}
}

func TestSealedIsWhatTheChainSaysButNeverTooMuch(t *testing.T) {
	scheme := retained(t, 1, "Europe/London")
	link := func(period string) data.Sealing { return data.Sealing{Period: day(t, period)} }
	withdrawn := link("2019-05-22")
	withdrawn.Withdrawn = true
	for _, test := range []struct {
		situation   string
		chain       []data.Sealing
		date        string
		delayDays   int
		periodWeeks int
		want        string
	}{
		{"no edition: 28 days after a period's end", nil, "2019-07-16", 28, 4, "2019-05-22"},
		{"no edition: a period later", nil, "2019-07-17", 28, 4, "2019-06-19"},
		{"no edition: the scheme waits longer", nil, "2019-07-17", 29, 4, "2019-05-22"},
		{"no edition: the next period of twelve weeks is not over", nil, "2019-10-08", 28, 12, "2019-04-24"},
		{"no edition: it is", nil, "2019-10-09", 28, 12, "2019-07-17"},
		{"the period sealed last", []data.Sealing{link("2019-04-24")}, "2024-01-01", 28, 4, "2019-05-22"},
		{"of two the later", []data.Sealing{link("2019-04-24"), link("2019-06-19")}, "2024-01-01", 28, 4, "2019-07-17"},
		{"an earlier one withdrawn after", []data.Sealing{link("2019-05-22"), link("2019-06-19"), withdrawn}, "2024-01-01", 28, 4, "2019-07-17"},
		{"the last one withdrawn", []data.Sealing{link("2019-04-24"), link("2019-05-22"), withdrawn}, "2024-01-01", 28, 4, "2019-06-19"},
		{"an edition of a period that can't be sealed yet", []data.Sealing{link("2019-06-19")}, "2019-07-17", 28, 4, "2019-06-19"},
	} {
		scheme.Release.DelayDays, scheme.PeriodWeeks = test.delayDays, test.periodWeeks
		if got := scheme.SealedAfter(test.chain, day(t, test.date)); got != day(t, test.want) {
			t.Errorf("%s: sealed is what lies before %v, want %s", test.situation, got, test.want)
		}
	}
}

func TestHashIsOfTheText(t *testing.T) {
	a := data.Certificate{Number: 1, Who: "cli:jo", At: time.UnixMilli(1).UTC()}
	b := a
	b.Pickups.Records = 1
	if again := a; a.Sign().SHA256 == b.Sign().SHA256 || a.Sign() != again.Sign() {
		t.Error("the hash does not follow the text")
	}
}

func TestMiddleOfASquareLiesInIt(t *testing.T) {
	local, err := grid.NewLocal(-1.54, 53.79)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range []grid.Grid{local, grid.National{}} {
		plan := data.Destruction{Scheme: &data.Scheme{Grid: g}}
		random := rand.New(rand.NewPCG(5, 5))
		for range 20_000 {
			p := geo.Point{Lon: -90_000_000 + random.Int32N(120_000_000), Lat: 490_000_000 + random.Int32N(130_000_000)}
			if random.IntN(2) == 0 { // off Ireland, where the National Grid ends amid squares
				p = geo.Point{Lon: -65_000_000 + random.Int32N(15_000_000), Lat: 540_000_000 + random.Int32N(15_000_000)}
			}
			square, ok := g.Square(p)
			centre := plan.Centre(&p)
			if !ok {
				if centre != nil {
					t.Fatalf("%v has no square but a middle", p)
				}
				continue
			}
			if centre == nil {
				t.Fatalf("the square of %v has no middle", p)
			}
			if of, ok := g.Square(*centre); !ok || of != square {
				t.Fatalf("the middle of the square of %v lies in another", p)
			}
		}
	}
	if none := (&data.Destruction{}).Centre(nil); none != nil {
		t.Error("no point has a middle")
	}
}
