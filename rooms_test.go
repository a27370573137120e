// Package commonground_test checks the house as a whole.
package commonground_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms in their order: a package imports only packages of its own room and of
// those before it. web stands beside: it imports nothing, and only cmd it.
var rooms = []string{"geo", "data", "tiles", "api", "cmd"}

func TestImportsRunWithTheOrderOfRooms(t *testing.T) {
	checked := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && path != ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || !strings.Contains(path, "/") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room, _, _ := strings.Cut(filepath.ToSlash(path), "/")
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			rest, ours := strings.CutPrefix(imported, "commonground/")
			if !ours {
				continue
			}
			checked++
			if other, _, _ := strings.Cut(rest, "/"); !allowed(room, other) {
				t.Errorf("%s imports %s: %s may not import %s", path, imported, room, other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked == 0 {
		t.Error("found no import at all: the check looks in the wrong place")
	}
}

func allowed(room, imported string) bool {
	if room == "tools" {
		return false
	}
	if imported == "web" {
		return room == "cmd"
	}
	from, to := slices.Index(rooms, room), slices.Index(rooms, imported)
	return room != "web" && from >= 0 && to >= 0 && to <= from
}

func TestAllowedKnowsTheOrder(t *testing.T) {
	for _, test := range []struct {
		room, imported string
		want           bool
	}{
		{"data", "geo", true}, {"geo", "data", false}, {"tiles", "api", false}, {"cmd", "web", true},
		{"api", "web", false}, {"web", "geo", false}, {"api", "api", true}, {"attic", "geo", false},
	} {
		if got := allowed(test.room, test.imported); got != test.want {
			t.Errorf("%s importing %s: %v", test.room, test.imported, got)
		}
	}
}
