package intake

import (
	"context"
	"errors"
	"time"

	"commonground/data"
)

// Ending says which records are to be ended.
type Ending struct {
	// Date is the day before which their time must be over: Required.
	Date data.Date
	// At is when it is done: Required. Who does it is Required to destroy.
	At  time.Time
	Who string
}

// Due returns what Destroy would do now, without doing it.
func (d *Door) Due(ctx context.Context, e Ending) (data.Certificate, error) {
	return planned(ctx, d, e, d.sealed, d.store.Due)
}

// Unsealed returns how many pickups and incidents are kept only because the
// period of their week is not sealed yet: all else says that their time is over.
func (d *Door) Unsealed(ctx context.Context, e Ending) (pickups, incidents int64, err error) {
	now, err := d.Due(ctx, e)
	if err != nil {
		return 0, 0, err
	}
	all, err := planned(ctx, d, e, everything, d.store.Due)
	return all.Pickups.Records - now.Pickups.Records, all.Incidents.Records - now.Incidents.Records, err
}

// Destroy destroys the records whose retention is over and whose period is
// sealed: those before the end of the last period with an edition, withdrawn or
// not, and, while there are no editions, those before the scheme's SealedBy. It
// returns the certificate, with the number 0 where there are none. Who has a copy
// of the store's file has them still: see data.RetentionStore.Scrub, which is to
// follow.
func (d *Door) Destroy(ctx context.Context, e Ending) (data.SignedCertificate, error) {
	if e.Who == "" {
		return data.SignedCertificate{}, errors.New("who destroys records must be named")
	}
	return planned(ctx, d, e, d.sealed, d.store.Destroy)
}

// sealed returns the first day after the last sealed period.
func (d *Door) sealed(ctx context.Context, scheme *data.Scheme, date data.Date) (data.Date, error) {
	chain, err := d.store.Sealings(ctx)
	return scheme.SealedAfter(chain, date), err
}

// everything is sealed, as if there were no seals to wait for.
func everything(_ context.Context, _ *data.Scheme, date data.Date) (data.Date, error) {
	return date, nil
}

// planned calls do with a plan by the present settings, and again where they
// change meanwhile.
func planned[T any](ctx context.Context, d *Door, e Ending,
	sealed func(context.Context, *data.Scheme, data.Date) (data.Date, error),
	do func(context.Context, data.Destruction) (T, error),
) (none T, err error) {
	for {
		settings, err := d.Reload(ctx)
		if err != nil {
			return none, err
		}
		until, err := sealed(ctx, settings.Scheme, e.Date)
		if err != nil {
			return none, err
		}
		plan := data.PlanDestruction(settings.Scheme, e.Date, until)
		plan.Revision, plan.At, plan.Who = settings.Revision, e.At, e.Who
		done, err := do(ctx, plan)
		if !errors.Is(err, data.ErrStale) {
			return done, err
		}
	}
}
