package release

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/geo/grid"
)

func TestASquareIsShownOnlyWithEnoughOnEnoughDays(t *testing.T) {
	p := data.DefaultPolicy()
	for _, test := range []struct {
		name  string
		truth truth
		shown bool
	}{
		{"nothing", truth{}, false},
		{"nine items", truth{items: 9, days: 9, most: 1}, false},
		{"ten on three days", truth{items: 10, days: 3, most: 5}, true},
		{"ten on two days", truth{items: 10, days: 2, most: 5}, false},
		{"a day has just half", truth{items: 12, days: 3, most: 6}, true},
		{"a day has over half", truth{items: 12, days: 3, most: 7}, false},
		{"very many on one day", truth{items: 900, days: 1, most: 900}, false},
	} {
		if got := test.truth.hidden(&p) == ""; got != test.shown {
			t.Errorf("%s: shown %v", test.name, got)
		}
	}
}

func TestBandsAreForEach250Metres(t *testing.T) {
	p := data.DefaultPolicy()
	for _, test := range []struct{ items, sideM, want int }{
		{24, 250, 1}, {25, 250, 2}, {74, 250, 2}, {75, 250, 3},
		{99, 500, 1}, {100, 500, 2}, {299, 500, 2}, {300, 500, 3},
		{399, 1000, 1}, {400, 1000, 2}, {1199, 1000, 2}, {1200, 1000, 3},
	} {
		if got := band(&p, test.items, test.sideM); got != test.want {
			t.Errorf("%d items in %d m: band %d, want %d", test.items, test.sideM, got, test.want)
		}
	}
}

func TestBandsWithTooFewSquaresAreMerged(t *testing.T) {
	p := data.DefaultPolicy()
	for _, test := range []struct {
		name    string
		n       [4]int // squares of each value
		want    [4]int // squares of each band
		legends []string
	}{
		{"enough of each", [4]int{5, 3, 3, 3}, [4]int{5, 3, 3, 3}, []string{"under 25", "25 to under 75", "75 or more"}},
		{"two at the top", [4]int{5, 3, 3, 2}, [4]int{5, 3, 5, 0}, []string{"under 25", "25 or more"}},
		{"none at the top", [4]int{5, 3, 3, 0}, [4]int{5, 3, 3, 0}, []string{"under 25", "25 or more"}},
		{"again and again", [4]int{5, 3, 1, 1}, [4]int{5, 5, 0, 0}, []string{"shown: at least 10 in the square"}},
		{"the merged one is enough", [4]int{5, 0, 2, 1}, [4]int{5, 0, 3, 0}, []string{"under 25", "25 or more"}},
		{"three in all", [4]int{5, 1, 1, 1}, [4]int{5, 3, 0, 0}, []string{"shown: at least 10 in the square"}},
		{"two in all", [4]int{5, 0, 0, 2}, [4]int{7, 0, 0, 0}, nil},
		{"none", [4]int{5, 0, 0, 0}, [4]int{5, 0, 0, 0}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var values []int
			for v, n := range test.n {
				values = append(values, slices.Repeat([]int{v}, n)...)
			}
			bands, legend := merged(&p, values)
			var got [4]int
			for _, b := range bands {
				got[b]++
			}
			var texts []string
			for _, b := range legend[1:] {
				texts = append(texts, b.Text)
			}
			if got != test.want || !slices.Equal(texts, test.legends) {
				t.Errorf("%v %q, want %v %q", got, texts, test.want, test.legends)
			}
		})
	}
}

func TestNoBandStandsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := data.DefaultPolicy()
		values := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 40).Draw(t, "values")
		bands, legend := merged(&p, values)
		n := map[int]int{}
		for i, b := range bands {
			n[b]++
			if values[i] == 0 && b != 0 {
				t.Fatal("a square that fails the rule is shown")
			}
		}
		if top := len(legend) - 1; top > 1 && n[top] < p.MinSquares {
			t.Fatalf("the top band has %d squares", n[top])
		}
		if shown := len(bands) - n[0]; shown > 0 && shown < p.MinSquares {
			t.Fatalf("%d squares are shown in all", shown)
		}
	})
}

// The legend must never say what isn't so: the audit builds on it.
func TestATrueCountLiesInTheBoundsOfItsBand(t *testing.T) {
	p := data.DefaultPolicy()
	rapid.Check(t, func(t *rapid.T) {
		var squares []grid.Square
		var truths []truth
		for range rapid.IntRange(1, 30).Draw(t, "squares") {
			squares = append(squares, grid.Square{Level: uint8(rapid.IntRange(1, 3).Draw(t, "level"))})
			items := rapid.IntRange(0, 1500).Draw(t, "items")
			truths = append(truths, truth{items: items, days: rapid.IntRange(1, 9).Draw(t, "days"), most: rapid.IntRange(1, items+1).Draw(t, "most")})
		}
		bands, legend := merged(&p, valuesOf(&p, squares, truths))
		for i, b := range bands {
			low, high := bounds(&p, legend[b], squares[i].Side())
			if truths[i].items < low || high >= 0 && truths[i].items > high {
				t.Fatalf("%d items in %d m are said to be %d to %d (%+v)", truths[i].items, squares[i].Side(), low, high, legend[b])
			}
		}
	})
}

func TestFiguresHideAndRound(t *testing.T) {
	p := data.DefaultPolicy()
	for _, test := range []struct {
		n          int
		row, total string
	}{
		{0, "fewer than 10", "fewer than 13"}, {9, "fewer than 10", "fewer than 13"}, {10, "10", "fewer than 13"}, {12, "10", "fewer than 13"},
		{13, "15", "25"}, {17, "15", "25"}, {18, "20", "25"}, {37, "35", "25"}, {38, "40", "50"}, {1000, "1000", "1000"}, {1012, "1010", "1000"},
	} {
		if row, total := rowFigure(&p, test.n), totalFigure(&p, test.n); row.Text != test.row || total.Text != test.total {
			t.Errorf("%d: row %q, total %q; want %q, %q", test.n, row.Text, total.Text, test.row, test.total)
		}
	}
}

// A text stands for exactly the numbers that come to it.
func TestAFigureStandsForAllNumbersOfItsText(t *testing.T) {
	p := data.DefaultPolicy()
	for name, figure := range map[string]func(*data.Policy, int) Figure{"row": rowFigure, "total": totalFigure} {
		span := map[Figure][2]int{}
		for n := range 3000 {
			f := figure(&p, n)
			s, seen := span[f]
			if !seen {
				s = [2]int{n, n}
			}
			span[f] = [2]int{s[0], n}
		}
		for f, s := range span {
			if f.AtMost < 2900 && (s[0] != f.AtLeast || s[1] != f.AtMost) {
				t.Errorf("%s %q says %d to %d, and stands for %d to %d", name, f.Text, f.AtLeast, f.AtMost, s[0], s[1])
			}
		}
		if len(span) < 100 {
			t.Error(fmt.Sprint(name, ": too few texts to tell anything"))
		}
	}
}
