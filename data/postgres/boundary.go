package postgres

import (
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/geo"
)

func (t *transaction) insertBoundary(revision int64, b geo.Boundary) error {
	from, to := orNull(b.From), orNull(b.To)
	switch {
	case from == nil:
		return errors.New("it has no start")
	case to != nil && !to.After(*from):
		return errors.New("its span is empty: the end is not after the start")
	case b.Withdrawn != 0:
		return errors.New("it is withdrawn already")
	}
	if _, err := t.exec(`INSERT INTO boundary (version, valid_from, valid_to, added) VALUES ($1, $2, $3, $4)`,
		b.Version, from, to, revision); err != nil {
		return err
	}
	for ordinal, area := range b.Areas {
		if err := t.insertArea(b.Version, ordinal, area); err != nil {
			return fmt.Errorf("area %s: %w", area.ID, err)
		}
	}
	return nil
}

func (t *transaction) insertArea(version int64, ordinal int, area geo.Area) error {
	area, err := area.Rounded()
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO area (boundary, ordinal, id, name, class, shape) VALUES ($1, $2, $3, $4, $5, $6)`,
		version, ordinal, area.ID, area.Name, area.Class.String(), area.Shape)
	return err
}

// withdraw takes a version back and returns its span.
func (t *transaction) withdraw(revision, version int64) (data.Span, error) {
	var from time.Time
	var to *time.Time
	err := t.queryRow(`
		UPDATE boundary SET withdrawn = $1 WHERE version = $2 AND withdrawn IS NULL
		RETURNING valid_from, valid_to`, revision, version).Scan(&from, &to)
	if errors.Is(err, pgx.ErrNoRows) {
		return data.Span{}, errors.New("there is no such version that stands")
	}
	return data.Span{From: from.UTC(), To: orZero(to)}, err
}

// boundaries returns every version of the boundary in order, with its areas.
func (v *view) boundaries() ([]geo.Boundary, error) {
	var boundaries []geo.Boundary
	err := v.rows(`SELECT version, valid_from, valid_to, coalesce(withdrawn, 0) FROM boundary ORDER BY version`, nil, func(rows pgx.Rows) (bool, error) {
		var b geo.Boundary
		var to *time.Time
		err := rows.Scan(&b.Version, &b.From, &to, &b.Withdrawn)
		b.From, b.To = b.From.UTC(), orZero(to)
		boundaries = append(boundaries, b)
		return true, err
	})
	if err != nil {
		return nil, err
	}
	return boundaries, v.rows(`SELECT boundary, id, name, class, shape FROM area ORDER BY boundary, ordinal`, nil, func(rows pgx.Rows) (bool, error) {
		var version int64
		var area geo.Area
		var class string
		err := rows.Scan(&version, &area.ID, &area.Name, &class, &area.Shape)
		if err != nil {
			return false, err
		}
		area.Class, err = geo.ParseClass(class)
		b := &boundaries[version-1] // versions are numbered from 1 without a gap
		b.Areas = append(b.Areas, area)
		return true, err
	})
}

// span is when a version of the boundary may be in force, and the revisions of
// the settings from and to which it stands.
type span struct {
	version          int64
	from             time.Time
	to               time.Time // zero for no end
	added, withdrawn int64     // 0 for never
}

func (s *span) holds(at time.Time) bool {
	return !at.Before(s.from) && (s.to.IsZero() || at.Before(s.to))
}

// spans are those of all versions of the boundary, the latest first.
type spans []span

// query of spans for a view or a transaction.
const selectSpans = `SELECT version, valid_from, valid_to, added, coalesce(withdrawn, 0) FROM boundary ORDER BY version DESC`

func (s *spans) read(rows pgx.Rows) error {
	var one span
	var to *time.Time
	err := rows.Scan(&one.version, &one.from, &to, &one.added, &one.withdrawn)
	one.to = orZero(to)
	*s = append(*s, one)
	return err
}

func (v *view) spans() (all spans, err error) {
	err = v.rows(selectSpans, nil, func(rows pgx.Rows) (bool, error) { return true, all.read(rows) })
	return all, err
}

func (t *transaction) spans() (all spans, err error) {
	err = t.rows(selectSpans, nil, func(rows pgx.Rows) error { return all.read(rows) })
	return all, err
}

// now returns the version in force for a time, 0 for none.
func (s spans) now(when data.When) int64 {
	for i := range s {
		if s[i].withdrawn == 0 && !when.IsZero() && s[i].holds(when.At) {
			return s[i].version
		}
	}
	return 0
}

// before returns the version that was in force for a time before a revision of
// the settings, 0 for none.
func (s spans) before(revision int64, when data.When) int64 {
	for i := range s {
		stood := s[i].added < revision && (s[i].withdrawn == 0 || s[i].withdrawn >= revision)
		if stood && !when.IsZero() && s[i].holds(when.At) {
			return s[i].version
		}
	}
	return 0
}

// fillVersion fills in the version of the boundary that is in force for a record.
func (t table[T]) fillVersion(record *T, all spans) {
	if when, place, located := t.placed(record); located {
		place.Version = all.now(when)
	}
}
