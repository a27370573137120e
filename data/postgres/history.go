package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
)

// replacement is a record that takes the place of what its key had.
type replacement[T any] struct {
	record   T
	revision int64
	at       time.Time
}

func replaceOne[T any](ctx context.Context, s *Store, t table[T], r replacement[T]) (receipt data.Receipt, err error) {
	err = s.write(ctx, "replace a "+t.name, func(tx *transaction) error {
		if err := tx.lockedAt(r.revision); err != nil {
			return err
		}
		receipt, err = t.replace(tx, r)
		return err
	})
	if err != nil {
		return 0, err
	}
	return receipt, nil
}

func (t table[T]) replace(tx *transaction, r replacement[T]) (data.Receipt, error) {
	values, err := t.values(r.record)
	if err != nil {
		return 0, err
	}
	key := t.key(r.record)
	known, err := knownIn(tx)
	if err != nil {
		return 0, err
	}
	if gone, err := known.among(t.Sort, []data.Key{key}); err != nil || known.any && gone[0] {
		return data.Gone, err
	}
	id, err := t.lockKey(tx, key)
	if err != nil {
		return 0, err
	}
	receipt := data.Added
	if id != 0 {
		stored, err := t.present(tx, []data.Key{key})
		if err != nil || t.same(stored[key], r.record) {
			return data.Unchanged, err
		}
		receipt = data.Corrected
		if err := t.end(tx, id, end{at: r.at}); err != nil {
			return 0, err
		}
	}
	after, err := t.add(tx, key, values)
	if err != nil {
		return 0, err
	}
	tx.tell(t.Sort, id, after)
	return receipt, nil
}

// lockKey takes a key, for which others wait, and returns the id of its present
// version, 0 where there is none.
func (t table[T]) lockKey(tx *transaction, key data.Key) (id int64, err error) {
	_, err = tx.exec(`INSERT INTO `+t.name+`_key (source, ref) VALUES ($1, $2) ON CONFLICT DO NOTHING`, key.Source, key.Ref)
	if err != nil {
		return 0, err
	}
	err = tx.queryRow(`SELECT coalesce(id, 0) FROM `+t.name+`_key WHERE source = $1 AND ref = $2 FOR UPDATE`, key.Source, key.Ref).Scan(&id)
	return id, err
}

// add stores the next version of a record whose key is locked and returns its
// id.
func (t table[T]) add(tx *transaction, key data.Key, values []any) (int64, error) {
	ids, err := tx.newIDs(1)
	if err != nil {
		return 0, err
	}
	if _, err := tx.exec(`UPDATE `+t.name+`_key SET id = $3 WHERE source = $1 AND ref = $2`, key.Source, key.Ref, ids[0]); err != nil {
		return 0, err
	}
	_, err = tx.conn.CopyFrom(tx.ctx, pgx.Identifier{t.name}, append([]string{"id"}, t.columns...),
		pgx.CopyFromRows([][]any{append([]any{ids[0]}, values...)}))
	return ids[0], err
}

// end is how a version ends.
type end struct {
	at      time.Time
	deleted bool
}

// end moves a version, whose key is locked, into the history.
func (t table[T]) end(tx *transaction, id int64, as end) error {
	if as.at.IsZero() {
		return errors.New("it has no time at which the version ended")
	}
	all, err := tx.spans()
	if err != nil {
		return err
	}
	var boundary int64
	err = tx.rows(`SELECT `+t.list(``)+` FROM `+t.name+` WHERE id = $1`, []any{id}, func(rows pgx.Rows) error {
		record, err := t.read(rows)
		t.fillVersion(&record, all)
		_, place, _ := t.placed(&record)
		boundary = place.Version
		return err
	})
	if err != nil {
		return err
	}
	moved, err := tx.exec(`
		WITH ended AS (DELETE FROM `+t.name+` WHERE id = $1 RETURNING *)
		INSERT INTO `+t.name+`_history (until, deleted, boundary, number, id, `+t.list(``)+`)
		SELECT $2, $3, $4, (SELECT coalesce(max(number), 0) + 1 FROM `+t.name+`_history AS h WHERE h.source = ended.source AND h.ref = ended.ref),
			id, `+t.list(``)+` FROM ended`, id, kept(as.at), as.deleted, boundary)
	if err == nil && moved != 1 {
		err = fmt.Errorf("version %d of a %s is not there", id, t.name)
	}
	return err
}

// Delete moves the present version of a record into the history.
func (s *Store) Delete(ctx context.Context, sort data.Sort, key data.Key, at time.Time) (deleted bool, err error) {
	switch sort {
	case data.PickupSort:
		return remove(ctx, s, pickups, key, at)
	case data.IncidentSort:
		return remove(ctx, s, incidents, key, at)
	}
	return false, s.failed(ctx, "delete a record", noSort(sort))
}

func noSort(sort data.Sort) error { return fmt.Errorf("%d is no sort of record", sort) }

func remove[T any](ctx context.Context, s *Store, t table[T], key data.Key, at time.Time) (deleted bool, err error) {
	err = s.write(ctx, "delete a record", func(tx *transaction) error {
		// Not while records are placed anew, which would write to a version that
		// is not there any more.
		if err := tx.shareSettings(); err != nil {
			return err
		}
		deleted = false
		var id int64
		err := tx.queryRow(`SELECT id FROM `+t.name+`_key WHERE source = $1 AND ref = $2 AND id IS NOT NULL FOR UPDATE`, key.Source, key.Ref).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err == nil {
			err = t.end(tx, id, end{at, true})
		}
		if err == nil {
			_, err = tx.exec(`UPDATE `+t.name+`_key SET id = NULL WHERE source = $1 AND ref = $2`, key.Source, key.Ref)
		}
		tx.tell(t.Sort, id, 0)
		deleted = true
		return err
	})
	return deleted && err == nil, err
}

// History returns the earlier versions of a record, the oldest first.
func (s *Store) History(ctx context.Context, sort data.Sort, key data.Key) ([]data.Version, error) {
	switch sort {
	case data.PickupSort:
		return history(ctx, s, pickups, key, func(version *data.Version, p data.Pickup) { version.Pickup = &p })
	case data.IncidentSort:
		return history(ctx, s, incidents, key, func(version *data.Version, i data.Incident) { version.Incident = &i })
	}
	return nil, s.failed(ctx, "read the history of a record", noSort(sort))
}

func history[T any](ctx context.Context, s *Store, t table[T], key data.Key, into func(*data.Version, T)) ([]data.Version, error) {
	return list(ctx, s, "read the history of a record", `
		SELECT number, until, deleted, boundary, `+t.list(``)+` FROM `+t.name+`_history
		WHERE source = $1 AND ref = $2 ORDER BY number`, []any{key.Source, key.Ref}, func(rows pgx.Rows) (data.Version, error) {
		var version data.Version
		var boundary int64
		record, err := t.read(rows, &version.Number, &version.Until, &version.Deleted, &boundary)
		_, place, _ := t.placed(&record)
		place.Version = boundary
		version.Until = version.Until.UTC()
		into(&version, record)
		return version, err
	})
}

// Before returns the replaced answers of a record, the oldest first.
func (s *Store) Before(ctx context.Context, sort data.Sort, key data.Key) ([]data.Past, error) {
	switch sort {
	case data.PickupSort:
		return before(ctx, s, pickups, key)
	case data.IncidentSort:
		return before(ctx, s, incidents, key)
	}
	return nil, s.failed(ctx, "read replaced answers", noSort(sort))
}

func before[T any](ctx context.Context, s *Store, t table[T], key data.Key) (past []data.Past, err error) {
	v, err := s.viewOf(ctx, s.writer, "read replaced answers")
	if err != nil {
		return nil, err
	}
	defer v.end()
	all, err := v.spans()
	if err != nil {
		return nil, v.failed(err)
	}
	var revision int64
	var answer storedPlace
	err = v.rows(`
		SELECT m.revision, m.class, m.area, m.hours, m.near_boundary, `+t.list(`r.`)+` FROM `+t.name+`_key AS k
		JOIN `+t.name+`_moved AS m ON m.record = k.id JOIN `+t.name+` AS r ON r.id = k.id
		WHERE k.source = $1 AND k.ref = $2 ORDER BY m.revision`, []any{key.Source, key.Ref}, func(rows pgx.Rows) (bool, error) {
		record, err := t.read(rows, slices.Concat([]any{&revision}, answer.into())...)
		if err != nil {
			return false, err
		}
		place, err := answer.place()
		if when, _, located := t.placed(&record); located {
			place.Version = all.before(revision, when)
		}
		past = append(past, data.Past{Place: place, Revision: revision})
		return true, err
	})
	if err != nil {
		return nil, v.failed(err)
	}
	return past, nil
}
