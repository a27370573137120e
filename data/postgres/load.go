package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/archive"
	"commonground/data/audit"
	"commonground/data/engine"
)

// Load fills an empty store.
func (s *Store) Load(ctx context.Context, rows iter.Seq2[archive.Row, error]) error {
	began := false
	return s.write(ctx, "fill the store", func(t *transaction) error {
		if began {
			return errors.New("another transaction got in the way; begin again")
		}
		began = true
		// Who dumps may have to sort for longer than a silent client has.
		if _, err := t.exec(`SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return err
		}
		for _, lock := range []int{lockSettings, lockAudit, lockReleases, lockReturns} {
			if err := t.lock(lock); err != nil {
				return err
			}
		}
		var empty bool
		if err := t.queryRow(selectEmpty).Scan(&empty); err != nil {
			return err
		}
		if !empty {
			return archive.ErrNotEmpty
		}
		l := load{transaction: t}
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

// loadAtOnce is how many rows of a table are sent together.
const loadAtOnce = 4096

// load is a load under way.
type load struct {
	*transaction
	beginning archive.Beginning
	began     bool
	table     string // that rows wait for
	columns   string
	waiting   [][]any
}

// add puts a row into a table, together with others.
func (l *load) add(table, columns string, values ...any) error {
	if table != l.table || columns != l.columns || len(l.waiting) >= loadAtOnce {
		if err := l.send(); err != nil {
			return err
		}
		l.table, l.columns = table, columns
	}
	l.waiting = append(l.waiting, values)
	return nil
}

// send sends the rows that wait.
func (l *load) send() error {
	if len(l.waiting) == 0 {
		return nil
	}
	_, err := l.conn.CopyFrom(l.ctx, pgx.Identifier{l.table}, split(l.columns), pgx.CopyFromRows(l.waiting))
	l.waiting = l.waiting[:0]
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
		table := pickups.name
		if r.Sort == data.IncidentSort {
			table = incidents.name
		}
		return l.add(table+`_moved`, `record, revision, class, area, hours, near_boundary`, append([]any{r.Record, r.Revision}, answerValues(r.Before)...)...)
	case archive.Change:
		return l.add(`change`, `position, sort, before, after, mark`, r.Position, int16(r.Sort), idOrNull(r.Before), idOrNull(r.After), r.Mark)
	case data.PickupSum, data.IncidentSum, archive.Destroyed, archive.Certificate, data.Hold:
		return l.ended(row)
	case data.Epoch:
		return l.add(`epoch`, `from_day, content, hash, at, who`, day(r.From), r.Partition, r.SHA256, kept(r.At), r.Who)
	case data.Signature:
		return l.add(`signature`, `period, draft, who, name, at`, day(r.Period), r.Draft, r.Who, r.Name, kept(r.At))
	case data.Sealing:
		return l.add(`sealing`, sealingColumns, sealingValues(r)...)
	case data.Return:
		return l.add(`agency_return`, returnColumns, returnValues(r)...)
	case data.APIKey:
		return l.add(`api_key`, apiKeyColumns, apiKeyValues(r)...)
	case audit.Sealed:
		return l.audit(&r)
	}
	return errors.New("there is no such row")
}

// audit stores an entry of the log. One that an earlier version of the program
// wrote may have a character that PostgreSQL can't keep, and its hash can't do
// without.
func (l *load) audit(e *audit.Sealed) error {
	if strings.Contains(strings.Join([]string{e.Who, e.Name, e.Roles, string(e.Action), e.Subject, e.What, e.Why}, ""), "\x00") {
		return fmt.Errorf("entry %d of the audit log has the character U+0000, which PostgreSQL can't keep", e.Number)
	}
	return l.add(`audit`, auditColumns, auditValues(e)...)
}

const holdColumns = `number, name, sort, from_day, to_day, reason, who, began, ended, ended_by`

// idOrNull is the id of a version, NULL for 0.
func idOrNull(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func (l *load) begin(b archive.Beginning) error {
	l.beginning, l.began = b, true
	if b.SchemeText != "" {
		if err := l.add(`settings`, `id, revision, scheme`, int16(1), b.Revision, b.SchemeText); err != nil {
			return err
		}
	}
	_, err := l.exec(`UPDATE destroyed_key SET key = $1`, b.DestroyedKey)
	return err
}

func (l *load) boundary(b archive.Boundary) error {
	withdrawn := b.Withdrawn
	b.Withdrawn = 0
	if err := l.send(); err != nil {
		return err
	}
	if err := l.insertBoundary(b.Added, b.Boundary); err != nil || withdrawn == 0 {
		return err
	}
	_, err := l.exec(`UPDATE boundary SET withdrawn = $1 WHERE version = $2`, withdrawn, b.Version)
	return err
}

func loadVersion[T any](l *load, t table[T], v *archive.Version, record T) error {
	values, err := t.values(record)
	if err != nil {
		return err
	}
	if v.Number == 0 {
		return l.add(t.name, `id, `+t.list(``), append([]any{v.ID}, values...)...)
	}
	_, place, _ := t.placed(&record)
	return l.add(t.name+`_history`, `id, number, until, deleted, boundary, `+t.list(``),
		slices.Concat([]any{v.ID, v.Number, kept(v.Until), v.Deleted, place.Version}, values)...)
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
		var centre any
		if r.Centre != nil {
			centre = *r.Centre
		}
		return l.add(`pickup_sum`, pickupSumColumns, kept(r.Time.At), int16(r.Time.Precision), centre, r.Class.String(), r.Area, found, r.Visits)
	case data.IncidentSum:
		return l.add(`incident_sum`, incidentSumColumns, kept(r.Time.At), int16(r.Time.Precision), r.Class.String(), string(r.Category), r.Outcome, r.Incidents)
	case archive.Destroyed:
		return l.add(`destroyed`, `hash`, r.Hash)
	case archive.Certificate:
		err := l.add(`certificate`, `number, text, hash`, r.Number, r.Text, r.SHA256)
		if err != nil || r.Scrubbed.IsZero() {
			return err
		}
		return l.add(`scrub`, `certificate, at`, r.Number, kept(r.Scrubbed))
	case data.Hold:
		return l.add(`hold`, holdColumns, r.Number, r.Name, int16(r.Sort), day(r.From), day(r.To), r.Reason, r.Who, kept(r.Began), orNull(r.Ended), r.EndedBy)
	}
	return nil
}

// end sends what is left, fills the tables of keys, and sees to it that no id is
// given again.
func (l *load) end() error {
	if !l.began {
		return errors.New("the rows have no beginning")
	}
	if err := l.send(); err != nil {
		return err
	}
	for _, name := range []string{pickups.name, incidents.name} {
		for _, statement := range []string{
			`INSERT INTO ` + name + `_key (source, ref, id) SELECT source, ref, id FROM ` + name,
			`INSERT INTO ` + name + `_key (source, ref) SELECT DISTINCT source, ref FROM ` + name + `_history ON CONFLICT DO NOTHING`,
		} {
			if _, err := l.exec(statement); err != nil {
				return err
			}
		}
	}
	last := max(l.beginning.LastPickup, l.beginning.LastIncident)
	_, err := l.exec(`SELECT setval('version', greatest($1::bigint, 1), $1::bigint > 0)`, last)
	return err
}
