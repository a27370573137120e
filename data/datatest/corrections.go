package datatest

import (
	"testing"
	"time"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
)

var correctionStories = []story{
	{"a corrected record takes the place of the one before", correctedStory},
	{"replacing what is not there adds it, and what is the same changes nothing", replacedStory},
	{"a deleted record is in no count and no read", deletedStory},
	{"a deleted record comes back when it is replaced, not when it is sent again", goneRecordStory},
	{"each version is kept with the place that it had at last", historyStory},
	{"the feed gives the versions that each entry is about", versionsInFeedStory},
	{"answers of an earlier version are not those of this one", pastOfVersionsStory},
	{"a new boundary answers for no version that has ended", endedStaysStory},
	{"a correction against other settings is stale and changes nothing", staleCorrectionStory},
	{"what has no time of its end, or is of no sort, is refused", refusedEndStory},
	{"versions are there after a reopening", reopenedHistoryStory},
}

// ended is when the versions of the stories end.
var ended = time.Date(2019, 6, 1, 12, 0, 0, 0, time.UTC)

// corrected is a visit with other content.
func corrected(number int) data.Pickup {
	p := visit(number)
	p.Point = &geo.Point{Lon: p.Point.Lon + 7, Lat: p.Point.Lat}
	p.Found = []data.Quantity{{Kind: "needle", Items: 1000 + number}}
	return p
}

func replacePickup(t *testing.T, s data.Store, revision int64, p data.Pickup) data.Receipt {
	t.Helper()
	receipt, err := s.ReplacePickup(t.Context(), revision, p, ended)
	check(t, err)
	return receipt
}

func replaceIncident(t *testing.T, s data.Store, i data.Incident) data.Receipt {
	t.Helper()
	receipt, err := s.ReplaceIncident(t.Context(), 2, i, ended)
	check(t, err)
	return receipt
}

func remove(t *testing.T, s data.Store, sort data.Sort, key data.Key) bool {
	t.Helper()
	deleted, err := s.Delete(t.Context(), sort, key, ended)
	check(t, err)
	return deleted
}

func versions(t *testing.T, s data.Store, sort data.Sort, key data.Key) []data.Version {
	t.Helper()
	past, err := s.History(t.Context(), sort, key)
	check(t, err)
	return past
}

func end(t *testing.T, s data.Store) int64 {
	t.Helper()
	position, err := s.Position(t.Context())
	check(t, err)
	return position
}

// holdsPickups checks every way of reading pickups.
func holdsPickups(t *testing.T, s data.Store, want ...data.Pickup) {
	t.Helper()
	same(t, stored(t, s), want)
	sameVisits(t, s, want)
	in, err := s.PickupsIn(t.Context(), orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}, 1000)
	check(t, err)
	same(t, in, want)
}

func correctedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 3)...)
	before := end(t, s)
	equal(t, replacePickup(t, s, 2, corrected(1)), data.Corrected)
	holdsPickups(t, s, visit(0), corrected(1), visit(2))
	old, now := visit(1), corrected(1)
	equal(t, changes(t, s, before), []data.Change{{Position: end(t, s), PickupBefore: &old, Pickup: &now}})
	receipts, err := s.PutPickups(t.Context(), 2, []data.Pickup{visit(1), corrected(1)})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Conflict, data.Unchanged})

	_, err = s.PutIncidents(t.Context(), 2, []data.Incident{report(0), report(1)})
	check(t, err)
	before = end(t, s)
	is, was := report(1), report(1)
	is.Outcome, is.Attended = "", data.When{}
	equal(t, replaceIncident(t, s, is), data.Corrected)
	same(t, storedIncidents(t, s), []data.Incident{report(0), is})
	equal(t, changes(t, s, before), []data.Change{{Position: end(t, s), IncidentBefore: &was, Incident: &is}})
}

func replacedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	equal(t, replacePickup(t, s, 2, visit(1)), data.Added)
	equal(t, replaceIncident(t, s, report(1)), data.Added)
	holdsPickups(t, s, visit(1))
	same(t, storedIncidents(t, s), []data.Incident{report(1)})
	pickup, incident := visit(1), report(1)
	position := end(t, s)
	equal(t, changes(t, s, 2), []data.Change{{Position: position - 1, Pickup: &pickup}, {Position: position, Incident: &incident}})
	again := visit(1)
	again.Place = geo.Place{Class: geo.Outside} // no other content
	again.At.At = again.At.At.Add(time.Microsecond)
	equal(t, replacePickup(t, s, 2, again), data.Unchanged)
	equal(t, replaceIncident(t, s, report(1)), data.Unchanged)
	holdsPickups(t, s, visit(1))
	equal(t, end(t, s), position)
	equal(t, versions(t, s, data.PickupSort, visit(1).Key), []data.Version(nil))
}

func deletedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 3)...)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{report(0), report(1)})
	check(t, err)
	position := end(t, s)
	equal(t, remove(t, s, data.PickupSort, report(1).Key), false) // of an incident
	equal(t, remove(t, s, data.PickupSort, visit(7).Key), false)
	equal(t, end(t, s), position)
	equal(t, remove(t, s, data.PickupSort, visit(1).Key), true)
	equal(t, remove(t, s, data.PickupSort, visit(1).Key), false)
	equal(t, remove(t, s, data.IncidentSort, report(0).Key), true)
	holdsPickups(t, s, visit(0), visit(2))
	same(t, storedIncidents(t, s), []data.Incident{report(1)})
	pickup, incident := visit(1), report(0)
	last := end(t, s)
	equal(t, changes(t, s, position), []data.Change{{Position: last - 1, PickupBefore: &pickup}, {Position: last, IncidentBefore: &incident}})
	equal(t, len(moves(t, s, 2, data.Span{}, mark.all)), 3)
	check(t, s.PutScheme(t.Context(), 2, "other", mark.all))
	equal(t, len(stored(t, s)), 2)
}

func goneRecordStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 3)...)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{report(0)})
	check(t, err)
	remove(t, s, data.PickupSort, visit(1).Key)
	remove(t, s, data.IncidentSort, report(0).Key)
	position := end(t, s)
	receipts, err := s.PutPickups(t.Context(), 2, []data.Pickup{visit(0), visit(1), corrected(1), visit(3), visit(1)})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Unchanged, data.Gone, data.Gone, data.Added, data.Gone})
	receipts, err = s.PutIncidents(t.Context(), 2, []data.Incident{report(0), report(1)})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Gone, data.Added})
	holdsPickups(t, s, visit(0), visit(2), visit(3))
	equal(t, len(changes(t, s, position)), 2)
	equal(t, replacePickup(t, s, 2, visit(1)), data.Added)
	holdsPickups(t, s, visits(0, 4)...)
	back := visit(1)
	equal(t, changes(t, s, end(t, s)-1), []data.Change{{Position: end(t, s), Pickup: &back}})
	receipts, err = s.PutPickups(t.Context(), 2, []data.Pickup{visit(1), corrected(1)})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Unchanged, data.Conflict})
}

func historyStory(t *testing.T, e Engine) {
	s := settled(t, e)
	key := visit(1).Key
	store(t, s, 2, visit(1), visit(2))
	replacePickup(t, s, 2, corrected(1))
	check(t, s.PutBoundary(t.Context(), 2, later(2, 0), mark.all))
	_, err := s.Delete(t.Context(), data.PickupSort, key, ended.Add(time.Hour))
	check(t, err)
	check(t, s.WithdrawBoundary(t.Context(), 3, 2, unplaced.all))
	replacePickup(t, s, 4, visit(1))
	equal(t, replacePickup(t, s, 4, corrected(1)), data.Corrected)
	first, second, third := visit(1), corrected(1), visit(1)
	second.Place = marked(2)
	equal(t, versions(t, s, data.PickupSort, key), []data.Version{
		{Number: 1, Until: ended, Pickup: &first},
		{Number: 2, Until: ended.Add(time.Hour), Deleted: true, Pickup: &second},
		{Number: 3, Until: ended, Pickup: &third},
	})
	equal(t, versions(t, s, data.PickupSort, visit(2).Key), []data.Version(nil))
	equal(t, versions(t, s, data.IncidentSort, key), []data.Version(nil))

	is, was := report(1), report(1)
	is.Point, is.Place = nil, geo.Place{Class: geo.Unlocated}
	_, err = s.PutIncidents(t.Context(), 4, []data.Incident{was})
	check(t, err)
	_, err = s.ReplaceIncident(t.Context(), 4, is, ended)
	check(t, err)
	equal(t, remove(t, s, data.IncidentSort, is.Key), true)
	equal(t, versions(t, s, data.IncidentSort, is.Key), []data.Version{
		{Number: 1, Until: ended, Incident: &was}, {Number: 2, Until: ended, Deleted: true, Incident: &is},
	})
}

func versionsInFeedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 50)...)
	for n := range 50 {
		switch n % 4 {
		case 1, 2:
			replacePickup(t, s, 2, corrected(n))
		case 3:
			remove(t, s, data.PickupSort, visit(n).Key)
		}
		if n%4 == 2 {
			replacePickup(t, s, 2, visit(n))
		}
	}
	check(t, s.PutScheme(t.Context(), 2, "other", mark.all))
	feed := changes(t, s, 0)
	same(t, applied(t, pickupTraits, feed), stored(t, s))
	for _, change := range feed {
		if p := change.PickupBefore; p != nil {
			want := visit(1).Place
			want.NearBoundary = p.Place.NearBoundary
			equal(t, p.Place, want) // not the one that came later
		}
	}
	for after := range feed { // in parts of any length, all the same
		some, err := s.Changes(t.Context(), feed[after].Position, 3)
		check(t, err)
		equal(t, some, feed[after+1:min(after+4, len(feed))])
	}
}

func pastOfVersionsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visit(1), visit(2))
	check(t, s.PutScheme(t.Context(), 2, "other", mark.all))
	past := func(number int) []data.Past {
		past, err := s.Before(t.Context(), data.PickupSort, visit(number).Key)
		check(t, err)
		return past
	}
	equal(t, len(past(1)), 1)
	replacePickup(t, s, 3, corrected(1))
	equal(t, len(past(1)), 0)
	check(t, s.PutScheme(t.Context(), 3, "other", unplaced.all))
	equal(t, past(1), []data.Past{{Place: corrected(1).Place, Revision: 4}})
	remove(t, s, data.PickupSort, visit(1).Key)
	equal(t, len(past(1)), 0)
	replacePickup(t, s, 4, visit(1))
	equal(t, len(past(1)), 0)
	equal(t, len(past(2)), 2)
}

func endedStaysStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visit(1), visit(2))
	replacePickup(t, s, 2, corrected(1))
	remove(t, s, data.PickupSort, visit(2).Key)
	asked := 0
	check(t, s.PutBoundary(t.Context(), 2, later(2, 0), answer(func(p data.Position, w data.When) geo.Place {
		asked++
		return mark(p, w)
	}).all))
	equal(t, asked, 1)
	now := corrected(1)
	now.Place = marked(2)
	holdsPickups(t, s, now)
	first, second := visit(1), visit(2)
	equal(t, versions(t, s, data.PickupSort, first.Key), []data.Version{{Number: 1, Until: ended, Pickup: &first}})
	equal(t, versions(t, s, data.PickupSort, second.Key), []data.Version{{Number: 1, Until: ended, Deleted: true, Pickup: &second}})
}

func staleCorrectionStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visit(1))
	position := end(t, s)
	for _, revision := range []int64{0, 1, 3} {
		_, err := s.ReplacePickup(t.Context(), revision, corrected(1), ended)
		checkIs(t, err, data.ErrStale)
		_, err = s.ReplaceIncident(t.Context(), revision, report(1), ended)
		checkIs(t, err, data.ErrStale)
	}
	_, err := e.Open(t).ReplacePickup(t.Context(), 0, visit(1), ended)
	checkIs(t, err, data.ErrNoScheme)
	holdsPickups(t, s, visit(1))
	equal(t, end(t, s), position)
}

func refusedEndStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visit(1))
	if _, err := s.ReplacePickup(t.Context(), 2, corrected(1), time.Time{}); err == nil {
		t.Error("a version ended at no time")
	}
	if _, err := s.Delete(t.Context(), data.PickupSort, visit(1).Key, time.Time{}); err == nil {
		t.Error("a record was deleted at no time")
	}
	for _, sort := range []data.Sort{0, data.IncidentSort + 1} {
		if _, err := s.Delete(t.Context(), sort, visit(1).Key, ended); err == nil {
			t.Errorf("a record of sort %d was deleted", sort)
		}
		if _, err := s.History(t.Context(), sort, visit(1).Key); err == nil {
			t.Errorf("a record of sort %d has a history", sort)
		}
	}
	wrong := corrected(1)
	wrong.Found = []data.Quantity{{Kind: "b"}, {Kind: "a"}}
	if _, err := s.ReplacePickup(t.Context(), 2, wrong, ended); err == nil {
		t.Error("kinds out of order were taken")
	}
	holdsPickups(t, s, visit(1))
}

func reopenedHistoryStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 3)...)
	replacePickup(t, s, 2, corrected(0))
	remove(t, s, data.PickupSort, visit(2).Key)
	feed, past := changes(t, s, 0), versions(t, s, data.PickupSort, visit(2).Key)
	check(t, s.Close())
	again := e.Again(t, s)
	holdsPickups(t, again, corrected(0), visit(1))
	equal(t, changes(t, again, 0), feed)
	equal(t, versions(t, again, data.PickupSort, visit(2).Key), past)
	receipts, err := again.PutPickups(t.Context(), 2, visits(2, 4))
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Gone, data.Added})
}
