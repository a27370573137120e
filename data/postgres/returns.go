package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
)

// PutReturns stores returns while it holds their lock, so that of several processes
// each gives other numbers.
func (s *Store) PutReturns(ctx context.Context, returns []data.Return) (receipts []data.Receipt, err error) {
	err = s.transact(ctx, "store returns", func(t *transaction) error {
		receipts = nil // this may be another try
		if err := t.lock(lockReturns); err != nil {
			return err
		}
		var last int64
		if err := t.queryRow(`SELECT coalesce(max(number), 0) FROM agency_return`).Scan(&last); err != nil {
			return err
		}
		for _, r := range returns {
			r.Number = last + 1
			receipt, err := t.putReturn(r)
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
func (t *transaction) putReturn(r data.Return) (data.Receipt, error) {
	if err := engine.CheckReturn(&r); err != nil {
		return 0, err
	}
	last, err := t.lastReturn(r)
	if err != nil {
		return 0, err
	}
	receipt, err := engine.ReceiveReturn(last, &r)
	if err != nil || receipt == data.Unchanged {
		return receipt, err
	}
	_, err = t.exec(`INSERT INTO agency_return (`+returnColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, returnValues(r)...)
	return receipt, err
}

// lastReturn returns the last return for a measure and window, nil for none.
func (t *transaction) lastReturn(of data.Return) (*data.Return, error) {
	last := data.Return{Measure: of.Measure, From: of.From, To: of.To}
	err := t.queryRow(`SELECT least, most, withdrawn FROM agency_return WHERE measure = $1 AND from_day = $2 AND to_day = $3
		ORDER BY number DESC LIMIT 1`, of.Measure, day(of.From), day(of.To)).Scan(&last.Least, &last.Most, &last.Withdrawn)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &last, err
}

// Returns returns all returns.
func (s *Store) Returns(ctx context.Context) ([]data.Return, error) {
	return list(ctx, s, "read the returns", selectReturns, nil, readReturn)
}

const (
	returnColumns = `number, measure, from_day, to_day, least, most, withdrawn, at, who`
	selectReturns = `SELECT ` + returnColumns + ` FROM agency_return ORDER BY number`
)

func returnValues(r data.Return) []any {
	return []any{r.Number, r.Measure, day(r.From), day(r.To), r.Least, r.Most, r.Withdrawn, kept(r.At), r.Who}
}

func readReturn(rows pgx.Rows) (r data.Return, err error) {
	var from, to time.Time
	err = rows.Scan(&r.Number, &r.Measure, &from, &to, &r.Least, &r.Most, &r.Withdrawn, &r.At, &r.Who)
	r.From, r.To, r.At = data.DateOf(from), data.DateOf(to), r.At.UTC()
	return r, err
}
