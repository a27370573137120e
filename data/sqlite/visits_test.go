package sqlite

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"commonground/data"
)

// fewVisits are enough for some batches of each reader.
const fewVisits = 10 * visitsAtOnce

func TestAnyNumberOfViewsShareOutTheVisits(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	withScheme(t, s)
	for size := 0; size < fewVisits; size = size*3 + 1 {
		for n := 1; n <= 6; n++ {
			views, err := s.views(t.Context(), "test", n)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[time.Time]int{}
			err = readVisits(views, func(batch []data.Visit) bool {
				for _, visit := range batch {
					seen[visit.At.At]++
				}
				return true
			})
			endAll(views)
			if err != nil || len(views) != n || len(seen) != size {
				t.Errorf("%d of %d views: %d different visits (%v), want %d", len(views), n, len(seen), err, size)
			}
		}
		if _, err := s.PutPickups(t.Context(), 1, cityPickups(2*size+1, size)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestViewsAreOfOneStateWhileAnotherWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s, other := openFile(t, path), openFile(t, path)
	withScheme(t, s)
	ended := make(chan error, 1)
	go func() {
		var err error
		for i := 0; i < 300 && err == nil; i++ {
			_, err = other.PutPickups(t.Context(), 1, cityPickups(1, i))
		}
		ended <- err
	}()
	for len(ended) == 0 {
		views, err := s.views(t.Context(), "test", 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range views {
			var n int64
			if err := v.tx.QueryRow(`SELECT count(*) + 1 FROM pickup`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n != views[0].position || v.position != n {
				t.Errorf("a view at %d shows position %d, the first one is at %d", v.position, n, views[0].position)
			}
		}
		endAll(views)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	checkNothingHeld(t, s)
}

func TestHoweverVisitsEndNothingIsHeld(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	withScheme(t, s)
	if _, err := s.PutPickups(t.Context(), 1, cityPickups(fewVisits, 0)); err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	for stopAfter := range fewVisits/visitsAtOnce + 2 {
		if err := rangeVisits(t.Context(), t, s, func(n int) bool { return n < stopAfter }); err != nil {
			t.Error(err)
		}
	}
	for cancelAfter := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		if err := rangeVisits(ctx, t, s, func(n int) bool {
			if n == cancelAfter {
				cancel()
			}
			return true
		}); err == nil {
			t.Errorf("no error after %d batches and the end of the context", cancelAfter)
		}
		cancel()
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, _, err := s.Visits(ctx); err != nil { // never ranged over
		t.Fatal(err)
	}
	cancel()
	checkNothingHeld(t, s)
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("there are %d goroutines, before there were %d", runtime.NumGoroutine(), before)
}

func TestIdsThatNoPickupHasMakeNoBatch(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	withScheme(t, s)
	if _, err := s.PutPickups(t.Context(), 1, cityPickups(fewVisits, 0)); err != nil {
		t.Fatal(err)
	}
	const last = 10
	if _, err := s.writer.Exec(`
		DELETE FROM change;
		DELETE FROM pickup WHERE id <= ?`, fewVisits-last); err != nil {
		t.Fatal(err)
	}
	_, all, err := s.Visits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for batch, err := range all {
		if err != nil || len(batch) != last {
			t.Errorf("a batch has %d visits (%v), want %d", len(batch), err, last)
		}
		n++
	}
	if n != 1 {
		t.Errorf("there are %d batches, want one", n)
	}
}

func TestVisitsThatCannotBeReadEndWithThatError(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	withScheme(t, s)
	if _, err := s.PutPickups(t.Context(), 1, cityPickups(fewVisits, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.writer.Exec(`UPDATE pickup SET found = '{"needle"' WHERE id = ?`, fewVisits); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		err := rangeVisits(t.Context(), t, s, func(int) bool { return true })
		if err == nil || !strings.HasPrefix(err.Error(), "sqlite: read visits: quantities") {
			t.Errorf("error is %v, want that of the quantities", err)
		}
	}
	checkNothingHeld(t, s)
}

// rangeVisits ranges over all batches until more, asked first and after each
// with the number of those that came, says false after one. It returns the
// error that came, after which nothing must.
func rangeVisits(ctx context.Context, t *testing.T, s *Store, more func(n int) bool) (last error) {
	t.Helper()
	_, all, err := s.Visits(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	more(n)
	for _, err := range all {
		if last != nil {
			t.Fatal("an error was not the last")
		}
		if last = err; err != nil {
			continue
		}
		if n++; !more(n) {
			break
		}
	}
	return last
}

// checkNothingHeld waits until the store reads with no connection but the one
// that watches.
func checkNothingHeld(t *testing.T, s *Store) {
	t.Helper()
	for range 100 {
		if s.reader.Stats().InUse == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d connections are in use, want 1", s.reader.Stats().InUse)
}

var benchmarkVisits = flag.Int("visits", 1_000_000, "how many visits BenchmarkVisits reads; with -short a hundredth")

func BenchmarkVisits(b *testing.B) {
	size := *benchmarkVisits
	if testing.Short() {
		size /= 100
	}
	s, err := open(b.Context(), filepath.Join(b.TempDir(), "records.db"), "off")
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	withScheme(b, s)
	const atOnce = 10_000
	for first := 0; first < size; first += atOnce {
		if _, err := s.PutPickups(b.Context(), 1, cityPickups(min(atOnce, size-first), first)); err != nil {
			b.Fatal(err)
		}
	}
	for readers := 1; readers <= runtime.GOMAXPROCS(0); readers *= 2 {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) { benchmarkVisitsOf(b, s, readers, size) })
	}
}

func benchmarkVisitsOf(b *testing.B, s *Store, readers, size int) {
	b.ReportAllocs()
	for b.Loop() {
		views, err := s.views(b.Context(), "benchmark", readers)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		err = readVisits(views, func(batch []data.Visit) bool {
			n += len(batch)
			return true
		})
		endAll(views)
		if err != nil || n != size {
			b.Fatalf("%d visits (%v), want %d", n, err, size)
		}
	}
	b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "rows/s")
}
