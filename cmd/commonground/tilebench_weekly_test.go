package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/geo"
)

// weekly is a row of counts by week and class.
type weekly struct {
	Week, Class                              int32
	Visits, Needle, CondomUsed, CondomUnused int64
}

// weekly reads all rows of counts, as numbers.
func (db *benchPostGIS) weekly(connection *pgx.Conn, query string, s selection) ([]weekly, error) {
	rows, err := connection.Query(db.t.Context(), counting(query), s.arguments()...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[weekly])
}

// addItems adds the items of a row to those by week, class and kind.
func (w weekly) addItems(items map[[3]string]int64, scheme *data.Scheme) {
	for kind, n := range map[string]int64{"needle": w.Needle, "condom_used": w.CondomUsed, "condom_unused": w.CondomUnused} {
		if n != 0 {
			items[[3]string{scheme.WeekStart(data.Week(w.Week)).String(), geo.Class(w.Class).String(), kind}] += n
		}
	}
}

// weeklyPath asks for counts by week, class and kind.
func (town *benchTown) weeklyPath(s selection) string {
	return "/v1/counts" + cmp.Or(s.query(town.scheme), "?") + "&by=week,class,kind"
}

func sameCounts(t testing.TB, town *benchTown, s serving, db *benchPostGIS) {
	t.Helper()
	for _, selected := range town.selections() {
		ours := town.weeklyItems(t, s, selected)
		for _, query := range []string{weeklyPoints, weeklyCells, weeklyTotals} {
			rows, err := db.weekly(db.Conn, query, selected)
			if err != nil {
				t.Fatal(err)
			}
			theirs := map[[3]string]int64{}
			for _, row := range rows {
				row.addItems(theirs, town.scheme)
			}
			if fmt.Sprint(ours) != fmt.Sprint(theirs) || len(ours) == 0 {
				t.Fatalf("counts of %s: %d rows, we have %d, and they are not the same", selected.name, len(theirs), len(ours))
			}
		}
	}
}

// weeklyItems are the items of our counts by week, class and kind.
func (town *benchTown) weeklyItems(t testing.TB, s serving, selected selection) map[[3]string]int64 {
	t.Helper()
	var answer struct {
		Rows []struct {
			Week, Class, Kind string
			Items             int64
		}
	}
	if err := json.Unmarshal(s.get(t, town.weeklyPath(selected)), &answer); err != nil {
		t.Fatal(err)
	}
	items := map[[3]string]int64{}
	for _, row := range answer.Rows {
		items[[3]string{row.Week, row.Class, row.Kind}] = row.Items
	}
	return items
}
