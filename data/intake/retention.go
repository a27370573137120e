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
	// Sealed returns the first day after the last sealed period. Default: the
	// scheme's SealedBy of Date.
	Sealed func(*data.Scheme) data.Date
	// At is when it is done: Required. Who does it is Required to destroy.
	At  time.Time
	Who string
}

// Due returns what Destroy would do now, without doing it.
func (d *Door) Due(ctx context.Context, e Ending) (data.Certificate, error) {
	return planned(ctx, d, e, d.store.Due)
}

// Destroy destroys the records whose retention is over and returns the
// certificate, with the number 0 where there are none. Who has a copy of the
// store's file has them still: see data.RetentionStore.Scrub, which is to follow.
func (d *Door) Destroy(ctx context.Context, e Ending) (data.SignedCertificate, error) {
	if e.Who == "" {
		return data.SignedCertificate{}, errors.New("who destroys records must be named")
	}
	return planned(ctx, d, e, d.store.Destroy)
}

// planned calls do with a plan by the present settings, and again where they
// change meanwhile.
func planned[T any](ctx context.Context, d *Door, e Ending, do func(context.Context, data.Destruction) (T, error)) (T, error) {
	for {
		settings, err := d.Reload(ctx)
		if err != nil {
			var none T
			return none, err
		}
		sealed := settings.Scheme.SealedBy(e.Date)
		if e.Sealed != nil {
			sealed = e.Sealed(settings.Scheme)
		}
		plan := data.PlanDestruction(settings.Scheme, e.Date, sealed)
		plan.Revision, plan.At, plan.Who = settings.Revision, e.At, e.Who
		done, err := do(ctx, plan)
		if !errors.Is(err, data.ErrStale) {
			return done, err
		}
	}
}
