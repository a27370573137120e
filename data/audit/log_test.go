package audit_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"commonground/data/audit"
)

func TestEntriesComeBackInTheirOrderAsTheyWere(t *testing.T) {
	k := newKept(t, ourKey)
	log := k.open(t, 0)
	local := look(3)
	local.At, local.Why = morning.In(time.FixedZone("", 3600)).Add(1234567), "\xff?"
	for _, e := range []audit.Entry{look(1), look(2), local} {
		if err := log.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	local.At, local.Why = morning.Add(time.Millisecond), "\ufffd?"
	entries := k.all(t)
	if len(entries) != 4 || entries[0].Action != audit.Begin || !entries[0].At.Equal(look(1).At) {
		t.Fatalf("%+v", entries)
	}
	for i, want := range []audit.Entry{look(1), look(2), local} {
		want.Number = int64(i + 2)
		if entries[i+1].Entry != want {
			t.Errorf("entry %+v, want %+v", entries[i+1].Entry, want)
		}
	}
}

func TestALogOfManyProcessesAndGoroutinesIsOneChain(t *testing.T) {
	const processes, goroutines, each = 2, 8, 20
	k := newKept(t, ourKey)
	var group sync.WaitGroup
	for p := range processes {
		other := &kept{Store: openStore(t, k.path), path: k.path, heads: k.heads, key: k.key}
		log := other.open(t, 10)
		group.Go(func() {
			var inner sync.WaitGroup
			for g := range goroutines {
				inner.Go(func() {
					for n := range each {
						entry := look(n)
						entry.Who = fmt.Sprintf("key:%d-%d", p, g)
						if err := log.Append(t.Context(), entry); err != nil {
							t.Error(err)
						}
					}
				})
			}
			inner.Wait()
			if err := log.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	const all = 1 + processes*goroutines*each
	if report := k.verify(t); len(report.Faults) != 0 || report.Entries != all || report.Proven != all {
		t.Errorf("%+v", report)
	}
	next := map[string]int64{}
	for _, e := range k.all(t)[1:] {
		if e.Records != next[e.Who] {
			t.Fatalf("%s: entry %d is its look %d, want %d", e.Who, e.Number, e.Records, next[e.Who])
		}
		next[e.Who]++
	}
}

func TestWhatIsNoEntryIsRefused(t *testing.T) {
	k := newKept(t, ourKey)
	log := k.open(t, 0)
	for name, spoil := range map[string]func(*audit.Entry){
		"no time":            func(e *audit.Entry) { e.At = time.Time{} },
		"nobody":             func(e *audit.Entry) { e.Who = "" },
		"no action":          func(e *audit.Entry) { e.Action = "" },
		"an unknown action":  func(e *audit.Entry) { e.Action = "peek" },
		"the log's own word": func(e *audit.Entry) { e.Action = audit.Begin },
	} {
		e := look(1)
		spoil(&e)
		if err := log.Append(t.Context(), e); err == nil {
			t.Errorf("%s: it was appended", name)
		}
	}
	shut(t, log)
	if err := log.Append(t.Context(), look(1)); !errors.Is(err, audit.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	shut(t, log)
	if n := len(k.all(t)); n != 0 {
		t.Errorf("%d entries are there", n)
	}
	if heads, err := os.ReadFile(k.heads); err != nil || len(heads) != 0 {
		t.Errorf("heads of nothing: %s %v", heads, err)
	}
}

func TestAnEntryThatCantBeStoredIsAnError(t *testing.T) {
	for name, spoil := range map[string]func(*testing.T, *kept){
		"the store is closed": func(_ *testing.T, k *kept) { k.Close() },
		"the table is gone":   func(t *testing.T, k *kept) { k.exec(t, `DROP TABLE audit`) },
		"another entry has the number": func(t *testing.T, k *kept) {
			k.exec(t, `CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'full'); END`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := filled(t, ourKey)
			log := k.open(t, 100)
			spoil(t, k)
			if err := log.Append(t.Context(), look(1)); err == nil {
				t.Error("it is said to be durable")
			}
		})
	}
}

func TestAppendWaitsForAnotherWriterAsLongAsItsContext(t *testing.T) {
	k := filled(t, ourKey)
	log := k.open(t, 100)
	ctx, cancel := context.WithCancel(t.Context())
	k.raw(t, func(db *sql.DB) error {
		db.SetMaxOpenConns(1)
		if _, err := db.Exec(`BEGIN IMMEDIATE`); err != nil {
			return err
		}
		appended := make(chan error, 1)
		go func() { appended <- log.Append(ctx, look(1)) }()
		cancel()
		if err := <-appended; !errors.Is(err, context.Canceled) {
			t.Errorf("append: %v", err)
		}
		if err := log.Close(ctx); err == nil {
			t.Error("a head was written while another held the lock")
		}
		_, err := db.Exec(`ROLLBACK`)
		return err
	})
	if report := k.verify(t); len(report.Faults) != 0 {
		t.Errorf("%+v", report)
	}
}

func TestALogIsNotGoneOnWithWhereItMustNotBe(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*testing.T, *kept)
		other bool // whether the error is ErrOtherKey
	}{
		"another key":       {func(_ *testing.T, k *kept) { k.key = otherKey }, true},
		"a short key":       {func(_ *testing.T, k *kept) { k.key = ourKey[1:] }, false},
		"a cut log":         {func(t *testing.T, k *kept) { k.exec(t, `DELETE FROM audit WHERE number > 10`) }, false},
		"an emptied log":    {func(t *testing.T, k *kept) { k.exec(t, `DELETE FROM audit`) }, false},
		"a log begun anew":  {func(t *testing.T, k *kept) { k.put(t, filled(t, ourKey).all(t)...) }, false},
		"another's heads":   {func(t *testing.T, k *kept) { k.heads = filled(t, ourKey).heads }, false},
		"heads of no key":   {func(t *testing.T, k *kept) { k.editHeads(t, func([]string) []string { return []string{"{}\n"} }) }, false},
		"heads in nowhere":  {func(_ *testing.T, k *kept) { k.heads = filepath.Join(k.heads, "heads") }, false},
		"heads in a folder": {func(t *testing.T, k *kept) { k.heads = t.TempDir() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			k := filled(t, ourKey)
			test.spoil(t, k)
			_, err := audit.New(t.Context(), k, audit.Config{Key: k.key, Heads: k.heads, Now: time.Now})
			if err == nil || errors.Is(err, audit.ErrOtherKey) != test.other {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestAChangedEntryStopsNobodyFromLogging(t *testing.T) {
	for _, number := range []int64{1, 9, 14} {
		k := filled(t, ourKey)
		k.exec(t, `UPDATE audit SET why = 'another' WHERE number = ?`, number)
		shut(t, k.open(t, 100))
		if report := k.verify(t); len(report.Faults) != 1 || report.Faults[0].Number != number {
			t.Errorf("entry %d: %+v", number, report.Faults)
		}
	}
}

func TestHeadsThatCantBeWrittenLoseNoEntry(t *testing.T) {
	k := filled(t, ourKey)
	log := k.open(t, 1)
	if err := errors.Join(os.Rename(k.heads, k.heads+".away"), os.Mkdir(k.heads, 0o700)); err != nil {
		t.Fatal(err)
	}
	appendLooks(t, log, 0, 3)
	if err := log.Head(t.Context()); err == nil {
		t.Error("a head was written into a folder")
	}
	if err := errors.Join(os.Remove(k.heads), os.Rename(k.heads+".away", k.heads)); err != nil {
		t.Fatal(err)
	}
	shut(t, log)
	if report := k.verify(t); len(report.Faults) != 0 || report.Proven != 17 {
		t.Errorf("%+v", report)
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, goroutines := range []int{1, 64} {
		b.Run(fmt.Sprintf("goroutines=%d", goroutines), func(b *testing.B) {
			k := newKept(b, ourKey)
			log := k.open(b, 0)
			b.ReportAllocs()
			var group sync.WaitGroup
			turns := make(chan struct{}, goroutines)
			b.ResetTimer()
			for range goroutines {
				group.Go(func() {
					for range turns {
						if err := log.Append(context.Background(), look(1)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for range b.N {
				turns <- struct{}{}
			}
			close(turns)
			group.Wait()
		})
	}
}
