package geotest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres returns the connection string of a new, empty database with PostGIS
// in it, on a private PostgreSQL that this process starts at the first call.
// The database is dropped when the test ends; the server stops, and its files
// go, when the process does, however that comes about. Nothing but loopback
// reaches it, and it keeps nothing through a crash (fsync is off).
//
// Where PostgreSQL or PostGIS is missing the test fails if the environment
// says CI=true, and is skipped with a word about what to install if not. Any
// number of tests may call it at once.
func Postgres(t testing.TB) string {
	t.Helper()
	return copyOf(t, template)
}

// Prepared is Postgres for databases in which something was done before: the first
// time that a name is asked for, prepare is called with the address of a database
// of which the others are copies. It must leave no connection open.
func Prepared(t testing.TB, name string, prepare func(address string) error) string {
	t.Helper()
	server := private(t)
	made.Lock()
	defer made.Unlock()
	if !made.names[name] {
		err := server.run(t.Context(), "postgres", "CREATE DATABASE "+name+" TEMPLATE "+template)
		if err == nil {
			err = prepare(server.database(name))
		}
		if err != nil {
			t.Fatal(err)
		}
		made.names[name] = true
	}
	return copyOf(t, name)
}

// made are the databases that Prepared has prepared.
var made = struct {
	sync.Mutex
	names map[string]bool
}{names: map[string]bool{}}

// private returns the server that this process has.
func private(t testing.TB) *server {
	t.Helper()
	server, err := sharedServer()
	if errors.Is(err, errMissing) {
		missing(t, err.Error()+": apt-get install postgresql-15-postgis-3")
	}
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func copyOf(t testing.TB, template string) string {
	t.Helper()
	server := private(t)
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := server.run(t.Context(), "postgres", "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.run(context.Background(), "postgres", "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return server.database(name)
}

// template is the database that each test gets a copy of.
const template = "with_postgis"

var (
	sharedServer = sync.OnceValues(newServer)
	databases    atomic.Int64
)

func newServer() (*server, error) {
	s, err := startServer()
	if err != nil {
		return nil, err
	}
	if err := s.run(context.Background(), "postgres", "CREATE DATABASE "+template); err != nil {
		return nil, err
	}
	if err := s.run(context.Background(), template, "CREATE EXTENSION postgis"); err != nil {
		return nil, fmt.Errorf("%w: PostGIS: %w", errMissing, err)
	}
	return s, nil
}

// database returns the connection string of one database.
func (s *server) database(name string) string {
	return fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d/%s?sslmode=disable", s.password, s.port, name)
}

// run runs one statement on a connection of its own.
func (s *server) run(ctx context.Context, database, statement string) error {
	connection, err := pgx.Connect(ctx, s.database(database))
	if err != nil {
		return fmt.Errorf("connecting to the private PostgreSQL: %w", err)
	}
	_, err = connection.Exec(ctx, statement)
	return errors.Join(err, connection.Close(ctx))
}
