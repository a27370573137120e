package sqlite

import (
	"context"
	"fmt"
	"iter"

	"commonground/data"
	"commonground/data/engine"
)

// Moves yields the pickups that would get another answer, then the incidents.
// Until the sequence was ranged over or ctx ends, the view keeps a connection.
func (s *Store) Moves(ctx context.Context, revision int64, in data.Span, place data.Placer) (iter.Seq2[data.Move, error], error) {
	v, err := s.view(ctx, "work out what would move")
	if err != nil {
		return nil, err
	}
	if err := checkRevision(v.tx, revision); err != nil {
		defer v.end()
		return nil, v.failed(err)
	}
	return stream(v, func(do func(data.Move) bool) error { return v.moves(in, place, do) }), nil
}

// moves calls do for every record that would move, until do says false.
func (v *view) moves(in data.Span, place data.Placer, do func(data.Move) bool) error {
	surveyor, err := v.surveyor(in, place)
	if err != nil {
		return err
	}
	stopped := false
	for _, sort := range sorts {
		err := surveyor.tell(sort, func(some *surveyed) error {
			for i := range some.ids {
				now, moved := some.moved(i)
				if !moved || stopped {
					continue
				}
				move := data.Move{Sort: sort.Sort, Before: some.before[i], After: now}
				if err := some.tell(&move, i); err != nil {
					return err
				}
				stopped = !do(move)
			}
			return nil
		})
		if err != nil || stopped {
			return err
		}
	}
	return nil
}

// tell fills in what record i is about.
func (s *surveyed) tell(move *data.Move, i int) (err error) {
	if move.Sort == data.IncidentSort {
		move.When = s.received[i]
		return nil
	}
	move.When = s.times[i]
	move.Found, err = engine.DecodeFound(s.found[i])
	return err
}

// selectBefore selects, by sort, the replaced answers of a record. The
// revisions are listed first, because the rows are in their order.
var selectBefore = map[data.Sort]string{
	data.PickupSort: `
		WITH RECURSIVE past (revision) AS (
			SELECT 1 UNION ALL SELECT past.revision + 1 FROM past, settings WHERE past.revision < settings.revision)
		SELECT past.revision, class, area, hours, near_boundary, CASE WHEN lat IS NULL THEN 0 ELSE (
			SELECT coalesce(max(version), 0) FROM boundary
			WHERE added < past.revision AND (withdrawn IS NULL OR withdrawn >= past.revision)
				AND at_ms >= from_ms AND (to_ms IS NULL OR at_ms < to_ms)) END
		FROM pickup CROSS JOIN past
		JOIN pickup_moved ON pickup_moved.revision = past.revision AND pickup_moved.record = pickup.id
		JOIN answer ON answer.id = pickup_moved.before
		WHERE source = ? AND ref = ? ORDER BY past.revision`,
	data.IncidentSort: `
		WITH RECURSIVE past (revision) AS (
			SELECT 1 UNION ALL SELECT past.revision + 1 FROM past, settings WHERE past.revision < settings.revision)
		SELECT past.revision, class, area, hours, near_boundary, CASE WHEN lat IS NULL THEN 0 ELSE (
			SELECT coalesce(max(version), 0) FROM boundary
			WHERE added < past.revision AND (withdrawn IS NULL OR withdrawn >= past.revision)
				AND happened_ms >= from_ms AND (to_ms IS NULL OR happened_ms < to_ms)) END
		FROM incident CROSS JOIN past
		JOIN incident_moved ON incident_moved.revision = past.revision AND incident_moved.record = incident.id
		JOIN answer ON answer.id = incident_moved.before
		WHERE source = ? AND ref = ? ORDER BY past.revision`,
}

// Before returns the replaced answers of a record, the oldest first.
func (s *Store) Before(ctx context.Context, sort data.Sort, key data.Key) ([]data.Past, error) {
	v, err := s.view(ctx, "read replaced answers")
	if err != nil {
		return nil, err
	}
	defer v.end()
	query, ok := selectBefore[sort]
	if !ok {
		return nil, v.failed(fmt.Errorf("%d is no sort of record", sort))
	}
	var past []data.Past
	err = v.rows(query, []any{key.Source, key.Ref}, func(row *columns) (bool, error) {
		answer := data.Past{Revision: row.integer(), Place: row.answer()}
		answer.Place.Version = row.integer()
		past = append(past, answer)
		return true, nil
	})
	if err != nil {
		return nil, v.failed(err)
	}
	return past, nil
}
