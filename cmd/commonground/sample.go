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
	Seal  int    `help:"Seal editions of the latest so many periods, by two made-up people." default:"14"`
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
	fmt.Fprintf(p.stdout, "Made up %s (synthetic): %d areas, %d pickups, %d incidents, in %s.\n",
		scheme.Name, len(areas), len(pickups), len(incidents), p.store)
	return nil
}
