package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"commonground/data"
)

// Options say how to read a file of records.
type Options struct {
	// Map gives the column of a field by name; an empty name says that it is in
	// none. Default: columns with a usual name are taken.
	Map map[string]string
	// Source names the sender of every row. Default: a column of that name
	// does, and "import" where there is none.
	Source string
	// Kind is the kind of every row of pickups that names none. Default: none.
	Kind string
	// Category is that of every incident that names none. Default: none.
	Category string
	// Dates is the order of day and month. Default: found out from the file.
	Dates DateOrder
	// Sheet is that of a spreadsheet. Default: the first that is not hidden.
	Sheet string
	// Layer is that of a GeoPackage, or the shapefile of a zip with several.
	// Required where there are several.
	Layer string
	// CRS is the coordinate system of the places, such as "EPSG:27700". Default:
	// what the file says; where it says nothing, columns of longitude and
	// latitude are WGS 84, those of easting and northing of the National Grid.
	CRS string
	// Refused receives the refused rows, the first row of the file before them:
	// the bytes of text as they came, as CSV what is in other formats, with an
	// apostrophe before what a spreadsheet would take for a formula. They can be mended
	// and read again. Default: they are dropped.
	Refused io.Writer
	// Refusal is called for each refused row, in order. Default: nothing.
	Refusal func(Refusal)
	// Progress is called after each batch with the rows read so far. Default:
	// nothing.
	Progress func(rows int)
	// Batch is called with what became of the rows so far, before the first
	// batch and after each. An error ends the reading between two batches, and
	// is returned. Default: nothing.
	Batch func(Summary) error
}

// ErrNotStored is among the errors of reading a file where the store could not
// take a batch: it is not about the file, and none of the batch is in.
var ErrNotStored = errors.New("intake: the store could not take the rows")

// Summary says what became of a file.
type Summary struct {
	Rows      int
	Added     int
	Unchanged int // there already
	Gone      int // deleted before; nothing was stored
	Refused   int
	Unlocated int // of the rows that passed
	// Mapping says which column was taken for which field.
	Mapping string
	// Dropped are the columns of which nothing was read.
	Dropped []string
	// Notes are sentences on how the file was read that a person may want to
	// check, such as the encoding that was found out.
	Notes []string
}

// batchRows is how many rows are stored in one transaction.
const batchRows = 1000

// Pickups reads a file of pickups in any of the formats and stores its rows. Every row is stored
// or refused; nothing is kept of columns that are not mapped. Where it returns
// an error, the rows of the Summary are stored, and sending the file again is
// harmless.
func (d *Door) Pickups(ctx context.Context, file io.Reader, options Options) (Summary, error) {
	return readFile(ctx, d, file, options, d.pickups())
}

func (d *Door) pickups() format[data.Pickup] {
	return format[data.Pickup]{
		fields: pickupFields, kindColumns: true,
		check: (*table).checkPickupColumns, read: (*table).pickup, put: d.PutPickups,
		where: func(p data.Pickup) data.Position { return p.Position },
	}
}

// Incidents is Pickups for a file of incidents.
func (d *Door) Incidents(ctx context.Context, file io.Reader, options Options) (Summary, error) {
	return readFile(ctx, d, file, options, d.incidents())
}

func (d *Door) incidents() format[data.Incident] {
	return format[data.Incident]{
		fields: incidentFields,
		check:  (*table).checkIncidentColumns, read: (*table).incident, put: d.PutIncidents,
		where: func(i data.Incident) data.Position { return i.Position },
	}
}

// format is how records of one type are read and stored.
type format[R any] struct {
	fields      []string
	kindColumns bool
	check       func(*table) error
	read        func(*table, []string) (R, *Refusal)
	put         func(context.Context, []R) ([]data.Receipt, []Refusal, error)
	where       func(R) data.Position
}

// reading is a file being read.
type reading[R any] struct {
	format[R]
	*table
	rows    records
	summary Summary
	headed  bool // the refused rows have their first row
}

func readFile[R any](ctx context.Context, d *Door, file io.Reader, options Options, f format[R]) (Summary, error) {
	r, err := begin(ctx, d, file, options, f)
	if r == nil {
		return Summary{}, err
	}
	if err == nil {
		err = r.check(r.table)
	}
	if err != nil {
		return Summary{}, errors.Join(fmt.Errorf("%w; the file has the columns %v", err, r.rows.about().header), r.rows.Close())
	}
	summary, err := r.all(ctx)
	err = errors.Join(err, r.rows.Close(), r.ordinal.Close())
	summary.Notes = r.rows.about().notes
	return summary, err
}

// begin opens a file and finds its columns. Whether they are enough is not
// checked. Where they can't be found, it returns what has the rows alone, with an
// error. The caller closes the rows of what it returns.
func begin[R any](ctx context.Context, d *Door, file io.Reader, options Options, f format[R]) (*reading[R], error) {
	settings, err := d.Reload(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	system, err := parseCRS(options.CRS)
	if err != nil {
		return nil, err
	}
	rows, err := openRecords(ctx, file, choice{sheet: options.Sheet, layer: options.Layer, crs: system})
	if err != nil {
		return nil, err
	}
	return mapped(settings.Scheme, rows, options, f)
}

// mapped finds the columns of rows, as begin does.
func mapped[R any](scheme *data.Scheme, rows records, options Options, f format[R]) (*reading[R], error) {
	if f.kindColumns {
		f.fields = slices.Clone(f.fields)
		for _, kind := range scheme.Kinds {
			f.fields = append(f.fields, kind.ID)
		}
	}
	if options.Source != "" { // it counts for the whole file
		f.fields = slices.DeleteFunc(slices.Clone(f.fields), func(field string) bool { return field == fieldSource })
	}
	options.Source = cmp.Or(options.Source, "import")
	columns, err := mapColumns(rows.about(), f.fields, options.Map, scheme)
	if err != nil {
		return &reading[R]{format: f, rows: rows}, err
	}
	t := &table{columns: columns, scheme: scheme, Options: options}
	r := &reading[R]{format: f, table: t, rows: rows}
	r.describe()
	return r, nil
}

// describe fills in what the summary says of the columns.
func (r *reading[R]) describe() {
	r.summary.Mapping = r.mapping(r.fields)
	for at, name := range r.header {
		if !r.taken(at) {
			r.summary.Dropped = append(r.summary.Dropped, name)
		}
	}
}

// all reads and stores batch after batch.
func (r *reading[R]) all(ctx context.Context) (Summary, error) {
	for first := true; ; first = false {
		if err := r.tell(); err != nil {
			return r.summary, err
		}
		batch, err := r.upTo(batchRows)
		if err != nil {
			return r.summary, err
		}
		if len(batch) == 0 {
			return r.summary, nil
		}
		if first {
			r.order = cmp.Or(r.Dates, guessOrder(r.times(batch)))
		}
		if err := r.store(ctx, batch); err != nil {
			return r.summary, err
		}
		if r.Progress != nil {
			r.Progress(r.summary.Rows)
		}
	}
}

func (r *reading[R]) tell() error {
	if r.Batch == nil {
		return nil
	}
	return r.Batch(r.summary)
}

// upTo reads up to a number of rows.
func (r *reading[R]) upTo(limit int) ([]row, error) {
	var batch []row
	for len(batch) < limit {
		next, err := r.rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading after %d rows: %w", r.summary.Rows, err)
		}
		batch = append(batch, next)
	}
	return batch, nil
}

// store stores the rows of a batch that can be read, and refuses the others in
// the order of the file.
func (r *reading[R]) store(ctx context.Context, batch []row) error {
	refusals := make([]*Refusal, len(batch))
	var records []R
	var at []int // the row of each record
	for i, next := range batch {
		if refusals[i] = r.refusal(next); refusals[i] != nil {
			continue
		}
		record, refusal := r.read(r.table, next.fields)
		if refusals[i] = refusal; refusal == nil {
			records, at = append(records, record), append(at, i)
		}
	}
	if r.ordinal.err != nil {
		return r.ordinal.err
	}
	receipts, refused, err := r.put(ctx, records)
	if err != nil {
		return fmt.Errorf("%w after %d rows: %w", ErrNotStored, r.summary.Rows, err)
	}
	for _, refusal := range refused {
		refusal.Field = r.name(refusal.Field)
		refusals[at[refusal.Row-1]] = &refusal
	}
	for i, receipt := range receipts {
		if receipt == data.Conflict {
			refusals[at[i]] = refuse(r.name(fieldRef), "this reference of this source is there already with other content; "+
				"send the same content, or another reference")
		}
	}
	r.tally(records, receipts)
	return r.refuse(batch, refusals)
}

func (r *reading[R]) tally(records []R, receipts []data.Receipt) {
	for i, receipt := range receipts {
		switch receipt {
		case data.Added:
			r.summary.Added++
		case data.Unchanged:
			r.summary.Unchanged++
		case data.Gone:
			r.summary.Gone++
			continue
		default:
			continue
		}
		if r.where(records[i]).Point == nil {
			r.summary.Unlocated++
		}
	}
}

func (r *reading[R]) refuse(batch []row, refusals []*Refusal) error {
	r.summary.Rows += len(batch)
	for i, refusal := range refusals {
		if refusal == nil {
			continue
		}
		r.summary.Refused++
		refusal.Row = batch[i].line
		if r.Refusal != nil {
			r.Refusal(*refusal)
		}
		if r.Refused == nil {
			continue
		}
		if err := r.handBack(batch[i]); err != nil {
			return fmt.Errorf("writing the refused rows: %w", err)
		}
	}
	return nil
}

func (r *reading[R]) handBack(refused row) error {
	if !r.headed {
		r.headed = true
		if err := r.rows.about().handBackHead(r.Refused); err != nil {
			return err
		}
	}
	return r.rows.about().handBack(r.Refused, refused)
}
