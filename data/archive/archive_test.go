package archive_test

import (
	"errors"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/archive"
	"commonground/data/audit"
	"commonground/data/postgres"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/geotest"
)

// stores are new, empty stores of each engine.
func stores(t *testing.T) map[string]archive.Store {
	t.Helper()
	file, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	database, err := postgres.Open(t.Context(), geotest.Postgres(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	return map[string]archive.Store{"sqlite": file, "postgres": database}
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// rows are some of a store, up to an error.
func rows(end error) iter.Seq2[archive.Row, error] {
	return func(yield func(archive.Row, error) bool) {
		point := geo.Point{Lon: -15_400_000, Lat: 537_900_000}
		for _, row := range []archive.Row{
			archive.Beginning{Revision: 1, SchemeText: data.DefaultScheme, DestroyedKey: make([]byte, 32), LastPickup: 9, LastIncident: 4},
			archive.Version{ID: 7, Version: data.Version{Pickup: &data.Pickup{
				Key: data.Key{Source: "crew", Ref: "1"}, At: data.InstantOf(noon),
				Position: data.Position{Point: &point, Place: geo.Place{Class: geo.Unclassified}},
			}}},
			archive.Change{Position: 5, Sort: data.PickupSort, After: 7, Mark: -3},
			data.Return{Number: 1, Measure: "closures", From: 18_000, To: 18_001, Least: 3, Most: 3, At: noon, Who: "key:1"},
			audit.Sealed{Entry: audit.Entry{Number: 1, At: noon, Who: "log:1", Action: audit.Begin}, Hash: audit.Hash{1}},
		} {
			if !yield(row, nil) {
				return
			}
		}
		if end != nil {
			yield(nil, end)
		}
	}
}

func dumped(t *testing.T, s archive.Store) (all []archive.Row) {
	t.Helper()
	sequence, err := s.Dump(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range sequence {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

func TestAStoreIsFilledWithAllOrNothing(t *testing.T) {
	cut := errors.New("cut off")
	for name, s := range stores(t) {
		if err := s.Load(t.Context(), rows(cut)); !errors.Is(err, cut) {
			t.Errorf("%s: %v", name, err)
		}
		if all := dumped(t, s); len(all) != 1 {
			t.Errorf("%s: of a load that was cut off %d rows are left", name, len(all))
		}
		if err := s.Load(t.Context(), rows(nil)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var one, other archive.Tally
		for range one.Of(rows(nil)) {
		}
		for _, row := range dumped(t, s) {
			if err := other.Add(row); err != nil {
				t.Error(err)
			}
		}
		for _, line := range one.Compare(&other) {
			if line.Differ > 0 {
				t.Errorf("%s: %+v", name, line)
			}
		}
		if err := s.Load(t.Context(), rows(nil)); !errors.Is(err, archive.ErrNotEmpty) {
			t.Errorf("%s: filled twice: %v", name, err)
		}
	}
}

func TestRowsWithoutABeginningFillNothing(t *testing.T) {
	for name, s := range stores(t) {
		err := s.Load(t.Context(), func(yield func(archive.Row, error) bool) {
			yield(archive.Change{Position: 1, Sort: archive.SettingsSort}, nil)
		})
		if err == nil || len(dumped(t, s)) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnyDifferenceIsTold(t *testing.T) {
	var one archive.Tally
	for range one.Of(rows(nil)) {
	}
	for name, change := range map[string]func(archive.Row) archive.Row{
		"an entry of the log": func(r archive.Row) archive.Row {
			if e, ok := r.(audit.Sealed); ok {
				e.Why = "x"
				return e
			}
			return r
		},
		"a mark of the feed": func(r archive.Row) archive.Row {
			if c, ok := r.(archive.Change); ok {
				c.Mark++
				return c
			}
			return r
		},
		"a return": func(r archive.Row) archive.Row {
			if figure, ok := r.(data.Return); ok {
				figure.Most++
				return figure
			}
			return r
		},
		"a version": func(r archive.Row) archive.Row {
			if v, ok := r.(archive.Version); ok {
				p := *v.Pickup
				p.AccuracyM = 1
				v.Pickup = &p
				return v
			}
			return r
		},
	} {
		var other archive.Tally
		for row, err := range rows(nil) {
			if err == nil {
				err = other.Add(change(row))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		differ := 0
		for _, line := range one.Compare(&other) {
			differ += line.Differ
		}
		if differ == 0 {
			t.Errorf("%s that differs is not told", name)
		}
	}
	var empty archive.Tally
	if err := empty.Add("a text"); err == nil {
		t.Error("a row of no type was counted")
	}
}

func TestAnEntryThatPostgreSQLCantKeepIsNamed(t *testing.T) {
	for name, s := range stores(t) {
		err := s.Load(t.Context(), func(yield func(archive.Row, error) bool) {
			for row := range rows(nil) {
				if e, ok := row.(audit.Sealed); ok {
					e.Why = "a\x00b" // as earlier versions of the program kept it
					row = e
				}
				if !yield(row, nil) {
					return
				}
			}
		})
		if told := err != nil && strings.Contains(err.Error(), "entry 1 of the audit log has the character U+0000"); told != (name == "postgres") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
