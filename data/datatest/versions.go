package datatest

import (
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

var versionStories = []story{
	{"a version that is withdrawn stays with its number and says so", withdrawnStory},
	{"a version that does not stand can't be withdrawn", notStandingStory},
	{"withdrawing versions puts the places before them back", placesBackStory},
	{"answers that were replaced are kept, with version and revision", pastStory},
	{"an answer that a new version leaves as it was is not replaced", sameAnswerStory},
	{"what would move is what moves, and nothing is stored", movesStory},
	{"moves against other settings are stale", staleMovesStory},
	{"counts before and the moves are the counts after", countsStory},
}

// later is a version of the town in force for a day of its first week, in
// which everything managed is residential and the other way round.
func later(version int64, day int) geo.Boundary {
	b := town(version)
	b.From = start.AddDate(0, 0, day)
	b.To = b.From.AddDate(0, 0, 1)
	b.Areas[0].Class, b.Areas[1].Class = geo.Residential, geo.Managed
	return b
}

func withdrawnStory(t *testing.T, e Engine) {
	s := settled(t, e)
	two, three := later(2, 0), later(3, 1)
	check(t, s.PutBoundary(t.Context(), 2, two, placer(t, town(1), two).all))
	check(t, s.WithdrawBoundary(t.Context(), 3, 2, placer(t, town(1)).all))
	if err := s.PutBoundary(t.Context(), 4, later(2, 1), unplaced.all); err == nil {
		t.Error("the number of a version withdrawn was given again")
	}
	check(t, s.PutBoundary(t.Context(), 4, three, placer(t, town(1), three).all))
	want := data.Settings{Revision: 5, SchemeText: "name = 'Town'", Boundaries: []geo.Boundary{town(1), two, three}}
	want.Boundaries[1].Withdrawn = 4
	for _, s := range []data.Store{s, e.Again(t, s)} {
		got, err := s.Settings(t.Context())
		check(t, err)
		equal(t, got, rounded(t, want))
		feed := changes(t, s, 0)
		equal(t, len(feed), 5)
		equal(t, feed[3].Settings, true)
	}
}

func notStandingStory(t *testing.T, e Engine) {
	s := settled(t, e)
	checkIs(t, e.Open(t).WithdrawBoundary(t.Context(), 0, 1, unplaced.all), data.ErrNoScheme)
	for _, version := range []int64{-1, 0, 2} {
		if err := s.WithdrawBoundary(t.Context(), 2, version, unplaced.all); err == nil {
			t.Errorf("version %d was withdrawn", version)
		}
	}
	for _, revision := range []int64{-1, 0, 1, 3} {
		checkIs(t, s.WithdrawBoundary(t.Context(), revision, 1, unplaced.all), data.ErrStale)
	}
	check(t, s.WithdrawBoundary(t.Context(), 2, 1, unplaced.all))
	if err := s.WithdrawBoundary(t.Context(), 3, 1, unplaced.all); err == nil {
		t.Error("a version was withdrawn twice")
	}
	gone := later(2, 0)
	gone.Withdrawn = 4
	if err := s.PutBoundary(t.Context(), 3, gone, unplaced.all); err == nil {
		t.Error("a version came in that was withdrawn already")
	}
	equal(t, len(changes(t, s, 0)), 3)
}

func placesBackStory(t *testing.T, e Engine) {
	s := settled(t, e)
	versions := []geo.Boundary{town(1), later(2, 0), later(3, 1), later(4, 0), later(5, 0)}
	versions[3].To = time.Time{} // over both that came before, and on without end
	versions[4].To = versions[4].From.Add(30 * time.Hour)
	answer := placer(t, town(1))
	records := aroundSpan{pickups: inTown(4000 / scale)}
	for i := range records.pickups {
		records.pickups[i].Place = answer(records.pickups[i].Position, records.pickups[i].At)
		r := report(i)
		r.Position, r.Happened = records.pickups[i].Position, records.pickups[i].At
		records.reports = append(records.reports, r)
	}
	store(t, s, 2, records.pickups...)
	_, err := s.PutIncidents(t.Context(), 2, records.reports)
	check(t, err)
	revision := int64(2)
	for n := 2; n <= len(versions); n++ {
		check(t, s.PutBoundary(t.Context(), revision, versions[n-1], placer(t, versions[:n]...).all))
		revision++
		placedBy(t, s, &records, placer(t, versions[:n]...))
	}
	for n := len(versions); n > 0; n-- {
		check(t, s.WithdrawBoundary(t.Context(), revision, int64(n), placer(t, versions[:n-1]...).all))
		revision++
		placedBy(t, s, &records, placer(t, versions[:n-1]...))
	}
}

// placedBy checks that the store holds records with the places that answer
// gives.
func placedBy(t *testing.T, s data.Store, records *aroundSpan, answer answer) {
	t.Helper()
	for i := range records.pickups {
		p, r := &records.pickups[i], &records.reports[i]
		p.Place, r.Place = answer(p.Position, p.At), answer(r.Position, r.Happened)
	}
	same(t, stored(t, s), records.pickups)
	sameVisits(t, s, records.pickups)
	same(t, storedIncidents(t, s), records.reports)
}

func pastStory(t *testing.T, e Engine) {
	s := settled(t, e)
	p, i := visit(1), report(1)
	store(t, s, 2, p, visit(5000)) // the other one is days later
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{i})
	check(t, err)
	past := func(sort data.Sort, key data.Key) []data.Past {
		t.Helper()
		past, err := s.Before(t.Context(), sort, key)
		check(t, err)
		return past
	}
	equal(t, past(data.PickupSort, p.Key), []data.Past(nil))
	two := later(2, 0)
	check(t, s.PutBoundary(t.Context(), 2, two, mark.all))
	check(t, s.PutScheme(t.Context(), 3, "other", mark.all)) // the same answer
	store(t, s, 4, visit(2))                                 // with an answer of its own
	check(t, s.WithdrawBoundary(t.Context(), 4, 2, unplaced.all))
	want := []data.Past{{Place: p.Place, Revision: 3}, {Place: marked(2), Revision: 5}}
	equal(t, past(data.PickupSort, p.Key), want)
	equal(t, past(data.IncidentSort, i.Key), want)
	late := visit(2).Place
	late.Version = 2
	equal(t, past(data.PickupSort, visit(2).Key), []data.Past{{Place: late, Revision: 5}})
	equal(t, past(data.PickupSort, visit(5000).Key), []data.Past{{Place: visit(5000).Place, Revision: 4}})
	equal(t, past(data.PickupSort, i.Key), []data.Past(nil))
	equal(t, past(data.IncidentSort, data.Key{}), []data.Past(nil))
	s = e.Again(t, s)
	equal(t, past(data.PickupSort, p.Key), want)
	if _, err := s.Before(t.Context(), 0, p.Key); err == nil {
		t.Error("a sort of record that is none has past answers")
	}
}

func sameAnswerStory(t *testing.T, e Engine) {
	s := settled(t, e)
	answer := placer(t, town(1), town(2))
	p := visit(1)
	p.Place = placer(t, town(1))(p.Position, p.At)
	store(t, s, 2, p)
	check(t, s.PutBoundary(t.Context(), 2, town(2), answer.all))
	p.Place.Version = 2
	same(t, stored(t, s), []data.Pickup{p})
	past, err := s.Before(t.Context(), data.PickupSort, p.Key)
	check(t, err)
	equal(t, len(past), 0)
}

// moves collects what would move.
func moves(t *testing.T, s data.Store, revision int64, in data.Span, place data.Placer) []data.Move {
	t.Helper()
	all, err := s.Moves(t.Context(), revision, in, place)
	check(t, err)
	return collect(t, all)
}

func movesStory(t *testing.T, e Engine) {
	s := settled(t, e)
	from, to := start.AddDate(0, 1, 0), start.AddDate(0, 3, 0)
	records := around(from, to)
	store(t, s, 2, records.pickups...)
	_, err := s.PutIncidents(t.Context(), 2, records.reports)
	check(t, err)
	bare := func(place geo.Place) geo.Place { place.Version = 0; return place }
	var pickups, reports []data.Move
	for i, p := range records.pickups {
		r := records.reports[i]
		if records.in[i] {
			pickups = append(pickups, data.Move{
				Sort: data.PickupSort, When: p.At, Found: p.Found, Before: bare(p.Place), After: marked(0),
			})
			reports = append(reports, data.Move{Sort: data.IncidentSort, When: r.Received, Before: bare(r.Place), After: marked(0)})
		}
	}
	position, err := s.Position(t.Context())
	check(t, err)
	got := moves(t, s, 2, data.Span{From: from, To: to}, mark.all)
	same(t, got, append(pickups, reports...))
	equal(t, len(moves(t, s, 2, data.Span{}, mark.all)), 2*len(records.pickups))
	equal(t, len(moves(t, s, 2, data.Span{From: from}, mark.all)), 2*(len(records.pickups)-3))
	// A version alone is no move.
	equal(t, len(moves(t, s, 2, data.Span{}, answer(func(p data.Position, w data.When) geo.Place {
		place := placeOf(records, p, w)
		place.Version += 7
		return place
	}).all)), 0)
	after, err := s.Position(t.Context())
	check(t, err)
	equal(t, after, position)
	same(t, stored(t, s), records.pickups)
	same(t, storedIncidents(t, s), records.reports)
	leaveMoves(t, s)
}

// placeOf returns the place that a record of that position and time has.
func placeOf(records aroundSpan, p data.Position, w data.When) geo.Place {
	for _, pickup := range records.pickups {
		if pickup.At.Equal(w) && (pickup.Point == nil) == (p.Point == nil) {
			return pickup.Place
		}
	}
	return geo.Place{}
}

// leaveMoves leaves the moves of the movesStory after the first, more often
// than an engine has connections.
func leaveMoves(t *testing.T, s data.Store) {
	t.Helper()
	for range 100 / scale {
		all, err := s.Moves(t.Context(), 2, data.Span{From: start.AddDate(0, 1, 0)}, mark.all)
		check(t, err)
		for _, err := range all {
			check(t, err)
			break
		}
	}
}

func staleMovesStory(t *testing.T, e Engine) {
	_, err := e.Open(t).Moves(t.Context(), 0, data.Span{}, unplaced.all)
	checkIs(t, err, data.ErrNoScheme)
	s := settled(t, e)
	for _, revision := range []int64{-1, 0, 1, 3} {
		_, err := s.Moves(t.Context(), revision, data.Span{}, unplaced.all)
		checkIs(t, err, data.ErrStale)
	}
}

// countsStory counts records by class and area before and after changes.
func countsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	batch := inTown(3000 / scale)
	for i := range batch {
		batch[i].Place = placer(t, town(1))(batch[i].Position, batch[i].At)
	}
	store(t, s, 2, batch...)
	counts := func() map[geo.Place]int {
		n := map[geo.Place]int{}
		for _, p := range stored(t, s) {
			p.Place.Version = 0
			n[p.Place]++
		}
		return n
	}
	versions := []geo.Boundary{town(1), later(2, 0), later(3, 1)}
	change := func(revision int64, in geo.Boundary, answer answer, do func(data.Placer) error) {
		t.Helper()
		want := counts()
		for _, move := range moves(t, s, revision, data.Span{From: in.From, To: in.To}, answer.all) {
			want[move.Before]--
			want[move.After]++
		}
		check(t, do(answer.all))
		for place, n := range counts() {
			equal(t, want[place], n)
			delete(want, place)
		}
		for place, n := range want {
			if n != 0 {
				t.Errorf("%+v should count %d", place, n)
			}
		}
	}
	for n := 2; n <= 3; n++ {
		b := versions[n-1]
		change(int64(n), b, placer(t, versions[:n]...), func(place data.Placer) error {
			return s.PutBoundary(t.Context(), int64(n), b, place)
		})
	}
	change(4, versions[2], placer(t, versions[:2]...), func(place data.Placer) error {
		return s.WithdrawBoundary(t.Context(), 4, 3, place)
	})
}
