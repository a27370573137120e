package sqlite

import (
	"path/filepath"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/datatest"
)

func TestSignInPassesTheSuite(t *testing.T) {
	datatest.RunSignIn(t, func(t *testing.T) func() datatest.SignInStore {
		path := filepath.Join(t.TempDir(), "records.db")
		return func() datatest.SignInStore { return openFile(t, path) }
	})
}

func BenchmarkSession(b *testing.B) {
	s := openFile(b, filepath.Join(b.TempDir(), "records.db"))
	if err := s.PutSession(b.Context(), "t", data.Session{Content: make([]byte, 400), Until: time.Unix(1, 0), Seen: time.Unix(0, 0)}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, found, err := s.Session(b.Context(), "t"); !found || err != nil {
			b.Fatal(err)
		}
	}
}
