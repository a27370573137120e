package intake_test

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/data/intake"
)

// What is handed back opens in a spreadsheet without running; mended and sent again
// it is what it was.
func TestRefusedRowsAreHarmlessInASpreadsheetAndComeInAgain(t *testing.T) {
	for _, test := range []struct{ name, file, back string }{
		{"numbers stay as they are", "ref,at,lon,lat,needle\n+1,x,-1.55,+53.79,1\n", "ref,at,lon,lat,needle\n+1,x,-1.55,+53.79,1\n"},
		{"a formula", "ref,at,lon,lat,needle\n=1+1,x,-1.55,53.79,1\n", "ref,at,lon,lat,needle\n'=1+1,x,-1.55,53.79,1\n"},
		{"in quotes", "ref,at,lon,lat,needle\n\"=cmd|' /C calc'!A0, \"\"a\"\"\",x,-1.55,53.79,1\n", "ref,at,lon,lat,needle\n\"'=cmd|' /C calc'!A0, \"\"a\"\"\",x,-1.55,53.79,1\n"},
		{"a number with more in its quotes", "ref,at,lon,lat,needle\n\"-1,@SUM(A1)\",x,-1.55,53.79,1\n", "ref,at,lon,lat,needle\n\"'-1,@SUM(A1)\",x,-1.55,53.79,1\n"},
		{"in the last cell, ended as Windows does", "ref,at,lon,lat,needle,note\r\na,x,-1.55,53.79,1,@x\r\n", "ref,at,lon,lat,needle,note\r\na,x,-1.55,53.79,1,'@x\r\n"},
		{"in a column that is not read", "ref;at;lon;lat;needle;note\na;x;-1,5;53.79;1;-x\n", "ref;at;lon;lat;needle;note\na;x;-1,5;53.79;1;'-x\n"},
		{"empty cells between tabs", "ref\tat\tlon\tlat\tneedle\t\na\tx\t\t\t1\t\n", "ref\tat\tlon\tlat\tneedle\t\na\tx\t\t\t1\t\n"},
		{"a column's name", "ref,at,lon,lat,needle,=x\na,x,-1.55,53.79,1,\n", "ref,at,lon,lat,needle,'=x\na,x,-1.55,53.79,1,\n"},
		{"quotes that are misplaced", "ref,at,lon,lat,needle\n=a,b\"b,=c,\"-1\",1\n", "ref,at,lon,lat,needle\n'=a,b\"b,'=c,\"'-1\",1\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			s := w.pickups(test.file, intake.Options{})
			if s.came(t, 0, 0, 1); s.refused != test.back {
				t.Fatalf("handed back\n%q, want\n%q", s.refused, test.back)
			}
			mend := strings.NewReplacer("x,", "2019-04-24,", "x;", "2019-04-24;", "x\t", "2019-04-24\t", "-1,5", "-1.5").Replace
			if strings.Contains(test.file, `b"b`) {
				return // what it meant nobody knows
			}
			w.pickups(mend(s.refused), intake.Options{}).came(t, 1, 0, 0)
			w.pickups(mend(test.file), intake.Options{}).came(t, 0, 1, 0)
		})
	}
}

// Whatever is in a row: no cell of what is handed back begins a formula, and each is
// read as the same.
func TestCellsThatAreHandedBackAreHarmlessAndTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		cells := rapid.SliceOfN(rapid.StringMatching(`['=+@\t\r\n",;a1. -]{0,6}`), 2, 5).Draw(r, "cells")
		for i, cell := range cells {
			harmless := intake.Harmless(cell)
			_, notNumber := strconv.ParseFloat(strings.Replace(strings.TrimSpace(harmless), ",", ".", 1), 64)
			if strings.IndexAny(harmless, "=+-@\t\r") == 0 && notNumber != nil {
				r.Errorf("%q may be a formula", harmless)
			}
			if intake.PlainCell(harmless) != intake.PlainCell(cell) {
				r.Errorf("%q is read as %q", cell, intake.PlainCell(harmless))
			}
			cells[i] = strings.ReplaceAll(cell, "\r", "") // a reader of CSV does so before line ends
		}
		var row strings.Builder
		w := csv.NewWriter(&row)
		if err := w.Write(cells); err != nil {
			r.Fatal(err)
		}
		w.Flush()
		back, err := csv.NewReader(strings.NewReader(string(intake.HarmlessRow([]byte(row.String()), ',', false)))).Read()
		want := slices.Clone(cells)
		for i, cell := range want {
			want[i] = intake.Harmless(cell)
		}
		if err != nil || !slices.Equal(back, want) {
			r.Errorf("%q is handed back as %q, want %q: %v", cells, back, want, err)
		}
	})
}
