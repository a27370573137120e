package datatest

import (
	"slices"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

var retentionStories = []story{
	{"what is due is a sum, and nothing of the record is left", destroyStory},
	{"a record goes with its versions, its earlier answers and its entries of the feed", destroyVersionsStory},
	{"destroying twice is destroying once", destroyTwiceStory},
	{"what was destroyed does not come back", destroyedGoneStory},
	{"what is held stays until it is released", holdStory},
	{"holds are told apart by their names while they stand", holdNamesStory},
	{"sums keep their class when boundaries change", settledStory},
	{"to look at what is due stores nothing", dueStory},
	{"a plan by other settings is stale", stalePlanStory},
	{"a store freed of what was destroyed says when", scrubStory},
}

// planFor is a plan for a store of the stories: records are due before some day
// of a week, all by UTC, in a store of revision 2.
func planFor(t *testing.T, before time.Time) data.Destruction {
	t.Helper()
	local, err := grid.NewLocal(-1.54, 53.79)
	check(t, err)
	cut := data.Cut{Months: 1, Before: data.DateOf(before), MonthsBefore: data.DateOf(before.AddDate(0, 0, 1-before.Day()))}
	return data.Destruction{
		Scheme:   &data.Scheme{Location: time.UTC, FirstWeekday: time.Wednesday, Grid: local},
		Revision: 2, Date: cut.Before + 100, At: before.AddDate(0, 0, 100), Who: "cli:clerk", Pickups: cut, Incidents: cut,
	}
}

// due is the start of the second week of the stories.
var due = start.AddDate(0, 0, 7)

func destroy(t *testing.T, s data.Store, plan data.Destruction) data.SignedCertificate {
	t.Helper()
	certificate, err := s.Destroy(t.Context(), plan)
	check(t, err)
	return certificate
}

// atWeek is a pickup of a week of the stories.
func atWeek(number, week int) data.Pickup {
	p := visit(number)
	p.At = data.InstantOf(start.AddDate(0, 0, 7*week).Add(time.Duration(number) * time.Minute))
	return p
}

func reportAtWeek(number, week int) data.Incident {
	i := report(number)
	i.Happened = data.InstantOf(start.AddDate(0, 0, 7*week))
	i.Received = data.InstantOf(i.Happened.At.Add(time.Hour))
	return i
}

func destroyStory(t *testing.T, e Engine) {
	s := settled(t, e)
	undated, unlocated, monthly := atWeek(3, 0), atWeek(4, 0), atWeek(5, 0)
	undated.At, unlocated.Point, unlocated.Place = data.When{}, nil, geo.Place{Class: geo.Unlocated}
	monthly.At = data.MonthOf(2019, time.March, time.UTC)
	store(t, s, 2, atWeek(1, 0), atWeek(2, 0), undated, unlocated, monthly, atWeek(6, 1))
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{reportAtWeek(1, 0), reportAtWeek(2, 0), reportAtWeek(3, 1)})
	check(t, err)
	certificate := destroy(t, s, planFor(t, due))
	equal(t, certificate.Number, int64(1))
	equal(t, certificate.Pickups.Records, int64(4))
	equal(t, certificate.Pickups.Undated, int64(1))
	equal(t, certificate.Pickups.From, data.DateOf(time.Date(2019, 3, 1, 0, 0, 0, 0, time.UTC)))
	equal(t, certificate.Pickups.To, data.DateOf(due))
	equal(t, certificate.Incidents.Records, int64(2))
	late, never := atWeek(6, 1), undated
	late.Place.Version, never.Place.Version = 1, 0
	same(t, stored(t, s), []data.Pickup{late, never})
	equal(t, len(storedIncidents(t, s)), 1)
	_, visits := storedVisits(t, s)
	visits = slices.DeleteFunc(visits, func(v data.Visit) bool { return !v.Settled })
	week := data.DayOf(data.DateOf(start), time.UTC)
	month := data.MonthOf(2019, time.March, time.UTC)
	for i := range visits {
		visits[i].Point = geo.Point{} // the middle of a square; see package cube
	}
	place := data.Visit{Class: geo.Managed, Area: "m", Located: true, Settled: true, At: week}
	found := func(v data.Visit, condoms, needles int) data.Visit {
		v.Found = []data.Quantity{{Kind: "condom_used", Items: condoms}, {Kind: "needle", Items: needles}}
		if condoms == 0 {
			v.Found = v.Found[1:]
		}
		return v
	}
	nowhere, in := place, place
	nowhere.Class, nowhere.Area, nowhere.Located, in.At = geo.Unlocated, "", false, month
	slices.SortFunc(visits, func(a, b data.Visit) int { return a.At.At.Compare(b.At.At) })
	if len(visits) != 4 {
		t.Fatalf("there are %d visits of sums: %+v", len(visits), visits)
	}
	equal(t, visits[0], found(in, 0, 5))
	for _, want := range []data.Visit{found(place, 3, 3), place, found(nowhere, 4, 4)} {
		if !slices.ContainsFunc(visits, func(v data.Visit) bool {
			return v.Class == want.Class && v.Located == want.Located && slices.Equal(v.Found, want.Found) && v.At.Equal(want.At)
		}) {
			t.Errorf("there is no %+v among %+v", want, visits)
		}
	}
	_, sums, err := s.IncidentSums(t.Context())
	check(t, err)
	equal(t, sums, []data.IncidentSum{{Time: week, Class: geo.Managed, Category: data.Nuisance, Outcome: "moved_on", Incidents: 2}})
}

func destroyVersionsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, atWeek(1, 2), atWeek(2, 0), atWeek(3, 0))
	replacePickup(t, s, 2, atWeek(1, 0)) // was of a later week
	corrected := atWeek(2, 1)
	replacePickup(t, s, 2, corrected) // was of an earlier one: the record stays
	remove(t, s, data.PickupSort, atWeek(3, 0).Key)
	one := later(2, 0)
	check(t, s.PutBoundary(t.Context(), 2, one, placer(t, town(1), one).all))
	plan := planFor(t, due)
	plan.Revision = 3
	certificate := destroy(t, s, plan)
	equal(t, certificate.Pickups.Records, int64(1))
	equal(t, certificate.Pickups.Deleted, int64(1))
	equal(t, certificate.Pickups.Versions, int64(1))
	for _, number := range []int{1, 3} {
		equal(t, len(versions(t, s, data.PickupSort, atWeek(number, 0).Key)), 0)
		before, err := s.Before(t.Context(), data.PickupSort, atWeek(number, 0).Key)
		check(t, err)
		equal(t, len(before), 0)
	}
	equal(t, len(versions(t, s, data.PickupSort, corrected.Key)), 1)
	feed := changes(t, s, 0)
	var destroyed []int
	for i, change := range feed {
		if change.Destroyed {
			destroyed = append(destroyed, i)
		} else if !change.Settings && (change.Pickup == nil || change.Pickup.Key != corrected.Key) {
			t.Errorf("entry %d is %+v", i, change)
		}
	}
	equal(t, destroyed, []int{2, 4, 5, 7, 9})
}

func destroyTwiceStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, atWeek(1, 0), atWeek(2, 1))
	destroy(t, s, planFor(t, due))
	_, visits := storedVisits(t, s)
	position := end(t, s)
	again := destroy(t, s, planFor(t, due))
	equal(t, again.Number, int64(0))
	equal(t, end(t, s), position)
	_, after := storedVisits(t, s)
	equal(t, after, visits)
	certificates, err := s.Certificates(t.Context())
	check(t, err)
	equal(t, len(certificates), 1)
}

func destroyedGoneStory(t *testing.T, e Engine) {
	s := settled(t, e)
	deleted := atWeek(2, 0)
	store(t, s, 2, atWeek(1, 0), deleted)
	remove(t, s, data.PickupSort, deleted.Key)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{reportAtWeek(1, 0)})
	check(t, err)
	destroy(t, s, planFor(t, due))
	for _, s := range []data.Store{s, e.Again(t, s)} {
		receipts, err := s.PutPickups(t.Context(), 2, []data.Pickup{atWeek(1, 0), atWeek(1, 3), deleted})
		check(t, err)
		equal(t, receipts, []data.Receipt{data.Gone, data.Gone, data.Gone})
		equal(t, replacePickup(t, s, 2, atWeek(1, 3)), data.Gone)
		equal(t, replaceIncident(t, s, reportAtWeek(1, 3)), data.Gone)
		equal(t, remove(t, s, data.PickupSort, atWeek(1, 0).Key), false)
		equal(t, len(stored(t, s)), 0)
	}
	other := reportAtWeek(1, 0)
	other.Source += "2"
	receipts, err := s.PutIncidents(t.Context(), 2, []data.Incident{reportAtWeek(1, 0), other})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Gone, data.Added})
	destroy(t, s, planFor(t, due)) // one that came late is put to its sum
	_, sums, err := s.IncidentSums(t.Context())
	check(t, err)
	equal(t, sums[0].Incidents, int64(2))
}

// hold is one of the day on which the stories begin.
func hold(name string, sort data.Sort) data.Hold {
	return data.Hold{
		Name: name, Sort: sort, From: data.DateOf(start), To: data.DateOf(start) + 1,
		Reason: "a case", Who: "cli:clerk", Began: start,
	}
}

func holdStory(t *testing.T, e Engine) {
	s := settled(t, e)
	next := atWeek(3, 0)
	next.At = data.DayOf(data.DateOf(start)+1, time.UTC)
	corrected, monthly := atWeek(4, 2), atWeek(5, 0) // held by an earlier version, and by its month
	monthly.At = data.MonthOf(2019, time.April, time.UTC)
	store(t, s, 2, atWeek(1, 0), next, atWeek(4, 0), monthly)
	corrected.At = data.DayOf(data.DateOf(start)+3, time.UTC)
	replacePickup(t, s, 2, corrected)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{reportAtWeek(1, 0)})
	check(t, err)
	number, err := s.PutHold(t.Context(), hold("case 7", data.PickupSort))
	check(t, err)
	equal(t, number, int64(1))
	plan := planFor(t, due)
	plan.Pickups.MonthsBefore = plan.Pickups.Before
	certificate := destroy(t, s, plan)
	equal(t, certificate.Pickups.Records, int64(1))
	equal(t, certificate.Pickups.Held, int64(3))
	equal(t, certificate.Incidents.Records, int64(1))
	equal(t, len(stored(t, s)), 3)
	ended, err := s.EndHold(t.Context(), "case 7", "cli:other", due)
	check(t, err)
	equal(t, ended, true)
	certificate = destroy(t, s, plan)
	equal(t, certificate.Pickups.Records, int64(3))
	equal(t, certificate.Pickups.Versions, int64(1))
	equal(t, len(stored(t, s)), 0)
	want := hold("case 7", data.PickupSort)
	want.Number, want.Ended, want.EndedBy = 1, due, "cli:other"
	holds, err := e.Again(t, s).Holds(t.Context())
	check(t, err)
	equal(t, holds, []data.Hold{want})
}

func holdNamesStory(t *testing.T, e Engine) {
	s := settled(t, e)
	for _, spoil := range []func(*data.Hold){
		func(h *data.Hold) { h.Name = "" }, func(h *data.Hold) { h.Reason = "" }, func(h *data.Hold) { h.Who = "" },
		func(h *data.Hold) { h.To = h.From }, func(h *data.Hold) { h.Began = time.Time{} },
	} {
		bad := hold("a", 0)
		spoil(&bad)
		if _, err := s.PutHold(t.Context(), bad); err == nil {
			t.Errorf("%+v was stored", bad)
		}
	}
	for _, want := range []int64{1, 2} {
		number, err := s.PutHold(t.Context(), hold("a", 0))
		check(t, err)
		equal(t, number, want)
		if _, err := s.PutHold(t.Context(), hold("a", 0)); err == nil {
			t.Error("a name was given twice")
		}
		for _, want := range []bool{true, false} {
			ended, err := s.EndHold(t.Context(), "a", "cli:clerk", due)
			check(t, err)
			equal(t, ended, want)
		}
	}
}

func settledStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, atWeek(1, 0), atWeek(2, 0), atWeek(3, 1))
	destroy(t, s, planFor(t, due))
	_, before := storedVisits(t, s)
	two := town(2)
	two.Areas[0].Class = geo.Residential
	answer := placer(t, town(1), two)
	equal(t, len(moves(t, s, 2, data.Span{From: two.From}, answer.all)), 1)
	check(t, s.PutBoundary(t.Context(), 2, two, answer.all))
	_, after := storedVisits(t, s)
	for i, v := range after {
		if v.Settled {
			equal(t, v, before[i])
		} else {
			equal(t, v.Class, geo.Residential)
		}
	}
	day := start.AddDate(0, 0, 1)
	for _, c := range []struct {
		in   data.Span
		want int64
	}{
		{data.Span{}, 2}, {data.Span{From: start}, 2}, {data.Span{From: day, To: day.AddDate(0, 0, 1)}, 2},
		{data.Span{From: due}, 0}, {data.Span{From: start.AddDate(0, 0, -9), To: start}, 0}, {data.Span{From: due.AddDate(0, 0, -1)}, 2},
	} {
		pickups, incidents, err := s.Settled(t.Context(), c.in)
		check(t, err)
		equal(t, pickups, c.want)
		equal(t, incidents, int64(0))
	}
}

func dueStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, atWeek(1, 0), atWeek(2, 1))
	found, err := s.Due(t.Context(), planFor(t, due))
	check(t, err)
	equal(t, len(stored(t, s)), 2)
	equal(t, end(t, s), int64(4))
	done := destroy(t, s, planFor(t, due))
	done.Number, done.Counts = 0, ""
	equal(t, found, done.Certificate)
}

func stalePlanStory(t *testing.T, e Engine) {
	s := settled(t, e)
	plan := planFor(t, due)
	plan.Revision = 1
	_, err := s.Destroy(t.Context(), plan)
	checkIs(t, err, data.ErrStale)
	_, err = s.Due(t.Context(), plan)
	checkIs(t, err, data.ErrStale)
}

func scrubStory(t *testing.T, e Engine) {
	s := settled(t, e)
	check(t, s.Scrub(t.Context(), due))
	store(t, s, 2, atWeek(1, 0), atWeek(2, 1))
	signed := destroy(t, s, planFor(t, due))
	for _, want := range []time.Time{{}, due, due} {
		if !want.IsZero() {
			check(t, s.Scrub(t.Context(), want))
		}
		signed.Scrubbed = want
		certificates, err := e.Again(t, s).Certificates(t.Context())
		check(t, err)
		equal(t, certificates, []data.SignedCertificate{signed})
	}
	equal(t, len(stored(t, s)), 1)
}
