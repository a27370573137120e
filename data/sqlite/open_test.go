package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

func TestAFileIsMadeForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	withScheme(t, openFile(t, path))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", info.Name(), mode)
		}
	}
}

func TestAnyNameOfAFileWillDo(t *testing.T) {
	for _, name := range []string{"a b", "50%25?mode=memory#x", ":memory:", "é&_pragma=x", "file:x"} {
		dir := t.TempDir()
		withScheme(t, openFile(t, filepath.Join(dir, name)))
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenRefusesWhatIsNoStoreOfOurs(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    string
	}{
		"a text file": {func(t *testing.T, path string) {
			write(t, path, strings.Repeat("crew,needles\n", 100))
		}, "not a database"},
		"another program's database": {func(t *testing.T, path string) {
			alter(t, path, `CREATE TABLE song (title TEXT)`)
		}, "another program"},
		"another program's empty database": {func(t *testing.T, path string) {
			alter(t, path, `PRAGMA application_id = 7`)
		}, "another program"},
		"a newer version": {func(t *testing.T, path string) {
			shut(t, openFile(t, path))
			alter(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
		}, "version 99"},
		"a folder": {func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "not a file"},
		"a file in no folder": {func(t *testing.T, path string) {
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "folder")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "records.db")
			c.prepare(t, path)
			before, _ := os.ReadFile(path)
			s, err := Open(t.Context(), path)
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if !strings.HasPrefix(err.Error(), "sqlite: open "+path) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %q, want the path and %q", err, c.want)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestManyMayOpenANewFileAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			s, err := Open(t.Context(), path)
			if err == nil {
				_, err = s.Position(t.Context())
				err = errors.Join(err, s.Close())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestClosingTwiceIsHarmless(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	shut(t, s)
	shut(t, s)
}

func TestTheLastOneToCloseFoldsTheLogIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	withScheme(t, s)
	shut(t, s)
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the -wal file is still there: %v", err)
	}
}

func TestAWriterWaitsForAnotherAsLongAsItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	other := openFile(t, path)
	lock, err := other.writer.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := s.PutScheme(ctx, 0, "", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want that the time is over", err)
	}
	if _, err := s.Position(t.Context()); err != nil {
		t.Errorf("reading waits for no writer, but: %v", err)
	}
	done := make(chan error)
	go func() { done <- s.PutScheme(t.Context(), 0, "", nil) }()
	time.Sleep(20 * time.Millisecond)
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWritersForceEveryCommitToTheDisk(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	for pragma, want := range map[string]string{
		"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "5000",
	} {
		var got string
		if err := s.writer.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, want %s (%v)", pragma, got, want, err)
		}
	}
	if _, err := s.reader.Exec(`DELETE FROM change`); err == nil {
		t.Error("a reader could write")
	}
}

func TestACommitWakesTheWaitingWithoutThePoll(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	time.Sleep(20 * time.Millisecond) // for the poll's first look, which wakes too
	committed := s.commits.Next()
	withScheme(t, s)
	select {
	case <-committed:
	default:
		t.Error("the commit woke nobody")
	}
}

// withScheme gives an empty store a scheme; its revision is 1.
func withScheme(t testing.TB, s *Store) {
	t.Helper()
	if err := s.PutScheme(t.Context(), 0, "", data.NewPlacer(&geo.Timeline{}, &data.Scheme{})); err != nil {
		t.Fatal(err)
	}
}

func shut(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// alter runs a statement behind the store's back.
func alter(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec(statement)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
