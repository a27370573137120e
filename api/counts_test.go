package api

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/grid"
)

func newCountRow(scheme *data.Scheme, by []data.Dimension, row cube.Row) countRow {
	out := countRow{Items: row.Items}
	for _, dimension := range by {
		text := cell(scheme, dimension, row)
		switch dimension {
		case data.ByWeek:
			out.Week = null
			if row.Week != data.Undated {
				out.Week = text
			}
		case data.ByClass:
			out.Class = &text
		case data.ByKind:
			out.Kind = &text
		case data.ByArea:
			out.Area = &text
		case data.BySquare:
			out.Square = null
			if row.Square != 0 {
				out.Square = squareName{ID: row.Square, Name: text}
			}
		}
	}
	if !slices.Contains(by, data.ByKind) {
		out.Visits = &row.Visits
	}
	return out
}

// Rows written by hand are those that encoding/json writes of the types that
// the description shows.
func TestRowsAreWrittenAsTheyAreDescribed(t *testing.T) {
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var by []data.Dimension
		for _, dimension := range data.Dimensions() {
			if rapid.Bool().Draw(t, string(dimension)) {
				by = append(by, dimension)
			}
		}
		row := rapid.Custom(func(t *rapid.T) cube.Row {
			r := cube.Row{
				Week: data.Week(rapid.Int32Range(2000, 2003).Draw(t, "week")), Class: rapid.SampledFrom(geo.Classes()).Draw(t, "class"),
				Kind: scheme.Kinds[rapid.IntRange(0, len(scheme.Kinds)-1).Draw(t, "kind")].ID, Area: rapid.String().Draw(t, "area"),
				Count: data.Count{Items: rapid.Int64().Draw(t, "items"), Visits: rapid.Int64Min(0).Draw(t, "visits")},
			}
			if rapid.Bool().Draw(t, "dated") {
				r.Week = data.Undated
			}
			if rapid.Bool().Draw(t, "placed") {
				r.Square = grid.Square{Level: uint8(rapid.IntRange(0, 9).Draw(t, "level")), X: 3, Y: -7}.Key()
			}
			return r
		})
		rows, total := rapid.SliceOfN(row, 0, 5).Draw(t, "rows"), data.Count{Items: 7, Visits: 5}
		want := countsAnswer{By: by, Rows: []countRow{}, Total: countTotal{total.Items, total.Visits}}
		for _, r := range rows {
			want.Rows = append(want.Rows, newCountRow(scheme, by, r))
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := countsJSON(scheme, by, rows, total); string(got) != string(text) {
			t.Fatalf("written:\n%s\nwant:\n%s", got, text)
		}
	})
}
