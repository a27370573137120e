package export

import (
	"context"
	"errors"
	"fmt"
	"io"

	"commonground/data"
	"commonground/data/workbook"
)

// writeXLSX writes a workbook: the table on a sheet of its name, and what it says of itself on the sheet "About" and on
// each printed page.
func writeXLSX(ctx context.Context, about About, t *Table, out io.Writer) error {
	return workbook.Write(out, about.At, []workbook.Sheet{
		{Name: t.Name, Widths: widths(t), Heading: Marking + " · " + about.Scheme.Name + " · " + about.By, Rows: func(rows *workbook.Rows) error {
			return writeRows(ctx, t, rows)
		}},
		{Name: "About", Widths: []int{14, 90}, Heading: Marking, Rows: func(rows *workbook.Rows) error { return writeAbout(&about, t, rows) }},
	})
}

func writeRows(ctx context.Context, t *Table, rows *workbook.Rows) error {
	for _, column := range t.Columns {
		rows.Head(column.Name)
	}
	if err := rows.End(); err != nil {
		return err
	}
	_, err := t.each(ctx, func(row Row) error {
		for i, cell := range row.Cells {
			writeCell(rows, cell, t.Columns[i].Decimals)
		}
		err := rows.End()
		if errors.Is(err, workbook.ErrFull) {
			return fmt.Errorf("a sheet has %d rows at most; take CSV or a GeoPackage, or fewer weeks: %w", workbook.MostRows, data.ErrTooMany)
		}
		return err
	})
	return err
}

// writeCell writes a value; none leaves its cell empty.
func writeCell(rows *workbook.Rows, cell any, decimals int) {
	switch v := cell.(type) {
	case nil:
		rows.Empty()
	case string:
		rows.Text(v)
	case data.Date:
		rows.Day(v)
	case float64:
		rows.Real(v, decimals)
	case int64:
		rows.Whole(v)
	default:
		panic(fmt.Sprintf("export: a cell of type %T", cell))
	}
}

func writeAbout(about *About, t *Table, rows *workbook.Rows) error {
	rows.Head("about", "this file")
	if err := rows.End(); err != nil {
		return err
	}
	for _, line := range about.lines(t) {
		rows.Text(line.name)
		rows.Text(line.text)
		if err := rows.End(); err != nil {
			return err
		}
	}
	return nil
}

// widths are those of the columns, in letters: what is to come is not known yet.
func widths(t *Table) []int {
	var widths []int
	for _, column := range t.Columns {
		width := 12
		if column.Kind == Text {
			width = 26
		}
		widths = append(widths, max(width, len(column.Name)+2))
	}
	return widths
}
