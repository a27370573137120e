package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	codes "modernc.org/sqlite/lib"

	"commonground/data"
	"commonground/data/engine"
)

// Scrub writes the whole file anew and folds the -wal file into it, so that
// nothing of what was destroyed is left in free pages, and the -wal file is
// empty. It needs as much room on disk again as the file takes, for a while. It
// waits some seconds for those who read. What the disk keeps of blocks that the
// file doesn't have any more is out of its reach.
func (s *Store) Scrub(ctx context.Context, at time.Time) error {
	const doing = "free the file of what was destroyed"
	ctx, cancel := s.until(ctx)
	defer cancel()
	var last int64 // certificate that isn't noted yet
	err := s.reader.QueryRowContext(ctx, `
		SELECT coalesce(max(number), 0) FROM certificate WHERE number NOT IN (SELECT certificate FROM scrub)`).Scan(&last)
	if err == nil && last > 0 {
		err = s.rewrite(ctx)
	}
	if err != nil {
		return s.failed(ctx, doing, err)
	}
	if last == 0 {
		return nil
	}
	return s.transact(ctx, doing, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO scrub (certificate, at_ms)
			SELECT number, ? FROM certificate WHERE number <= ? AND number NOT IN (SELECT certificate FROM scrub)`, at.UnixMilli(), last)
		return err
	})
}

// rewrite rewrites the file.
func (s *Store) rewrite(ctx context.Context) error {
	if _, err := s.writer.ExecContext(ctx, `VACUUM`); err != nil {
		return inUse(err)
	}
	var busy, pages, moved int64
	err := s.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	if err != nil {
		return inUse(err)
	}
	if busy != 0 {
		return data.ErrInUse
	}
	return nil
}

func inUse(err error) error {
	if hasCode(err, codes.SQLITE_BUSY) || hasCode(err, codes.SQLITE_LOCKED) {
		return fmt.Errorf("%w: %w", data.ErrInUse, err)
	}
	return err
}

// Certificates returns all certificates in order. One whose text is not as its
// hash says is an error.
func (s *Store) Certificates(ctx context.Context) ([]data.SignedCertificate, error) {
	v, err := s.view(ctx, "read certificates")
	if err != nil {
		return nil, err
	}
	defer v.end()
	var all []data.SignedCertificate
	err = v.rows(`SELECT number, text, hash, at_ms FROM certificate LEFT JOIN scrub ON certificate = number ORDER BY number`, nil, func(row *columns) (bool, error) {
		signed, err := engine.ReadCertificate(row.integer(), row.text(), row.text())
		if err != nil {
			return false, err
		}
		signed.Scrubbed = row.time()
		all = append(all, signed)
		return true, nil
	})
	if err != nil {
		return nil, v.failed(err)
	}
	return all, nil
}
