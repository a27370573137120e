package sqlite

import (
	"database/sql"
	"time"

	"commonground/data"
	"commonground/geo"
)

const (
	keyColumns      = `source, ref`
	positionColumns = `lon, lat, accuracy_m, ` + placeColumns
	placeColumns    = `class, area, boundary, hours, near_boundary`
)

// positionRow is a place for positionColumns.
type positionRow struct {
	lon, lat  sql.NullInt64
	accuracyM float64
	placeRow
}

type placeRow struct {
	class, area           string
	boundary, hours, near int64
}

func (r *positionRow) columns() []any {
	return []any{&r.lon, &r.lat, &r.accuracyM, &r.class, &r.area, &r.boundary, &r.hours, &r.near}
}

func (r *positionRow) position() (data.Position, error) {
	class, err := geo.ParseClass(r.class)
	p := data.Position{AccuracyM: r.accuracyM, Place: geo.Place{
		Class: class, Area: r.area, Version: r.boundary,
		Hours: geo.HoursAnswer(r.hours), NearBoundary: r.near != 0,
	}}
	if r.lon.Valid {
		p.Point = &geo.Point{Lon: int32(r.lon.Int64), Lat: int32(r.lat.Int64)}
	}
	return p, err
}

func appendPosition(args []any, p data.Position) []any {
	if p.Point == nil {
		args = append(args, nil, nil)
	} else {
		args = append(args, int64(p.Point.Lon), int64(p.Point.Lat))
	}
	return appendPlace(append(args, p.AccuracyM), p.Place)
}

func appendPlace(args []any, p geo.Place) []any {
	return append(args, p.Class.String(), p.Area, p.Version, int64(p.Hours), bit(p.NearBoundary))
}

// whenRow is a place for the three columns of a time.
type whenRow struct {
	ms                   sql.NullInt64
	precision, ambiguous int64
}

func (r *whenRow) columns() []any { return []any{&r.ms, &r.precision, &r.ambiguous} }

func (r *whenRow) when() data.When {
	when := data.When{Precision: data.Precision(r.precision), Ambiguous: r.ambiguous != 0}
	if r.ms.Valid {
		when.At = time.UnixMilli(r.ms.Int64).UTC()
	}
	return when
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
