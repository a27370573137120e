package postgres

import (
	"testing"
	"time"

	"commonground/data"
)

func TestWhatWasReturnedIsNotChangedByMistake(t *testing.T) {
	s := openAt(t, Empty(t))
	figure := data.Return{Measure: "warnings", From: 18_000, To: 18_028, Least: 3, Most: 3, At: time.UnixMilli(0), Who: "key:1"}
	if _, err := s.PutReturns(t.Context(), []data.Return{figure}); err != nil {
		t.Fatal(err)
	}
	refused(t, s, "never changed",
		`UPDATE agency_return SET most = 4`, `DELETE FROM agency_return`, `TRUNCATE agency_return`,
		`INSERT INTO agency_return SELECT 3, measure, from_day, to_day, least, most, withdrawn, at, who FROM agency_return`)
}
