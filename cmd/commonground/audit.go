package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"commonground/data/audit"
)

type auditCommand struct {
	Verify  verifyAudit    `cmd:"" help:"Check that the log was not changed, and say how far that is proven."`
	Summary summarizeAudit `cmd:"" help:"Count what was done, and list what is unusual."`
	List    listAudit      `cmd:"" help:"Print entries, the last ones at the end."`
}

type verifyAudit struct{}

// Help says what a check proves.
func (*verifyAudit) Help() string {
	return `Each entry of the audit log is chained to the one before it with a secret key, so that a change, a removal, an insertion or a swap is found. ` +
		`That the end was not cut off is proven by heads: lines in a file outside the store, each with the number of entries and the last hash. ` +
		`What follows the last head can't be proven. Nor can anything be proven against someone who holds the key and can change the store and every copy of the heads; ` +
		`so check with a copy of the heads that was kept elsewhere: commonground audit verify --audit-heads COPY

The status is 0 where all is in order and 1 where it is not.`
}

// Run prints what is proven.
func (*verifyAudit) Run(ctx context.Context, p *program) error {
	store, err := p.openThere(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	begun, err := store.Audit(ctx, 0, 1)
	if err != nil {
		return err
	}
	if len(begun) == 0 && missing(p.audit.AuditHeads) && missing(p.audit.AuditKey) {
		fmt.Fprintln(p.stdout, "There is no audit log yet: serve begins it.")
		return nil
	}
	key, err := readKey(p.audit.AuditKey)
	if err != nil {
		return err
	}
	var heads io.Reader // none where the file is missing
	if !missing(p.audit.AuditHeads) {
		file, err := os.Open(p.audit.AuditHeads)
		if err != nil {
			return err
		}
		defer file.Close()
		heads = file
	}
	report, err := audit.Verify(ctx, store, key, heads)
	if err != nil {
		return err
	}
	return p.tellReport(&report)
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// openThere opens a store that must be there: a log that isn't, because of a
// wrong name, is not to pass for one in order.
func (p *program) openThere(ctx context.Context) (store, error) {
	if err := p.store.check(); err != nil {
		return nil, err
	}
	return p.store.open(ctx)
}

// tellReport prints a report and returns an error where something is wrong.
func (p *program) tellReport(report *audit.Report) error {
	broken := false
	for _, fault := range report.Faults {
		what := "Head"
		if !fault.Kind.OfHeads() {
			what, broken = "Entry", true
		}
		fmt.Fprintf(p.stdout, "%s %s: %s.\n", what, grouped(fault.Number), fault.Kind)
	}
	text := grouped(report.Entries) + " entries"
	if !broken {
		text += ", unbroken"
	}
	if report.Proven > 0 {
		text += fmt.Sprintf("; proven up to entry %s by head %s of %s; what follows entry %[1]s can't be proven",
			grouped(report.Proven), grouped(report.By.Number), report.By.At.UTC().Format(time.DateTime+" UTC"))
	} else {
		text += "; none is proven by a head"
	}
	fmt.Fprintf(p.stdout, "%s.\n", text)
	if report.Log != "" {
		fmt.Fprintf(p.stdout, "The id of the log is %s.\n", clean(report.Log))
	}
	if len(report.Faults) > 0 {
		return errors.New("the audit log or its heads are not as they were written")
	}
	if report.Heads == 0 { // a log has its first head just after its first entry
		return fmt.Errorf("there are no heads in %s, so nothing is proven about the end of the log; name a copy of them with --audit-heads", p.audit.AuditHeads)
	}
	return nil
}
