package releasetest

import (
	"context"
	"fmt"
	"strings"

	"commonground/data/release"
)

// view is all that the public sees of an edition: each file by its path.
type view map[string]string

// publisher makes of a world what the public sees of it. The honest one is what
// the program does; a planted one has a leak.
type publisher func(*world) (view, error)

// honest publishes the edition of the period as it would be sealed.
func honest(w *world) (view, error) {
	desk, done := w.desk()
	defer done()
	draft, err := desk.Draft(context.Background(), from, "test")
	if err != nil {
		return nil, err
	}
	return viewOf(draft)
}

func viewOf(draft *release.Draft) (view, error) {
	for _, f := range draft.Findings {
		if !f.Passed {
			return nil, fmt.Errorf("the draft breaks %s: %s %v", f.Rule, f.Text, f.Details)
		}
	}
	v := view{}
	for _, f := range draft.Files() {
		v[f.Path] = string(f.Content)
	}
	return v, nil
}

// ofMap are the files that the map alone is in.
func ofMap(path string) bool {
	return strings.HasPrefix(path, "map.") || strings.HasPrefix(path, "tiles/")
}

// ofTables are the files that tables alone are in.
func ofTables(path string) bool { return path == "tables.csv" }

// everything is any file.
func everything(string) bool { return true }

// differs returns the first path, in no order, at which two views differ among
// those that must be the same.
func differs(a, b view, same func(path string) bool) string {
	for path := range a {
		if _, there := b[path]; !there && same(path) {
			return path + " is there in one only"
		}
	}
	for path := range b {
		if same(path) && a[path] != b[path] {
			return path
		}
	}
	return ""
}
