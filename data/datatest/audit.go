package datatest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"commonground/data/audit"
)

// AuditStore is a store with an audit log in it.
type AuditStore interface {
	audit.Store
	LastAudit(ctx context.Context) (int64, error)
	Position(ctx context.Context) (int64, error)
}

// Place makes a new, empty store and returns what opens it, as often as it is
// called. The end of the test closes what was opened.
type Place[S any] func(t *testing.T) (open func() S)

// RunAudit runs the tests that the audit log of every engine passes.
func RunAudit(t *testing.T, place Place[AuditStore]) {
	for name, run := range map[string]func(*testing.T, Place[AuditStore]){
		"entries come back as they were sealed":                   auditTextStory,
		"entries are stored all or none":                          auditAllStory,
		"the last entry is known":                                 lastAuditStory,
		"appending moves no feed":                                 auditFeedStory,
		"logs of several nodes are one chain, proven by each":     auditNodesStory,
		"a node whose heads are older goes on":                    auditBackStory,
		"an entry whose caller is gone is not there or as it was": auditGoneStory,
		"seal reads what is there, and nobody appends in between": auditSealStory,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, place)
		})
	}
}

var auditKey = []byte(strings.Repeat("k", audit.MinKey))

func auditEntry(subject string) audit.Entry {
	return audit.Entry{At: start, Who: "key:1", Action: audit.Look, Subject: subject}
}

const headEvery = 7

// auditLog opens the log in a store, with heads of its own.
func auditLog(t *testing.T, s audit.Store, heads string) *audit.Log {
	t.Helper()
	log, err := audit.New(t.Context(), s, audit.Config{Key: auditKey, Heads: heads, HeadEvery: headEvery, Now: func() time.Time { return start }})
	check(t, err)
	// Until the end it is as a crash would leave it; after that it writes no head any
	// more to a folder that goes.
	t.Cleanup(func() { _ = log.Close(context.Background()) })
	return log
}

func newHeads(t *testing.T) string { return filepath.Join(t.TempDir(), "heads") }

// verified is what heads prove of a log.
func verified(t *testing.T, s audit.Store, heads string) audit.Report {
	t.Helper()
	file, err := os.Open(heads)
	check(t, err)
	defer file.Close()
	report, err := audit.Verify(t.Context(), s, auditKey, file)
	check(t, err)
	return report
}

func auditTextStory(t *testing.T, place Place[AuditStore]) {
	open := place(t)
	s, heads := open(), newHeads(t)
	log := auditLog(t, s, heads)
	given := audit.Entry{
		At: start.Add(1_234_567), Who: "oidc:https://é#\U0001F600", Name: "O'Neil\\", Roles: "crew, police", Action: audit.Export,
		Subject: "a\x00b", What: "\xff\"\n\t", Records: 1<<62 + 1, Why: strings.Repeat("why ", 5000),
	}
	check(t, log.Append(t.Context(), given))
	check(t, log.Close(t.Context()))
	want := given
	want.Number, want.At, want.Subject, want.What = 2, start.Add(time.Millisecond), "a\ufffdb", "\ufffd\"\n\t"
	for _, s := range []AuditStore{s, open()} {
		entries, err := s.Audit(t.Context(), 1, 10)
		check(t, err)
		equal(t, len(entries), 1)
		equal(t, entries[0].Entry, want)
		report := verified(t, s, heads)
		equal(t, report.Faults, []audit.Fault{})
		equal(t, report.Proven, int64(2))
	}
}

func auditAllStory(t *testing.T, place Place[AuditStore]) {
	s := place(t)()
	check(t, auditLog(t, s, newHeads(t)).Append(t.Context(), auditEntry("one")))
	by := func(last audit.Sealed, n int64) audit.Sealed {
		last.Number += n
		return last
	}
	refused := errors.New("refused")
	for name, seal := range map[string]func(audit.Sealed) ([]audit.Sealed, error){
		"an error": func(last audit.Sealed) ([]audit.Sealed, error) { return []audit.Sealed{by(last, 1)}, refused },
		"a gap": func(last audit.Sealed) ([]audit.Sealed, error) {
			return []audit.Sealed{by(last, 1), by(last, 3)}, nil
		},
		"a number used": func(last audit.Sealed) ([]audit.Sealed, error) { return []audit.Sealed{by(last, 1), last}, nil },
	} {
		if err := s.AppendAudit(t.Context(), seal); err == nil || name == "an error" && !errors.Is(err, refused) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	for _, test := range []struct {
		after int64
		limit int
		want  int
	}{{0, 100, 2}, {1, 1, 1}, {2, 5, 0}, {0, 0, 0}, {0, -1, 0}} {
		entries, err := s.Audit(t.Context(), test.after, test.limit)
		check(t, err)
		equal(t, len(entries), test.want)
	}
}

func lastAuditStory(t *testing.T, place Place[AuditStore]) {
	open := place(t)
	s := open()
	for want := range int64(3) {
		for _, s := range []AuditStore{s, open()} {
			last, err := s.LastAudit(t.Context())
			check(t, err)
			equal(t, last, want)
		}
		check(t, s.AppendAudit(t.Context(), func(last audit.Sealed) ([]audit.Sealed, error) {
			equal(t, last.Number, want)
			entry := auditEntry("one")
			entry.Number = want + 1
			return []audit.Sealed{{Entry: entry}}, nil
		}))
	}
}

func auditFeedStory(t *testing.T, place Place[AuditStore]) {
	s := place(t)()
	log := auditLog(t, s, newHeads(t))
	before, err := s.Position(t.Context())
	check(t, err)
	check(t, log.Append(t.Context(), auditEntry("two")))
	after, err := s.Position(t.Context())
	check(t, err)
	equal(t, after, before)
}

func auditNodesStory(t *testing.T, place Place[AuditStore]) {
	const nodes, callers, each = 3, 4, 10
	open := place(t)
	var heads [nodes]string
	var logs [nodes]*audit.Log
	var group sync.WaitGroup
	for n := range nodes {
		heads[n] = newHeads(t)
		log := auditLog(t, open(), heads[n])
		logs[n] = log
		for c := range callers {
			group.Go(func() {
				for i := range each {
					if err := log.Append(t.Context(), auditEntry(fmt.Sprintf("%d-%d-%d", n, c, i))); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	group.Wait()
	const all = 1 + nodes*callers*each
	s := open()
	there := map[string]int{}
	var own [nodes]int64 // the number of each node's last entry
	for entry, err := range audit.All(t.Context(), s, 0) {
		check(t, err)
		there[entry.Subject]++
		for n := range nodes {
			if strings.HasPrefix(entry.Subject, fmt.Sprintf("%d-", n)) {
				own[n] = entry.Number
			}
		}
	}
	equal(t, len(there), all) // the first has no subject
	for n := range nodes {
		report := verified(t, s, heads[n])
		equal(t, report.Faults, []audit.Fault{})
		equal(t, report.Entries, int64(all))
		if report.Proven <= own[n]-headEvery { // what others wrote after that, their heads prove
			t.Errorf("node %d proves %d entries of %d, its last is %d", n, report.Proven, all, own[n])
		}
		check(t, logs[n].Close(t.Context()))
		equal(t, verified(t, s, heads[n]).Proven, int64(all))
	}
}

func auditBackStory(t *testing.T, place Place[AuditStore]) {
	open := place(t)
	first, second := newHeads(t), newHeads(t)
	a := auditLog(t, open(), first)
	check(t, a.Append(t.Context(), auditEntry("a")))
	b := auditLog(t, open(), second) // of a node that came later
	for range 20 {
		check(t, b.Append(t.Context(), auditEntry("b")))
	}
	check(t, b.Close(t.Context()))
	check(t, a.Append(t.Context(), auditEntry("a again")))
	check(t, a.Close(t.Context()))
	s := open()
	for _, heads := range []string{first, second} {
		equal(t, verified(t, s, heads).Faults, []audit.Fault{})
	}
	equal(t, verified(t, s, first).Proven, int64(23))
	equal(t, verified(t, s, second).Proven, int64(22))
}

func auditGoneStory(t *testing.T, place Place[AuditStore]) {
	s := place(t)()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	called := false
	err := s.AppendAudit(ctx, func(audit.Sealed) ([]audit.Sealed, error) {
		called = true
		return nil, nil
	})
	if err == nil || called {
		t.Errorf("error %v, called %v", err, called)
	}
	if _, err := s.Audit(ctx, 0, 1); err == nil {
		t.Error("a caller who is gone read the log")
	}
}

func auditSealStory(t *testing.T, place Place[AuditStore]) {
	open := place(t)
	stores := []AuditStore{open(), open()}
	const rounds = 20
	var group sync.WaitGroup
	for _, s := range stores {
		group.Go(func() {
			for range rounds {
				err := s.AppendAudit(t.Context(), func(last audit.Sealed) ([]audit.Sealed, error) {
					there, err := s.Audit(t.Context(), 0, 1000)
					if err != nil {
						return nil, err
					}
					if int64(len(there)) != last.Number {
						return nil, fmt.Errorf("there are %d entries, and the last is %d", len(there), last.Number)
					}
					entry := auditEntry("x")
					entry.Number = last.Number + 1
					return []audit.Sealed{{Entry: entry}}, nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	last, err := stores[0].LastAudit(t.Context())
	check(t, err)
	equal(t, last, int64(2*rounds))
}
