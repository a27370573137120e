package sqlite

import (
	"context"
	"database/sql"
	"time"

	"commonground/data"
)

// pollEvery is how often the store looks whether another process wrote; Wait
// learns of it that much later at most. A look takes some twenty microseconds.
const pollEvery = 200 * time.Millisecond

const selectPosition = `SELECT coalesce(max(position), 0) FROM change`

// Position returns the end of the change feed, 0 while it is empty.
func (s *Store) Position(ctx context.Context) (int64, error) {
	ctx, cancel := s.until(ctx)
	defer cancel()
	var position int64
	if err := s.reader.QueryRowContext(ctx, selectPosition).Scan(&position); err != nil {
		return 0, s.failed(ctx, "read the position of the feed", err)
	}
	return position, nil
}

// Trace is the mark of the entry at the position.
func (s *Store) Trace(ctx context.Context, position int64) (string, error) {
	v, err := s.view(ctx, "read the change feed")
	if err != nil {
		return "", err
	}
	defer v.end()
	trace := ""
	err = v.rows(`SELECT format('%016x', mark) FROM change WHERE position = ?`, []any{position}, func(row *columns) (bool, error) {
		trace = row.text()
		return true, nil
	})
	if err != nil {
		return "", v.failed(err)
	}
	return trace, nil
}

// Changes returns up to limit entries of the change feed after a position;
// none where limit is not above 0.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]data.Change, error) {
	v, err := s.view(ctx, "read the change feed")
	if err != nil {
		return nil, err
	}
	defer v.end()
	f := feed{view: v, after: after, befores: map[string]int{}, afters: map[string]int{}}
	err = f.read(max(limit, 0)) // to SQLite a negative limit is none
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
	after   int64 // the position after which it begins
	changes []data.Change
	// befores and afters are how many versions, by sort of record, the entries
	// speak of.
	befores, afters map[string]int
}

// read reads entries without their versions.
func (f *feed) read(limit int) error {
	return f.rows(`
		SELECT position, format('%016x', mark), record, before IS NOT NULL, after IS NOT NULL FROM change
		WHERE position > ? ORDER BY position LIMIT ?`, []any{f.after, limit}, func(row *columns) (bool, error) {
		change := data.Change{Position: row.integer(), Trace: row.text()}
		record := row.text()
		change.Settings, change.Destroyed = record == "settings", record == "destroyed"
		f.changes = append(f.changes, change)
		f.befores[record] += int(row.integer())
		f.afters[record] += int(row.integer())
		return true, nil
	})
}

// addVersions fills in the versions of one sort of record. Those before an entry
// have all ended; so has one after it that another entry is about.
func addVersions[T any](f *feed, t table[T]) error {
	left := f.afters[t.record]
	if left > 0 {
		n, err := fill(f, t, "after", "placed_"+t.record)
		if err != nil {
			return err
		}
		left -= n
	}
	if left > 0 {
		if _, err := fill(f, t, "after", "past_"+t.record); err != nil {
			return err
		}
	}
	if f.befores[t.record] == 0 {
		return nil
	}
	_, err := fill(f, t, "before", "past_"+t.record)
	return err
}

// fill fills in the versions on one side of the entries that a view has, and
// returns their number.
func fill[T any](f *feed, t table[T], side, view string) (n int, err error) {
	i := 0
	last := f.changes[len(f.changes)-1].Position
	err = f.rows(`
		SELECT position, `+t.columns+` FROM change JOIN `+view+` ON id = change.`+side+`
		WHERE change.record = ? AND position > ? AND position <= ? ORDER BY position`,
		[]any{t.record, f.after, last}, func(row *columns) (bool, error) {
			for position := row.integer(); f.changes[i].Position < position; {
				i++
			}
			record, err := t.read(row)
			if err != nil {
				return false, err
			}
			before, after := t.sides(&f.changes[i])
			if side == "before" {
				*before = &record
			} else {
				*after = &record
			}
			n++
			return true, nil
		})
	return n, err
}

// Wait returns once the feed holds an entry after a position. A commit through
// this store wakes it at once, one of another store or process within 200 ms.
func (s *Store) Wait(ctx context.Context, after int64) error {
	const doing = "wait for a change"
	for {
		committed := s.commits.Next() // asked for before looking, so that none is missed
		position, err := s.Position(ctx)
		if err != nil {
			return err
		}
		if position > after {
			return nil
		}
		select {
		case <-committed:
		case <-ctx.Done():
			return s.failed(ctx, doing, ctx.Err())
		case <-s.closing.Done():
			return s.failed(ctx, doing, errClosed)
		}
	}
}

// watch wakes the waiting when another connection has committed. The number
// that PRAGMA data_version gives means something within one connection only,
// so watch keeps one for itself. Where it can't be read, the waiting are woken
// too: they look for themselves and return the error.
func (s *Store) watch(conn *sql.Conn) {
	defer close(s.watched)
	defer conn.Close()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	var seen int64
	for {
		var version int64
		err := conn.QueryRowContext(s.closing, `PRAGMA data_version`).Scan(&version)
		if err != nil || version != seen {
			s.commits.Announce()
		}
		seen = version
		select {
		case <-ticker.C:
		case <-s.closing.Done():
			return
		}
	}
}
