package cube_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
)

// following is a cube that follows a store.
type following struct {
	t     *testing.T
	path  string
	store *sqlite.Store
	door  *intake.Door // another than the one of the cube
	live  *cube.Live
	ended chan error // holds what Run returned
	stop  context.CancelFunc
}

// follow starts a cube on an empty store.
func follow(t *testing.T) following {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	store, err := sqlite.Open(t.Context(), path)
	check(t, err)
	ctx, stop := context.WithCancel(context.Background())
	f := following{t: t, path: path, store: store, door: intake.New(store), live: cube.NewLive(store, intake.New(store), cube.Options{}), ended: make(chan error, 1), stop: stop}
	done := make(chan struct{})
	go func() { defer close(done); f.ended <- f.live.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-done
		check(t, store.Close())
	})
	return f
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// settle puts in the scheme and, around the centre, a managed area.
func (f following) settle() {
	f.t.Helper()
	_, err := f.door.PutScheme(f.t.Context(), sample.SchemeText())
	check(f.t, err)
	f.putArea(geo.Managed)
}

func (f following) putArea(class geo.Class) {
	f.t.Helper()
	at := centre.Orb()
	ring := orb.Bound{Min: at, Max: at}.Pad(0.01).ToRing()
	_, err := f.door.PutBoundary(f.t.Context(), 17_000, nil, []geo.Area{{ID: "m", Class: class, Shape: orb.MultiPolygon{{ring}}}})
	check(f.t, err)
}

// visit is a pickup of two needles at the centre.
func visit(source string, n int) data.Pickup {
	point := centre
	return data.Pickup{
		Key: data.Key{Source: source, Ref: fmt.Sprint(n)}, Position: data.Position{Point: &point},
		At: data.DayOf(data.Date(18_010+n%30), time.UTC), Found: []data.Quantity{{Kind: "needle", Items: 2}},
	}
}

func (f following) put(batch ...data.Pickup) {
	f.t.Helper()
	if _, refused, err := f.door.PutPickups(f.t.Context(), batch); err != nil || len(refused) > 0 {
		f.t.Fatal(err, refused)
	}
}

// reach waits until the cube counts all that is in the store.
func (f following) reach() {
	f.t.Helper()
	position, err := f.store.Position(f.t.Context())
	check(f.t, err)
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
	defer cancel()
	check(f.t, f.live.Reach(ctx, position))
}

func (f following) total(q data.Query) (total data.Count) {
	f.t.Helper()
	check(f.t, f.live.Read(func(_ *intake.Settings, c *cube.Cube) error {
		total = c.Total(q)
		return nil
	}))
	return total
}

func TestLiveFollowsTheStore(t *testing.T) {
	f := follow(t)
	f.settle()
	f.reach()
	if got := f.total(data.Query{}); got != (data.Count{}) {
		t.Fatalf("at first it counts %+v", got)
	}
	for n := range 5 {
		f.put(visit("crew", n))
		f.reach()
		if got, want := f.total(data.Query{}), (data.Count{Items: int64(2 * (n + 1)), Visits: int64(n + 1)}); got != want {
			t.Errorf("after %d pickups it counts %+v", n+1, got)
		}
	}
	f.put(visit("crew", 0), visit("crew", 1)) // once more
	f.reach()
	if got := f.total(data.Query{}).Visits; got != 5 {
		t.Errorf("what was sent twice is counted twice: %d", got)
	}
}

func TestLiveWaitsForASchemeAndSaysSo(t *testing.T) {
	f := follow(t)
	looked := false
	if err := f.live.Read(func(*intake.Settings, *cube.Cube) error { looked = true; return nil }); !errors.Is(err, data.ErrNoScheme) || looked {
		t.Errorf("without a scheme: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := f.live.Reach(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a scheme it was reached: %v", err)
	}
	f.settle()
	f.put(visit("crew", 1))
	f.reach()
	if got := f.total(data.Query{}).Visits; got != 1 {
		t.Errorf("then it counts %d visits", got)
	}
}

func TestLiveCountsAnewWhenTheBoundaryChanges(t *testing.T) {
	f := follow(t)
	f.settle()
	f.put(visit("crew", 1), visit("crew", 2))
	f.reach()
	if got := f.total(data.Query{Classes: []geo.Class{geo.Managed}}).Items; got != 4 {
		t.Fatalf("%d items are in the managed area", got)
	}
	f.putArea(geo.Residential)
	f.put(visit("crew", 3))
	f.reach()
	if got := f.total(data.Query{Classes: []geo.Class{geo.Managed}}).Items; got != 0 {
		t.Errorf("%d items are still in the managed area", got)
	}
	if got := f.total(data.Query{Classes: []geo.Class{geo.Residential}}).Items; got != 6 {
		t.Errorf("%d items are in the residential one", got)
	}
	check(t, f.live.Read(func(settings *intake.Settings, _ *cube.Cube) error {
		if len(settings.Boundaries) != 2 {
			t.Errorf("the settings have %d boundaries", len(settings.Boundaries))
		}
		return nil
	}))
}

func TestLiveCountsWhatWasThereBeforeIt(t *testing.T) {
	f := follow(t)
	f.settle()
	var batch []data.Pickup
	for n := range 2500 {
		batch = append(batch, visit("crew", n))
	}
	f.put(batch...)
	later := cube.NewLive(f.store, intake.New(f.store), cube.Options{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- later.Run(ctx) }()
	position, err := f.store.Position(t.Context())
	check(t, err)
	check(t, later.Reach(t.Context(), position))
	f.reach()
	check(t, later.Read(func(_ *intake.Settings, c *cube.Cube) error {
		if got := c.Total(data.Query{}).Visits; got != 2500 || f.total(data.Query{}).Visits != 2500 {
			t.Errorf("the one counts %d visits, the other %d", got, f.total(data.Query{}).Visits)
		}
		return nil
	}))
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

func TestReadReturnsTheErrorOfTheLook(t *testing.T) {
	f := follow(t)
	f.settle()
	f.reach()
	want := errors.New("looked away")
	if err := f.live.Read(func(*intake.Settings, *cube.Cube) error { return want }); !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

// TestLiveIsReadWhileItMoves has several goroutines write, change the boundary
// and read: a reader never sees half a pickup, nor fewer than before.
func TestLiveIsReadWhileItMoves(t *testing.T) {
	f := follow(t)
	f.settle()
	f.reach()
	const writers, each = 3, 40
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for n := range each {
				if _, refused, err := f.door.PutPickups(t.Context(), []data.Pickup{visit(fmt.Sprint("crew ", w), n)}); err != nil || len(refused) > 0 {
					t.Error(err, refused)
				}
			}
		})
	}
	writing.Go(func() {
		at := centre.Orb()
		ring := orb.Bound{Min: at, Max: at}.Pad(0.02).ToRing()
		for i := range 5 {
			area := geo.Area{ID: "m", Class: geo.Classes()[i%3], Shape: orb.MultiPolygon{{ring}}}
			if _, err := intake.New(f.store).PutBoundary(t.Context(), 17_000, nil, []geo.Area{area}); err != nil {
				t.Error(err)
			}
		}
	})
	done := make(chan struct{})
	for range 3 {
		reading.Go(func() {
			last := int64(0)
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := f.live.Read(func(_ *intake.Settings, c *cube.Cube) error {
					total := c.Total(data.Query{})
					byClass := int64(0)
					for _, row := range c.Counts(data.Query{}, cube.Split{By: []data.Dimension{data.ByClass}}) {
						byClass += row.Items
					}
					if total.Items != 2*total.Visits || byClass != total.Items || total.Visits < last {
						return fmt.Errorf("%+v, %d by class, after %d visits", total, byClass, last)
					}
					last = total.Visits
					return nil
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
	f.reach()
	close(done)
	reading.Wait()
	if got := f.total(data.Query{}).Visits; got != writers*each {
		t.Errorf("it counts %d visits of %d", got, writers*each)
	}
}

func TestReachEndsWithItsContext(t *testing.T) {
	f := follow(t)
	f.settle()
	f.reach()
	position, err := f.store.Position(t.Context())
	check(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := f.live.Reach(ctx, position+1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a position that is not there was reached: %v", err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	f := follow(t)
	f.stop()
	if err := <-f.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

// interrupted is a store in which something happens just before visits are read.
type interrupted struct {
	data.Store
	once   sync.Once
	before func()
}

func (i *interrupted) Visits(ctx context.Context) (int64, iter.Seq2[[]data.Visit, error], error) {
	i.once.Do(i.before)
	return i.Store.Visits(ctx)
}

// An incident that comes in while a cube is loaded is in the set all the same.
func TestAnIncidentDuringTheLoadIsThere(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "town.db"))
	check(t, err)
	defer store.Close()
	door := intake.New(store)
	_, err = door.PutScheme(t.Context(), sample.SchemeText())
	check(t, err)
	put := func(ref string) {
		incident := data.Incident{Key: data.Key{Source: "line", Ref: ref}, Received: data.DayOf(18_010, time.UTC), Category: data.Harm}
		if _, refused, err := door.PutIncidents(t.Context(), []data.Incident{incident}); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
	}
	live := cube.NewLive(&interrupted{Store: store, before: func() { put("during") }}, intake.New(store), cube.Options{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- live.Run(ctx) }()
	for n, ref := range []string{"", "after"} {
		if ref != "" {
			put(ref)
		}
		position, err := store.Position(ctx)
		check(t, err)
		check(t, live.Reach(ctx, max(position, 1)))
		now, err := live.Now()
		check(t, err)
		if got := len(now.Incidents.Latest(incidents.Query{}, nil, 10)); got != n+1 {
			t.Errorf("%d incidents, want %d", got, n+1)
		}
	}
	stop()
	<-ended
}
