package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
)

type sampleCommand struct {
	Seed  uint64 `help:"Another number makes another town." default:"1"`
	Until string `help:"The sample's weeks end before this day. Default: today."`
	Seal  int    `help:"Seal editions of so many periods, by two made-up people; the latest that can be is left open." default:"13"`
}

// Run makes up a town and sends it through the same door as real records.
func (c *sampleCommand) Run(ctx context.Context, p *program) error {
	until := data.DateOf(p.now())
	if c.Until != "" {
		var err error
		if until, err = data.ParseDate(c.Until); err != nil {
			return fmt.Errorf("--until: %w", err)
		}
	}
	store, door, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := door.Settings(ctx); !errors.Is(err, data.ErrNoScheme) {
		return errors.Join(err, fmt.Errorf("%s is not empty; a sample goes only into a new store (--store FILE)", p.store))
	}
	scheme, err := door.PutScheme(ctx, sample.SchemeText())
	if err != nil {
		return err
	}
	if err := c.fill(ctx, p, door, scheme, until); err != nil || c.Seal == 0 {
		return err
	}
	return c.release(ctx, p, p.desk(store, door), scheme, until)
}

func (c *sampleCommand) fill(ctx context.Context, p *program, door *intake.Door, scheme *data.Scheme, until data.Date) error {
	areas := sample.Areas(c.Seed)
	pickups := sample.Pickups(c.Seed, scheme, until)
	incidents := sample.Incidents(c.Seed, scheme, until)
	// In force from well before the first record.
	if _, err := door.PutBoundary(ctx, until-3*366, nil, areas); err != nil {
		return err
	}
	for batch := range slices.Chunk(pickups, 1000) {
		if _, refused, err := door.PutPickups(ctx, batch); err != nil || len(refused) > 0 {
			return errors.Join(err, fmt.Errorf("%d made-up pickups were refused", len(refused)))
		}
	}
	for batch := range slices.Chunk(incidents, 1000) {
		if _, refused, err := door.PutIncidents(ctx, batch); err != nil || len(refused) > 0 {
			return errors.Join(err, fmt.Errorf("%d made-up incidents were refused", len(refused)))
		}
	}
	returns := sample.Returns(c.Seed, scheme, until)
	if err := putSampleReturns(ctx, door, returns); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Made up %s (synthetic): %d areas, %d pickups, %d incidents, %d figures from agencies, in %s.\n",
		scheme.Name, len(areas), len(pickups), len(incidents), len(returns), p.store)
	return nil
}

// putSampleReturns sends made-up returns, those of one sender and time together.
func putSampleReturns(ctx context.Context, door *intake.Door, returns []data.Return) error {
	for len(returns) > 0 {
		first := returns[0]
		end := slices.IndexFunc(returns, func(r data.Return) bool { return r.Who != first.Who || !r.At.Equal(first.At) })
		if end < 0 {
			end = len(returns)
		}
		batch := make([]intake.Returned, end)
		for i, r := range returns[:end] {
			batch[i] = intake.Returned{Measure: r.Measure, From: r.From, To: r.To, Value: &r.Least}
			if r.Least != r.Most {
				batch[i] = intake.Returned{Measure: r.Measure, From: r.From, To: r.To, Least: &r.Least, Most: &r.Most}
			}
		}
		_, refused, err := door.PutReturns(ctx, batch, intake.Returner{Who: first.Who, At: first.At})
		if err != nil || len(refused) > 0 {
			return errors.Join(err, fmt.Errorf("%d made-up returns were refused", len(refused)))
		}
		returns = returns[end:]
	}
	return nil
}
