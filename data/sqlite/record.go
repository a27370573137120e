package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"commonground/data"
	"commonground/geo"
)

// table says how one sort of record is kept.
type table[T any] struct {
	insert string // inserts nothing where the key is there already
	answer string // inserts the id of an answer for the id of a record
	find   string // by source and ref
	all    string
	// append adds what insert takes; the first two are source and ref.
	append func([]any, T) ([]any, error)
	place  func(T) geo.Place
	read   func(*columns) (T, error)
	// same compares a stored record with one as a caller gave it.
	same func(stored, given T) bool
}

// put stores records in order and returns their receipts. One whose key is in
// the table or earlier in the batch is compared with the record there.
func put[T any](tx *sql.Tx, t table[T], batch []T) ([]data.Receipt, error) {
	insert, err := tx.Prepare(t.insert)
	if err != nil {
		return nil, err
	}
	answer, err := tx.Prepare(t.answer)
	if err != nil {
		return nil, err
	}
	known := answers{tx: tx, ids: map[geo.Place]int64{}}
	receipts := make([]data.Receipt, len(batch))
	var args []any // used again for each record
	for i, record := range batch {
		args, err = t.append(args[:0], record)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		id, err := insertOne(insert, args)
		switch {
		case err != nil:
		case id == 0:
			receipts[i], err = t.compare(tx, args, record)
		default:
			receipts[i], err = data.Added, known.give(answer, id, t.place(record))
		}
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
	}
	return receipts, nil
}

// insertOne returns the id of the new row, 0 where its key was there already.
func insertOne(insert *sql.Stmt, args []any) (int64, error) {
	result, err := insert.Exec(args...)
	if err != nil {
		return 0, err
	}
	if added, _ := result.RowsAffected(); added == 0 {
		return 0, nil
	}
	return result.LastInsertId()
}

// compare returns the receipt of a record whose key is there already.
func (t table[T]) compare(tx *sql.Tx, args []any, given T) (data.Receipt, error) {
	rows, err := tx.Query(t.find, args[0], args[1])
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var row columns
	if !rows.Next() {
		return 0, errors.Join(errors.New("it is neither there nor not"), rows.Err())
	}
	if err := row.scan(rows); err != nil {
		return 0, err
	}
	stored, err := t.read(&row)
	if err != nil {
		return 0, err
	}
	if t.same(stored, given) {
		return data.Unchanged, nil
	}
	return data.Conflict, nil
}

// each calls do for every record that a query returns, until do says false.
func each[T any](v *view, t table[T], query string, args []any, do func(T) bool) error {
	return v.rows(query, args, func(row *columns) (bool, error) {
		record, err := t.read(row)
		return err == nil && do(record), err
	})
}

// rows calls do for every row that a query returns, until do says false or
// fails.
func (v *view) rows(query string, args []any, do func(*columns) (bool, error)) error {
	rows, err := v.tx.QueryContext(v.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var row columns
	for rows.Next() {
		// database/sql notices the end of a context a little later: without
		// this, a short result could end before and pass for the whole.
		if err := v.ended(); err != nil {
			return err
		}
		if err := row.scan(rows); err != nil {
			return err
		}
		more, err := do(&row)
		if err = errors.Join(err, row.err); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}

// stream yields what a function calls it for from a view, and then ends the
// view.
func stream[T any](v *view, all func(do func(T) bool) error) iter.Seq2[T, error] {
	ranged := false
	return func(yield func(T, error) bool) {
		var none T
		if ranged {
			yield(none, v.failed(errors.New("the sequence may be ranged over once")))
			return
		}
		ranged = true
		defer v.end()
		stopped := false
		err := all(func(record T) bool {
			stopped = !yield(record, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(none, v.failed(err))
		}
	}
}

// streamAll yields every record of a table.
func streamAll[T any](v *view, t table[T]) iter.Seq2[T, error] {
	return stream(v, func(do func(T) bool) error { return each(v, t, t.all, nil, do) })
}
