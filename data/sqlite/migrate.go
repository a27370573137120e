package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a file as ours; migration 1 sets it.
const applicationID = 0x43474e44

// migrationTries is how often migrate tries. Another process may be migrating
// the same file: then one of the two fails, and finds the work done.
const migrationTries = 5

// check refuses a file that this version of the program must not touch. It
// only reads: not even the journal mode of another program's file changes.
func (s *Store) check(ctx context.Context) error {
	var id, foreign, versioned int
	err := s.reader.QueryRowContext(ctx, `
		SELECT (SELECT application_id FROM pragma_application_id),
			count(*) FILTER (WHERE name NOT IN ('goose_db_version', 'sqlite_sequence')),
			count(*) FILTER (WHERE name = 'goose_db_version')
		FROM sqlite_schema`).Scan(&id, &foreign, &versioned)
	if hasCode(err, codes.SQLITE_NOTADB) {
		return errors.New("the file is not a database")
	}
	if err != nil {
		return err
	}
	if id != applicationID && (id != 0 || foreign > 0) {
		return errors.New("the database belongs to another program")
	}
	if versioned == 0 {
		return nil
	}
	return s.checkVersion(ctx)
}

func (s *Store) checkVersion(ctx context.Context) error {
	files, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return err
	}
	var version sql.NullInt64
	err = s.reader.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&version)
	if err != nil {
		return err
	}
	known, err := goose.NumericComponent(files[len(files)-1].Name())
	if err != nil {
		return err
	}
	if version.Int64 > known {
		return fmt.Errorf("the database is of version %d, but this program knows versions up to %d only: use a newer one",
			version.Int64, known)
	}
	return nil
}

func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.writer, files,
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	for range migrationTries {
		if _, err = provider.Up(ctx); err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// hasCode reports whether an error is SQLite's own with a primary result code.
func hasCode(err error, code int) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == code
}
