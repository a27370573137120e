package intake

import (
	"context"
	"errors"
	"hash/maphash"
	"time"

	"commonground/data"
	"commonground/data/quality"
)

// Doubts returns what is doubtful in the records of one sort that the store has.
// Those in the future are later than now.
func (d *Door) Doubts(ctx context.Context, sort data.Sort, now time.Time) (quality.Report, error) {
	settings, err := d.Settings(ctx)
	if err != nil {
		return quality.Report{}, err
	}
	survey := quality.New(settings.Scheme, now)
	if _, err := Survey(ctx, d.store, sort, survey); err != nil {
		return quality.Report{}, err
	}
	return survey.Report(), nil
}

// DoubtsSince is Doubts of the records that were added or corrected after a
// position of the change feed, compared with all there are. It needs 20 bytes for
// each of those, besides what a survey needs of all.
func (d *Door) DoubtsSince(ctx context.Context, sort data.Sort, position int64, now time.Time) (quality.Report, error) {
	settings, err := d.Settings(ctx)
	if err != nil {
		return quality.Report{}, err
	}
	since, err := d.since(ctx, sort, position)
	if err != nil || len(since.keys) == 0 {
		return quality.Report{}, err
	}
	survey := quality.New(settings.Scheme, now)
	survey.Counted = since.has
	if _, err := Survey(ctx, d.store, sort, survey); err != nil {
		return quality.Report{}, err
	}
	return survey.Report(), nil
}

// Survey lets a survey take all records of a sort, and returns the position of the
// feed at which they were read.
func Survey(ctx context.Context, store data.Store, sort data.Sort, survey *quality.Survey) (int64, error) {
	switch sort {
	case data.PickupSort:
		position, all, err := store.Pickups(ctx)
		if err != nil {
			return 0, err
		}
		for p, err := range all {
			if err != nil {
				return 0, err
			}
			survey.Pickup(&p)
		}
		return position, nil
	case data.IncidentSort:
		position, all, err := store.Incidents(ctx)
		if err != nil {
			return 0, err
		}
		for i, err := range all {
			if err != nil {
				return 0, err
			}
			survey.Incident(&i)
		}
		return position, nil
	}
	return 0, errors.New("intake: records of no sort")
}

// keySet holds keys by their hashes: of a million, two are taken for one in one
// case of forty million.
type keySet struct {
	seed maphash.Seed
	keys map[uint64]struct{}
}

func (s *keySet) add(key data.Key)      { s.keys[maphash.Comparable(s.seed, key)] = struct{}{} }
func (s *keySet) has(key data.Key) bool { _, ok := s.keys[maphash.Comparable(s.seed, key)]; return ok }

// feedBatch is how many changes are read at once.
const feedBatch = 1000

// since returns the keys of what came in after a position.
func (d *Door) since(ctx context.Context, sort data.Sort, position int64) (*keySet, error) {
	set := &keySet{seed: maphash.MakeSeed(), keys: map[uint64]struct{}{}}
	for {
		changes, err := d.store.Changes(ctx, position, feedBatch)
		if err != nil || len(changes) == 0 {
			return set, err
		}
		for i := range changes {
			switch c := &changes[i]; {
			case sort == data.PickupSort && c.Pickup != nil:
				set.add(c.Pickup.Key)
			case sort == data.IncidentSort && c.Incident != nil:
				set.add(c.Incident.Key)
			}
		}
		position = changes[len(changes)-1].Position
	}
}
