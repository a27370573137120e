package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/alecthomas/kong"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/archive"
	"commonground/data/audit"
	"commonground/data/postgres"
	"commonground/data/sqlite"
)

// store is what the commands and the server need of an engine.
type store interface {
	data.Store
	audit.Store
	archive.Store
	LastAudit(ctx context.Context) (int64, error)
	signin.Sessions
	signin.Keys
	PutAPIKey(ctx context.Context, key data.APIKey) error
	APIKeys(ctx context.Context) ([]data.APIKey, error)
	RevokeAPIKey(ctx context.Context, id string, now time.Time) (bool, error)
}

// storeName names a store: the path of a file, or the address of a database.
type storeName string

// database matches what is the address of a database, to its end.
var database = regexp.MustCompile(`(?s)postgres(ql)?://.*`)

// ofDatabase reports whether a name is the address of a database.
func (n storeName) ofDatabase() bool {
	at := database.FindStringIndex(string(n))
	return at != nil && at[0] == 0
}

// whole is the name with the whole path, where it is one.
func (n storeName) whole() storeName {
	if n.ofDatabase() {
		return n
	}
	return storeName(kong.ExpandPath(string(n)))
}

// String is the name for people to read: never with a password.
func (n storeName) String() string { return withoutPasswords(string(n)) }

// withoutPasswords is a text of the command line for people to read, and for the
// audit log: the address of a database in it may hold a password.
func withoutPasswords(text string) string {
	return database.ReplaceAllStringFunc(text, postgres.Redacted)
}

// open opens the store.
func (n storeName) open(ctx context.Context) (store, error) {
	return n.openReading(ctx, postgres.Options{})
}

// openReading is open for a store that may be read from a replica.
func (n storeName) openReading(ctx context.Context, options postgres.Options) (store, error) {
	if n.ofDatabase() {
		return opened(postgres.Open(ctx, string(n), options))
	}
	if options.Read != "" {
		return nil, errors.New("a replica can be read only where the store is in PostgreSQL: name it with --store postgres://…")
	}
	return opened(sqlite.Open(ctx, string(n)))
}

// opened is a store of one engine, or none where there is an error.
func opened[S store](s S, err error) (store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// check returns an error where the store is a file that is not there: a wrong
// name is not to pass for an empty store.
func (n storeName) check() error {
	if !n.ofDatabase() && missing(string(n)) {
		return fmt.Errorf("there is no store %s", n)
	}
	return nil
}

// defaultFiles is the folder of what belongs to a store in a database.
const defaultFiles = "commonground-files"

// beside is the name of a file or folder that belongs to the store, by its
// ending. It lies beside a store in a file, and in a folder of its own where one
// was named or the store is in a database.
func (p *program) beside(ending string) string {
	name := "commonground"
	if !p.store.ofDatabase() {
		if p.files == "" {
			return string(p.store) + ending
		}
		name = filepath.Base(string(p.store))
	}
	return filepath.Join(p.files, name+ending)
}

// makeFiles makes the folder of what belongs to the store, for its owner only: a
// key and snapshots of counts are in it.
func (p *program) makeFiles() error {
	if p.files == "" {
		return nil
	}
	return os.MkdirAll(p.files, 0o700)
}
