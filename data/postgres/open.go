// Package postgres keeps everything in a PostgreSQL database with PostGIS: the
// engine of data.Store for several agencies and many nodes.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"commonground/data/engine"
)

// Store is a data.Store in a database. Any number of them, in processes on any
// number of machines, may be open on one database at once. Times are kept to the
// millisecond and come back in UTC, areas come back rounded to the lattice, in
// the order in which they were put.
//
// Writers of records don't wait for each other, unless they send the same record
// at the same time. A change of the settings, and a destruction, wait for the
// writers under way, and those that come later for it.
type Store struct {
	writer  *pgxpool.Pool // of the primary
	reader  *pgxpool.Pool // of where views are taken; may be the writer
	closing context.Context
	close   context.CancelFunc
	commits engine.Broadcast
	watched chan struct{} // closed when watch has ended
}

const (
	// mostConnections is how many connections a store opens at most, if its
	// address has no pool_max_conns.
	mostConnections = 16
	// connectWithin is how long it tries to connect, if its address has no
	// connect_timeout.
	connectWithin = 5 * time.Second
)

// Open opens the store in a database, given as a PostgreSQL URL or connection
// string, and brings its tables up to date. They are in a schema of their own,
// commonground. The database needs the extension postgis, which Open makes where
// it may. Refused is one that a newer version of this program has changed.
func Open(ctx context.Context, address string) (*Store, error) {
	s, err := open(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("postgres: open %s: %w", Redacted(address), err)
	}
	return s, nil
}

// Redacted is an address for people to read: host and database alone, since the
// rest may hold a password.
func Redacted(address string) string {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return "the database"
	}
	return fmt.Sprintf("%s on %s", config.Database, net.JoinHostPort(config.Host, fmt.Sprint(config.Port)))
}

func open(ctx context.Context, address string) (*Store, error) {
	config, err := poolConfig(address)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, config.ConnConfig); err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	s := &Store{writer: pool, reader: pool, watched: make(chan struct{})}
	s.closing, s.close = context.WithCancel(context.Background())
	go s.watch()
	return s, nil
}

// poolConfig is how a store talks to its database.
func poolConfig(address string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		// The library's error may hold the address, and so a password.
		return nil, errors.New("the address is not one of PostgreSQL; write postgres://user@host/database")
	}
	if config.MaxConns < mostConnections {
		config.MaxConns = mostConnections
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectWithin
	}
	config.ConnConfig.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3,
	}}).DialContext
	set := config.ConnConfig.RuntimeParams
	set["search_path"] = "commonground, public"
	set["timezone"] = "UTC"
	set["jit"] = "off" // it costs more than it gains on queries as short as these
	// A client that is gone, or stands still, must not keep its locks.
	set["idle_in_transaction_session_timeout"] = "60s"
	set["tcp_user_timeout"] = "15s"
	if set["application_name"] == "" {
		set["application_name"] = "commonground"
	}
	config.AfterConnect = registerGeometry
	return config, nil
}

// Close ends the calls under way with an error and releases the connections.
// Closing twice is harmless.
func (s *Store) Close() error {
	s.close()
	<-s.watched
	s.writer.Close()
	if s.reader != s.writer {
		s.reader.Close()
	}
	return nil
}
