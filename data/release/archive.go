package release

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"commonground/data"
)

// Names in an archive.
const (
	IndexFile = "editions.json"
	// PostcodesFile is a list of postcodes, with the longitude and latitude of each.
	// It is public already, no part of an edition, and loaded whole, so that nobody
	// learns which one a reader asks for.
	PostcodesFile = "postcodes.json"
	ChainDir      = "chain"
	unfinished    = ".new"
)

// Archive is the folder of editions: all that is public, and nothing else. What
// stands in it follows from the chain in the store and from the files of
// editions, which are written before the chain has them.
type Archive struct {
	Dir string
}

// stage writes the files of an edition where nobody sees them. They come to their
// folder by settle, once the chain has the manifest of that hash.
func (a Archive) stage(folder, sha256 string, files []File) error {
	if err := os.MkdirAll(a.Dir, 0o755); err != nil {
		return err
	}
	staged, err := os.MkdirTemp(a.Dir, stagedName(folder, sha256))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(staged, filepath.FromSlash(f.Path)), f.Content); err != nil {
			return err
		}
	}
	// The name of its own is part of it: a folder that was cut off has none.
	return os.Rename(staged, staged+whole)
}

// stagedName is a pattern of the names under which a folder is staged.
func stagedName(folder, sha256 string) string { return ".staged-" + folder + "-" + sha256 + "-*" }

// whole ends the name of a staged folder that has all its files.
const whole = ".whole"

// take gives a staged folder its name, where an edition that stands has none yet,
// and removes what else was staged for it, by who comes too late as well.
func (a Archive) take(folder, sha256 string) error {
	place := filepath.Join(a.Dir, folder)
	staged, err := filepath.Glob(filepath.Join(a.Dir, stagedName(folder, sha256)+whole))
	if err != nil {
		return err
	}
	if _, err := os.Stat(place); errors.Is(err, fs.ErrNotExist) && len(staged) > 0 {
		// Another process may be faster.
		if err := os.Rename(staged[0], place); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := os.Chmod(place, 0o755); err != nil {
			return err
		}
	}
	left, err := filepath.Glob(filepath.Join(a.Dir, stagedName(folder, "*")))
	for _, name := range left {
		_ = os.RemoveAll(name) // one that another process still writes goes next time
	}
	return err
}

// settle brings the folder to what the chain says: staged editions get their place,
// manifests and index are written, folders of withdrawn editions removed. What was
// cut off is finished so.
func (a Archive) settle(chain []data.Sealing) error {
	index, err := indexOf(chain)
	if err != nil {
		return err
	}
	for _, e := range index.Editions {
		if err := a.take(e.Folder, chain[e.Number-1].SHA256); err != nil {
			return err
		}
	}
	for _, sealing := range chain {
		if err := a.replace(path.Join(ChainDir, fmt.Sprintf("%d.json", sealing.Number)), []byte(sealing.Manifest)); err != nil {
			return err
		}
	}
	if err := a.replace(IndexFile, indented(index)); err != nil {
		return err
	}
	for _, e := range index.Editions {
		if e.Withdrawn {
			if err := os.RemoveAll(filepath.Join(a.Dir, e.Folder)); err != nil {
				return err
			}
		}
	}
	return nil
}

// replace writes a file of the archive, whole or not at all, unless it says the
// same already.
func (a Archive) replace(name string, content []byte) error {
	place := filepath.Join(a.Dir, filepath.FromSlash(name))
	if there, err := os.ReadFile(place); err == nil && string(there) == string(content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(place), "."+filepath.Base(place)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name()) // it is not there any more once it has its name
	if err := errors.Join(beside.Close(), writeFile(beside.Name(), content), os.Chmod(beside.Name(), 0o644)); err != nil {
		return err
	}
	if err := os.Rename(beside.Name(), place); err != nil {
		return err
	}
	return syncDir(filepath.Dir(place))
}

// writeFile writes a file that anyone may read, onto the disk.
func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func syncDir(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	err = dir.Sync()
	return errors.Join(err, dir.Close())
}

// Verify checks an archive by itself: the chain of manifests has no gap, each
// names the hash of the one before, the index says what the chain says, and each
// edition that stands has its files, to the byte, and no other. It returns what is
// wrong in sentences, none where all is well. Who compares the hash of the last
// manifest with one noted before knows that nothing was changed since.
func Verify(archive fs.FS) ([]string, error) {
	text, err := fs.ReadFile(archive, IndexFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := verifier{archive: archive}
	index := v.chain()
	if string(indented(index)) != string(text) {
		v.say("%s does not say what the chain of manifests says", IndexFile)
	}
	for i, e := range index.Editions {
		if !e.Withdrawn {
			v.edition(&v.manifests[index.Editions[i].Number-1])
		}
	}
	return v.wrong, v.err
}

type verifier struct {
	archive   fs.FS
	manifests []Manifest
	wrong     []string
	err       error
}

func (v *verifier) say(format string, args ...any) {
	v.wrong = append(v.wrong, fmt.Sprintf(format, args...))
}

// chain reads the manifests and returns the index that follows from them.
func (v *verifier) chain() Index {
	var chain []data.Sealing
	for number := int64(1); ; number++ {
		text, err := fs.ReadFile(v.archive, path.Join(ChainDir, fmt.Sprintf("%d.json", number)))
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				v.err = err
			}
			break
		}
		m, err := ParseManifest(string(text))
		if err != nil || m.Number != number {
			v.say("manifest %d can't be read, or has another number", number)
			break
		}
		if m.Previous != lastHash(chain) {
			v.say("manifest %d does not follow on manifest %d: one of them was changed", number, number-1)
		}
		v.manifests = append(v.manifests, m)
		chain = append(chain, data.Sealing{Number: number, Manifest: string(text), SHA256: Hash(text)})
	}
	index, err := indexOf(chain)
	if err != nil {
		v.err = err
	}
	return index
}

// edition checks the files of an edition that stands.
func (v *verifier) edition(m *Manifest) {
	known := map[string]string{}
	for _, f := range m.Files {
		known[path.Join(m.Folder, f.Path)] = f.SHA256
	}
	err := fs.WalkDir(v.archive, m.Folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(v.archive, name)
		if err != nil {
			return err
		}
		switch sum, ok := known[name]; {
		case !ok:
			v.say("%s is not in manifest %d", name, m.Number)
		case sum != Hash(content):
			v.say("%s is not what manifest %d says: it was changed", name, m.Number)
		}
		delete(known, name)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		v.err = err
	}
	for _, f := range m.Files {
		if _, missing := known[path.Join(m.Folder, f.Path)]; missing {
			v.say("%s is missing", path.Join(m.Folder, f.Path))
		}
	}
}

// Compare checks an archive against the chain that the store has.
func compare(archive fs.FS, chain []data.Sealing) []string {
	var wrong []string
	for _, s := range chain {
		name := path.Join(ChainDir, fmt.Sprintf("%d.json", s.Number))
		text, err := fs.ReadFile(archive, name)
		if err != nil || string(text) != s.Manifest || Hash(text) != s.SHA256 {
			wrong = append(wrong, fmt.Sprintf("%s is missing, or is not what was sealed", name))
		}
	}
	if _, err := fs.Stat(archive, path.Join(ChainDir, fmt.Sprintf("%d.json", len(chain)+1))); err == nil {
		wrong = append(wrong, fmt.Sprintf("the archive has a manifest %d that the store knows nothing of: it may belong to another store", len(chain)+1))
	}
	return wrong
}
