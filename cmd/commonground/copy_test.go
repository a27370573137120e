package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"commonground/data"
	"commonground/data/archive"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/geo/geotest"
)

// eventfulStore is a made-up town in which everything happened that a store
// keeps: records were corrected, deleted and destroyed, boundaries moved and
// taken back, editions sealed and withdrawn, keys given out, returns corrected.
func eventfulStore(t *testing.T) (path string) {
	t.Helper()
	path = retainedStore(t, "--seal=2")
	store := "--store=" + path
	p := &program{store: storeName(path), now: time.Now}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	opened, door, err := p.open(t.Context())
	check(err)
	correctSome(t, opened, 0)
	areas := sample.Areas(1)
	_, err = door.PutBoundary(t.Context(), mustDate(t, "2024-02-01"), nil, areas[1:])
	check(err)
	correctSome(t, opened, 20)
	to := mustDate(t, "2024-04-01")
	_, err = door.PutBoundary(t.Context(), mustDate(t, "2024-03-01"), &to, areas[:len(areas)-1])
	check(err)
	check(opened.Close())
	mustRun(t, store, "boundaries", "undo")
	mustRun(t, store, "retention", "hold", "case 7", "--from=2023-09-01", "--to=2023-09-08", "--reason=a case")
	mustRun(t, store, "retention", "hold", "case 8", "--from=2023-05-01", "--to=2023-05-03", "--reason=another")
	mustRun(t, store, "retention", "release-hold", "case 8", "--reason=over")
	mustRun(t, store, "retention", "run", "--date=2024-06-10")
	for range 2 {
		mustRun(t, store, "keys", "create", "--role=planner", "--purpose=GIS", "--expires="+time.Now().AddDate(0, 0, 7).Format(time.DateOnly))
	}
	figures := write(t, filepath.Join(t.TempDir(), "police.csv"), "measure,from,value\nofficial_warnings,2024-03-20,99\ncautions,2019-04-24,5\n")
	mustRun(t, store, "import", "returns", figures, "--agency=police")
	sealed := strings.Fields(grep(mustRun(t, store, "release", "list"), "sealed"))
	mustRun(t, store, "release", "withdraw", sealed[0], "--why=a wrong file")
	return path
}

// grep returns the first line that has a word.
func grep(text, word string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) && !strings.Contains(line, "from") {
			return line
		}
	}
	return ""
}

// correctSome corrects, corrects again and deletes some records after the first
// so many.
func correctSome(t *testing.T, s store, from int) {
	t.Helper()
	settings, err := s.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, pickups, err := s.Pickups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var some []data.Pickup
	for p, err := range pickups {
		if err != nil {
			t.Fatal(err)
		}
		some = append(some, p)
	}
	some = some[len(some)-200-from:]
	at := time.Date(2024, 6, 6, 12, 0, 0, 0, time.UTC)
	for i, p := range some[:20] {
		for n := range 1 + i%3 {
			p.AccuracyM = float64(1 + n + from)
			if _, err := s.ReplacePickup(t.Context(), settings.Revision, p, at.Add(time.Duration(n)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if i%4 == 0 {
			if _, err := s.Delete(t.Context(), data.PickupSort, p.Key, at.Add(4*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if i%8 == 0 { // and it comes back
			if _, err := s.ReplacePickup(t.Context(), settings.Revision, p, at.Add(5*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, incidents, err := s.Incidents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var reports []data.Incident
	for i, err := range incidents {
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, i)
	}
	for n, i := range reports[len(reports)-10-from : len(reports)-from] {
		i.Answered = data.No
		if _, err := s.ReplaceIncident(t.Context(), settings.Revision, i, at); err != nil {
			t.Fatal(err)
		}
		if n%3 == 0 {
			if _, err := s.Delete(t.Context(), data.IncidentSort, i.Key, at.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// tallied counts all that a store has.
func tallied(t *testing.T, name string) *archive.Tally {
	t.Helper()
	s, err := storeName(name).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var tally archive.Tally
	if err := count(t.Context(), s, &tally); err != nil {
		t.Fatal(err)
	}
	return &tally
}

// resent sends the records of the made-up town once more and returns the
// receipts.
func resent(t *testing.T, name string) (receipts []data.Receipt) {
	t.Helper()
	s, err := storeName(name).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	door := intake.New(s)
	settings, err := door.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	until := mustDate(t, "2024-06-05")
	got, _, err := door.PutPickups(t.Context(), sample.Pickups(1, settings.Scheme, until))
	if err != nil {
		t.Fatal(err)
	}
	more, _, err := door.PutIncidents(t.Context(), sample.Incidents(1, settings.Scheme, until))
	if err != nil {
		t.Fatal(err)
	}
	return append(got, more...)
}

func TestAStoreIsCopiedToPostgreSQLAndBackWithEverything(t *testing.T) {
	path := eventfulStore(t)
	address := geotest.Postgres(t)
	folder := t.TempDir()
	files := filepath.Join(folder, "files")
	back := filepath.Join(folder, "back.db")
	said := mustRun(t, "--files="+files, "copy", "--from="+path, "--to="+address)
	says(t, said, "Every count is the same.", "items by week, class and kind", "copy "+path+".editions to ")
	said = mustRun(t, "--files="+files, "copy", "--from="+address, "--to="+back)
	says(t, said, "Every count is the same.")
	t.Log(said)

	tallies := map[string]*archive.Tally{path: tallied(t, path), address: tallied(t, address), back: tallied(t, back)}
	for _, line := range tallies[address].Compare(tallies[back]) {
		if line.Differ > 0 || line.Cells == 0 {
			t.Errorf("%+v", line)
		}
	}
	differ := map[string]int{}
	for _, line := range tallies[path].Compare(tallies[address]) {
		differ[line.Group] = line.Differ
	}
	// The log of the database has one entry more: of the second copy.
	for _, group := range []string{"entries of the audit log", "last entry of the audit log", "hashes of all that rows say"} {
		if differ[group] != 1 {
			t.Errorf("%s: %d differ", group, differ[group])
		}
		delete(differ, group)
	}
	for group, n := range differ {
		if n != 0 {
			t.Errorf("%s: %d differ", group, n)
		}
	}
	mustRun(t, "--store="+back, "audit", "verify")
	mustRun(t, "--store="+address, "--files="+files, "audit", "verify")
	if err := os.CopyFS(filepath.Join(files, "commonground.editions"), os.DirFS(path+".editions")); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "--store="+address, "--files="+files, "release", "verify")

	// What comes next is the same in all three.
	want := resent(t, path)
	if got := resent(t, address); !cmp.Equal(got, want) {
		t.Error("records sent again have other receipts in PostgreSQL")
	}
	if got := resent(t, back); !cmp.Equal(got, want) {
		t.Error("records sent again have other receipts in the copy of the copy")
	}
	count := map[data.Receipt]int{}
	for _, receipt := range want {
		count[receipt]++
	}
	if count[data.Gone] < 100 || count[data.Unchanged] < 100 || count[data.Conflict] < 10 || count[data.Added] > 0 {
		t.Errorf("receipts %v", count)
	}
	ids := map[int64]bool{}
	for _, name := range []string{path, address, back} {
		ids[addOne(t, name)] = true
	}
	if len(ids) != 1 {
		t.Errorf("the feeds go on at %v", ids)
	}
}

// addOne puts a new pickup in and returns the position of the feed.
func addOne(t *testing.T, name string) int64 {
	t.Helper()
	s, err := storeName(name).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := data.Pickup{Key: data.Key{Source: "crew", Ref: "new"}, At: data.DayOf(mustDate(t, "2024-06-04"), time.UTC)}
	receipts, _, err := intake.New(s).PutPickups(t.Context(), []data.Pickup{p})
	if err != nil || len(receipts) != 1 || receipts[0] != data.Added {
		t.Fatalf("%v, %v", receipts, err)
	}
	position, err := s.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes, err := s.Changes(t.Context(), position-1, 10)
	if err != nil || len(changes) != 1 || changes[0].Pickup == nil || changes[0].Pickup.Key != p.Key {
		t.Fatalf("%+v, %v", changes, err)
	}
	return position
}

func TestACopyGoesIntoAnEmptyStoreOnly(t *testing.T) {
	path, other := retainedStore(t), retainedStore(t)
	before := tallied(t, other)
	status, _, stderr := command(t, "copy", "--from="+path, "--to="+other)
	if status != 1 {
		t.Errorf("status %d", status)
	}
	says(t, stderr, "is not empty, and nothing was changed")
	for _, line := range before.Compare(tallied(t, other)) {
		if line.Differ > 0 {
			t.Errorf("%+v", line)
		}
	}
	none := filepath.Join(t.TempDir(), "none.db")
	status, _, stderr = command(t, "copy", "--from="+none, "--to="+none+"2")
	if status != 1 || !missing(none) || !missing(none+"2") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if status, _, _ = command(t, "copy", "--from="+path, "--to="+path); status != 1 {
		t.Errorf("onto itself: status %d", status)
	}
}
