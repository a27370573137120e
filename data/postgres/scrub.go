package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"commonground/data"
	"commonground/data/engine"
)

const (
	// scrubPatience is how long a scrub waits for those who read, and how long
	// those who come later wait behind it.
	scrubPatience = 4 * time.Second
	// probeAgain is how long it waits between two looks whether somebody can still
	// see what was destroyed.
	probeAgain = 100 * time.Millisecond
)

// Scrub writes anew the tables, and those partitions of them, in which something
// was destroyed, so that nothing of it is left in their files. It waits some
// seconds for those who read, also for what only keeps an old state visible: an
// open transaction of somebody else, a replica with feedback, a prepared
// transaction. While a table is written, for which the disk needs room, all wait
// who want to read or write it.
//
// What it can't reach, and the server's operator must see to: the write-ahead log
// in pg_wal and its archives, a replica's files until it has replayed this,
// backups, and blocks that the disk keeps of files that are gone.
func (s *Store) Scrub(ctx context.Context, at time.Time) error {
	const doing = "free the tables of what was destroyed"
	ctx, cancel := s.until(ctx)
	defer cancel()
	var last int64 // certificate that isn't noted yet
	err := s.writer.QueryRow(ctx, `
		SELECT coalesce(max(number), 0) FROM certificate WHERE number NOT IN (SELECT certificate FROM scrub)`).Scan(&last)
	if err == nil && last > 0 {
		err = s.rewrite(ctx, last)
	}
	if err != nil {
		return s.failed(ctx, doing, err)
	}
	if last == 0 {
		return nil
	}
	return s.write(ctx, doing, func(t *transaction) error {
		_, err := t.exec(`INSERT INTO scrub (certificate, at)
			SELECT number, $1 FROM certificate WHERE number <= $2 AND number NOT IN (SELECT certificate FROM scrub)
			ON CONFLICT DO NOTHING`, kept(at), last)
		if err == nil {
			_, err = t.exec(`DELETE FROM unscrubbed WHERE certificate <= $1`, last)
		}
		return err
	})
}

// rewrite writes anew what is not scrubbed of the certificates up to one.
func (s *Store) rewrite(ctx context.Context, last int64) error {
	conn, err := s.writer.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, fmt.Sprintf(`SET lock_timeout = %d`, scrubPatience.Milliseconds())); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), connectWithin)
		defer cancel()
		if _, err := conn.Exec(ctx, `RESET lock_timeout`); err != nil {
			conn.Conn().Close(ctx) // so that no other call gets it
		}
	}()
	if err := waitUnseen(ctx, conn); err != nil {
		return inUse(err)
	}
	rows, err := conn.Query(ctx, `SELECT DISTINCT relation::text FROM unscrubbed WHERE certificate <= $1 ORDER BY 1`, last)
	if err != nil {
		return err
	}
	relations, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for i := 0; err == nil && i < len(relations); i++ {
		err = inUse(writeAnew(ctx, conn, relations[i]))
	}
	return err
}

func inUse(err error) error {
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Code == "55P03" {
		return fmt.Errorf("%w: %w", data.ErrInUse, err)
	}
	return err
}

// waitUnseen waits until nobody can see any more what was destroyed: until then it
// would be written anew too. What was put in and deleted just now is gone then.
func waitUnseen(ctx context.Context, conn *pgxpool.Conn) error {
	for _, statement := range []string{`INSERT INTO scrub_probe (id) VALUES (1)`, `DELETE FROM scrub_probe`} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	for waited := time.Duration(0); ; waited += probeAgain {
		if err := writeAnew(ctx, conn, `scrub_probe`); err != nil {
			return err
		}
		var size int64
		if err := conn.QueryRow(ctx, `SELECT pg_relation_size('scrub_probe')`).Scan(&size); err != nil || size == 0 {
			return err
		}
		if waited >= scrubPatience {
			return data.ErrInUse
		}
		select {
		case <-time.After(probeAgain):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// writeAnew writes a table into a new file. The server only warns whom it does
// not let do that: then the file is the one that it was.
func writeAnew(ctx context.Context, conn *pgxpool.Conn, relation string) error {
	statement := `VACUUM (FULL) ` + relation
	if relation == `destroyed` {
		statement = `CLUSTER destroyed USING destroyed_pkey` // in the order of hashes nothing shows what belonged together
	}
	var before, after uint32
	const file = `SELECT pg_relation_filenode($1::text::regclass)`
	if err := conn.QueryRow(ctx, file, relation).Scan(&before); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	if err := conn.QueryRow(ctx, file, relation).Scan(&after); err != nil {
		return err
	}
	if before == after {
		return fmt.Errorf("the server does not let this user write table %s anew", relation)
	}
	return nil
}

// Certificates returns all certificates in order. One whose text is not as its
// hash says is an error.
func (s *Store) Certificates(ctx context.Context) ([]data.SignedCertificate, error) {
	return list(ctx, s, "read certificates", `
		SELECT number, text, hash, at FROM certificate LEFT JOIN scrub ON certificate = number ORDER BY number`, nil,
		func(rows pgx.Rows) (signed data.SignedCertificate, err error) {
			var number int64
			var text, hash string
			var scrubbed *time.Time
			if err := rows.Scan(&number, &text, &hash, &scrubbed); err != nil {
				return signed, err
			}
			signed, err = engine.ReadCertificate(number, text, hash)
			signed.Scrubbed = orZero(scrubbed)
			return signed, err
		})
}
