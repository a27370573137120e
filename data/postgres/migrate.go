package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// prepare brings the tables up to date. Of several nodes that start at once, one
// does it and the others wait.
func prepare(ctx context.Context, config *pgx.ConnConfig) error {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	if err := makeSchema(ctx, db); err != nil {
		return err
	}
	if err := checkVersion(ctx, db); err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker),
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if pending, err := provider.HasPending(ctx); err == nil && !pending {
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// makeSchema makes the schema and the extension where they aren't there.
func makeSchema(ctx context.Context, db *sql.DB) error {
	var schema, extension bool
	err := db.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'commonground'),
			EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'postgis')`).Scan(&schema, &extension)
	if err != nil || schema && extension {
		return err
	}
	// One transaction, so that nodes that start at once don't meet.
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`SELECT pg_advisory_xact_lock($1, $2)`, lockClass, lockSettings); err != nil {
		return err
	}
	if _, err := tx.Exec(`CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public`); err != nil {
		return fmt.Errorf("the database has no PostGIS: have its administrator run CREATE EXTENSION postgis in it: %w", err)
	}
	if _, err := tx.Exec(`CREATE SCHEMA IF NOT EXISTS commonground`); err != nil {
		return err
	}
	return tx.Commit()
}

// checkVersion refuses a database that a newer program has changed.
func checkVersion(ctx context.Context, db *sql.DB) error {
	var versioned bool
	if err := db.QueryRowContext(ctx, `SELECT to_regclass('commonground.goose_db_version') IS NOT NULL`).Scan(&versioned); err != nil || !versioned {
		return err
	}
	files, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return err
	}
	known, err := goose.NumericComponent(files[len(files)-1].Name())
	if err != nil {
		return err
	}
	var version sql.NullInt64
	err = db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&version)
	if err != nil {
		return err
	}
	if version.Int64 > known {
		return fmt.Errorf("the database is of version %d, but this program knows versions up to %d only: use a newer one",
			version.Int64, known)
	}
	return nil
}

var errClosed = errors.New("the store is closed")
