package release

import (
	"fmt"

	"commonground/data/release/flow"
)

// ground is where all items of a network come from and go to.
const ground = 0

// network is what an edition publishes, as Leaks explains it.
type network struct {
	nodes             int
	arcs              []flow.Arc
	families, classes map[string]int
	// rows and squares are the arcs with the numbers of each.
	rows, squares []int
}

func newNetwork(p *Published) (*network, error) {
	n := &network{nodes: 1, families: map[string]int{}, classes: map[string]int{}}
	if err := n.addRows(p.Rows); err != nil {
		return nil, err
	}
	if err := n.addTotals(p); err != nil {
		return nil, err
	}
	if len(p.Squares) == 0 {
		n.addBeyond(classesOf(p.Rows))
		return n, nil
	}
	n.addBeyond(p.Beyond)
	return n, n.addSquares(p.Squares)
}

func (n *network) add(from, to, atLeast, atMost int) int {
	n.arcs = append(n.arcs, flow.Arc{From: from, To: to, AtLeast: atLeast, AtMost: atMost})
	return len(n.arcs) - 1
}

// node returns the node of an id, a new one where it has none.
func (n *network) node(nodes map[string]int, id string) int {
	if _, ok := nodes[id]; !ok {
		nodes[id] = n.nodes
		n.nodes++
	}
	return nodes[id]
}

func (n *network) addRows(rows []Row) error {
	type cell struct{ week, class, family string }
	weeks, cells := map[string]bool{}, map[cell]bool{}
	for _, row := range rows {
		from, to := n.node(n.families, row.Family), n.node(n.classes, row.Class)
		n.rows = append(n.rows, n.add(from, to, row.AtLeast, row.AtMost))
		weeks[row.Week] = true
		cells[cell{row.Week, row.Class, row.Family}] = true
	}
	if all := len(weeks) * len(n.classes) * len(n.families); len(rows) != all || len(cells) != all {
		return fmt.Errorf("it has %d rows, but not one for each of %d weeks, %d classes and %d families",
			len(rows), len(weeks), len(n.classes), len(n.families))
	}
	return nil
}

func (n *network) addTotals(p *Published) error {
	given := map[string]bool{}
	for _, total := range p.Totals {
		family, ok := n.families[total.Family]
		if !ok || given[total.Family] {
			return fmt.Errorf("a total of %s has no rows, or is there twice", total.Family)
		}
		given[total.Family] = true
		n.add(ground, family, total.AtLeast, total.AtMost)
	}
	for _, row := range p.Rows {
		if !given[row.Family] {
			given[row.Family] = true
			n.add(ground, n.families[row.Family], 0, flow.NoEnd)
		}
	}
	return nil
}

// addBeyond lets any number of items of the classes lie off the map. A class
// without rows has no items.
func (n *network) addBeyond(classes []string) {
	for _, class := range classes {
		if node, ok := n.classes[class]; ok {
			n.add(node, ground, 0, flow.NoEnd)
		}
	}
}

func (n *network) addSquares(squares []PublishedSquare) error {
	for _, square := range squares {
		node := n.nodes
		n.nodes++
		for _, class := range square.Classes {
			from, ok := n.classes[class]
			if !ok {
				return fmt.Errorf("square %s has places of %s, which has no rows", square.Name, class)
			}
			n.add(from, node, 0, flow.NoEnd)
		}
		n.squares = append(n.squares, n.add(node, ground, square.AtLeast, square.AtMost))
	}
	return nil
}

func classesOf(rows []Row) []string {
	classes := make([]string, len(rows))
	for i, row := range rows {
		classes[i] = row.Class
	}
	return classes
}
