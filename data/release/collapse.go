package release

import (
	"fmt"
	"slices"
	"strconv"
)

// Count is a node of a tree of counts: a number, and the parts that it divides
// into, each of its items in exactly one; none where it doesn't.
type Count struct {
	ID    string
	Title string
	N     int
	Parts []Count
}

// Shown is a node of such a tree as it is published.
type Shown struct {
	Titled
	Figure
	// Parts are in the order of the tree, and sum to the figure. The last may stand
	// for others together: it has no id.
	Parts []Shown `json:"parts,omitempty"`
	// StandsFor are the parts that it stands for, in the order of the tree.
	StandsFor []Titled `json:"stands_for,omitempty"`
}

// Collapse returns what may be published of a tree of counts: exact numbers, from
// which no number under a smallest, such as a policy's TableMin, can be had by
// subtraction, not even by who knows this algorithm. A root under it says
// "fewer than", and no more.
//
// Small parts of a node, those under the smallest, 0 too, are shown as one: their
// sum, "other". While that gives something away, it takes in the smallest part
// that is shown besides, and all equal to it. If nothing else is left, or the
// node stands in "other" itself, none of its parts are shown. The tree is not
// changed. A node with a negative number, or whose parts don't sum to it, is
// refused with an error that names it.
//
// Let the smallest be 10, so that 9 is the most that a small part can be. An
// "other" of k parts, two or more, with the sum S gives nothing away if either
//
//	(a)  10 ≤ S ≤ 9(k-1), or
//	(b)  9k < S < m, the smallest part shown besides.
//
// Then each of the k may be 0, and each may be 9, for all that can be known. In
// (a) there are other trees in which all of the k are small, one of them is what
// we like, and the rest make up the sum; and from each of these the same is
// published, at once. In (b) there are trees in which one of the k is 0 or 9, one
// is the remainder of S, from 10 to under m, and the others are 0: there the small
// ones sum to less than 10, neither (a) nor (b), so that the remainder, as the
// smallest that is shown, is taken in next; and then it is the same again. What
// lies between (a) and (b) is left out: who takes all of the k for small would
// see that none can be 0. (Two that sum to 18 would be 9 and 9.) And where
// a node of 10 or more has two parts or more and none is shown, one of them
// may be 0 or 9, one the remainder, and the others 0.
//
// What is shown of a node's parts depends on nothing but these, so that this
// holds for each node by itself.
func Collapse(tree Count, smallest int) (Shown, error) {
	if err := tree.check(); err != nil {
		return Shown{}, err
	}
	return tree.shown(smallest), nil
}

func (c *Count) check() error {
	sum := 0
	for i := range c.Parts {
		if err := c.Parts[i].check(); err != nil {
			return err
		}
		sum += c.Parts[i].N
	}
	if c.N < 0 || len(c.Parts) > 0 && sum != c.N {
		return fmt.Errorf("release: %q counts %d, but its parts %d", c.ID, c.N, sum)
	}
	return nil
}

func (c *Count) titled() Titled { return Titled{ID: c.ID, Title: c.Title} }

func (c *Count) shown(smallest int) Shown {
	s := Shown{Titled: c.titled(), Figure: numberOrFewer(c.N, smallest)}
	least, sum := leastShown(c.Parts, smallest), 0
	var others []Titled
	for i := range c.Parts {
		if part := &c.Parts[i]; part.N >= least {
			s.Parts = append(s.Parts, part.shown(smallest))
		} else {
			sum += part.N
			others = append(others, part.titled())
		}
	}
	if len(s.Parts) > 0 && len(others) > 0 {
		s.Parts = append(s.Parts, Shown{Titled: Titled{Title: "other"}, Figure: number(sum), StandsFor: others})
	}
	return s
}

// leastShown returns the least that a part must be to be shown: more than all of
// them where none may be.
func leastShown(parts []Count, smallest int) int {
	numbers := make([]int, len(parts))
	for i, part := range parts {
		numbers[i] = part.N
	}
	slices.Sort(numbers)
	sum, least := 0, smallest
	for k, n := range numbers {
		if n >= least {
			if k == 0 || safeToShow(sum, k, n, smallest) {
				return n
			}
			least = n + 1
		}
		sum += n
	}
	return least
}

// safeToShow says whether the sum of k hidden parts gives nothing away, as
// Collapse explains it. One small part is never safe: it is under the smallest.
func safeToShow(sum, k, leastBesides, smallest int) bool {
	small := smallest - 1
	allSmall := smallest <= sum && sum <= small*(k-1)
	oneLarge := small*k < sum && sum < leastBesides
	return allSmall || oneLarge
}

// numberOrFewer is a number as it is, or that it is under the smallest.
func numberOrFewer(n, smallest int) Figure {
	if n < smallest {
		return Figure{Text: fmt.Sprintf("fewer than %d", smallest), AtMost: smallest - 1}
	}
	return number(n)
}

func number(n int) Figure { return Figure{Text: strconv.Itoa(n), AtLeast: n, AtMost: n} }
