package sqlite

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
)

func TestAPickupWithKindsOutOfOrderUndoesItsBatch(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	withScheme(t, s)
	for _, kinds := range [][]string{{"b", "a"}, {"a", "a"}} {
		batch := cityPickups(3, 0)
		batch[1].Found = []data.Quantity{{Kind: kinds[0]}, {Kind: kinds[1]}}
		if _, err := s.PutPickups(t.Context(), 1, batch); err == nil {
			t.Errorf("kinds %v were taken", kinds)
		}
	}
	batch := cityPickups(3, 0)
	batch[2].AccuracyM = math.NaN()
	if _, err := s.PutPickups(t.Context(), 1, batch); err == nil {
		t.Error("an accuracy that is no number was taken")
	}
	if position, err := s.Position(t.Context()); err != nil || position != 1 {
		t.Errorf("the feed is at %d (%v), want 1", position, err)
	}
}

func TestOnlyRecordsWhosePlaceChangedAreWritten(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	withScheme(t, s)
	if _, err := s.PutPickups(t.Context(), 1, cityPickups(2500, 0)); err != nil {
		t.Fatal(err)
	}
	// Temporary objects belong to one connection, and there is one that writes.
	if _, err := s.writer.Exec(`
		CREATE TEMP TABLE written (id INTEGER);
		CREATE TEMP TRIGGER answered AFTER INSERT ON main.pickup_answer BEGIN INSERT INTO written VALUES (new.record); END;
		CREATE TEMP TRIGGER record AFTER UPDATE ON main.pickup BEGIN INSERT INTO written VALUES (0); END`); err != nil {
		t.Fatal(err)
	}
	moved := 0
	err := s.PutScheme(t.Context(), 1, "", func(places []geo.Place, positions []data.Position, _ []data.When) {
		for i, p := range positions {
			places[i] = cityPlace
			if p.Point.Lon%10 == 0 {
				places[i].Area = "moved"
				moved++
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	var written int
	if err := s.writer.QueryRow(`SELECT count(DISTINCT id) FROM written`).Scan(&written); err != nil {
		t.Fatal(err)
	}
	if written != moved || moved == 0 {
		t.Errorf("%d records were written, want the %d that moved", written, moved)
	}
}

var cityPlace = geo.Place{Class: geo.NonResidential, Area: "area-17"}

// cityPickups are n pickups of a city, with references from first on.
func cityPickups(n, first int) []data.Pickup {
	random := rand.New(rand.NewPCG(1, uint64(first)))
	batch := make([]data.Pickup, n)
	for i := range batch {
		batch[i] = data.Pickup{
			Key: data.Key{Source: "cleansing", Ref: fmt.Sprintf("2019-%07d", first+i)},
			Position: data.Position{
				Point:     &geo.Point{Lon: -16_000_000 + random.Int32N(1_000_000), Lat: 537_500_000 + random.Int32N(1_000_000)},
				AccuracyM: 5,
				Place:     cityPlace,
			},
			At: data.InstantOf(time.UnixMilli(1_556_000_000_000 + int64(first+i)*1000).UTC()),
			Found: []data.Quantity{
				{Kind: "condom_unused", Items: 1}, {Kind: "condom_used", Items: 2}, {Kind: "needle", Items: 0},
			},
		}
	}
	return batch
}

// BenchmarkPutPickups also measures PRAGMA synchronous = normal, which the
// store doesn't use: it may lose the last commits at a power cut.
func BenchmarkPutPickups(b *testing.B) {
	for _, synchronous := range []string{"full", "normal"} {
		for _, size := range []int{1, 1000, 10_000} {
			b.Run(fmt.Sprintf("synchronous=%s/batch=%d", synchronous, size), func(b *testing.B) {
				s, err := open(b.Context(), filepath.Join(b.TempDir(), "records.db"), synchronous)
				if err != nil {
					b.Fatal(err)
				}
				defer s.Close()
				withScheme(b, s)
				b.ReportAllocs()
				var ready []data.Pickup
				for made := 0; b.Loop(); ready = ready[size:] {
					if len(ready) == 0 { // ten thousand at once, for stopping the clock costs more than a commit
						b.StopTimer()
						ready = cityPickups(10_000, made)
						made += len(ready)
						b.StartTimer()
					}
					if _, err := s.PutPickups(b.Context(), 1, ready[:size]); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "pickups/s")
			})
		}
	}
}

func filled(b *testing.B, size int) *Store {
	s := openFile(b, filepath.Join(b.TempDir(), "records.db"))
	withScheme(b, s)
	if _, err := s.PutPickups(b.Context(), 1, cityPickups(size, 0)); err != nil {
		b.Fatal(err)
	}
	return s
}

const many = 100_000

func BenchmarkReadPickups(b *testing.B) {
	s := filled(b, many)
	b.Run("Pickups", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, all, err := s.Pickups(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			for _, err := range all {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.N*many)/b.Elapsed().Seconds(), "pickups/s")
	})
	b.Run("Changes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Changes(b.Context(), many/2, 1000); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("PickupsIn", func(b *testing.B) { // a thousandth of the city
		b.ReportAllocs()
		box := orb.Bound{Min: orb.Point{-1.55, 53.80}, Max: orb.Point{-1.5468, 53.8032}}
		for b.Loop() {
			if _, err := s.PickupsIn(b.Context(), box, many); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPutScheme(b *testing.B) {
	s := filled(b, many)
	b.ReportAllocs()
	for revision := int64(1); b.Loop(); revision++ {
		err := s.PutScheme(b.Context(), revision, "", func(places []geo.Place, _ []data.Position, _ []data.When) {
			for i := range places {
				places[i] = geo.Place{Class: geo.Managed, Hours: geo.HoursAnswer(revision % 3)} // every record moves
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*many)/b.Elapsed().Seconds(), "pickups/s")
}
