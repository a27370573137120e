package api_test

import (
	"path/filepath"
	"testing"
	"time"

	"commonground/data/audit"
	"commonground/data/sqlite"
)

// audited returns the whole audit log.
func (s server) audited() []audit.Sealed {
	s.t.Helper()
	entries, err := s.store.Audit(s.t.Context(), 0, 100_000)
	if err != nil {
		s.t.Fatal(err)
	}
	return entries
}

// newAuditLog begins the audit log of a store.
func newAuditLog(t testing.TB, store *sqlite.Store) *audit.Log {
	t.Helper()
	log, err := audit.New(t.Context(), store, audit.Config{
		Key: make([]byte, audit.MinKey), Heads: filepath.Join(t.TempDir(), "heads"), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return log
}
