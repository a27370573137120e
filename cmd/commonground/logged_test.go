package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What commands take in, change and take out is in the log, also where it came
// to nothing.
func TestCommandsAreInTheAuditLog(t *testing.T) {
	folder := t.TempDir()
	store := "--store=" + filepath.Join(folder, "town.db")
	scheme := filepath.Join(folder, "scheme.toml")
	mustRun(t, store, "init", scheme)
	mustRun(t, store, "import", "scheme", scheme)
	pickups := write(t, filepath.Join(folder, "pickups.csv"), "Date,Longitude,Latitude,Needles\n2026-11-04,-1.57,53.79,2\n")
	mustRun(t, store, "import", "pickups", pickups)
	if status, _, _ := command(t, store, "boundaries", "undo"); status != 1 {
		t.Error("there was a boundary to take back")
	}
	mustRun(t, store, "keys", "create", "--role=sender", "--source=app", "--purpose=test", "--expires="+tomorrow())
	list := mustRun(t, store, "audit", "list")
	at := 0
	for _, want := range []string{"scheme", "import scheme", "collect", "import pickups", "boundary", "boundaries undo", "key", "keys create"} {
		found := strings.Index(list[at:], want)
		if found < 0 {
			t.Fatalf("%q is not in the log, or not in its place:\n%s", want, list)
		}
		at += found
	}
	if out := mustRun(t, store, "audit", "verify"); !strings.Contains(out, "unbroken") {
		t.Error(out)
	}
	if err := os.Remove(filepath.Join(folder, "town.db.key")); err != nil {
		t.Fatal(err)
	}
	if status, _, said := command(t, store, "import", "pickups", pickups); status != 1 || !strings.Contains(said, "key of the audit log") {
		t.Errorf("without the key: status %d, %s", status, said)
	}
}

func tomorrow() string { return time.Now().AddDate(0, 0, 1).Format(time.DateOnly) }
