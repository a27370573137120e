package cube_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/geo"
)

// restarted follows a store with another cube, which may begin with a snapshot,
// saves one where asked to, and returns its counts and whether the snapshot was
// left aside, and why.
func (f following) restarted(snapshot string, save bool) (rows []cube.Row, aside string) {
	f.t.Helper()
	var log strings.Builder
	live := cube.NewLive(f.store, intake.New(f.store), cube.Options{Snapshot: snapshot, Log: slog.New(slog.NewTextHandler(&log, nil))})
	ctx, stop := context.WithCancel(f.t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = live.Run(ctx) }() // ends with ctx
	position, err := f.store.Position(ctx)
	check(f.t, err)
	check(f.t, live.Reach(ctx, position))
	rows = all(f.t, live)
	if save {
		check(f.t, live.Save(ctx))
	}
	stop()
	<-ended
	return rows, log.String()
}

// snapped is a store with some records and a snapshot of them.
func snapped(t *testing.T) (following, string) {
	t.Helper()
	f := follow(t)
	f.settle()
	f.put(scattered(0, 3000)...)
	snapshot := filepath.Join(t.TempDir(), "counts")
	if rows, aside := f.restarted(snapshot, true); len(rows) == 0 || aside != "" {
		t.Fatal(len(rows), aside)
	}
	return f, snapshot
}

func TestASnapshotIsWhatWasCounted(t *testing.T) {
	f, snapshot := snapped(t)
	info, err := os.Stat(snapshot)
	check(t, err)
	if info.Mode() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	for i := range 3 {
		rows, aside := f.restarted(snapshot, i == 1) // saved once more, from a snapshot and what came later
		if want := f.anew(); aside != "" || !slices.Equal(rows, want) {
			t.Errorf("round %d: %d rows, want %d; %s", i, len(rows), len(want), aside)
		}
		f.put(scattered(10_000*(i+1), 400)...)
	}
	if left, err := filepath.Glob(snapshot + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestASnapshotInDoubtIsLeftAside(t *testing.T) {
	text := sample.SchemeText()
	for name, change := range map[string]func(t *testing.T, f following, snapshot string) following{
		"a new boundary": func(_ *testing.T, f following, _ string) following {
			f.putArea(geo.Residential)
			return f
		},
		"a new scheme": func(t *testing.T, f following, _ string) following {
			_, err := f.door.PutScheme(t.Context(), text+"# changed\n")
			check(t, err)
			return f
		},
		"another store with the same settings": func(t *testing.T, _ following, _ string) following {
			other := follow(t)
			other.settle()
			other.put(scattered(1, 3000)...)
			return other
		},
		"a store filled again in the same way": func(t *testing.T, _ following, _ string) following {
			other := follow(t)
			other.settle()
			other.put(scattered(0, 3000)...)
			return other
		},
		"a store with less": func(t *testing.T, _ following, _ string) following {
			other := follow(t)
			other.settle()
			other.put(scattered(0, 100)...)
			return other
		},
		"a file of another sort": func(t *testing.T, f following, snapshot string) following {
			check(t, os.WriteFile(snapshot, []byte("counts"), 0o600))
			return f
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, snapshot := snapped(t)
			f = change(t, f, snapshot)
			rows, aside := f.restarted(snapshot, false)
			if want := f.anew(); !strings.Contains(aside, "left aside") || !slices.Equal(rows, want) {
				t.Errorf("%d rows, want %d; %q", len(rows), len(want), aside)
			}
		})
	}
}

func TestADamagedSnapshotIsLeftAside(t *testing.T) {
	f, snapshot := snapped(t)
	want := f.anew()
	content, err := os.ReadFile(snapshot)
	check(t, err)
	damaged := func(name string, content []byte) {
		check(t, os.WriteFile(snapshot, content, 0o600))
		if rows, aside := f.restarted(snapshot, false); !strings.Contains(aside, "left aside") || !slices.Equal(rows, want) {
			t.Errorf("%s: %d rows, want %d; %q", name, len(rows), len(want), aside)
		}
	}
	for i := range 24 {
		at := i * (len(content) - 1) / 23
		changed := slices.Clone(content)
		changed[at] ^= 1 << (i % 8)
		damaged(fmt.Sprint("byte ", at, " changed"), changed)
		damaged(fmt.Sprint("cut at ", at), content[:at])
	}
	damaged("longer", append(slices.Clone(content), 0))
}

func TestWithoutANameNothingIsSaved(t *testing.T) {
	f := follow(t)
	f.settle()
	f.reach()
	check(t, f.live.Save(t.Context()))
	snapshot := filepath.Join(t.TempDir(), "counts")
	if rows, aside := f.restarted(snapshot, false); len(rows) != 0 || aside != "" {
		t.Error(rows, aside)
	}
	if _, err := os.Stat(snapshot); !os.IsNotExist(err) {
		t.Error(err, fs.ErrNotExist)
	}
}
