package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"commonground/geo/geotest"
)

// node is the flags of a program over a database, with a folder of its own.
func node(t *testing.T, address string) (flags []string, base string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "node")
	return []string{"--store=" + address, "--files=" + folder}, filepath.Join(folder, "commonground")
}

func TestThreeNodesOverOneDatabaseShareRecordsAndAuditLog(t *testing.T) {
	address := geotest.Postgres(t)
	first, firstBase := node(t, address)
	mustRun(t, append(first, "sample", "--seal=0", "--until=2026-11-23")...)
	var nodes []serving
	var bases []string
	for n := range 3 {
		flags, base := first, firstBase
		if n > 0 {
			flags, base = node(t, address)
			key, err := os.ReadFile(firstBase + ".key")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Dir(base), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, base+".key", string(key))
		}
		nodes, bases = append(nodes, startServing(t, address, flags[1])), append(bases, base)
	}
	before := nodes[0].total(t)
	for n := range 12 {
		body := fmt.Sprintf(`{"source":"crew","ref":"n-%d","at":"2026-11-20T09:00","lon":-2.42,"lat":54.72,"found":{"needle":2}}`, n)
		response, err := allRoles.Post(nodes[n%3].origin+"/v1/pickups", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusCreated {
			t.Fatal(response.Status)
		}
	}
	sameWithin(t, time.Second, nodes)
	deadline := time.Now().Add(10 * time.Second)
	for _, s := range nodes {
		for s.total(t).Visits != before.Visits+12 {
			if time.Now().After(deadline) {
				t.Fatalf("a node counts %+v, want 12 visits more than %+v", s.total(t), before)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if got := s.total(t); got.Items != before.Items+24 {
			t.Errorf("a node counts %+v", got)
		}
	}
	for _, s := range nodes {
		if err := s.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := s.Wait(); err != nil {
			t.Error(err)
		}
	}
	for _, base := range bases {
		said := mustRun(t, "--store="+address, "--files="+filepath.Dir(base), "audit", "verify")
		says(t, said, "unbroken", "proven up to entry")
	}
	checkHeads(t, bases)
}

// said is what a node answers to a request: the content and its ETag.
func (s serving) said(t *testing.T, path string) string {
	t.Helper()
	response, err := allRoles.Get(s.origin + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(path, response.Status, err)
	}
	return fmt.Sprintf("%s %x", response.Header.Get("ETag"), sha256.Sum256(body))
}

// sameWithin checks that all nodes count what the store has within a time, and
// then give equal tiles and counts with equal ETags.
func sameWithin(t *testing.T, within time.Duration, nodes []serving) {
	t.Helper()
	began := time.Now()
	for _, s := range nodes {
		var status struct{ Stored, Counted int64 }
		for status.Stored == 0 || status.Counted < status.Stored {
			if err := json.Unmarshal(s.get(t, "/v1/status"), &status); err != nil {
				t.Fatal(err)
			}
			if time.Since(began) > within {
				t.Fatalf("after %v a node counts %d of %d", within, status.Counted, status.Stored)
			}
		}
	}
	for _, path := range []string{"/v1/counts?by=week,class,kind,square", "/v1/scheme", "/v1/tiles/hotspots/10/505/325.mvt", "/v1/tiles/hotspots/12/2020/1301.mvt", "/v1/tiles/hotspots/14/8081/5204.mvt", "/v1/tiles/pickups/16/32327/20818.mvt"} {
		want := nodes[0].said(t, path)
		for n, s := range nodes[1:] {
			if got := s.said(t, path); got != want {
				t.Errorf("%s: node %d gives %s, node 0 %s", path, n+1, got, want)
			}
		}
	}
}

// checkHeads checks that the heads of each node are of one log, and some of
// each node's own.
func checkHeads(t *testing.T, bases []string) {
	t.Helper()
	log := ""
	for _, base := range bases {
		content, err := os.ReadFile(base + ".heads")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(content)), "\n")
		var head struct{ Log string }
		if err := json.Unmarshal([]byte(lines[0]), &head); err != nil || head.Log == "" || log != "" && head.Log != log {
			t.Errorf("%s: %v", lines[0], err)
		}
		log = head.Log
	}
}

func TestANodeWithoutTheKeyOfTheLogDoesNotServe(t *testing.T) {
	address := geotest.Postgres(t)
	first, _ := node(t, address)
	mustRun(t, append(first, "sample", "--seal=0", "--until=2026-11-23")...)
	mustRun(t, append(first, "keys", "create", "--role=planner", "--purpose=GIS", "--expires="+time.Now().AddDate(0, 0, 7).Format(time.DateOnly))...)
	other, base := node(t, address)
	status, _, stderr := command(t, append(other, "serve", "--demo-roles", "--listen=127.0.0.1:0")...)
	if status != 1 {
		t.Errorf("status %d", status)
	}
	says(t, stderr, "the key of the audit log is not in "+base+".key", "put it back")
}

func TestNoPasswordOfADatabaseIsSaidOrLogged(t *testing.T) {
	address := geotest.Postgres(t)
	_, rest, _ := strings.Cut(address, "postgres:")
	rest, _ = strings.CutPrefix(rest, "//postgres:")
	password, _, _ := strings.Cut(rest, "@")
	if len(password) < 8 {
		t.Fatalf("no password in the address of the test's database")
	}
	flags, _ := node(t, address)
	mustRun(t, append(flags, "sample", "--seal=0", "--until=2026-11-23")...)
	mustRun(t, append(flags, "keys", "create", "--role=planner", "--purpose=GIS", "--expires="+time.Now().AddDate(0, 0, 7).Format(time.DateOnly))...)
	copied := filepath.Join(t.TempDir(), "copy.db")
	mustRun(t, flags[1], "copy", "--from="+address, "--to", copied)
	mustRun(t, append(flags, "backup", copied+".backup")...)
	said := mustRun(t, append(flags, "audit", "list")...) + mustRun(t, "--store="+copied, "audit", "list")
	for _, args := range [][]string{
		append(flags, "sample"), {flags[0], address, "serve"}, {flags[0] + "_none", flags[1], "keys", "list"},
		{strings.Replace(flags[0], password, password+"x", 1), flags[1], "keys", "list"}, {flags[0] + "&sslmode=what", flags[1], "keys", "list"},
	} {
		status, stdout, stderr := command(t, args...)
		if status == 0 {
			t.Errorf("%v was done", args[1:])
		}
		said += stdout + stderr
	}
	if strings.Contains(said, password) {
		t.Errorf("the password is in what was said:\n%s", said)
	}
	says(t, said, "keys create", "on 127.0.0.1", "copy --from test_", "backup "+copied+".backup")
}

func TestANodeWithoutTheEditionsSaysSoAndOneWithACopyWithdrawsToo(t *testing.T) {
	address := geotest.Postgres(t)
	first, firstBase := node(t, address)
	mustRun(t, append(first, "sample", "--seal=2", "--until=2026-11-23")...)
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	for _, copied := range []bool{false, true} {
		flags, base := node(t, address)
		if copied {
			if err := os.CopyFS(base+".editions", os.DirFS(firstBase+".editions")); err != nil {
				t.Fatal(err)
			}
		}
		p := &program{store: storeName(address), files: strings.TrimPrefix(flags[1], "--files="), editions: base + ".editions", now: time.Now}
		opened, door, err := p.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { opened.Close() })
		s := &server{program: p, store: opened, door: door}
		said.Reset()
		if err := s.resume(t.Context(), log); err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(said.String(), "servers of one store share its folder (--editions)"); told == copied {
			t.Errorf("copied %v: %s", copied, said.String())
		}
		if !copied {
			continue
		}
		period := strings.Fields(grep(mustRun(t, append(first, "release", "list")...), "sealed"))[0]
		mustRun(t, append(first, "release", "withdraw", period, "--why=a wrong file")...)
		if missing(filepath.Join(base+".editions", period)) {
			t.Error("it was withdrawn there before anyone looked")
		}
		if err := s.resume(t.Context(), log); err != nil {
			t.Fatal(err)
		}
		if !missing(filepath.Join(base+".editions", period)) {
			t.Error("a node goes on showing what another withdrew")
		}
	}
}
