package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// Settings returns the scheme and the boundaries, or data.ErrNoScheme. The
// areas come back rounded to the lattice.
func (s *Store) Settings(ctx context.Context) (data.Settings, error) {
	v, err := s.viewOf(ctx, s.writer, "read the settings")
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
	err := v.queryRow(`SELECT revision, scheme FROM settings`).Scan(&settings.Revision, &settings.SchemeText)
	if errors.Is(err, pgx.ErrNoRows) {
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
	return s.write(ctx, "put the scheme", func(t *transaction) error {
		err := t.lockSettings(revision)
		if err != nil && !errors.Is(err, data.ErrNoScheme) {
			return err
		}
		if err := t.checkDivision(text); err != nil {
			return err
		}
		_, err = t.exec(`
			INSERT INTO settings (id, revision, scheme) VALUES (1, 0, $1)
			ON CONFLICT (id) DO UPDATE SET scheme = excluded.scheme`, text)
		if err != nil {
			return err
		}
		return t.changeSettings(data.Span{}, place)
	})
}

// lockSettings takes the lock of the settings for itself, and waits for that until
// all writers under way are done. It returns what checkRevision returns.
func (t *transaction) lockSettings(revision int64) error {
	if err := t.lock(lockSettings); err != nil {
		return err
	}
	return t.checkRevision(revision)
}

// checkDivision returns data.ErrSealed where something was sealed, and a scheme
// divides time or ground in another way than the one that is there. The lock of
// the releases keeps an edition from coming between.
func (t *transaction) checkDivision(text string) error {
	if err := t.lock(lockReleases); err != nil {
		return err
	}
	var stored string
	err := t.queryRow(`SELECT scheme FROM settings WHERE EXISTS (SELECT 1 FROM sealing)`).Scan(&stored)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && stored == text {
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
	return s.write(ctx, fmt.Sprintf("put version %d of the boundary", b.Version), func(t *transaction) error {
		if err := t.lockSettings(revision); err != nil {
			return err
		}
		var last int64
		if err := t.queryRow(`SELECT coalesce(max(version), 0) FROM boundary`).Scan(&last); err != nil {
			return err
		}
		if b.Version != last+1 {
			return fmt.Errorf("the next version is %d", last+1)
		}
		if err := t.insertBoundary(revision+1, b); err != nil {
			return err
		}
		return t.changeSettings(data.Span{From: b.From, To: b.To}, place)
	})
}

// WithdrawBoundary takes a version back and places anew the records whose time
// lies in its span.
func (s *Store) WithdrawBoundary(ctx context.Context, revision, version int64, place data.Placer) error {
	return s.write(ctx, fmt.Sprintf("withdraw version %d of the boundary", version), func(t *transaction) error {
		if err := t.lockSettings(revision); err != nil {
			return err
		}
		span, err := t.withdraw(revision+1, version)
		if err != nil {
			return err
		}
		return t.changeSettings(span, place)
	})
}

// changeSettings counts a change of the settings, places the records in a span
// anew and puts the change into the feed.
func (t *transaction) changeSettings(in data.Span, place data.Placer) error {
	var revision int64
	if err := t.queryRow(`UPDATE settings SET revision = revision + 1 RETURNING revision`).Scan(&revision); err != nil {
		return err
	}
	if err := t.placeAnew(revision, in, place); err != nil {
		return err
	}
	t.tell(settingsEntry, 0, 0)
	return nil
}
