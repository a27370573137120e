package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Reading says from where a store takes its views, and how far that is behind.
type Reading struct {
	// Replica is whether views come from a replica; false too where one is too far
	// behind, or away, so that the primary is read.
	Replica bool
	// Lag is how long ago the primary had what the replica has not got yet; 0 where
	// it has all, or there is none. It is measured every quarter of a second.
	Lag time.Duration
}

const (
	// measureEvery is how often the lag of a replica is measured.
	measureEvery = 250 * time.Millisecond
	// catchUpEvery is how often a replica is asked for what the primary has told
	// of.
	catchUpEvery = 5 * time.Millisecond
	// mostMarks bounds the marks by which a lag is measured: an hour of them.
	mostMarks = int(time.Hour / measureEvery)
)

// mark is a position that the primary had at a time.
type mark struct {
	at       time.Time
	position int64
}

// replica is a copy of the database from which views are taken while it is not
// too far behind.
type replica struct {
	pool   *pgxpool.Pool
	maxLag time.Duration
	marks  []mark // of the primary, that the replica has not reached; the oldest first
	seen   int64  // the last position of the primary
}

// Reading returns how the store reads at the moment.
func (s *Store) Reading() Reading {
	if now := s.reading.Load(); now != nil {
		return *now
	}
	return Reading{}
}

// reader is the pool that views come from.
func (s *Store) reader() *pgxpool.Pool {
	if s.replica != nil && s.Reading().Replica {
		return s.replica.pool
	}
	return s.writer
}

// measure finds out again and again how far the replica is behind.
func (s *Store) measure() {
	defer close(s.measured)
	for ticker := time.NewTicker(measureEvery); s.closing.Err() == nil; {
		now := s.replica.look(s)
		s.reading.Store(&now)
		select {
		case <-ticker.C:
		case <-s.closing.Done():
			ticker.Stop()
		}
	}
}

// look measures the lag. A replica that doesn't answer is not read; where it is the
// primary that doesn't, what it told last is what the replica has to reach.
func (r *replica) look(s *Store) Reading {
	ctx, cancel := context.WithTimeout(s.closing, connectWithin)
	defer cancel()
	if position, err := positionOf(ctx, s.writer); err == nil {
		r.note(mark{time.Now(), position})
	}
	position, err := positionOf(ctx, r.pool)
	if err != nil {
		return Reading{}
	}
	for len(r.marks) > 0 && r.marks[0].position <= position {
		r.marks = r.marks[1:]
	}
	if len(r.marks) == 0 {
		return Reading{Replica: true}
	}
	lag := time.Since(r.marks[0].at)
	return Reading{Replica: lag <= r.maxLag, Lag: lag}
}

// note keeps when the primary was first seen at a position.
func (r *replica) note(m mark) {
	if m.position <= r.seen || len(r.marks) == mostMarks {
		return
	}
	r.seen = m.position
	r.marks = append(r.marks, m)
}

func positionOf(ctx context.Context, pool *pgxpool.Pool) (position int64, err error) {
	err = pool.QueryRow(ctx, selectPosition).Scan(&position)
	return position, err
}

// Options of a store.
type Options struct {
	// Read is the address of a replica from which views and the change feed are
	// read; what depends on the latest state is read from the primary all the same.
	// Default: none.
	Read string
	// MaxLag is how far behind a replica may be to be read. Default: 10 s.
	MaxLag time.Duration
}

const defaultMaxLag = 10 * time.Second

// follow makes a store read from a replica.
func (s *Store) follow(ctx context.Context, o Options) error {
	config, err := poolConfig(o.Read)
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("the replica %s: %w", Redacted(o.Read), err)
	}
	s.replica = &replica{pool: pool, maxLag: o.MaxLag}
	if s.replica.maxLag == 0 {
		s.replica.maxLag = defaultMaxLag
	}
	now := s.replica.look(s)
	s.reading.Store(&now)
	s.measured = make(chan struct{})
	go s.measure()
	return nil
}
