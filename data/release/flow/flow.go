// Package flow answers one question about a network with bounds: which values
// can an arc have? Everything in it is whole numbers, and exact.
//
// A network is nodes and arcs; each arc carries a whole number of things from
// one node to another, between two bounds. A circulation gives each arc a value
// within its bounds so that as much comes to each node as leaves it. The values
// that an arc has over all circulations are all whole numbers between two ends:
// half-way between two circulations lies another, and where all bounds are whole
// numbers the ends are as well.
//
// The method is that of Ahuja, Magnanti and Orlin, Network Flows (1993): a
// circulation is found as a maximum flow (section 6.7) by Dinic's method (7.5),
// and by augmenting between the two ends of an arc its value is then moved as far
// as it goes.
package flow

import (
	"errors"
	"fmt"
)

// NoEnd as the upper bound of an arc says that there is none.
const NoEnd = -1

// Most is the largest bound and the largest value that can be asked about; with
// up to four million arcs no sum of them is too large for an int.
const Most = 1 << 40

// unbounded is what an arc without an upper bound can take: more than all bounds
// together.
const unbounded = 1 << 62

// ErrInfeasible says that no circulation keeps all bounds; compare with
// errors.Is.
var ErrInfeasible = errors.New("flow: no circulation keeps all bounds")

// Arc leads from one node to another; nodes are numbered from 0. Arcs may be
// parallel, and may lead from a node to itself.
type Arc struct {
	From, To int
	// Its value is from AtLeast to AtMost, both included; AtMost may be NoEnd.
	AtLeast, AtMost int
}

// Circulation is one way to keep all bounds of a network, which Nearest changes
// for another. It is not for several goroutines at once.
type Circulation struct {
	arcs     []Arc
	residual residual
}

// Solve finds a circulation of the network of so many nodes. Arcs are known by
// their index from then on; the slice is kept and not changed. It returns
// ErrInfeasible where there is none, and another error for an arc that is none:
// with a node or a bound out of range.
func Solve(nodes int, arcs []Arc) (*Circulation, error) {
	for i, arc := range arcs {
		if err := arc.check(nodes); err != nil {
			return nil, fmt.Errorf("flow: arc %d: %w", i, err)
		}
	}
	c := &Circulation{arcs: arcs, residual: newResidual(nodes+2, len(arcs)+nodes)}
	if !c.satisfy(nodes) {
		return nil, ErrInfeasible
	}
	return c, nil
}

func (a Arc) check(nodes int) error {
	switch {
	case a.From < 0 || a.From >= nodes || a.To < 0 || a.To >= nodes:
		return fmt.Errorf("leads from node %d to %d, of %d nodes", a.From, a.To, nodes)
	case a.AtLeast < 0 || a.AtLeast > Most || a.AtMost < NoEnd || a.AtMost > Most:
		return fmt.Errorf("its bounds %d and %d are not from 0 to %d", a.AtLeast, a.AtMost, Most)
	case a.AtMost != NoEnd && a.AtMost < a.AtLeast:
		return fmt.Errorf("%w: at least %d and at most %d", ErrInfeasible, a.AtLeast, a.AtMost)
	}
	return nil
}

// satisfy gives each arc its lower bound, which leaves some nodes with too much
// and others with too little, and levels that out with a flow from a source to
// a sink. Where it succeeds the arcs of source and sink are full, so that no
// later augmentation can pass through either.
func (c *Circulation) satisfy(nodes int) bool {
	excess := make([]int, nodes)
	for _, arc := range c.arcs {
		room := unbounded
		if arc.AtMost != NoEnd {
			room = arc.AtMost - arc.AtLeast
		}
		c.residual.add(arc.From, arc.To, room)
		excess[arc.From] -= arc.AtLeast
		excess[arc.To] += arc.AtLeast
	}
	source, sink, missing := nodes, nodes+1, 0
	for node, much := range excess {
		if much > 0 {
			c.residual.add(source, node, much)
			missing += much
		} else if much < 0 {
			c.residual.add(node, sink, -much)
		}
	}
	return c.residual.push(source, sink, missing) == missing
}

// Value returns the value of an arc in the present circulation.
func (c *Circulation) Value(arc int) int {
	return c.arcs[arc].AtLeast + c.residual.room[2*arc+1]
}

// Nearest returns the value nearest to the wanted one, from 0 to Most, that the
// arc has in any circulation, and changes to a circulation that has it. So a
// value is possible if it is the nearest to itself.
func (c *Circulation) Nearest(arc, wanted int) int {
	value, a := c.Value(arc), c.arcs[arc]
	up, down := c.residual.room[2*arc], c.residual.room[2*arc+1]
	c.residual.room[2*arc], c.residual.room[2*arc+1] = 0, 0
	moved := 0
	if wanted > value {
		moved = c.residual.push(a.To, a.From, min(wanted-value, up))
	} else {
		moved = -c.residual.push(a.From, a.To, min(value-wanted, down))
	}
	c.residual.room[2*arc], c.residual.room[2*arc+1] = up-moved, down+moved
	return value + moved
}
