package sqlite

import (
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"commonground/data"
)

// asOf makes a file as the program had it with some number of migrations, and
// runs statements on it.
func asOf(t *testing.T, path string, version int64, statements ...string) {
	t.Helper()
	s, err := connect(path, "full")
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.writer, files, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = provider.UpTo(t.Context(), version)
	}
	for _, statement := range statements {
		if err == nil {
			_, err = s.writer.Exec(statement)
		}
	}
	close(s.watched) // nobody watches
	if err != nil {
		t.Fatal(err)
	}
	shut(t, s)
}

func TestAFileFromBeforeTheHistoryKeepsItsFeed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	asOf(t, path, 3,
		`INSERT INTO settings VALUES (1, 1, '')`,
		`INSERT INTO answer VALUES (1, 'outside', '', 0, 0)`,
		`INSERT INTO pickup VALUES (1, 'crew', '1', 10, 20, 0, 0, 1, 0, '{"needle":1}'), (2, 'crew', '2', NULL, NULL, 0, 0, 1, 0, '{}'), (7, 'crew', '7', 10, 20, 0, 0, 1, 0, '{}')`,
		`INSERT INTO pickup_answer VALUES (1, 1), (2, 1), (7, 1)`,
		`INSERT INTO incident VALUES (1, 'line', '1', 10, 20, 0, 0, 1, 0, 0, 1, 0, NULL, 0, 0, '', 'harm', '', '', '')`,
		`INSERT INTO incident_answer VALUES (1, 1)`,
		`INSERT INTO change VALUES (1, 'settings', NULL, 11), (2, 'pickup', 1, 12), (3, 'pickup', 2, 13), (5, 'pickup', 7, 19)`,
		`UPDATE change SET position = 9 WHERE position = 5`)
	s := openFile(t, path)
	changes, err := s.Changes(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var refs []string
	for _, change := range changes {
		if change.Pickup != nil {
			refs = append(refs, change.Pickup.Ref)
		}
	}
	if !slices.Equal(refs, []string{"1", "2", "7"}) || !changes[0].Settings {
		t.Errorf("the feed has %v", changes)
	}
	if trace, err := s.Trace(t.Context(), 9); err != nil || trace != "0000000000000013" {
		t.Errorf("the trace is %q, %v", trace, err)
	}
	incident := data.Incident{Key: data.Key{Source: "line", Ref: "1"}, Category: data.Harm}
	if receipt, err := s.ReplaceIncident(t.Context(), 1, incident, time.UnixMilli(5)); err != nil || receipt != data.Corrected {
		t.Errorf("receipt %d, %v", receipt, err)
	}
	if position, err := s.Position(t.Context()); err != nil || position <= 9 {
		t.Errorf("the next position is %d, %v", position, err)
	}
	changes, err = s.Changes(t.Context(), 9, 100)
	if err != nil || len(changes) != 1 || changes[0].IncidentBefore == nil || changes[0].Incident == nil {
		t.Errorf("the feed goes on with %+v, %v", changes, err)
	}
}

func BenchmarkReplacePickup(b *testing.B) {
	s := filled(b, many)
	b.ReportAllocs()
	at := time.UnixMilli(1_700_000_000_000)
	batch := cityPickups(many, 0)
	for i := 0; b.Loop(); i++ {
		p := batch[i%many]
		p.AccuracyM = float64(6 + i)
		if _, err := s.ReplacePickup(b.Context(), 1, p, at); err != nil {
			b.Fatal(err)
		}
	}
}
