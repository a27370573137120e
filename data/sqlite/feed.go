package sqlite

import (
	"context"
	"database/sql"
	"sync"
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
	changes, err := v.changes(after, max(limit, 0)) // to SQLite a negative limit is none
	if err == nil {
		err = v.addPickups(changes, after)
	}
	if err != nil {
		return nil, v.failed(err)
	}
	return changes, nil
}

// changes returns entries without the pickup, but with room for it.
func (v *view) changes(after int64, limit int) ([]data.Change, error) {
	rows, err := v.tx.QueryContext(v.ctx, `
		SELECT position, record = 'settings' FROM change
		WHERE position > ? ORDER BY position LIMIT ?`, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changes []data.Change
	for rows.Next() {
		var change data.Change
		if err := rows.Scan(&change.Position, &change.Settings); err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	return changes, rows.Err()
}

// addPickups fills in the pickups of all entries after a position.
func (v *view) addPickups(changes []data.Change, after int64) error {
	if len(changes) == 0 {
		return nil
	}
	i := 0
	return each(v, pickups, `
		SELECT `+pickupColumns+` FROM change JOIN placed_pickup ON id = change.pickup
		WHERE position > ? AND position <= ? ORDER BY position`,
		[]any{after, changes[len(changes)-1].Position},
		func(p data.Pickup) bool {
			for changes[i].Settings {
				i++
			}
			changes[i].Pickup = &p
			i++
			return true
		})
}

// Wait returns once the feed holds an entry after a position. A commit through
// this store wakes it at once, one of another store or process within 200 ms.
func (s *Store) Wait(ctx context.Context, after int64) error {
	const doing = "wait for a change"
	for {
		committed := s.commits.next() // asked for before looking, so that none is missed
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
			s.commits.announce()
		}
		seen = version
		select {
		case <-ticker.C:
		case <-s.closing.Done():
			return
		}
	}
}

// broadcast wakes everyone who waits for the next commit. The zero value is
// ready; any number of goroutines may use it.
type broadcast struct {
	mutex sync.Mutex
	ch    chan struct{}
}

// next returns a channel that the next announcement closes.
func (b *broadcast) next() <-chan struct{} {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *broadcast) announce() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
