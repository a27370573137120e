// Package sqlite keeps everything in one file: the embedded engine of
// data.Store, which needs no server.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"commonground/data"
	"commonground/data/engine"
)

var _ data.Store = (*Store)(nil)

// Store is a data.Store in a file. Any number of them, in one process or in
// several on one machine, may be open on a file at once; it must not lie on a
// network drive. Writes take turns: one waits for another as long as its
// context does. Times are kept to the millisecond and come back in UTC, areas
// come back rounded to the lattice, in the order in which they were put.
type Store struct {
	writer  *sql.DB // one connection; its transactions take the write lock at once
	reader  *sql.DB // connections that can't write and wait for no writer
	closing context.Context
	close   context.CancelFunc
	commits engine.Broadcast
	watched chan struct{} // closed when watch has ended
}

// Open opens the store in a file and brings its tables up to date. A file that
// is not there is made, for its owner only to read and write (0600), because
// what it holds is sensitive; its folder must be there. The file grows two
// companions, -wal and -shm, that belong to it while it is in use. Refused are
// a file that is no database, one of another program, and one that a newer
// version of this program has changed.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, "full")
}

// open is Open with a level of PRAGMA synchronous. Only "full" keeps the
// promise that what was acknowledged survives a power cut.
func open(ctx context.Context, path, synchronous string) (*Store, error) {
	s, err := connect(path, synchronous)
	if err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", path, err)
	}
	return s, nil
}

// connect prepares the two pools; nothing reads the file yet.
func connect(path, synchronous string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	writer, err := sql.Open("sqlite", address(path, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(5000)", "journal_mode(wal)", "foreign_keys(1)",
			"secure_delete(1)", "synchronous(" + synchronous + ")", "cache_size(-65536)"},
	}))
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", address(path, url.Values{
		"mode":    {"ro"},
		"_pragma": {"busy_timeout(5000)", "query_only(1)", "cache_size(-16384)"},
	}))
	if err != nil {
		return nil, err
	}
	reader.SetMaxIdleConns(8)
	s := &Store{writer: writer, reader: reader, watched: make(chan struct{})}
	s.closing, s.close = context.WithCancel(context.Background())
	return s, nil
}

// create makes the file where it isn't there. One that is must not be opened,
// not even to look: closing it again would drop the locks that other stores of
// this process hold on it (POSIX advisory locks belong to the process).
func create(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return file.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return errors.New("it is not a file")
	}
	return err
}

func address(path string, options url.Values) string {
	address := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
	return address.String()
}

func (s *Store) start(ctx context.Context) error {
	err := s.check(ctx)
	if err == nil {
		err = s.migrate(ctx)
	}
	var watcher *sql.Conn
	if err == nil {
		watcher, err = s.reader.Conn(ctx)
	}
	if err != nil {
		return errors.Join(err, s.reader.Close(), s.writer.Close())
	}
	go s.watch(watcher)
	return nil
}

// Close ends the calls under way with an error and releases the file. It waits
// for a write under way to be undone or done. Closing twice is harmless.
func (s *Store) Close() error {
	s.close()
	<-s.watched
	if last, err := s.writer.Conn(context.Background()); err == nil {
		last.Close()
	}
	// The writer goes last, so that it can fold the -wal file into the database.
	if err := errors.Join(s.reader.Close(), s.writer.Close()); err != nil {
		return fmt.Errorf("sqlite: close: %w", err)
	}
	return nil
}
