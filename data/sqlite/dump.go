package sqlite

import (
	"context"
	"iter"

	"commonground/data"
	"commonground/data/archive"
)

var _ archive.Store = (*Store)(nil)

// Dump yields all that the store keeps but sessions. Until the sequence was ranged
// over or ctx ends, the view keeps a connection.
func (s *Store) Dump(ctx context.Context) (iter.Seq2[archive.Row, error], error) {
	v, err := s.view(ctx, "read everything")
	if err != nil {
		return nil, err
	}
	return stream(v, func(do func(archive.Row) bool) error {
		d := dumping{view: v, do: do}
		for _, part := range []func() error{
			d.beginning, d.boundaries, d.versions, d.moves, d.changes, d.sums, d.destroyed, d.releases, d.returns, d.keys,
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

// each gives out what read makes of the rows of a query.
func (d *dumping) each(query string, read func(*columns) (archive.Row, error)) error {
	if d.stopped {
		return nil
	}
	return d.rows(query, nil, func(row *columns) (bool, error) {
		out, err := read(row)
		if err != nil || row.err != nil {
			return false, err
		}
		return d.give(out), nil
	})
}

func (d *dumping) beginning() error {
	return d.each(`
		SELECT coalesce(max(revision), 0), coalesce(max(scheme), ''), (SELECT key FROM destroyed_key),
			(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'pickup'),
			(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'incident') FROM settings`,
		func(row *columns) (archive.Row, error) {
			b := archive.Beginning{Revision: row.integer(), SchemeText: row.text()}
			b.DestroyedKey, _ = row.value().([]byte)
			b.LastPickup, b.LastIncident = row.integer(), row.integer()
			return b, nil
		})
}

func (d *dumping) boundaries() error {
	all, err := d.view.boundaries()
	if err != nil {
		return err
	}
	return d.rows(`SELECT version, added FROM boundary ORDER BY version`, nil, func(row *columns) (bool, error) {
		return d.give(archive.Boundary{Boundary: all[row.integer()-1], Added: row.integer()}), nil
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
	read := func(row *columns) (archive.Row, error) {
		v := archive.Version{ID: row.integer()}
		v.Number = int(row.integer())
		v.Until, v.Deleted = row.time(), row.integer() != 0
		record, err := t.read(row)
		into(&v.Version, record)
		return v, err
	}
	if err := d.each(`SELECT id, 0, NULL, 0, `+t.columns+` FROM placed_`+t.record+` ORDER BY id`, read); err != nil {
		return err
	}
	return d.each(`SELECT id, number, until_ms, deleted, `+t.columns+` FROM past_`+t.record+` ORDER BY id`, read)
}

func (d *dumping) moves() error {
	for _, of := range []ledger{pickups.ledger, incidents.ledger} {
		err := d.each(`SELECT record, revision, `+answerColumns+` FROM `+of.record+`_moved JOIN answer ON answer.id = before
			ORDER BY record, revision DESC`, func(row *columns) (archive.Row, error) {
			return archive.Move{Sort: of.Sort, Record: row.integer(), Revision: row.integer(), Before: row.answer()}, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// entrySorts are the words of the feed, by the sorts that they stand for.
var entrySorts = map[string]data.Sort{
	"pickup": data.PickupSort, "incident": data.IncidentSort, "settings": archive.SettingsSort, "destroyed": archive.DestroyedSort,
}

func (d *dumping) changes() error {
	return d.each(`SELECT position, record, before, after, mark FROM change ORDER BY position`, func(row *columns) (archive.Row, error) {
		return archive.Change{
			Position: row.integer(), Sort: entrySorts[row.text()], Before: row.integer(), After: row.integer(), Mark: row.integer(),
		}, nil
	})
}

func (d *dumping) sums() error {
	err := d.each(`SELECT `+pickupSumColumns+` FROM pickup_sum ORDER BY id`, func(row *columns) (archive.Row, error) {
		return row.pickupSum()
	})
	if err != nil {
		return err
	}
	return d.each(selectIncidentSums, func(row *columns) (archive.Row, error) { return row.incidentSum() })
}

func (d *dumping) destroyed() error {
	err := d.each(`SELECT hash FROM destroyed ORDER BY hash`, func(row *columns) (archive.Row, error) {
		hash, _ := row.value().([]byte)
		return archive.Destroyed{Hash: hash}, nil
	})
	if err != nil {
		return err
	}
	err = d.each(`SELECT number, text, hash, at_ms FROM certificate LEFT JOIN scrub ON scrub.certificate = number ORDER BY number`,
		func(row *columns) (archive.Row, error) {
			return archive.Certificate{Number: row.integer(), Text: row.text(), SHA256: row.text(), Scrubbed: row.time()}, nil
		})
	if err != nil {
		return err
	}
	return d.each(selectHolds, func(row *columns) (archive.Row, error) { return row.hold(), nil })
}

func (d *dumping) releases() error {
	err := d.each(selectEpochs, func(row *columns) (archive.Row, error) { return row.epoch(), nil })
	if err != nil {
		return err
	}
	err = d.each(selectSignatures+` ORDER BY id`, func(row *columns) (archive.Row, error) { return row.signature(), nil })
	if err != nil {
		return err
	}
	return d.each(selectSealings, func(row *columns) (archive.Row, error) { return row.sealing(), nil })
}

func (d *dumping) returns() error {
	return d.each(selectReturns, func(row *columns) (archive.Row, error) { return row.agencyReturn(), nil })
}

func (d *dumping) keys() error {
	err := d.each(selectAPIKeys+` ORDER BY created_ms, id`, func(row *columns) (archive.Row, error) { return row.apiKey() })
	if err != nil {
		return err
	}
	return d.each(`SELECT `+auditColumns+` FROM audit ORDER BY number`, func(row *columns) (archive.Row, error) { return row.audit(), nil })
}
