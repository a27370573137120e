package release

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const fewest = 10

// lineOf is a tree of contacts of two levels, with numbers of the second where
// there is more than one.
func lineOf(parts ...[]int) Count {
	root := Count{ID: "root", Title: "Contacts"}
	for i, numbers := range parts {
		id := string(rune('a' + i))
		part := Count{ID: id, Title: id}
		for k, n := range numbers {
			part.N += n
			if len(numbers) > 1 {
				leaf := id + string(rune('1'+k))
				part.Parts = append(part.Parts, Count{ID: leaf, Title: leaf, N: n})
			}
		}
		root.N += part.N
		root.Parts = append(root.Parts, part)
	}
	return root
}

func viewOf(t rapid.TB, tree Count) *lineView {
	t.Helper()
	view, err := viewLine(tree, fewest)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// A tree that Collapse lets out has a witness for everything in it that is hidden:
// otherwise a steward would be refused for nothing.
func TestWhatIsCollapsedTellsNothingOfTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 60))
		parts := rapid.SliceOfN(rapid.SliceOfN(number, 1, 5), 0, 7).Draw(t, "parts")
		view := viewOf(t, lineOf(parts...))
		if leaks := view.leaks(); len(leaks) > 0 {
			t.Fatalf("%+v: %v", view.shown, leaks)
		}
	})
}

func TestWhatTellsOfTheLineIsFound(t *testing.T) {
	hidden := lineOf([]int{30}, []int{4}, []int{5}, []int{3})
	for _, c := range []struct {
		name  string
		tree  Count
		shown func(*Shown)
		most  map[string]int
		leak  string
	}{
		{"two small parts, of which one is shown", hidden, func(s *Shown) { s.Parts[1].StandsFor = s.Parts[1].StandsFor[1:] }, nil, `"b" of the line`},
		{"parts that are hidden, but may not be", lineOf([]int{30}, []int{40}), func(s *Shown) { s.Parts = s.Parts[:1] }, nil, `"b" of the line can't be 0`},
		{"a part that can't be 9 by what was returned", hidden, nil, map[string]int{"b": 6}, `"b" of the line can't be 9`},
		{"parts that make up the rest only if one is not small", hidden, nil, map[string]int{"c": 9, "d": 2}, `"b" of the line can't be 0`},
	} {
		view := viewOf(t, c.tree)
		if c.shown != nil {
			c.shown(&view.shown)
		}
		for id, most := range c.most {
			view.most[id] = most
		}
		if leaks := strings.Join(view.leaks(), "; "); !strings.Contains(leaks, c.leak) {
			t.Errorf("%s: found %q", c.name, leaks)
		}
	}
}

// covering is a whole that covers contacts, and a part of it.
func covering(whole, part int) *group {
	return &group{agency: "police", figures: []AccountFigure{
		{ID: "warnings", Title: "Warnings", To: 28, Least: whole, Most: whole, Covers: "a"},
		{ID: "adults", Title: "Of adults", PartOf: "warnings", To: 28, Least: part, Most: part},
	}}
}

// texts are what a group shows.
func texts(t *testing.T, g *group, tree Count) (all []string) {
	t.Helper()
	r, err := g.publish(viewOf(t, tree), fewest)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Figures {
		all = append(all, f.Text)
	}
	return all
}

func TestAFigureThatCoversContactsIsShownWhereEnoughIsBesides(t *testing.T) {
	line := lineOf([]int{30}, []int{4}, []int{5}, []int{3})
	for _, c := range []struct {
		whole, part int
		want        string
	}{
		{40, 20, "40 20"},               // 10 besides the 30
		{39, 20, "not shown not shown"}, // 9 besides
		{30, 20, "not shown not shown"}, // none besides
		{45, 40, "45 not shown"},        // 5 besides the part
		{45, 3, "45 fewer than 10"},
	} {
		if got := strings.Join(texts(t, covering(c.whole, c.part), line), " "); got != c.want {
			t.Errorf("%d, of which %d: %q, not %q", c.whole, c.part, got, c.want)
		}
	}
}

func TestARangeSaysNoSmallNumber(t *testing.T) {
	for _, c := range []struct {
		least, most int
		want        string
	}{{65, 80, "65 to 80"}, {4, 80, "fewer than 10 to 80"}, {0, 10, "fewer than 10 to 10"}, {2, 9, "fewer than 10"}} {
		g := &group{figures: []AccountFigure{{ID: "people", Least: c.least, Most: c.most, To: 28}}}
		if got := texts(t, g, lineOf([]int{30}))[0]; got != c.want {
			t.Errorf("%d to %d: %q, not %q", c.least, c.most, got, c.want)
		}
	}
}

// A part that is about other days than its whole, or whose whole is missing, was not
// returned for these.
func TestAPartIsPublishedWithItsWholeAlone(t *testing.T) {
	line := lineOf([]int{5}, []int{40})
	later := covering(40, 20)
	later.figures[1].From, later.figures[1].To = 3, 31
	missing := covering(40, 20)
	missing.figures[0].Missing = true
	orphan := covering(40, 20)
	orphan.figures[1].Missing = true
	orphan.figures = append(orphan.figures, AccountFigure{ID: "women", PartOf: "adults", To: 28, Least: 12, Most: 12})
	for _, c := range []struct {
		name string
		g    *group
		want string
	}{
		{"of other days", later, "40, not returned"},
		{"without a whole", missing, "not returned"},
		{"whose own whole is missing", orphan, "40, not returned, not shown"},
	} {
		if got := strings.Join(texts(t, c.g, line), ", "); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}
