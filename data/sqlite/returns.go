package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"commonground/data"
	"commonground/data/engine"
)

// PutReturns stores returns under the file's write lock, so that of several
// processes each gives other numbers.
func (s *Store) PutReturns(ctx context.Context, returns []data.Return) (receipts []data.Receipt, err error) {
	err = s.transact(ctx, "store returns", func(tx *sql.Tx) error {
		var last int64
		if err := tx.QueryRow(`SELECT coalesce(max(number), 0) FROM agency_return`).Scan(&last); err != nil {
			return err
		}
		for _, r := range returns {
			r.Number = last + 1
			receipt, err := putReturn(tx, r)
			if err != nil {
				return err
			}
			if receipt != data.Unchanged {
				last++
			}
			receipts = append(receipts, receipt)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// putReturn stores a return, unless the same stands.
func putReturn(tx *sql.Tx, r data.Return) (data.Receipt, error) {
	if err := engine.CheckReturn(&r); err != nil {
		return 0, err
	}
	last, err := lastReturn(tx, r)
	if err != nil {
		return 0, err
	}
	receipt, err := engine.ReceiveReturn(last, &r)
	if err != nil || receipt == data.Unchanged {
		return receipt, err
	}
	_, err = tx.Exec(insertReturn, returnValues(r)...)
	return receipt, err
}

// lastReturn returns the last return for a measure and window, nil for none.
func lastReturn(tx *sql.Tx, of data.Return) (*data.Return, error) {
	last := data.Return{Measure: of.Measure, From: of.From, To: of.To}
	err := tx.QueryRow(`SELECT least, most, withdrawn FROM agency_return WHERE measure = ? AND from_day = ? AND to_day = ?
		ORDER BY number DESC LIMIT 1`, of.Measure, int64(of.From), int64(of.To)).Scan(&last.Least, &last.Most, &last.Withdrawn)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &last, err
}

// Returns returns all returns.
func (s *Store) Returns(ctx context.Context) ([]data.Return, error) {
	return list(ctx, s, "read the returns", selectReturns, nil, (*columns).agencyReturn)
}

const (
	returnColumns = `number, measure, from_day, to_day, least, most, withdrawn, at_ms, who`
	selectReturns = `SELECT ` + returnColumns + ` FROM agency_return ORDER BY number`
	insertReturn  = `INSERT INTO agency_return (` + returnColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

func (c *columns) agencyReturn() data.Return {
	return data.Return{
		Number: c.integer(), Measure: c.text(), From: data.Date(c.integer()), To: data.Date(c.integer()),
		Least: c.integer(), Most: c.integer(), Withdrawn: c.integer() != 0, At: c.time(), Who: c.text(),
	}
}

func returnValues(r data.Return) []any {
	return []any{r.Number, r.Measure, int64(r.From), int64(r.To), r.Least, r.Most, bit(r.Withdrawn), r.At.UnixMilli(), r.Who}
}
