package sqlite

import (
	"context"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

const (
	pickupColumns  = keyColumns + `, ` + positionColumns + `, ` + visitColumns
	pickupReported = keyColumns + `, ` + pointColumns + `, ` + visitColumns
	visitColumns   = `at_ms, at_precision, at_ambiguous, found`
)

var pickups = table[data.Pickup]{
	ledger:  ledgers[data.PickupSort],
	columns: pickupColumns, reported: pickupReported,
	insert: `INSERT INTO pickup (` + pickupReported + `)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, ref) DO NOTHING`,
	insertNew: `INSERT INTO pickup (` + pickupReported + `)
		SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))
		WHERE NOT EXISTS (SELECT 1 FROM pickup_history WHERE source = column1 AND ref = column2)
		ON CONFLICT (source, ref) DO NOTHING`,
	answer: `INSERT INTO pickup_answer (record, answer) VALUES (?, ?)`,
	find:   `SELECT id, ` + pickupColumns + ` FROM placed_pickup WHERE source = ? AND ref = ?`,
	all:    `SELECT ` + pickupColumns + ` FROM placed_pickup ORDER BY id`,
	past: `SELECT number, until_ms, deleted, ` + pickupColumns + ` FROM past_pickup
		WHERE source = ? AND ref = ? ORDER BY number`,
	append: appendPickup,
	place:  func(p data.Pickup) geo.Place { return p.Place },
	read:   readPickup,
	same: func(stored, given data.Pickup) bool {
		given.At = kept(given.At)
		return stored.Same(given)
	},
	sides: func(c *data.Change) (before, after **data.Pickup) { return &c.PickupBefore, &c.Pickup },
}

func readPickup(c *columns) (data.Pickup, error) {
	p := data.Pickup{Key: data.Key{Source: c.text(), Ref: c.text()}, Position: c.position(), At: c.when()}
	var err error
	p.Found, err = engine.DecodeFound(c.text())
	return p, err
}

func appendPickup(args []any, p data.Pickup) ([]any, error) {
	found, err := engine.EncodeFound(p.Found)
	if err != nil {
		return nil, err
	}
	args = append(args, p.Source, p.Ref)
	args = appendPoint(args, p.Position)
	args = appendWhen(args, p.At)
	return append(args, found), nil
}

// PutPickups stores a batch, all or none. Besides what data.Store says it
// refuses a pickup that names a kind twice or out of order, and one before
// there is a scheme (data.ErrNoScheme).
func (s *Store) PutPickups(ctx context.Context, revision int64, batch []data.Pickup) ([]data.Receipt, error) {
	return putAll(ctx, s, pickups, revision, batch)
}

// ReplacePickup stores a pickup in the place of what its source and reference
// had. It refuses what PutPickups refuses.
func (s *Store) ReplacePickup(ctx context.Context, revision int64, p data.Pickup, at time.Time) (data.Receipt, error) {
	return replaceOne(ctx, s, pickups, replacement[data.Pickup]{p, revision, at})
}

// Pickups yields every pickup in the order in which their versions came. Until the
// sequence was ranged over or ctx ends, the view keeps a connection.
func (s *Store) Pickups(ctx context.Context) (int64, iter.Seq2[data.Pickup, error], error) {
	v, err := s.view(ctx, "read pickups")
	if err != nil {
		return 0, nil, err
	}
	return v.position, streamAll(v, pickups), nil
}

// PickupsIn returns the pickups in a half-open box, in degrees. Its edges are
// rounded to the lattice, as every coordinate is, so that boxes side by side
// share out the points. An edge may lie off the globe.
func (s *Store) PickupsIn(ctx context.Context, box orb.Bound, limit int) ([]data.Pickup, error) {
	v, err := s.view(ctx, "read pickups in a box")
	if err != nil {
		return nil, err
	}
	defer v.end()
	limit = max(limit, 0)
	var found []data.Pickup
	args := []any{lattice(box.Min.Lat()), lattice(box.Max.Lat()), lattice(box.Min.Lon()), lattice(box.Max.Lon())}
	err = each(v, pickups, `
		SELECT `+pickupColumns+` FROM placed_pickup WHERE id IN (
			SELECT id FROM pickup INDEXED BY pickup_point WHERE lat >= ? AND lat < ? AND lon >= ? AND lon < ?)
		ORDER BY id`,
		args, func(p data.Pickup) bool {
			found = append(found, p)
			return len(found) <= limit
		})
	if err == nil && len(found) > limit {
		err = fmt.Errorf("more than %d: %w", limit, data.ErrTooMany)
	}
	if err != nil {
		return nil, v.failed(err)
	}
	return found, nil
}

// lattice rounds as geo.NewPoint does. What is no number becomes NULL, which
// no point compares with.
func lattice(degrees float64) any {
	if math.IsNaN(degrees) {
		return nil
	}
	return int64(math.Round(min(max(degrees, -1000), 1000) / geo.Unit))
}
