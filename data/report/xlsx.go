package report

import (
	"io"

	"commonground/data/workbook"
)

// writeXLSX writes a workbook with one sheet for each table.
func writeXLSX(r *Report, out io.Writer) error {
	tables := r.Tables()
	sheets := make([]workbook.Sheet, len(tables))
	for i := range tables {
		t := &tables[i]
		sheets[i] = workbook.Sheet{Name: t.ID, Rows: t.writeRows}
		for column := range t.Head {
			sheets[i].Widths = append(sheets[i].Widths, t.width(column))
		}
	}
	return workbook.Write(out, r.Made, sheets)
}

func (t *Table) writeRows(rows *workbook.Rows) error {
	rows.Head(t.Head...)
	if err := rows.End(); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for _, cell := range row {
			switch {
			case cell.IsNumber:
				rows.Number(cell.Number)
			case cell.Text != "":
				rows.Text(cell.Text)
			default:
				rows.Empty()
			}
		}
		if err := rows.End(); err != nil {
			return err
		}
	}
	return nil
}

// width is how wide a column must be, in letters, up to what a screen has room for.
func (t *Table) width(column int) int {
	width := len(t.Head[column])
	for _, row := range t.Rows {
		width = max(width, len(row[column].String()))
	}
	return min(width+2, 60)
}
