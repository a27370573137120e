// Command commonground runs Common Ground: it takes in records, serves maps
// and counts, and makes up a town to try it on.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/postgres"
	"commonground/tiles"
)

// cli is the command line. Flags can be given in the environment as well.
type cli struct {
	Store string `help:"The store: a file, which is made where there is none, or the address of a PostgreSQL database, such as postgres://user@host/database. Keep its password out of the address: in PGPASSWORD or ~/.pgpass." default:"commonground.db" env:"COMMONGROUND_STORE"`
	Files string `help:"Folder of what belongs to the store and is not in it: key and heads of the audit log, editions, uploads, a snapshot of counts. Default: beside the store's file; ./commonground-files for a database." env:"COMMONGROUND_FILES" type:"path" placeholder:"DIR"`
	auditFiles
	Editions string `help:"Folder of the editions released to the public; the servers of one database share it. Default: the store's name with .editions." env:"COMMONGROUND_EDITIONS" type:"path" placeholder:"DIR"`

	Init       initCommand       `cmd:"" help:"Write a commented scheme file to start from."`
	Import     importCommand     `cmd:"" help:"Put a scheme, boundaries or records into the store."`
	Pull       pullCommand       `cmd:"" help:"Pull records from another city's server."`
	Boundaries boundariesCommand `cmd:"" help:"List the versions of the boundary, preview a new one, or take the latest back."`
	Classify   classifyCommand   `cmd:"" help:"Add class, area, distance and hours to a file, and store nothing."`
	Export     exportCommand     `cmd:"" help:"Write what is in the store for other software."`
	Sample     sampleCommand     `cmd:"" help:"Fill an empty store with a made-up town."`
	Keys       keysCommand       `cmd:"" help:"Make, list and revoke the keys of machines that send or read records."`
	Serve      serveCommand      `cmd:"" help:"Serve the pages and the API."`
	Copy       copyCommand       `cmd:"" help:"Copy a whole store into an empty one of any kind, and compare every count."`
	Backup     backupCommand     `cmd:"" help:"Write all that is in the store into one file, while it serves."`
	Restore    restoreCommand    `cmd:"" help:"Fill an empty store from a backup."`
	Retention  retentionCommand  `cmd:"" help:"Destroy records at the end of their retention, or hold them, and list what was destroyed."`
	Release    releaseCommand    `cmd:"" help:"Prepare, sign, seal, withdraw and check the editions for the public."`
	GIS        gisCommand        `cmd:"" name:"gis" help:"Let a role of the database read pickups and areas with GIS software, and nothing else."`
	Audit      auditCommand      `cmd:"" help:"Check, sum up or list the audit log: who looked at or changed what, when and why."`
}

// program is what commands work with besides their flags.
type program struct {
	store    storeName
	files    string           // folder of what belongs to the store; empty for beside it
	replica  postgres.Options // from where to read, if not from the store
	audit    auditFiles
	editions string // folder of the public editions
	stdout   io.Writer
	stderr   io.Writer
	now      func() time.Time
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program without the process around it. It returns the exit
// status: 0 for done, 1 for failed, 2 for a command line that can't be read.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var flags cli
	exit := -1
	parser, err := kong.New(&flags, kong.Name("commonground"), kong.UsageOnError(),
		kong.Description("Counts and maps of what a managed area's partnership records."),
		kong.Vars{"maxZoom": fmt.Sprint(tiles.MaxZoom)}, kong.Writers(stdout, stderr), kong.Exit(func(status int) { exit = status }))
	if err != nil {
		panic(err) // the command line's definition is ours
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "commonground: %s\nTry: commonground --help\n", withoutPasswords(err.Error()))
		return 2
	}
	p := &program{store: storeName(flags.Store).whole(), files: flags.Files, stdout: stdout, stderr: stderr, now: time.Now}
	if p.store.ofDatabase() && p.files == "" {
		p.files = defaultFiles
	}
	p.audit, p.editions = flags.beside(p.beside("")), cmp.Or(flags.Editions, p.beside(".editions"))
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = p.logged(ctx, parsed.Command(), args)
	if err == nil {
		err = parsed.Run(p)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(stderr, "commonground: %v\n", err)
		return 1
	}
	return 0
}

// open opens the store and a door to it; close it after use.
func (p *program) open(ctx context.Context) (store, *intake.Door, error) {
	if err := p.makeFiles(); err != nil {
		return nil, nil, err
	}
	store, err := p.store.openReading(ctx, p.replica)
	if err != nil {
		return nil, nil, err
	}
	return store, intake.New(store), nil
}

// openWithScheme is open for commands that need a scheme.
func (p *program) openWithScheme(ctx context.Context) (store, *intake.Door, error) {
	store, door, err := p.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, err := door.Settings(ctx); err != nil {
		_ = store.Close() // the first error is the one to tell
		if errors.Is(err, data.ErrNoScheme) {
			return nil, nil, errors.New("the store has no scheme yet. Write one with: commonground init scheme.toml\n" +
				"edit it, and put it in with: commonground import scheme scheme.toml\n" +
				"Or make up a town with: commonground sample")
		}
		return nil, nil, err
	}
	return store, door, nil
}

// withStore calls do with the store opened, which must have a scheme.
func (p *program) withStore(ctx context.Context, do func(store, *intake.Door, *data.Scheme) error) error {
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	settings, err := door.Settings(ctx)
	if err != nil {
		return err
	}
	return do(store, door, settings.Scheme)
}
