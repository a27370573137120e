package intake

import (
	"errors"
	"fmt"
	"io"

	"commonground/data"
	"commonground/geo"
)

var pointFields = placeFields[2:]

// ReadPoints reads the points of a CSV file, gzip or not, such as a list of
// addresses: its longitude and latitude, easting and northing or grid reference,
// under a usual name or the one that named gives. Other columns are not looked at.
// A row without a usable place is an error that names it, and so is a file without
// any row.
func ReadPoints(in io.Reader, scheme *data.Scheme, named map[string]string) ([]geo.Point, error) {
	text, err := Text(in)
	if err != nil {
		return nil, err
	}
	rows, err := newRows(text)
	if err != nil {
		return nil, err
	}
	columns, err := mapColumns(rows.header, pointFields, named, scheme)
	if err != nil {
		return nil, err
	}
	t := &table{columns: columns, scheme: scheme}
	if err := t.checkPlaceColumns(); err != nil {
		return nil, fmt.Errorf("%w; the file has the columns %v", err, rows.header)
	}
	var points []geo.Point
	for {
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		p, err := t.pointOf(r)
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if len(points) == 0 {
		return nil, errors.New("the file has no row with a place")
	}
	return points, nil
}

func (t *table) pointOf(r row) (geo.Point, error) {
	refusal := r.refusal
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
