package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

// unplaced is a placer that knows no boundary.
func unplaced(places []geo.Place, _ []data.Position, _ []data.When) {
	for i := range places {
		places[i] = geo.Place{Class: geo.Unclassified}
	}
}

func openAt(t testing.TB, address string) *Store {
	t.Helper()
	s, err := Open(t.Context(), address, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// nodes are stores on one new database, which has a scheme: its revision is 1.
func nodes(t testing.TB, n int) []*Store {
	t.Helper()
	address := Empty(t)
	var all []*Store
	for range n {
		all = append(all, openAt(t, address))
	}
	if err := all[0].PutScheme(t.Context(), 0, "name = 'Town'", unplaced); err != nil {
		t.Fatal(err)
	}
	return all
}

var firstDay = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func numbered(n int) data.Pickup {
	return data.Pickup{
		Key:      data.Key{Source: "crew", Ref: fmt.Sprintf("%06d", n)},
		Position: data.Position{Point: &geo.Point{Lon: -15_400_000 + int32(n), Lat: 537_900_000}, Place: geo.Place{Class: geo.Unclassified}},
		At:       data.InstantOf(firstDay.Add(time.Duration(n) * time.Minute)),
		Found:    []data.Quantity{{Kind: "needle", Items: n % 7}},
	}
}

// sighting is when a follower came to know a record.
type sighting struct {
	key data.Key
	at  time.Time
}

// followed returns what a node learns from the feed, until it has seen n records.
func followed(ctx context.Context, s *Store, n int) (seen []sighting, err error) {
	after := int64(0)
	for len(seen) < n {
		if err := s.Wait(ctx, after); err != nil {
			return seen, err
		}
		some, err := s.Changes(ctx, after, 300)
		if err != nil {
			return seen, err
		}
		for _, change := range some {
			if change.Position != after+1 {
				return seen, fmt.Errorf("position %d comes after %d", change.Position, after)
			}
			after = change.Position
			if change.Pickup != nil {
				seen = append(seen, sighting{change.Pickup.Key, time.Now()})
			}
		}
	}
	return seen, nil
}

var errUndone = errors.New("undone on purpose")

// slowly puts a pickup in a transaction that stays open for a while after all is
// written, and is undone if it is to be.
func (s *Store) slowly(ctx context.Context, p data.Pickup, hold <-chan time.Time, undo bool) error {
	return s.write(ctx, "put slowly", func(tx *transaction) error {
		if err := tx.lockedAt(1); err != nil {
			return err
		}
		rows, err := pickups.rows([]data.Pickup{p})
		if err != nil {
			return err
		}
		if _, err := pickups.put(tx, rows); err != nil {
			return err
		}
		if hold != nil {
			<-hold
		}
		if undo {
			return errUndone
		}
		return nil
	})
}

// The feed's positions are given out while many transactions are open, of which
// some end long after those that began later, some never commit, and one stays
// open from the beginning to the end.
func TestTheFeedMissesAndRepeatsNothingThoughTransactionsEndOutOfOrder(t *testing.T) {
	transactions := 10_000
	if testing.Short() || slow {
		transactions = 1_000
	}
	const writers, pause = 12, 20 * time.Millisecond
	stores := nodes(t, 3)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()

	release := make(chan time.Time)
	held := make(chan error, 1)
	go func() { held <- stores[0].slowly(ctx, numbered(transactions), release, false) }()

	var committed sync.Map // data.Key to time.Time
	var group sync.WaitGroup
	expected := 0
	for n := range transactions {
		if !undone(n) {
			expected++
		}
	}
	for w := range writers {
		group.Go(func() {
			// At a pace that leaves time to follow: it is what keeps a record from being
			// seen that is measured, not how much two processors get done.
			pace := time.Tick(pause)
			for n := w; n < transactions; n += writers {
				<-pace
				var hold <-chan time.Time
				if rand.IntN(20) == 0 {
					hold = time.After(time.Duration(rand.IntN(60)) * time.Millisecond)
				}
				p := numbered(n)
				err := stores[n%len(stores)].slowly(ctx, p, hold, undone(n))
				if undone(n) && errors.Is(err, errUndone) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				committed.Store(p.Key, time.Now())
			}
		})
	}
	all := make([][]sighting, len(stores))
	for i, s := range stores {
		group.Go(func() {
			var err error
			if all[i], err = followed(ctx, s, expected); err != nil {
				t.Errorf("node %d: after %d records: %v", i, len(all[i]), err)
			}
		})
	}
	group.Wait()
	close(release)
	if err := <-held; err != nil {
		t.Error(err)
	}
	if t.Failed() {
		return
	}
	var lags []time.Duration
	for i := range all {
		checkSightings(t, all[i], expected)
		for _, s := range all[i] {
			at, _ := committed.Load(s.key)
			lags = append(lags, s.at.Sub(at.(time.Time)))
		}
	}
	slices.Sort(lags)
	t.Logf("lag of the feed, from when a writer was answered: p50 %v, p99 %v, longest %v",
		lags[len(lags)/2], lags[len(lags)*99/100], lags[len(lags)-1])
	if longest := lags[len(lags)-1]; longest > time.Second {
		t.Errorf("a record was seen %v after its commit", longest)
	}
	late, err := stores[1].Changes(ctx, int64(expected)+1, 10)
	if err != nil || len(late) != 1 || late[0].Pickup.Ref != numbered(transactions).Ref {
		t.Errorf("after the one that was held come %+v, %v", late, err)
	}
}

func undone(n int) bool { return n%17 == 5 }

func checkSightings(t *testing.T, seen []sighting, want int) {
	t.Helper()
	times := map[data.Key]int{}
	for _, s := range seen {
		times[s.key]++
		if times[s.key] == 2 {
			t.Errorf("%v is there twice", s.key)
		}
	}
	if len(times) != want {
		t.Errorf("%d records were seen, want %d", len(times), want)
	}
}
