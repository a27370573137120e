package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"commonground/data/audit"
)

var _ audit.Store = (*Store)(nil)

const (
	auditColumns = `number, at, who, name, roles, action, subject, what, records, why, hash`
	selectAudit  = `SELECT ` + auditColumns + ` FROM audit`
)

// AppendAudit stores entries while it holds the lock of the audit log. The change
// feed does not move, and nobody who waits for it is woken. seal may be called
// again, where another transaction got in the way.
func (s *Store) AppendAudit(ctx context.Context, seal func(last audit.Sealed) ([]audit.Sealed, error)) error {
	return s.transact(ctx, "append to the audit log", func(t *transaction) error {
		if err := t.lock(lockAudit); err != nil {
			return err
		}
		last, err := t.lastAudit()
		if err != nil {
			return err
		}
		entries, err := seal(last)
		if err != nil || len(entries) == 0 {
			return err
		}
		_, err = t.conn.CopyFrom(t.ctx, pgx.Identifier{"audit"}, split(auditColumns), pgx.CopyFromSlice(len(entries), func(i int) ([]any, error) {
			return auditValues(&entries[i]), nil
		}))
		return err
	})
}

func auditValues(e *audit.Sealed) []any {
	return []any{e.Number, kept(e.At), e.Who, e.Name, e.Roles, string(e.Action), e.Subject, e.What, e.Records, e.Why, e.Hash[:]}
}

// lastAudit reads the last entry, the zero value where there is none.
func (t *transaction) lastAudit() (last audit.Sealed, err error) {
	err = t.rows(selectAudit+` ORDER BY number DESC LIMIT 1`, nil, func(rows pgx.Rows) error {
		last, err = readAudit(rows)
		return err
	})
	return last, err
}

// Audit returns entries of the audit log after a number; none where limit is not
// above 0.
func (s *Store) Audit(ctx context.Context, after int64, limit int) ([]audit.Sealed, error) {
	return list(ctx, s, "read the audit log", selectAudit+` WHERE number > $1 ORDER BY number LIMIT $2`, []any{after, max(limit, 0)}, readAudit)
}

// readAudit reads the columns of selectAudit. Where the hash is of another length
// than the table allows it is left out, so that the entry passes no check.
func readAudit(rows pgx.Rows) (e audit.Sealed, err error) {
	var hash []byte
	err = rows.Scan(&e.Number, &e.At, &e.Who, &e.Name, &e.Roles, &e.Action, &e.Subject, &e.What, &e.Records, &e.Why, &hash)
	e.At = e.At.UTC()
	if len(hash) == len(e.Hash) {
		e.Hash = audit.Hash(hash)
	}
	return e, err
}

// LastAudit returns the number of the last entry, 0 where there is none.
func (s *Store) LastAudit(ctx context.Context) (int64, error) {
	last, err := list(ctx, s, "read the audit log", `SELECT coalesce(max(number), 0) FROM audit`, nil,
		func(rows pgx.Rows) (number int64, err error) { return number, rows.Scan(&number) })
	if err != nil {
		return 0, err
	}
	return last[0], nil
}
