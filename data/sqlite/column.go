package sqlite

import (
	"database/sql"
	"time"

	"commonground/data"
	"commonground/geo"
)

const (
	keyColumns      = `source, ref`
	pointColumns    = `lon, lat, accuracy_m`
	positionColumns = pointColumns + `, ` + placeColumns
	placeColumns    = answerColumns + `, boundary`
	answerColumns   = `class, area, hours, near_boundary`
)

// columns is a row of a result, read column by column from the left. NULL is
// read as the zero value. Values are taken as the driver gives them, which is
// twice as fast as having database/sql convert them.
type columns struct {
	values []any
	into   []any // pointers to values
	next   int
	err    error // the first of the row
}

// scan reads the next row.
func (c *columns) scan(rows *sql.Rows) error {
	if c.values == nil {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		c.values, c.into = make([]any, len(names)), make([]any, len(names))
		for i := range c.values {
			c.into[i] = &c.values[i]
		}
	}
	c.next, c.err = 0, nil
	return rows.Scan(c.into...)
}

func (c *columns) value() any {
	c.next++
	return c.values[c.next-1]
}

func (c *columns) integer() int64 {
	n, _ := c.value().(int64)
	return n
}

func (c *columns) number() float64 {
	x, _ := c.value().(float64)
	return x
}

func (c *columns) text() string {
	s, _ := c.value().(string)
	return s
}

// point reads two columns, nil where they are NULL.
func (c *columns) point() *geo.Point {
	lon, located := c.value().(int64)
	lat := c.integer()
	if !located {
		return nil
	}
	return &geo.Point{Lon: int32(lon), Lat: int32(lat)}
}

// answer reads answerColumns.
func (c *columns) answer() geo.Place {
	class, err := geo.ParseClass(c.text())
	if err != nil {
		c.err = err
	}
	return geo.Place{Class: class, Area: c.text(), Hours: geo.HoursAnswer(c.integer()), NearBoundary: c.integer() != 0}
}

// position reads positionColumns.
func (c *columns) position() data.Position {
	p := data.Position{Point: c.point(), AccuracyM: c.number(), Place: c.answer()}
	p.Place.Version = c.integer()
	return p
}

// when reads the three columns of a time.
func (c *columns) when() data.When {
	ms, known := c.value().(int64)
	when := data.When{Precision: data.Precision(c.integer()), Ambiguous: c.integer() != 0}
	if known {
		when.At = time.UnixMilli(ms).UTC()
	}
	return when
}

// unpackPoint returns the point of lon << 32 | (lat & 0xffffffff).
func unpackPoint(packed int64) geo.Point {
	return geo.Point{Lon: int32(packed >> 32), Lat: int32(packed)}
}

// unpackAnswer returns the parts of an answer's id * 8 + the precision of a
// time * 2 + whether it is ambiguous; the time's At is left to the caller.
func unpackAnswer(packed int64) (answer int64, when data.When) {
	return packed >> 3, data.When{Precision: data.Precision(packed >> 1 & 3), Ambiguous: packed&1 != 0}
}

// appendPoint appends what pointColumns take.
func appendPoint(args []any, p data.Position) []any {
	if p.Point == nil {
		return append(args, nil, nil, p.AccuracyM)
	}
	return append(args, int64(p.Point.Lon), int64(p.Point.Lat), p.AccuracyM)
}

func appendWhen(args []any, w data.When) []any {
	return append(args, milliseconds(w.At), int64(w.Precision), bit(w.Ambiguous))
}

// milliseconds is data.Milliseconds for a parameter: the driver takes no nil
// pointer for NULL.
func milliseconds(t time.Time) any {
	if ms := data.Milliseconds(t); ms != nil {
		return *ms
	}
	return nil
}

// kept is a time as the store keeps it.
func kept(w data.When) data.When {
	w.At = w.At.Truncate(time.Millisecond)
	return w
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
