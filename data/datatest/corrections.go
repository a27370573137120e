package datatest

import (
	"sync"
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
	{"a correction against other settings is stale and changes nothing", staleCorrectionStory},
	{"what has no time of its end, or is of no sort, is refused", refusedEndStory},
	{"a view and the changes after it are everything while others correct and delete", viewAndCorrectionsStory},
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

// correctAll has one writer for each store correct, delete and bring back records
// of its own. The function that it returns waits for them.
func correctAll(t *testing.T, stores ...data.Store) (wait func()) {
	var group sync.WaitGroup
	for writer, s := range stores {
		group.Go(func() {
			for i := range 240 / scale {
				n := writer*1000 + i%7
				p, r := visit(n), report(n)
				p.AccuracyM, r.AccuracyM = float64(i), float64(i)
				_, err := s.ReplacePickup(t.Context(), 2, p, ended)
				if err == nil {
					_, err = s.ReplaceIncident(t.Context(), 2, r, ended)
				}
				if err == nil && i%3 == 0 {
					_, err = s.Delete(t.Context(), data.PickupSort, p.Key, ended)
				}
				if err == nil && i%5 == 0 {
					_, err = s.Delete(t.Context(), data.IncidentSort, r.Key, ended)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	return group.Wait
}

func viewAndCorrectionsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	wait := correctAll(t, s, s, e.Again(t, s))
	type view struct {
		position int64
		pickups  []data.Pickup
	}
	type reports struct {
		position  int64
		incidents []data.Incident
	}
	var views []view
	var reported []reports
	for range 20 / scale {
		position, all, err := s.Pickups(t.Context())
		check(t, err)
		views = append(views, view{position, collect(t, all)})
		reportedAt, incidents, err := s.Incidents(t.Context())
		check(t, err)
		reported = append(reported, reports{reportedAt, collect(t, incidents)})
	}
	wait()
	pickups, incidents := stored(t, s), storedIncidents(t, s)
	for _, v := range views {
		same(t, applied(t, pickupTraits, changes(t, s, v.position), v.pickups...), pickups)
	}
	for _, v := range reported {
		same(t, applied(t, incidentTraits, changes(t, s, v.position), v.incidents...), incidents)
	}
}
