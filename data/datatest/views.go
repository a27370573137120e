package datatest

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
)

var viewStories = []story{
	{"a view doesn't see what is written after it was taken", viewStory},
	{"a view may be left early, and ranged over once", leftViewStory},
	{"a view whose caller leaves ends with an error", cancelledViewStory},
	{"a box is half open", boxStory},
	{"a box of more than the limit is an error", limitStory},
}

func viewStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 10)...)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{report(0)})
	check(t, err)
	position, all, err := s.Pickups(t.Context())
	check(t, err)
	reported, reports, err := s.Incidents(t.Context())
	check(t, err)
	equal(t, reported, position)
	store(t, s, 2, visit(10))
	_, err = s.PutIncidents(t.Context(), 2, []data.Incident{report(1)})
	check(t, err)
	check(t, s.PutScheme(t.Context(), 2, "other", mark.all))
	same(t, collect(t, all), visits(0, 10))
	same(t, collect(t, reports), []data.Incident{report(0)})
	equal(t, len(changes(t, s, position)), 3)
}

func leftViewStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 10)...)
	for range 100 / scale { // more often than an engine has connections
		_, all, err := s.Pickups(t.Context())
		check(t, err)
		for _, err := range all {
			check(t, err)
			break
		}
		for _, err := range all {
			if err == nil {
				t.Fatal("a sequence could be ranged over again")
			}
		}
	}
	store(t, s, 2, visit(10))
}

func cancelledViewStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 10)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, all, err := s.Pickups(ctx)
	check(t, err)
	var last error
	n := 0
	for _, err := range all {
		if last = err; err == nil {
			n++
		}
		cancel()
	}
	checkIs(t, last, context.Canceled)
	if n == 10 {
		t.Error("all records came before the error")
	}
	_, _, err = s.Pickups(ctx)
	checkIs(t, err, context.Canceled)
}

func boxStory(t *testing.T, e Engine) {
	s := settled(t, e)
	const west, south, east, north = -15_500_000, 537_900_000, -15_400_000, 538_000_000
	batch := []data.Pickup{}
	add := func(lon, lat int32) {
		p := visit(len(batch))
		p.Point = &geo.Point{Lon: lon, Lat: lat}
		batch = append(batch, p)
	}
	add(east-1, north-1)
	add(west, south)
	add(west, north-1)
	inside := len(batch)
	add(east, south)
	add(west, north)
	add(west-1, south)
	add(west, south-1)
	nowhere := visit(len(batch))
	nowhere.Point = nil
	batch = append(batch, nowhere)
	store(t, s, 2, batch...)
	box := orb.Bound{Min: geo.Point{Lon: west, Lat: south}.Orb(), Max: geo.Point{Lon: east, Lat: north}.Orb()}
	got, err := s.PickupsIn(t.Context(), box, 100)
	check(t, err)
	equal(t, got, batch[:inside]) // in the order in which they were added
	for name, c := range map[string]struct {
		box  orb.Bound
		want int
	}{
		"round decimals":     {orb.Bound{Min: orb.Point{-1.55, 53.79}, Max: orb.Point{-1.54, 53.8}}, inside},
		"everywhere":         {orb.Bound{Min: orb.Point{-1000, -1000}, Max: orb.Point{1000, 1000}}, len(batch) - 1},
		"without end":        {orb.Bound{Min: orb.Point{math.Inf(-1), math.Inf(-1)}, Max: orb.Point{math.Inf(1), math.Inf(1)}}, len(batch) - 1},
		"empty":              {orb.Bound{Min: box.Min, Max: box.Min}, 0},
		"inside out":         {orb.Bound{Min: box.Max, Max: box.Min}, 0},
		"no number":          {orb.Bound{Min: orb.Point{math.NaN(), 53.79}, Max: box.Max}, 0},
		"the half beside it": {orb.Bound{Min: orb.Point{-1.54, 53.79}, Max: orb.Point{-1.53, 53.8}}, 1},
	} {
		got, err := s.PickupsIn(t.Context(), c.box, 100)
		check(t, err)
		if len(got) != c.want {
			t.Errorf("box %s: %d pickups, want %d", name, len(got), c.want)
		}
	}
}

func limitStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 10)...)
	world := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	for _, limit := range []int{10, 11, math.MaxInt} {
		got, err := s.PickupsIn(t.Context(), world, limit)
		check(t, err)
		equal(t, got, visits(0, 10))
	}
	for _, limit := range []int{9, 1, 0} {
		if got, err := s.PickupsIn(t.Context(), world, limit); !errors.Is(err, data.ErrTooMany) || got != nil {
			t.Errorf("limit %d: %d pickups and error %v, want none and ErrTooMany", limit, len(got), err)
		}
	}
}
