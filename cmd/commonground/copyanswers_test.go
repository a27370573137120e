package main

import (
	"cmp"
	"context"
	"iter"
	"path/filepath"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/geo/geotest"
)

// answers are what a store answers to every question that is of records.
type answers struct {
	Settings     data.Settings
	Position     int64
	Pickups      []data.Pickup
	Incidents    []data.Incident
	Changes      []data.Change
	History      map[data.Key][]data.Version
	Before       map[data.Key][]data.Past
	Sums         []data.IncidentSum
	Certificates []data.SignedCertificate
	Holds        []data.Hold
	Epochs       []data.Epoch
	Signatures   map[data.Date][]data.Signature
	Sealings     []data.Sealing
	Returns      []data.Return
	Keys         []data.APIKey
}

// asked asks a store everything.
func asked(t *testing.T, name string) (a answers) {
	t.Helper()
	s, err := storeName(name).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	a.Settings, err = s.Settings(ctx)
	must(err)
	a.Position, err = s.Position(ctx)
	must(err)
	a.Pickups = everyRecord(t, s.Pickups, func(p data.Pickup) data.Key { return p.Key })
	a.Incidents = everyRecord(t, s.Incidents, func(i data.Incident) data.Key { return i.Key })
	a.Changes, err = s.Changes(ctx, 0, 1<<30)
	must(err)
	a.History, a.Before = map[data.Key][]data.Version{}, map[data.Key][]data.Past{}
	for sort, keys := range keysIn(a.Changes) {
		for key := range keys {
			a.History[key], err = s.History(ctx, sort, key)
			must(err)
			a.Before[key], err = s.Before(ctx, sort, key)
			must(err)
		}
	}
	_, a.Sums, err = s.IncidentSums(ctx)
	must(err)
	a.Certificates, err = s.Certificates(ctx)
	must(err)
	a.Holds, err = s.Holds(ctx)
	must(err)
	a.Epochs, err = s.Epochs(ctx)
	must(err)
	a.Sealings, err = s.Sealings(ctx)
	must(err)
	a.Returns, err = s.Returns(ctx)
	must(err)
	a.Signatures = map[data.Date][]data.Signature{}
	for _, link := range a.Sealings {
		a.Signatures[link.Period], err = s.Signatures(ctx, link.Period)
		must(err)
	}
	a.Keys, err = s.APIKeys(ctx)
	must(err)
	return a
}

func everyRecord[T any](t *testing.T, all func(context.Context) (int64, iter.Seq2[T, error], error), key func(T) data.Key) (records []T) {
	t.Helper()
	_, sequence, err := all(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for record, err := range sequence {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	slices.SortFunc(records, func(a, b T) int {
		return cmp.Or(cmp.Compare(key(a).Source, key(b).Source), cmp.Compare(key(a).Ref, key(b).Ref))
	})
	return records
}

// keysIn are the keys of records that were corrected or deleted, or stand near
// the end of the feed.
func keysIn(changes []data.Change) map[data.Sort]map[data.Key]bool {
	keys := map[data.Sort]map[data.Key]bool{data.PickupSort: {}, data.IncidentSort: {}}
	for i, c := range changes {
		near := i > len(changes)-500 || i%20 == 0
		for _, p := range []*data.Pickup{c.PickupBefore, c.Pickup} {
			if p != nil && (near || c.PickupBefore != nil) {
				keys[data.PickupSort][p.Key] = true
			}
		}
		for _, p := range []*data.Incident{c.IncidentBefore, c.Incident} {
			if p != nil && (near || c.IncidentBefore != nil) {
				keys[data.IncidentSort][p.Key] = true
			}
		}
	}
	return keys
}

func TestACopyAnswersAsTheStoreDoesAlsoAfterTheNextChanges(t *testing.T) {
	path := eventfulStore(t)
	address, back := geotest.Postgres(t), filepath.Join(t.TempDir(), "back.db")
	files := "--files=" + filepath.Join(t.TempDir(), "files")
	mustRun(t, files, "copy", "--from="+path, "--to="+address)
	mustRun(t, files, "copy", "--from="+address, "--to="+back)
	names := []string{path, address, back}
	want := asked(t, path)
	replaced := 0
	for _, past := range want.Before {
		replaced += len(past)
	}
	if replaced < 50 || len(want.Certificates) != 1 || len(want.Signatures) == 0 || len(want.Returns) == len(data.StandingReturns(want.Returns)) {
		t.Fatalf("%d answers were replaced, %d certificates, %d signatures", replaced, len(want.Certificates), len(want.Signatures))
	}
	for range 2 {
		for _, name := range names[1:] {
			if d := diff.Diff(want, asked(t, name), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(data.Change{}, "Trace")); d != "" {
				t.Fatalf("%s: -want +got:\n%.3000s", storeName(name), d)
			}
		}
		for _, name := range names {
			changeMore(t, name)
		}
		want = asked(t, path)
	}
}

// changeMore corrects records and moves the boundary of a store.
func changeMore(t *testing.T, name string) {
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
	areas := sample.Areas(1)
	if _, err := door.PutBoundary(t.Context(), mustDate(t, "2024-04-01"), nil, areas[len(settings.Boundaries):]); err != nil {
		t.Fatal(err)
	}
	pickups := everyRecord(t, s.Pickups, func(p data.Pickup) data.Key { return p.Key })
	for i, p := range pickups[len(pickups)-40:] {
		p.AccuracyM += 3
		at := mustDate(t, "2024-06-11").In(settings.Scheme.Location)
		if _, err := door.ReplacePickup(t.Context(), p, at); err != nil {
			t.Fatal(err)
		}
		if i%5 == 0 {
			if _, err := door.Delete(t.Context(), data.PickupSort, p.Key, at); err != nil {
				t.Fatal(err)
			}
		}
	}
}
