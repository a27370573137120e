package postgres

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

var pickups = table[data.Pickup]{
	Sort:    data.PickupSort,
	name:    "pickup",
	columns: slices.Concat([]string{"source", "ref"}, positionColumns, whenColumns("at"), []string{"found"}),
	values: func(p data.Pickup) ([]any, error) {
		found, err := engine.EncodeFound(p.Found)
		return slices.Concat([]any{p.Source, p.Ref}, positionValues(p.Position), whenValues(p.At), []any{found}), err
	},
	read: readPickup,
	key:  func(p data.Pickup) data.Key { return p.Key },
	placed: func(p *data.Pickup) (data.When, *geo.Place, bool) {
		return p.At, &p.Place, p.Point != nil
	},
	same: func(stored, given data.Pickup) bool {
		given.At = keptWhen(given.At)
		return stored.Same(given)
	},
	asKept: func(p data.Pickup) data.Pickup {
		p.At = keptWhen(p.At)
		return p
	},
	sides: func(c *data.Change) (before, after **data.Pickup) { return &c.PickupBefore, &c.Pickup },
}

func readPickup(rows pgx.Rows, before ...any) (p data.Pickup, err error) {
	var position storedPosition
	var at storedWhen
	var found string
	if err = rows.Scan(slices.Concat(before, []any{&p.Source, &p.Ref}, position.into(), at.into(), []any{&found})...); err != nil {
		return p, err
	}
	if p.Position, err = position.position(); err != nil {
		return p, err
	}
	p.At = at.when()
	p.Found, err = engine.DecodeFound(found)
	return p, err
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

// Pickups yields every pickup. Until the sequence was ranged over or ctx ends, the
// view keeps a connection.
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
	limit = min(max(limit, 0), math.MaxInt-1) // one more is asked for
	var found []data.Pickup
	west, east, south, north := edge(box.Min.Lon()), edge(box.Max.Lon()), edge(box.Min.Lat()), edge(box.Max.Lat())
	if !(west < east && south < north) { // written so that NaN is empty too
		return nil, nil
	}
	err = pickups.each(v, `WHERE point && ST_MakeEnvelope($1, $2, $3, $4, 4326)
		AND ST_X(point) >= $1 AND ST_X(point) < $3 AND ST_Y(point) >= $2 AND ST_Y(point) < $4
		ORDER BY id LIMIT $5`,
		[]any{west, south, east, north, limit + 1}, func(p data.Pickup) bool {
			found = append(found, p)
			return true
		})
	if err == nil && len(found) > limit {
		err = fmt.Errorf("more than %d: %w", limit, data.ErrTooMany)
	}
	if err != nil {
		return nil, v.failed(err)
	}
	return found, nil
}

// edge is a coordinate rounded to the lattice and set half a step back, so that
// no point lies on it.
func edge(degrees float64) float64 {
	return (math.Round(min(max(degrees, -1000), 1000)/geo.Unit) - 0.5) * geo.Unit
}
