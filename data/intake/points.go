package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"commonground/data"
	"commonground/geo"
)

var pointFields = placeFields[2:]

// ReadPoints reads the points of a file in any of the formats, such as a list of
// addresses: its longitude and latitude, easting and northing or grid reference,
// under a usual name or the one that named gives. Other columns are not looked at.
// A row without a usable place is an error that names it, and so is a file without
// any row, or with a column that only records have.
func ReadPoints(in io.Reader, scheme *data.Scheme, named map[string]string) ([]geo.Point, error) {
	var points []geo.Point
	err := eachPoint(in, scheme, named, pointFields, func(_ *table, _ row, p geo.Point) error {
		points = append(points, p)
		return nil
	})
	return points, err
}

// ReadPostcodes is ReadPoints for a list of postcodes, such as OS Code-Point Open:
// the point of each, which is written with one blank before its last three
// characters. One that is there twice is an error.
func ReadPostcodes(in io.Reader, scheme *data.Scheme, named map[string]string) (map[string]geo.Point, error) {
	points := map[string]geo.Point{}
	err := eachPoint(in, scheme, named, append([]string{fieldPostcode}, pointFields...), func(t *table, r row, p geo.Point) error {
		code := strings.ToUpper(strings.ReplaceAll(t.text(r.fields, fieldPostcode), " ", ""))
		if len(code) < 5 || len(code) > 7 {
			return Refusal{Row: r.line, Field: t.name(fieldPostcode), Reason: fmt.Sprintf("%q is no postcode; if another column has them, name it with --map postcode=COLUMN", code)}
		}
		code = code[:len(code)-3] + " " + code[len(code)-3:]
		if _, there := points[code]; there {
			return Refusal{Row: r.line, Field: t.name(fieldPostcode), Reason: code + " is there twice"}
		}
		points[code] = p
		return nil
	})
	return points, err
}

// eachPoint calls do with each row of a file and its place.
func eachPoint(in io.Reader, scheme *data.Scheme, named map[string]string, fields []string, do func(*table, row, geo.Point) error) error {
	rows, err := openRecords(context.Background(), in, choice{})
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := mapColumns(rows.about(), fields, named, scheme)
	if err != nil {
		return err
	}
	if at := columns.ofRecords(scheme); at >= 0 {
		return fmt.Errorf("the column %q says that these are records; a list of public places has none of that, and the ground is never divided by records", columns.header[at])
	}
	t := &table{columns: columns, scheme: scheme}
	if err := t.checkPlaceColumns(); err != nil {
		return fmt.Errorf("%w; the file has the columns %v", err, rows.about().header)
	}
	return t.eachPoint(rows, do)
}

func (t *table) eachPoint(rows records, do func(*table, row, geo.Point) error) error {
	for n := 0; ; n++ {
		r, err := rows.next()
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("the file has no row with a place")
		}
		var p geo.Point
		if err == nil {
			p, err = t.pointOf(r)
		}
		if err == nil {
			err = do(t, r, p)
		}
		if err != nil {
			return err
		}
	}
}

// ofRecords returns the first column that only records have: a time, or what was
// found; -1 where there is none.
func (c columns) ofRecords(scheme *data.Scheme) int {
	fields := []string{fieldAt, fieldReceived, fieldHappened}
	for _, kind := range scheme.Kinds {
		fields = append(fields, kind.ID)
	}
	for _, field := range fields {
		if at := c.guessColumn(field, scheme); at >= 0 {
			return at
		}
	}
	return -1
}

func (t *table) pointOf(r row) (geo.Point, error) {
	refusal := t.refusal(r)
	var p data.Position
	if refusal == nil {
		p, refusal = t.position(r.fields)
	}
	if refusal != nil {
		refusal.Row = r.line
		return geo.Point{}, refusal
	}
	if p.Point == nil {
		return geo.Point{}, fmt.Errorf("line %d has no place; take such rows out", r.line)
	}
	return *p.Point, nil
}
