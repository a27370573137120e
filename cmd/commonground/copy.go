package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"commonground/data/archive"
	"commonground/data/audit"
)

type copyCommand struct {
	From string `help:"The store to copy: a file, or the address of a database." required:"" placeholder:"STORE"`
	To   string `help:"The store to fill, which must be empty; a file is made where there is none." required:"" placeholder:"STORE"`
}

// Help says what is copied.
func (*copyCommand) Help() string {
	return `Everything in a store is copied but who is signed in: settings, records with their versions, what was destroyed, editions' signatures and chain, keys and the audit log, ` +
		`with the key and the heads of that. Then every count of the two is compared. Stop what writes to the store first: what comes in later is not copied. ` +
		`--files is the folder of the one that is in a database; what belongs to a file lies beside it.`
}

// Run copies a store and compares the two.
func (c *copyCommand) Run(ctx context.Context, p *program) error {
	from, to := p.at(c.From), p.at(c.To)
	if from.store == to.store {
		return errors.New("--from and --to are the same store")
	}
	if err := from.store.check(); err != nil {
		return err
	}
	source, _, err := from.open(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	entry := p.entry(audit.Export, commandLine([]string{"copy", "--from", c.From, "--to", c.To}))
	err = from.audited(ctx, source, func(tell func(audit.Entry) error) error { return tell(entry) })
	if err != nil {
		return err
	}
	if err := to.fill(ctx, source); err != nil {
		return err
	}
	if err := errors.Join(copyFile(from.audit.AuditKey, to.audit.AuditKey), copyFile(from.audit.AuditHeads, to.audit.AuditHeads)); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The key of the audit log is in %s and its heads in %s.\n", to.audit.AuditKey, to.audit.AuditHeads)
	if !missing(from.editions) && from.editions != to.editions {
		fmt.Fprintf(p.stdout, "The files of editions are not in a store: copy %s to %s.\n", from.editions, to.editions)
	}
	return nil
}

// at is the program for another store. What belongs to a store in a file lies
// beside it.
func (p *program) at(name string) *program {
	other := *p
	other.store, other.audit, other.editions = storeName(name).whole(), auditFiles{}, ""
	if !other.store.ofDatabase() {
		other.files = ""
	} else if other.files == "" {
		other.files = defaultFiles
	}
	other.audit, other.editions = other.audit.beside(other.beside("")), other.beside(".editions")
	return &other
}

// fill fills the store, which must be empty, with what another one has, compares
// every count and tells. Where that fails, a file that was not there before is not
// there after.
func (p *program) fill(ctx context.Context, source archive.Store) error {
	made := !p.store.ofDatabase() && missing(string(p.store))
	target, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	var one, other archive.Tally
	rows, err := source.Dump(ctx)
	if err == nil {
		err = target.Load(ctx, one.Of(rows))
	}
	if err == nil {
		err = count(ctx, target, &other)
	}
	err = errors.Join(err, target.Close())
	if errors.Is(err, archive.ErrNotEmpty) {
		return fmt.Errorf("%s is not empty, and nothing was changed in it: name a new file, or an empty database", p.store)
	}
	if err == nil {
		err = p.tellCompared(one.Compare(&other))
	}
	if err != nil && made {
		for _, ending := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(string(p.store) + ending) // the first error is the one to tell
		}
	}
	return err
}

// count counts all that a store has.
func count(ctx context.Context, s archive.Store, tally *archive.Tally) error {
	rows, err := s.Dump(ctx)
	if err != nil {
		return err
	}
	for _, err := range tally.Of(rows) {
		if err != nil {
			return err
		}
	}
	return nil
}

// tellCompared prints a comparison and returns an error where two counts differ.
func (p *program) tellCompared(lines []archive.Comparison) error {
	list := table{texts: 1}
	list.add("compared", "counts", "from", "to", "that differ")
	differ, first := 0, ""
	for _, line := range lines {
		one, other := grouped(line.One), grouped(line.Other)
		if line.Hashes {
			one, other = fmt.Sprintf("%016x", uint64(line.One)), fmt.Sprintf("%016x", uint64(line.Other))
		}
		list.add(line.Group, grouped(int64(line.Cells)), one, other, grouped(int64(line.Differ)))
		if differ += line.Differ; first == "" && line.Differ > 0 {
			first = line.Group + ": " + line.First
		}
	}
	list.print(p.stdout)
	if differ > 0 {
		return fmt.Errorf("%d counts differ, the first is: %s", differ, clean(first))
	}
	fmt.Fprintln(p.stdout, "Every count is the same.")
	return nil
}

// copyFile copies a file that is there to where none is, for its owner only.
func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) || err == nil && from == to {
		return nil
	}
	if err != nil {
		return err
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		there, err := os.ReadFile(to)
		if err == nil && string(there) != string(content) {
			err = fmt.Errorf("all was copied, but %s is another file than %s: look which is the right one", filepath.Base(to), filepath.Base(from))
		}
		return err
	}
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}
