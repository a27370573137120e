package datatest

import (
	"context"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

var placeStories = []story{
	{"a new scheme places every record anew", newSchemeStory},
	{"a new boundary places anew what lies in its span", newBoundaryStory},
	{"a boundary without an end reaches every later record", openEndStory},
	{"many records are placed anew as the classifier says", manyPlacedStory},
	{"a change of settings that is cut off changes nothing", cutOffStory},
}

// marked is a placer's answer that no other gives.
var marked = geo.Place{Class: geo.Residential, Area: "marked", Version: 2, Hours: geo.WithinHours, NearBoundary: true}

func mark(data.Position, data.When) geo.Place { return marked }

func newSchemeStory(t *testing.T, e Engine) {
	s := settled(t, e)
	want := append(visits(20, 25), shapes()...)
	store(t, s, 2, want...)
	incident := report(1)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{incident})
	check(t, err)
	asked := map[float64]bool{} // by accuracy: the placer learns no key
	check(t, s.PutScheme(t.Context(), 2, "other", func(p data.Position, w data.When) geo.Place {
		asked[p.AccuracyM] = true
		return mark(p, w)
	}))
	for i := range want {
		want[i].Place = marked
		if !asked[want[i].AccuracyM] {
			t.Errorf("the placer was not given the accuracy of %v", want[i].Key)
		}
	}
	incident.Place = marked
	same(t, stored(t, s), want)
	same(t, storedIncidents(t, s), []data.Incident{incident})
	last := changes(t, s, 0)[len(want)+2:]
	if len(last) != 1 || !last[0].Settings || last[0].Pickup != nil {
		t.Errorf("after the records the feed holds %+v, want one change of settings", last)
	}
	// The feed gives records as they stand now.
	for _, change := range changes(t, s, 0) {
		if change.Pickup != nil {
			equal(t, change.Pickup.Place, marked)
		}
	}
}

func newBoundaryStory(t *testing.T, e Engine) {
	s := settled(t, e)
	from, to := start.AddDate(0, 1, 0), start.AddDate(0, 2, 0)
	in := map[string]bool{}
	var batch []data.Pickup
	var reports []data.Incident
	add := func(at time.Time, inside bool) {
		p, i := visit(len(batch)), report(len(batch))
		p.At, i.Happened, i.Received = data.InstantOf(at), data.InstantOf(at), data.InstantOf(from)
		batch, reports, in[p.Ref] = append(batch, p), append(reports, i), inside
	}
	add(from.Add(-time.Millisecond), false)
	add(from, true)
	add(from.Add(time.Hour), true)
	add(to.Add(-time.Millisecond), true)
	add(to, false)
	store(t, s, 2, batch...)
	_, err := s.PutIncidents(t.Context(), 2, reports)
	check(t, err)
	check(t, s.PutBoundary(t.Context(), 2, geo.Boundary{Version: 2, From: from, To: to}, mark))
	for i := range batch {
		if in[batch[i].Ref] {
			batch[i].Place, reports[i].Place = marked, marked
		}
	}
	same(t, stored(t, s), batch)
	same(t, storedIncidents(t, s), reports)
}

func openEndStory(t *testing.T, e Engine) {
	s := settled(t, e)
	before, after := visit(1), visit(2)
	after.At = data.InstantOf(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	store(t, s, 2, before, after)
	b := geo.Boundary{Version: 2, From: start.AddDate(1, 0, 0)}
	check(t, s.PutBoundary(t.Context(), 2, b, mark))
	after.Place = marked
	same(t, stored(t, s), []data.Pickup{before, after})
}

func manyPlacedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	batch := visits(0, 5000/scale)
	for i := range batch {
		batch[i].Point = &geo.Point{Lon: -15_700_000 + int32(i)*150, Lat: 537_870_000}
	}
	store(t, s, 2, batch...)
	moved := town(2)
	moved.Areas[0].Shape[0] = moved.Areas[0].Shape[0][:1] // without its hole
	moved.From, moved.To = start.Add(20*time.Hour), start.Add(60*time.Hour)
	answer := placer(t, town(1), moved)
	check(t, s.PutBoundary(t.Context(), 2, moved, answer))
	check(t, s.PutScheme(t.Context(), 3, "other", answer))
	for i := range batch {
		batch[i].Place = answer(batch[i].Position, batch[i].At)
	}
	same(t, stored(t, s), batch)
}

func cutOffStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 2000/scale)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := 0
	err := s.PutScheme(ctx, 2, "other", func(data.Position, data.When) geo.Place {
		if asked++; asked == 1500/scale {
			cancel()
		}
		return marked
	})
	checkIs(t, err, context.Canceled)
	same(t, stored(t, s), visits(0, 2000/scale))
	settings, err := s.Settings(t.Context())
	check(t, err)
	equal(t, settings.Revision, int64(2))
	equal(t, len(changes(t, s, 0)), 2+2000/scale)
}
