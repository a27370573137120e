package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	codes "modernc.org/sqlite/lib"
)

var errClosed = errors.New("the store is closed")

// until returns a context that ends with ctx or when the store is closed.
func (s *Store) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.closing, cancel)
	return ctx, func() { stop(); cancel() }
}

// failed says what was being done. Where the context ended, that is the cause:
// the database's own words for it vary.
func (s *Store) failed(ctx context.Context, doing string, err error) error {
	if s.closing.Err() != nil {
		err = errClosed
	} else if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("sqlite: %s: %w", doing, err)
}

// write is transact for what the change feed tells of: it wakes who waits.
func (s *Store) write(ctx context.Context, doing string, do func(*sql.Tx) error) error {
	if err := s.transact(ctx, doing, do); err != nil {
		return err
	}
	s.commits.Announce()
	return nil
}

// transact runs do in a transaction that holds the write lock from its start,
// and makes it durable.
//
// Statements inside do need no context: when ctx ends, database/sql rolls the
// transaction back and the next statement fails. With one, the driver starts
// a goroutine for each statement, which costs a tenth of the speed of a batch.
func (s *Store) transact(ctx context.Context, doing string, do func(*sql.Tx) error) error {
	ctx, cancel := s.until(ctx)
	defer cancel()
	tx, err := s.begin(ctx)
	if err != nil {
		return s.failed(ctx, doing, err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return s.failed(ctx, doing, err)
	}
	if err := tx.Commit(); err != nil {
		return s.failed(ctx, doing, err)
	}
	return nil
}

// begin tries until ctx ends, for another process may write for longer than
// the busy timeout.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	for {
		tx, err := s.writer.BeginTx(ctx, nil)
		if ctx.Err() != nil || !hasCode(err, codes.SQLITE_BUSY) {
			return tx, err
		}
	}
}

// view is a consistent view of the store, a transaction that only reads.
type view struct {
	store    *Store
	doing    string
	ctx      context.Context
	cancel   context.CancelFunc
	tx       *sql.Tx
	position int64 // the end of the change feed
}

// view takes a view; its end must be called. Reading the position is what
// fixes it: BEGIN alone does not.
func (s *Store) view(ctx context.Context, doing string) (*view, error) {
	v := &view{store: s, doing: doing}
	v.ctx, v.cancel = s.until(ctx)
	var err error
	if v.tx, err = s.reader.BeginTx(v.ctx, nil); err == nil {
		err = v.tx.QueryRowContext(v.ctx, selectPosition).Scan(&v.position)
	}
	if err != nil {
		err = v.failed(err)
		v.end()
		return nil, err
	}
	return v, nil
}

// viewsTries is how often views tries. A view takes some fifty microseconds:
// only where commits come all the time does one come between, each time.
const viewsTries = 5

// views takes up to n views of one and the same state, at least one; the end
// of each must be called. There are fewer where commits come so fast that n
// views can't be taken between two.
func (s *Store) views(ctx context.Context, doing string, n int) ([]*view, error) {
	var views []*view
	for range viewsTries {
		for len(views) < n {
			v, err := s.view(ctx, doing)
			if err != nil {
				endAll(views)
				return nil, err
			}
			views = append(views, v)
		}
		if views = latest(views); len(views) == n {
			break
		}
	}
	return views, nil
}

// latest ends the views of an earlier state than the last one's, and returns
// the others. Whatever changes a pickup or an answer moves the feed on too.
func latest(views []*view) []*view {
	position := views[len(views)-1].position
	return slices.DeleteFunc(views, func(v *view) bool {
		if v.position == position {
			return false
		}
		v.end()
		return true
	})
}

func endAll(views []*view) {
	for _, v := range views {
		v.end()
	}
}

func (v *view) failed(err error) error { return v.store.failed(v.ctx, v.doing, err) }

// ended returns an error where the view's context or the store has ended.
func (v *view) ended() error { return errors.Join(v.store.closing.Err(), v.ctx.Err()) }

func (v *view) end() {
	if v.tx != nil {
		v.tx.Rollback()
	}
	v.cancel()
}
