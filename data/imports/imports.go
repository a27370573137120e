// Package imports keeps files of records that were uploaded, and imports them
// one after the other through package intake. What it knows of one is in a
// folder of its own: the upload, its state, and the rows that were refused. So
// it goes on where it was after a crash, whatever the store is.
package imports

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"commonground/data"
	"commonground/data/intake"
)

// Bounds of what is kept.
const (
	// MaxBytes is how large a file may be.
	MaxBytes = 1 << 30
	// maxOwnBytes is how much one sender's uploads may have in all.
	maxOwnBytes = 4 << 30
	// maxOwn is how many imports of one sender may have no end yet.
	maxOwn = 20
	// keptFor is how long an upload and its refusals are kept.
	keptFor = 7 * 24 * time.Hour
	// maxName is how many characters of a file's name are kept.
	maxName = 200
	// listed is how many refusals are told with the import itself.
	listed = 10
)

// ErrNone says that there is no such import of that sender, or not any more.
var ErrNone = errors.New("imports: there is no such import")

// ErrTooLarge says that a file has more than MaxBytes.
var ErrTooLarge = errors.New("imports: a file may have 1 GiB at most; send it in parts, or packed with gzip")

// ErrDisk says that the disk can't take any more.
var ErrDisk = errors.New("imports: the server's disk is full, or fails")

// ErrTaken says that another process has the folder.
var ErrTaken = errors.New("imports: another server has this folder of uploads")

// Refusal is what a sender can mend, as a sentence.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// State is where an import stands.
type State string

// The states, in their order; the last three are ends.
const (
	Uploaded  State = "uploaded"
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Ended reports whether a state is an end.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Import is a file that was uploaded, and what became of it.
type Import struct {
	ID string
	// Owner is who sent it: the only one who sees it.
	Owner string
	// Name is the file's, as the sender calls it, with nothing in it that does not
	// print. It is text for people, and never a path.
	Name  string
	Sort  data.Sort
	State State
	// Bytes is the size of the file, Read how many of them were read.
	Bytes, Read int64
	// Summary is of the whole file, also where a crash was in between: rows that
	// were added before it are told as added. Of the batch in which it fell, some
	// may be told as unchanged that were added.
	intake.Summary
	// First are the first refusals, as sentences.
	First []string
	// Error is a sentence for the sender where it failed.
	Error string
	// Created is when the file had come, Ended when the import ended.
	Created, Ended time.Time
}

// Expires is when upload and refusals are deleted.
func (i Import) Expires() time.Time { return i.Created.Add(keptFor) }

// Options say how to read a file; they are as in intake.Options.
type Options struct {
	Map                    map[string]string
	Source, Kind, Category string
	Sheet, Layer, CRS      string
	Dates                  intake.DateOrder
}

func (o Options) reading() intake.Options {
	return intake.Options{
		Map: o.Map, Source: o.Source, Kind: o.Kind, Category: o.Category, Dates: o.Dates,
		Sheet: o.Sheet, Layer: o.Layer, CRS: o.CRS,
	}
}

// Config is what Jobs work with.
type Config struct {
	// Folder is where uploads are kept. It is made where there is none, and is for
	// its owner only. Required.
	Folder string
	// Door is where the records go in. Required.
	Door *intake.Door
	// Now is the clock. Required.
	Now func() time.Time
	// Log is told of faults of the server's, never of content. Required.
	Log *slog.Logger
}

// Jobs are the imports of one folder. Any number of goroutines may use them, but
// one process alone.
type Jobs struct {
	Config
	lock    *os.File
	wake    chan struct{} // something may wait
	stopped chan struct{} // closed when Run has returned

	mu       sync.Mutex
	jobs     map[string]*job
	arriving map[string]arriving // by owner
}

// job is an import with what the worker needs.
type job struct {
	record
	cancel bool
}

// Open returns the imports of a folder. What never came whole is deleted, and
// what ran when the last process ended waits to run again, from the beginning.
// ErrTaken where another process has the folder. Run does the work; Close after
// use.
func Open(config Config) (*Jobs, error) {
	j := &Jobs{
		Config: config, wake: make(chan struct{}, 1), stopped: make(chan struct{}),
		jobs: map[string]*job{}, arriving: map[string]arriving{},
	}
	if err := j.openFolder(); err != nil {
		return nil, err
	}
	if err := j.load(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// Close leaves the folder to others. Run must have returned.
func (j *Jobs) Close() error { return j.lock.Close() }

// Stopped is closed when Run has returned: nothing changes from then on.
func (j *Jobs) Stopped() <-chan struct{} { return j.stopped }

// find returns a sender's import; mu is held.
func (j *Jobs) find(owner, id string) (*job, error) {
	found := j.jobs[id]
	if found == nil || found.Owner != owner || j.expired(found) {
		return nil, ErrNone
	}
	return found, nil
}

// expired reports whether an import's time is over; what runs or waits ends
// first.
func (j *Jobs) expired(of *job) bool {
	return of.State != Waiting && of.State != Running && !j.Now().Before(of.Expires())
}

// Find returns a sender's import, or ErrNone.
func (j *Jobs) Find(owner, id string) (Import, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	found, err := j.find(owner, id)
	if err != nil {
		return Import{}, err
	}
	return found.Import, nil
}

// List returns a sender's imports, the latest first.
func (j *Jobs) List(owner string) []Import {
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []Import
	for _, one := range j.jobs {
		if one.Owner == owner && !j.expired(one) {
			list = append(list, one.Import)
		}
	}
	slices.SortFunc(list, func(a, b Import) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// First returns up to limit rows of a sender's import as they would be read.
// Nothing is stored.
func (j *Jobs) First(ctx context.Context, owner, id string, options Options, limit int) (intake.FirstRows, error) {
	found, err := j.Find(owner, id)
	if err != nil {
		return intake.FirstRows{}, err
	}
	file, err := os.Open(j.path(id, uploadFile))
	if err != nil {
		return intake.FirstRows{}, err
	}
	defer file.Close()
	read := j.Door.FirstPickups
	if found.Sort == data.IncidentSort {
		read = j.Door.FirstIncidents
	}
	first, err := read(ctx, file, options.reading(), limit)
	if err != nil && isOfFile(err) {
		return first, intake.Refusal{Reason: short(intake.WithoutFlags(err.Error()))}
	}
	first.Problem = intake.WithoutFlags(first.Problem)
	for _, row := range first.Rows {
		if row.Refusal != nil {
			row.Refusal.Reason = intake.WithoutFlags(row.Refusal.Reason)
		}
	}
	return first, err
}

// Start has a sender's import run when those before it have ended. One that
// failed or was cancelled can be started again.
func (j *Jobs) Start(owner, id string, options Options) (Import, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	found, err := j.find(owner, id)
	if err != nil {
		return Import{}, err
	}
	switch found.State {
	case Waiting, Running:
		return Import{}, Refusal("it was started already")
	case Done:
		return Import{}, Refusal("it is done; send the file again to import it in another way")
	}
	next := record{Import: found.Import, Options: options, Queued: j.Now()}
	next.State, next.Read, next.Summary, next.First, next.Error, next.Ended = Waiting, 0, intake.Summary{}, nil, "", time.Time{}
	if err := j.keep(next); err != nil {
		return Import{}, err
	}
	found.record, found.cancel = next, false
	j.rouse()
	return found.Import, nil
}

// rouse has the worker look for something to do.
func (j *Jobs) rouse() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// Delete cancels a sender's import where it waits or runs, which stops it between
// two batches, and otherwise deletes it, with upload and refusals. It returns the
// import that is left, or false.
func (j *Jobs) Delete(owner, id string) (Import, bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	found, err := j.find(owner, id)
	if err != nil {
		return Import{}, false, err
	}
	switch found.State {
	case Running:
		found.cancel = true
		return found.Import, true, nil
	case Waiting:
		next := found.record
		next.State, next.Ended = Cancelled, j.Now()
		if err := j.keep(next); err != nil {
			return Import{}, false, err
		}
		found.record = next
		return found.Import, true, nil
	}
	return Import{}, false, j.remove(id)
}

// Which names a file about what was refused.
type Which string

// The files.
const (
	// RefusedRows are the rows as they came.
	RefusedRows Which = "refused.csv"
	// Reasons say why each was refused.
	Reasons Which = "reasons.csv"
)

// Refused opens a file about the rows that were refused of a sender's import,
// once it has ended. ErrNone where none were. Close it after use.
func (j *Jobs) Refused(owner, id string, which Which) (io.ReadCloser, error) {
	found, err := j.Find(owner, id)
	switch {
	case err != nil:
		return nil, err
	case !found.State.Ended():
		return nil, Refusal("what was refused can be had when the import has ended")
	case found.Refused == 0:
		return nil, ErrNone
	}
	file, err := os.Open(j.path(id, string(which)))
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNone
	}
	return file, err
}

// Sweep deletes what is older than it may be.
func (j *Jobs) Sweep() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var errs []error
	for id, one := range j.jobs {
		if j.expired(one) {
			errs = append(errs, j.remove(id))
		}
	}
	return errors.Join(errs...)
}
