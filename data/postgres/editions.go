package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
)

// PutEpoch stores an epoch, which needs a partition, its hash and who it is by.
func (s *Store) PutEpoch(ctx context.Context, epoch data.Epoch) error {
	return s.transact(ctx, fmt.Sprintf("begin an epoch on %v", epoch.From), func(t *transaction) error {
		if err := t.lock(lockReleases); err != nil {
			return err
		}
		var over bool
		err := t.queryRow(`SELECT EXISTS (SELECT 1 FROM epoch WHERE from_day >= $1::date) OR EXISTS (SELECT 1 FROM sealing WHERE period >= $1::date)`,
			day(epoch.From)).Scan(&over)
		if err != nil {
			return err
		}
		if over {
			return data.ErrSealed
		}
		_, err = t.exec(`INSERT INTO epoch (from_day, content, hash, at, who) VALUES ($1, $2, $3, $4, $5)`,
			day(epoch.From), epoch.Partition, epoch.SHA256, kept(epoch.At), epoch.Who)
		return err
	})
}

// Epochs returns all epochs in order.
func (s *Store) Epochs(ctx context.Context) ([]data.Epoch, error) {
	return list(ctx, s, "read the epochs", selectEpochs, nil, readEpoch)
}

const selectEpochs = `SELECT from_day, content, hash, at, who FROM epoch ORDER BY from_day`

func readEpoch(rows pgx.Rows) (epoch data.Epoch, err error) {
	var from time.Time
	err = rows.Scan(&from, &epoch.Partition, &epoch.SHA256, &epoch.At, &epoch.Who)
	epoch.From, epoch.At = data.DateOf(from), epoch.At.UTC()
	return epoch, err
}

// PutSignature stores a signature, which needs a draft and who it is by.
func (s *Store) PutSignature(ctx context.Context, signature data.Signature) error {
	return s.transact(ctx, fmt.Sprintf("sign the edition of %v", signature.Period), func(t *transaction) error {
		if err := t.lock(lockReleases); err != nil {
			return err
		}
		if err := t.checkNotSealed(signature.Period); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO signature (period, draft, who, name, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (period, draft, who) DO NOTHING`,
			day(signature.Period), signature.Draft, signature.Who, signature.Name, kept(signature.At))
		return err
	})
}

// Signatures returns the signatures for a period, those of one millisecond in
// the order in which they were put.
func (s *Store) Signatures(ctx context.Context, period data.Date) ([]data.Signature, error) {
	return list(ctx, s, "read signatures", selectSignatures+` WHERE period = $1 ORDER BY at, id`, []any{day(period)}, readSignature)
}

const selectSignatures = `SELECT period, draft, who, name, at FROM signature`

func readSignature(rows pgx.Rows) (signature data.Signature, err error) {
	var period time.Time
	err = rows.Scan(&period, &signature.Draft, &signature.Who, &signature.Name, &signature.At)
	signature.Period, signature.At = data.DateOf(period), signature.At.UTC()
	return signature, err
}

// PutSealing appends a link while it holds the lock of the releases, so that of
// several processes one at most appends a number; that of the settings it shares,
// so that they stay those of the revision. It needs a manifest, its hash and who
// it is by, and has what was published just where it is no withdrawal.
func (s *Store) PutSealing(ctx context.Context, sealing data.Sealing) error {
	return s.transact(ctx, fmt.Sprintf("append link %d to the chain of editions", sealing.Number), func(t *transaction) error {
		if err := t.shareSettings(); err != nil {
			return err
		}
		if err := t.lock(lockReleases); err != nil {
			return err
		}
		if err := t.checkLink(&sealing); err != nil {
			return err
		}
		_, err := t.exec(`
			INSERT INTO sealing (`+sealingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, sealingValues(sealing)...)
		return err
	})
}

// checkLink returns an error where a link doesn't fit the end of the chain.
func (t *transaction) checkLink(sealing *data.Sealing) error {
	var next int64
	if err := t.queryRow(`SELECT coalesce(max(number), 0) + 1 FROM sealing`).Scan(&next); err != nil {
		return err
	}
	if sealing.Number != next {
		return data.ErrStale
	}
	if sealing.Withdrawn {
		return t.checkStands(sealing.Period)
	}
	if sealing.Revision != 0 {
		if err := t.checkRevision(sealing.Revision); err != nil {
			return err
		}
	}
	return t.checkNotSealed(sealing.Period)
}

// checkStands returns data.ErrSealed where a period has no edition, or one that
// was withdrawn.
func (t *transaction) checkStands(period data.Date) error {
	var stands bool
	err := t.queryRow(`SELECT count(*) = 1 AND NOT bool_or(withdrawn) FROM sealing WHERE period = $1`, day(period)).Scan(&stands)
	if err == nil && !stands {
		err = data.ErrSealed
	}
	return err
}

// checkNotSealed returns data.ErrSealed where a period, or one after it, was
// sealed.
func (t *transaction) checkNotSealed(period data.Date) error {
	var over bool
	err := t.queryRow(`SELECT EXISTS (SELECT 1 FROM sealing WHERE period >= $1)`, day(period)).Scan(&over)
	if err == nil && over {
		err = data.ErrSealed
	}
	return err
}

// Sealings returns the whole chain.
func (s *Store) Sealings(ctx context.Context) ([]data.Sealing, error) {
	return list(ctx, s, "read the chain of editions", selectSealings, nil, readSealing)
}

const (
	sealingColumns = `number, period, withdrawn, manifest, hash, published, revision, at, who, why`
	selectSealings = `SELECT ` + sealingColumns + ` FROM sealing ORDER BY number`
)

func sealingValues(link data.Sealing) []any {
	return []any{
		link.Number, day(link.Period), link.Withdrawn, link.Manifest, link.SHA256, link.Published, link.Revision, kept(link.At), link.Who, link.Why,
	}
}

func readSealing(rows pgx.Rows) (link data.Sealing, err error) {
	var period time.Time
	err = rows.Scan(&link.Number, &period, &link.Withdrawn, &link.Manifest, &link.SHA256, &link.Published,
		&link.Revision, &link.At, &link.Who, &link.Why)
	link.Period, link.At = data.DateOf(period), link.At.UTC()
	return link, err
}
