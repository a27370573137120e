package sqlite

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"commonground/data"
)

func TestWhatWasSealedIsNotChangedByMistake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	for _, from := range []data.Date{18_000, 18_364} {
		epoch := data.Epoch{From: from, Partition: "{}", SHA256: "aa", At: time.UnixMilli(0), Who: "cli:clerk"}
		if err := s.PutEpoch(t.Context(), epoch); err != nil {
			t.Fatal(err)
		}
	}
	signed := data.Signature{Period: 18_728, Draft: "ad", Who: "cli:clerk", At: time.UnixMilli(0)}
	if err := s.PutSignature(t.Context(), signed); err != nil {
		t.Fatal(err)
	}
	link := data.Sealing{Number: 1, Period: 18_700, Manifest: "{}", SHA256: "ab", Published: "{}", At: time.UnixMilli(0), Who: "cli:clerk"}
	if err := s.PutSealing(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{
		`UPDATE sealing SET published = '[]'`,
		`DELETE FROM sealing`,
		`REPLACE INTO sealing SELECT * FROM sealing`,
		`INSERT INTO sealing SELECT 3, period + 28, withdrawn, manifest, hash, published, revision, at_ms, who, why FROM sealing`,
		`UPDATE signature SET who = 'cli:other'`,
		`DELETE FROM signature`,
		`UPDATE epoch SET content = '[]'`,
		`DELETE FROM epoch WHERE from_day = 18364`,
		`REPLACE INTO epoch SELECT * FROM epoch`,
		`INSERT INTO epoch SELECT from_day - 1, content, hash, at_ms, who FROM epoch`,
	} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("%s was carried out", statement)
		}
	}
}
