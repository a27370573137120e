package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"commonground/data/audit"
	"commonground/data/sqlite"
)

// audited is a store with a log of 1,201 entries, proven up to its end.
func audited(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+path, "sample", "--seal=0", "--until=2026-11-23")
	p := programFor(path)
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	log, err := p.openAudit(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	appended := make(chan error)
	const entries = 1200
	for i := range entries {
		e := p.entry(audit.Look, "GET /v1/incidents?square=1")
		e.Subject, e.Why = fmt.Sprintf("square %d", max(i, 10)), "it is \x1b[31mred\nand\tlong"
		go func() { appended <- log.Append(t.Context(), e) }()
	}
	for range entries {
		if err := <-appended; err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return path
}

// programFor is a program on a Saturday.
func programFor(path string) *program {
	return &program{store: storeName(path), audit: auditFiles{}.beside(path), stderr: os.Stderr, now: func() time.Time {
		return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	}}
}

func TestAuditVerifySaysWhatIsProven(t *testing.T) {
	path := audited(t)
	out := mustRun(t, "--store="+path, "audit", "verify")
	if !strings.Contains(out, "1,201 entries, unbroken; proven up to entry 1,201 by head ") ||
		!strings.Contains(out, " of 2026-11-21 12:00:00 UTC; what follows entry 1,201 can't be proven.\nThe id of the log is ") {
		t.Error(out)
	}
	copied := write(t, filepath.Join(t.TempDir(), "copy"), firstLine(t, path+".heads"))
	if out := mustRun(t, "--store="+path, "audit", "verify", "--audit-heads="+copied); !strings.Contains(out, "1,201 entries, unbroken; proven up to entry") ||
		!strings.Contains(out, "by head 1 of") {
		t.Errorf("with an old copy of the heads: %s", out)
	}
}

func firstLine(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	return line + "\n"
}

func TestAuditVerifyFailsWhereSomethingIsWrong(t *testing.T) {
	rewrite := func(ending string, edit func(string) string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			content, err := os.ReadFile(path + ending)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path+ending, edit(string(content)))
		}
	}
	for name, test := range map[string]struct {
		spoil func(t *testing.T, path string)
		says  string
	}{
		"a changed byte":   {rewrite("", func(s string) string { return strings.Replace(s, "square 777", "square 778", 1) }), "was changed, or is not the entry that was appended here.\n1,201 entries; proven up to entry "},
		"a changed head":   {rewrite(".heads", func(s string) string { return strings.Replace(s, "2026", "2025", 1) }), "Head 1: the heads file was changed: the line was not written with this key.\n1,201 entries, unbroken; none is proven"},
		"another key":      {rewrite(".key", func(string) string { return strings.Repeat("ab", 32) }), "Entry 1: this is another key"},
		"a short key":      {rewrite(".key", func(s string) string { return s[:40] }), "town.db.key holds no key"},
		"emptied heads":    {rewrite(".heads", func(string) string { return "" }), "there are no heads in"},
		"no heads":         {remove(".heads"), "there are no heads in"},
		"no key":           {remove(".key"), "put it back"},
		"no store":         {remove(""), "there is no store"},
		"a key of others'": {func(t *testing.T, path string) { chmod(t, path+".key", 0o640) }, "can be read by others (mode 640)"},
		"another's store": {func(t *testing.T, path string) {
			remove("")(t, path)
			mustRun(t, "--store="+path, "sample", "--seal=0", "--until=2026-11-23")
		}, "Entry 1: the end of the log was cut off"},
		"nothing but the key": {func(t *testing.T, path string) {
			remove(".heads")(t, path)
			remove("")(t, path)
			mustRun(t, "--store="+path, "sample", "--seal=0", "--until=2026-11-23")
		}, "0 entries, unbroken; none is proven"},
	} {
		t.Run(name, func(t *testing.T) {
			path := audited(t)
			test.spoil(t, path)
			status, stdout, stderr := command(t, "--store="+path, "audit", "verify")
			if status != 1 || !strings.Contains(stdout+stderr, test.says) {
				t.Errorf("status %d\n%s%s\ndoes not say %s", status, stdout, stderr, test.says)
			}
		})
	}
}

func remove(ending string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.Remove(path + ending); err != nil {
			t.Fatal(err)
		}
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestAuditSummaryAndListSayWhoDidWhat(t *testing.T) {
	store := "--store=" + audited(t)
	out := mustRun(t, store, "audit", "summary")
	for _, want := range []string{"begin         1\n", "look      1,200\n", "all       1,201\n", "programs with a key: 1\n",
		"looked at one place or record ", "  square 10  ", "     11\n", "at a weekend ", "  1,200\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s\ndoes not say %q", out, want)
		}
	}
	if out := mustRun(t, store, "audit", "summary", "--to=2026-11-21"); !strings.Contains(out, "all           0\n") || !strings.Contains(out, "Nothing is unusual") {
		t.Errorf("before it all: %s", out)
	}
	out = mustRun(t, store, "audit", "list", "--limit=3", "--from=2026-11-21", "--to=2026-11-22")
	if lines := strings.Split(out, "\n"); len(lines) != 5 || !strings.HasPrefix(lines[3], "1201   2026-11-21 12:00:00 +00:00  cli:") ||
		!strings.Contains(lines[3], `it is \x1b[31mred\nand\tlong`) {
		t.Error(out)
	}
	if out := mustRun(t, store, "audit", "list", "--action=begin"); strings.Count(out, "\n") != 2 || !strings.Contains(out, "the log begins") {
		t.Error(out)
	}
	if out := mustRun(t, store, "audit", "list", "--who=nobody"); strings.Count(out, "\n") != 1 {
		t.Error(out)
	}
	for flag, says := range map[string]string{"--action=peek": "there is no such action", "--from=today": "--from", "--to=2026": "--to"} {
		if status, _, stderr := command(t, store, "audit", "list", flag); status != 1 || !strings.Contains(stderr, says) {
			t.Errorf("%s: status %d, %s", flag, status, stderr)
		}
	}
	if out := mustRun(t, "audit", "summary", "--help"); !strings.Contains(out, "was refused: 10 times or more within 1 day") {
		t.Error(out)
	}
	if out := mustRun(t, "audit", "verify", "--help"); !strings.Contains(strings.Join(strings.Fields(out), " "), "What follows the last head can't be proven") {
		t.Error(out)
	}
}

func TestAuditOfAServerIsProvenToItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+path, "sample", "--seal=0", "--until=2026-11-23")
	if out := mustRun(t, "--store="+path, "audit", "verify"); !strings.Contains(out, "no audit log yet") {
		t.Error(out)
	}
	for round := range 2 {
		s := startServing(t, path)
		if out := mustRun(t, "--store="+path, "audit", "verify"); !strings.Contains(out, ", unbroken; proven up to entry") {
			t.Errorf("while serving: %s", out)
		}
		if err := s.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := s.Wait(); err != nil {
			t.Fatal(err)
		}
		entries := fmt.Sprint(3 + 2*round)
		if out := mustRun(t, "--store="+path, "audit", "verify"); !strings.Contains(out, entries+" entries, unbroken; proven up to entry "+entries+" ") {
			t.Errorf("after round %d: %s", round, out)
		}
	}
	for _, ending := range []string{".key", ".heads"} {
		info, err := os.Stat(path + ending)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", ending, info.Mode(), err)
		}
	}
	remove(".key")(t, path)
	if status, _, stderr := command(t, "--store="+path, "serve", "--listen=127.0.0.1:0"); status != 1 || !strings.Contains(stderr, "put it back") {
		t.Errorf("serving without the key of a log: status %d, %s", status, stderr)
	}
	write(t, path+".key", strings.Repeat("ab", 32))
	if status, _, stderr := command(t, "--store="+path, "serve", "--listen=127.0.0.1:0"); status != 1 || !strings.Contains(stderr, "not made with this key") {
		t.Errorf("serving with another key: status %d, %s", status, stderr)
	}
}
