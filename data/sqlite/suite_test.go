package sqlite

import (
	"path/filepath"
	"sync"
	"testing"

	"commonground/data"
	"commonground/data/datatest"
)

func TestStorePassesTheSuite(t *testing.T) {
	var paths sync.Map // of stores
	openAt := func(t *testing.T, path string) data.Store {
		s := openFile(t, path)
		paths.Store(s, path)
		return s
	}
	datatest.Run(t, datatest.Engine{
		Open: func(t *testing.T) data.Store {
			return openAt(t, filepath.Join(t.TempDir(), "records.db"))
		},
		Again: func(t *testing.T, other data.Store) data.Store {
			path, _ := paths.Load(other)
			return openAt(t, path.(string))
		},
	})
}

// openFile opens a store that the end of the test closes.
func openFile(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
