package release

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"commonground/data"
)

// Names in an archive.
const (
	IndexFile = "editions.json"
	// PostcodesFile is a list of postcodes, with the longitude and latitude of each.
	// It is public already, no part of an edition, and loaded whole, so that nobody
	// learns which one a reader asks for.
	PostcodesFile = "postcodes.json"

	ChainDir   = "chain"
	unfinished = ".new"
	discarded  = "-"
)

// Archive is the folder of editions: all that is public, and nothing else. What
// stands in it follows from the chain in the store and from the files of
// editions, which are written before the chain has them, into folders of their
// own that end in ".new".
type Archive struct {
	Dir string
}

// put writes the files of an edition into a folder that waits beside, which is its
// owner's alone to read: it comes to its name once the chain has the edition. Any
// number of processes may do so at once. It returns the folder.
func (a Archive) put(m *Manifest, files []File) (waiting string, err error) {
	if err := os.MkdirAll(a.Dir, 0o755); err != nil {
		return "", err
	}
	waiting, err = os.MkdirTemp(a.Dir, waitingFor(m)+"*"+unfinished)
	if err != nil {
		return "", err
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(waiting, filepath.FromSlash(f.Path)), f.Content); err != nil {
			return waiting, err
		}
	}
	return waiting, syncDir(a.Dir)
}

// waitingFor is what the names of folders begin with that wait for a manifest.
func waitingFor(m *Manifest) string { return m.Folder + "." + Hash([]byte(m.Text()))[:16] + "." }

// settle brings the folder to what the chain says: editions come to their names,
// manifests and index are written, folders of withdrawn editions removed, and
// what waits for a period that can't be sealed any more. What was cut off is
// finished so.
func (a Archive) settle(chain []data.Sealing) error {
	index, err := indexOf(chain)
	if err != nil {
		return err
	}
	for _, e := range index.Editions {
		if !e.Withdrawn {
			if err := a.bring(chain[e.Number-1].Manifest); err != nil {
				return err
			}
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
	return a.sweep(index.Editions[0].Folder)
}

// bring gives the folder of an edition its name, if it waits under another.
func (a Archive) bring(manifest string) error {
	m, err := ParseManifest(manifest)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(a.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), waitingFor(&m)) || !a.holds(entry.Name(), &m) {
			continue
		}
		if err = a.rename(entry.Name(), m.Folder); err == nil {
			return nil
		}
	}
	if err != nil && a.holds(m.Folder, &m) {
		return nil // another process was quicker
	}
	return err
}

// rename gives a folder a name that no other has, and to everyone to read.
func (a Archive) rename(waiting, folder string) error {
	from, to := filepath.Join(a.Dir, waiting), filepath.Join(a.Dir, folder)
	if err := os.Chmod(from, 0o755); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(a.Dir)
}

// holds reports whether a folder has all files of an edition, and no other.
func (a Archive) holds(folder string, m *Manifest) bool {
	there := *m
	there.Folder = folder
	v := verifier{archive: a.Files()}
	v.edition(&there)
	return v.err == nil && len(v.wrong) == 0
}

// discard removes a folder that waits. It goes to a name under which nobody looks
// first: another process may be giving it the edition's name at this moment, and
// gets it whole or not at all.
func (a Archive) discard(waiting string) error {
	aside := filepath.Join(a.Dir, discarded+filepath.Base(waiting))
	if strings.HasPrefix(filepath.Base(waiting), discarded) {
		aside = waiting // it was cut off
	} else if err := os.Rename(waiting, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return os.RemoveAll(aside)
}

// sweep removes what waits for a period up to the last that was sealed.
func (a Archive) sweep(last string) error {
	entries, err := os.ReadDir(a.Dir)
	for _, entry := range entries {
		if name := entry.Name(); entry.IsDir() && strings.HasSuffix(name, unfinished) && strings.TrimPrefix(name, discarded) < last+"/" {
			_ = a.discard(filepath.Join(a.Dir, name)) // what another process still writes goes next time
		}
	}
	return err
}

// replace writes a file of the archive, whole or not at all, unless it says the
// same already. Any number of processes may do so at once.
func (a Archive) replace(name string, content []byte) error {
	whole := filepath.Join(a.Dir, filepath.FromSlash(name))
	if there, err := os.ReadFile(whole); err == nil && string(there) == string(content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(whole), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(whole), filepath.Base(whole)+".*"+unfinished)
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // there is none any more where all went well
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), whole); err != nil {
		return err
	}
	return syncDir(filepath.Dir(whole))
}

// Files returns the files of the archive. A link that leads out of it leads
// nowhere. The folder need not be there, and may come and go.
func (a Archive) Files() fs.FS { return enclosed(a.Dir) }

// enclosed are the files of a folder that lie in it.
type enclosed string

// Open opens the folder anew each time.
func (dir enclosed) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(dir))
	if err != nil {
		return nil, err
	}
	file, err := root.FS().Open(name)
	return file, errors.Join(err, root.Close())
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
