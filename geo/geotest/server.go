package geotest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// errMissing is wrapped where what is needed isn't installed.
var errMissing = errors.New("geotest: not installed")

// server is a PostgreSQL of our own in a temporary folder.
type server struct {
	password string
	port     int
	dir      string
	held     io.Closer // the keeper's standard input
}

// keeper runs a server for as long as its standard input, which the test
// process holds, stays open. So nothing is left behind even where that process
// is killed. An interrupt from the keyboard goes to all of them; the keeper
// outlives it.
const keeper = `
trap "" INT
dir=$1 bin=$2 port=$3
"$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
	-c shared_buffers=1GB -c max_wal_size=4GB >"$dir/log" 2>&1 </dev/null &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$dir"
`

func startServer() (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &server{password: rand.Text()}
	if s.dir, err = os.MkdirTemp("", "commonground-postgres-"); err != nil {
		return nil, err
	}
	if err := s.start(bin); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return nil, fmt.Errorf("starting a private PostgreSQL: %w\n%s", errors.Join(err, s.stop()), log)
	}
	return s, nil
}

func (s *server) start(bin string) error {
	pwfile := filepath.Join(s.dir, "password")
	if err := os.WriteFile(pwfile, []byte(s.password), 0o600); err != nil {
		return err
	}
	if err := s.giveAway(s.dir, pwfile); err != nil {
		return err
	}
	initdb := unprivileged(filepath.Join(bin, "initdb"), "-D", filepath.Join(s.dir, "data"), "-U", "postgres",
		"-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--pwfile="+pwfile, "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	var err error
	if s.port, err = freePort(); err != nil {
		return err
	}
	keep := unprivileged("sh", "-c", keeper, "keeper", s.dir, bin, strconv.Itoa(s.port))
	if s.held, err = keep.StdinPipe(); err != nil {
		return err
	}
	if err := keep.Start(); err != nil {
		return err
	}
	return s.await()
}

// stop undoes a start that failed.
func (s *server) stop() error {
	if s.held != nil {
		return s.held.Close() // the keeper does the rest
	}
	return os.RemoveAll(s.dir)
}

// await waits until the server answers.
func (s *server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		connection, err := pgx.Connect(ctx, s.database("postgres"))
		if err == nil {
			return connection.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// programs returns the folder of PostgreSQL's programs: where the path finds
// them, or what a link there leads to, else the newest where Debian puts them.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path)
		return filepath.Dir(path), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("%w: PostgreSQL", errMissing)
	}
	return filepath.Dir(slices.Max(found)), nil
}

// PostgreSQL refuses to run as root. There the account that its package made
// runs it, and owns its folder.
const account = "postgres"

func unprivileged(name string, arguments ...string) *exec.Cmd {
	if os.Geteuid() != 0 {
		return exec.Command(name, arguments...)
	}
	command := exec.Command("runuser", append([]string{"-u", account, "--", name}, arguments...)...)
	command.Dir = os.TempDir()
	return command
}

func (s *server) giveAway(paths ...string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	owner, err := user.Lookup(account)
	if err != nil {
		return fmt.Errorf("%w: PostgreSQL: %w", errMissing, err)
	}
	uid, err := strconv.Atoi(owner.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(owner.Gid)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := os.Chown(path, uid, gid); err != nil {
			return err
		}
	}
	return nil
}

// freePort returns a port of loopback that nobody listens on at the moment.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
