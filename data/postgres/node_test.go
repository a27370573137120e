package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/data/postgres"
	"commonground/data/sample"
	"commonground/geo"
)

// node is what a server has of a store: a door for its writers and a cube that
// follows.
type node struct {
	t     testing.TB
	store *postgres.Store
	door  *intake.Door
	live  *cube.Live
	end   func()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newNode starts a node. It ends with the test, or before.
func newNode(t testing.TB, address string, options postgres.Options) *node {
	t.Helper()
	store, err := postgres.Open(t.Context(), address, options)
	check(t, err)
	n := &node{t: t, store: store, door: intake.New(store)}
	n.live = cube.NewLive(store, intake.New(store), cube.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.live.Run(ctx) }()
	n.end = sync.OnceFunc(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("a node ended with %v", err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(n.end)
	return n
}

// settle puts in the scheme and the town of the sample.
func (n *node) settle() {
	n.t.Helper()
	_, err := n.door.PutScheme(n.t.Context(), sample.SchemeText())
	check(n.t, err)
	_, err = n.door.PutBoundary(n.t.Context(), 17_000, nil, sample.Areas(1))
	check(n.t, err)
}

// reach waits until the node counts all that the primary has.
func (n *node) reach(within time.Duration) {
	n.t.Helper()
	position, err := n.store.Position(n.t.Context())
	check(n.t, err)
	ctx, cancel := context.WithTimeout(n.t.Context(), within)
	defer cancel()
	if err := n.live.Reach(ctx, position); err != nil {
		now, _ := n.live.Now()
		n.t.Fatalf("after %v a node counts up to %d of %d: %v", within, now.Position, position, err)
	}
}

// counts are all counts of a node by week, class, kind, area and square.
func (n *node) counts() []cube.Row {
	n.t.Helper()
	now, err := n.live.Now()
	check(n.t, err)
	rows := now.Cube.Counts(data.Query{}, cube.Split{By: data.Dimensions()})
	return append(rows, now.Cube.Counts(data.Query{}, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass}})...)
}

// load is writers that send batches until they are told to stop, each batch again
// and again until it is acknowledged.
type load struct {
	t      testing.TB
	stop   chan struct{}
	group  sync.WaitGroup
	mutex  sync.Mutex
	acked  []data.Pickup
	errors map[string]int // by what the writer was told
	failed time.Duration  // the longest that a batch had to be sent again
}

const batchSize = 20

// drive starts a writer on each node.
func drive(t testing.TB, nodes ...*node) *load {
	l := &load{t: t, stop: make(chan struct{}), errors: map[string]int{}}
	for w, n := range nodes {
		l.group.Go(func() { l.write(w, n) })
	}
	return l
}

func (l *load) write(w int, n *node) {
	random := rand.New(rand.NewPCG(7, uint64(w)))
	for b := 0; ; b++ {
		batch := make([]data.Pickup, batchSize)
		for i := range batch {
			batch[i] = some(random, fmt.Sprintf("%d-%d-%d", w, b, i))
		}
		began := time.Now()
		for try := 0; ; try++ {
			select {
			case <-l.stop:
				return // what was not acknowledged may be stored or not
			default:
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			_, refused, err := n.door.PutPickups(ctx, batch)
			cancel()
			if err == nil {
				l.acknowledged(batch, refused, time.Since(began), try)
				break
			}
			l.told(err)
			time.Sleep(50 * time.Millisecond)
		}
	}
}

func some(random *rand.Rand, ref string) data.Pickup {
	p := geo.Point{Lon: -15_650_000 + random.Int32N(300_000), Lat: 537_800_000 + random.Int32N(200_000)}
	return data.Pickup{
		Key: data.Key{Source: "crew", Ref: ref}, Position: data.Position{Point: &p},
		At:    data.DayOf(data.Date(18_000+random.IntN(700)), time.UTC),
		Found: []data.Quantity{{Kind: "needle", Items: random.IntN(5)}},
	}
}

func (l *load) acknowledged(batch []data.Pickup, refused []intake.Refusal, took time.Duration, tries int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(refused) > 0 {
		l.t.Error(refused)
	}
	l.acked = append(l.acked, batch...)
	if tries > 0 {
		l.failed = max(l.failed, took)
	}
}

func (l *load) told(err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	kind := "another error: " + err.Error()
	switch {
	case errors.Is(err, data.ErrAway):
		kind = "the store can't be reached"
	case errors.Is(err, context.DeadlineExceeded):
		kind = "time is up"
	}
	l.errors[kind]++
}

// end stops the writers and tells what they were told.
func (l *load) end() {
	close(l.stop)
	l.group.Wait()
	var told []string
	for _, kind := range slices.Sorted(maps.Keys(l.errors)) {
		told = append(told, fmt.Sprintf("%d × %s", l.errors[kind], kind))
		if strings.HasPrefix(kind, "another") {
			l.t.Errorf("a writer was told: %s", kind)
		}
	}
	l.t.Logf("%d records acknowledged; writers were told: %s; a batch took %v at most where it had to be sent again",
		len(l.acked), strings.Join(told, ", "), l.failed.Round(time.Millisecond))
}

// number is how many records were acknowledged so far.
func (l *load) number() int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return len(l.acked)
}

// checkAll makes sure that a fresh node has every acknowledged record exactly
// once, and counts what all others count.
func (l *load) checkAll(address string, nodes ...*node) {
	l.t.Helper()
	if missing := l.missing(address, nodes...); missing > 0 {
		l.t.Errorf("%d acknowledged records are not there", missing)
	}
}

// missing is checkAll but for records that are not there, whose number it returns.
func (l *load) missing(address string, nodes ...*node) (missing int) {
	l.t.Helper()
	fresh := newNode(l.t, address, postgres.Options{})
	fresh.reach(time.Minute)
	want := fresh.counts()
	_, all, err := fresh.store.Pickups(l.t.Context())
	check(l.t, err)
	times := map[data.Key]int{}
	for p, err := range all {
		check(l.t, err)
		if times[p.Key]++; times[p.Key] == 2 {
			l.t.Errorf("%v is there twice", p.Key)
		}
	}
	for _, p := range l.acked {
		if times[p.Key] == 0 {
			missing++
		}
	}
	for i, n := range nodes {
		n.reach(time.Minute)
		if diff := cmp.Diff(want, n.counts()); diff != "" {
			l.t.Errorf("node %d doesn't count what a fresh one does:\n%s", i, diff[:min(len(diff), 500)])
		}
	}
	return missing
}
