package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// Settings returns the scheme and the boundaries, or data.ErrNoScheme. The
// areas come back rounded to the lattice.
func (s *Store) Settings(ctx context.Context) (data.Settings, error) {
	v, err := s.view(ctx, "read the settings")
	if err != nil {
		return data.Settings{}, err
	}
	defer v.end()
	settings, err := v.settings()
	if err != nil {
		return data.Settings{}, v.failed(err)
	}
	return settings, nil
}

func (v *view) settings() (data.Settings, error) {
	var settings data.Settings
	err := v.tx.QueryRowContext(v.ctx, `SELECT revision, scheme FROM settings`).
		Scan(&settings.Revision, &settings.SchemeText)
	if errors.Is(err, sql.ErrNoRows) {
		return data.Settings{}, data.ErrNoScheme
	}
	if err != nil {
		return data.Settings{}, err
	}
	settings.Boundaries, err = v.boundaries()
	return settings, err
}

// PutScheme replaces the scheme's text and places every record anew.
func (s *Store) PutScheme(ctx context.Context, revision int64, text string, place data.Placer) error {
	return s.write(ctx, "put the scheme", func(tx *sql.Tx) error {
		err := checkRevision(tx, revision)
		if err != nil && !errors.Is(err, data.ErrNoScheme) {
			return err
		}
		if err := checkDivision(tx, text); err != nil {
			return err
		}
		_, err = tx.Exec(`
			INSERT INTO settings (id, revision, scheme) VALUES (1, 0, ?)
			ON CONFLICT (id) DO UPDATE SET scheme = excluded.scheme`, text)
		if err != nil {
			return err
		}
		return s.changeSettings(ctx, tx, data.Span{}, place)
	})
}

// checkDivision returns data.ErrSealed where something was sealed, and a scheme
// divides time or ground in another way than the one that is there. Inside the
// transaction that puts the scheme, no edition can come between.
func checkDivision(tx *sql.Tx, text string) error {
	var stored string
	err := tx.QueryRow(`SELECT scheme FROM settings WHERE EXISTS (SELECT 1 FROM sealing)`).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) || err == nil && stored == text {
		return nil
	}
	if err != nil {
		return err
	}
	return engine.CheckDivision(stored, text)
}

// PutBoundary adds a version of the boundary and places anew the records whose
// time lies in its span. Its times are kept to the millisecond. Besides what
// data.Store says it refuses a boundary before there is a scheme
// (data.ErrNoScheme), one without a start, and one whose span is empty.
func (s *Store) PutBoundary(ctx context.Context, revision int64, b geo.Boundary, place data.Placer) error {
	doing := fmt.Sprintf("put version %d of the boundary", b.Version)
	return s.write(ctx, doing, func(tx *sql.Tx) error {
		if err := checkRevision(tx, revision); err != nil {
			return err
		}
		if err := checkNext(tx, b.Version); err != nil {
			return err
		}
		if err := insertBoundary(tx, revision+1, b); err != nil {
			return err
		}
		return s.changeSettings(ctx, tx, data.Span{From: b.From, To: b.To}, place)
	})
}

// WithdrawBoundary takes a version back and places anew the records whose time
// lies in its span.
func (s *Store) WithdrawBoundary(ctx context.Context, revision, version int64, place data.Placer) error {
	doing := fmt.Sprintf("withdraw version %d of the boundary", version)
	return s.write(ctx, doing, func(tx *sql.Tx) error {
		if err := checkRevision(tx, revision); err != nil {
			return err
		}
		span, err := withdraw(tx, revision+1, version)
		if err != nil {
			return err
		}
		return s.changeSettings(ctx, tx, span, place)
	})
}

// checkRevision returns data.ErrStale where the settings are not of that
// revision, and data.ErrNoScheme where they are of none.
func checkRevision(tx *sql.Tx, revision int64) error {
	var stored int64
	err := tx.QueryRow(`SELECT revision FROM settings`).Scan(&stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return engine.CheckRevision(stored, revision)
}

func checkNext(tx *sql.Tx, version int64) error {
	var last int64
	if err := tx.QueryRow(`SELECT coalesce(max(version), 0) FROM boundary`).Scan(&last); err != nil {
		return err
	}
	if version != last+1 {
		return fmt.Errorf("the next version is %d", last+1)
	}
	return nil
}

// changeSettings counts a change of the settings, places the records in a span
// anew and puts the change into the feed.
func (s *Store) changeSettings(ctx context.Context, tx *sql.Tx, in data.Span, place data.Placer) error {
	var revision int64
	if err := tx.QueryRow(`UPDATE settings SET revision = revision + 1 RETURNING revision`).Scan(&revision); err != nil {
		return err
	}
	v, err := s.view(ctx, "read what is to be placed")
	if err != nil {
		return err
	}
	defer v.end()
	if err := replace(tx, v, revision, in, place); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO change (record, mark) VALUES ('settings', random())`)
	return err
}
