package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"commonground/api"
	"commonground/data"
	"commonground/data/release"
	"commonground/web"
)

type exportRelease struct {
	Dir string `arg:"" help:"Folder to write into. It must be new, empty or written by this command before." type:"path"`
}

// Help says what becomes of the folder.
func (*exportRelease) Help() string {
	return `Every file of an edition is checked against its manifest, and the manifests against each other, before anything is written: if one is not as it was sealed, the folder stays as it is. ` +
		`Writing into the same folder again takes out the editions that were withdrawn since. The folder's README.txt says how to serve it.`
}

// Run writes the folder. It reads nothing of the store but the scheme.
func (c *exportRelease) Run(ctx context.Context, p *program) error {
	pages := web.Public()
	if _, err := fs.Stat(pages, "assets"); err != nil {
		return errors.New("this program was built without its pages: run make web in its source folder and build it again")
	}
	scheme, err := p.schemeThere(ctx)
	if err != nil {
		return err
	}
	e := &siteExport{
		public: api.Public{Pages: pages, Editions: release.Archive{Dir: p.editions}.Files()},
		scheme: scheme, names: map[string]bool{},
	}
	if err := e.write(c.Dir); err != nil {
		return fmt.Errorf("exporting into %s: %w", c.Dir, err)
	}
	fmt.Fprintf(p.stdout, "%s in %s: %d new or other than before, %d taken out.\n", counted(int64(len(e.names)), "file"), c.Dir, e.changed, e.removed)
	return nil
}

// schemeThere returns the scheme of a store that must be there.
func (p *program) schemeThere(ctx context.Context) (*data.Scheme, error) {
	if err := p.store.check(); err != nil {
		return nil, err
	}
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := door.Settings(ctx)
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	return settings.Scheme, nil
}

const (
	readmeName = "README.txt"
	// partName is a file on its way to its name.
	partName = ".part"
)

//go:embed releaseexport.txt
var readmeText []byte

// siteExport writes the public half into a folder.
type siteExport struct {
	public  api.Public
	scheme  *data.Scheme
	names   map[string]bool // of all files
	root    *os.Root
	changed int
	removed int
}

// write makes the folder what it should be. Whenever it is cut off, the pages in
// the folder link only to what is there whole, or was withdrawn.
func (e *siteExport) write(dir string) error {
	if err := ours(dir); err != nil {
		return err
	}
	// All is read and checked once before anything is changed.
	note := func(name string, _ []byte) error { e.names[name] = true; return nil }
	if err := e.public.Each(e.scheme, note); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	e.root = root
	for _, step := range []func() error{
		func() error { return e.put(readmeName, readmeText) },
		func() error { return e.clear("public") }, // first: what was withdrawn is to be gone, whatever comes after
		func() error { return e.public.Each(e.scheme, e.put) },
		func() error { return e.clear("assets") },
		func() error { return e.clear("governance") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// ours refuses a folder with something in it that this command didn't write.
func ours(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(dir, readmeName))
	mark, _, _ := bytes.Cut(readmeText, []byte("\n"))
	if err != nil || !bytes.HasPrefix(readme, mark) {
		return errors.New("the folder holds something that is not an export of this command; it was left as it is")
	}
	return nil
}

// put writes a file, which comes to its name only when it is whole. One that is
// there already with the same content is left alone.
func (e *siteExport) put(name string, content []byte) error {
	e.names[name] = true
	if there, err := e.root.ReadFile(name); err == nil && bytes.Equal(there, content) {
		return nil
	}
	if err := e.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	if err := e.root.WriteFile(partName, content, 0o644); err != nil {
		return err
	}
	e.changed++
	return e.root.Rename(partName, name)
}

// clear takes out of a folder what is not exported. What someone else put
// beside these folders stays.
func (e *siteExport) clear(folder string) error {
	if _, err := e.root.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var folders []string
	err := fs.WalkDir(e.root.FS(), folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			folders = append(folders, name)
		case !e.names[name]:
			e.removed++
			return e.root.Remove(name)
		}
		return nil
	})
	for _, name := range slices.Backward(folders) {
		_ = e.root.Remove(name) // one that holds something stays
	}
	return err
}
