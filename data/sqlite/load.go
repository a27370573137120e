package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"commonground/data"
	"commonground/data/archive"
	"commonground/data/audit"
	"commonground/data/engine"
	"commonground/geo"
)

// Load fills an empty store.
func (s *Store) Load(ctx context.Context, rows iter.Seq2[archive.Row, error]) error {
	return s.write(ctx, "fill the store", func(tx *sql.Tx) error {
		var empty bool
		if err := tx.QueryRow(selectEmpty).Scan(&empty); err != nil {
			return err
		}
		if !empty {
			return archive.ErrNotEmpty
		}
		l := load{tx: tx, answers: answers{tx: tx, ids: map[geo.Place]int64{}}, statements: map[string]*sql.Stmt{}}
		for row, err := range rows {
			if err != nil {
				return err
			}
			if err := l.put(row); err != nil {
				return fmt.Errorf("%T: %w", row, err)
			}
		}
		return l.end()
	})
}

const selectEmpty = `SELECT NOT (EXISTS (SELECT 1 FROM settings) OR EXISTS (SELECT 1 FROM change) OR EXISTS (SELECT 1 FROM audit)
	OR EXISTS (SELECT 1 FROM api_key) OR EXISTS (SELECT 1 FROM epoch) OR EXISTS (SELECT 1 FROM signature) OR EXISTS (SELECT 1 FROM sealing)
	OR EXISTS (SELECT 1 FROM hold) OR EXISTS (SELECT 1 FROM certificate) OR EXISTS (SELECT 1 FROM destroyed)
	OR EXISTS (SELECT 1 FROM agency_return))`

// load is a load under way.
type load struct {
	tx         *sql.Tx
	answers    answers
	statements map[string]*sql.Stmt
	beginning  archive.Beginning
	began      bool
	moved      archive.Move // the last
	before     int64        // its answer
}

// exec runs a statement, which is prepared once.
func (l *load) exec(statement string, args ...any) error {
	prepared := l.statements[statement]
	if prepared == nil {
		var err error
		if prepared, err = l.tx.Prepare(statement); err != nil { // the end of the transaction closes it
			return err
		}
		l.statements[statement] = prepared
	}
	_, err := prepared.Exec(args...)
	return err
}

func (l *load) put(row archive.Row) error {
	switch r := row.(type) {
	case archive.Beginning:
		return l.begin(r)
	case archive.Boundary:
		return l.boundary(r)
	case archive.Version:
		if r.Pickup != nil {
			return loadVersion(l, pickups, &r, *r.Pickup)
		}
		return loadVersion(l, incidents, &r, *r.Incident)
	case archive.Move:
		return l.move(r)
	case archive.Change:
		return l.change(r)
	case data.PickupSum, data.IncidentSum, archive.Destroyed, archive.Certificate, data.Hold:
		return l.ended(row)
	case data.Epoch, data.Signature, data.Sealing:
		return l.release(row)
	case data.Return:
		return l.exec(insertReturn, returnValues(r)...)
	case data.APIKey:
		return l.exec(insertAPIKey, apiKeyValues(r)...)
	case audit.Sealed:
		return insertAudit(l.tx, []audit.Sealed{r})
	}
	return errors.New("there is no such row")
}

func (l *load) begin(b archive.Beginning) error {
	l.beginning, l.began = b, true
	if b.SchemeText != "" {
		if err := l.exec(`INSERT INTO settings (id, revision, scheme) VALUES (1, ?, ?)`, b.Revision, b.SchemeText); err != nil {
			return err
		}
	}
	return l.exec(`UPDATE destroyed_key SET key = ?`, b.DestroyedKey)
}

// end sees to it that no id is given again.
func (l *load) end() error {
	if !l.began {
		return errors.New("the rows have no beginning")
	}
	for name, last := range map[string]int64{"pickup": l.beginning.LastPickup, "incident": l.beginning.LastIncident} {
		if err := l.exec(`DELETE FROM sqlite_sequence WHERE name = ?`, name); err != nil {
			return err
		}
		if err := l.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`, name, last); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) boundary(b archive.Boundary) error {
	withdrawn := b.Withdrawn
	b.Withdrawn = 0
	if err := insertBoundary(l.tx, b.Added, b.Boundary); err != nil || withdrawn == 0 {
		return err
	}
	return l.exec(`UPDATE boundary SET withdrawn = ? WHERE version = ?`, withdrawn, b.Version)
}

func loadVersion[T any](l *load, t table[T], v *archive.Version, record T) error {
	reported, err := t.append(nil, record)
	if err != nil {
		return err
	}
	place := t.place(record)
	answer, err := l.answers.id(place)
	if err != nil {
		return err
	}
	if v.Number > 0 {
		args := slices.Concat([]any{v.ID, int64(v.Number), v.Until.UnixMilli(), bit(v.Deleted), answer, place.Version}, reported)
		return l.exec(`INSERT INTO `+t.record+`_history (id, number, until_ms, deleted, answer, boundary, `+t.reported+`)
			VALUES (`+marks(len(args))+`)`, args...)
	}
	args := slices.Concat([]any{v.ID}, reported)
	if err := l.exec(`INSERT INTO `+t.record+` (id, `+t.reported+`) VALUES (`+marks(len(args))+`)`, args...); err != nil {
		return err
	}
	return l.exec(t.answer, v.ID, answer)
}

// move stores an answer that was replaced, and the one that took its place: that
// before the next move, or the one at the end.
func (l *load) move(m archive.Move) error {
	record := pickups.record
	if m.Sort == data.IncidentSort {
		record = incidents.record
	}
	after := l.before
	if m.Sort != l.moved.Sort || m.Record != l.moved.Record {
		err := l.tx.QueryRow(`SELECT answer FROM `+record+`_answer WHERE record = ?1
			UNION ALL SELECT answer FROM `+record+`_history WHERE id = ?1`, m.Record).Scan(&after)
		if err != nil {
			return err
		}
	}
	before, err := l.answers.id(m.Before)
	if err != nil {
		return err
	}
	l.moved, l.before = m, before
	return l.exec(`INSERT INTO `+record+`_moved (revision, record, before, after) VALUES (?, ?, ?, ?)`, m.Revision, m.Record, before, after)
}

func (l *load) change(c archive.Change) error {
	for name, sort := range entrySorts {
		if sort == c.Sort {
			return l.exec(`INSERT INTO change (position, record, before, after, mark) VALUES (?, ?, ?, ?, ?)`,
				c.Position, name, orNull(c.Before), orNull(c.After), c.Mark)
		}
	}
	return fmt.Errorf("%d is no sort of entry", c.Sort)
}

// orNull is an id, NULL for 0.
func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// ended stores what is left of records that were destroyed, or keeps others from
// it.
func (l *load) ended(row archive.Row) error {
	switch r := row.(type) {
	case data.PickupSum:
		found, err := engine.EncodeFound(r.Found)
		if err != nil {
			return err
		}
		var lon, lat any
		if r.Centre != nil {
			lon, lat = int64(r.Centre.Lon), int64(r.Centre.Lat)
		}
		return l.exec(`INSERT INTO pickup_sum (`+pickupSumColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			r.Time.At.UnixMilli(), int64(r.Time.Precision), lon, lat, r.Class.String(), r.Area, found, r.Visits)
	case data.IncidentSum:
		return l.exec(`INSERT INTO incident_sum (`+incidentSumColumns+`) VALUES (?, ?, ?, ?, ?, ?)`,
			r.Time.At.UnixMilli(), int64(r.Time.Precision), r.Class.String(), string(r.Category), r.Outcome, r.Incidents)
	case archive.Destroyed:
		return l.exec(`INSERT INTO destroyed (hash) VALUES (?)`, r.Hash)
	case archive.Certificate:
		err := l.exec(`INSERT INTO certificate (number, text, hash) VALUES (?, ?, ?)`, r.Number, r.Text, r.SHA256)
		if err != nil || r.Scrubbed.IsZero() {
			return err
		}
		return l.exec(`INSERT INTO scrub (certificate, at_ms) VALUES (?, ?)`, r.Number, r.Scrubbed.UnixMilli())
	case data.Hold:
		return l.exec(`INSERT INTO hold (number, name, sort, from_day, to_day, reason, who, began_ms, ended_ms, ended_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Number, r.Name, int64(r.Sort), int64(r.From), int64(r.To), r.Reason, r.Who,
			r.Began.UnixMilli(), milliseconds(r.Ended), r.EndedBy)
	}
	return nil
}

func (l *load) release(row archive.Row) error {
	switch r := row.(type) {
	case data.Epoch:
		return l.exec(insertEpoch, epochValues(r)...)
	case data.Signature:
		return l.exec(insertSignature, signatureValues(r)...)
	case data.Sealing:
		return l.exec(insertSealing, sealingValues(r)...)
	}
	return nil
}

// marks are n parameters.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat(`?, `, n), `, `) }
