package imports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"commonground/data"
	"commonground/data/intake"
)

// maxBegun is how often an import may take the server down with it before it is
// not tried any more.
const maxBegun = 5

// Errors that end an import between two batches.
var (
	errCancelled = errors.New("imports: cancelled")
	errStopping  = errors.New("imports: the server stops")
)

// Run imports what was started, one after the other, and deletes what is too
// old, until ctx ends. The batch under way is stored first; what is not done
// goes on when the folder is opened again.
func (j *Jobs) Run(ctx context.Context) {
	defer close(j.stopped)
	hourly := time.NewTicker(time.Hour)
	defer hourly.Stop()
	j.sweep()
	for ctx.Err() == nil {
		if next := j.next(); next != nil {
			j.run(ctx, next)
			continue
		}
		select {
		case <-ctx.Done():
		case <-j.wake:
		case <-hourly.C:
			j.sweep()
		}
	}
}

func (j *Jobs) sweep() {
	if err := j.Sweep(); err != nil {
		j.Log.Error("old uploads can't be deleted", "error", err)
	}
}

// next returns the import that has waited longest, now running, or nil.
func (j *Jobs) next() *job {
	j.mu.Lock()
	defer j.mu.Unlock()
	var first *job
	for _, one := range j.jobs {
		if one.State == Waiting && (first == nil || cmp.Or(one.Queued.Compare(first.Queued), cmp.Compare(one.ID, first.ID)) < 0) {
			first = one
		}
	}
	if first == nil {
		return nil
	}
	first.State, first.cancel = Running, false
	first.Begun++
	first.Summary, first.First = intake.Summary{}, nil
	return first
}

// run imports one file.
func (j *Jobs) run(ctx context.Context, of *job) {
	summary, err := j.importFile(ctx, of)
	j.mu.Lock()
	defer j.mu.Unlock()
	of.tell(summary)
	switch {
	case errors.Is(err, errStopping):
		of.Begun = 0
		j.keepOrLog(of.record) // still running: it goes on at the next start
		of.State = Waiting
		return
	case errors.Is(err, errCancelled):
		of.State = Cancelled
	case err != nil:
		of.State, of.Error = Failed, sentence(err, of.Rows)
		if !isOfFile(err) {
			j.Log.Error("an import failed", "id", of.ID, "after rows", of.Rows, "error", err)
		}
	default:
		of.State, of.Read = Done, of.Bytes
	}
	of.Ended = j.Now()
	j.keepOrLog(of.record)
}

// keepOrLog keeps what an import came to. Where that fails it runs again at the
// next start, which is harmless.
func (j *Jobs) keepOrLog(r record) {
	if err := j.keep(r); err != nil {
		j.Log.Error("the state of an import can't be kept", "id", r.ID, "error", err)
	}
}

// tell puts what became of the rows into the import: those added before a crash
// come back as unchanged, and are told as added.
func (of *job) tell(s intake.Summary) {
	again := min(of.Before, s.Unchanged)
	s.Added, s.Unchanged = s.Added+again, s.Unchanged-again
	of.Summary = s
	of.Notes = slices.Clone(s.Notes)
	for i, note := range of.Notes {
		of.Notes[i] = intake.WithoutFlags(note)
	}
}

// importFile reads an upload through the door.
func (j *Jobs) importFile(ctx context.Context, of *job) (summary intake.Summary, err error) {
	r := of.record // only what does not change while it runs is read of it
	if r.Begun > maxBegun {
		return summary, Refusal("the server ended several times while it read this file, so it is not tried again; tell whoever runs this server")
	}
	if err := j.keep(r); err != nil {
		return summary, err
	}
	file, err := os.Open(j.path(r.ID, uploadFile))
	if err != nil {
		return summary, err
	}
	defer file.Close()
	refused, err := newRefusals(j.path(r.ID, string(RefusedRows)), j.path(r.ID, string(Reasons)))
	if err != nil {
		return summary, err
	}
	upload := &counted{Reader: file, goesOn: func() error { return j.goesOn(ctx, of) }}
	options := r.Options.reading()
	options.Refused, options.Refusal = refused.rows, refused.note
	options.Batch = func(s intake.Summary) error {
		return errors.Join(refused.flush(), j.told(ctx, of, s, upload.read.Load(), refused.first))
	}
	summary, err = j.read(ctx, r.Sort, upload, options)
	return summary, errors.Join(ofDisk(err), refused.close())
}

// read reads a file of a sort. What a broken file does to its reader must not
// end the server.
func (j *Jobs) read(ctx context.Context, sort data.Sort, file io.Reader, options intake.Options) (summary intake.Summary, err error) {
	told, last := options.Batch, intake.Summary{}
	options.Batch = func(s intake.Summary) error { last = s; return told(s) }
	defer func() {
		if broken := recover(); broken != nil {
			summary = last
			err = &panicked{what: fmt.Sprint(broken), stack: string(debug.Stack())}
		}
	}()
	through := j.Door.Pickups
	if sort == data.IncidentSort {
		through = j.Door.Incidents
	}
	// A batch that was begun is stored to its end.
	return through(context.WithoutCancel(ctx), file, options)
}

// goesOn returns an error where an import is to end.
func (j *Jobs) goesOn(ctx context.Context, of *job) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case of.cancel:
		return errCancelled
	case ctx.Err() != nil:
		return errStopping
	}
	return nil
}

// told takes note of what became of the rows so far, and keeps it.
func (j *Jobs) told(ctx context.Context, of *job, s intake.Summary, read int64, first []string) error {
	j.mu.Lock()
	of.tell(s)
	of.Read, of.First = read, slices.Clone(first)
	now := of.record
	j.mu.Unlock()
	if err := j.keep(now); err != nil {
		return err
	}
	return j.goesOn(ctx, of)
}

// counted is an upload being read, which tells how far and ends when asked to.
type counted struct {
	io.Reader
	read   atomic.Int64
	goesOn func() error
}

// Read reads, or returns why the import ends.
func (c *counted) Read(buffer []byte) (int, error) {
	if err := c.goesOn(); err != nil {
		return 0, err
	}
	n, err := c.Reader.Read(buffer)
	c.read.Add(int64(n))
	return n, err
}

// panicked is a fault of ours in reading a file.
type panicked struct{ what, stack string }

// Error returns what happened and where.
func (p *panicked) Error() string { return p.what + "\n" + p.stack }

// isOfFile reports whether an error is about the file, and can be told to its
// sender as it is; it may hold what stands in the file.
func isOfFile(err error) bool {
	var path *os.PathError
	var broken *panicked
	return !errors.Is(err, intake.ErrNotStored) && !errors.Is(err, ErrDisk) && !errors.As(err, &path) && !errors.As(err, &broken)
}

// sentence tells a sender why their import failed.
func sentence(err error, rows int) string {
	done := fmt.Sprintf("the first %d rows are done; start it again later, and no row is put in twice", rows)
	switch {
	case isOfFile(err):
		return short(intake.WithoutFlags(err.Error()))
	case errors.Is(err, ErrDisk):
		return "the server's disk is full or fails; tell whoever runs this server; " + done
	case errors.Is(err, intake.ErrNotStored):
		return "the store could not take the next rows, and nothing of them is in; tell whoever runs this server; " + done
	}
	return "something went wrong here in reading the file; tell whoever runs this server; " + done
}

// short is a text of no more than a few lines, for a file can have many columns.
func short(text string) string {
	const most = 2000
	if len(text) <= most {
		return text
	}
	cut := most
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strings.TrimSpace(text[:cut]) + " …"
}
