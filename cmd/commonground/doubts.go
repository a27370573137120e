package main

import (
	"context"
	"errors"
	"fmt"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/quality"
)

// lookedOver is how many records there may be for an import to be looked over: they
// take 300 MB of memory.
const lookedOver = 1_000_000

// tellDoubts prints what is doubtful in the records that came in since a position
// of the change feed, by source and week; nothing where nothing is.
func (p *program) tellDoubts(ctx context.Context, door *intake.Door, sort data.Sort, position int64) error {
	settings, err := door.Settings(ctx)
	if err != nil {
		return err
	}
	found, err := door.DoubtsSince(ctx, sort, intake.Since{Position: position, Limit: lookedOver}, p.now())
	if errors.Is(err, data.ErrTooMany) {
		fmt.Fprintf(p.stdout, "With over %s records there is too much to look over here; a server tells what is doubtful at /v1/quality.\n", grouped(lookedOver))
		return nil
	}
	if err != nil {
		return fmt.Errorf("the rows are in, but could not be looked over: %w", err)
	}
	doubts := doubtsOf(found.Total)
	if len(doubts) == 0 {
		return nil
	}
	fmt.Fprintf(p.stdout, "To look at, of the rows added; all of them are in and counted:\n")
	for _, doubt := range doubts {
		fmt.Fprintf(p.stdout, "  %d %s\n", doubt.count, doubt.is)
	}
	if sort == data.PickupSort { // the place of an incident is for the police
		for _, point := range found.DefaultPoints {
			at := point.Point.Orb()
			fmt.Fprintf(p.stdout, "  the shared point: longitude %.7g, latitude %.7g, %d rows\n", at.Lon(), at.Lat(), point.Records)
		}
	}
	p.listDoubts(settings.Scheme, found)
	return nil
}

type doubt struct {
	short string // at the head of a column
	is    string
	count int
}

// allDoubts are the doubts of a count, in the order in which they are told.
func allDoubts(c quality.Counts) []doubt {
	return []doubt{
		{"unlocated", "have no usable place: kept, never placed", c.Unlocated},
		{"undated", "are known to the month only, and belong to no week", c.Undated},
		{"near line", "could lie in a place of another class, by their accuracy", c.NearBoundary},
		{"duplicates", "may be of the same visit as a row of another source: a kind that both have, within 20 m and an hour", c.Duplicates},
		{"shared point", "lie at a point that unusually many addresses share, as those do that a geocoder does not find", c.DefaultPoint},
		{"future", "are of a time that is yet to come", c.Future},
		{"too large", fmt.Sprintf("have more than %s items on one visit", grouped(quality.LargeVisit)), c.TooLarge},
	}
}

// doubtsOf are those that there are.
func doubtsOf(c quality.Counts) (there []doubt) {
	for _, doubt := range allDoubts(c) {
		if doubt.count > 0 {
			there = append(there, doubt)
		}
	}
	return there
}

// listDoubts prints the sources and weeks with a doubt, and the columns in which
// there is one.
func (p *program) listDoubts(scheme *data.Scheme, found quality.Report) {
	head := []string{"source", "week from", "rows"}
	for _, doubt := range doubtsOf(found.Total) {
		head = append(head, doubt.short)
	}
	t := table{texts: 2}
	t.add(head...)
	more := 0
	for _, row := range found.Rows {
		switch {
		case len(doubtsOf(row.Counts)) == 0:
		case len(t.rows) > listed:
			more++
		default:
			t.add(doubtCells(scheme, row, found.Total)...)
		}
	}
	t.print(p.stdout)
	if more > 0 {
		fmt.Fprintf(p.stdout, "and %d more.\n", more)
	}
}

func doubtCells(scheme *data.Scheme, row quality.Row, total quality.Counts) []string {
	week := "undated"
	if row.Week != data.Undated {
		week = scheme.WeekStart(row.Week).String()
	}
	cells := []string{row.Source, week, grouped(int64(row.Records))}
	there := allDoubts(row.Counts)
	for i, doubt := range allDoubts(total) {
		if doubt.count > 0 {
			cells = append(cells, grouped(int64(there[i].count)))
		}
	}
	return cells
}
