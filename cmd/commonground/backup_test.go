package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/archive"
	"commonground/data/intake"
	"commonground/geo/geotest"
)

// writeOn writes records into a store, by several writers, until stop is called.
func writeOn(t *testing.T, name string) (stop func()) {
	t.Helper()
	ended := make(chan struct{})
	var group sync.WaitGroup
	for w := range 3 {
		s, err := storeName(name).open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			defer s.Close()
			door := intake.New(s)
			for n := 0; ; n++ {
				select {
				case <-ended:
					return
				default:
				}
				key := data.Key{Source: "crew", Ref: fmt.Sprintf("w%d-%d", w, n)}
				p := data.Pickup{Key: key, At: data.DayOf(mustDate(t, "2024-06-03"), time.UTC), Found: []data.Quantity{{Kind: "needle", Items: n % 7}}}
				_, _, err := door.PutPickups(t.Context(), []data.Pickup{p})
				if err == nil && n%3 == 0 {
					p.Found[0].Items++
					_, err = door.ReplacePickup(t.Context(), p, time.Now())
				}
				if err == nil && n%5 == 0 {
					_, err = door.Delete(t.Context(), data.PickupSort, key, time.Now())
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	return func() { close(ended); group.Wait() }
}

// replayed counts the visits and items that the feed of a store tells of up to a
// position, on top of those at an earlier one.
func replayed(t *testing.T, name string, after, upTo int64) (visits, items int64) {
	t.Helper()
	s, err := storeName(name).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	changes, err := s.Changes(t.Context(), after, int(upTo-after))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if c.Position > upTo {
			break
		}
		for side, sign := range map[*data.Pickup]int64{c.PickupBefore: -1, c.Pickup: 1} {
			if side == nil {
				continue
			}
			visits += sign
			for _, quantity := range side.Found {
				items += sign * int64(quantity.Items)
			}
		}
	}
	return visits, items
}

func TestABackupUnderWritersIsTheStoreAtItsPosition(t *testing.T) {
	path := eventfulStore(t)
	address, folder := geotest.Postgres(t), t.TempDir()
	files := "--files=" + filepath.Join(folder, "files")
	mustRun(t, files, "copy", "--from="+path, "--to="+address)
	for engine, name := range map[string]string{"sqlite": path, "postgres": address} {
		before := tallied(t, name)
		stop := writeOn(t, name)
		time.Sleep(200 * time.Millisecond)
		flags := []string{"--store=" + name}
		if engine == "postgres" {
			flags = append(flags, files)
		}
		backup := filepath.Join(folder, engine+".backup")
		says(t, mustRun(t, append(flags, "backup", backup)...), backup+" holds all up to entry")
		time.Sleep(100 * time.Millisecond)
		stop()
		if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		if status, _, stderr := command(t, append(flags, "backup", backup)...); status != 1 || !strings.Contains(stderr, "is there already") {
			t.Errorf("a backup was written over: %s", stderr)
		}
		checkRestored(t, name, backup, before)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*backup?*")); len(left) > 0 {
		t.Errorf("there is %v", left)
	}
}

// checkRestored restores a backup into stores of both engines and compares them
// with what the feed of the first store says.
func checkRestored(t *testing.T, name, backup string, before *archive.Tally) {
	t.Helper()
	file, address := filepath.Join(t.TempDir(), "restored.db"), geotest.Postgres(t)
	says(t, mustRun(t, "--store="+file, "restore", backup), "Every count is the same", "Put the key of the audit log back")
	mustRun(t, "--store="+address, "--files="+filepath.Join(t.TempDir(), "files"), "restore", backup)
	restored := tallied(t, file)
	for _, line := range restored.Compare(tallied(t, address)) {
		if line.Differ > 0 {
			t.Errorf("%+v", line)
		}
	}
	visits, items := replayed(t, name, before.Position, restored.Position)
	if restored.Position == before.Position || restored.Visits() != before.Visits()+visits || restored.Items() != before.Items()+items {
		t.Errorf("at %d the backup has %d visits and %d items, before at %d it was %d and %d, and the feed tells of %d and %d more",
			restored.Position, restored.Visits(), restored.Items(), before.Position, before.Visits(), before.Items(), visits, items)
	}
	if now := tallied(t, name); now.Position <= restored.Position {
		t.Error("nothing was written after the backup")
	}
	if status, _, stderr := command(t, "--store="+file, "restore", backup); status != 1 || !strings.Contains(stderr, "is not empty") {
		t.Errorf("restored over a store: %s", stderr)
	}
}

func TestARestoreTellsTheAuditLogAndItsHeadsTellWhatIsLost(t *testing.T) {
	path, folder := eventfulStore(t), t.TempDir()
	backup := filepath.Join(folder, "backup")
	mustRun(t, "--store="+path, "backup", backup)
	mustRun(t, "--store="+path, "keys", "create", "--role=planner", "--purpose=later", "--expires="+time.Now().AddDate(0, 0, 7).Format(time.DateOnly))
	restored := filepath.Join(folder, "restored.db")
	for _, ending := range []string{".key", ".heads"} {
		if err := copyFile(path+ending, restored+ending); err != nil {
			t.Fatal(err)
		}
	}
	status, _, stderr := command(t, "--store="+restored, "restore", backup)
	says(t, stderr, "all is restored", "a head in "+restored+".heads says that it had")
	if status != 1 {
		t.Errorf("status %d", status)
	}
	if err := os.Rename(restored+".heads", restored+".heads.lost"); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "--store="+restored, "retention", "hold", "case 9", "--from=2023-09-01", "--to=2023-09-08", "--reason=goes on")
	mustRun(t, "--store="+restored, "audit", "verify")

	other := filepath.Join(folder, "other.db")
	if err := copyFile(path+".key", other+".key"); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "--store="+other, "restore", backup)
	says(t, mustRun(t, "--store="+other, "audit", "list"), "commonground restore "+backup)
	mustRun(t, "--store="+other, "audit", "verify")
}

func TestWhatIsNoBackupRestoresNothing(t *testing.T) {
	folder := t.TempDir()
	store := filepath.Join(folder, "new.db")
	status, _, stderr := command(t, "--store="+store, "restore", write(t, filepath.Join(folder, "text"), strings.Repeat("text,", 1000)))
	if status != 1 || !missing(store) {
		t.Errorf("status %d: %s", status, stderr)
	}
	says(t, stderr, "is no backup")
	none := filepath.Join(folder, "none.db")
	if status, _, stderr := command(t, "--store="+none, "backup", filepath.Join(folder, "backup")); status != 1 || !missing(none) || !missing(filepath.Join(folder, "backup")) {
		t.Errorf("status %d: %s", status, stderr)
	}
}
