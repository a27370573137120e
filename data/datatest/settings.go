package datatest

import (
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

var settingsStories = []story{
	{"an empty store has no scheme, no record and no change", emptyStory},
	{"nothing but a scheme goes into an empty store", schemeFirstStory},
	{"settings come back as they were put", settingsStory},
	{"areas come back rounded to the lattice", latticeStory},
	{"settings put against another revision are stale", staleSettingsStory},
	{"a boundary of the wrong version or span is refused", wrongBoundaryStory},
	{"a reopened store has the same settings", reopenedSettingsStory},
}

func emptyStory(t *testing.T, e Engine) {
	s := e.Open(t)
	_, err := s.Settings(t.Context())
	checkIs(t, err, data.ErrNoScheme)
	position, err := s.Position(t.Context())
	check(t, err)
	equal(t, position, int64(0))
	same(t, stored(t, s), nil)
	same(t, storedIncidents(t, s), nil)
	equal(t, changes(t, s, 0), []data.Change(nil))
}

func schemeFirstStory(t *testing.T, e Engine) {
	s := e.Open(t)
	checkIs(t, s.PutBoundary(t.Context(), 0, town(1), unplaced.all), data.ErrNoScheme)
	_, err := s.PutPickups(t.Context(), 0, visits(0, 1))
	checkIs(t, err, data.ErrNoScheme)
	_, err = s.PutIncidents(t.Context(), 0, []data.Incident{report(0)})
	checkIs(t, err, data.ErrNoScheme)
	_, err = s.PutPickups(t.Context(), 1, visits(0, 1))
	checkIs(t, err, data.ErrStale)
}

func settingsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	ended := geo.Boundary{Version: 2, From: start.AddDate(1, 0, 0), To: start.AddDate(2, 0, 0)}
	check(t, s.PutBoundary(t.Context(), 2, ended, placer(t, town(1), ended).all))
	got, err := s.Settings(t.Context())
	check(t, err)
	want := data.Settings{Revision: 3, SchemeText: "name = 'Town'", Boundaries: []geo.Boundary{town(1), ended}}
	equal(t, got, rounded(t, want))
	check(t, s.PutScheme(t.Context(), 3, "name = \"Ville d'été\"\n", placer(t, town(1), ended).all))
	got, err = s.Settings(t.Context())
	check(t, err)
	equal(t, got.SchemeText, "name = \"Ville d'été\"\n")
	equal(t, got.Revision, int64(4))
	equal(t, len(got.Boundaries), 2)
}

func rounded(t *testing.T, settings data.Settings) data.Settings {
	for i, b := range settings.Boundaries {
		for j, area := range b.Areas {
			var err error
			settings.Boundaries[i].Areas[j], err = area.Rounded()
			check(t, err)
		}
	}
	return settings
}

func latticeStory(t *testing.T, e Engine) {
	s := settled(t, e)
	fine := town(2)
	fine.Areas[0].Shape[0][0][1][0] += 3.7e-8
	fine.Areas[0].Shape[0][0][2][1] -= 1.2345e-7
	check(t, s.PutBoundary(t.Context(), 2, fine, placer(t, town(1), fine).all))
	got, err := s.Settings(t.Context())
	check(t, err)
	want, err := fine.Areas[0].Rounded()
	check(t, err)
	equal(t, got.Boundaries[1].Areas[0], want)
	again, err := got.Boundaries[1].Areas[0].Rounded()
	check(t, err)
	equal(t, again, want)
}

func staleSettingsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	for _, revision := range []int64{-1, 0, 1, 3} {
		checkIs(t, s.PutScheme(t.Context(), revision, "other", unplaced.all), data.ErrStale)
		checkIs(t, s.PutBoundary(t.Context(), revision, town(2), unplaced.all), data.ErrStale)
	}
	got, err := s.Settings(t.Context())
	check(t, err)
	equal(t, got.Revision, int64(2))
	equal(t, got.SchemeText, "name = 'Town'")
	equal(t, len(got.Boundaries), 1)
	equal(t, len(changes(t, s, 0)), 2)
}

func wrongBoundaryStory(t *testing.T, e Engine) {
	s := settled(t, e)
	empty := geo.Boundary{Version: 2, From: start, To: start}
	backwards := geo.Boundary{Version: 2, From: start, To: start.Add(-time.Hour)}
	twice := town(2)
	twice.Areas[1].ID = "m"
	for _, b := range []geo.Boundary{town(0), town(1), town(3), empty, backwards, {Version: 2}, twice} {
		if err := s.PutBoundary(t.Context(), 2, b, unplaced.all); err == nil {
			t.Errorf("a boundary of version %d from %v to %v was taken", b.Version, b.From, b.To)
		}
	}
	got, err := s.Settings(t.Context())
	check(t, err)
	equal(t, got.Revision, int64(2))
	equal(t, len(changes(t, s, 0)), 2)
}

func reopenedSettingsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	want, err := s.Settings(t.Context())
	check(t, err)
	check(t, s.Close())
	got, err := e.Again(t, s).Settings(t.Context())
	check(t, err)
	equal(t, got, want)
}
