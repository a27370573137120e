package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"commonground/data/audit"
)

// auditFiles are what the audit log needs outside the store.
type auditFiles struct {
	AuditKey   string `help:"File with the key of the audit log, for its owner only to read. Default: the store's name with .key; serve makes it where the log is empty. Keep a copy apart: without it the log can't be checked." env:"COMMONGROUND_AUDIT_KEY" type:"path" placeholder:"FILE"`
	AuditHeads string `help:"File of the audit log's heads, which prove how far it had come. Default: the store's name with .heads. Have it copied, as it grows, to where those who run the server can't change it." env:"COMMONGROUND_AUDIT_HEADS" type:"path" placeholder:"FILE"`
}

// beside gives the files that are not named their names.
func (f auditFiles) beside(store string) auditFiles {
	if f.AuditKey == "" {
		f.AuditKey = store + ".key"
	}
	if f.AuditHeads == "" {
		f.AuditHeads = store + ".heads"
	}
	return f
}

// headEvery is how often a server sees to it that the log has a head. What
// follows the last head can't be proven, so it is what a thief of traces has.
const headEvery = time.Minute

// auditClose is how long the end of a command waits for the audit log.
const auditClose = 10 * time.Second

// auditing opens the audit log for a server, says in it that the server starts,
// and writes heads until ended is called, which says that it stopped.
func (p *program) auditing(ctx context.Context, store store, what string) (log *audit.Log, ended func() error, err error) {
	if log, err = p.openAudit(ctx, store); err != nil {
		return nil, nil, err
	}
	finish := func() (context.Context, context.CancelFunc) {
		return context.WithTimeout(context.WithoutCancel(ctx), auditClose)
	}
	if err := log.Append(ctx, p.entry(audit.Start, what)); err != nil {
		ctx, cancel := finish()
		defer cancel()
		return nil, nil, errors.Join(err, log.Close(ctx))
	}
	heads, stop := context.WithCancel(ctx)
	go p.keepHeads(heads, log)
	return log, func() error {
		stop()
		ctx, cancel := finish()
		defer cancel()
		return errors.Join(log.Append(ctx, p.entry(audit.Stop, what)), log.Close(ctx))
	}, nil
}

func (p *program) keepHeads(ctx context.Context, log *audit.Log) {
	every(ctx, headEvery, func() {
		if err := log.Head(ctx); err != nil && ctx.Err() == nil {
			slog.New(slog.NewTextHandler(p.stderr, nil)).Error("a head of the audit log can't be written", "because", err)
		}
	})
}

// every calls do again and again, with a pause before each, until ctx ends.
func every(ctx context.Context, pause time.Duration, do func()) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do()
		}
	}
}

// openAudit opens the audit log to append to it; close it after use. A key is
// made where the log is empty and has none.
func (p *program) openAudit(ctx context.Context, store store) (*audit.Log, error) {
	begun, err := store.Audit(ctx, 0, 1)
	if err != nil {
		return nil, err
	}
	if len(begun) == 0 {
		if err := makeKey(p.audit.AuditKey); err != nil {
			return nil, fmt.Errorf("making the key of the audit log: %w", err)
		}
	}
	key, err := readKey(p.audit.AuditKey)
	if err != nil {
		return nil, err
	}
	log, err := audit.New(ctx, store, audit.Config{
		Key: key, Heads: p.audit.AuditHeads, Now: p.now, Log: slog.New(slog.NewTextHandler(p.stderr, nil)),
	})
	if err != nil {
		return nil, fmt.Errorf("%w\nLook with: commonground audit verify\n"+
			"With another key, put the right one back. With heads that don't fit, keep %s as evidence and move it away: a new one is begun",
			err, p.audit.AuditHeads)
	}
	return log, nil
}

// entry is one of whoever runs the command.
func (p *program) entry(action audit.Action, what string) audit.Entry {
	login, name := fmt.Sprintf("user %d", os.Getuid()), ""
	if u, err := user.Current(); err == nil {
		login, name = u.Username, u.Name
	}
	if name == "" {
		name = login
	}
	return audit.Entry{At: p.now(), Who: "cli:" + login, Name: name, Action: action, What: what}
}

// makeKey makes a file with a new key, for its owner only, unless there is a
// file. It is there whole or not at all, also where two processes make it.
func makeKey(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key := make([]byte, audit.MinKey)
	_, _ = rand.Read(key)                                                        // it never fails
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = fmt.Fprintln(file, hex.EncodeToString(key))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Link(file.Name(), path)
	}
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return nil
	}
	return err
}

// readKey reads a key. A file that others than its owner may read is refused.
func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key of the audit log is not in %s: put it back, or name its file with --audit-key", path)
	}
	if err != nil {
		return nil, err
	}
	// Windows has no such modes.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("the key of the audit log in %s can be read by others (mode %o): who has it can change the log unseen; chmod 600 it", path, mode)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(content)))
	if err != nil || len(key) < audit.MinKey {
		return nil, fmt.Errorf("%s holds no key: it must be %d hexadecimal digits at least", path, 2*audit.MinKey)
	}
	return key, nil
}
