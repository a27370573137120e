package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"commonground/data"
	"commonground/geo"
)

// table says how one sort of record is kept.
type table[T any] struct {
	ledger
	columns string // what read reads
	// reported is what append gives the values of.
	reported string
	insert   string // inserts nothing where the key is there already
	// insertNew is insert, but inserts nothing where the key was deleted either.
	insertNew string
	answer    string // inserts the id of an answer for the id of a record
	find      string // the present version by source and ref, its id first
	all       string
	past      string // the history by source and ref, what is said of a version first
	// append adds what insert takes; the first two are source and ref.
	append func([]any, T) ([]any, error)
	place  func(T) geo.Place
	read   func(*columns) (T, error)
	// same compares a stored record with one as a caller gave it.
	same func(stored, given T) bool
	// sides returns where a change has this sort of record.
	sides func(*data.Change) (before, after **T)
}

// putAll stores a batch, all or none, and puts what is new into the feed.
func putAll[T any](ctx context.Context, s *Store, t table[T], revision int64, batch []T) ([]data.Receipt, error) {
	var receipts []data.Receipt
	err := s.write(ctx, "put "+t.record+"s", func(tx *sql.Tx) error {
		if err := checkRevision(tx, revision); err != nil {
			return err
		}
		var last int64
		if err := tx.QueryRow(t.last).Scan(&last); err != nil {
			return err
		}
		var err error
		if receipts, err = put(tx, t, batch); err != nil {
			return err
		}
		_, err = tx.Exec(t.added, last)
		return err
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// put stores records in order and returns their receipts. One whose key is in
// the table or earlier in the batch is compared with the record there.
func put[T any](tx *sql.Tx, t table[T], batch []T) ([]data.Receipt, error) {
	statement := t.insert // the quicker one
	if ended, err := t.anyEnded(tx); err != nil {
		return nil, err
	} else if ended {
		statement = t.insertNew
	}
	insert, err := tx.Prepare(statement)
	if err != nil {
		return nil, err
	}
	answer, err := tx.Prepare(t.answer)
	if err != nil {
		return nil, err
	}
	gone, err := knownIn(tx)
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
		destroyed, err := gone.has(t.Sort, args[0], args[1])
		if err != nil {
			return nil, err
		}
		if destroyed {
			receipts[i] = data.Gone
			continue
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

// insertOne returns the id of the new row, 0 where its key was there already or
// was deleted.
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

// compare returns the receipt of a record that put did not insert.
func (t table[T]) compare(tx *sql.Tx, args []any, given T) (data.Receipt, error) {
	id, stored, err := t.present(tx, args[0], args[1])
	switch {
	case err != nil:
		return 0, err
	case id == 0:
		return data.Gone, nil
	case t.same(stored, given):
		return data.Unchanged, nil
	}
	return data.Conflict, nil
}

// present returns the present version of a record and its id, 0 where there is
// none.
func (t table[T]) present(tx *sql.Tx, source, ref any) (id int64, stored T, err error) {
	rows, err := tx.Query(t.find, source, ref)
	if err != nil {
		return 0, stored, err
	}
	defer rows.Close()
	if !rows.Next() {
		return 0, stored, rows.Err()
	}
	var row columns
	if err := row.scan(rows); err != nil {
		return 0, stored, err
	}
	id = row.integer()
	stored, err = t.read(&row)
	return id, stored, errors.Join(err, row.err)
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
