package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"commonground/data"
)

// table says how one sort of record is kept.
type table[T any] struct {
	insert string // inserts nothing where the key is there already
	find   string // by source and ref
	all    string
	// append adds what insert takes; the first two are source and ref.
	append func([]any, T) ([]any, error)
	newRow func() row[T]
	// same compares a stored record with one as a caller gave it.
	same func(stored, given T) bool
}

// row is a place for one row of a result, used again for the next.
type row[T any] interface {
	columns() []any // where rows.Scan puts the columns
	record() (T, error)
}

// put stores records in order and returns their receipts. One whose key is in
// the table or earlier in the batch is compared with the record there.
func put[T any](tx *sql.Tx, t table[T], batch []T) ([]data.Receipt, error) {
	insert, err := tx.Prepare(t.insert)
	if err != nil {
		return nil, err
	}
	receipts := make([]data.Receipt, len(batch))
	var args []any // used again for each record
	for i, record := range batch {
		args, err = t.append(args[:0], record)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		result, err := insert.Exec(args...)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		receipts[i] = data.Added
		if added, _ := result.RowsAffected(); added == 0 {
			if receipts[i], err = t.compare(tx, args, record); err != nil {
				return nil, fmt.Errorf("record %d: %w", i+1, err)
			}
		}
	}
	return receipts, nil
}

// compare returns the receipt of a record whose key is there already.
func (t table[T]) compare(tx *sql.Tx, args []any, given T) (data.Receipt, error) {
	row := t.newRow()
	if err := tx.QueryRow(t.find, args[0], args[1]).Scan(row.columns()...); err != nil {
		return 0, err
	}
	stored, err := row.record()
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
	rows, err := v.tx.QueryContext(v.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	row := t.newRow()
	columns := row.columns()
	for rows.Next() {
		// database/sql notices the end of a context a little later: without
		// this, a short result could end before and pass for the whole.
		if err := errors.Join(v.store.closing.Err(), v.ctx.Err()); err != nil {
			return err
		}
		if err := rows.Scan(columns...); err != nil {
			return err
		}
		record, err := row.record()
		if err != nil {
			return err
		}
		if !do(record) {
			return nil
		}
	}
	return rows.Err()
}

// stream yields every record of a view, then ends it.
func stream[T any](v *view, t table[T]) iter.Seq2[T, error] {
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
		err := each(v, t, t.all, nil, func(record T) bool {
			stopped = !yield(record, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(none, v.failed(err))
		}
	}
}
