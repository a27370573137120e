package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"commonground/data"
	"commonground/data/engine"
)

// errOnlyLooking undoes a transaction that was to find out what it would do.
var errOnlyLooking = errors.New("nothing is to be stored")

// Due returns what Destroy would do, by one state of the store; writers go on
// meanwhile.
func (s *Store) Due(ctx context.Context, plan data.Destruction) (certificate data.Certificate, err error) {
	err = s.write(ctx, "look for what is due", func(t *transaction) error {
		if _, err := t.exec(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`); err != nil {
			return err
		}
		d, err := startDestruction(t, &plan)
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

// Destroy makes sums of what is due and destroys the rest of it. Writers wait for
// it, readers don't.
func (s *Store) Destroy(ctx context.Context, plan data.Destruction) (signed data.SignedCertificate, err error) {
	err = s.write(ctx, "destroy what is due", func(t *transaction) error {
		if err := t.lock(lockSettings); err != nil {
			return err
		}
		d, err := startDestruction(t, &plan)
		if err != nil {
			return err
		}
		for _, sort := range endings {
			if err := d.end(sort); err != nil {
				return fmt.Errorf("%s: %w", sort.record, err)
			}
		}
		if d.certificate.Destroyed() == 0 {
			signed = data.SignedCertificate{Certificate: d.certificate}
			return nil
		}
		after, err := t.countsOf(&plan)
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
	*transaction
	plan        *data.Destruction
	holds       []data.Hold
	known       known
	certificate data.Certificate
	number      int64 // that the certificate gets if anything is destroyed
}

func startDestruction(t *transaction, plan *data.Destruction) (*destruction, error) {
	if err := t.checkRevision(plan.Revision); err != nil {
		return nil, err
	}
	d := &destruction{transaction: t, plan: plan}
	var err error
	if d.certificate, err = engine.StartCertificate(plan); err != nil {
		return nil, err
	}
	if d.holds, err = t.holds(); err != nil {
		return nil, err
	}
	if d.known, err = knownIn(t); err != nil {
		return nil, err
	}
	if err := t.queryRow(`SELECT coalesce(max(number), 0) + 1 FROM certificate`).Scan(&d.number); err != nil {
		return nil, err
	}
	return d, t.startLists()
}

// all carries out statements one after the other and returns how many rows they
// changed.
func (d *destruction) all(statements []string, args ...any) (affected int64, err error) {
	for _, statement := range statements {
		n, err := d.exec(statement, args...)
		if err != nil {
			return 0, err
		}
		affected += n
	}
	return affected, nil
}

// find lists what is due of a sort, by ids alone, and counts it.
func (d *destruction) find(e ending) error {
	cut, found := engine.Planned(d.plan, &d.certificate, e.Sort)
	found.Cut = cut
	if _, err := d.exec(`TRUNCATE due, past`); err != nil || cut.Months == 0 {
		return err
	}
	weeks, months := cut.Milliseconds(d.plan.Scheme.Location)
	if _, err := d.all(e.list(), time.UnixMilli(weeks), time.UnixMilli(months)); err != nil {
		return err
	}
	if err := d.keepHeld(e, found); err != nil {
		return err
	}
	if err := d.queryRow(`SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM past)`).Scan(&found.Records, &found.Deleted); err != nil {
		return err
	}
	var err error
	if found.Versions, err = d.all(e.earlier()); err != nil {
		return err
	}
	if _, err := d.exec(`ANALYZE due, past`); err != nil {
		return err
	}
	if err := d.queryRow(e.each(`SELECT count(*) FROM {record} WHERE {time}_precision = 0`)).Scan(&found.Undated); err != nil {
		return err
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
		kept, err := d.all(e.keep(), in.From, in.To, month)
		if err != nil {
			return err
		}
		found.Held += kept
	}
	return nil
}

// findDays finds the first and the last of the days that hold what is due.
func (d *destruction) findDays(e ending, found *data.Destroyed) error {
	for _, precision := range []data.Precision{data.Day, data.Month} {
		var first, last *time.Time
		err := d.queryRow(e.each(`SELECT min({time}), max({time}) FROM {record} JOIN due USING (id) WHERE ({time}_precision = 3) = $1`),
			precision == data.Month).Scan(&first, &last)
		if err != nil {
			return err
		}
		if first != nil {
			engine.AddDays(found, d.plan, precision, first.UTC(), last.UTC())
		}
	}
	return nil
}

// end destroys what is due of a sort. Before the first of it the counts are taken.
func (d *destruction) end(e ending) error {
	err := d.find(e)
	if _, found := engine.Planned(d.plan, &d.certificate, e.Sort); err != nil || found.Records+found.Deleted == 0 {
		return err
	}
	if d.certificate.Counts == "" {
		if d.certificate.Counts, err = d.countsOf(d.plan); err != nil {
			return err
		}
	}
	if err := e.sum(d, e); err != nil {
		return err
	}
	if err := d.rememberEnded(e); err != nil {
		return err
	}
	if _, err := d.exec(e.noteUnscrubbed(), d.number); err != nil {
		return err
	}
	if _, err := d.all([]string{forget + `after = gone.id`, forget + `before = gone.id`}, e.Sort, destroyedEntry); err != nil {
		return err
	}
	_, err = d.all(e.destroy())
	return err
}

// certify stores the certificate and tells the feed.
func (d *destruction) certify() (signed data.SignedCertificate, err error) {
	c := d.certificate
	c.Number = d.number
	signed = c.Sign()
	if _, err := d.exec(`INSERT INTO certificate (number, text, hash) VALUES ($1, $2, $3)`, c.Number, c.Text(), signed.SHA256); err != nil {
		return signed, err
	}
	d.tell(destroyedEntry, 0, 0)
	return signed, nil
}
