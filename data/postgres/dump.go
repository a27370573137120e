package postgres

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/archive"
)

var _ archive.Store = (*Store)(nil)

// Dump yields all that the store keeps but sessions. Until the sequence was ranged
// over or ctx ends, the view keeps a connection. It is taken of the primary.
func (s *Store) Dump(ctx context.Context) (iter.Seq2[archive.Row, error], error) {
	v, err := s.viewOf(ctx, s.writer, "read everything")
	if err != nil {
		return nil, err
	}
	return stream(v, func(do func(archive.Row) bool) error {
		// Who loads may take longer over a row than a silent client has.
		if _, err := v.conn.Exec(v.ctx, `SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return err
		}
		d := dumping{view: v, do: do}
		for _, part := range []func() error{
			d.beginning, d.boundaries, d.versions, d.moves, d.changes, d.sums, d.destroyed, d.holds, d.releases, d.returns, d.keys,
		} {
			if err := part(); err != nil || d.stopped {
				return err
			}
		}
		return nil
	}), nil
}

// dumping is a dump under way.
type dumping struct {
	*view
	do      func(archive.Row) bool
	stopped bool
}

// give gives a row out, or returns false where no more are wanted.
func (d *dumping) give(row archive.Row) bool {
	d.stopped = d.stopped || !d.do(row)
	return !d.stopped
}

// giveEach gives out what read makes of the rows of a query.
func giveEach[T any](d *dumping, query string, read func(pgx.Rows) (T, error)) error {
	if d.stopped {
		return nil
	}
	return d.rows(query, nil, func(rows pgx.Rows) (bool, error) {
		row, err := read(rows)
		return err == nil && d.give(row), err
	})
}

func (d *dumping) beginning() error {
	return giveEach(d, `
		SELECT coalesce(max(revision), 0), coalesce(max(scheme), ''), (SELECT key FROM destroyed_key),
			(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM version) FROM settings`,
		func(rows pgx.Rows) (b archive.Beginning, err error) {
			err = rows.Scan(&b.Revision, &b.SchemeText, &b.DestroyedKey, &b.LastPickup)
			b.LastIncident = b.LastPickup // one sequence is for both
			return b, err
		})
}

func (d *dumping) boundaries() error {
	all, err := d.view.boundaries()
	if err != nil {
		return err
	}
	return giveEach(d, `SELECT version, added FROM boundary ORDER BY version`, func(rows pgx.Rows) (b archive.Boundary, err error) {
		var version int64
		err = rows.Scan(&version, &b.Added)
		b.Boundary = all[version-1]
		return b, err
	})
}

func (d *dumping) versions() error {
	err := dumpVersions(d, pickups, func(v *data.Version, p data.Pickup) { v.Pickup = &p })
	if err != nil {
		return err
	}
	return dumpVersions(d, incidents, func(v *data.Version, i data.Incident) { v.Incident = &i })
}

func dumpVersions[T any](d *dumping, t table[T], into func(*data.Version, T)) error {
	spans, err := d.spans()
	if err != nil {
		return err
	}
	err = giveEach(d, `SELECT id, `+t.list(``)+` FROM `+t.name+` ORDER BY id`, func(rows pgx.Rows) (v archive.Version, err error) {
		record, err := t.read(rows, &v.ID)
		t.fillVersion(&record, spans)
		into(&v.Version, record)
		return v, err
	})
	if err != nil {
		return err
	}
	return giveEach(d, `SELECT id, number, until, deleted, boundary, `+t.list(``)+` FROM `+t.name+`_history ORDER BY id`,
		func(rows pgx.Rows) (v archive.Version, err error) {
			var boundary int64
			record, err := t.read(rows, &v.ID, &v.Number, &v.Until, &v.Deleted, &boundary)
			_, place, _ := t.placed(&record)
			place.Version, v.Until = boundary, v.Until.UTC()
			into(&v.Version, record)
			return v, err
		})
}

func (d *dumping) moves() error {
	for _, of := range []struct {
		data.Sort
		name string
	}{{pickups.Sort, pickups.name}, {incidents.Sort, incidents.name}} {
		err := giveEach(d, `SELECT record, revision, class, area, hours, near_boundary FROM `+of.name+`_moved ORDER BY record, revision DESC`,
			func(rows pgx.Rows) (archive.Move, error) {
				var answer storedPlace
				move := archive.Move{Sort: of.Sort}
				err := rows.Scan(append([]any{&move.Record, &move.Revision}, answer.into()...)...)
				if err == nil {
					move.Before, err = answer.place()
				}
				return move, err
			})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *dumping) changes() error {
	return giveEach(d, `SELECT position, sort, coalesce(before, 0), coalesce(after, 0), mark FROM change ORDER BY position`,
		func(rows pgx.Rows) (c archive.Change, err error) {
			return c, rows.Scan(&c.Position, &c.Sort, &c.Before, &c.After, &c.Mark)
		})
}

const incidentSumColumns = `received, received_precision, class, category, outcome, incidents`

func (d *dumping) sums() error {
	err := giveEach(d, `SELECT `+pickupSumColumns+` FROM pickup_sum ORDER BY id`, func(rows pgx.Rows) (data.PickupSum, error) {
		return readPickupSum(rows)
	})
	if err != nil {
		return err
	}
	return giveEach(d, selectIncidentSums, readIncidentSum)
}

func (d *dumping) destroyed() error {
	err := giveEach(d, `SELECT hash FROM destroyed ORDER BY hash`, func(rows pgx.Rows) (of archive.Destroyed, err error) {
		return of, rows.Scan(&of.Hash)
	})
	if err != nil {
		return err
	}
	return giveEach(d, `SELECT number, text, hash, at FROM certificate LEFT JOIN scrub ON scrub.certificate = number ORDER BY number`,
		func(rows pgx.Rows) (c archive.Certificate, err error) {
			var scrubbed *time.Time
			err = rows.Scan(&c.Number, &c.Text, &c.SHA256, &scrubbed)
			c.Scrubbed = orZero(scrubbed)
			return c, err
		})
}

func (d *dumping) holds() error { return giveEach(d, selectHolds, readHold) }

func (d *dumping) releases() error {
	err := giveEach(d, selectEpochs, readEpoch)
	if err == nil {
		err = giveEach(d, selectSignatures+` ORDER BY id`, readSignature)
	}
	if err == nil {
		err = giveEach(d, selectSealings, readSealing)
	}
	return err
}

func (d *dumping) returns() error { return giveEach(d, selectReturns, readReturn) }

func (d *dumping) keys() error {
	err := giveEach(d, selectAPIKeys+inOrderMade, readAPIKey)
	if err == nil {
		err = giveEach(d, selectAudit+` ORDER BY number`, readAudit)
	}
	return err
}

// split returns the columns of a list.
func split(columns string) []string { return strings.Split(columns, `, `) }
