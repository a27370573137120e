package main

import (
	"context"
	"fmt"
	"os"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/intake"
	"commonground/data/report"
)

type reportCommand struct {
	Period string `arg:"" optional:"" help:"First day of the period, such as 2019-04-24. Default: the last one that is over."`
	Format string `help:"text, html (a page that prints on A4), pdf (where Chromium is installed), xlsx, csv (a zip with one file for each table) or json." enum:"text,html,pdf,json,csv,xlsx" default:"text"`
	Out    string `help:"File to write; it is there only once it is whole. Default: what can be read is printed." type:"path" placeholder:"FILE"`
	Force  bool   `help:"Replace the file if it is there already."`
}

// Run makes the report of a period out of all that is in the store.
func (c *reportCommand) Run(ctx context.Context, p *program) error {
	format, _ := report.FormatNamed(c.Format) // the flag allows no other
	if c.Out == "" && (c.Format == "csv" || c.Format == "xlsx" || c.Format == "pdf") {
		return fmt.Errorf("--format %s is a file, not for a terminal: say where it goes with --out report%s", c.Format, format.Ending)
	}
	if c.Out != "" {
		if err := unused(c.Out, c.Force); err != nil {
			return err
		}
	}
	made, err := c.make(ctx, p)
	if err != nil {
		return err
	}
	if c.Out == "" {
		return format.Write(made, p.stdout)
	}
	if err := writeWhole(c.Out, c.Force, func(out, _ *os.File) error { return format.Write(made, out) }); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Wrote %s: the report for %s.\n", c.Out, made.Period.Text())
	if !made.Final {
		fmt.Fprintf(p.stdout, "It is not final:\n")
		for _, problem := range made.Problems {
			fmt.Fprintf(p.stdout, "  %s\n", problem.Text)
		}
	}
	fmt.Fprintf(p.stdout, "It holds staff data and is not for publication.\n")
	return nil
}

func (c *reportCommand) make(ctx context.Context, p *program) (made *report.Report, err error) {
	err = p.withStore(ctx, func(store store, door *intake.Door, scheme *data.Scheme) error {
		period := report.LastPeriod(scheme, data.DateOf(p.now().In(scheme.Location))).From
		if c.Period != "" {
			if period, err = data.ParseDate(c.Period); err != nil {
				return err
			}
		}
		in, err := p.reportInput(ctx, store, door)
		if err != nil {
			return err
		}
		in.Period = period
		made, err = report.Make(in)
		return err
	})
	return made, err
}

// reportInput reads all that a report is made of.
func (p *program) reportInput(ctx context.Context, store store, door *intake.Door) (in report.Input, err error) {
	live, err := loaded(ctx, store, door)
	if err != nil {
		return in, err
	}
	now, err := live.Now()
	if err != nil {
		return in, err
	}
	survey, err := door.Doubts(ctx, data.PickupSort, p.now())
	if err != nil {
		return in, fmt.Errorf("looking over the pickups: %w", err)
	}
	returns, err := store.Returns(ctx)
	if err != nil {
		return in, fmt.Errorf("reading the returns: %w", err)
	}
	return report.Input{
		Scheme: now.Settings.Scheme, Cube: now.Cube, Incidents: now.Incidents, Returns: returns, Survey: &survey, Made: p.now(),
		By: p.entry(audit.Export, "").Name,
	}, nil
}
