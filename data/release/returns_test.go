package release_test

import (
	"fmt"
	"strings"
	"testing"

	"commonground/data/release"
)

func TestFiguresOfAReturn(t *testing.T) {
	figures := []release.Returned{
		{ID: "contacts", N: 120},
		{ID: "first time", N: 31, PartOf: "contacts"},
		{ID: "referred", N: 9, PartOf: "contacts"},
		{ID: "seen", N: 111, PartOf: "contacts"},
		{ID: "seen twice", N: 60, PartOf: "seen"},
		{ID: "young", N: 21, PartOf: "first time"},
		{ID: "very young", N: 11, PartOf: "young"},
		{ID: "housed", N: 3, PartOf: "referred"},
		{ID: "kits", N: 18},
		{ID: "large kits", N: 4, PartOf: "kits"},
		{ID: "vans", N: 0},
		{ID: "buses", N: 10},
	}
	want := []string{
		"120", "31", "fewer than 10", "not shown", "not shown", "21", "11", "fewer than 10", "18", "not shown", "fewer than 10", "10",
	}
	lines, err := release.Return(figures, 10)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range lines {
		if line.ID != figures[i].ID || line.PartOf != figures[i].PartOf || line.Text != want[i] {
			t.Errorf("%s: got %+v, want %s", figures[i].ID, line, want[i])
		}
		if n := figures[i].N; n < line.AtLeast || line.AtMost >= 0 && n > line.AtMost {
			t.Errorf("%s: %d is not from %d to %d", figures[i].ID, n, line.AtLeast, line.AtMost)
		}
	}
}

func TestFiguresThatAreNoReturnAreRefused(t *testing.T) {
	for says, figures := range map[string][]release.Returned{
		`"b" is part of "a", which does not come before it`: {{ID: "b", PartOf: "a"}, {ID: "a"}},
		`"a" is part of "a", which does not come before it`: {{ID: "a", PartOf: "a"}},
		`"a" has no id of its own`:                          {{ID: "a"}, {ID: "a"}},
		`"" has no id of its own`:                           {{}},
		`"b" is 5, less than nothing or more`:               {{ID: "a", N: 4}, {ID: "b", N: 5, PartOf: "a"}},
		`"a" is -1, less than nothing`:                      {{ID: "a", N: -1}},
	} {
		if _, err := release.Return(figures, 10); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %s", err, says)
		}
	}
}

// Whoever knows the rule can try all returns of a whole, a part and a part of
// that. What may be small, of the figures and of the rests, may be 0 and may be
// the most of a small one.
func TestNothingSmallIsHadByTryingAllReturns(t *testing.T) {
	const smallest, most = 3, 24
	type known [5]map[int]bool
	possible := map[string]known{}
	for whole := range most + 1 {
		for part := range whole + 1 {
			for inner := range part + 1 {
				lines, err := release.Return([]release.Returned{{ID: "a", N: whole}, {ID: "b", N: part, PartOf: "a"}, {ID: "c", N: inner, PartOf: "b"}}, smallest)
				if err != nil {
					t.Fatal(err)
				}
				outcome := fmt.Sprint(lines[0].Text, ", ", lines[1].Text, ", ", lines[2].Text)
				k, ok := possible[outcome]
				for i, n := range []int{whole, part, inner, whole - part, part - inner} {
					if !ok {
						k[i] = map[int]bool{}
					}
					k[i][n] = true
				}
				possible[outcome] = k
			}
		}
	}
	for outcome, each := range possible {
		for i, values := range each {
			if maybeSmall(values, smallest) && !(values[0] && values[smallest-1]) {
				t.Errorf("%s: number %d can only be %v", outcome, i, values)
			}
		}
	}
}
