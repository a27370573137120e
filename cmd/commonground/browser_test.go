package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// pageTools returns npm and the folder of the pages, where there is a browser.
func pageTools(t *testing.T) (npm, web string) {
	t.Helper()
	need(t, "chromium")
	npm = need(t, "npm")
	web, err := filepath.Abs("../../web")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(web, "node_modules")); err != nil {
		t.Skip("the pages are not built; make test does that")
	}
	return npm, web
}

// The pages are tested by web/e2e in a real browser, against the program with
// the sample.
func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is slow")
	}
	npm, web := pageTools(t)
	store := filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+store, "sample", "--until=2026-11-23")
	s := startServing(t, store)
	cmd := exec.Command(npm, "--prefix", web, "run", "e2e")
	cmd.Env = append(os.Environ(), "BASE_URL="+s.origin, "SECOND_STEWARD=role=steward&role=planner")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
