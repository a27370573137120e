package sqlite

import (
	"database/sql"
	"errors"

	"commonground/geo"
)

// answers are ids of answers, as one transaction gives and finds them. An
// answer is a place without its version.
type answers struct {
	tx  *sql.Tx
	ids map[geo.Place]int64
}

// id returns the id of a place's answer, a new one where it wasn't given yet.
func (a *answers) id(place geo.Place) (int64, error) {
	place.Version = 0
	if id, ok := a.ids[place]; ok {
		return id, nil
	}
	args := []any{place.Class.String(), place.Area, int64(place.Hours), bit(place.NearBoundary)}
	var id int64
	err := a.tx.QueryRow(`
		SELECT id FROM answer WHERE class = ? AND area = ? AND hours = ? AND near_boundary = ?`, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = a.tx.QueryRow(`
			INSERT INTO answer (class, area, hours, near_boundary) VALUES (?, ?, ?, ?) RETURNING id`, args...).Scan(&id)
	}
	if err != nil {
		return 0, err
	}
	a.ids[place] = id
	return id, nil
}

// give stores the answer for a new record.
func (a *answers) give(insert *sql.Stmt, record int64, place geo.Place) error {
	id, err := a.id(place)
	if err != nil {
		return err
	}
	_, err = insert.Exec(record, id)
	return err
}

// answersByID returns every answer at its id.
func (v *view) answersByID() ([]geo.Place, error) {
	var places []geo.Place
	err := v.rows(`SELECT id, `+answerColumns+` FROM answer ORDER BY id`, nil, func(row *columns) (bool, error) {
		id := row.integer()
		for int64(len(places)) <= id {
			places = append(places, geo.Place{})
		}
		places[id] = row.answer()
		return true, nil
	})
	return places, err
}
