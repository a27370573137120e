package intake

import (
	"context"
	"errors"
	"fmt"
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

// Since names the records that were added or corrected after a position of the
// change feed.
type Since struct {
	Position int64
	// Limit is how many records there may be in all, for each takes some 300 bytes
	// of memory. Required.
	Limit int
}

// DoubtsSince is Doubts of some of the records, compared with all there are.
// data.ErrTooMany where these are more than the limit.
func (d *Door) DoubtsSince(ctx context.Context, sort data.Sort, of Since, now time.Time) (quality.Report, error) {
	settings, err := d.Settings(ctx)
	if err != nil {
		return quality.Report{}, err
	}
	since, err := d.since(ctx, sort, of)
	if err != nil || len(since.keys) == 0 {
		return quality.Report{}, err
	}
	survey := quality.New(settings.Scheme, now)
	all := 0
	survey.Counted = func(key data.Key) bool { all++; return since.has(key) }
	upTo := func() error { return of.check(all) }
	if _, err := surveyed(ctx, d.store, sort, survey, upTo); err != nil {
		return quality.Report{}, err
	}
	return survey.Report(), nil
}

// check returns an error where there are more than the limit.
func (s Since) check(records int) error {
	if records > s.Limit {
		return fmt.Errorf("intake: over %d records to look over: %w", s.Limit, data.ErrTooMany)
	}
	return nil
}

// Survey lets a survey take all records of a sort, and returns the position of the
// feed at which they were read.
func Survey(ctx context.Context, store data.Store, sort data.Sort, survey *quality.Survey) (int64, error) {
	return surveyed(ctx, store, sort, survey, func() error { return nil })
}

// surveyed is Survey until goesOn, which is asked after each record, returns an
// error.
func surveyed(ctx context.Context, store data.Store, sort data.Sort, survey *quality.Survey, goesOn func() error) (int64, error) {
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
			if err := goesOn(); err != nil {
				return 0, err
			}
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
			if err := goesOn(); err != nil {
				return 0, err
			}
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
func (d *Door) since(ctx context.Context, sort data.Sort, of Since) (*keySet, error) {
	set := &keySet{seed: maphash.MakeSeed(), keys: map[uint64]struct{}{}}
	for position := of.Position; ; {
		changes, err := d.store.Changes(ctx, position, feedBatch)
		if err = errors.Join(err, of.check(len(set.keys))); err != nil || len(changes) == 0 {
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
