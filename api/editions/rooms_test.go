package editions_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The public half is given files and nothing else: it knows no store, no cube and
// no door, not even by name.
func TestThePublicHalfKnowsNoStore(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(imported, "commonground/") && !slices.Contains([]string{"commonground/api/plain", "commonground/data/release"}, imported) || imported == "os" || imported == "database/sql" {
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}
