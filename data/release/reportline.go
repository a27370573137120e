package release

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// lineView is a tree of contacts with what is published of it, to be looked at as
// someone would who knows the rules.
type lineView struct {
	tree     Count
	shown    Shown
	smallest int
	most     map[string]int // that a node can be, by what agencies returned
}

func viewLine(tree Count, smallest int) (*lineView, error) {
	shown, err := Collapse(tree, smallest)
	return &lineView{tree: tree, shown: shown, smallest: smallest, most: map[string]int{}}, err
}

// node returns the figure of a node, if it is shown.
func (v *lineView) node(id string) (Figure, bool) {
	if s := v.shown.find(id); s != nil && id != "" {
		return s.Figure, true
	}
	return Figure{}, false
}

func (s *Shown) find(id string) *Shown {
	if s.ID == id {
		return s
	}
	for i := range s.Parts {
		if found := s.Parts[i].find(id); found != nil {
			return found
		}
	}
	return nil
}

// leaks returns what could be known of nodes that are not shown, in sentences: for
// each of them there must be two trees, one in which it is 0 and one in which it is
// the most that is called few, that fit the figures which cover nodes and of which
// the same would be published. Trees are looked for where Collapse says that they
// are; where none is found, that is a leak.
func (v *lineView) leaks() []string { return v.leaksBelow(&v.tree, &v.shown) }

func (v *lineView) leaksBelow(node *Count, shown *Shown) (leaks []string) {
	together := secret{}
	for i := range node.Parts {
		part := &node.Parts[i]
		at := slices.IndexFunc(shown.Parts, func(s Shown) bool { return s.ID == part.ID })
		if at >= 0 {
			leaks = append(leaks, v.leaksBelow(part, &shown.Parts[at])...)
			continue
		}
		together.parts = append(together.parts, part)
		together.sum += part.N
	}
	for _, part := range together.parts {
		part.walk(func(n *Count) {
			for _, want := range []int{0, v.smallest - 1} {
				if !v.canBe(n, together, want) {
					leaks = append(leaks, fmt.Sprintf("%q of the line can't be %d", n.Title, want))
				}
			}
		})
	}
	return leaks
}

// secret is the parts of a node that are hidden together, and their sum.
type secret struct {
	parts []*Count
	sum   int
}

// walk calls do for a node and all below it.
func (c *Count) walk(do func(*Count)) {
	do(c)
	for i := range c.Parts {
		c.Parts[i].walk(do)
	}
}

// leaves returns the ids of the nodes at the end.
func (c *Count) leaves() (ids []string) {
	c.walk(func(n *Count) {
		if len(n.Parts) == 0 {
			ids = append(ids, n.ID)
		}
	})
	return ids
}

// canBe reports whether a hidden node can have a number.
func (v *lineView) canBe(hidden *Count, in secret, want int) bool {
	for _, numbers := range v.divisions(hidden, in, in.sum-want) {
		for _, leaf := range hidden.leaves() {
			numbers := maps.Clone(numbers)
			numbers[leaf] = want
			if v.samePublished(in, numbers) {
				return true
			}
		}
	}
	return false
}

// divisions returns ways in which the parts beside a hidden node can share what is
// left of the sum, by leaf: as small numbers, or one has all of it. Beside a
// node of a root that is few they have nothing, since the root can be any number.
func (v *lineView) divisions(hidden *Count, in secret, left int) (ways []map[string]int) {
	if v.shown.AtLeast != v.shown.AtMost {
		return []map[string]int{{}}
	}
	if left < 0 {
		return nil
	}
	small, rest := map[string]int{}, left
	for _, part := range in.parts {
		if part.holds(hidden.ID) {
			continue
		}
		leaves := part.leaves()
		roomiest := slices.MaxFunc(leaves, func(a, b string) int { return v.room(a) - v.room(b) })
		small[roomiest] = min(rest, v.room(roomiest), v.smallest-1)
		rest -= small[roomiest]
		for _, leaf := range leaves {
			ways = append(ways, map[string]int{leaf: left})
		}
	}
	if rest == 0 {
		ways = append(ways, small)
	}
	return ways
}

func (c *Count) holds(id string) (found bool) {
	c.walk(func(n *Count) { found = found || n.ID == id })
	return found
}

// room is the most that a node can be.
func (v *lineView) room(id string) int {
	if most, ok := v.most[id]; ok {
		return most
	}
	return v.tree.N + v.smallest
}

// samePublished reports whether of the tree in which hidden parts have other
// numbers, 0 where none is given, the same would be published.
func (v *lineView) samePublished(in secret, numbers map[string]int) bool {
	zero := map[string]bool{}
	for _, part := range in.parts {
		for _, leaf := range part.leaves() {
			zero[leaf] = true
		}
	}
	other := v.tree.with(func(id string, n int) int {
		if zero[id] {
			return numbers[id]
		}
		return n
	})
	fits := true
	other.walk(func(n *Count) { fits = fits && n.N <= v.room(n.ID) })
	return fits && reflect.DeepEqual(other.shown(v.smallest), v.shown)
}

// with returns a copy of a tree with other numbers at the leaves.
func (c *Count) with(number func(id string, n int) int) Count {
	other := Count{ID: c.ID, Title: c.Title}
	if len(c.Parts) == 0 {
		other.N = number(c.ID, c.N)
	}
	for i := range c.Parts {
		part := c.Parts[i].with(number)
		other.N += part.N
		other.Parts = append(other.Parts, part)
	}
	return other
}
