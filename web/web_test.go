package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

func TestPagesOpenWhetherBuiltOrNot(t *testing.T) {
	for i, files := range []fs.FS{Public(), Staff()} {
		page, err := fs.ReadFile(files, "index.html")
		if err != nil {
			t.Fatalf("page %d: %v", i, err)
		}
		if !strings.Contains(string(page), "Common Ground") {
			t.Errorf("page %d does not say what it is", i)
		}
	}
}

func TestUnbuiltFolderSaysWhatToType(t *testing.T) {
	page, err := fs.ReadFile(built("dist/no-such-folder"), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "make web") {
		t.Error("the page does not name the command")
	}
}

// The page lies at "/" of the server and below any path of a static host, and
// what is released is written between two marks.
func TestPublicPageHasOnlyRelativeAddressesAndTheMarks(t *testing.T) {
	page, err := fs.ReadFile(Public(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(string(page), -1) {
		if strings.HasPrefix(address[1], "/") || strings.Contains(address[1], ":") {
			t.Errorf("%s is not relative", address[1])
		}
	}
	if strings.Contains(string(page), "make web") {
		t.Skip("the pages are not built; make test does that")
	}
	begin, end := strings.Index(string(page), "<!-- edition -->"), strings.Index(string(page), "<!-- /edition -->")
	if begin < 0 || end < begin {
		t.Error("the marks for the latest edition are missing")
	}
	if count := strings.Count(string(page), "<script"); count != 1 {
		t.Errorf("the page has %d scripts, not the one that draws the map", count)
	}
}
