package release_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/data/release"
)

// told writes what is shown as "70 = 21 + 32 + other 17 (c d e)", nested parts in
// brackets.
func told(s release.Shown) string {
	text := s.Text
	if s.ID == "" {
		var ids []string
		for _, each := range s.StandsFor {
			ids = append(ids, each.ID)
		}
		text = fmt.Sprintf("%s %s (%s)", s.Title, s.Text, strings.Join(ids, " "))
	}
	for i, part := range s.Parts {
		sign := " + "
		if i == 0 {
			sign = " = "
		}
		if len(part.Parts) > 0 {
			text += sign + "[" + told(part) + "]"
		} else {
			text += sign + told(part)
		}
	}
	return text
}

// tree returns a node whose parts have the ids a, b, c …
func tree(n int, parts ...int) release.Count {
	c := release.Count{ID: "all", N: n}
	for i, part := range parts {
		c.Parts = append(c.Parts, release.Count{ID: string(rune('a' + i)), N: part})
	}
	return c
}

func collapsed(t rapid.TB, c release.Count) release.Shown {
	t.Helper()
	s, err := release.Collapse(c, 10)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The numbers are those of shared/golden/report-2019-05-21.json, dedicated_line.
func TestTheCallLineOfTheReport(t *testing.T) {
	line := tree(70, 21, 32, 3, 6, 6, 1, 1)
	line.Parts[0].Parts = tree(21, 17, 1, 2, 1).Parts
	if got := told(collapsed(t, line)); got != "70 = 21 + 32 + other 17 (c d e f g)" {
		t.Errorf("got %s", got)
	}
}

func TestSmallPartsAreCollapsed(t *testing.T) {
	for _, each := range []struct {
		name string
		tree release.Count
		want string
	}{
		{"nothing small", tree(30, 10, 20), "30 = 10 + 20"},
		{"small ones that sum to enough", tree(70, 21, 3, 32, 6, 6, 1, 1), "70 = 21 + 32 + other 17 (b d e f g)"},
		{"small ones with a large one hide behind the next", tree(60, 40, 3, 17), "60 = 40 + other 20 (b c)"},
		{"parts that are equal are taken in together", tree(77, 17, 3, 17, 40), "77 = 40 + other 37 (a b c)"},
		{"zero is small", tree(42, 10, 32, 0), "42"},
		{"zero hides in a remainder of 19 and more", tree(51, 19, 32, 0), "51 = 32 + other 19 (a c)"},
		{"two that sum to 18 are 9 and 9", tree(48, 30, 9, 9), "48"},
		{"of two that sum to 10 none is 0", tree(110, 5, 5, 100), "110"},
		{"of three that sum to 18 each may be 0", tree(48, 30, 9, 9, 0), "48 = 30 + other 18 (b c d)"},
		{"nothing is left but other", tree(21, 17, 1, 2, 1), "21"},
		{"one part alone", tree(12, 12), "12 = 12"},
		{"no parts", tree(12), "12"},
		{"a small root shows no parts", tree(9, 9), "fewer than 10"},
		{"a root of nothing", tree(0), "fewer than 10"},
		{"all small", tree(12, 4, 4, 4), "12"},
	} {
		if got := told(collapsed(t, each.tree)); got != each.want {
			t.Errorf("%s: got %s, want %s", each.name, got, each.want)
		}
	}
}

func TestWhatIsHiddenShowsNoParts(t *testing.T) {
	root := tree(117, 40, 25, 3, 49)
	root.Parts[0].Parts = tree(40, 20, 20).Parts
	root.Parts[1].Parts = tree(25, 25).Parts
	root.Parts[2].Parts = tree(3, 3).Parts
	root.Parts[3].Parts = tree(49, 48, 1).Parts
	if got := told(collapsed(t, root)); got != "117 = [40 = 20 + 20] + 49 + other 28 (b c)" {
		t.Errorf("got %s", got)
	}
}

func TestATreeThatDoesNotSumIsRefused(t *testing.T) {
	off, below := tree(30, 10, 20), tree(30, 40, -10)
	off.Parts[1].Parts = tree(20, 10, 9).Parts
	for says, c := range map[string]release.Count{`"b" counts 20, but its parts 19`: off, `"b" counts -10`: below} {
		if _, err := release.Collapse(c, 10); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %s", err, says)
		}
	}
}

// Whoever knows the algorithm can try all trees. For a part that isn't shown, and
// might be small, the trees with the same outcome must leave both 0 and the most
// of a small one. All trees of a root and its parts are tried.
func TestNothingSmallIsHadByTryingAllTrees(t *testing.T) {
	for _, each := range []struct{ smallest, parts, most int }{
		{10, 1, 40}, {10, 2, 80}, {10, 3, 64}, {4, 3, 40}, {4, 4, 28}, {3, 4, 30}, {3, 5, 20}, {2, 5, 16}, {1, 3, 12},
	} {
		for n := range each.most + 1 {
			checkAllTrees(t, n, each.parts, each.smallest)
		}
	}
}

func checkAllTrees(t *testing.T, n, parts, smallest int) {
	t.Helper()
	possible := map[string][]map[int]bool{}
	for _, numbers := range divisions(n, parts) {
		s, err := release.Collapse(tree(n, numbers...), smallest)
		if err != nil {
			t.Fatal(err)
		}
		outcome := told(s)
		if possible[outcome] == nil {
			possible[outcome] = make([]map[int]bool, parts)
		}
		for i, number := range numbers {
			if possible[outcome][i] == nil {
				possible[outcome][i] = map[int]bool{}
			}
			possible[outcome][i][number] = true
		}
	}
	for outcome, each := range possible {
		for i, values := range each {
			if maybeSmall(values, smallest) && n >= smallest && !(values[0] && values[smallest-1]) {
				t.Errorf("%s: part %d of %d can only be %v", outcome, i, parts, values)
			}
		}
	}
}

func maybeSmall(values map[int]bool, smallest int) bool {
	for value := range values {
		if value < smallest {
			return true
		}
	}
	return false
}

// divisions are all ways to divide n into so many parts in order.
func divisions(n, parts int) [][]int {
	if parts == 1 {
		return [][]int{{n}}
	}
	var all [][]int
	for first := range n + 1 {
		for _, rest := range divisions(n-first, parts-1) {
			all = append(all, append([]int{first}, rest...))
		}
	}
	return all
}

// Whoever doesn't know the algorithm subtracts: what stands in "other" sums to
// it, and is small, or at least smaller than what is shown.
func TestNothingSmallIsHadFromRandomTreesBySubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		next := 0
		root := drawTree(t, &next, 4)
		checkShown(t, root, collapsed(t, root))
	})
}

func drawTree(t *rapid.T, next *int, depth int) release.Count {
	*next++
	c := release.Count{ID: fmt.Sprint("n", *next)}
	if depth > 1 {
		for range rapid.IntRange(0, 6).Draw(t, "parts") {
			part := drawTree(t, next, depth-1)
			c.N += part.N
			c.Parts = append(c.Parts, part)
		}
	}
	if len(c.Parts) == 0 {
		c.N = rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 40)).Draw(t, "n")
	}
	return c
}

func checkShown(t *rapid.T, c release.Count, s release.Shown) {
	if s.ID != c.ID || s.AtLeast > c.N || s.AtMost < c.N || (c.N >= 10) != (s.Text == fmt.Sprint(c.N)) {
		t.Fatalf("%d is shown as %+v", c.N, s)
	}
	if len(s.Parts) == 0 {
		return
	}
	byID, sum, least := map[string]release.Count{}, 0, c.N
	for _, part := range c.Parts {
		byID[part.ID] = part
	}
	for _, part := range s.Parts {
		if part.AtLeast < 10 {
			t.Fatalf("%s shows %d", told(s), part.AtLeast)
		}
		sum += part.AtLeast
		if part.ID != "" {
			least = min(least, part.AtLeast)
			checkShown(t, byID[part.ID], part)
			delete(byID, part.ID)
		}
	}
	if sum != c.N {
		t.Fatalf("%s does not sum", told(s))
	}
	checkOther(t, s.Parts[len(s.Parts)-1], byID, least)
}

// checkOther checks what stands for the parts that were left.
func checkOther(t *rapid.T, other release.Shown, left map[string]release.Count, least int) {
	for _, each := range other.StandsFor {
		if _, ok := left[each.ID]; !ok {
			t.Fatalf("%s is in other, and elsewhere or nowhere", each.ID)
		}
		delete(left, each.ID)
	}
	if len(left) > 0 {
		t.Fatalf("%v are nowhere", left)
	}
	k := len(other.StandsFor)
	if k == 0 {
		return
	}
	for _, most := range []int{9, least - 1} {
		all, rest := reachable(k, most), reachable(k-1, most)
		if all[other.AtLeast] && !(rest[other.AtLeast] && rest[other.AtLeast-9]) {
			t.Fatalf("%d of %d parts up to %d: one can't be 0, or can't be 9", other.AtLeast, k, most)
		}
	}
}

// reachable returns the sums of so many numbers from 0 to most.
func reachable(numbers, most int) map[int]bool {
	sums := map[int]bool{0: true}
	for range numbers {
		more := map[int]bool{}
		for sum := range sums {
			for n := range most + 1 {
				more[sum+n] = true
			}
		}
		sums = more
	}
	return sums
}
