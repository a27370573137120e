package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"commonground/geo/geotest"
)

// The commands of the README for backups by PostgreSQL's own tools.
func TestADumpOfPostgreSQLIsTheStoreAgain(t *testing.T) {
	pgDump, pgRestore := need(t, "pg_dump"), need(t, "pg_restore")
	path, address, other := eventfulStore(t), geotest.Postgres(t), geotest.Postgres(t)
	folder := t.TempDir()
	files := "--files=" + filepath.Join(folder, "files")
	mustRun(t, files, "copy", "--from="+path, "--to="+address)
	dump := filepath.Join(folder, "ground.dump")
	for _, command := range []*exec.Cmd{
		exec.Command(pgDump, "--format=custom", "--schema=commonground*", "--file="+dump, address),
		exec.Command(pgRestore, "--exit-on-error", "--single-transaction", "--dbname="+other, dump),
	} {
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command.Path, err, out)
		}
	}
	for _, line := range tallied(t, address).Compare(tallied(t, other)) {
		if line.Differ > 0 {
			t.Errorf("%+v", line)
		}
	}
	mustRun(t, "--store="+other, files, "audit", "verify")
	if one, again := addOne(t, address), addOne(t, other); one != again {
		t.Errorf("the feeds go on at %d and %d", one, again)
	}
}
