package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"commonground/data/archive"
	"commonground/data/audit"
	"commonground/data/sqlite"
)

type backupCommand struct {
	File string `arg:"" help:"File to write; it must not be there yet." type:"path"`
}

// Help says what is in a backup.
func (*backupCommand) Help() string {
	return `The store goes on serving. The backup is a SQLite file, whatever the store is, for its owner only to read, and as sensitive as the store. ` +
		`Not in it are the key and the heads of the audit log, which belong elsewhere, and the folder of editions: copy them too.`
}

// backer is a store that can write a copy of its file.
type backer interface {
	Backup(ctx context.Context, path string) error
}

// Run writes a backup, under another name until it is whole.
func (c *backupCommand) Run(ctx context.Context, p *program) (err error) {
	if !missing(c.File) {
		return fmt.Errorf("%s is there already, and was left as it is", c.File)
	}
	if err := p.store.check(); err != nil {
		return err
	}
	store, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	entry := p.entry(audit.Export, commandLine([]string{"backup", c.File}))
	if err := p.audited(ctx, store, func(tell func(audit.Entry) error) error { return tell(entry) }); err != nil {
		return err
	}
	unfinished := c.File + partName
	if err := writeBackup(ctx, store, unfinished); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(unfinished))
		}
	}()
	tally, err := tallyOf(ctx, unfinished)
	if err != nil {
		return err
	}
	if !missing(c.File) {
		return fmt.Errorf("%s is there meanwhile, and was left as it is", c.File)
	}
	if err := os.Rename(unfinished, c.File); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s holds all up to entry %s of the change feed: %s visits, %s incidents, %s entries of the audit log.\n"+
		"Copy with it, but keep apart: %s, %s and %s.\n",
		c.File, grouped(tally.Position), grouped(tally.Visits()), grouped(tally.Incidents()), grouped(tally.LastAudit()),
		p.audit.AuditKey, p.audit.AuditHeads, p.editions)
	return nil
}

// writeBackup writes a backup into a new file.
func writeBackup(ctx context.Context, source store, path string) error {
	if file, ok := source.(backer); ok {
		return file.Backup(ctx, path)
	}
	backup, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	rows, err := source.Dump(ctx)
	if err == nil {
		err = backup.Load(ctx, rows)
	}
	if err = errors.Join(err, backup.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// tallyOf opens a backup and counts what is in it.
func tallyOf(ctx context.Context, path string) (*archive.Tally, error) {
	backup, err := sqlite.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	var tally archive.Tally
	err = count(ctx, backup, &tally)
	return &tally, errors.Join(err, backup.Close())
}

type restoreCommand struct {
	File string `arg:"" help:"The backup." type:"existingfile"`
}

// Help says what a restore needs.
func (*restoreCommand) Help() string {
	return `The store must be empty, or a file that is not there: nothing is overwritten. Put the key of the audit log, its heads and the folder of editions back yourself. ` +
		`Heads that say that the log was longer are right: what came after the backup is lost. Keep them as evidence, and move them away.`
}

// Run fills the store from a copy of the backup, which stays as it is.
func (c *restoreCommand) Run(ctx context.Context, p *program) error {
	if err := p.makeFiles(); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(filepath.Dir(p.beside("")), ".restore-*") // mode 0700
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	copied := filepath.Join(folder, "backup.db")
	if err := copyWhole(c.File, copied); err != nil {
		return err
	}
	backup, err := sqlite.Open(ctx, copied)
	if err != nil {
		return fmt.Errorf("%s is no backup: %w", c.File, err)
	}
	err = p.fill(ctx, backup)
	if err = errors.Join(err, backup.Close()); err != nil {
		return err
	}
	return p.tellRestored(ctx, c.File)
}

// tellRestored says in the audit log, where its key is there, that the store comes
// from a backup.
func (p *program) tellRestored(ctx context.Context, file string) error {
	if missing(p.audit.AuditKey) {
		fmt.Fprintf(p.stdout, "Put the key of the audit log back into %s, its heads into %s, and the editions into %s.\n", p.audit.AuditKey, p.audit.AuditHeads, p.editions)
		return nil
	}
	store, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	err = p.audited(ctx, store, func(tell func(audit.Entry) error) error {
		return tell(p.entry(audit.Collect, commandLine([]string{"restore", file})))
	})
	if err != nil {
		return fmt.Errorf("all is restored, but the audit log can't go on: %w", err)
	}
	return nil
}

// copyWhole copies a file.
func copyWhole(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
