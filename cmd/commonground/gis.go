package main

import (
	"context"
	"errors"
	"fmt"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/postgres"
)

type gisCommand struct {
	Role string `arg:"" help:"Role of the database; its administrator makes it with CREATE ROLE."`
}

// Run lets a role read what GIS staff may.
func (c *gisCommand) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s store, _ *intake.Door, _ *data.Scheme) error {
		database, ok := s.(*postgres.Store)
		if !ok {
			return errors.New("the store is a file; GIS software reads what commonground export writes, or a store in PostgreSQL")
		}
		if err := database.GrantGIS(ctx, c.Role); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s may read pickup and area in the schema commonground_gis, and nothing else.\n"+
			"What it looks at there is not in the audit log: give it to people who plan cleansing, and to nobody else.\n", c.Role)
		return nil
	})
}
