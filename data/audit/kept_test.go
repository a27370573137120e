package audit_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/data/audit"
	"commonground/data/sqlite"
)

var (
	ourKey   = []byte(strings.Repeat("k", audit.MinKey))
	otherKey = []byte(strings.Repeat("o", audit.MinKey))
	morning  = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) // a Tuesday
)

// kept is a log in a store in a file, and its heads.
type kept struct {
	*sqlite.Store
	path, heads string
	key         []byte
}

func newKept(t testing.TB, key []byte) *kept {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records.db")
	return &kept{Store: openStore(t, path), path: path, heads: path + ".heads", key: key}
}

func openStore(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func (k *kept) open(t testing.TB, every int) *audit.Log {
	t.Helper()
	log, err := audit.New(t.Context(), k, audit.Config{
		Key: k.key, Heads: k.heads, HeadEvery: every, Now: func() time.Time { return morning },
	})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func look(n int) audit.Entry {
	return audit.Entry{
		At: morning.Add(time.Duration(n) * time.Second), Who: fmt.Sprint("oidc:town#", n%3), Name: "Jo", Roles: "police",
		Action: audit.Look, Subject: fmt.Sprint("square ", n), What: "GET /v1/incidents?square=1", Records: int64(n), Why: "tasking",
	}
}

func appendLooks(t testing.TB, log *audit.Log, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		if err := log.Append(t.Context(), look(n)); err != nil {
			t.Fatal(err)
		}
	}
}

func shut(t testing.TB, log *audit.Log) {
	t.Helper()
	if err := log.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// filled is a log of 14 entries with heads of 2, 6, 10 and 11 of them.
func filled(t testing.TB, key []byte) *kept {
	t.Helper()
	k := newKept(t, key)
	log := k.open(t, 4)
	appendLooks(t, log, 0, 10)
	shut(t, log)
	appendLooks(t, k.open(t, 100), 10, 13)
	return k
}

func (k *kept) verify(t testing.TB) audit.Report {
	t.Helper()
	heads, err := os.ReadFile(k.heads)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // the first head comes just after the first entry
		t.Fatal(err)
	}
	report, err := audit.Verify(t.Context(), k, k.key, bytes.NewReader(heads))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (k *kept) all(t testing.TB) []audit.Sealed {
	t.Helper()
	entries, err := k.Audit(t.Context(), 0, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// raw calls do with a connection past the store, with nothing in the way.
func (k *kept) raw(t testing.TB, do func(*sql.DB) error) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+k.path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	for _, trigger := range []string{"audit_in_order", "audit_unchanged", "audit_kept"} {
		if _, dropped := db.Exec(`DROP TRIGGER IF EXISTS ` + trigger); dropped != nil {
			err = errors.Join(err, dropped)
		}
	}
	if err = errors.Join(err, do(db), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func (k *kept) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	k.raw(t, func(db *sql.DB) error {
		_, err := db.Exec(query, args...)
		return err
	})
}

// put replaces the log's entries from the first of some on.
func (k *kept) put(t testing.TB, some ...audit.Sealed) {
	t.Helper()
	k.raw(t, func(db *sql.DB) error {
		_, err := db.Exec(`DELETE FROM audit WHERE number >= ?`, some[0].Number)
		for _, e := range some {
			_, failed := db.Exec(`INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.Number, e.At.UnixMilli(),
				e.Who, e.Name, e.Roles, string(e.Action), e.Subject, e.What, e.Records, e.Why, e.Hash[:])
			err = errors.Join(err, failed)
		}
		return err
	})
}

// reseal is the chain written a second time, from its description: with
// another key it is what someone makes who doesn't have ours.
func reseal(key []byte, before audit.Hash, entries []audit.Sealed) {
	for i := range entries {
		e := &entries[i]
		mac := hmac.New(sha256.New, key)
		text := func(s string) {
			binary.Write(mac, binary.BigEndian, int64(len(s)))
			mac.Write([]byte(s))
		}
		text("commonground audit entry 1")
		mac.Write(before[:])
		for _, n := range []int64{e.Number, e.At.UnixMilli(), e.Records} {
			binary.Write(mac, binary.BigEndian, n)
		}
		for _, s := range []string{e.Who, e.Name, e.Roles, string(e.Action), e.Subject, e.What, e.Why} {
			text(s)
		}
		e.Hash = audit.Hash(mac.Sum(nil))
		before = e.Hash
	}
}

// editHeads changes the lines of the heads file.
func (k *kept) editHeads(t testing.TB, edit func(lines []string) []string) {
	t.Helper()
	content, err := os.ReadFile(k.heads)
	if err == nil {
		lines := edit(strings.SplitAfter(strings.TrimSuffix(string(content), "\n"), "\n"))
		err = os.WriteFile(k.heads, []byte(strings.TrimSuffix(strings.Join(lines, ""), "\n")+"\n"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
