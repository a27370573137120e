package datatest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
)

// start is when the boundaries of the stories begin.
var start = time.Date(2019, 4, 24, 0, 0, 0, 0, time.UTC)

// settled is a store with a scheme and a boundary; its revision is 2.
func settled(t *testing.T, e Engine) data.Store {
	t.Helper()
	s := e.Open(t)
	check(t, s.PutScheme(t.Context(), 0, "name = 'Town'", unplaced.all))
	check(t, s.PutBoundary(t.Context(), 1, town(1), placer(t, town(1)).all))
	return s
}

// town is a managed area with a hole, and a residential one in two parts.
func town(version int64) geo.Boundary {
	return geo.Boundary{Version: version, From: start, Areas: []geo.Area{
		{ID: "m", Name: "Holbeck", Class: geo.Managed, Shape: orb.MultiPolygon{
			{square(-1.56, 53.78, -1.52, 53.80), square(-1.55, 53.785, -1.54, 53.79)},
		}},
		{ID: "b", Class: geo.Residential, Shape: orb.MultiPolygon{
			{square(-1.60, 53.78, -1.57, 53.80)}, {square(-1.51, 53.78, -1.50, 53.80)},
		}},
	}}
}

func square(west, south, east, north float64) orb.Ring {
	return orb.Ring{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
}

// answer is a placer for one position at a time.
type answer func(data.Position, data.When) geo.Place

// all is a data.Placer.
func (a answer) all(places []geo.Place, positions []data.Position, times []data.When) {
	for i := range places {
		places[i] = a(positions[i], times[i])
	}
}

// placer answers as the program does, by the classifier.
func placer(t *testing.T, boundaries ...geo.Boundary) answer {
	t.Helper()
	timeline, err := geo.NewTimeline(boundaries)
	check(t, err)
	scheme := &data.Scheme{Location: time.UTC}
	return func(p data.Position, when data.When) geo.Place {
		return data.Placed(p, timeline, scheme, when)
	}
}

var unplaced answer = func(data.Position, data.When) geo.Place { return geo.Place{Class: geo.Unclassified} }

// inForce fills in the version that is in force for a pickup of a settled
// store; stores work it out themselves.
func inForce(p data.Pickup) data.Pickup {
	p.Place.Version = 0
	if p.Point != nil && !p.At.At.Before(start) {
		p.Place.Version = 1
	}
	return p
}

// visit is one of many different pickups. Numbers near each other lie near.
func visit(number int) data.Pickup {
	return data.Pickup{
		Key: data.Key{Source: "crew", Ref: fmt.Sprintf("%06d", number)},
		Position: data.Position{
			Point:     &geo.Point{Lon: -15_400_000 + int32(number), Lat: 537_900_000 + int32(number%100)},
			AccuracyM: float64(number%7) / 2,
			Place:     geo.Place{Class: geo.Managed, Area: "m", Version: 1, Hours: geo.OutsideHours, NearBoundary: number%2 == 1},
		},
		At:    data.InstantOf(start.Add(time.Duration(number) * time.Minute)),
		Found: []data.Quantity{{Kind: "condom_used", Items: number % 5}, {Kind: "needle", Items: number}},
	}
}

func visits(from, to int) []data.Pickup {
	var batch []data.Pickup
	for n := from; n < to; n++ {
		batch = append(batch, visit(n))
	}
	return batch
}

// report is an incident with every field set.
func report(number int) data.Incident {
	v := visit(number)
	return data.Incident{
		Key: data.Key{Source: "line", Ref: v.Ref}, Position: v.Position,
		Received: data.InstantOf(v.At.At.Add(time.Hour)), Happened: v.At,
		Channel: "phone", Category: data.Nuisance, Outcome: "moved_on", Answered: data.Yes,
		Attended: data.DayOf(data.DateOf(v.At.At), time.UTC), Reason: "no_one_free",
	}
}

// store puts a batch that must be all new.
func store(t *testing.T, s data.Store, revision int64, batch ...data.Pickup) {
	t.Helper()
	receipts, err := s.PutPickups(t.Context(), revision, batch)
	check(t, err)
	for i, receipt := range receipts {
		if receipt != data.Added {
			t.Fatalf("receipt of %v is %d, want added", batch[i].Key, receipt)
		}
	}
}

// stored returns every pickup.
func stored(t *testing.T, s data.Store) []data.Pickup {
	t.Helper()
	_, all, err := s.Pickups(t.Context())
	check(t, err)
	return collect(t, all)
}

func storedIncidents(t *testing.T, s data.Store) []data.Incident {
	t.Helper()
	_, all, err := s.Incidents(t.Context())
	check(t, err)
	return collect(t, all)
}

func collect[T any](t *testing.T, all iter.Seq2[T, error]) []T {
	t.Helper()
	var records []T
	for record, err := range all {
		check(t, err)
		records = append(records, record)
	}
	return records
}

// changes returns the whole feed after a position, as someChanges does.
func changes(t *testing.T, s data.Store, after int64) []data.Change {
	t.Helper()
	return someChanges(t, s, after, 1<<30)
}

// someChanges returns entries of the feed without their traces, once it has seen
// that those are as Trace says.
func someChanges(t *testing.T, s data.Store, after int64, limit int) []data.Change {
	t.Helper()
	all, err := s.Changes(t.Context(), after, limit)
	check(t, err)
	for i := range all {
		if i%97 == 0 || i == len(all)-1 { // each is a query
			trace, err := s.Trace(t.Context(), all[i].Position)
			check(t, err)
			equal(t, all[i].Trace, trace)
		}
		all[i].Trace = ""
	}
	return all
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func checkIs(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("error is %v, want %v", err, target)
	}
}

// same compares in any order of records, but not of what is inside them.
func same[T any](t *testing.T, got, want []T) {
	t.Helper()
	key := func(r T) string {
		switch r := any(r).(type) {
		case data.Pickup:
			return r.Source + "\x00" + r.Ref
		case data.Incident:
			return r.Source + "\x00" + r.Ref
		case data.Move:
			return fmt.Sprint(r)
		}
		return ""
	}
	equal(t, got, want, cmpopts.SortSlices(func(a, b T) bool { return key(a) < key(b) }))
}

func equal(t *testing.T, got, want any, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, append(options, cmpopts.EquateEmpty())...); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
}

// patience is how long a story waits for what should come soon.
func patience(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
