package web

import (
	"io/fs"
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

func TestPublicPageHasNoScript(t *testing.T) {
	page, err := fs.ReadFile(Public(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page), "<script") {
		t.Error("the public page holds a script")
	}
}
