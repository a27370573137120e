package report_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/data/quality"
	"commonground/data/report"
	"commonground/geo"
)

// schemeFrom is the sample's scheme with other weeks.
func schemeFrom(t testing.TB, weekday, anchor, zone string) *data.Scheme {
	t.Helper()
	text := strings.NewReplacer("first_weekday = \"Wednesday\"", fmt.Sprintf("first_weekday = %q", weekday),
		"period_anchor = 2019-04-24", "period_anchor = "+anchor, "Europe/London", zone).Replace(schemeText(nil))
	s, err := data.ParseScheme(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A period is so many days of the wall clock, also where clocks change in it, a
// year ends in it, or the year has 53 weeks; and its contacts are those of its first
// minute to its last.
func TestPeriodsOverClockChangesAndYearEnds(t *testing.T) {
	for _, c := range []struct{ name, weekday, anchor, zone, from, to, year, months string }{
		{"Wednesdays", "Wednesday", "2019-04-24", "Europe/London", "2019-04-24", "2019-05-22", "2018-04-25", "2019-02-01/2019-05-01"},
		{"clocks go forward", "Wednesday", "2019-04-24", "Europe/London", "2019-03-27", "2019-04-24", "2018-03-28", "2019-01-01/2019-04-01"},
		{"clocks go back", "Wednesday", "2019-04-24", "Europe/London", "2019-10-09", "2019-11-06", "2018-10-10", "2019-08-01/2019-11-01"},
		{"a year ends", "Wednesday", "2019-04-24", "Europe/London", "2019-12-04", "2020-01-01", "2018-12-05", "2019-09-01/2019-12-01"},
		{"a year ends in it", "Monday", "2019-12-16", "Europe/London", "2019-12-16", "2020-01-13", "2018-12-17", "2019-10-01/2020-01-01"},
		{"53 weeks of Mondays", "Monday", "2020-12-21", "Europe/London", "2020-12-21", "2021-01-18", "2019-12-23", "2020-10-01/2021-01-01"},
		{"after 53 weeks", "Monday", "2020-12-21", "Europe/London", "2021-12-20", "2022-01-17", "2020-12-21", "2021-10-01/2022-01-01"},
		{"clocks skip midnight", "Sunday", "2018-11-04", "America/Sao_Paulo", "2018-11-04", "2018-12-02", "2017-11-05", "2018-09-01/2018-12-01"},
	} {
		s := schemeFrom(t, c.weekday, c.anchor, c.zone)
		s.Measures = []data.Measure{{ID: "casework", Title: "Casework", Agency: "outreach", Window: data.ThreeMonthsWindow}}
		from, to := day(t, c.from), day(t, c.to)
		contact := func(at time.Time) data.Incident {
			return data.Incident{Key: data.Key{Source: "line", Ref: at.String()}, Received: data.InstantOf(at), Category: data.Nuisance, Outcome: "ran_off"}
		}
		first, end := from.In(s.Location), to.In(s.Location)
		set := incidents.New(s, 0, []data.Incident{
			contact(first.Add(-time.Minute)), contact(first), contact(end.Add(-time.Minute)), contact(end),
			contact(day(t, c.year).In(s.Location)), contact(day(t, c.year).In(s.Location).Add(-time.Minute)),
		}, nil)
		months := span(t, c.months)
		in := report.Input{
			Scheme: s, Period: from, Cube: cube.New(s), Incidents: set, Made: end,
			Returns: []data.Return{{Number: 1, Measure: "casework", From: months.From, To: months.To, Least: 55, Most: 55}},
		}
		r := mustMake(t, in)
		if r.Line.N != 2 || r.Period != (report.Span{From: from, To: to}) || !r.Final || r.Agencies[0].Figures[0].Least != 55 {
			t.Errorf("%s: %d contacts in %v, final %v, %+v", c.name, r.Line.N, r.Period, r.Problems, r.Agencies)
		}
		at := slices.IndexFunc(r.Changes, func(c report.Change) bool { return c.ID == "line.contacts.nuisance" && c.Against == "year_before" })
		if change := r.Changes[at]; change.Then.From != day(t, c.year) || change.Before != 1 {
			t.Errorf("%s: a year before is %v with %d", c.name, change.Then, change.Before)
		}
	}
}

func TestTheListOfPeriods(t *testing.T) {
	s := schemeFrom(t, "Wednesday", "2019-04-24", "Europe/London")
	c := cube.New(s)
	set := incidents.New(s, 0, nil, nil)
	today := day(t, "2019-06-01")
	if list := report.Periods(s, c, set, today); len(list) != 0 {
		t.Errorf("without records: %v", list)
	}
	if last := report.LastPeriod(s, today); last != span(t, "2019-04-24/2019-05-22") {
		t.Errorf("the last is %v", last)
	}
	if last := report.LastPeriod(s, day(t, "2019-05-21")); last != span(t, "2019-03-27/2019-04-24") {
		t.Errorf("on its last day, the last is %v", last)
	}
	c.Add(data.Pickup{At: data.DayOf(day(t, "2019-04-24"), s.Location)})
	set = incidents.New(s, 0, []data.Incident{{Received: data.DayOf(day(t, "2019-04-23"), s.Location)}, {Received: data.MonthOf(2018, 1, s.Location)}}, nil)
	if list := report.Periods(s, c, set, today); len(list) != 3 || list[0] != span(t, "2019-05-22/2019-06-19") || list[2] != span(t, "2019-03-27/2019-04-24") {
		t.Errorf("%v", list)
	}
	c.Add(data.Pickup{At: data.DayOf(day(t, "1019-04-24"), s.Location)})
	if list := report.Periods(s, c, set, today); len(list) != 400 {
		t.Errorf("with a slip of the pen: %d", len(list))
	}
}

// finds are visits to places of a class, so many items each.
func finds(s *data.Scheme, kind string, at data.Date, items ...int) (visits []data.Visit) {
	for n, n1 := range items {
		square, _ := s.Grid.Square(geo.Point{Lon: -24_200_000, Lat: 547_200_000})
		square.X, square.Y = square.X+int32(n%20), square.Y+int32(n/20)
		lon, lat := s.Grid.Centre(square)
		point, _ := geo.NewPoint(lon, lat)
		visits = append(visits, data.Visit{
			Point: point, Located: true, Class: geo.NonResidential, At: data.DayOf(at, s.Location), Found: []data.Quantity{{Kind: kind, Items: n1}},
		})
	}
	return visits
}

// The sentence is printed where it is true, and not where finds are scattered.
func TestStatementsSayOnlyWhatIsTrue(t *testing.T) {
	s := schemeFrom(t, "Wednesday", "2019-04-24", "Europe/London")
	random := rand.New(rand.NewPCG(1, 1))
	scattered := make([]int, 100)
	for range 150 {
		scattered[random.IntN(100)]++
	}
	few := slices.Repeat([]int{1}, 60)
	few[3], few[40] = 50, 40
	tenth := append([]int{20, 20, 20}, slices.Repeat([]int{1}, 27)...)
	uneven := slices.Repeat([]int{1}, 40)
	for i := range 14 {
		uneven[i] = 9
	}
	for name, c := range map[string]struct {
		items        []int
		concentrated bool
		low          bool
		says         string
	}{
		"concentrated": {few, true, false, "a small number of locations account for the majority: 2 of the 60 squares of 125 m with any hold half of all, all of them in places of the class non-residential"},
		"just a tenth": {tenth, true, false, "3 of the 30 squares of 125 m with any hold half of all"},
		"over a tenth": {tenth[:29], false, false, "but not on a few locations alone: half of all takes 3 of the 29"},
		// As few hold half as in the case above, but few items are uneven by chance.
		"as chance": {append([]int{10, 10, 10}, tenth[3:]...), false, false, "they are scattered: half of all takes 3 of the 30"},
		"scattered": {scattered, false, true, "they are scattered: half of all takes"},
		"uneven":    {uneven, false, true, "more unevenly than chance makes, but not on a few locations alone"},
		// One of ten holds half, but five items could fall so by chance.
		"few items": {append([]int{1}, make([]int, 9)...), false, true, "they are scattered: half of all takes 1 of the 1 square of 125 m with any"},
		"none":      {make([]int, 9), false, false, "none were found at a known place"},
	} {
		in := report.Input{
			Scheme: s, Period: day(t, "2019-04-24"), Cube: cube.Load(s, finds(s, "condom_used", day(t, "2019-05-01"), c.items...)),
			Incidents: incidents.New(s, 0, nil, nil), Made: day(t, "2019-06-01").In(s.Location),
		}
		families := mustMake(t, in).Cleansing.Families
		got := families[slices.IndexFunc(families, func(f report.Family) bool { return f.ID == "condoms" })].Concentration
		said := strings.Join(got.Sentences, "\n")
		if got.Concentrated != c.concentrated || got.Low != c.low || !strings.Contains(said, c.says) || strings.Contains(said, "account for the majority") != c.concentrated ||
			strings.Contains(said, "low numbers at any one locality") != c.low {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Weekly finds by which a change is told or not.
func TestAChangeIsToldWhereItIsMoreThanWeeksVary(t *testing.T) {
	s := schemeFrom(t, "Wednesday", "2019-04-24", "Europe/London")
	for name, c := range map[string]struct {
		then, now []int
		told      bool
		says      string
	}{
		"half as many":   {[]int{50, 52, 48, 50}, []int{25, 24, 26, 25}, true, "Needles: 100, and 200 in the period before: about half as many."},
		"a third more":   {[]int{90, 91, 89, 90}, []int{120, 121, 119, 120}, true, "about a third more."},
		"the same":       {[]int{50, 50, 50, 50}, []int{51, 50, 49, 50}, false, "about as many; single weeks"},
		"too few":        {[]int{2, 2, 2, 2}, []int{0, 0, 0, 0}, false, "too few to say whether that is a change"},
		"one good week":  {[]int{10, 10, 10, 10}, []int{10, 10, 10, 60}, false, "about as many; single weeks"},
		"none any more":  {[]int{20, 20, 20, 20}, []int{0, 0, 0, 0}, true, "there are none now."},
		"none before":    {[]int{0, 0, 0, 0}, []int{20, 20, 20, 20}, true, "there were none then."},
		"four times":     {[]int{20, 20, 20, 20}, []int{80, 80, 80, 80}, true, "about 4 times as many."},
		"nothing at all": {[]int{0, 0, 0, 0}, []int{0, 0, 0, 0}, false, "too few"},
	} {
		var visits []data.Visit
		for week, items := range slices.Concat(c.then, c.now) {
			visits = append(visits, finds(s, "needle", day(t, "2019-03-27")+data.Date(7*week), items)...)
		}
		in := report.Input{
			Scheme: s, Period: day(t, "2019-04-24"), Cube: cube.Load(s, visits), Incidents: incidents.New(s, 0, nil, nil), Made: day(t, "2019-06-01").In(s.Location),
		}
		changes := mustMake(t, in).Changes
		for _, change := range changes {
			if change.ID != "cleansing.total.needle" {
				continue
			}
			if change.Against == "year_before" {
				if change.Compared || change.Told || !strings.Contains(change.Sentence, "no whole records") {
					t.Errorf("%s: compared with a year without records: %+v", name, change)
				}
				continue
			}
			if !change.Compared || change.Told != c.told || !strings.Contains(change.Sentence, c.says) {
				t.Errorf("%s: %+v", name, change)
			}
		}
		in.Made = day(t, "2019-05-21").In(s.Location)
		for _, change := range mustMake(t, in).Changes {
			if change.Compared || change.Told {
				t.Errorf("%s: a period that runs is compared: %+v", name, change)
			}
		}
	}
}

// Who may not see all kinds gets neither the others nor visits, in no form.
func TestThePoliceGetOnlyTheirKinds(t *testing.T) {
	w, _, _ := goldenTown(t)
	in := w.input("2019-04-24")
	in.Kinds = w.scheme.Disclosure.PoliceKinds
	in.Survey = &quality.Report{Rows: []quality.Row{{Source: "crew", Week: 2573, Counts: quality.Counts{Records: 4, NearBoundary: 4}}}}
	r := mustMake(t, in)
	for _, table := range r.Tables() {
		if said := fmt.Sprint(table); strings.Contains(strings.ToLower(said), "condom") || strings.Contains(said, "visits:") || strings.Contains(said, ".visits") {
			t.Errorf("%s: %s", table.ID, said)
		}
	}
	if r.Cleansing.Total.Visits != 0 || len(r.Cleansing.Total.Items) != 1 || r.Accuracy.Surveyed || r.Line.N != 70 {
		t.Errorf("%+v, %+v", r.Cleansing.Total, r.Accuracy)
	}
	c := r.Cleansing.Families[0].Concentration
	if c.Visited != c.Found {
		t.Errorf("locations visited are told: %+v", c)
	}
	in.Kinds = []string{}
	if r := mustMake(t, in); len(r.Cleansing.Kinds) > 0 || len(r.Cleansing.Families) > 0 || r.Cleansing.Total.Visits != 0 {
		t.Errorf("without kinds: %+v", r.Cleansing)
	}
}

func TestWhoDidNotReport(t *testing.T) {
	w, _, _ := goldenTown(t)
	in := w.input("2019-04-24")
	first := w.scheme.WeekOfDate(day(t, "2019-04-24"))
	var rows []quality.Row
	for source, weeks := range map[string][]data.Week{"east": {-1, 0, 2, 3}, "south": {0, 1, 2, 3, 4}, "west": {-4, 3, 4}, "gone": {0, 1}} {
		for _, week := range weeks {
			rows = append(rows, quality.Row{Source: source, Week: first + week, Counts: quality.Counts{Records: 2, NearBoundary: 1}})
		}
	}
	in.Survey = &quality.Report{Rows: append(rows, quality.Row{Source: "south", Week: data.Undated, Counts: quality.Counts{Records: 3}})}
	a := mustMake(t, in).Accuracy
	want := "[{east pickups 2019-05-01} {west pickups 2019-04-24}]"
	if got := fmt.Sprint(a.Silent); got != want {
		t.Errorf("silent: %s, want %s", got, want)
	}
	if a.NearVisits != 3+4+1+2 || a.UndatedVisits != 3 {
		t.Errorf("%+v", a)
	}
}

// Whatever the records, rows sum to totals, outcomes to contacts, categories to
// both, and classes to the whole.
func TestEverySplitOfAReportSums(t *testing.T) {
	s := schemeFrom(t, "Wednesday", "2019-04-24", "Europe/London")
	outcomes := []string{""}
	for _, o := range s.Outcomes {
		outcomes = append(outcomes, o.ID)
	}
	rapid.Check(t, func(t *rapid.T) {
		moment := func() data.When {
			return data.InstantOf(time.Date(2019, 4, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 40*24*60).Draw(t, "minutes")) * time.Minute))
		}
		var visits []data.Visit
		for range rapid.IntRange(0, 30).Draw(t, "visits") {
			v := data.Visit{At: moment(), Class: rapid.SampledFrom(geo.Classes()).Draw(t, "class")}
			if v.Class != geo.Unlocated {
				v.Located, v.Point = true, geo.Point{Lon: -24_200_000 + rapid.Int32Range(0, 50_000).Draw(t, "lon"), Lat: 547_200_000}
			}
			for _, kind := range s.Kinds {
				v.Found = append(v.Found, data.Quantity{Kind: kind.ID, Items: rapid.IntRange(0, 4).Draw(t, "items")})
			}
			slices.SortFunc(v.Found, func(a, b data.Quantity) int { return strings.Compare(a.Kind, b.Kind) })
			visits = append(visits, v)
		}
		var contacts []data.Incident
		for n := range rapid.IntRange(0, 30).Draw(t, "contacts") {
			contacts = append(contacts, data.Incident{
				Key: data.Key{Source: "line", Ref: fmt.Sprint(n)}, Received: moment(), Category: rapid.SampledFrom([]data.Category{data.Harm, data.Nuisance}).Draw(t, "category"),
				Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"), Reason: rapid.SampledFrom(append(s.Reasons, "")).Draw(t, "reason"),
				Channel: rapid.SampledFrom(append(s.Channels, "")).Draw(t, "channel"),
			})
		}
		r, err := report.Make(report.Input{
			Scheme: s, Period: s.Anchor, Cube: cube.Load(s, visits), Incidents: incidents.New(s, 0, contacts, nil), Made: time.Date(2019, 7, 1, 0, 0, 0, 0, time.UTC),
		})
		if err != nil {
			t.Fatal(err)
		}
		sumsUp(t, s, r, visits, contacts)
	})
}

func sumsUp(t *rapid.T, s *data.Scheme, r *report.Report, visits []data.Visit, contacts []data.Incident) {
	in := func(w data.When) bool {
		day := data.DateOf(w.At.In(s.Location))
		return r.Period.From <= day && day < r.Period.To
	}
	wantContacts, wantVisits, wantItems := int64(0), int64(0), int64(0)
	for _, c := range contacts {
		if in(c.Received) {
			wantContacts++
		}
	}
	for _, v := range visits {
		if in(v.At) {
			wantVisits++
			for _, f := range v.Found {
				wantItems += int64(f.Items)
			}
		}
	}
	sum, own := r.Line.Open, int64(0)
	add := func(to *report.Contacts, c report.Contacts) {
		to.N, to.Harm, to.Nuisance = to.N+c.N, to.Harm+c.Harm, to.Nuisance+c.Nuisance
	}
	for _, node := range r.Line.Outcomes {
		add(&sum, node.Contacts)
		parts := node.Own
		for _, part := range node.Parts {
			add(&parts, part.Contacts)
		}
		if parts != node.Contacts {
			t.Fatalf("%s is %+v, its parts %+v", node.ID, node.Contacts, parts)
		}
		if len(node.Parts) > 0 {
			own += node.Own.N
		}
	}
	channels := report.Contacts{}
	for _, c := range r.Line.Channels {
		add(&channels, c.Contacts)
	}
	if sum != r.Line.Contacts || channels != sum || sum.N != sum.Harm+sum.Nuisance || sum.N != wantContacts || r.Final != (own == 0 && wantContacts+wantVisits > 0) {
		t.Fatalf("%d contacts: %+v, outcomes %+v, channels %+v, own %d, final %v", wantContacts, r.Line.Contacts, sum, channels, own, r.Final)
	}
	items, gotVisits := int64(0), int64(0)
	for _, f := range r.Cleansing.Families {
		inClasses := int64(0)
		for _, share := range f.Where {
			inClasses += share.Items
		}
		if inClasses != f.Items {
			t.Fatalf("%+v", f)
		}
		items += inClasses
	}
	for i := range r.Cleansing.Weekly {
		gotVisits += r.Cleansing.Weekly[i].Visits
	}
	if items != wantItems || gotVisits != wantVisits || r.Cleansing.Total.Visits != wantVisits {
		t.Fatalf("%d items and %d visits, want %d and %d", items, gotVisits, wantItems, wantVisits)
	}
}
