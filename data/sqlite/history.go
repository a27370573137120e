package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"commonground/data"
	"commonground/geo"
)

// ledger says how the versions of one sort of record follow each other.
type ledger struct {
	data.Sort
	record string // its word in the change feed and in the names of tables
	last   string // selects the largest id
	added  string // puts the versions after an id into the feed
	ended  string // selects whether any version has ended
	id     string // selects that of the present version, by source and ref
	// retire copies a version into the history, leave takes it and its answer out
	// of the present ones.
	retire string
	leave  [2]string
}

var ledgers = map[data.Sort]ledger{
	data.PickupSort: {
		Sort:   data.PickupSort,
		record: "pickup",
		last:   `SELECT coalesce(max(id), 0) FROM pickup`,
		added: `INSERT INTO change (record, after, mark)
			SELECT 'pickup', id, random() FROM pickup WHERE id > ? ORDER BY id`,
		ended: `SELECT EXISTS (SELECT 1 FROM pickup_history)`,
		id:    `SELECT id FROM pickup WHERE source = ? AND ref = ?`,
		retire: `INSERT INTO pickup_history (until_ms, deleted, number, answer, id, boundary, ` + pickupReported + `)
			SELECT ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM pickup_history AS h WHERE h.source = p.source AND h.ref = p.ref),
				(SELECT answer FROM pickup_answer WHERE record = p.id), id, boundary, ` + pickupReported + `
			FROM placed_pickup AS p WHERE id = ?`,
		leave: [2]string{`DELETE FROM pickup_answer WHERE record = ?`, `DELETE FROM pickup WHERE id = ?`},
	},
	data.IncidentSort: {
		Sort:   data.IncidentSort,
		record: "incident",
		last:   `SELECT coalesce(max(id), 0) FROM incident`,
		added: `INSERT INTO change (record, after, mark)
			SELECT 'incident', id, random() FROM incident WHERE id > ? ORDER BY id`,
		ended: `SELECT EXISTS (SELECT 1 FROM incident_history)`,
		id:    `SELECT id FROM incident WHERE source = ? AND ref = ?`,
		retire: `INSERT INTO incident_history (until_ms, deleted, number, answer, id, boundary, ` + incidentReported + `)
			SELECT ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM incident_history AS h WHERE h.source = i.source AND h.ref = i.ref),
				(SELECT answer FROM incident_answer WHERE record = i.id), id, boundary, ` + incidentReported + `
			FROM placed_incident AS i WHERE id = ?`,
		leave: [2]string{`DELETE FROM incident_answer WHERE record = ?`, `DELETE FROM incident WHERE id = ?`},
	},
}

// ledgerOf returns the ledger of a sort that a caller named.
func ledgerOf(sort data.Sort) (ledger, error) {
	l, ok := ledgers[sort]
	if !ok {
		return l, fmt.Errorf("%d is no sort of record", sort)
	}
	return l, nil
}

func (l ledger) anyEnded(tx *sql.Tx) (ended bool, err error) {
	err = tx.QueryRow(l.ended).Scan(&ended)
	return ended, err
}

// end is how a version ends.
type end struct {
	at      time.Time
	deleted bool
}

// end moves a version into the history.
func (l ledger) end(tx *sql.Tx, id int64, as end) error {
	if as.at.IsZero() {
		return errors.New("it has no time at which the version ended")
	}
	if _, err := tx.Exec(l.retire, milliseconds(as.at), bit(as.deleted), id); err != nil {
		return err
	}
	for _, statement := range l.leave {
		if _, err := tx.Exec(statement, id); err != nil {
			return err
		}
	}
	return nil
}

// tell puts a change into the feed, with the ids of the versions before and
// after it; nil is none.
func (l ledger) tell(tx *sql.Tx, before, after any) error {
	_, err := tx.Exec(`INSERT INTO change (record, before, after, mark) VALUES (?, ?, ?, random())`, l.record, before, after)
	return err
}

// replacement is a record that takes the place of what its key had.
type replacement[T any] struct {
	record   T
	revision int64
	at       time.Time
}

func replaceOne[T any](ctx context.Context, s *Store, t table[T], r replacement[T]) (receipt data.Receipt, err error) {
	err = s.write(ctx, "replace a "+t.record, func(tx *sql.Tx) error {
		if err := checkRevision(tx, r.revision); err != nil {
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

func (t table[T]) replace(tx *sql.Tx, r replacement[T]) (data.Receipt, error) {
	args, err := t.append(nil, r.record)
	if err != nil {
		return 0, err
	}
	id, stored, err := t.present(tx, args[0], args[1])
	if err != nil || id != 0 && t.same(stored, r.record) {
		return data.Unchanged, err
	}
	gone, err := knownIn(tx)
	if err != nil {
		return 0, err
	}
	if destroyed, err := gone.has(t.Sort, args[0], args[1]); err != nil || destroyed {
		return data.Gone, err
	}
	receipt, before := data.Added, any(nil)
	if id != 0 {
		receipt, before = data.Corrected, id
		if err := t.end(tx, id, end{at: r.at}); err != nil {
			return 0, err
		}
	}
	after, err := t.add(tx, args, t.place(r.record))
	if err != nil {
		return 0, err
	}
	return receipt, t.tell(tx, before, after)
}

// add stores a version and its answer and returns its id.
func (t table[T]) add(tx *sql.Tx, args []any, place geo.Place) (int64, error) {
	insert, err := tx.Prepare(t.insert)
	if err != nil {
		return 0, err
	}
	id, err := insertOne(insert, args)
	if err != nil {
		return 0, err
	}
	answer, err := tx.Prepare(t.answer)
	if err != nil {
		return 0, err
	}
	known := answers{tx: tx, ids: map[geo.Place]int64{}}
	return id, known.give(answer, id, place)
}

// Delete moves the present version of a record into the history.
func (s *Store) Delete(ctx context.Context, sort data.Sort, key data.Key, at time.Time) (deleted bool, err error) {
	err = s.write(ctx, "delete a record", func(tx *sql.Tx) error {
		l, err := ledgerOf(sort)
		if err != nil {
			return err
		}
		var id int64
		err = tx.QueryRow(l.id, key.Source, key.Ref).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			err = l.end(tx, id, end{at, true})
		}
		if err == nil {
			err = l.tell(tx, id, nil)
		}
		deleted = true
		return err
	})
	return deleted && err == nil, err
}

// History returns the earlier versions of a record, the oldest first.
func (s *Store) History(ctx context.Context, sort data.Sort, key data.Key) ([]data.Version, error) {
	v, err := s.view(ctx, "read the history of a record")
	if err != nil {
		return nil, err
	}
	defer v.end()
	var past []data.Version
	switch sort {
	case data.PickupSort:
		past, err = history(v, pickups, key, func(version *data.Version, p data.Pickup) { version.Pickup = &p })
	case data.IncidentSort:
		past, err = history(v, incidents, key, func(version *data.Version, i data.Incident) { version.Incident = &i })
	default:
		_, err = ledgerOf(sort)
	}
	if err != nil {
		return nil, v.failed(err)
	}
	return past, nil
}

func history[T any](v *view, t table[T], key data.Key, into func(*data.Version, T)) ([]data.Version, error) {
	var past []data.Version
	err := v.rows(t.past, []any{key.Source, key.Ref}, func(row *columns) (bool, error) {
		version := data.Version{Number: int(row.integer()), Until: time.UnixMilli(row.integer()).UTC(), Deleted: row.integer() != 0}
		record, err := t.read(row)
		into(&version, record)
		past = append(past, version)
		return true, err
	})
	return past, err
}
