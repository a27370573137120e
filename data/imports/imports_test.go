package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
)

// desk is a folder of imports over a store of its own, with a clock that is set.
type desk struct {
	*Jobs
	t     *testing.T
	now   clock
	store *sqlite.Store
	end   func()
}

// clock shows what it is set to.
type clock struct{ ms atomic.Int64 }

func (c *clock) set(t time.Time) { c.ms.Store(t.UnixMilli()) }
func (c *clock) time() time.Time { return time.UnixMilli(c.ms.Load()).UTC() }

// faulty is a real store that fails when it is told to.
type faulty struct {
	*sqlite.Store
	fault func(batch []data.Pickup) error
}

func (f faulty) PutPickups(ctx context.Context, revision int64, batch []data.Pickup) ([]data.Receipt, error) {
	if err := f.fault(batch); err != nil {
		return nil, err
	}
	return f.Store.PutPickups(ctx, revision, batch)
}

func newDesk(t *testing.T, fault func([]data.Pickup) error) *desk {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	d := &desk{t: t, store: store}
	d.now.set(time.Now().Truncate(time.Second))
	door := intake.New(faulty{store, fault})
	_, err = door.PutScheme(t.Context(), sample.SchemeText())
	check(t, err)
	d.open(filepath.Join(t.TempDir(), "uploads"), door)
	t.Cleanup(func() { d.stop() })
	return d
}

func sound([]data.Pickup) error { return nil }

// open opens the folder and begins the work.
func (d *desk) open(folder string, door *intake.Door) {
	d.t.Helper()
	jobs, err := Open(Config{Folder: folder, Door: door, Now: d.now.time, Log: slog.New(slog.NewTextHandler(d.t.Output(), nil))})
	check(d.t, err)
	d.Jobs = jobs
	d.start()
}

func (d *desk) start() {
	ctx, stop := context.WithCancel(context.Background())
	jobs := d.Jobs
	go jobs.Run(ctx)
	d.end = func() { stop(); <-jobs.Stopped() }
}

// stop ends the work as a server that is told to stop, once.
func (d *desk) stop() {
	d.end()
	_ = d.Close() // it may be closed already
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) receive(content string) Import {
	d.t.Helper()
	i, err := d.Receive("me", "a.csv", data.PickupSort, strings.NewReader(content))
	check(d.t, err)
	return i
}

// ended waits for an import's end.
func (d *desk) ended(id string) Import {
	d.t.Helper()
	for range 6000 {
		i, err := d.Find("me", id)
		check(d.t, err)
		if i.State.Ended() {
			return i
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.t.Fatal("it does not end")
	return Import{}
}

func (d *desk) stored() (visits int) {
	d.t.Helper()
	_, all, err := d.store.Pickups(d.t.Context())
	check(d.t, err)
	for _, err := range all {
		check(d.t, err)
		visits++
	}
	return visits
}

// file is one of pickups without references, of which every two say the same.
func file(rows int) string {
	var b strings.Builder
	b.WriteString("date,lon,lat,needle\n")
	for n := range rows {
		fmt.Fprintf(&b, "2026-11-01,-2.42%04d,54.72,1\n", n/2)
	}
	return b.String()
}

func TestUploadsAreDeletedAfterSevenDaysByTheClock(t *testing.T) {
	d := newDesk(t, sound)
	i := d.receive("date,lon,lat,needle\nyesterday,,,1\n")
	_, err := d.Start("me", i.ID, Options{})
	check(t, err)
	if i = d.ended(i.ID); i.Refused != 1 {
		t.Fatalf("%+v", i)
	}
	for _, name := range []string{uploadFile, stateFile, string(RefusedRows), string(Reasons)} {
		if info, err := os.Stat(d.path(i.ID, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	d.now.set(i.Created.Add(7*24*time.Hour - time.Second))
	check(t, d.Sweep())
	if _, err := d.Find("me", i.ID); err != nil {
		t.Error("gone a second before its time")
	}
	d.now.set(i.Created.Add(7 * 24 * time.Hour))
	if _, err := d.Find("me", i.ID); !errors.Is(err, ErrNone) || len(d.List("me")) > 0 {
		t.Error("there after its time, before the sweep")
	}
	check(t, d.Sweep())
	if _, err := os.Stat(filepath.Join(d.Folder, i.ID)); !os.IsNotExist(err) {
		t.Errorf("its folder is there: %v", err)
	}
}

func TestWhatNeverCameWholeIsDeletedAtTheNextStartAndNothingElse(t *testing.T) {
	d := newDesk(t, sound)
	whole := d.receive("x\n")
	d.stop()
	half, broken, other := filepath.Join(d.Folder, strings.Repeat("a", 26)), filepath.Join(d.Folder, strings.Repeat("b", 26)), filepath.Join(d.Folder, "my notes")
	for _, folder := range []string{half, broken, other} {
		check(t, os.Mkdir(folder, 0o700))
		check(t, os.WriteFile(filepath.Join(folder, uploadFile), []byte("x"), 0o600))
	}
	check(t, os.WriteFile(filepath.Join(broken, stateFile), []byte(`{"ID":"../x"}`), 0o600))
	d.open(d.Folder, d.Door)
	for folder, there := range map[string]bool{half: false, broken: true, other: true} {
		if _, err := os.Stat(folder); (err == nil) != there {
			t.Errorf("%s: %v", folder, err)
		}
	}
	if _, err := d.Find("me", whole.ID); err != nil {
		t.Errorf("what came whole: %v", err)
	}
	d.stop()
	d.now.set(d.now.time().Add(8 * 24 * time.Hour))
	d.open(d.Folder, d.Door)
	if _, err := os.Stat(broken); err == nil {
		t.Error("an upload without a state is kept for good")
	}
}

func TestAFolderIsOfOneServer(t *testing.T) {
	d := newDesk(t, sound)
	if _, err := Open(d.Config); !errors.Is(err, ErrTaken) {
		t.Errorf("opened twice: %v", err)
	}
}

type broken struct{ io.Reader }

func (b broken) Read(buffer []byte) (int, error) {
	n, err := b.Reader.Read(buffer)
	if errors.Is(err, io.EOF) {
		err = errors.New("the line broke")
	}
	return n, err
}

func TestAnUploadThatBreaksOrIsTooLargeLeavesNothing(t *testing.T) {
	d := newDesk(t, sound)
	if _, err := d.Receive("me", "a", data.PickupSort, broken{strings.NewReader("half a file")}); err == nil {
		t.Error("received half a file")
	}
	in := &incoming{jobs: d.Jobs, owner: "me", bytes: MaxBytes}
	if err := in.count(1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a byte too many: %v", err)
	}
	one := d.receive("x\n")
	d.jobs[one.ID].Bytes = maxOwnBytes - 3
	var refusal Refusal
	if _, err := d.Receive("me", "a", data.PickupSort, strings.NewReader("1234")); !errors.As(err, &refusal) {
		t.Errorf("more than a sender may have: %v", err)
	}
	if _, err := d.Receive("you", "a", data.PickupSort, strings.NewReader("1234")); err != nil {
		t.Errorf("another's: %v", err)
	}
	if _, err := d.Receive("me", "a", data.PickupSort, strings.NewReader("123")); err != nil {
		t.Errorf("just as much as a sender may have: %v", err)
	}
	if list, err := os.ReadDir(d.Folder); err != nil || len(list) != 4 || len(d.arriving) > 0 {
		t.Errorf("%d in the folder, %v, arriving %v", len(list), err, d.arriving)
	}
}

// What a crash leaves: the state of the last batch that was kept, and a store
// that may have one batch more.
func TestAnImportThatRanWhenTheServerEndedStartsAgainAndTellsTheWhole(t *testing.T) {
	for _, ahead := range []int{0, 1000} {
		t.Run(fmt.Sprint(ahead), func(t *testing.T) {
			d := newDesk(t, sound)
			i := d.receive(file(5000))
			d.stop()
			lines := strings.SplitAfter(file(5000), "\n")
			_, err := d.Door.Pickups(t.Context(), strings.NewReader(strings.Join(lines[:1+2000+ahead], "")), intake.Options{})
			check(t, err)
			r := d.jobs[i.ID].record
			r.State, r.Queued, r.Begun, r.Summary = Running, d.now.time(), 1, intake.Summary{Rows: 2000, Added: 2000}
			check(t, d.keep(r))
			d.open(d.Folder, d.Door)
			got := d.ended(i.ID)
			if got.State != Done || got.Rows != 5000 || got.Added != 5000-ahead || got.Unchanged != ahead || d.stored() != 5000 {
				t.Errorf("%+v, stored %d", got, d.stored())
			}
		})
	}
}

func TestAServerThatStopsGoesOnAtTheNextStart(t *testing.T) {
	reached, once := make(chan struct{}), false
	d := newDesk(t, func(batch []data.Pickup) error {
		if !once && strings.HasSuffix(batch[0].Ref, "-1") && len(batch) == 1000 {
			once = true
			close(reached)
			time.Sleep(50 * time.Millisecond)
		}
		return nil
	})
	i := d.receive(file(20_000))
	_, err := d.Start("me", i.ID, Options{})
	check(t, err)
	<-reached
	d.stop()
	if n := d.stored(); n == 0 || n == 20_000 || n%1000 != 0 {
		t.Fatalf("%d rows are in", n)
	}
	text, err := os.ReadFile(d.path(i.ID, stateFile))
	check(t, err)
	var r record
	check(t, json.Unmarshal(text, &r))
	if r.State != Running || r.Added != d.stored() || r.Begun != 0 {
		t.Errorf("kept: %+v", r)
	}
	d.open(d.Folder, d.Door)
	if got := d.ended(i.ID); got.State != Done || got.Added != 20_000 || got.Unchanged != 0 || d.stored() != 20_000 {
		t.Errorf("%+v, stored %d", got, d.stored())
	}
}

func TestFaultsEndAnImportWithASentenceAndTheServerGoesOn(t *testing.T) {
	secret := errors.New("SQL logic error near row of A. Person")
	for name, fault := range map[string]func() error{
		"the store fails":  func() error { return secret },
		"a fault of ours":  func() error { panic("A. Person") },
		"the disk is full": func() error { return ErrDisk },
	} {
		t.Run(name, func(t *testing.T) {
			batches, fails := 0, true
			d := newDesk(t, func([]data.Pickup) error {
				if batches++; batches == 3 && fails {
					return fault()
				}
				return nil
			})
			i := d.receive(file(5000))
			_, err := d.Start("me", i.ID, Options{})
			check(t, err)
			got := d.ended(i.ID)
			if got.State != Failed || got.Rows != 2000 || got.Added != 2000 || d.stored() != 2000 || !strings.Contains(got.Error, "the first 2000 rows are done") || strings.Contains(got.Error, "Person") {
				t.Errorf("%+v, stored %d", got, d.stored())
			}
			fails = false
			_, err = d.Start("me", i.ID, Options{})
			check(t, err)
			if got = d.ended(i.ID); got.State != Done || got.Added != 3000 || got.Unchanged != 2000 || got.Error != "" || d.stored() != 5000 {
				t.Errorf("again: %+v", got)
			}
		})
	}
}

func TestAFileThatTakesTheServerDownIsNotTriedForEver(t *testing.T) {
	d := newDesk(t, sound)
	i := d.receive(file(10))
	d.stop()
	r := d.jobs[i.ID].record
	r.State, r.Begun = Running, maxBegun
	check(t, d.keep(r))
	d.open(d.Folder, d.Door)
	if got := d.ended(i.ID); got.State != Failed || !strings.Contains(got.Error, "not tried again") || d.stored() != 0 {
		t.Errorf("%+v", got)
	}
}
