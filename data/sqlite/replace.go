package sqlite

import (
	"database/sql"
	"strings"

	"commonground/data"
	"commonground/geo"
)

// replace asks again for the place of every record in a span. Of those that
// get another answer it keeps the one before and writes the new one.
//
// tx holds the write lock, so the records can be read from a view beside it:
// nothing changes them meanwhile, and no row is written under an open cursor.
func replace(tx *sql.Tx, v *view, revision int64, in data.Span, place data.Placer) error {
	surveyor, err := v.surveyor(in, place)
	if err != nil {
		return err
	}
	given := answers{tx: tx, ids: map[geo.Place]int64{}}
	for _, sort := range sorts {
		m := mover{tx: tx, insert: sort.move, revision: revision, given: &given}
		if err := surveyor.survey(sort, m.move); err != nil {
			return err
		}
		if err := m.flush(); err != nil {
			return err
		}
		if _, err := tx.Exec(sort.update, revision); err != nil {
			return err
		}
	}
	return nil
}

// movesAtOnce is how many moves one statement inserts: as many rows in one
// take less than half the time of as many statements.
const movesAtOnce = 128

// mover writes moves.
type mover struct {
	tx       *sql.Tx
	insert   string
	many     *sql.Stmt // inserts movesAtOnce; nil until they are that many
	revision int64
	given    *answers
	args     []any // of the moves that are not written yet, four each
}

func (m *mover) move(some *surveyed) error {
	for i, record := range some.ids {
		now, moved := some.moved(i)
		if !moved {
			continue
		}
		after, err := m.given.id(now)
		if err != nil {
			return err
		}
		m.args = append(m.args, m.revision, record, some.answers[i], after)
		if len(m.args) == 4*movesAtOnce {
			if err := m.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes the moves that are not written yet.
func (m *mover) flush() error {
	n := len(m.args) / 4
	if n == 0 {
		return nil
	}
	var err error
	if n < movesAtOnce {
		_, err = m.tx.Exec(m.rows(n), m.args...)
	} else {
		if m.many == nil {
			if m.many, err = m.tx.Prepare(m.rows(n)); err != nil {
				return err
			}
		}
		_, err = m.many.Exec(m.args...)
	}
	m.args = m.args[:0]
	return err
}

// rows is the statement that inserts n moves.
func (m *mover) rows(n int) string {
	return m.insert + strings.TrimSuffix(strings.Repeat(`(?, ?, ?, ?), `, n), `, `)
}
