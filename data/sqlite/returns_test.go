package sqlite

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"commonground/data"
)

func TestWhatWasReturnedIsNotChangedByMistake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	figure := data.Return{Measure: "warnings", From: 18_000, To: 18_028, Least: 3, Most: 3, At: time.UnixMilli(0), Who: "key:1"}
	if _, err := s.PutReturns(t.Context(), []data.Return{figure}); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const others = `measure, from_day, to_day, least, most, withdrawn, at_ms, who FROM agency_return`
	for _, statement := range []string{
		`UPDATE agency_return SET most = 4`,
		`DELETE FROM agency_return`,
		`REPLACE INTO agency_return SELECT * FROM agency_return`,
		`INSERT INTO agency_return SELECT 3, ` + others,
	} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("%s was carried out", statement)
		}
	}
	if _, err := db.Exec(`INSERT INTO agency_return SELECT 2, ` + others); err != nil {
		t.Error(err)
	}
}
