// Package editions is the public half: it answers with the files of an archive
// of sealed editions, byte for byte as they were sealed, and makes the part of
// the first page that tells of them. It is given files and nothing else.
package editions

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"

	"commonground/data/release"
)

// ErrBroken says that an archive is not as it was sealed; compare with
// errors.Is.
var ErrBroken = errors.New("editions: the archive is not as it was sealed")

// Archive is a folder of editions. Another process may seal or withdraw at any
// moment, so the list is read at every look. Several goroutines may use one.
type Archive struct {
	files fs.FS
	log   *slog.Logger

	mu   sync.Mutex
	last *Catalogue
}

// New returns the archive in a folder. One that is not there yet, or is empty,
// holds no editions. What is wrong with it goes to log.
func New(files fs.FS, log *slog.Logger) *Archive { return &Archive{files: files, log: log} }

// Catalogue returns what the archive holds now, its whole chain checked, or
// ErrBroken.
func (a *Archive) Catalogue() (*Catalogue, error) {
	raw, err := fs.ReadFile(a.files, indexName)
	if errors.Is(err, fs.ErrNotExist) {
		return &Catalogue{files: a.files}, nil
	}
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last != nil && bytes.Equal(a.last.raw, raw) {
		return a.last, nil
	}
	c, err := newCatalogue(a.files, raw)
	if err != nil {
		return nil, err
	}
	a.last = c
	return c, nil
}

// Catalogue is what an archive held at one look. It is not changed.
type Catalogue struct {
	// Editions are the latest first, withdrawn ones too.
	Editions []Edition
	// Sealed is the manifest of the edition that was sealed last, withdrawn or not;
	// nil where there is none.
	Sealed *release.Manifest

	files fs.FS
	raw   []byte // of the index
	links []link
}

// Edition is an edition in a catalogue.
type Edition struct {
	release.Listed
	// Manifest is what it was sealed with.
	Manifest *release.Manifest

	listed map[string]release.ManifestFile // by path
}

// link is a link of the chain with its hash.
type link struct {
	release.Manifest
	sha256 string
}

const (
	indexName     = "editions.json"
	postcodesName = "postcodes.json"
)

// folderName is that of an edition's folder: its period's first day.
var folderName = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

func newCatalogue(files fs.FS, raw []byte) (*Catalogue, error) {
	var index release.Index
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrBroken, indexName, err)
	}
	c := &Catalogue{files: files, raw: raw}
	if err := c.readChain(&index); err != nil {
		return nil, err
	}
	for _, listed := range index.Editions {
		e, err := c.newEdition(listed)
		if err != nil {
			return nil, err
		}
		c.Editions = append(c.Editions, e)
	}
	return c, nil
}

// readChain reads every manifest and checks that each names the hash of the one
// before, and the index that of the last.
func (c *Catalogue) readChain(index *release.Index) error {
	previous := ""
	for number := int64(1); number <= index.Manifests; number++ {
		content, err := fs.ReadFile(c.files, linkName(number))
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		l := link{sha256: hashOf(content)}
		if err := json.Unmarshal(content, &l.Manifest); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrBroken, linkName(number), err)
		}
		if l.Number != number || l.Previous != previous {
			return fmt.Errorf("%w: %s does not follow the manifest before it", ErrBroken, linkName(number))
		}
		previous = l.sha256
		c.links = append(c.links, l)
		if !l.Withdrawn {
			c.Sealed = &l.Manifest
		}
	}
	if previous != index.SHA256 {
		return fmt.Errorf("%w: the last manifest is not the one that %s names", ErrBroken, indexName)
	}
	return nil
}

// newEdition finds the manifest of a listed edition. What either the index or
// the chain says is withdrawn, is.
func (c *Catalogue) newEdition(listed release.Listed) (Edition, error) {
	e := Edition{Listed: listed, listed: map[string]release.ManifestFile{}}
	for i := range c.links {
		switch l := &c.links[i]; {
		case l.Folder != e.Folder && (!l.Withdrawn || l.Period.From != e.From):
		case l.Withdrawn:
			e.Withdrawn = true
		default:
			e.Manifest = &l.Manifest
		}
	}
	if e.Manifest == nil || !folderName.MatchString(e.Folder) {
		return e, fmt.Errorf("%w: no manifest is for the folder %q", ErrBroken, e.Folder)
	}
	for _, file := range e.Manifest.Files {
		if !fs.ValidPath(file.Path) || slices.ContainsFunc(strings.Split(file.Path, "/"), isHidden) {
			return e, fmt.Errorf("%w: the manifest of %s names the file %q", ErrBroken, e.Folder, file.Path)
		}
		e.listed[file.Path] = file
	}
	return e, nil
}

func isHidden(name string) bool { return strings.HasPrefix(name, ".") }

// Latest returns the latest edition that stands, or nil.
func (c *Catalogue) Latest() *Edition {
	for i := range c.Editions {
		if !c.Editions[i].Withdrawn {
			return &c.Editions[i]
		}
	}
	return nil
}

// Withdrawn counts the editions that were withdrawn.
func (c *Catalogue) Withdrawn() (n int) {
	for i := range c.Editions {
		if c.Editions[i].Withdrawn {
			n++
		}
	}
	return n
}

func (c *Catalogue) edition(folder string) *Edition {
	for i := range c.Editions {
		if c.Editions[i].Folder == folder {
			return &c.Editions[i]
		}
	}
	return nil
}

// read returns a file that must have a hash.
func (c *Catalogue) read(name, sha256 string) ([]byte, error) {
	content, err := fs.ReadFile(c.files, name)
	if err == nil && hashOf(content) != sha256 {
		err = errors.New("other bytes than were sealed")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrBroken, name, err)
	}
	return content, nil
}

func linkName(number int64) string { return fmt.Sprintf("chain/%d.json", number) }

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
