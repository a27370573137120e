package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"commonground/data"
	"commonground/geo"
)

func insertBoundary(tx *sql.Tx, revision int64, b geo.Boundary) error {
	from := data.Milliseconds(b.From)
	if from == nil {
		return errors.New("it has no start")
	}
	to := data.Milliseconds(b.To)
	if to != nil && *to <= *from {
		return errors.New("its span is empty: the end is not after the start")
	}
	if b.Withdrawn != 0 {
		return errors.New("it is withdrawn already")
	}
	_, err := tx.Exec(`INSERT INTO boundary (version, from_ms, to_ms, added) VALUES (?, ?, ?, ?)`,
		b.Version, *from, milliseconds(b.To), revision)
	if err != nil {
		return err
	}
	for ordinal, area := range b.Areas {
		if err := insertArea(tx, b.Version, ordinal, area); err != nil {
			return fmt.Errorf("area %s: %w", area.ID, err)
		}
	}
	return nil
}

func insertArea(tx *sql.Tx, version int64, ordinal int, area geo.Area) error {
	area, err := area.Rounded()
	if err != nil {
		return err
	}
	shape, err := wkb.Marshal(area.Shape)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO area (boundary, ordinal, id, name, class, shape) VALUES (?, ?, ?, ?, ?, ?)`,
		version, ordinal, area.ID, area.Name, area.Class.String(), shape)
	return err
}

// withdraw takes a version back and returns its span.
func withdraw(tx *sql.Tx, revision, version int64) (data.Span, error) {
	var from int64
	var to sql.NullInt64
	err := tx.QueryRow(`
		UPDATE boundary SET withdrawn = ? WHERE version = ? AND withdrawn IS NULL
		RETURNING from_ms, to_ms`, revision, version).Scan(&from, &to)
	if errors.Is(err, sql.ErrNoRows) {
		return data.Span{}, errors.New("there is no such version that stands")
	}
	return data.Span{From: time.UnixMilli(from), To: timeOf(to)}, err
}

func timeOf(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// boundaries returns every version of the boundary in order, with its areas.
func (v *view) boundaries() ([]geo.Boundary, error) {
	rows, err := v.tx.QueryContext(v.ctx, `
		SELECT version, from_ms, to_ms, coalesce(withdrawn, 0) FROM boundary ORDER BY version`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var boundaries []geo.Boundary
	for rows.Next() {
		var b geo.Boundary
		var from int64
		var to sql.NullInt64
		if err := rows.Scan(&b.Version, &from, &to, &b.Withdrawn); err != nil {
			return nil, err
		}
		b.From, b.To = time.UnixMilli(from).UTC(), timeOf(to)
		boundaries = append(boundaries, b)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return boundaries, v.addAreas(boundaries)
}

func (v *view) addAreas(boundaries []geo.Boundary) error {
	rows, err := v.tx.QueryContext(v.ctx, `
		SELECT boundary, id, name, class, shape FROM area ORDER BY boundary, ordinal`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var version int64
		var area geo.Area
		var class string
		var shape []byte
		if err := rows.Scan(&version, &area.ID, &area.Name, &class, &shape); err != nil {
			return err
		}
		if area.Class, err = geo.ParseClass(class); err != nil {
			return err
		}
		if area.Shape, err = multiPolygon(shape); err != nil {
			return fmt.Errorf("area %s: %w", area.ID, err)
		}
		b := &boundaries[version-1] // versions are numbered from 1 without a gap
		b.Areas = append(b.Areas, area)
	}
	return rows.Err()
}

func multiPolygon(bytes []byte) (orb.MultiPolygon, error) {
	geometry, err := wkb.Unmarshal(bytes)
	if err != nil {
		return nil, err
	}
	shape, ok := geometry.(orb.MultiPolygon)
	if !ok {
		return nil, fmt.Errorf("its shape is a %s", geometry.GeoJSONType())
	}
	return shape, nil
}
