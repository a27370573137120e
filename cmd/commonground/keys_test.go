package main

import (
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/sqlite"
)

func TestKeysAreMadeListedAndRevoked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "town.db")
	store := "--store=" + path
	mustRun(t, store, "sample", "--seal=0", "--until=2026-11-23")
	if out := mustRun(t, store, "keys", "list"); !strings.Contains(out, "no key yet") {
		t.Errorf("none: %s", out)
	}
	ahead := func(days int) string { return data.DateOf(time.Now().AddDate(0, 0, days)).String() }
	text := mustRun(t, store, "keys", "create", "--role=sender", "--role=crew", "--source=crew-app", "--purpose=The crews' app", "--expires="+ahead(200))
	key := strings.TrimSuffix(text, "\n")
	id := key[3:15]

	machine := newMachine(t, path)
	if caller, err := machine(key); err != nil || caller.ID != "key:"+id || caller.Source != "crew-app" || caller.Roles.String() != "crew, sender" {
		t.Errorf("%v, %v", caller, err)
	}
	list := mustRun(t, store, "keys", "list")
	for _, want := range []string{id + "  good", "crew, sender", "crew-app", ahead(200), "The crews' app"} {
		if !strings.Contains(list, want) {
			t.Errorf("%s does not say %s", list, want)
		}
	}
	if strings.Contains(list, key[16:]) {
		t.Error("the list shows the secret")
	}
	mustRun(t, store, "keys", "revoke", id)
	if _, err := machine(key); err == nil {
		t.Error("the running server takes a revoked key")
	}
	if list = mustRun(t, store, "keys", "list"); !strings.Contains(list, id+"  revoked") {
		t.Errorf("revoked: %s", list)
	}
	if status, _, stderr := command(t, store, "keys", "revoke", id); status != 1 || !strings.Contains(stderr, "no key of that id") {
		t.Errorf("revoked again: %d %s", status, stderr)
	}
}

// newMachine returns a function that shows a key to a server of its own on a
// store, and returns whom that takes it for.
func newMachine(t *testing.T, path string) func(key string) (signin.Caller, error) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	server, err := signin.New(signin.Config{
		Provider: signin.Provider{Issuer: "https://provider.example", ClientID: "town"}, Origin: "https://ground.example.org",
		Sessions: store, Keys: store, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Wait()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return func(key string) (signin.Caller, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://ground.example.org/v1/counts", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		return server.Caller(r)
	}
}

func TestKeysThatCantBeMade(t *testing.T) {
	store := "--store=" + filepath.Join(t.TempDir(), "town.db")
	mustRun(t, store, "sample", "--seal=0", "--until=2026-11-23")
	for _, test := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"without a purpose", []string{"--role=planner", "--expires=2099-01-01"}, 2, "--purpose"},
		{"without an end", []string{"--role=planner", "--purpose=GIS"}, 2, "--expires"},
		{"without a role", []string{"--purpose=GIS", "--expires=2099-01-01"}, 2, "--role"},
		{"for longer than a year", []string{"--role=planner", "--purpose=GIS", "--expires=2099-01-01"}, 1, "at most 400 days"},
		{"for yesterday", []string{"--role=planner", "--purpose=GIS", "--expires=2020-01-01"}, 1, "yet to come"},
		{"until no day", []string{"--role=planner", "--purpose=GIS", "--expires=soon"}, 1, `--expires: "soon" is no date`},
		{"for a role that there isn't", []string{"--role=admin", "--purpose=GIS", "--expires=2099-01-01"}, 1, `no role "admin"; there are crew, sender`},
		{"to send of any source", []string{"--role=sender", "--purpose=app", "--expires=2020-01-01"}, 1, "source"},
	} {
		status, stdout, stderr := command(t, append([]string{store, "keys", "create"}, test.args...)...)
		if status != test.status || !strings.Contains(stderr, test.says) || strings.Contains(stdout, "cg_") {
			t.Errorf("%s: status %d, %s%s", test.name, status, stdout, stderr)
		}
	}
	if out := mustRun(t, store, "keys", "list"); !strings.Contains(out, "no key yet") {
		t.Errorf("made all the same: %s", out)
	}
}
