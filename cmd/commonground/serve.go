package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"commonground/api"
	"commonground/data"
	"commonground/data/audit"
	"commonground/data/cube"
	"commonground/data/imports"
	"commonground/data/intake"
	"commonground/data/postgres"
	"commonground/data/release"
	"commonground/web"
)

type serveCommand struct {
	signInFlags
	basemapFlags
	Listen    string        `help:"Address to listen on. One that others can reach needs TLS and a way to sign in." default:"127.0.0.1:8080" env:"COMMONGROUND_LISTEN"`
	Rate      int           `help:"Requests that one caller may make in a minute; a tenth of it for each address of those who are not signed in, and a hundredth for sign-ins. 0 is no limit." default:"6000" env:"COMMONGROUND_RATE"`
	Uploads   string        `help:"Folder of the files that are uploaded to be imported. Default: the store's name with .uploads." env:"COMMONGROUND_UPLOADS" type:"path" placeholder:"DIR"`
	ReadStore string        `help:"Address of a PostgreSQL replica to read records from; what must be the latest is read from the store all the same." env:"COMMONGROUND_READ_STORE" placeholder:"postgres://…"`
	MaxLag    time.Duration `help:"How far the replica may be behind. While it is further, the store is read instead." default:"10s" env:"COMMONGROUND_MAX_LAG"`
	TileCache int           `help:"Memory for tiles that are kept as they were sent, in MB; 0 keeps none." default:"64" env:"COMMONGROUND_TILE_CACHE"`
}

// Run serves until it is told to stop, and then finishes what it has begun.
func (c *serveCommand) Run(ctx context.Context, p *program) error {
	p.replica = postgres.Options{Read: c.ReadStore, MaxLag: c.MaxLag}
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	keys, err := store.APIKeys(ctx)
	if err != nil {
		return err
	}
	hasKeys := slices.ContainsFunc(keys, func(k data.APIKey) bool { return k.Good(p.now()) })
	if err := c.check(c.Listen, hasKeys); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", c.Listen, err)
	}
	auditLog, ended, err := p.auditing(ctx, store, "serve --listen "+c.Listen)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s := &server{serveCommand: c, program: p, store: store, door: door, audit: auditLog, listener: listener}
	return errors.Join(s.run(ctx), ended())
}

// server is a server with all that it needs.
type server struct {
	*serveCommand
	*program
	store    store
	door     *intake.Door
	audit    *audit.Log
	listener net.Listener
	people   people        // who signs in
	imports  *imports.Jobs // nil where another server has them
	maps     basemaps      // that lie beneath ours
}

func (s *server) run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	log := slog.New(slog.NewTextHandler(s.stderr, nil))
	counted := &progress{ticker: newTicker(s.program)}
	live := cube.NewLive(s.store, s.door, cube.Options{Snapshot: s.beside(".counts"), Progress: counted.show, Log: log})
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(loadingGarbagePercent)
		live.Watch(func(t cube.Touch) {
			if t.Everything {
				go limitGarbage()
			}
		})
	}
	ended, err := s.importing(ctx, log)
	if err != nil {
		return err
	}
	defer func() { stop(nil); ended() }()
	handler, err := s.handler(ctx, live, log)
	if err != nil {
		return err
	}
	// What is acknowledged is counted first: so counting goes on until the last
	// request is answered.
	counting, stopCounting := context.WithCancel(context.WithoutCancel(ctx))
	following := make(chan struct{})
	go func() {
		defer close(following)
		stop(live.Run(counting))
	}()
	if s.program.store.ofDatabase() {
		go s.keepArchive(ctx, log)
	}
	s.greet()
	err = s.untilStopped(ctx, handler)
	stopCounting()
	<-following
	s.people.Wait()
	// The next start is quicker with a snapshot, and does without as well.
	if failed := live.Save(context.WithoutCancel(ctx)); failed != nil {
		log.Warn("the next start will count all records", "because", failed)
	}
	return err
}

// Nearly all memory is the cube's, which holds no pointers: to look through it costs
// little, and to let garbage grow as large as it much. So garbage is a part of what is
// in use at most, and some MB where that is less, but not so little that collecting it
// never ends.
const (
	mostGarbage           = 160 << 20
	mostGarbagePercent    = 100
	leastGarbagePercent   = 5
	loadingGarbagePercent = 40
)

// limitGarbage sets how often garbage is collected by what is in use now, once all
// records are counted.
func limitGarbage() {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	debug.SetGCPercent(garbagePercent(memory.HeapAlloc))
}

// garbagePercent returns how large garbage may grow, in percent of so many bytes that
// are in use.
func garbagePercent(inUse uint64) int {
	return min(max(int(mostGarbage*100/max(inUse, 1)), leastGarbagePercent), mostGarbagePercent)
}

// origin is the address under which browsers reach the server.
func (s *server) origin() string {
	scheme := "http://"
	if s.TLSCert != "" {
		scheme = "https://"
	}
	return cmp.Or(strings.TrimSuffix(s.Origin, "/"), scheme+s.listener.Addr().String())
}

func (s *server) handler(ctx context.Context, live *cube.Live, log *slog.Logger) (http.Handler, error) {
	if err := s.resume(ctx, log); err != nil {
		return nil, err
	}
	var err error
	if s.maps, err = s.openMaps(s.origin()); err != nil {
		return nil, err
	}
	s.people, err = s.signIn(s.program, s.origin(), s.store, s.door, s.audit, log)
	if err != nil {
		return nil, err
	}
	return api.New(api.Config{
		Store: s.store, Door: s.door, Live: live, Pages: web.Staff(), Origin: s.origin(), SignIn: s.people, Audit: s.audit, Keeper: s.store,
		Desk: s.desk(s.store, s.door), Imports: s.imports, Reading: reading(s.store), Basemap: s.maps.staff,
		Limits: api.Limits{Signed: s.Rate, Strangers: share(s.Rate, 10), SignIns: share(s.Rate, 100), BehindProxy: s.BehindProxy},
		Now:    s.now, Log: log, TileCacheBytes: s.TileCache << 20,
	}, api.Public{Pages: web.Public(), Editions: release.Archive{Dir: s.editions}.Files(), Basemap: s.maps.public})
}

// reading returns what says from where a store is read; nil where it has one place
// only.
func reading(s store) func() api.Reading {
	database, ok := s.(*postgres.Store)
	if !ok {
		return nil
	}
	return func() api.Reading { return api.Reading(database.Reading()) }
}

// share is a part of a limit, of which something is left; none of none.
func share(limit, by int) int {
	if limit <= 0 {
		return 0
	}
	return max(limit/by, 1)
}

func (s *server) greet() {
	origin := s.origin()
	fmt.Fprintf(s.stdout, "Staff pages: %s/staff/\nPublic page: %s/\nAPI: %s/docs\nStop with Ctrl-C.\n", origin, origin, origin)
	s.maps.greet(s.stdout)
	if s.DemoRoles {
		fmt.Fprintln(s.stdout, "Demonstration: everyone who opens the pages chooses their role. Never with real records.")
	}
}

// stopWithin is how long requests under way have when the server is told to stop.
const stopWithin = 10 * time.Second

// untilStopped serves until ctx ends, and lets requests under way finish.
func (s *server) untilStopped(ctx context.Context, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	served := make(chan error, 1)
	go func() {
		if s.TLSCert != "" {
			served <- server.ServeTLS(s.listener, s.TLSCert, s.TLSKey)
			return
		}
		served <- server.Serve(s.listener)
	}()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := server.Shutdown(finish)
	if errors.Is(err, context.DeadlineExceeded) {
		// They send or read too slowly to be waited for. Nothing is acknowledged
		// to them.
		err = server.Close()
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return errors.Join(err, cause)
	}
	return err
}
