package datatest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"commonground/data"
	"commonground/geo"
)

var visitStories = []story{
	{"visits are the pickups, as counting needs them", visitsStory},
	{"visits don't show what is written after they were asked for", laterVisitsStory},
	{"visits are of one state while others write", visitsMeanwhileStory},
	{"visits may be left early, and ranged over once", leftVisitsStory},
	{"visits whose caller leaves end with an error", cancelledVisitsStory},
	{"visits of a store that is closed end with an error", closedVisitsStory},
}

// manyVisits are more than an engine should yield at once.
const manyVisits = 12_000 / scale

// counted is what counting needs of a pickup.
func counted(p data.Pickup) data.Visit {
	v := data.Visit{Class: p.Place.Class, Area: p.Place.Area, At: p.At, Found: p.Found}
	if p.Point != nil {
		v.Point, v.Located = *p.Point, true
	}
	return v
}

// storedVisits returns every visit, in memory of its own.
func storedVisits(t *testing.T, s data.Store) (position int64, visits []data.Visit) {
	t.Helper()
	position, all, err := s.Visits(t.Context())
	check(t, err)
	return position, collectVisits(t, all)
}

func collectVisits(t *testing.T, all iter.Seq2[[]data.Visit, error]) []data.Visit {
	t.Helper()
	var visits []data.Visit
	for _, batch := range collect(t, cloned(all)) {
		if len(batch) == 0 {
			t.Error("a batch is empty")
		}
		visits = append(visits, batch...)
	}
	return visits
}

// cloned copies each batch: it is good until the next one is asked for.
func cloned(all iter.Seq2[[]data.Visit, error]) iter.Seq2[[]data.Visit, error] {
	return func(yield func([]data.Visit, error) bool) {
		for batch, err := range all {
			mine := slices.Clone(batch)
			for i := range mine {
				mine[i].Found = slices.Clone(mine[i].Found)
			}
			if !yield(mine, err) {
				return
			}
		}
	}
}

// sameVisits checks that a store's visits are those of the pickups.
func sameVisits(t *testing.T, s data.Store, pickups []data.Pickup) {
	t.Helper()
	_, visits := storedVisits(t, s)
	checkVisits(t, visits, pickups)
}

// checkVisits compares in any order.
func checkVisits(t *testing.T, visits []data.Visit, pickups []data.Pickup) {
	t.Helper()
	got, want := map[string]int{}, map[string]int{}
	for _, v := range visits {
		got[fmt.Sprintf("%+v", v)]++
	}
	for _, p := range pickups {
		want[fmt.Sprintf("%+v", counted(p))]++
	}
	equal(t, got, want)
}

func visitsStory(t *testing.T, e Engine) {
	empty := e.Open(t)
	position, none := storedVisits(t, empty)
	equal(t, position, int64(0))
	equal(t, len(none), 0)

	s := settled(t, e)
	sameVisits(t, s, nil)
	batch := visits(0, manyVisits)
	for i := range batch {
		p := &batch[i]
		switch i % 8 {
		case 0:
			p.Point, p.Place = nil, geo.Place{Class: geo.Unlocated}
		case 1:
			p.At = data.MonthOf(2019, time.Month(1+i%12), time.UTC)
		case 2:
			p.At = data.DayOf(data.DateOf(p.At.At), time.UTC)
		case 3:
			p.At = data.When{}
		case 4:
			p.At.Ambiguous = true
		case 5:
			p.Found = nil
		case 6:
			p.Point = &geo.Point{Lon: -1_800_000_000, Lat: -900_000_000 + int32(i)}
			p.Place = geo.Place{Class: geo.NonResidential, Area: fmt.Sprint(i % 3)}
			p.Found = []data.Quantity{{Kind: "\"\\,:{}"}, {Kind: "é", Items: i}}
		}
	}
	store(t, s, 2, batch...)
	sameVisits(t, s, batch)
	position, _ = storedVisits(t, s)
	end, err := s.Position(t.Context())
	check(t, err)
	equal(t, position, end)
}

func laterVisitsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 10)...)
	position, all, err := s.Visits(t.Context())
	check(t, err)
	store(t, s, 2, visit(10))
	check(t, s.PutScheme(t.Context(), 2, "other", mark.all))
	checkVisits(t, collectVisits(t, all), visits(0, 10))
	equal(t, len(changes(t, s, position)), 2)
}

// answerChanges is how often the visitsMeanwhileStory changes all answers.
const answerChanges = 20 / scale

// visitsMeanwhileStory reads while writers add pickups and the answers of all
// change together. Those there from the start are a thousand days later than
// any other, to tell them by.
func visitsMeanwhileStory(t *testing.T, e Engine) {
	s := settled(t, e)
	before := visits(0, manyVisits)
	for i := range before {
		before[i].Source, before[i].At.At = "before", before[i].At.At.AddDate(0, 0, 1000)
	}
	store(t, s, 2, before...)
	wait := writeAll(t, s, e.Again(t, s))
	changed := make(chan error, 1)
	go func() {
		err := changeAnswers(t.Context(), s)
		wait()
		changed <- err
	}()
	var states []visitState
	for len(changed) == 0 {
		states = append(states, visitStateOf(storedVisits(t, s)))
	}
	check(t, <-changed)
	states = append(states, visitStateOf(storedVisits(t, s)))
	feed := changes(t, s, 0)
	for _, state := range states {
		checkState(t, feed, state)
	}
}

// changeAnswers gives all records an area that is the number of the change,
// from 1 on.
func changeAnswers(ctx context.Context, s data.Store) error {
	for n := range answerChanges {
		place := geo.Place{Class: geo.Managed, Area: fmt.Sprint(n + 1)}
		all := answer(func(data.Position, data.When) geo.Place { return place }).all
		if err := s.PutScheme(ctx, int64(2+n), place.Area, all); err != nil {
			return err
		}
	}
	return nil
}

// visitState is what the visitsMeanwhileStory saw at a position.
type visitState struct {
	position int64
	visits   int
	areas    map[string]int // of the pickups there from the start
}

func visitStateOf(position int64, visits []data.Visit) visitState {
	state := visitState{position: position, visits: len(visits), areas: map[string]int{}}
	for _, v := range visits {
		if v.At.At.After(start.AddDate(0, 0, 1000-1)) {
			state.areas[v.Area]++
		}
	}
	return state
}

// checkState compares a state with the feed up to its position.
func checkState(t *testing.T, feed []data.Change, got visitState) {
	t.Helper()
	want, settings := visitState{position: got.position}, 0
	for _, change := range feed {
		switch {
		case change.Position > got.position:
		case change.Settings:
			settings++
		default:
			want.visits++
		}
	}
	area := "m"
	if settings > 2 {
		area = fmt.Sprint(settings - 2)
	}
	want.areas = map[string]int{area: manyVisits}
	equal(t, got, want, cmp.AllowUnexported(visitState{}))
}

func leftVisitsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, manyVisits)...)
	for range 100 / scale { // more often than an engine has connections
		_, all, err := s.Visits(t.Context())
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
	store(t, s, 2, visit(manyVisits))
	sameVisits(t, s, visits(0, manyVisits+1))
}

func cancelledVisitsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	for _, n := range []int{1, manyVisits} {
		store(t, s, 2, visits(n-1, 2*n-1)...)
		ctx, cancel := context.WithCancel(t.Context())
		_, all, err := s.Visits(ctx)
		check(t, err)
		checkIs(t, lastOf(all, cancel), context.Canceled)
		_, _, err = s.Visits(ctx)
		checkIs(t, err, context.Canceled)
		ctx, cancel = context.WithCancel(t.Context())
		_, all, err = s.Visits(ctx)
		check(t, err)
		cancel()
		checkIs(t, lastOf(all, cancel), context.Canceled)
	}
}

func closedVisitsStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, manyVisits)...)
	_, all, err := s.Visits(t.Context())
	check(t, err)
	if err := lastOf(all, func() { check(t, s.Close()) }); err == nil {
		t.Error("visits of a closed store ended without an error")
	}
}

// lastOf calls a function after each batch and returns the last error.
func lastOf(all iter.Seq2[[]data.Visit, error], do func()) (last error) {
	for _, err := range all {
		if last = err; err == nil {
			do()
		}
	}
	return last
}
