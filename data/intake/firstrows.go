package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"commonground/data"
)

// FirstRows are the rows at the start of a file as they would be read. Nothing
// of them is stored.
type FirstRows struct {
	Columns []string
	// Fields are all to which a column can be mapped.
	Fields []Field
	Rows   []FirstRow
	// Dropped are the columns of which nothing would be kept.
	Dropped []string
	// Problem is a sentence where the columns are not enough to read any row;
	// the rows have their Texts alone then.
	Problem string
	// Sheets and Layers are those that the file has, and Part is the one that is
	// read; empty where it has none, or where one must be chosen first.
	Sheets, Layers []string
	Part           string
	// CRS is the coordinate system of the places, such as "EPSG:27700"; empty where
	// nothing says it.
	CRS string
	// ProblemField is the field whose column is to be chosen; empty for none.
	ProblemField string
}

// Field is something that a column can say.
type Field struct {
	Name, Title string
	// Needed is set where no row can be read without a column for it.
	Needed bool
	// Column is the one that was taken; empty for none.
	Column string
}

// FirstRow is one row.
type FirstRow struct {
	Line  int
	Texts []string // as in the file
	// Position has its place, at the time When; all three are zero for a refused
	// row.
	Position data.Position
	When     data.When
	// Items are those found of all kinds; of an incident 0.
	Items int
	// Refusal says why it would not be let in; nil where it would.
	Refusal *Refusal
}

// FirstPickups returns up to limit rows at the start of a file of pickups, each
// with its place by the settings of now. A file of which not even the columns
// can be read is an error; where another sheet, layer or coordinate system may be
// the remedy, it is a Problem.
func (d *Door) FirstPickups(ctx context.Context, file io.Reader, options Options, limit int) (FirstRows, error) {
	return firstRows(ctx, d, file, options, limit, first[data.Pickup]{
		format: d.pickups(), check: checkPickup, locate: locatePickup,
		row: func(p data.Pickup) FirstRow {
			return FirstRow{Position: p.Position, When: p.At, Items: itemsOf(p)}
		},
	})
}

// FirstIncidents is FirstPickups for a file of incidents.
func (d *Door) FirstIncidents(ctx context.Context, file io.Reader, options Options, limit int) (FirstRows, error) {
	return firstRows(ctx, d, file, options, limit, first[data.Incident]{
		format: d.incidents(), check: checkIncident, locate: locateIncident,
		row: func(i data.Incident) FirstRow { return FirstRow{Position: i.Position, When: i.Received} },
	})
}

// first is how the first rows of one type are read.
type first[R any] struct {
	format format[R]
	check  func(*data.Scheme, *R) *Refusal
	locate func(*Settings, *R)
	row    func(R) FirstRow
}

func itemsOf(p data.Pickup) (items int) {
	for _, found := range p.Found {
		items += found.Items
	}
	return items
}

func firstRows[R any](ctx context.Context, d *Door, file io.Reader, options Options, limit int, f first[R]) (FirstRows, error) {
	r, problem := begin(ctx, d, file, options, f.format)
	var choose *choosable
	if errors.As(problem, &choose) {
		return FirstRows{Sheets: choose.sheets, Layers: choose.layers, Problem: problem.Error()}, nil
	}
	if r == nil {
		return FirstRows{}, problem
	}
	defer r.rows.Close() // only read
	settings, err := d.Settings(ctx)
	if err != nil {
		return FirstRows{}, err
	}
	if problem == nil {
		problem = r.check(r.table)
	} else { // what was asked for is not there: all that can be told is without it
		r.table = &table{columns: columns{header: r.rows.about().header}, scheme: settings.Scheme, Options: options}
	}
	batch, err := r.upTo(limit)
	if err != nil {
		return FirstRows{}, err
	}
	out := r.outline()
	if problem != nil {
		out.Problem, out.ProblemField = problem.Error(), fieldOf(problem)
	}
	r.order = cmp.Or(r.Dates, guessOrder(r.times(batch)))
	for _, next := range batch {
		row := FirstRow{}
		if problem == nil {
			row = f.read(settings, r, next)
		}
		row.Line, row.Texts = next.line, next.fields
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// outline is what is told of a file besides its rows.
func (r *reading[R]) outline() FirstRows {
	about := r.rows.about()
	out := FirstRows{
		Columns: about.header, Fields: r.described(), Dropped: r.summary.Dropped,
		Sheets: about.sheets, Layers: about.layers, Part: about.part,
	}
	if about.crs != nil {
		out.CRS = fmt.Sprintf("EPSG:%d", about.crs.code)
	}
	return out
}

// read reads one row as it would be stored.
func (f first[R]) read(settings *Settings, r *reading[R], next row) FirstRow {
	if refusal := r.refusal(next); refusal != nil {
		return FirstRow{Refusal: refusal}
	}
	record, refusal := r.read(r.table, next.fields)
	if refusal == nil {
		if refusal = f.check(settings.Scheme, &record); refusal != nil {
			refusal.Field = r.name(refusal.Field)
		}
	}
	if refusal != nil {
		return FirstRow{Refusal: refusal}
	}
	f.locate(settings, &record)
	return f.row(record)
}

// fieldOf returns the field that a problem of a file is about, or nothing.
func fieldOf(err error) string {
	var of *columnProblem
	if errors.As(err, &of) {
		return of.field
	}
	return ""
}

// titles are the fields in people's words.
var titles = map[string]string{
	fieldSource: "Who sent it", fieldRef: "Reference", fieldLon: "Longitude", fieldLat: "Latitude", fieldEasting: "Easting",
	fieldNorthing: "Northing", fieldGridRef: "Grid reference", fieldAccuracy: "Accuracy in metres", fieldAt: "Date", fieldTime: "Time of day",
	fieldKind: "Kind of item", fieldItems: "Number of items", fieldReceived: "Received", fieldHappened: "Happened", fieldChannel: "Channel",
	fieldCategory: "Harm or nuisance", fieldOutcome: "Outcome", fieldAnswered: "Answered", fieldAttended: "Attended", fieldReason: "Reason for no response",
}

// described says what a column can mean, and which was taken.
func (r *reading[R]) described() []Field {
	all := make([]Field, len(r.fields))
	for i, name := range r.fields {
		all[i] = Field{Name: name, Title: titles[name], Needed: r.needs(name)}
		if at, ok := r.scheme.KindIndex(name); ok {
			all[i].Title = r.scheme.Kinds[at].Title
		}
		if r.has(name) {
			all[i].Column = r.name(name)
		}
	}
	return all
}

// needs reports whether no row can be read without a field.
func (t *table) needs(field string) bool {
	switch field {
	case fieldLon, fieldLat:
		return !t.crs.projected() && (!t.national() || !(t.has(fieldEasting) && t.has(fieldNorthing) || t.has(fieldGridRef)))
	case fieldEasting, fieldNorthing:
		return t.crs.projected()
	case fieldAt, fieldReceived:
		return true
	case fieldKind:
		return t.Kind == "" && len(t.kindColumns()) == 0
	case fieldCategory:
		return t.Category == ""
	}
	return false
}
