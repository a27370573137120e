package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/intake"
)

type retentionCommand struct {
	Preview     previewRetention `cmd:"" help:"Say which records are due and which are held, and store nothing."`
	Run         runRetention     `cmd:"" help:"Destroy the records that are due; only sums by week stay. There is no way back."`
	Hold        holdRetention    `cmd:"" help:"Keep the records of a span of days from being destroyed."`
	ReleaseHold releaseHold      `cmd:"" name:"release-hold" help:"End a hold, so that the next run destroys what it held."`
	List        listRetention    `cmd:"" help:"List the certificates of destruction and the holds."`
}

// retentionDate is the day that a run is for.
type retentionDate struct {
	Date string `help:"Day before which the time of records must be over. Default: today." placeholder:"2026-01-01"`
}

// ending says which records are due. A day yet to come would destroy records
// before their time.
func (f *retentionDate) ending(p *program, scheme *data.Scheme) (intake.Ending, error) {
	today := data.DateOf(p.now().In(scheme.Location))
	e := intake.Ending{Date: today, At: p.now()}
	if f.Date == "" {
		return e, nil
	}
	var err error
	if e.Date, err = data.ParseDate(f.Date); err != nil {
		return e, fmt.Errorf("--date: %w", err)
	}
	if e.Date > today {
		return e, fmt.Errorf("--date: %v is yet to come; records are not destroyed before their time", e.Date)
	}
	return e, nil
}

type previewRetention struct{ retentionDate }

// Run prints what run would destroy now.
func (c *previewRetention) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(store store, door *intake.Door, scheme *data.Scheme) error {
		ending, err := c.ending(p, scheme)
		if err != nil {
			return err
		}
		due, err := door.Due(ctx, ending)
		if err != nil {
			return err
		}
		p.tellDestroyed("would be destroyed", &due)
		pickups, incidents, err := door.Unsealed(ctx, ending)
		if err != nil {
			return err
		}
		p.tellUnsealed(pickups, incidents)
		holds, err := store.Holds(ctx)
		if err != nil {
			return err
		}
		p.tellHolds(holds, scheme, func(h *data.Hold) bool { return h.Ended.IsZero() })
		fmt.Fprintln(p.stdout, "Nothing was stored.")
		return nil
	})
}

type runRetention struct{ retentionDate }

// Run destroys what is due, frees the file of it and says so in the audit log. A
// run that was cut off between these is completed by the next one.
func (c *runRetention) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(store store, door *intake.Door, scheme *data.Scheme) error {
		ending, err := c.ending(p, scheme)
		if err != nil {
			return err
		}
		return p.audited(ctx, store, func(tell func(audit.Entry) error) error {
			entry := p.entry(audit.Retention, "")
			ending.Who = entry.Who
			certificate, err := door.Destroy(ctx, ending)
			if err != nil {
				return err
			}
			entry.What = fmt.Sprintf("retention run --date %v: nothing was due", ending.Date)
			if certificate.Number > 0 {
				entry.What = fmt.Sprintf("retention run --date %v: certificate %d, SHA-256 %s", ending.Date, certificate.Number, certificate.SHA256)
			}
			entry.Records = certificate.Destroyed()
			told := tell(entry) // whatever it says, what was destroyed must leave the file
			p.tellDestroyed("destroyed", &certificate.Certificate)
			if certificate.Number > 0 {
				fmt.Fprintf(p.stdout, "Certificate %d, SHA-256 %s.\n", certificate.Number, certificate.SHA256)
			}
			return errors.Join(told, p.scrub(ctx, store))
		})
	})
}

// scrub frees the files of what was destroyed, now or by a run before.
func (p *program) scrub(ctx context.Context, store store) error {
	certificates, err := store.Certificates(ctx)
	if err != nil {
		return err
	}
	waiting := 0
	for _, c := range certificates {
		if c.Scrubbed.IsZero() {
			waiting++
		}
	}
	if waiting == 0 {
		return nil
	}
	// Snapshots of counts say where each visit was. A server writes a new one.
	for _, name := range []string{p.beside(".counts"), p.beside(".counts.new")} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := store.Scrub(ctx, p.now()); err != nil {
		if errors.Is(err, data.ErrInUse) {
			return fmt.Errorf("the records are destroyed, but traces of them are left in the %s of the store: it is being read. Run this again soon (%w)", p.file(), err)
		}
		return fmt.Errorf("the records are destroyed, but traces of them may be left in the %s of the store; run this again: %w", p.file(), err)
	}
	fmt.Fprintf(p.stdout, "The %s of the store is written anew, and nothing of them is left in it.\n"+
		"Backups from before have them still: delete those when your retention schedule says.\n", p.file())
	if p.store.ofDatabase() {
		fmt.Fprintln(p.stdout, "So have the write-ahead log and its archives, and the snapshots of counts (.counts) of other servers, until they are written anew.")
	}
	return nil
}

// file is what people call what the store is in.
func (p *program) file() string {
	if p.store.ofDatabase() {
		return "database"
	}
	return "file"
}

type holdRetention struct {
	Name   string `arg:"" help:"Name of the hold, such as the number of a case."`
	From   string `help:"First day of the span." required:"" placeholder:"2024-01-01"`
	To     string `help:"First day not in the span any more." required:"" placeholder:"2024-02-01"`
	Sort   string `help:"What is held: pickups, incidents or all." enum:"pickups,incidents,all" default:"all"`
	Reason string `help:"Why; it is kept, so name no person." required:""`
}

// sortsHeld are the words of --sort.
var sortsHeld = map[string]data.Sort{"pickups": data.PickupSort, "incidents": data.IncidentSort, "all": 0}

// Run stores a hold.
func (c *holdRetention) Run(ctx context.Context, p *program) error {
	from, err := data.ParseDate(c.From)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	to, err := data.ParseDate(c.To)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	return p.withStore(ctx, func(store store, _ *intake.Door, _ *data.Scheme) error {
		return p.audited(ctx, store, func(tell func(audit.Entry) error) error {
			entry := p.entry(audit.Retention, fmt.Sprintf("retention hold --from %v --to %v --sort %s", from, to, c.Sort))
			entry.Subject, entry.Why = c.Name, c.Reason
			number, err := store.PutHold(ctx, data.Hold{
				Name: c.Name, Sort: sortsHeld[c.Sort], From: from, To: to, Reason: c.Reason, Who: entry.Who, Began: p.now(),
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "Hold %d is in force: what it holds is not destroyed until: commonground retention release-hold %s\n", number, clean(c.Name))
			return tell(entry)
		})
	})
}

type releaseHold struct {
	Name   string `arg:"" help:"Name of the hold; retention list shows it."`
	Reason string `help:"Why, for the audit log." required:""`
}

// Run ends a hold.
func (c *releaseHold) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(store store, _ *intake.Door, _ *data.Scheme) error {
		return p.audited(ctx, store, func(tell func(audit.Entry) error) error {
			entry := p.entry(audit.Retention, "retention release-hold")
			entry.Subject, entry.Why = c.Name, c.Reason
			ended, err := store.EndHold(ctx, c.Name, entry.Who, p.now())
			if err != nil {
				return err
			}
			if !ended {
				return errors.New("there is no hold of that name that stands; look at: commonground retention list")
			}
			fmt.Fprintf(p.stdout, "The hold %s is released: the next run destroys what is due of what it held.\n", clean(c.Name))
			return tell(entry)
		})
	})
}

// audited calls do with what appends an entry to the audit log, which is opened
// before: what can't be logged is not done.
func (p *program) audited(ctx context.Context, store store, do func(tell func(audit.Entry) error) error) (err error) {
	log, err := p.openAudit(ctx, store)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditClose)
		defer cancel()
		err = errors.Join(err, log.Close(ctx))
	}()
	return do(func(entry audit.Entry) error { return log.Append(context.WithoutCancel(ctx), entry) })
}
