package release

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"commonground/data"
)

// Verify checks an archive by itself: the chain of manifests has no gap, each
// names the hash of the one before, the index says what the chain says, and each
// edition that stands has its files, to the byte, and no other. It returns what is
// wrong in sentences, none where all is well. Who compares the hash of the last
// manifest with one noted before knows that nothing was changed since.
func Verify(archive fs.FS) ([]string, error) {
	text, err := fs.ReadFile(archive, IndexFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	v := verifier{archive: archive}
	index := v.chain()
	if err != nil && len(v.manifests) == 0 {
		v.strays([]string{postcodesFile})
		return v.wrong, v.err
	}
	if string(indented(index)) != string(text) {
		v.say("%s does not say what the chain of manifests says", IndexFile)
	}
	known := []string{IndexFile, ChainDir, postcodesFile}
	for _, e := range index.Editions {
		if !e.Withdrawn {
			v.edition(&v.manifests[e.Number-1])
			known = append(known, e.Folder)
		}
	}
	v.strays(known)
	return v.wrong, v.err
}

// postcodesFile may lie in an archive, and is not sealed.
const postcodesFile = "postcodes.json"

// strays finds what belongs to no edition. Everything in the folder is public
// where a plain web server has it.
func (v *verifier) strays(known []string) {
	entries, err := fs.ReadDir(v.archive, ".")
	if err != nil {
		v.err = err
	}
	for _, entry := range entries {
		if name := entry.Name(); !slices.Contains(known, name) && !strings.HasSuffix(name, unfinished) {
			v.say("%s belongs to no edition that stands; take it out, for all in this folder may be public", name)
		}
	}
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
	if why := foreign(archive, chain); why != "" {
		wrong = append(wrong, why)
	}
	return wrong
}

// foreign says why an archive can't be that of a chain: it has a manifest more, or
// another one of the same number. It is empty where nothing speaks against it, and
// of what is missing or can't be read it says nothing.
func foreign(archive fs.FS, chain []data.Sealing) string {
	for number := range int64(len(chain)) + 1 {
		text, err := fs.ReadFile(archive, path.Join(ChainDir, fmt.Sprintf("%d.json", number+1)))
		if err != nil || number < int64(len(chain)) && string(text) == chain[number].Manifest {
			continue
		}
		if m, err := ParseManifest(string(text)); err == nil && m.Number == number+1 {
			return fmt.Sprintf("the archive has a manifest %d that the store knows nothing of: it may belong to another store, or the store may be an old copy", number+1)
		}
	}
	return ""
}
