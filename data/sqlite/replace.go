package sqlite

import (
	"database/sql"
	"math"

	"commonground/data"
	"commonground/geo"
)

// span is a half-open span of time in milliseconds, or all records, those
// without a time included.
type span struct {
	all      bool
	from, to int64
}

var always = span{all: true}

func spanOf(b geo.Boundary) span {
	s := span{from: b.From.UnixMilli(), to: math.MaxInt64}
	if !b.To.IsZero() {
		s.to = b.To.UnixMilli()
	}
	return s
}

// pageSize is how many records replace holds in memory at once.
const pageSize = 1000

// placed says how the records of one table are placed anew. A page takes the
// id to go on after, the span and the size.
type placed struct {
	page, update string
}

// allPlaced lists pickups, whose place goes by when they were made, and
// incidents, whose place goes by when they happened.
var allPlaced = []placed{{
	page: `SELECT id, ` + positionColumns + `, at_ms, at_precision, at_ambiguous FROM pickup
		WHERE id > ? AND (? OR (at_ms >= ? AND at_ms < ?)) ORDER BY id LIMIT ?`,
	update: `UPDATE pickup SET (` + placeColumns + `) = (?, ?, ?, ?, ?) WHERE id = ?`,
}, {
	page: `SELECT id, ` + positionColumns + `, happened_ms, happened_precision, happened_ambiguous FROM incident
		WHERE id > ? AND (? OR (happened_ms >= ? AND happened_ms < ?)) ORDER BY id LIMIT ?`,
	update: `UPDATE incident SET (` + placeColumns + `) = (?, ?, ?, ?, ?) WHERE id = ?`,
}}

// replace asks again for the place of every record in a span and writes those
// that changed.
func replace(tx *sql.Tx, in span, place data.Placer) error {
	for _, p := range allPlaced {
		page, err := tx.Prepare(p.page)
		if err != nil {
			return err
		}
		update, err := tx.Prepare(p.update)
		if err != nil {
			return err
		}
		last, more := int64(0), true
		for more {
			// The page is read to its end before the first update, so that no
			// row is written under an open cursor.
			moved, end, err := movedOf(page, last, in, place)
			if err != nil {
				return err
			}
			for _, m := range moved {
				if _, err := update.Exec(append(appendPlace(nil, m.place), m.id)...); err != nil {
					return err
				}
			}
			last, more = end, end > last
		}
	}
	return nil
}

// moved is a record that has another place now.
type moved struct {
	id    int64
	place geo.Place
}

// movedOf reads a page of records after an id. It returns those whose place
// changed, and the last id of the page: the given one where there are no more.
func movedOf(page *sql.Stmt, after int64, in span, place data.Placer) ([]moved, int64, error) {
	rows, err := page.Query(after, bit(in.all), in.from, in.to, pageSize)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var changed []moved
	var position positionRow
	var when whenRow
	columns := append(append([]any{&after}, position.columns()...), when.columns()...)
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return nil, 0, err
		}
		p, err := position.position()
		if err != nil {
			return nil, 0, err
		}
		if now := place(p, when.when()); now != p.Place {
			changed = append(changed, moved{after, now})
		}
	}
	return changed, after, rows.Err()
}
