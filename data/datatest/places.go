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

// marked is a placer's answer that no other gives; its version goes by the
// record's time.
func marked(version int64) geo.Place {
	return geo.Place{Class: geo.Residential, Area: "marked", Version: version, Hours: geo.WithinHours, NearBoundary: true}
}

var mark answer = func(data.Position, data.When) geo.Place { return marked(0) }

func newSchemeStory(t *testing.T, e Engine) {
	s := settled(t, e)
	want := append(visits(20, 25), shapes()...)
	store(t, s, 2, want...)
	incident := report(1)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{incident})
	check(t, err)
	asked := map[float64]bool{} // by accuracy: the placer learns no key
	check(t, s.PutScheme(t.Context(), 2, "other", answer(func(p data.Position, w data.When) geo.Place {
		asked[p.AccuracyM] = true
		return mark(p, w)
	}).all))
	for i := range want {
		want[i].Place = marked(want[i].Place.Version)
		if !asked[want[i].AccuracyM] {
			t.Errorf("the placer was not given the accuracy of %v", want[i].Key)
		}
	}
	incident.Place = marked(1)
	same(t, stored(t, s), want)
	same(t, storedIncidents(t, s), []data.Incident{incident})
	last := changes(t, s, 0)[len(want)+3:]
	if len(last) != 1 || !last[0].Settings || last[0].Pickup != nil {
		t.Errorf("after the records the feed holds %+v, want one change of settings", last)
	}
	// The feed gives records as they stand now.
	for _, change := range changes(t, s, 0) {
		if change.Pickup != nil {
			equal(t, change.Pickup.Place.Area, "marked")
		}
	}
}

// aroundSpan are pickups and incidents at and beside the ends of a span, and
// what has no place or no hour. in says which of them the span holds.
type aroundSpan struct {
	pickups []data.Pickup
	reports []data.Incident
	in      []bool
}

func around(from, to time.Time) aroundSpan {
	var a aroundSpan
	a.add(data.InstantOf(from.Add(-time.Millisecond)), false)
	a.add(data.InstantOf(from), true)
	a.add(data.InstantOf(from.Add(time.Hour)), true)
	a.add(data.DayOf(data.DateOf(from), time.UTC), true)
	a.add(data.DayOf(data.DateOf(to), time.UTC), false)
	a.add(data.MonthOf(from.Year(), from.Month(), time.UTC), false) // it began before the span
	a.add(data.MonthOf(to.Year(), to.Month(), time.UTC), true)
	a.add(data.InstantOf(to.Add(-time.Millisecond)), true)
	a.add(data.InstantOf(to), false)
	a.add(data.When{}, false)
	a.add(data.InstantOf(from.Add(time.Hour)), true)
	last := len(a.pickups) - 1
	a.pickups[last].Position = data.Position{Place: geo.Place{Class: geo.Unlocated}}
	a.reports[last].Position = a.pickups[last].Position
	return a
}

// add adds a pickup at a time, and an incident that happened then and was
// received much later.
func (a *aroundSpan) add(when data.When, in bool) {
	p, i := visit(len(a.pickups)), report(len(a.pickups))
	p.At = when
	p = inForce(p)
	i.Happened, i.Received, i.Place = when, data.InstantOf(start.AddDate(5, 0, 0)), p.Place
	a.pickups, a.reports, a.in = append(a.pickups, p), append(a.reports, i), append(a.in, in)
}

// mark gives those in the span the marked place.
func (a *aroundSpan) mark(version int64) {
	for i, in := range a.in {
		if !in {
			continue
		}
		place := marked(version)
		if a.pickups[i].Point == nil {
			place.Version = 0
		}
		a.pickups[i].Place, a.reports[i].Place = place, place
	}
}

func newBoundaryStory(t *testing.T, e Engine) {
	s := settled(t, e)
	from, to := start.AddDate(0, 1, 0), start.AddDate(0, 3, 0)
	records := around(from, to)
	store(t, s, 2, records.pickups...)
	_, err := s.PutIncidents(t.Context(), 2, records.reports)
	check(t, err)
	check(t, s.PutBoundary(t.Context(), 2, geo.Boundary{Version: 2, From: from, To: to}, mark.all))
	records.mark(2)
	same(t, stored(t, s), records.pickups)
	same(t, storedIncidents(t, s), records.reports)
}

func openEndStory(t *testing.T, e Engine) {
	s := settled(t, e)
	before, after := visit(1), visit(2)
	after.At = data.InstantOf(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	store(t, s, 2, before, after)
	b := geo.Boundary{Version: 2, From: start.AddDate(1, 0, 0)}
	check(t, s.PutBoundary(t.Context(), 2, b, mark.all))
	after.Place = marked(2)
	same(t, stored(t, s), []data.Pickup{before, after})
}

// inTown are pickups all over the town, inside and outside its areas.
func inTown(n int) []data.Pickup {
	batch := visits(0, n)
	for i := range batch {
		batch[i].Point = &geo.Point{Lon: -15_700_000 + int32(i*750_000/n), Lat: 537_870_000}
	}
	return batch
}

func manyPlacedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	batch := inTown(5000 / scale)
	store(t, s, 2, batch...)
	moved := town(2)
	moved.Areas[0].Shape[0] = moved.Areas[0].Shape[0][:1] // without its hole
	moved.From, moved.To = start.Add(20*time.Hour), start.Add(60*time.Hour)
	answer := placer(t, town(1), moved)
	check(t, s.PutBoundary(t.Context(), 2, moved, answer.all))
	check(t, s.PutScheme(t.Context(), 3, "other", answer.all))
	for i := range batch {
		batch[i].Place = answer(batch[i].Position, batch[i].At)
	}
	same(t, stored(t, s), batch)
}

// cutOffStory cuts off every sort of change of the settings in its middle.
func cutOffStory(t *testing.T, e Engine) {
	s := settled(t, e)
	const records = 4000 / scale
	store(t, s, 2, visits(0, records)...)
	for name, change := range map[string]func(context.Context, data.Placer) error{
		"PutScheme": func(ctx context.Context, place data.Placer) error { return s.PutScheme(ctx, 2, "other", place) },
		"PutBoundary": func(ctx context.Context, place data.Placer) error {
			return s.PutBoundary(ctx, 2, town(2), place)
		},
		"WithdrawBoundary": func(ctx context.Context, place data.Placer) error {
			return s.WithdrawBoundary(ctx, 2, 1, place)
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		asked := 0
		err := change(ctx, answer(func(data.Position, data.When) geo.Place {
			if asked++; asked == records*3/4 {
				cancel()
			}
			return marked(0)
		}).all)
		cancel()
		t.Log(name)
		checkIs(t, err, context.Canceled)
		same(t, stored(t, s), visits(0, records))
		settings, err := s.Settings(t.Context())
		check(t, err)
		equal(t, settings.Revision, int64(2))
		equal(t, len(settings.Boundaries), 1)
		equal(t, settings.Boundaries[0].Withdrawn, int64(0))
		equal(t, len(changes(t, s, 0)), 2+records)
		past, err := s.Before(t.Context(), data.PickupSort, visit(1).Key)
		check(t, err)
		equal(t, len(past), 0)
	}
}
