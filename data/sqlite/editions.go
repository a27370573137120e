package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"commonground/data"
)

// PutEpoch stores an epoch, which needs a partition, its hash and who it is by.
func (s *Store) PutEpoch(ctx context.Context, epoch data.Epoch) error {
	return s.transact(ctx, fmt.Sprintf("begin an epoch on %v", epoch.From), func(tx *sql.Tx) error {
		var over bool
		err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM epoch WHERE from_day >= ?1) OR EXISTS (SELECT 1 FROM sealing WHERE period >= ?1)`,
			int64(epoch.From)).Scan(&over)
		if err != nil {
			return err
		}
		if over {
			return data.ErrSealed
		}
		_, err = tx.Exec(insertEpoch, epochValues(epoch)...)
		return err
	})
}

// Epochs returns all epochs in order.
func (s *Store) Epochs(ctx context.Context) ([]data.Epoch, error) {
	return list(ctx, s, "read the epochs", selectEpochs, nil, (*columns).epoch)
}

const (
	selectEpochs = `SELECT from_day, content, hash, at_ms, who FROM epoch ORDER BY from_day`
	insertEpoch  = `INSERT INTO epoch (from_day, content, hash, at_ms, who) VALUES (?, ?, ?, ?, ?)`
)

func (c *columns) epoch() data.Epoch {
	return data.Epoch{From: data.Date(c.integer()), Partition: c.text(), SHA256: c.text(), At: c.time(), Who: c.text()}
}

func epochValues(epoch data.Epoch) []any {
	return []any{int64(epoch.From), epoch.Partition, epoch.SHA256, epoch.At.UnixMilli(), epoch.Who}
}

// PutSignature stores a signature, which needs a draft and who it is by.
func (s *Store) PutSignature(ctx context.Context, signature data.Signature) error {
	return s.transact(ctx, fmt.Sprintf("sign the edition of %v", signature.Period), func(tx *sql.Tx) error {
		if err := checkNotSealed(tx, signature.Period); err != nil {
			return err
		}
		_, err := tx.Exec(insertSignature+` ON CONFLICT (period, draft, who) DO NOTHING`, signatureValues(signature)...)
		return err
	})
}

// Signatures returns the signatures for a period, those of one millisecond in
// the order in which they were put.
func (s *Store) Signatures(ctx context.Context, period data.Date) ([]data.Signature, error) {
	return list(ctx, s, "read signatures", selectSignatures+` WHERE period = ? ORDER BY at_ms, id`, []any{int64(period)}, (*columns).signature)
}

const (
	selectSignatures = `SELECT period, draft, who, name, at_ms FROM signature`
	insertSignature  = `INSERT INTO signature (period, draft, who, name, at_ms) VALUES (?, ?, ?, ?, ?)`
)

func (c *columns) signature() data.Signature {
	return data.Signature{Period: data.Date(c.integer()), Draft: c.text(), Who: c.text(), Name: c.text(), At: c.time()}
}

func signatureValues(signature data.Signature) []any {
	return []any{int64(signature.Period), signature.Draft, signature.Who, signature.Name, signature.At.UnixMilli()}
}

const (
	sealingColumns = `number, period, withdrawn, manifest, hash, published, revision, at_ms, who, why`
	selectSealings = `SELECT ` + sealingColumns + ` FROM sealing ORDER BY number`
	insertSealing  = `INSERT INTO sealing (` + sealingColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

func (c *columns) sealing() data.Sealing {
	return data.Sealing{
		Number: c.integer(), Period: data.Date(c.integer()), Withdrawn: c.integer() != 0,
		Manifest: c.text(), SHA256: c.text(), Published: c.text(),
		Revision: c.integer(), At: c.time(), Who: c.text(), Why: c.text(),
	}
}

func sealingValues(sealing data.Sealing) []any {
	return []any{
		sealing.Number, int64(sealing.Period), bit(sealing.Withdrawn), sealing.Manifest, sealing.SHA256, sealing.Published,
		sealing.Revision, sealing.At.UnixMilli(), sealing.Who, sealing.Why,
	}
}

// PutSealing appends a link under the file's write lock, so that of several
// processes one at most appends a number. It needs a manifest, its hash and who
// it is by, and has what was published just where it is no withdrawal.
func (s *Store) PutSealing(ctx context.Context, sealing data.Sealing) error {
	return s.transact(ctx, fmt.Sprintf("append link %d to the chain of editions", sealing.Number), func(tx *sql.Tx) error {
		if err := checkLink(tx, &sealing); err != nil {
			return err
		}
		_, err := tx.Exec(insertSealing, sealingValues(sealing)...)
		return err
	})
}

// checkLink returns an error where a link doesn't fit the end of the chain.
func checkLink(tx *sql.Tx, sealing *data.Sealing) error {
	var next int64
	if err := tx.QueryRow(`SELECT coalesce(max(number), 0) + 1 FROM sealing`).Scan(&next); err != nil {
		return err
	}
	if sealing.Number != next {
		return data.ErrStale
	}
	if sealing.Withdrawn {
		return checkStands(tx, sealing.Period)
	}
	if sealing.Revision != 0 {
		if err := checkRevision(tx, sealing.Revision); err != nil {
			return err
		}
	}
	return checkNotSealed(tx, sealing.Period)
}

// checkStands returns data.ErrSealed where a period has no edition, or one that
// was withdrawn.
func checkStands(tx *sql.Tx, period data.Date) error {
	var stands bool
	err := tx.QueryRow(`SELECT count(*) = 1 AND max(withdrawn) = 0 FROM sealing WHERE period = ?`, int64(period)).Scan(&stands)
	if err == nil && !stands {
		err = data.ErrSealed
	}
	return err
}

// checkNotSealed returns data.ErrSealed where a period, or one after it, was
// sealed.
func checkNotSealed(tx *sql.Tx, period data.Date) error {
	var over bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM sealing WHERE period >= ?)`, int64(period)).Scan(&over)
	if err == nil && over {
		err = data.ErrSealed
	}
	return err
}

// Sealings returns the whole chain.
func (s *Store) Sealings(ctx context.Context) ([]data.Sealing, error) {
	return list(ctx, s, "read the chain of editions", selectSealings, nil, (*columns).sealing)
}

// list returns the rows of a query in a view of its own.
func list[T any](ctx context.Context, s *Store, doing, query string, args []any, read func(*columns) T) (all []T, err error) {
	v, err := s.view(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer v.end()
	err = v.rows(query, args, func(row *columns) (bool, error) {
		all = append(all, read(row))
		return true, nil
	})
	if err != nil {
		return nil, v.failed(err)
	}
	return all, nil
}
