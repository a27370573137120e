package main

import (
	"os"
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
