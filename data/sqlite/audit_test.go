package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/data/audit"
	"commonground/data/datatest"
)

// crashAudit is crashFile for appending to the audit log.
const crashAudit = "COMMONGROUND_CRASH_AUDIT"

var auditKey = []byte(strings.Repeat("k", audit.MinKey))

func openAudit(ctx context.Context, s *Store, path string) (*audit.Log, error) {
	return audit.New(ctx, s, audit.Config{Key: auditKey, Heads: path + ".heads", HeadEvery: 5, Now: time.Now})
}

func auditEntry(subject string) audit.Entry {
	return audit.Entry{At: time.Unix(1, 0), Who: "key:1", Action: audit.Look, Subject: subject}
}

// auditForever appends from several goroutines and prints the subject of each
// entry once it is acknowledged.
func auditForever(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	log, err := openAudit(ctx, s, path)
	if err != nil {
		return err
	}
	failed := make(chan error)
	for g := range 4 {
		go func() {
			for n := 0; ; n++ {
				subject := fmt.Sprintf("%d-%d-%d", os.Getpid(), g, n)
				if err := log.Append(ctx, auditEntry(subject)); err != nil {
					failed <- err
					return
				}
				fmt.Println(subject)
			}
		}()
	}
	return <-failed
}

func TestTheAuditLogPassesTheSuite(t *testing.T) {
	datatest.RunAudit(t, func(t *testing.T) func() datatest.AuditStore {
		path := filepath.Join(t.TempDir(), "records.db")
		return func() datatest.AuditStore { return openFile(t, path) }
	})
}

func TestTheAuditLogOutlivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	acknowledged := map[string]bool{}
	for range 5 {
		for _, subject := range killWhileWriting(t, crashAudit, path) {
			acknowledged[subject] = true
		}
		checkAudit(t, path, acknowledged)
	}
	if len(acknowledged) < 20 {
		t.Errorf("only %d were acknowledged: the writer hardly ran", len(acknowledged))
	}
}

func checkAudit(t *testing.T, path string, acknowledged map[string]bool) {
	t.Helper()
	s := openFile(t, path)
	defer s.Close()
	heads, err := os.Open(path + ".heads")
	if err != nil {
		t.Fatal(err)
	}
	defer heads.Close()
	report, err := audit.Verify(t.Context(), s, auditKey, heads)
	if err != nil || len(report.Faults) != 0 || report.Proven == 0 {
		t.Errorf("after a kill: %+v, %v", report, err)
	}
	there := map[string]int{}
	for entry, err := range audit.All(t.Context(), s, 0) {
		if err != nil {
			t.Fatal(err)
		}
		there[entry.Subject]++
	}
	for subject := range acknowledged {
		if there[subject] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", subject, there[subject])
		}
	}
}

// newAudit is a store with a log of two entries.
func newAudit(t *testing.T) (*Store, *audit.Log) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	log, err := openAudit(t.Context(), s, path)
	if err == nil {
		err = log.Append(t.Context(), auditEntry("one"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, log
}

func TestTheAuditTableIsAppendOnly(t *testing.T) {
	s, _ := newAudit(t)
	for _, statement := range []string{
		`UPDATE audit SET why = 'x'`, `DELETE FROM audit`, `DELETE FROM audit WHERE number = 2`,
		`INSERT INTO audit SELECT number + 3, at_ms, who, name, roles, action, subject, what, records, why, hash FROM audit`,
		`REPLACE INTO audit SELECT * FROM audit WHERE number = 2`,
		`REPLACE INTO audit SELECT * FROM audit WHERE number = 1`,
		`INSERT INTO audit SELECT NULL, at_ms, who, name, roles, action, subject, what, records, why, hash FROM audit`,
	} {
		if _, err := s.writer.Exec(statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestAFullDiskIsNoEntryAndLaterOnesAreStored(t *testing.T) {
	s, log := newAudit(t)
	var pages int
	if err := s.writer.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(pages int) {
		if _, err := s.writer.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages)
	large := auditEntry(strings.Repeat("x", 100_000))
	if err := log.Append(t.Context(), large); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("on a full disk: %v", err)
	}
	limit(1 << 30)
	if err := log.Append(t.Context(), large); err != nil {
		t.Error(err)
	}
	report, err := audit.Verify(t.Context(), s, auditKey, nil)
	if err != nil || len(report.Faults) != 0 || report.Entries != 3 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestAStoreThatOnlyReadsAppendsNothing(t *testing.T) {
	s, log := newAudit(t)
	if _, err := s.writer.Exec(`PRAGMA query_only = 1`); err != nil {
		t.Fatal(err)
	}
	if err := log.Append(t.Context(), auditEntry("two")); err == nil {
		t.Error("it is said to be durable")
	}
	if entries, err := s.Audit(t.Context(), 0, 100); err != nil || len(entries) != 2 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}
