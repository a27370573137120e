package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// ErrClosed says that the log was closed.
var ErrClosed = errors.New("audit: the log is closed")

// Config is what a Log works with.
type Config struct {
	// Key is the secret of the chain, of MinKey bytes at least. Required.
	Key []byte
	// Heads is the path of the heads file. It is made, for its owner only, where
	// there is none. Required.
	Heads string
	// Now is the clock that heads go by. Required.
	Now func() time.Time
	// HeadEvery is after how many entries a head is written. Default: 100.
	HeadEvery int
	// Log is told of heads that can't be written. Default: nobody.
	Log *slog.Logger
}

// Log appends to an audit log. Any number of goroutines may use it, and any
// number of processes may have one on the same log.
type Log struct {
	store  Store
	chain  chain
	config Config
	heads  headsFile
	headed atomic.Int64 // up to which entry there is a head, as far as is known

	stopped context.Context // ends what is under way
	stop    context.CancelFunc

	mutex   sync.Mutex
	waiting []pending
	idle    chan struct{} // closed when no goroutine commits; nil before the first
	busy    bool          // whether one does
	closed  bool
}

// pending is an entry that waits to be stored.
type pending struct {
	entry Entry
	done  chan<- error
}

// New returns a Log that goes on where the store's ends, and writes a head for
// what has none. It returns ErrOtherKey where entries are there already that
// were made with another key, and an error where the heads can't be written,
// are another log's, or say that the log was longer. Close it after use.
func New(ctx context.Context, store Store, config Config) (*Log, error) {
	chain, err := newChain(config.Key)
	if err != nil {
		return nil, err
	}
	if config.HeadEvery == 0 {
		config.HeadEvery = 100
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	l := &Log{store: store, chain: chain, config: config, heads: headsFile{chain, config.Heads}}
	l.stopped, l.stop = context.WithCancel(context.Background())
	if err := l.checkKey(ctx); err != nil {
		return nil, err
	}
	if err := l.Head(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *Log) checkKey(ctx context.Context) error {
	return l.store.AppendAudit(ctx, func(last Sealed) ([]Sealed, error) {
		made, err := l.chain.made(ctx, l.store, last)
		if err == nil && !made {
			err = ErrOtherKey
		}
		return nil, err
	})
}

// Append adds an entry; its number is given here. The entry is durable when
// Append returns nil. With an error it is not there, but where ctx ended while
// it waited, or the disk failed at the very last, it may be. Entries that wait
// at the same time are stored together, in the order in which they came.
func (l *Log) Append(ctx context.Context, entry Entry) error {
	if err := entry.check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("audit: append: %w", err)
	}
	done := make(chan error, 1)
	if err := l.wait(pending{entry.kept(), done}); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("audit: append: %w", ctx.Err())
	}
}

// wait puts an entry into the queue and sees to it that someone stores it.
func (l *Log) wait(p pending) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.closed {
		return ErrClosed
	}
	l.waiting = append(l.waiting, p)
	if !l.busy {
		l.busy, l.idle = true, make(chan struct{})
		go l.commit()
	}
	return nil
}

// commit stores what waits, together, until nothing does.
func (l *Log) commit() {
	for {
		l.mutex.Lock()
		some := l.waiting
		l.waiting = nil
		if len(some) == 0 {
			l.busy = false
			close(l.idle)
			l.mutex.Unlock()
			return
		}
		l.mutex.Unlock()
		last, err := l.storeAll(some)
		for _, p := range some {
			p.done <- err
		}
		if err == nil {
			l.headWhereDue(last)
		}
	}
}

// storeAll stores entries in one transaction and returns the number of the last.
func (l *Log) storeAll(some []pending) (int64, error) {
	entries := make([]Entry, len(some))
	for i, p := range some {
		entries[i] = p.entry
	}
	var number int64
	err := l.store.AppendAudit(l.stopped, func(last Sealed) ([]Sealed, error) {
		sealed := l.chain.seal(last, entries)
		number = sealed[len(sealed)-1].Number
		return sealed, nil
	})
	if err != nil {
		return 0, fmt.Errorf("audit: append: %w", err)
	}
	return number, nil
}

// headWhereDue writes a head after the first entries and every so many. One
// that can't be written is tried again after the next entries: those appended
// are durable all the same, and Verify says how far they are proven.
func (l *Log) headWhereDue(last int64) {
	headed := l.headed.Load()
	if headed > 0 && last-headed < int64(l.config.HeadEvery) {
		return
	}
	if err := l.Head(l.stopped); err != nil {
		l.config.Log.Error("a head of the audit log can't be written", "because", err)
	}
}

// Head writes a head for the last entry, unless there is one or the log is
// empty; it is durable when Head returns nil. Call it every minute or so: what
// follows the last head can't be proven. It returns an error where the heads
// can't be written, are another log's, or say that the log was longer.
func (l *Log) Head(ctx context.Context) error {
	err := l.store.AppendAudit(ctx, func(last Sealed) ([]Sealed, error) {
		first, err := l.store.Audit(ctx, 0, 1)
		if err != nil {
			return nil, err
		}
		id := ""
		if len(first) > 0 {
			id = logID(&first[0].Entry)
		}
		if err := l.heads.add(id, last, l.config.Now()); err != nil {
			return nil, err
		}
		l.headed.Store(last.Number)
		return nil, nil
	})
	if err != nil {
		return fmt.Errorf("audit: write a head: %w", err)
	}
	return nil
}

// Close waits for entries under way and writes a head. Where ctx ends before,
// they end with an error. Append returns ErrClosed from then on. Closing twice
// is harmless.
func (l *Log) Close(ctx context.Context) error {
	l.mutex.Lock()
	closed, busy, idle := l.closed, l.busy, l.idle
	l.closed = true
	l.mutex.Unlock()
	if closed {
		return nil
	}
	if busy {
		select {
		case <-idle:
		case <-ctx.Done():
			l.stop()
			<-idle
		}
	}
	defer l.stop()
	return l.Head(ctx)
}
