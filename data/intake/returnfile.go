package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonground/data"
)

// ReturnOptions say how to read a file of returns.
type ReturnOptions struct {
	// By is who sends it: Required.
	By Returner
	// Map, Dates and Sheet are as in Options.
	Map   map[string]string
	Dates DateOrder
	Sheet string
}

// ReturnSummary says what became of a file of returns.
type ReturnSummary struct {
	Rows int
	// Where any is refused, none is stored. They are in the order of the rows, and
	// name the lines of the file.
	Refusals                    []Refusal
	Added, Corrected, Unchanged int
	// Mapping, Dropped and Notes are as in Summary.
	Mapping        string
	Dropped, Notes []string
}

// maxReturns bounds what is sent together.
const maxReturns = 10_000

var returnFields = []string{fieldMeasure, fieldFrom, fieldTo, fieldLast, fieldValue, fieldLeast, fieldMost, fieldWithdrawn}

// Returns reads a file of returns in any of the formats and stores all of its rows
// or none. A row has a measure, by id or title, the first day of its window in a
// column such as from or period, and a value, or a least and a most; to is the first
// day after the window, or last its last one, which only a cohort needs. Rows without
// any text are passed over, and nothing is kept of columns that are not mapped.
func (d *Door) Returns(ctx context.Context, file io.Reader, options ReturnOptions) (sum ReturnSummary, err error) {
	settings, err := d.Reload(ctx)
	if err != nil {
		return sum, fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	rows, err := openRecords(ctx, file, choice{sheet: options.Sheet})
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := mapColumns(rows.about(), returnFields, options.Map, settings.Scheme)
	if err == nil {
		err = columns.checkReturns()
	}
	if err != nil {
		return sum, fmt.Errorf("%w; the file has the columns %v", err, rows.about().header)
	}
	f := returnFile{table: &table{columns: columns, scheme: settings.Scheme}, by: options.By}
	sum.Mapping = columns.mapping(returnFields)
	for at, name := range columns.header {
		if !columns.taken(at) {
			sum.Dropped = append(sum.Dropped, name)
		}
	}
	if err := f.readAll(rows, options.Dates); err != nil {
		return sum, err
	}
	sum.Rows, sum.Notes = len(f.rows), rows.about().notes
	return sum, f.put(ctx, d, &sum)
}

// checkReturns makes sure that a file says enough to be one of returns.
func (c columns) checkReturns() error {
	switch {
	case !c.has(fieldMeasure):
		return errors.New("no column names the measure; name it with --map measure=COLUMN")
	case !c.has(fieldFrom):
		return errors.New("no column has the first day of the window; name it with --map from=COLUMN")
	case !c.has(fieldValue) && (!c.has(fieldLeast) || !c.has(fieldMost)):
		return errors.New("no column has the figures; name it with --map value=COLUMN, or those of ranges with --map least=COLUMN,most=COLUMN")
	case c.has(fieldTo) && c.has(fieldLast):
		return errors.New("there is a column for the last day and one for the day after it; map one of them, and the other to nothing, as in --map last=")
	}
	return nil
}

// returnFile is a file of returns, read.
type returnFile struct {
	*table
	by   Returner
	rows []row
}

// readAll reads the rows that have any text, and finds out the order of dates.
func (f *returnFile) readAll(rows records, order DateOrder) error {
	var dates []string
	for {
		next, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading after %d rows: %w", len(f.rows), err)
		}
		if next.refusal == nil && strings.Join(next.fields, "") == "" {
			continue
		}
		if len(f.rows) == maxReturns {
			return fmt.Errorf("the file has over %d rows; returns are a few figures for each period", maxReturns)
		}
		f.rows = append(f.rows, next)
		for _, field := range []string{fieldFrom, fieldTo, fieldLast} {
			if text := f.text(next.fields, field); text != "" {
				dates = append(dates, text)
			}
		}
	}
	f.order = cmp.Or(order, guessOrder(dates))
	return nil
}

// put stores what the rows say, or tells what is refused of them.
func (f *returnFile) put(ctx context.Context, d *Door, sum *ReturnSummary) error {
	var returns []Returned
	var lines []int
	for _, next := range f.rows {
		given, refusal := f.returned(next)
		if refusal != nil {
			refusal.Row = next.line
			sum.Refusals = append(sum.Refusals, *refusal)
		}
		returns, lines = append(returns, given), append(lines, next.line)
	}
	if len(sum.Refusals) > 0 {
		return nil
	}
	receipts, refusals, err := d.putReturns(ctx, returns, lines, f.by)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	for _, refusal := range refusals {
		refusal.Field = f.name(refusal.Field)
		sum.Refusals = append(sum.Refusals, refusal)
	}
	for _, receipt := range receipts {
		switch receipt {
		case data.Added:
			sum.Added++
		case data.Corrected:
			sum.Corrected++
		default:
			sum.Unchanged++
		}
	}
	return nil
}

// returned reads a row.
func (f *returnFile) returned(next row) (Returned, *Refusal) {
	if refusal := f.refusal(next); refusal != nil {
		return Returned{}, refusal
	}
	given := Returned{Measure: f.measureNamed(f.text(next.fields, fieldMeasure))}
	var refusals [7]*Refusal
	given.From, refusals[0] = f.day(next.fields, fieldFrom)
	given.To, refusals[1] = f.day(next.fields, fieldTo)
	given.Value, refusals[2] = f.whole(next.fields, fieldValue)
	given.Least, refusals[3] = f.whole(next.fields, fieldLeast)
	given.Most, refusals[4] = f.whole(next.fields, fieldMost)
	given.Withdrawn, refusals[5] = f.mark(next.fields, fieldWithdrawn)
	if last, refusal := f.day(next.fields, fieldLast); refusal != nil {
		refusals[6] = refusal
	} else if last != 0 {
		given.To = last + 1
	}
	return given, cmp.Or(refusals[:]...)
}

// measureNamed returns the id of a measure given by id or title: the only one of
// that title that the sender returns, else the only one that anybody does.
func (f *returnFile) measureNamed(name string) string {
	var own, all []string
	for _, measure := range f.scheme.Measures {
		if strings.EqualFold(name, measure.ID) {
			return measure.ID
		}
		if !strings.EqualFold(name, measure.Title) {
			continue
		}
		all = append(all, measure.ID)
		if f.by.Agency == measure.Agency {
			own = append(own, measure.ID)
		}
	}
	for _, found := range [][]string{own, all} {
		if len(found) == 1 {
			return found[0]
		}
	}
	return name
}

// day reads a day; an empty field is 0.
func (f *returnFile) day(fields []string, field string) (data.Date, *Refusal) {
	d, err := ParseDay(f.text(fields, field), f.order, f.scheme.Location)
	if err != nil {
		return 0, refuse(f.name(field), "%v", err)
	}
	return d, nil
}

// whole reads a whole number; nil is an empty field.
func (f *returnFile) whole(fields []string, field string) (*int64, *Refusal) {
	text := f.text(fields, field)
	if text == "" {
		return nil, nil
	}
	// Spreadsheets write 3 as 3.0.
	n, err := strconv.ParseInt(strings.TrimSuffix(text, ".0"), 10, 64)
	if err != nil {
		return nil, refuse(f.name(field), "%q is no whole number; write the figure itself, in digits alone", text)
	}
	return &n, nil
}

// mark reads yes or no; an empty field is no.
func (f *returnFile) mark(fields []string, field string) (bool, *Refusal) {
	switch text := strings.ToLower(f.text(fields, field)); {
	case slices.Contains([]string{"", "no", "false", "0"}, text):
		return false, nil
	case slices.Contains([]string{"yes", "true", "1"}, text):
		return true, nil
	}
	return false, refuse(f.name(field), "%q is neither yes nor no", f.text(fields, field))
}

// ParseDay reads a day as ParseTime does; an empty text is 0. What tells a month
// only, or an hour of a day, is an error.
func ParseDay(text string, order DateOrder, location *time.Location) (data.Date, error) {
	if text == "" {
		return 0, nil
	}
	when, err := ParseTime(text, order, location)
	if err != nil {
		return 0, err
	}
	if when.Precision != data.Day {
		return 0, fmt.Errorf("%q is no day; write it as 2019-04-24", text)
	}
	return data.DateOf(when.At.In(location)), nil
}
