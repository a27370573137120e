package geotest

import (
	"os"
	"path/filepath"
	"testing"
)

// RealData returns the path of a file of real data, by the names of its folders
// and its own, or skips the test where there is none: it is not part of the
// repository.
func RealData(t testing.TB, elements ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			dir = filepath.Join(root, "..", "shared", "data")
			break
		}
		if root == filepath.Dir(root) {
			t.Fatalf("no go.mod above %s", dir)
		}
	}
	path := filepath.Join(append([]string{dir}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("this test reads real data that is not part of the repository: %v", err)
	}
	return path
}
