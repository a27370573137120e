package datatest

import (
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

var historyStories = []story{
	{"each version is kept with the place that it had at last", historyStory},
	{"the feed gives the versions that each entry is about", versionsInFeedStory},
	{"answers of an earlier version are not those of this one", pastOfVersionsStory},
	{"a new boundary answers for no version that has ended", endedStaysStory},
	{"versions are there after a reopening", reopenedHistoryStory},
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
		equal(t, someChanges(t, s, feed[after].Position, 3), feed[after+1:min(after+4, len(feed))])
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
