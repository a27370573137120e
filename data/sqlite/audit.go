package sqlite

import (
	"context"
	"database/sql"
	"time"

	"commonground/data/audit"
)

var _ audit.Store = (*Store)(nil)

const auditColumns = `number, at_ms, who, name, roles, action, subject, what, records, why, hash`

// AppendAudit stores entries under the file's write lock. The change feed does
// not move, and nobody who waits for it is woken.
func (s *Store) AppendAudit(ctx context.Context, seal func(last audit.Sealed) ([]audit.Sealed, error)) error {
	return s.transact(ctx, "append to the audit log", func(tx *sql.Tx) error {
		last, err := lastAudit(tx)
		if err != nil {
			return err
		}
		entries, err := seal(last)
		if err != nil || len(entries) == 0 {
			return err
		}
		return insertAudit(tx, entries)
	})
}

// lastAudit reads the last entry, the zero value where there is none.
func lastAudit(tx *sql.Tx) (last audit.Sealed, err error) {
	rows, err := tx.Query(`SELECT ` + auditColumns + ` FROM audit ORDER BY number DESC LIMIT 1`)
	if err != nil {
		return last, err
	}
	defer rows.Close()
	if rows.Next() {
		var row columns
		if err := row.scan(rows); err != nil {
			return last, err
		}
		last = row.audit()
	}
	return last, rows.Err()
}

func insertAudit(tx *sql.Tx, entries []audit.Sealed) error {
	insert, err := tx.Prepare(`INSERT INTO audit (` + auditColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range entries {
		e := &entries[i]
		if _, err := insert.Exec(e.Number, e.At.UnixMilli(), e.Who, e.Name, e.Roles, string(e.Action),
			e.Subject, e.What, e.Records, e.Why, e.Hash[:]); err != nil {
			return err
		}
	}
	return nil
}

// Audit returns entries of the audit log after a number; none where limit is
// not above 0.
func (s *Store) Audit(ctx context.Context, after int64, limit int) ([]audit.Sealed, error) {
	v, err := s.view(ctx, "read the audit log")
	if err != nil {
		return nil, err
	}
	defer v.end()
	var entries []audit.Sealed
	err = v.rows(`SELECT `+auditColumns+` FROM audit WHERE number > ? ORDER BY number LIMIT ?`,
		[]any{after, max(limit, 0)}, func(row *columns) (bool, error) {
			entries = append(entries, row.audit())
			return true, nil
		})
	if err != nil {
		return nil, v.failed(err)
	}
	return entries, nil
}

// audit reads auditColumns. Where a value is of another type or length than the
// table allows, someone made the table anew, and the value read isn't the one
// that is there: then the hash is left out, so that the entry passes no check.
func (c *columns) audit() audit.Sealed {
	var e audit.Sealed
	e.Number, e.At = c.integer(), time.UnixMilli(c.integer()).UTC()
	e.Who, e.Name, e.Roles, e.Action = c.text(), c.text(), c.text(), audit.Action(c.text())
	e.Subject, e.What, e.Records, e.Why = c.text(), c.text(), c.integer(), c.text()
	if hash, _ := c.value().([]byte); len(hash) == len(e.Hash) && c.auditTypes() {
		e.Hash = audit.Hash(hash)
	}
	return e
}

// auditTypes reports whether the values before the hash are of their types.
func (c *columns) auditTypes() bool {
	for i, value := range c.values[:len(c.values)-1] {
		_, number := value.(int64)
		_, text := value.(string)
		if isNumber := i < 2 || i == 8; isNumber && !number || !isNumber && !text {
			return false
		}
	}
	return true
}

// LastAudit returns the number of the last entry, 0 where there is none.
func (s *Store) LastAudit(ctx context.Context) (number int64, err error) {
	v, err := s.view(ctx, "read the audit log")
	if err != nil {
		return 0, err
	}
	defer v.end()
	err = v.rows(`SELECT coalesce(max(number), 0) FROM audit`, nil, func(row *columns) (bool, error) {
		number = row.integer()
		return true, nil
	})
	if err != nil {
		return 0, v.failed(err)
	}
	return number, nil
}
