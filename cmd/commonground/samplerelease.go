package main

import (
	"context"
	"fmt"

	"commonground/data"
	"commonground/data/release"
	"commonground/data/sample"
)

// signers of the made-up town's editions. No person has such an id.
var sampleSigners = []struct{ who, name string }{
	{"sample:first", "First made-up signer"}, {"sample:second", "Second made-up signer"},
}

// release seals the editions of the made-up town's latest periods.
func (c *sampleCommand) release(ctx context.Context, p *program, desk *release.Desk, scheme *data.Scheme, until data.Date) error {
	days := data.Date(7 * scheme.PeriodWeeks)
	// The last period with another one before its end, and the wait.
	end := scheme.SealedBy(min(until, data.DateOf(p.now().In(scheme.Location))))
	first := end - data.Date(c.Seal)*days
	begin := release.Beginning{From: first, Who: sampleSigners[0].who, Ground: release.Ground{Addresses: sample.Addresses(c.Seed)}}
	if _, _, err := desk.Begin(ctx, begin); err != nil {
		return err
	}
	for period := first; period < end; period += days {
		if err := sealSample(ctx, desk, period); err != nil {
			return fmt.Errorf("sealing the made-up edition of %v: %w", period, err)
		}
	}
	if _, err := desk.PutPostcodes(ctx, sample.Postcodes(c.Seed)); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Sealed %d editions for the public, from %v to %v, in %s.\n", c.Seal, first, end, p.editions)
	return nil
}

func sealSample(ctx context.Context, desk *release.Desk, period data.Date) error {
	draft, err := desk.Draft(ctx, period, "")
	if err != nil {
		return err
	}
	for _, s := range sampleSigners {
		if err := desk.Sign(ctx, period, draft.SHA256, s.who, s.name); err != nil {
			return err
		}
	}
	_, err = desk.Seal(ctx, period, draft.SHA256, sampleSigners[0].who)
	return err
}
