package sqlite

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

const (
	// mostVisitReaders is how many connections read visits at once, at most.
	// Each has a page cache of its own.
	mostVisitReaders = 4
	// visitsAtOnce is how many ids a query reads, and so how many visits come
	// in a batch at most.
	visitsAtOnce = 1024
)

// Visits yields every pickup as a Visit. Up to four connections, no more than
// GOMAXPROCS, read some ids after the others. Until the sequence was ranged
// over or ctx ends, the view keeps them.
func (s *Store) Visits(ctx context.Context) (int64, iter.Seq2[[]data.Visit, error], error) {
	views, err := s.views(ctx, "read visits", min(runtime.GOMAXPROCS(0), mostVisitReaders))
	if err != nil {
		return 0, nil, err
	}
	return views[0].position, stream(views[0], func(do func([]data.Visit) bool) error {
		defer endAll(views[1:])
		return readVisits(views, do)
	}), nil
}

// readVisits calls do with all visits that views of one state show, until it
// says false.
func readVisits(views []*view, do func([]data.Visit) bool) error {
	known, err := views[0].answersByID()
	if err != nil {
		return err
	}
	var last int64
	if err := views[0].tx.QueryRow(`SELECT coalesce(max(id), 0) FROM pickup`).Scan(&last); err != nil {
		return err
	}
	r := newVisitReaders(len(views), known, last)
	defer r.end()
	r.start(views)
	for batch := range r.filled {
		if batch.err != nil {
			return batch.err
		}
		if !do(batch.visits) {
			return nil
		}
		if err := views[0].ended(); err != nil {
			return err
		}
		r.free <- batch
	}
	return settledVisits(views[0], do)
}

// visitReaders fill batches while others are counted:
//
//	free --> readers --> filled --> readVisits --> free
type visitReaders struct {
	known  []geo.Place  // answers by id
	last   int64        // id of a pickup
	taken  atomic.Int64 // up to this id, pickups are shared out
	free   chan *visitBatch
	filled chan *visitBatch // closed when all readers have ended
	stop   chan struct{}    // closed when no more batches are wanted
}

func newVisitReaders(n int, known []geo.Place, last int64) *visitReaders {
	r := &visitReaders{
		known: known,
		last:  last,
		// One for each reader to fill, one for it to have filled, and one that
		// is being counted: none has to wait while there is something to do.
		free:   make(chan *visitBatch, 2*n+1),
		filled: make(chan *visitBatch, n),
		stop:   make(chan struct{}),
	}
	for range cap(r.free) {
		r.free <- &visitBatch{}
	}
	return r
}

// start lets a reader of each view fill batches.
func (r *visitReaders) start(views []*view) {
	var running sync.WaitGroup
	for _, v := range views {
		running.Go(func() {
			if err := r.read(v); err != nil {
				r.hand(&visitBatch{err: err})
			}
		})
	}
	go func() {
		running.Wait()
		close(r.filled)
	}()
}

// end stops the readers and returns when all have ended.
func (r *visitReaders) end() {
	close(r.stop)
	for range r.filled { // until it is closed
	}
}

// read hands over visits, some after the others, until there are no more.
func (r *visitReaders) read(v *view) error {
	some, err := v.tx.PrepareContext(v.ctx, selectVisits)
	if err != nil {
		return err
	}
	defer some.Close()
	kinds := engine.Words{}
	for from := r.take(); from < r.last; from = r.take() {
		batch := r.next()
		if batch == nil {
			return nil
		}
		var text string
		if err := some.QueryRowContext(v.ctx, from, from+visitsAtOnce).Scan(&text); err != nil {
			return err
		}
		if err := batch.fill(text, r.known, kinds); err != nil {
			return err
		}
		r.hand(batch)
	}
	return nil
}

// take returns the id after which the next visits come.
func (r *visitReaders) take() int64 { return r.taken.Add(visitsAtOnce) - visitsAtOnce }

// next returns an empty batch, nil where no more are wanted.
func (r *visitReaders) next() *visitBatch {
	select {
	case batch := <-r.free:
		batch.visits, batch.found = batch.visits[:0], batch.found[:0]
		return batch
	case <-r.stop:
		return nil
	}
}

// hand gives a batch to who counts, if more are wanted.
func (r *visitReaders) hand(batch *visitBatch) {
	if batch.err == nil && len(batch.visits) == 0 { // ids that no pickup has
		r.free <- batch
		return
	}
	select {
	case r.filled <- batch:
	case <-r.stop:
	}
}
