package geotest

import (
	"os"
	"testing"
)

// missing ends a test for which a program is missing on this machine: it fails
// where the environment says CI=true, and is skipped elsewhere. The reason says
// what to install.
func missing(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}
