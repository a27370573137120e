package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
)

const selectPosition = `SELECT coalesce(max(position), 0) FROM change`

// Position returns the end of the change feed as the primary has it, 0 while it is
// empty.
func (s *Store) Position(ctx context.Context) (int64, error) {
	ctx, cancel := s.until(ctx)
	defer cancel()
	position, err := positionOf(ctx, s.writer)
	if err != nil {
		return 0, s.failed(ctx, "read the position of the feed", err)
	}
	return position, nil
}

// Trace is made of the mark of the entry at the position.
func (s *Store) Trace(ctx context.Context, position int64) (string, error) {
	ctx, cancel := s.until(ctx)
	defer cancel()
	var mark int64
	err := s.writer.QueryRow(ctx, `SELECT mark FROM change WHERE position = $1`, position).Scan(&mark)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", s.failed(ctx, "read the change feed", err)
	}
	return traceOf(mark, position), nil
}

// traceOf tells entries of one transaction apart by their positions.
func traceOf(mark, position int64) string { return fmt.Sprintf("%016x-%d", uint64(mark), position) }

// Changes returns up to limit entries of the change feed after a position; none
// where limit is not above 0.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]data.Change, error) {
	v, err := s.view(ctx, "read the change feed")
	if err != nil {
		return nil, err
	}
	defer v.end()
	f := feed{view: v}
	if err = f.read(after, max(limit, 0)); err == nil {
		err = v.byIDs()
	}
	if err == nil {
		err = addVersions(&f, pickups)
	}
	if err == nil {
		err = addVersions(&f, incidents)
	}
	if err != nil {
		return nil, v.failed(err)
	}
	return f.changes, nil
}

// feed is a part of the change feed.
type feed struct {
	*view
	changes []data.Change
	entries []entry
}

// entry is an entry of the feed as it is kept.
type entry struct {
	sort          data.Sort
	before, after int64 // ids of versions; 0 for none
}

// read reads entries without their versions.
func (f *feed) read(after int64, limit int) error {
	return f.rows(`
		SELECT position, mark, sort, coalesce(before, 0), coalesce(after, 0) FROM change
		WHERE position > $1 ORDER BY position LIMIT $2`, []any{after, limit}, func(rows pgx.Rows) (bool, error) {
		var change data.Change
		var mark int64
		var e entry
		err := rows.Scan(&change.Position, &mark, &e.sort, &e.before, &e.after)
		change.Trace = traceOf(mark, change.Position)
		change.Settings, change.Destroyed = e.sort == settingsEntry, e.sort == destroyedEntry
		f.changes, f.entries = append(f.changes, change), append(f.entries, e)
		return true, err
	})
}

// addVersions fills in the versions of one sort of record.
func addVersions[T any](f *feed, t table[T]) error {
	var ids []int64
	for _, e := range f.entries {
		if e.sort == t.Sort {
			ids = append(ids, e.before, e.after)
		}
	}
	versions, err := t.versions(f.view, ids)
	if err != nil {
		return err
	}
	for i, e := range f.entries {
		if e.sort != t.Sort {
			continue
		}
		before, after := t.sides(&f.changes[i])
		for id, side := range map[int64]**T{e.before: before, e.after: after} {
			if id == 0 {
				continue
			}
			version, ok := versions[id]
			if !ok {
				return fmt.Errorf("version %d of a %s is in the feed, but not there", id, t.name)
			}
			*side = &version
		}
	}
	return nil
}

// Wait returns once the feed, as Changes reads it, holds an entry after a position.
// A commit through this store wakes it at once, another one as soon as the database
// has told of it.
func (s *Store) Wait(ctx context.Context, after int64) error {
	const doing = "wait for a change"
	ctx, cancel := s.until(ctx)
	defer cancel()
	for {
		committed := s.commits.Next() // asked for before looking, so that none is missed
		position, err := positionOf(ctx, s.reader())
		if err != nil {
			return s.failed(ctx, doing, err)
		}
		if position > after {
			return nil
		}
		var catchUp <-chan time.Time // nil where there is nothing to catch up with
		if s.replica != nil && s.told.Load() > position {
			catchUp = time.After(catchUpEvery)
		}
		select {
		case <-committed:
		case <-catchUp:
		case <-ctx.Done():
			return s.failed(ctx, doing, ctx.Err())
		}
	}
}

const (
	// lookEvery is how often the waiting look for themselves, should the database
	// tell nothing: a connection may be cut off without a word.
	lookEvery = 500 * time.Millisecond
	// listenAgain is how long the listener waits after it was cut off.
	listenAgain = 200 * time.Millisecond
)

// watch wakes the waiting when the database tells of a commit, and now and then.
func (s *Store) watch() {
	defer close(s.watched)
	for s.closing.Err() == nil {
		_ = s.listen() // what went wrong, the waiting find out for themselves
		s.commits.Announce()
		select {
		case <-time.After(listenAgain):
		case <-s.closing.Done():
		}
	}
}

// listen wakes the waiting until its connection fails. It begins by that: what was
// committed while nobody listened, nobody was told of.
func (s *Store) listen() error {
	conn, err := pgx.ConnectConfig(s.closing, s.writer.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		conn.Close(ctx)
	}()
	s.told.Store(0) // by a primary that may be another now
	if _, err := conn.Exec(s.closing, `LISTEN commonground`); err != nil {
		return err
	}
	for {
		s.commits.Announce()
		err := s.notified(conn)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
}

// notified returns when the database told of a commit, or it is time to look.
func (s *Store) notified(conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(s.closing, lookEvery)
	defer cancel()
	notification, err := conn.WaitForNotification(ctx)
	if err != nil {
		return err
	}
	if position, err := strconv.ParseInt(notification.Payload, 10, 64); err == nil {
		s.told.Store(max(position, s.told.Load())) // nobody else stores it
	}
	return nil
}
