package editions

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"commonground/data/release"
)

// What a look for a file may come to besides a file.
var (
	errNothing = errors.New("editions: there is nothing of that name")
	errGone    = errors.New("editions: that edition was withdrawn")
	errFolder  = errors.New("editions: that is a folder")
	errTile    = errors.New("editions: there can be no such tile")
)

// File is a file as it is served and exported.
type File struct {
	// Name is its path below the archive.
	Name    string
	Content []byte
	sha256  string
	keep    string // Cache-Control
}

// How long a file may be kept by anyone. An edition is not changed, but it may
// be withdrawn.
const (
	keepDay    = "public, max-age=86400"
	keepAWhile = "public, max-age=300"
)

// find returns a file by its path below the archive: what the index, the chain
// and the manifests name, and nothing else.
func (c *Catalogue) find(name string) (File, error) {
	folder, rest, below := strings.Cut(name, "/")
	switch e := c.edition(folder); {
	case name == indexName && c.raw != nil:
		return File{indexName, c.raw, hashOf(c.raw), keepAWhile}, nil
	case name == postcodesName:
		return c.postcodes()
	case folder == "chain":
		return c.findLink(rest)
	case e == nil:
		return File{}, errNothing
	case e.Withdrawn:
		return File{}, errGone
	case !below:
		return File{}, errFolder
	case rest == "":
		return c.findIn(e, "index.html")
	default:
		return c.findIn(e, rest)
	}
}

func (c *Catalogue) postcodes() (File, error) {
	content, err := fs.ReadFile(c.files, postcodesName)
	if errors.Is(err, fs.ErrNotExist) {
		err = errNothing
	}
	return File{postcodesName, content, hashOf(content), keepAWhile}, err
}

func (c *Catalogue) findLink(name string) (File, error) {
	for i := range c.links {
		l := &c.links[i]
		if linkName(l.Number) == "chain/"+name {
			content, err := c.read(linkName(l.Number), l.sha256)
			return File{linkName(l.Number), content, l.sha256, keepDay}, err
		}
	}
	return File{}, errNothing
}

// findIn returns a file of an edition. A tile that no square meets is an empty
// file.
func (c *Catalogue) findIn(e *Edition, name string) (File, error) {
	listed, there := e.listed[name]
	name = path.Join(e.Folder, name)
	if !there {
		return File{name, nil, hashOf(nil), keepDay}, e.missing(name)
	}
	content, err := c.read(name, listed.SHA256)
	return File{name, content, listed.SHA256, keepDay}, err
}

// missing returns no error where a name is that of a tile that could be there.
func (e *Edition) missing(name string) error {
	z, x, y, isTile := tileOf(strings.TrimPrefix(name, e.Folder+"/"))
	switch {
	case !isTile:
		return errNothing
	case !whole(z, release.MaxZoom+1):
		return errTile
	}
	zoom, _ := strconv.Atoi(z) // whole says that it is a number
	if !whole(x, 1<<zoom) || !whole(y, 1<<zoom) {
		return errTile
	}
	return nil
}

// tileOf splits the path of a tile, whatever its numbers.
func tileOf(name string) (z, x, y string, is bool) {
	name, isTile := strings.CutPrefix(name, "tiles/")
	name, isMVT := strings.CutSuffix(name, ".mvt")
	parts := strings.Split(name, "/")
	if !isTile || !isMVT || len(parts) != 3 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}

// whole reports whether a text is a number from 0 to below end, written plainly.
func whole(text string, end int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0 && n < end && strconv.Itoa(n) == text
}

// Each gives put every file that is public now, each checked against the
// manifest that names it and the manifests against the chain: those of editions
// first, the index last. It returns ErrBroken where one is not as it was sealed.
func (c *Catalogue) Each(put func(File) error) error {
	for _, name := range c.names() {
		f, err := c.find(name)
		if errors.Is(err, errNothing) { // no postcodes, or nothing released
			continue
		}
		if err == nil {
			err = put(f)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// names are those of all files, with two that may be missing.
func (c *Catalogue) names() (names []string) {
	for i := range c.Editions {
		e := &c.Editions[i]
		if e.Withdrawn {
			continue
		}
		for _, file := range e.Manifest.Files {
			names = append(names, path.Join(e.Folder, file.Path))
		}
	}
	for i := range c.links {
		names = append(names, linkName(c.links[i].Number))
	}
	return append(names, postcodesName, indexName)
}
