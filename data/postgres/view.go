package postgres

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"commonground/data"
)

// view is a consistent view of the store, a transaction that only reads.
type view struct {
	store    *Store
	doing    string
	ctx      context.Context
	cancel   context.CancelFunc
	conn     *pgxpool.Conn
	position int64 // the end of the change feed
	ranged   bool  // rows are being read
}

// view takes a view; its end must be called. The first query is what fixes it.
// Positions of the feed come in the order in which transactions are seen: so a
// view has just what the feed tells up to its position.
func (s *Store) view(ctx context.Context, doing string) (*view, error) {
	return s.viewOf(ctx, s.reader(), doing)
}

func (s *Store) viewOf(ctx context.Context, pool *pgxpool.Pool, doing string) (*view, error) {
	v := &view{store: s, doing: doing}
	v.ctx, v.cancel = s.until(ctx)
	var err error
	if v.conn, err = pool.Acquire(v.ctx); err == nil {
		err = v.begin()
	}
	if err != nil {
		err = v.failed(err)
		v.end()
		return nil, err
	}
	return v, nil
}

// begin begins the transaction, in one message.
func (v *view) begin() error {
	var batch pgx.Batch
	batch.Queue(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`)
	batch.Queue(selectPosition).QueryRow(func(row pgx.Row) error { return row.Scan(&v.position) })
	return v.conn.SendBatch(v.ctx, &batch).Close()
}

// byIDs has what is asked for by ids looked up in indexes. Else the statistics of
// a table that grows fast, which are old, have it read as a whole.
func (v *view) byIDs() error {
	_, err := v.conn.Exec(v.ctx, `SET LOCAL enable_seqscan = off`)
	return err
}

func (v *view) failed(err error) error { return v.store.failed(v.ctx, v.doing, err) }

func (v *view) end() {
	if v.conn != nil {
		rollback(v.conn.Conn())
		v.conn.Release()
		v.conn = nil
	}
	v.cancel()
}

func (v *view) queryRow(query string, args ...any) pgx.Row {
	return v.conn.QueryRow(v.ctx, query, args...)
}

// rows calls do for every row that a query returns, until do says false or
// fails.
func (v *view) rows(query string, args []any, do func(pgx.Rows) (bool, error)) error {
	rows, err := v.conn.Query(v.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		// pgx notices the end of a context a little later: without this, a short
		// result could end before and pass for the whole.
		if err := errors.Join(v.store.closing.Err(), v.ctx.Err()); err != nil {
			return err
		}
		more, err := do(rows)
		if err != nil {
			return err
		}
		if !more {
			v.cancelQuery()
			return nil
		}
	}
	return rows.Err()
}

// cancelQuery keeps the rest of a result from being sent, which closing rows
// would wait for.
func (v *view) cancelQuery() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), connectWithin)
	defer cancel()
	_ = v.conn.Conn().PgConn().CancelRequest(ctx) // else the rest is read
}

// list returns the rows of a query in a view of its own.
func list[T any](ctx context.Context, s *Store, doing, query string, args []any, read func(pgx.Rows) (T, error)) (all []T, err error) {
	v, err := s.viewOf(ctx, s.writer, doing)
	if err != nil {
		return nil, err
	}
	defer v.end()
	err = v.rows(query, args, func(rows pgx.Rows) (bool, error) {
		one, err := read(rows)
		all = append(all, one)
		return true, err
	})
	if err != nil {
		return nil, v.failed(err)
	}
	return all, nil
}

// lookUp is list for one statement, without a view: half as many round trips.
func lookUp[T any](ctx context.Context, s *Store, doing, query string, args []any, read func(pgx.Rows) (T, error)) ([]T, error) {
	ctx, cancel := s.until(ctx)
	defer cancel()
	rows, err := s.writer.Query(ctx, query, args...)
	if err != nil {
		return nil, s.failed(ctx, doing, err)
	}
	all, err := pgx.CollectRows(rows, func(pgx.CollectableRow) (T, error) { return read(rows) })
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, s.failed(ctx, doing, err)
	}
	return all, nil
}

// stream yields what a function calls it for from a view, and then ends the
// view.
func stream[T any](v *view, all func(do func(T) bool) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if v.ranged {
			yield(none, v.failed(errors.New("the sequence may be ranged over once")))
			return
		}
		v.ranged = true
		defer v.end()
		stopped := false
		err := all(func(record T) bool {
			stopped = !yield(record, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(none, v.failed(err))
		}
	}
}

// kept is a time as the store keeps it: to the millisecond, in UTC.
func kept(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

// orNull is a time as kept, nil for the zero time.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = kept(t)
	return &t
}

// orZero is the opposite of orNull.
func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// day is the start of a day in UTC, for a column of type date.
func day(d data.Date) time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }
