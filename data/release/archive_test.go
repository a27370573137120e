package release

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/sample"
)

// The files of an edition wait where their owner alone may read, until the chain
// has it, and come to their name then, whoever is there to do it.
func TestFilesOfAnEditionWaitForTheChain(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	d := w.draft(firstPeriod)
	waiting, err := w.Archive.put(&d.manifest, d.files)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(waiting); err != nil || info.Mode().Perm() != 0o700 {
		t.Error("others may look at what is not sealed:", info.Mode(), err)
	}
	text := d.manifest.Text()
	sealing := data.Sealing{Number: 1, Period: day(t, firstPeriod), Manifest: text, SHA256: Hash([]byte(text)), Published: "{}", At: w.Now(), Who: "anna"}
	if err := w.Store.PutSealing(ctx, sealing); err != nil { // and then the power went
		t.Fatal(err)
	}
	if err := w.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	verified(t, w)
}

// Settings that change between the look at the records and the seal are noticed.
func TestASealIsByTheSettingsInForce(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	d := w.draft(firstPeriod)
	for _, who := range []string{"anna", "ben"} {
		if err := w.Sign(ctx, day(t, firstPeriod), d.SHA256, who, who); err != nil {
			t.Fatal(err)
		}
	}
	w.Store = settingsChange{w.Store, func() {
		if _, err := w.Door.PutScheme(ctx, strings.Replace(sample.SchemeText(), "min_items = 10", "min_items = 20", 1)); err != nil {
			t.Fatal(err)
		}
	}}
	if _, err := w.Seal(ctx, day(t, firstPeriod), d.SHA256, "anna"); !errors.Is(err, data.ErrStale) {
		t.Error("sealed by settings that were replaced:", err)
	}
	if left, err := os.ReadDir(w.Archive.Dir); err != nil || len(left) > 0 {
		t.Error("files of what was not sealed are left:", left, err)
	}
}

// settingsChange is a store in which another process changes the settings just
// before a link comes.
type settingsChange struct {
	data.Store
	change func()
}

func (s settingsChange) PutSealing(ctx context.Context, sealing data.Sealing) error {
	s.change()
	return s.Store.PutSealing(ctx, sealing)
}

// What lies in the archive and belongs to no edition is found: a plain web server
// would give it to everyone.
func TestStraysInTheArchiveAreFound(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(3)
	w.sealed(firstPeriod)
	for _, name := range []string{"2019-05-22", "2018-01-03", "town.db", ".hidden"} {
		whole := filepath.Join(w.Archive.Dir, name)
		if err := os.WriteFile(whole, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if wrong, err := w.Verify(ctx); err != nil || len(wrong) != 1 || !strings.HasPrefix(wrong[0], name+" belongs to no edition") {
			t.Errorf("%s: %q %v", name, wrong, err)
		}
		if err := os.Remove(whole); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(w.Archive.Dir, "postcodes.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	verified(t, w)
	if err := os.Remove(filepath.Join(w.Archive.Dir, IndexFile)); err != nil {
		t.Fatal(err)
	}
	if wrong, err := w.Verify(ctx); err != nil || len(wrong) == 0 {
		t.Error("a missing index is not noticed", err)
	}
}

// A store that is an old copy, or another one, changes nothing in an archive: else
// what was withdrawn since would be listed again.
func TestAnArchiveThatIsAheadIsLeftAlone(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(3)
	w.sealed(firstPeriod)
	w.sealed("2019-05-22")
	if _, err := w.Withdraw(ctx, day(t, firstPeriod), "a mistake", "anna"); err != nil {
		t.Fatal(err)
	}
	before := contents(t, w)
	other := begun(t)
	other.busy(2)
	other.pick(other.at(0, 20), 30, day(t, firstPeriod)+1, day(t, firstPeriod)+2, day(t, firstPeriod)+3)
	other.sealed(firstPeriod)
	for name, stranger := range map[string]data.Store{"an old copy": oldCopy{w.Store}, "another store": other.Store} {
		desk := *w.Desk
		desk.Store = stranger
		for what, err := range map[string]error{"settle": desk.Settle(ctx), "resume": desk.Resume(ctx)} {
			refused(t, err, "the store knows nothing of")
			if !maps.Equal(before, contents(t, w)) {
				t.Errorf("%s: %s changed the archive", name, what)
			}
		}
	}
	verified(t, w)
}

// oldCopy is a store as it was before its last link.
type oldCopy struct{ data.Store }

func (s oldCopy) Sealings(ctx context.Context) ([]data.Sealing, error) {
	chain, err := s.Store.Sealings(ctx)
	return chain[:max(len(chain), 1)-1], err
}
