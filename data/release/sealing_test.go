package release

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"commonground/data"
)

// A seal that was cut off, at any step, leaves nothing public by halves, and the
// next call finishes it.
func TestASealThatWasCutOff(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(4)
	w.today = day(t, "2019-09-01")
	d := w.draft(firstPeriod)
	// The power goes before the chain has it, of files that are not whole.
	if _, err := w.Archive.put(&d.manifest, d.files[:1]); err != nil {
		t.Fatal(err)
	}
	w.sealed(firstPeriod)
	verified(t, w)

	// It goes after the store has the seal.
	d = w.draft("2019-05-22")
	s := d.sealing(day(t, "2019-05-22"))
	s.At, s.Who = w.Now(), "anna"
	_, err := w.Archive.put(&d.manifest, d.files)
	if err = errors.Join(err, w.Store.PutSealing(ctx, s)); err != nil {
		t.Fatal(err)
	}
	if _, there := contents(t, w)["2019-05-22/map.csv"]; there {
		t.Error("files of an edition have their place before the archive is settled")
	}
	w.sealed("2019-06-19") // goes on from there
	verified(t, w)
	if left, err := filepath.Glob(filepath.Join(w.Archive.Dir, "*"+unfinished)); err != nil || len(left) > 0 {
		t.Error("left over:", left, err)
	}

	if err := os.Remove(filepath.Join(w.Archive.Dir, ChainDir, "3.json")); err != nil {
		t.Fatal(err)
	}
	if err := w.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	verified(t, w)
}

// Two that seal at once: one wins, whatever the other had staged.
func TestTwoSealAtOnce(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(3)
	d := w.draft(firstPeriod)
	for _, who := range []string{"anna", "ben"} {
		if err := w.Sign(ctx, day(t, firstPeriod), d.SHA256, who, who); err != nil {
			t.Fatal(err)
		}
	}
	errs := make(chan error)
	for range 4 {
		go func() {
			_, err := w.Seal(ctx, day(t, firstPeriod), d.SHA256, "anna")
			errs <- err
		}()
	}
	won := 0
	for range 4 {
		switch err := <-errs; {
		case err == nil:
			won++
		case !errors.Is(err, data.ErrSealed) && !errors.Is(err, data.ErrStale):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d sealed the period", won)
	}
	if err := w.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	verified(t, w)
}

// An archive that is not there, or is another's, is not continued: else editions
// would go from the public without a word.
func TestAnArchiveThatIsNotWholeIsNotContinued(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(3)
	w.sealed(firstPeriod)
	w.Archive.Dir = filepath.Join(t.TempDir(), "elsewhere")
	d := w.draft("2019-05-22")
	for _, who := range []string{"anna", "ben"} {
		if err := w.Sign(ctx, day(t, "2019-05-22"), d.SHA256, who, who); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.Seal(ctx, day(t, "2019-05-22"), d.SHA256, "anna")
	refused(t, err, "the archive is not there")
	if _, err := os.Stat(filepath.Join(w.Archive.Dir, "2019-05-22")); err == nil {
		t.Error("files of the edition were written")
	}
}
