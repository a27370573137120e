// Package postgres keeps everything in a PostgreSQL database with PostGIS: the
// engine of data.Store for several agencies and many nodes.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"commonground/data"
	"commonground/data/engine"
)

var _ data.Store = (*Store)(nil)

// Store is a data.Store in a database. Any number of them, in processes on any
// number of machines, may be open on one database at once. Times are kept to the
// millisecond and come back in UTC, areas come back rounded to the lattice, in
// the order in which they were put.
//
// Writers of records don't wait for each other, unless they send the same record
// at the same time. A change of the settings, and a destruction, wait for the
// writers under way, and those that come later for it.
type Store struct {
	writer   *pgxpool.Pool // of the primary
	replica  *replica      // nil where views are taken from the primary
	reading  atomic.Pointer[Reading]
	closing  context.Context
	close    context.CancelFunc
	commits  engine.Broadcast
	told     atomic.Int64  // the highest position that the database told of
	watched  chan struct{} // closed when watch has ended
	measured chan struct{} // closed when measure has ended; nil without a replica
}

const (
	// mostConnections is how many connections a store opens at most, if its
	// address has no pool_max_conns.
	mostConnections = 16
	// connectWithin is how long it tries to connect, if its address has no
	// connect_timeout.
	connectWithin = 5 * time.Second
	// closeWithin is how long Close waits for the calls under way.
	closeWithin = time.Second
)

// Open opens the store in a database, given as a PostgreSQL URL or connection
// string, and brings its tables up to date. They are in a schema of their own,
// commonground. The database needs the extension postgis, which Open makes where
// it may. Refused is one that a newer version of this program has changed.
func Open(ctx context.Context, address string, options Options) (*Store, error) {
	s, err := open(ctx, address, options)
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

func open(ctx context.Context, address string, options Options) (*Store, error) {
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
	s := &Store{writer: pool, watched: make(chan struct{})}
	s.closing, s.close = context.WithCancel(context.Background())
	go s.watch()
	if options.Read != "" {
		if err := s.follow(ctx, options); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
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

// Close ends the calls under way with an error and releases the connections. It
// waits a moment for those calls, but not for a view that is open still: that one
// keeps its connection until it is asked for its next record. Closing twice is
// harmless.
func (s *Store) Close() error {
	s.close()
	<-s.watched
	released := make(chan struct{})
	go func() {
		defer close(released)
		s.writer.Close()
		if s.replica != nil {
			if s.measured != nil {
				<-s.measured
			}
			s.replica.pool.Close()
		}
	}()
	select {
	case <-released:
	case <-time.After(closeWithin):
	}
	return nil
}
