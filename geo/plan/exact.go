package plan

import (
	"math"
	"math/bits"
	"slices"
)

// never is when a stop is reached in an order that breaks a deadline. Steps can be
// added to it.
const never = math.MaxInt64 / 2

// subsets finds the best round over a few nodes. arrive has, for each subset of
// them and each of its nodes, how early a way that visits just these can come to that node
// last: to be there earlier is never worse, since nothing opens late.
type subsets struct {
	p      *problem
	nodes  []int
	arrive []int64 // subset × last
}

// exact returns the best round over the nodes, from the start to the end. Of equals it is
// the one whose nodes come first.
func (p *problem) exact(nodes []int) []int {
	s := &subsets{p: p, nodes: nodes, arrive: make([]int64, len(nodes)<<len(nodes))}
	best, chosen := worth{time: p.step(p.start(), p.end()) - p.stay}, 0
	worths := make([]worth, 1<<len(nodes))
	for set := 1; set < len(worths); set++ {
		lowest := bits.TrailingZeros(uint(set))
		worths[set] = p.with(worths[set&(set-1)], nodes[lowest])
		s.extend(set)
		found := worths[set]
		if found.time, _ = s.before(set, p.end()); found.time <= p.budget && found.better(best) {
			best, chosen = found, set
		}
	}
	return s.order(chosen)
}

// extend finds how early each node of a subset is reached, from the subsets that are smaller by it.
func (s *subsets) extend(set int) {
	row := s.arrive[set*len(s.nodes) : (set+1)*len(s.nodes)]
	for last, node := range s.nodes {
		row[last] = never
		if set>>last&1 == 0 {
			continue
		}
		if at, _ := s.before(set&^(1<<last), node); at <= s.p.latest[node] {
			row[last] = at
		}
	}
}

// before returns how early a node is reached after all of a subset, and which of these
// is the last before it. The first of equals is taken.
func (s *subsets) before(set, node int) (at int64, last int) {
	if set == 0 {
		return s.p.step(s.p.start(), node) - s.p.stay, -1
	}
	at = never
	for i, from := range s.nodes {
		if set>>i&1 == 0 {
			continue
		}
		if then := s.arrive[set*len(s.nodes)+i] + s.p.step(from, node); then < at {
			at, last = then, i
		}
	}
	return at, last
}

// order goes back from the end.
func (s *subsets) order(set int) []int {
	order := []int{s.p.end()}
	for set != 0 {
		_, last := s.before(set, order[len(order)-1])
		order = append(order, s.nodes[last])
		set &^= 1 << last
	}
	order = append(order, s.p.start())
	slices.Reverse(order)
	return order
}
