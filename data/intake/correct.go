package intake

import (
	"context"
	"time"

	"commonground/data"
)

// ReplacePickup checks a pickup, gives it its place and stores it in the place of
// whatever its source and reference had; at is when that was done. What does not
// pass is a Refusal. The receipts are those of data.Store.
func (d *Door) ReplacePickup(ctx context.Context, p data.Pickup, at time.Time) (data.Receipt, error) {
	return one(put(ctx, d, []data.Pickup{p}, checkPickup, locatePickup,
		func(ctx context.Context, revision int64, batch []data.Pickup) ([]data.Receipt, error) {
			if len(batch) == 0 { // refused; the store says whether by old settings
				return d.store.PutPickups(ctx, revision, nil)
			}
			receipt, err := d.store.ReplacePickup(ctx, revision, batch[0], at)
			return []data.Receipt{receipt}, err
		}))
}

// ReplaceIncident is ReplacePickup for an incident.
func (d *Door) ReplaceIncident(ctx context.Context, i data.Incident, at time.Time) (data.Receipt, error) {
	return one(put(ctx, d, []data.Incident{i}, checkIncident, locateIncident,
		func(ctx context.Context, revision int64, batch []data.Incident) ([]data.Receipt, error) {
			if len(batch) == 0 { // refused; the store says whether by old settings
				return d.store.PutIncidents(ctx, revision, nil)
			}
			receipt, err := d.store.ReplaceIncident(ctx, revision, batch[0], at)
			return []data.Receipt{receipt}, err
		}))
}

// Delete takes a record out of all counts; at is when that was done. False says
// that there is no such record, or none any more. A source or reference that no
// record can have is a Refusal.
func (d *Door) Delete(ctx context.Context, sort data.Sort, key data.Key, at time.Time) (bool, error) {
	if refusal := checkKey(key); refusal != nil {
		return false, *refusal
	}
	return d.store.Delete(ctx, sort, key, at)
}

// one is what put returns for one record, without the row of a refusal.
func one(receipts []data.Receipt, refusals []Refusal, err error) (data.Receipt, error) {
	if err != nil {
		return 0, err
	}
	if len(refusals) > 0 {
		refusals[0].Row = 0
		return 0, refusals[0]
	}
	return receipts[0], nil
}
