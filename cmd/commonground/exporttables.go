package main

import (
	"context"
	"fmt"
	"os"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/cube"
	"commonground/data/export"
	"commonground/data/intake"
	"commonground/geo/grid"
)

// exportFile is where a table goes; the ending of the file says its format.
type exportFile struct {
	Output string `help:"File to write: FILE.csv, .xlsx, .gpkg or .geojson. It is there only once it is whole." short:"o" required:"" type:"path"`
	Force  bool   `help:"Replace the file if it is there already."`
}

// exportFilter is the filter in the words of the API.
type exportFilter struct {
	Weeks   string   `help:"Half-open range of dates, each the first day of a week. Default: all, undated too." placeholder:"2019-04-24/2019-05-22"`
	Kinds   []string `help:"Kinds whose items count, with commas. Default: all."`
	Classes []string `help:"Classes that count, with commas. Default: all."`
	Area    string   `help:"Id of the area that counts. Default: any, and none."`
	BBox    box      `help:"Box in degrees; it selects squares of 125 m by their centre." name:"bbox" placeholder:"WEST,SOUTH,EAST,NORTH"`
	Square  uint64   `help:"Id of a square of any level. Default: all."`
}

type exportSquares struct {
	exportFile
	exportFilter
	Level uint8  `help:"Level of the squares: their side is 125 m × 2^level, to 13." default:"0"`
	By    string `help:"class splits squares by class." enum:"square,class" default:"square"`
}

type exportLocations struct {
	exportFile
	exportFilter
	Level uint8 `help:"Level of the squares: their side is 125 m × 2^level, to 13." default:"0"`
}

type exportWeeks struct {
	exportFile
	exportFilter
}

type exportPickups struct {
	exportFile
	exportFilter
}

type exportAreas struct {
	exportFile
	At string `help:"Day whose areas are written. Default: the last day of the last week with records, else the first of the newest boundary." placeholder:"2019-04-24"`
}

// exportTable is a table, and the filter that it is under in words.
type exportTable struct {
	*export.Table
	filter string
}

// Run writes squares.
func (c *exportSquares) Run(ctx context.Context, p *program) error {
	return c.counts(ctx, p, &c.exportFilter, c.Level, func(a export.Asked) *export.Table {
		a.ByClass = c.By == "class"
		return export.Squares(a)
	})
}

// Run writes the ranking.
func (c *exportLocations) Run(ctx context.Context, p *program) error {
	return c.counts(ctx, p, &c.exportFilter, c.Level, export.Locations)
}

// Run writes the weeks.
func (c *exportWeeks) Run(ctx context.Context, p *program) error {
	return c.counts(ctx, p, &c.exportFilter, 0, export.Weeks)
}

// Run writes single pickups.
func (c *exportPickups) Run(ctx context.Context, p *program) error {
	return c.write(ctx, p, func(from source) (t exportTable, err error) {
		q, err := c.query(from.settings.Scheme)
		if err != nil {
			return t, err
		}
		_, all, err := from.store.Pickups(ctx)
		if err != nil {
			return t, err
		}
		return exportTable{export.Pickups(from.settings.Scheme, from.counts, q, all), export.Words(from.settings.Scheme, q)}, nil
	})
}

// Run writes areas.
func (c *exportAreas) Run(ctx context.Context, p *program) error {
	return c.write(ctx, p, func(from source) (exportTable, error) {
		boundary, _, err := from.settings.BoundaryOn(c.At, from.counts.Weeks())
		return exportTable{export.Areas(boundary), export.AreasWords(from.settings.Scheme, boundary)}, err
	})
}

func (f *exportFilter) query(scheme *data.Scheme) (data.Query, error) {
	return scheme.Query(data.Filter{Weeks: f.Weeks, Kinds: f.Kinds, Classes: f.Classes, Area: f.Area, BBox: f.BBox, Square: f.Square})
}

// counts writes a table of counts.
func (c *exportFile) counts(ctx context.Context, p *program, filter *exportFilter, level uint8, table func(export.Asked) *export.Table) error {
	if level > grid.MaxLevel {
		return fmt.Errorf("--level %d: there are squares of level 0 to %d", level, grid.MaxLevel)
	}
	return c.write(ctx, p, func(from source) (t exportTable, err error) {
		q, err := filter.query(from.settings.Scheme)
		if err != nil {
			return t, err
		}
		a := export.Asked{Scheme: from.settings.Scheme, Cube: from.counts, Query: q, Level: level}
		return exportTable{table(a), export.Words(a.Scheme, q)}, nil
	})
}

// write writes a table that is made from all that is in the store.
func (c *exportFile) write(ctx context.Context, p *program, table func(source) (exportTable, error)) error {
	format, err := export.FormatOf(c.Output)
	if err != nil {
		return err
	}
	if err := unused(c.Output, c.Force); err != nil {
		return err
	}
	err = p.withStore(ctx, func(store store, door *intake.Door, _ *data.Scheme) error {
		live, err := loaded(ctx, store, door)
		if err != nil {
			return err
		}
		return live.Read(func(settings *intake.Settings, counts *cube.Cube) error {
			t, err := table(source{store, settings, counts})
			if err != nil {
				return err
			}
			about := export.About{Scheme: settings.Scheme, By: p.entry(audit.Export, "").Name, At: p.now(), Filter: t.filter}
			return writeWhole(c.Output, c.Force, func(out, _ *os.File) error { return format.Write(ctx, about, t.Table, out) })
		})
	})
	if err != nil && ctx.Err() != nil { // else it would end as if all were well
		return fmt.Errorf("stopped before the end: %s was not written", c.Output)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Wrote %s. It is marked %q and holds staff data, not for publication.\n", c.Output, export.Marking)
	return nil
}
