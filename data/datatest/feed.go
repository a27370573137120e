package datatest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"commonground/data"
)

var feedStories = []story{
	{"the feed holds one entry for each change, in order", feedStory},
	{"a follower misses nothing and sees nothing twice", followerStory},
	{"a view and the changes after it are everything once", viewAndFeedStory},
	{"waiting ends at once where there is something already", waitBehindStory},
	{"a commit wakes who waits", waitStory},
	{"a commit of another store wakes who waits", waitOtherStory},
	{"waiting ends with its caller", waitCancelledStory},
	{"the trace tells histories apart", traceStory},
}

func feedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 3)...)
	check(t, s.PutScheme(t.Context(), 2, "other", placer(t, town(1)).all))
	store(t, s, 3, visit(3))
	all := changes(t, s, 0)
	var kinds string
	for i, change := range all {
		if i > 0 && change.Position <= all[i-1].Position {
			t.Errorf("position %d comes after %d", change.Position, all[i-1].Position)
		}
		if change.Settings == (change.Pickup != nil) {
			t.Errorf("%+v is of both sorts, or of none", change)
		}
		if change.Settings {
			kinds += "s"
		} else {
			kinds += change.Pickup.Ref[5:]
		}
	}
	equal(t, kinds, "ss012s3")
	for i, change := range all {
		equal(t, changes(t, s, change.Position), all[i+1:])
		equal(t, someChanges(t, s, 0, i), all[:i])
	}
	position, err := s.Position(t.Context())
	check(t, err)
	equal(t, position, all[len(all)-1].Position)
	none, err := s.Changes(t.Context(), 0, -1)
	check(t, err)
	equal(t, len(none), 0)
}

const (
	writers = 8
	batches = 200 / scale
)

// write puts the batches of one writer, of one or two pickups each; where the
// settings change under it, it reads them and goes on.
func write(ctx context.Context, s data.Store, writer int) error {
	revision := int64(2)
	for i := 0; i < batches; {
		first := (writer*batches + i) * 2
		_, err := s.PutPickups(ctx, revision, visits(first, first+1+i%2))
		if errors.Is(err, data.ErrStale) {
			settings, err := s.Settings(ctx)
			if err != nil {
				return err
			}
			revision = settings.Revision
			continue
		}
		if err != nil {
			return err
		}
		i++
	}
	return nil
}

const written = writers * (batches + batches/2)

// writeAll runs all writers, in turns on the stores given. The function that
// it returns waits for them.
func writeAll(t *testing.T, stores ...data.Store) (wait func()) {
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			if err := write(t.Context(), stores[writer%len(stores)], writer); err != nil {
				t.Error(err)
			}
		})
	}
	return group.Wait
}

// follow calls see for every change after a position until n pickups came.
func follow(t *testing.T, s data.Store, after int64, n int, see func(data.Change)) {
	t.Helper()
	ctx := patience(t)
	for n > 0 {
		check(t, s.Wait(ctx, after))
		some, err := s.Changes(ctx, after, 7)
		check(t, err)
		if len(some) == 0 {
			t.Fatal("waiting ended, but there is no change")
		}
		for _, change := range some {
			if change.Position <= after {
				t.Fatalf("position %d comes after %d", change.Position, after)
			}
			after = change.Position
			if change.Pickup != nil {
				n--
			}
			see(change)
		}
	}
}

func followerStory(t *testing.T, e Engine) {
	s := settled(t, e)
	other := e.Again(t, s)
	wait := writeAll(t, s, s, s, other)
	check(t, s.PutScheme(t.Context(), 2, "changed meanwhile", placer(t, town(1)).all))
	seen := map[data.Key]int{}
	settings := 0
	follow(t, s, 0, written, func(c data.Change) {
		if c.Pickup == nil {
			settings++
			return
		}
		seen[c.Pickup.Key]++
	})
	wait()
	equal(t, settings, 3)
	checkOnce(t, seen)
	equal(t, len(changes(t, other, 0)), written+3)
}

func checkOnce(t *testing.T, seen map[data.Key]int) {
	t.Helper()
	equal(t, len(seen), written)
	for key, n := range seen {
		if n != 1 {
			t.Errorf("%v was seen %d times", key, n)
		}
	}
}

func viewAndFeedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	wait := writeAll(t, s)
	for range 4 {
		seen := map[data.Key]int{}
		position, all, err := s.Pickups(t.Context())
		check(t, err)
		for pickup, err := range all {
			check(t, err)
			seen[pickup.Key]++
		}
		follow(t, s, position, written-len(seen), func(c data.Change) {
			if c.Pickup != nil {
				seen[c.Pickup.Key]++
			}
		})
		checkOnce(t, seen)
		if position > 2+written/2 {
			break
		}
	}
	wait()
}

func waitBehindStory(t *testing.T, e Engine) {
	s := settled(t, e)
	for after := range int64(2) {
		check(t, s.Wait(patience(t), after))
	}
}

// waiting starts to wait for the end of the feed to move. The story goes on
// when that has had time to begin; it is right either way.
func waiting(ctx context.Context, t *testing.T, s data.Store) (ended <-chan error) {
	position, err := s.Position(t.Context())
	check(t, err)
	result := make(chan error, 1)
	go func() { result <- s.Wait(ctx, position) }()
	time.Sleep(10 * time.Millisecond)
	select {
	case err := <-result:
		t.Fatalf("waiting ended with %v before there was a change", err)
	default:
	}
	return result
}

func waitStory(t *testing.T, e Engine) {
	s := settled(t, e)
	first, second := waiting(patience(t), t, s), waiting(patience(t), t, s)
	store(t, s, 2, visit(1))
	check(t, <-first)
	check(t, <-second)
	third := waiting(patience(t), t, s)
	check(t, s.PutScheme(t.Context(), 2, "other", unplaced.all))
	check(t, <-third)
}

func waitOtherStory(t *testing.T, e Engine) {
	s := settled(t, e)
	other := e.Again(t, s)
	for i := range 3 {
		ended := waiting(patience(t), t, s)
		store(t, other, 2, visit(i))
		check(t, <-ended)
		position, err := s.Position(t.Context())
		check(t, err)
		equal(t, position, int64(3+i))
	}
}

func waitCancelledStory(t *testing.T, e Engine) {
	s := settled(t, e)
	ctx, cancel := context.WithCancel(t.Context())
	ended := waiting(ctx, t, s)
	cancel()
	checkIs(t, <-ended, context.Canceled)
	checkIs(t, s.Wait(ctx, 0), context.Canceled)
}

func traceStory(t *testing.T, e Engine) {
	trace := func(s data.Store, position int64) string {
		text, err := s.Trace(t.Context(), position)
		check(t, err)
		return text
	}
	s, same := settled(t, e), settled(t, e)
	store(t, s, 2, visits(0, 3)...)
	store(t, same, 2, visits(0, 3)...)
	at, err := s.Position(t.Context())
	check(t, err)
	before := trace(s, at)
	if before == "" || before == trace(same, at) || before == trace(s, at-1) {
		t.Errorf("traces %q, %q of another store, %q of an earlier position", before, trace(same, at), trace(s, at-1))
	}
	store(t, s, 2, visit(3))
	check(t, s.WithdrawBoundary(t.Context(), 2, 1, placer(t, town(1)).all))
	equal(t, trace(s, at), before)
	equal(t, trace(s, at+100), "")
}
