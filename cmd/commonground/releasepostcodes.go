package main

import (
	"context"
	"fmt"
	"os"

	"commonground/data"
	"commonground/data/intake"
)

type releasePostcodes struct {
	File string            `arg:"" help:"CSV with a postcode and its place in each row, such as OS Code-Point Open." type:"existingfile"`
	Map  map[string]string `help:"Column of a field, where it has no usual name: postcode, lon, lat, easting, northing." placeholder:"FIELD=COLUMN"`
}

// Run reads the list and keeps what lies on the ground of the epoch.
func (c *releasePostcodes) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(store store, door *intake.Door, scheme *data.Scheme) error {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer file.Close()
		points, err := intake.ReadPostcodes(file, scheme, c.Map)
		if err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
		kept, err := p.desk(store, door).PutPostcodes(ctx, points)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%d of %d postcodes lie on the ground of the epoch; the page has these.\n", kept, len(points))
		return nil
	})
}
