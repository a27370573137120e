package postgres

import (
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/datatest"
)

func TestTheAuditLogPassesTheSuite(t *testing.T) {
	datatest.RunAudit(t, func(t *testing.T) func() datatest.AuditStore {
		address := Empty(t)
		return func() datatest.AuditStore { return openAt(t, address) }
	})
}

func TestSignInPassesTheSuite(t *testing.T) {
	datatest.RunSignIn(t, func(t *testing.T) func() datatest.SignInStore {
		address := Empty(t)
		return func() datatest.SignInStore { return openAt(t, address) }
	})
}

// refused checks that the database carries none of some statements out, for a
// reason.
func refused(t *testing.T, s *Store, why string, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := s.writer.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestTheAuditTableIsAppendOnly(t *testing.T) {
	s := openAt(t, Empty(t))
	err := s.AppendAudit(t.Context(), func(audit.Sealed) ([]audit.Sealed, error) {
		return []audit.Sealed{{Entry: audit.Entry{Number: 1, Who: "a"}}, {Entry: audit.Entry{Number: 2, Who: "a"}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const others = `at, who, name, roles, action, subject, what, records, why, hash FROM audit`
	refused(t, s, "append-only", `UPDATE audit SET why = 'x'`, `DELETE FROM audit`, `DELETE FROM audit WHERE number = 2`, `TRUNCATE audit`,
		`INSERT INTO audit SELECT number + 3, `+others, `INSERT INTO audit SELECT NULL, `+others,
		`INSERT INTO audit SELECT number, `+others+` WHERE number = 2 ON CONFLICT (number) DO UPDATE SET why = 'x'`)
}

func TestWhatWasSealedIsNotChangedByMistake(t *testing.T) {
	s := openAt(t, Empty(t))
	at := time.UnixMilli(0)
	for _, from := range []data.Date{18_000, 18_364} {
		if err := s.PutEpoch(t.Context(), data.Epoch{From: from, Partition: "{}", SHA256: "aa", At: at, Who: "cli:clerk"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutSignature(t.Context(), data.Signature{Period: 18_728, Draft: "ad", Who: "cli:clerk", At: at}); err != nil {
		t.Fatal(err)
	}
	link := data.Sealing{Number: 1, Period: 18_700, Manifest: "{}", SHA256: "ab", Published: "{}", At: at, Who: "cli:clerk"}
	if err := s.PutSealing(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	refused(t, s, "never changed",
		`UPDATE sealing SET published = '[]'`, `DELETE FROM sealing`, `TRUNCATE sealing`,
		`INSERT INTO sealing SELECT 3, period + 28, withdrawn, manifest, hash, published, revision, at, who, why FROM sealing`,
		`UPDATE signature SET who = 'cli:other'`, `DELETE FROM signature`, `TRUNCATE signature`,
		`UPDATE epoch SET content = '[]'`, `DELETE FROM epoch WHERE from_day = '2020-04-12'`, `TRUNCATE epoch`,
		`INSERT INTO epoch SELECT from_day - 1, content, hash, at, who FROM epoch`)
}
