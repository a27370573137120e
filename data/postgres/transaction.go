package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"commonground/data"
)

// The advisory locks of a store, all of one class. A transaction takes them in
// this order, but that of the feed last of all.
const (
	lockClass = 0x43474e44 // "CGND"
	// lockSettings is shared by who writes records, and held alone by who changes
	// the settings or destroys records.
	lockSettings = 1
	// lockFeed is held from the entry in the feed to the commit; publish takes it.
	_ = 2
	// lockAudit, lockReleases and lockReturns are held alone by who appends there.
	lockAudit    = 3
	lockReleases = 4
	lockReturns  = 5
)

// until returns a context that ends with ctx or when the store is closed.
func (s *Store) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.closing, cancel)
	return ctx, func() { stop(); cancel() }
}

// failed says what was being done. Where the context ended, that is the cause.
// Where the database is not there, or not for writing, data.ErrAway is in it.
func (s *Store) failed(ctx context.Context, doing string, err error) error {
	switch {
	case s.closing.Err() != nil:
		err = errClosed
	case ctx.Err() != nil:
		err = ctx.Err()
	case away(err):
		err = fmt.Errorf("%w: %w", data.ErrAway, err)
	}
	return fmt.Errorf("postgres: %s: %w", doing, err)
}

// away reports whether the cause of an error is a connection that was lost, a
// server that stops, starts or has become another's replica, or one that others
// got in the way of for too long: a replica ends a view that keeps it from
// following.
func away(err error) bool {
	if again(err) {
		return true
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		class := server.Code[:2]
		return class == "08" || class == "57" && server.Code != "57014" || server.Code == "25006" || server.Code == "53300" ||
			server.Code == "25P03"
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}

// again reports whether a transaction was undone only because of another one.
func again(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && (server.Code == "40001" || server.Code == "40P01")
}

// transaction is one that writes. Its statements see what others committed before
// each of them (READ COMMITTED).
type transaction struct {
	ctx     context.Context
	conn    *pgx.Conn
	entries entries
}

// entries are what a transaction puts into the feed.
type entries struct {
	sorts, befores, afters []string
}

// Sorts of entries in the feed that are of no sort of record.
const (
	settingsEntry  data.Sort = 3
	destroyedEntry data.Sort = 4
)

// tell puts an entry into the feed, with the ids of the versions before and after
// it; 0 is none.
func (t *transaction) tell(sort data.Sort, before, after int64) {
	id := func(n int64) string {
		if n == 0 {
			return "NULL"
		}
		return strconv.FormatInt(n, 10)
	}
	e := &t.entries
	e.sorts, e.befores, e.afters = append(e.sorts, strconv.Itoa(int(sort))), append(e.befores, id(before)), append(e.afters, id(after))
}

// mostTries is how often a transaction is tried that others get in the way of.
const mostTries = 10

// write is transact for what the change feed tells of: it wakes who waits.
func (s *Store) write(ctx context.Context, doing string, do func(*transaction) error) error {
	if err := s.transact(ctx, doing, do); err != nil {
		return err
	}
	s.commits.Announce()
	return nil
}

// transact runs do in a transaction and makes it durable; do may run again, where
// another transaction got in the way. What it told comes into the feed.
func (s *Store) transact(ctx context.Context, doing string, do func(*transaction) error) error {
	ctx, cancel := s.until(ctx)
	defer cancel()
	var err error
	for range mostTries {
		if err = s.try(ctx, do); !again(err) {
			break
		}
	}
	if err != nil {
		return s.failed(ctx, doing, err)
	}
	return nil
}

func (s *Store) try(ctx context.Context, do func(*transaction) error) error {
	conn, err := s.writer.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // which ends a transaction that is open still
	if _, err := conn.Exec(ctx, `BEGIN`); err != nil {
		return err
	}
	t := &transaction{ctx: ctx, conn: conn.Conn()}
	if err := do(t); err != nil {
		rollback(conn.Conn())
		return err
	}
	return t.commit()
}

// commit sends the entries of the feed and COMMIT in one message: the server,
// which holds the lock of the feed from the one to the other, never waits for
// this process meanwhile, though it be stopped or cut off.
func (t *transaction) commit() error {
	statements := `COMMIT`
	if e := t.entries; len(e.sorts) > 0 {
		list := func(ids []string) string { return `'{` + strings.Join(ids, `,`) + `}'` }
		statements = `SELECT publish(` + list(e.sorts) + `, ` + list(e.befores) + `, ` + list(e.afters) + `); COMMIT`
	}
	results, err := t.conn.PgConn().Exec(t.ctx, statements).ReadAll()
	if err != nil {
		return err
	}
	if last := results[len(results)-1].CommandTag.String(); last != "COMMIT" { // it was aborted before
		return fmt.Errorf("the transaction ended with %s", last)
	}
	return nil
}

// rollback undoes a transaction, also where its context has ended: the
// connection is good again then.
func rollback(conn *pgx.Conn) {
	if conn.IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), connectWithin)
	defer cancel()
	_, _ = conn.Exec(ctx, `ROLLBACK`) // where it fails, the pool drops the connection
}

func (t *transaction) exec(statement string, args ...any) (affected int64, err error) {
	tag, err := t.conn.Exec(t.ctx, statement, args...)
	return tag.RowsAffected(), err
}

func (t *transaction) queryRow(query string, args ...any) pgx.Row {
	return t.conn.QueryRow(t.ctx, query, args...)
}

// rows calls do for every row that a query returns.
func (t *transaction) rows(query string, args []any, do func(pgx.Rows) error) error {
	rows, err := t.conn.Query(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// lock takes an advisory lock until the transaction ends.
func (t *transaction) lock(which int) error {
	_, err := t.exec(`SELECT pg_advisory_xact_lock($1, $2)`, lockClass, which)
	return err
}

// shareSettings takes the lock of the settings until the transaction ends,
// together with others who need them to stay as they are. What follows is looked up
// in indexes, as view.byIDs says.
func (t *transaction) shareSettings() error {
	_, err := t.exec(`SELECT pg_advisory_xact_lock_shared($1, $2), set_config('enable_seqscan', 'off', true)`, lockClass, lockSettings)
	return err
}

// affect runs one statement and reports whether it changed a row. It is none that
// the change feed tells of.
func (s *Store) affect(ctx context.Context, doing, statement string, args ...any) (affected bool, err error) {
	err = s.transact(ctx, doing, func(t *transaction) error {
		n, err := t.exec(statement, args...)
		affected = n > 0
		return err
	})
	return affected && err == nil, err
}
