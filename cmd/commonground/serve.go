package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"commonground/api"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/data/sqlite"
	"commonground/web"
)

type serveCommand struct {
	Listen    string `help:"Address to listen on. Without sign-in it must be of this machine only." default:"127.0.0.1:8080" env:"COMMONGROUND_LISTEN"`
	TileCache int    `help:"Memory for tiles that are kept as they were sent, in MB; 0 keeps none." default:"64" env:"COMMONGROUND_TILE_CACHE"`
}

// Run serves until it is told to stop, and then finishes what it has begun.
func (c *serveCommand) Run(ctx context.Context, p *program) error {
	if err := loopback(c.Listen); err != nil {
		return err
	}
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", c.Listen, err)
	}
	_, ended, err := p.auditing(ctx, store, "serve --listen "+c.Listen)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return errors.Join(c.serve(ctx, p, store, door, listener), ended())
}

// loopback refuses an address that others can reach.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen %s: write it as 127.0.0.1:8080", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %s: there is no sign-in yet, so the server listens only on this machine, such as 127.0.0.1:8080", address)
	}
	return nil
}

func (c *serveCommand) serve(ctx context.Context, p *program, store *sqlite.Store, door *intake.Door, listener net.Listener) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if os.Getenv("GOGC") == "" {
		// Nearly all memory is the cube's, which holds no pointers: to look
		// through it costs little, and to let garbage grow as large as it much.
		debug.SetGCPercent(40)
	}
	log := slog.New(slog.NewTextHandler(p.stderr, nil))
	counted := &progress{ticker: newTicker(p)}
	live := cube.NewLive(store, door, cube.Options{Snapshot: p.store + ".counts", Progress: counted.show, Log: log})
	following := make(chan struct{})
	go func() {
		defer close(following)
		stop(live.Run(ctx))
	}()
	origin := "http://" + listener.Addr().String()
	handler, err := api.New(api.Config{
		Store: store, Door: door, Live: live, Pages: web.Staff(), Origin: origin,
		Log: log, TileCacheBytes: c.TileCache << 20,
	}, web.Public())
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	fmt.Fprintf(p.stdout, "Staff pages: %s/staff/\nPublic page: %s/\nAPI: %s/docs\nStop with Ctrl-C.\n", origin, origin, origin)
	err = untilStopped(ctx, server, listener, following)
	// The next start is quicker with a snapshot, and does without as well.
	if failed := live.Save(context.WithoutCancel(ctx)); failed != nil {
		log.Warn("the next start will count all records", "because", failed)
	}
	return err
}

// untilStopped serves until ctx ends, lets requests under way finish, and
// waits for the follower of the feed.
func untilStopped(ctx context.Context, server *http.Server, listener net.Listener, following <-chan struct{}) error {
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	err := server.Shutdown(finish)
	<-following
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return errors.Join(err, cause)
	}
	return err
}
