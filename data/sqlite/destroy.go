package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"commonground/data"
	"commonground/data/engine"
)

// errOnlyLooking undoes a transaction that was to find out what it would do.
var errOnlyLooking = errors.New("nothing is to be stored")

// Due returns what Destroy would do. It waits for writers, and they for it.
func (s *Store) Due(ctx context.Context, plan data.Destruction) (certificate data.Certificate, err error) {
	err = s.transact(ctx, "look for what is due", func(tx *sql.Tx) error {
		d, err := startDestruction(tx, &plan)
		if err != nil {
			return err
		}
		for _, sort := range endings {
			if err := d.find(sort); err != nil {
				return err
			}
		}
		certificate = d.certificate
		return errOnlyLooking
	})
	if !errors.Is(err, errOnlyLooking) {
		return data.Certificate{}, err
	}
	return certificate, nil
}

// Destroy makes sums of what is due and destroys the rest of it.
func (s *Store) Destroy(ctx context.Context, plan data.Destruction) (signed data.SignedCertificate, err error) {
	err = s.write(ctx, "destroy what is due", func(tx *sql.Tx) error {
		d, err := startDestruction(tx, &plan)
		if err != nil {
			return err
		}
		for _, sort := range endings {
			if err := d.end(sort); err != nil {
				return fmt.Errorf("%s: %w", sort.record, err)
			}
		}
		if d.certificate.Destroyed() == 0 {
			signed.Certificate = d.certificate
			return nil
		}
		after, err := countsOf(tx, &plan)
		if err == nil && after != d.certificate.Counts {
			err = errors.New("the counts would not be what they were; nothing was destroyed")
		}
		if err != nil {
			return err
		}
		signed, err = d.certify()
		return err
	})
	if err != nil {
		return data.SignedCertificate{}, err
	}
	return signed, nil
}

// destruction is a destruction under way.
type destruction struct {
	tx          *sql.Tx
	plan        *data.Destruction
	holds       []data.Hold
	known       known
	certificate data.Certificate
}

func startDestruction(tx *sql.Tx, plan *data.Destruction) (*destruction, error) {
	if err := checkRevision(tx, plan.Revision); err != nil {
		return nil, err
	}
	certificate, err := engine.StartCertificate(plan)
	if err != nil {
		return nil, err
	}
	holds, err := holdsIn(tx)
	if err != nil {
		return nil, err
	}
	known, err := knownIn(tx)
	return &destruction{tx, plan, holds, known, certificate}, err
}

// find lists in temporary tables what is due of a sort, by ids alone, and counts
// it.
func (d *destruction) find(e ending) error {
	cut, found := engine.Planned(d.plan, &d.certificate, e.Sort)
	found.Cut = cut
	weeks, months := cut.Milliseconds(d.plan.Scheme.Location)
	if err := d.all(e.begin[:]); err != nil {
		return err
	}
	if _, err := d.tx.Exec(e.due, weeks, months); err != nil {
		return err
	}
	if _, err := d.tx.Exec(e.dueEnded, weeks, months); err != nil {
		return err
	}
	if err := d.keepHeld(e, found); err != nil {
		return err
	}
	if err := d.tx.QueryRow(countDue).Scan(&found.Records, &found.Deleted); err != nil {
		return err
	}
	for _, statement := range e.earlier {
		result, err := d.tx.Exec(statement)
		if err != nil {
			return err
		}
		n, _ := result.RowsAffected()
		found.Versions += n
	}
	if cut.Months > 0 {
		if err := d.tx.QueryRow(e.undated).Scan(&found.Undated); err != nil {
			return err
		}
	}
	return d.findDays(e, found)
}

// keepHeld takes what is held from what is due.
func (d *destruction) keepHeld(e ending, found *data.Destroyed) error {
	for i := range d.holds {
		hold := &d.holds[i]
		if !hold.Holds(e.Sort) {
			continue
		}
		in, month := d.plan.HoldSpan(hold)
		for _, statement := range e.held {
			result, err := d.tx.Exec(statement, in.From.UnixMilli(), in.To.UnixMilli(), month.UnixMilli())
			if err != nil {
				return err
			}
			n, _ := result.RowsAffected()
			found.Held += n
		}
	}
	return nil
}

// findDays finds the first and the last of the days that hold what is due.
func (d *destruction) findDays(e ending, found *data.Destroyed) error {
	for _, precision := range []data.Precision{data.Day, data.Month} {
		var first, last sql.NullInt64
		if err := d.tx.QueryRow(e.days, precision == data.Month).Scan(&first, &last); err != nil {
			return err
		}
		if first.Valid {
			engine.AddDays(found, d.plan, precision, time.UnixMilli(first.Int64), time.UnixMilli(last.Int64))
		}
	}
	return nil
}

// end destroys what is due of a sort.
func (d *destruction) end(e ending) error {
	if err := d.find(e); err != nil {
		return err
	}
	if _, found := engine.Planned(d.plan, &d.certificate, e.Sort); found.Records+found.Deleted > 0 {
		if err := d.endSome(e); err != nil {
			return err
		}
	}
	return d.all(e.drop[:])
}

// endSome destroys what was found. Before the first of it the counts are taken.
func (d *destruction) endSome(e ending) (err error) {
	if d.certificate.Counts == "" {
		if d.certificate.Counts, err = countsOf(d.tx, d.plan); err != nil {
			return err
		}
	}
	if err := e.sum(d); err != nil {
		return err
	}
	if err := d.rememberEnded(e); err != nil {
		return err
	}
	return d.all(e.destroy[:])
}

// all carries out statements one after the other.
func (d *destruction) all(statements []string) error {
	for _, statement := range statements {
		if _, err := d.tx.Exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// certify stores the certificate and tells the feed.
func (d *destruction) certify() (signed data.SignedCertificate, err error) {
	c := d.certificate
	if err := d.tx.QueryRow(`SELECT coalesce(max(number), 0) + 1 FROM certificate`).Scan(&c.Number); err != nil {
		return signed, err
	}
	signed = c.Sign()
	if _, err := d.tx.Exec(`INSERT INTO certificate (number, text, hash) VALUES (?, ?, ?)`, c.Number, c.Text(), signed.SHA256); err != nil {
		return signed, err
	}
	_, err = d.tx.Exec(`INSERT INTO change (record, mark) VALUES ('destroyed', random())`)
	return signed, err
}
