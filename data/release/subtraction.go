package release

import (
	"commonground/data"
	"commonground/data/release/flow"
	"errors"
	"fmt"
)

// hiddenMost is what must remain possible of each hidden number, besides 0: P5
// of disclosure.md.
const hiddenMost = 9

// Leak is a hidden number of which something can be worked out from what is
// published.
type Leak struct {
	// Period is the first day of the edition's period.
	Period string
	// What names the number, such as "square SE3032SW" or "the week from Wed 24
	// Apr 2019, residential, needles".
	What string
	// Text is a sentence for the signers.
	Text string
}

// Leaks checks that nothing hidden can be had by subtraction. It is given every
// number that was ever published, withdrawn ones too, and returns what can be
// worked out from them, in the order of editions, squares and rows: nothing, if
// for each hidden square both 0 and 9 items are possible, and for each row that
// is hidden, which is one from 0 up, both 0 and its upper end. A row that says a
// number under 10 as it is, is a leak by itself.
//
// It knows what anyone can know: items are counted by square (or beyond the
// map), class, week and family, and there are none where a square has no place
// of the class. A row is the sum of its counts over all squares and beyond, a
// total that of the family's rows, and a square's items those of all classes,
// weeks and families in it. Where there is no map, rows and totals stand alone.
//
// Editions of different periods count different items, so each is checked by
// itself. Two of one period, or that share a week, are refused: the chain seals
// a period once, so such a list is not the chain's, and an answer for it would
// be worth nothing. Refused as well is an edition whose rows are not one for
// each week, class and family, or lack a square's class or a total's family, and
// one whose numbers contradict each other, so that no counts fit.
//
// # The network
//
// The counts themselves are far too many. They are not needed:
//
//	ground → family → class → square → ground
//	    total     row               square's items
//	                    class → ground: beyond the map
//
// Each arc has the bounds that are published; a number is possible if it is in
// a circulation. Counts give a circulation by adding them up. And a circulation
// gives counts: an item of a row can lie in every square with a place of the
// row's class, whatever its week and family, so within one class rows and
// squares are free to be combined. What comes in by the rows of the class
// equals what leaves it to squares and beyond, and a transport problem with
// equal totals and no forbidden pair always has a solution in whole numbers
// (fill the first row from the first square, go on with whichever is left: the
// north-west corner rule). So rows and squares meet only in the sum of a class.
func Leaks(all []Published) ([]Leak, error) {
	if err := checkApart(all); err != nil {
		return nil, err
	}
	var leaks []Leak
	for i := range all {
		found, err := leaksOf(&all[i])
		if err != nil {
			return nil, fmt.Errorf("release: the edition of the period from %s: %w", all[i].Period, err)
		}
		leaks = append(leaks, found...)
	}
	return leaks, nil
}

func checkApart(all []Published) error {
	periods, weeks := map[string]bool{}, map[string]string{}
	for _, p := range all {
		if periods[p.Period] {
			return fmt.Errorf("release: two editions are of the period from %s", p.Period)
		}
		periods[p.Period] = true
		for _, row := range p.Rows {
			if other, ok := weeks[row.Week]; ok && other != p.Period {
				return fmt.Errorf("release: the editions of the periods from %s and %s share the week from %s", other, p.Period, row.Week)
			}
			weeks[row.Week] = p.Period
		}
	}
	return nil
}

func leaksOf(p *Published) ([]Leak, error) {
	network, err := newNetwork(p)
	if err != nil {
		return nil, err
	}
	circulation, err := flow.Solve(network.nodes, network.arcs)
	if errors.Is(err, flow.ErrInfeasible) {
		return nil, fmt.Errorf("its numbers contradict each other, no counts fit them all: %w", err)
	}
	if err != nil {
		return nil, err
	}
	audit := audit{published: p, network: network, circulation: circulation}
	return append(audit.squares(), audit.rows()...), nil
}

// audit asks the network of one edition about what is hidden.
type audit struct {
	published   *Published
	network     *network
	circulation *flow.Circulation
}

// span is what can be worked out of a number: it is from low to high, as far as
// these lie between 0 and what was asked for.
type span struct{ low, high int }

func (a *audit) span(arc, high int) span {
	return span{low: a.circulation.Nearest(arc, 0), high: a.circulation.Nearest(arc, high)}
}

// squares asks once for all hidden squares with the same classes and bounds: to
// exchange two of them makes no difference to the network.
func (a *audit) squares() []Leak {
	var leaks []Leak
	known := map[string]span{}
	for i, square := range a.published.Squares {
		if square.Band != 0 {
			continue
		}
		like := fmt.Sprintf("%q %d %d", square.Classes, square.AtLeast, square.AtMost)
		if _, ok := known[like]; !ok {
			known[like] = a.span(a.network.squares[i], hiddenMost)
		}
		leaks = a.judge(leaks, "square "+square.Name, known[like], hiddenMost)
	}
	return leaks
}

func (a *audit) rows() []Leak {
	var leaks []Leak
	for i, row := range a.published.Rows {
		switch exact := row.AtLeast == row.AtMost; {
		case exact && row.AtMost <= hiddenMost:
			leaks = a.judge(leaks, whatOf(row), span{row.AtLeast, row.AtMost}, hiddenMost)
		case row.AtLeast == 0 && row.AtMost == flow.NoEnd:
			leaks = a.judge(leaks, whatOf(row), a.span(a.network.rows[i], hiddenMost), hiddenMost)
		case row.AtLeast == 0:
			leaks = a.judge(leaks, whatOf(row), a.span(a.network.rows[i], row.AtMost), row.AtMost)
		}
	}
	return leaks
}

// judge appends a leak unless all from 0 to high is possible.
func (a *audit) judge(leaks []Leak, what string, s span, high int) []Leak {
	if s.low <= 0 && s.high >= high {
		return leaks
	}
	text := fmt.Sprintf("%s: someone can work out that it is %s", what, s.text(high))
	return append(leaks, Leak{Period: a.published.Period, What: what, Text: text})
}

func (s span) text(high int) string {
	switch {
	case s.high >= high:
		return fmt.Sprintf("at least %d", s.low)
	case s.low == s.high:
		return fmt.Sprintf("exactly %d", s.low)
	case s.low <= 0:
		return fmt.Sprintf("at most %d", s.high)
	}
	return fmt.Sprintf("from %d to %d", s.low, s.high)
}

func whatOf(row Row) string {
	week := row.Week
	if day, err := data.ParseDate(week); err == nil {
		week = day.Text()
	}
	return fmt.Sprintf("the week from %s, %s, %s", week, row.Class, row.Family)
}
