package geotest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a PostgreSQL of one test's own, to be stopped, started, copied and
// cut off. Unlike the one of Postgres it keeps through a crash what it
// acknowledged.
type Cluster struct {
	t        testing.TB
	bin, dir string
	password string
	port     int
	held     io.Closer
	environ  []string // of the server
}

// clusterKeeper stops a server and takes its files away when the test process,
// which holds its standard input, has ended or says so.
const clusterKeeper = `
trap "" INT
cat >/dev/null
"$2/pg_ctl" -D "$1/data" stop -m immediate >/dev/null 2>&1
rm -rf "$1"
`

// NewCluster starts a server with a database, commonground, with PostGIS in it.
// Missing programs are dealt with as by Postgres.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c := newCluster(t)
	pwfile := filepath.Join(c.dir, "password")
	c.must(os.WriteFile(pwfile, []byte(c.password), 0o600))
	c.must((&server{}).giveAway(pwfile))
	c.run("initdb", "-D", c.data(), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--pwfile="+pwfile, "--no-sync")
	c.configure("wal_level = replica", "max_wal_senders = 8", "hot_standby = on", "max_connections = 120", "shared_buffers = 256MB",
		"wal_receiver_timeout = 5s", "wal_sender_timeout = 5s", "wal_retrieve_retry_interval = 200ms", "password_encryption = scram-sha-256")
	hba := filepath.Join(c.data(), "pg_hba.conf")
	c.must(os.WriteFile(hba, []byte("host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n"), 0o600))
	c.must((&server{}).giveAway(hba))
	c.Start()
	c.Exec("postgres", "CREATE DATABASE commonground")
	c.Exec("commonground", "CREATE EXTENSION postgis")
	return c
}

func newCluster(t testing.TB) *Cluster {
	t.Helper()
	bin, err := programs()
	if errors.Is(err, errMissing) {
		missing(t, err.Error()+": apt-get install postgresql-15-postgis-3")
	}
	c := &Cluster{t: t, bin: bin, password: rand.Text()}
	c.must(err)
	c.dir, err = os.MkdirTemp("", "commonground-cluster-")
	c.must(err)
	c.must((&server{}).giveAway(c.dir))
	c.port, err = freePort()
	c.must(err)
	keep := unprivileged("sh", "-c", clusterKeeper, "keeper", c.dir, bin)
	c.held, err = keep.StdinPipe()
	c.must(err)
	c.must(keep.Start())
	t.Cleanup(func() {
		_ = c.held.Close()
		_ = keep.Wait() // it ends with the status of rm
	})
	return c
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *Cluster) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// run runs one of PostgreSQL's programs.
func (c *Cluster) run(program string, arguments ...string) {
	c.t.Helper()
	command := unprivileged(filepath.Join(c.bin, program), arguments...)
	command.Env = append(append(os.Environ(), "PGPASSWORD="+c.password), c.environ...)
	c.do(command)
}

func (c *Cluster) do(command *exec.Cmd) {
	c.t.Helper()
	out, err := os.CreateTemp("", "out") // not a pipe: a server that is left running would hold it
	c.must(err)
	defer os.Remove(out.Name())
	defer out.Close()
	command.Stdout, command.Stderr = out, out
	if err := command.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
		c.t.Fatalf("%v: %v\n%s\n%s", command.Args, err, said, log)
	}
}

// configure adds lines to the server's configuration.
func (c *Cluster) configure(lines ...string) {
	c.t.Helper()
	file, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	c.must(err)
	defer file.Close()
	for _, line := range lines {
		_, err = fmt.Fprintln(file, line)
		c.must(err)
	}
}

// Start starts the server and returns when it answers.
func (c *Cluster) Start() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.data(), "-l", filepath.Join(c.dir, "log"), "-w", "-t", "60",
		"-o", "-p "+strconv.Itoa(c.port)+" -k "+c.dir+" -c listen_addresses=127.0.0.1", "start")
}

// Clock has the server, from its next start on, go by a clock that is not the
// machine's, and returns a function that sets it: to "+1h", or "-2d" from then on.
func (c *Cluster) Clock() (set func(offset string)) {
	c.t.Helper()
	found, err := filepath.Glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
	c.must(err)
	if len(found) == 0 {
		missing(c.t, "libfaketime is not installed: apt-get install libfaketime")
	}
	file := filepath.Join(c.dir, "clock")
	set = func(offset string) {
		c.t.Helper()
		c.must(os.WriteFile(file, []byte(offset+"\n"), 0o644))
	}
	set("+0")
	c.environ = []string{"LD_PRELOAD=" + found[0], "FAKETIME_TIMESTAMP_FILE=" + file, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"}
	return set
}

// Crash stops the server as a power cut would: nothing is finished.
func (c *Cluster) Crash() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.data(), "-w", "stop", "-m", "immediate")
}

// Port is the server's, on 127.0.0.1.
func (c *Cluster) Port() int { return c.port }

// URL is the address of the database.
func (c *Cluster) URL() string { return c.Through(c.port) }

// Through is the address of the database by another port of loopback, where
// something passes on what it gets.
func (c *Cluster) Through(port int) string {
	return (&server{password: c.password, port: port}).database("commonground")
}

// Either is the address of the database on one of two servers that follow each
// other.
func Either(a, b *Cluster) string {
	return fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d,127.0.0.1:%d/commonground?sslmode=disable", a.password, a.port, b.port)
}

// Exec runs one statement in a database.
func (c *Cluster) Exec(database, statement string) {
	c.t.Helper()
	c.must((&server{password: c.password, port: c.port}).run(context.Background(), database, statement))
}

// Int asks for a number in the database.
func (c *Cluster) Int(query string) (n int64) {
	c.t.Helper()
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, c.URL())
	c.must(err)
	defer connection.Close(ctx)
	c.must(connection.QueryRow(ctx, query).Scan(&n))
	return n
}

// Replica starts a server that follows this one. If it is synchronous, this one
// acknowledges nothing from then on that the replica doesn't have.
func (c *Cluster) Replica(synchronous bool) *Cluster {
	c.t.Helper()
	return c.ReplicaThrough(c.port, synchronous)
}

// ReplicaThrough is Replica for one that follows by another port.
func (c *Cluster) ReplicaThrough(port int, synchronous bool) *Cluster {
	c.t.Helper()
	r := newCluster(c.t)
	r.password = c.password
	r.run("pg_basebackup", "-D", r.data(), "-R", "-X", "stream", "--checkpoint=fast", "--no-sync",
		"-d", fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?application_name=replica", c.port))
	// What is recovered follows with the password.
	r.configure(fmt.Sprintf("primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s application_name=replica'", port, c.password))
	r.must(os.Remove(filepath.Join(r.data(), "postgresql.auto.conf")))
	r.Start()
	if synchronous {
		c.Exec("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'replica'")
		c.Exec("postgres", "ALTER SYSTEM SET synchronous_commit = 'on'")
		c.Exec("postgres", "SELECT pg_reload_conf()")
	}
	deadline := time.Now().Add(20 * time.Second)
	for c.Int("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 0 {
		if time.Now().After(deadline) {
			c.t.Fatal("the replica does not follow")
		}
		time.Sleep(50 * time.Millisecond)
	}
	return r
}

// Promote makes a primary of a replica.
func (c *Cluster) Promote() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.data(), "-w", "promote")
}
