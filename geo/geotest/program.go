package geotest

import (
	"os"
	"os/exec"
	"testing"
)

// Program returns the path of a program that a test needs, and which package of Debian has it. Where it is missing the test fails
// if the environment says CI=true, and is skipped if not.
func Program(t testing.TB, name, pack string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", name)
	}
	if err != nil {
		t.Skipf("%s is not installed; make test installs it on Debian (%s)", name, pack)
	}
	return path
}
