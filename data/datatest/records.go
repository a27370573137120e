package datatest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

var recordStories = []story{
	{"a pickup comes back as it was put", pickupStory},
	{"an incident comes back as it was put", incidentStory},
	{"records of every shape come back", shapesStory},
	{"sending again changes nothing", againStory},
	{"the same reference with other content is a conflict", conflictStory},
	{"a reference twice in a batch counts in order", twiceInBatchStory},
	{"the same reference of another source is another record", sourcesStory},
	{"times are kept to the millisecond", millisecondStory},
	{"a batch against other settings is stale and leaves nothing", staleBatchStory},
	{"a batch whose caller leaves is stored whole or not at all", cancelledBatchStory},
	{"an empty batch has no receipts", emptyBatchStory},
	{"what was put is there after a reopening", reopenedStory},
}

func pickupStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 50)...)
	same(t, stored(t, s), visits(0, 50))
}

func incidentStory(t *testing.T, e Engine) {
	s := settled(t, e)
	want := []data.Incident{report(0), report(1)}
	receipts, err := s.PutIncidents(t.Context(), 2, want)
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Added, data.Added})
	same(t, storedIncidents(t, s), want)
	for i, change := range changes(t, s, 2) {
		equal(t, change, data.Change{Position: change.Position, Incident: &want[i]})
	}
	changed := report(1)
	changed.Outcome = ""
	receipts, err = s.PutIncidents(t.Context(), 2, []data.Incident{report(0), changed, report(2), report(2)})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Unchanged, data.Conflict, data.Added, data.Unchanged})
	same(t, storedIncidents(t, s), append(want, report(2)))
	equal(t, len(changes(t, s, 2)), 3)
}

// shapes are pickups at the edges of what one may be.
func shapes() []data.Pickup {
	edit := func(number int, change func(*data.Pickup)) data.Pickup {
		p := visit(number)
		change(&p)
		return inForce(p)
	}
	leeds, _ := time.LoadLocation("Europe/London")
	twice, _ := data.WallClock(time.Date(2019, 10, 27, 1, 30, 0, 0, time.UTC), leeds)
	return []data.Pickup{
		edit(1, func(p *data.Pickup) { p.Position = data.Position{Place: geo.Place{Class: geo.Unlocated}} }),
		edit(2, func(p *data.Pickup) { p.Found = nil }),
		edit(3, func(p *data.Pickup) { p.Found = []data.Quantity{{Kind: "needle"}} }),
		edit(4, func(p *data.Pickup) { p.At = data.DayOf(18_000, leeds) }),
		edit(5, func(p *data.Pickup) { p.At = data.MonthOf(2019, time.May, leeds) }),
		edit(6, func(p *data.Pickup) { p.At = twice }),
		edit(7, func(p *data.Pickup) { p.Point = &geo.Point{Lon: 1_800_000_000, Lat: -900_000_000} }),
		edit(8, func(p *data.Pickup) { p.Point = &geo.Point{} }),
		edit(9, func(p *data.Pickup) { p.At = data.InstantOf(time.Date(1931, 2, 3, 4, 5, 6, 789e6, time.UTC)) }),
		edit(10, func(p *data.Pickup) { p.AccuracyM = 0.1 + 0.2 }),
		edit(11, func(p *data.Pickup) { p.Ref = "Straße 'x' \"y\" %\\ \n☂" }),
		edit(12, func(p *data.Pickup) { p.Source, p.Ref = "", "" }),
		edit(13, func(p *data.Pickup) { p.Ref = strings.Repeat("long ", 1000) }),
		edit(14, func(p *data.Pickup) {
			p.Found = []data.Quantity{{Kind: `"\a,}:"`, Items: 1 << 40}, {Kind: "ä", Items: 2}}
		}),
		edit(15, func(p *data.Pickup) { p.At = data.When{} }),
	}
}

func shapesStory(t *testing.T, e Engine) {
	s := settled(t, e)
	all := shapes()
	for _, class := range geo.Classes() {
		p := visit(100 + int(class))
		p.Place = geo.Place{Class: class, Area: class.String(), Version: 1, Hours: geo.WithinHours}
		all = append(all, p)
	}
	store(t, s, 2, all...)
	same(t, stored(t, s), all)
	receipts, err := s.PutPickups(t.Context(), 2, all)
	check(t, err)
	for i, receipt := range receipts {
		if receipt != data.Unchanged {
			t.Errorf("sent again, %+v has receipt %d, want unchanged", all[i], receipt)
		}
	}
}

func againStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 3)...)
	position, err := s.Position(t.Context())
	check(t, err)
	// Another place is no other content: it is the program's own answer.
	again := visits(0, 3)
	again[1].Place = geo.Place{Class: geo.Outside}
	receipts, err := s.PutPickups(t.Context(), 2, again)
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Unchanged, data.Unchanged, data.Unchanged})
	same(t, stored(t, s), visits(0, 3))
	equal(t, changes(t, s, position), []data.Change(nil))
}

func conflictStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visit(1))
	for name, change := range map[string]func(*data.Pickup){
		"point":     func(p *data.Pickup) { p.Point = &geo.Point{Lon: p.Point.Lon + 1, Lat: p.Point.Lat} },
		"no point":  func(p *data.Pickup) { p.Point = nil },
		"accuracy":  func(p *data.Pickup) { p.AccuracyM++ },
		"time":      func(p *data.Pickup) { p.At.At = p.At.At.Add(time.Millisecond) },
		"precision": func(p *data.Pickup) { p.At.Precision = data.Day },
		"ambiguous": func(p *data.Pickup) { p.At.Ambiguous = true },
		"items":     func(p *data.Pickup) { p.Found[1].Items++ },
		"kinds":     func(p *data.Pickup) { p.Found = p.Found[:1] },
	} {
		other := visit(1)
		change(&other)
		receipts, err := s.PutPickups(t.Context(), 2, []data.Pickup{other, visit(2)})
		check(t, err)
		if receipts[0] != data.Conflict {
			t.Errorf("another %s has receipt %d, want conflict", name, receipts[0])
		}
	}
	same(t, stored(t, s), visits(1, 3))
}

func twiceInBatchStory(t *testing.T, e Engine) {
	s := settled(t, e)
	other := visit(1)
	other.AccuracyM = 99
	receipts, err := s.PutPickups(t.Context(), 2, []data.Pickup{visit(1), visit(1), other, visit(2), other})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Added, data.Unchanged, data.Conflict, data.Added, data.Conflict})
	same(t, stored(t, s), visits(1, 3))
	equal(t, len(changes(t, s, 2)), 2)
}

func sourcesStory(t *testing.T, e Engine) {
	s := settled(t, e)
	other, capital := visit(1), visit(1)
	other.Source, capital.Source = "charity", "CREW"
	store(t, s, 2, visit(1), other, capital)
	equal(t, len(stored(t, s)), 3)
	receipts, err := s.PutIncidents(t.Context(), 2, []data.Incident{{Key: visit(1).Key, Category: data.Harm}})
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Added})
}

func millisecondStory(t *testing.T, e Engine) {
	s := settled(t, e)
	fine := []data.Pickup{visit(1), visit(2)}
	fine[0].At.At = start.Add(1_999_999)
	fine[1].At.At = time.Date(1960, 1, 1, 0, 0, 0, 1_999_999, time.UTC)
	store(t, s, 2, fine...)
	want := []data.Pickup{visit(1), visit(2)}
	want[0].At.At = start.Add(time.Millisecond)
	want[1].At.At = time.Date(1960, 1, 1, 0, 0, 0, 1_000_000, time.UTC)
	want[1] = inForce(want[1])
	same(t, stored(t, s), want)
	receipts, err := s.PutPickups(t.Context(), 2, append(fine, want...))
	check(t, err)
	equal(t, receipts, []data.Receipt{data.Unchanged, data.Unchanged, data.Unchanged, data.Unchanged})
}

func staleBatchStory(t *testing.T, e Engine) {
	s := settled(t, e)
	for _, revision := range []int64{0, 1, 3} {
		_, err := s.PutPickups(t.Context(), revision, visits(0, 3))
		checkIs(t, err, data.ErrStale)
		_, err = s.PutIncidents(t.Context(), revision, []data.Incident{report(0)})
		checkIs(t, err, data.ErrStale)
	}
	same(t, stored(t, s), nil)
	same(t, storedIncidents(t, s), nil)
	equal(t, len(changes(t, s, 0)), 2)
}

func cancelledBatchStory(t *testing.T, e Engine) {
	s := settled(t, e)
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err := s.PutPickups(gone, 2, visits(0, 3))
	checkIs(t, err, context.Canceled)
	same(t, stored(t, s), nil)
	const size = 4000 / scale
	for round := range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+4*round)*time.Millisecond)
		before := len(stored(t, s))
		_, err := s.PutPickups(ctx, 2, visits(round*size, round*size+size))
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		want := before
		if err == nil {
			want += size
		}
		equal(t, len(stored(t, s)), want)
		equal(t, len(changes(t, s, 2)), want)
	}
}

func emptyBatchStory(t *testing.T, e Engine) {
	s := settled(t, e)
	receipts, err := s.PutPickups(t.Context(), 2, nil)
	check(t, err)
	equal(t, len(receipts), 0)
	_, err = s.PutPickups(t.Context(), 1, nil)
	checkIs(t, err, data.ErrStale)
}

func reopenedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 20)...)
	_, err := s.PutIncidents(t.Context(), 2, []data.Incident{report(1)})
	check(t, err)
	feed := changes(t, s, 0)
	check(t, s.Close())
	again := e.Again(t, s)
	same(t, stored(t, again), visits(0, 20))
	same(t, storedIncidents(t, again), []data.Incident{report(1)})
	equal(t, changes(t, again, 0), feed)
	store(t, again, 2, visit(20))
}
