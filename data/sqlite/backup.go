package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Backup writes a copy of the store, as it is at one moment, into a file that must
// not be there yet, for its owner only to read and write (0600). Nobody waits for
// it: records may be written meanwhile. The copy is a store of its own; what was
// deleted from this one is not in it. Where Backup returns nil the file is durable
// and was found to be whole.
func (s *Store) Backup(ctx context.Context, path string) error {
	err := createNew(path)
	if err == nil {
		if err = s.copyInto(ctx, path); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}
	if err != nil {
		return fmt.Errorf("sqlite: back up into %s: %w", path, err)
	}
	return nil
}

// createNew makes an empty file.
func createNew(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func (s *Store) copyInto(ctx context.Context, path string) error {
	ctx, cancel := s.until(ctx)
	defer cancel()
	conn, err := s.reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// The connection can't write the store all the same: it is opened so.
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO ?`, path)
	_, again := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only = 1`)
	if err = errors.Join(err, again); err != nil {
		return err
	}
	return checkCopy(ctx, path)
}

// checkCopy makes a copy durable and looks at every page of it.
func checkCopy(ctx context.Context, path string) (err error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	copied, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	var found string
	if err := copied.writer.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("the copy is not whole: %s", found)
	}
	return nil
}
