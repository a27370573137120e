package basemap

import (
	"bytes"
	"io/fs"
	"path"
	"time"
)

// On returns pages that tell the map to their scripts; the same pages where
// there is none. The pages must not change.
func (m Map) On(pages fs.FS) (fs.FS, error) {
	if m.None() {
		return pages, nil
	}
	meta, err := m.meta()
	if err != nil {
		return nil, err
	}
	told := telling{FS: pages, pages: map[string][]byte{}}
	err = fs.WalkDir(pages, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		page, err := fs.ReadFile(pages, name)
		told.pages[name] = bytes.Replace(page, []byte("</head>"), []byte(meta+"</head>"), 1)
		return err
	})
	return told, err
}

// telling is a tree of files in which some have another content.
type telling struct {
	fs.FS
	pages map[string][]byte
}

func (t telling) Open(name string) (fs.File, error) {
	if content, ok := t.pages[name]; ok {
		return &page{Reader: bytes.NewReader(content), name: path.Base(name)}, nil
	}
	return t.FS.Open(name)
}

// page is an open file, and what is to be said of it.
type page struct {
	*bytes.Reader
	name string
}

func (p *page) Stat() (fs.FileInfo, error) { return p, nil }
func (*page) Close() error                 { return nil }

func (p *page) Name() string     { return p.name }
func (*page) Mode() fs.FileMode  { return 0o444 }
func (*page) ModTime() time.Time { return time.Time{} }
func (*page) IsDir() bool        { return false }
func (*page) Sys() any           { return nil }
