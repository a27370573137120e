package export

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"commonground/data"
)

// byteOrderMark tells Excel that a file is UTF-8.
const byteOrderMark = "\ufeff"

// writeCSV writes a table as Excel reads it: UTF-8 with a byte order mark, commas,
// lines that end with CR LF, and no text that it would take for a formula. What the
// file says of itself is the head of one more column, which is empty: so the file
// stays a table, and the head is seen.
func writeCSV(ctx context.Context, about About, t *Table, out io.Writer) error {
	if _, err := io.WriteString(out, byteOrderMark); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	fields := make([]string, len(t.Columns)+1)
	for i, column := range t.Columns {
		fields[i] = data.HarmlessCell(column.Name)
	}
	fields[len(t.Columns)] = data.HarmlessCell(about.sentence(t))
	if err := w.Write(fields); err != nil {
		return err
	}
	fields[len(t.Columns)] = ""
	_, err := t.each(ctx, func(row Row) error {
		for i, cell := range row.Cells {
			fields[i] = plain(cell)
			if t.Columns[i].Kind == Text {
				fields[i] = data.HarmlessCell(fields[i])
			}
		}
		return w.Write(fields)
	})
	if err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// plain writes a value as text; nothing for nil.
func plain(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case data.Date:
		return v.String()
	}
	panic(fmt.Sprintf("export: a cell of type %T", cell))
}
