package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// problem is a shift and the stops in its reach, in whole numbers. Its nodes are
// those stops, then the start, then the end.
type problem struct {
	stops  []int   // of each node that is a stop, which one
	steps  []int64 // a stay and the walk after it, from each node to each: a square
	stay   int64
	budget int64
	latest []int64 // of each node, when to come at the latest to go straight to the end from there
	gain   []int64 // of each stop, in millionths of an item
	must   []bool
}

func (p *problem) start() int { return len(p.stops) }
func (p *problem) end() int   { return len(p.stops) + 1 }
func (p *problem) nodes() int { return len(p.stops) + 2 }

// step is how long a stay at one node and the walk to another take. A stay is
// counted at the start too: there the time begins at one stay below 0. So steps are the
// same both ways, and a step is never longer than two over a third node.
func (p *problem) step(from, to int) int64 { return p.steps[from*p.nodes()+to] }

// from are the steps from a node, or to it.
func (p *problem) from(node int) []int64 { return p.steps[node*p.nodes() : (node+1)*p.nodes()] }

func (p *problem) stopAt(node int) (stop int, ok bool) {
	if node >= len(p.stops) {
		return 0, false
	}
	return p.stops[node], true
}

func (p *problem) place(s Shift, stops []Stop, node int) Point {
	switch node {
	case p.start():
		return s.Start
	case p.end():
		return s.End
	}
	return Point{stops[p.stops[node]].X, stops[p.stops[node]].Y}
}

// inReach takes the stops that fit alone, and says why others that must be visited don't.
// What doesn't fit alone fits in no round, since a way over other stops is no shorter.
func (s Shift) inReach(stops []Stop) (*problem, []Left) {
	p := &problem{budget: s.budget(), stay: milliseconds(s.MinutesAtStop)}
	var left []Left
	for i, stop := range stops {
		at := Point{stop.X, stop.Y}
		arrive, gain := s.walk(s.Start, at), int64(math.Round(stop.Expected*1e6))
		whole := arrive + p.stay + s.walk(at, s.End)
		latest := p.budget - (whole - arrive)
		if stop.Before > 0 {
			latest = min(latest, int64(math.Floor(min(stop.Before, 1440)*60_000)))
		}
		switch {
		case arrive <= latest && (stop.Must || gain > 0):
			p.stops = append(p.stops, i)
			p.latest = append(p.latest, latest)
			p.gain = append(p.gain, gain)
			p.must = append(p.must, stop.Must)
		case stop.Must && whole > p.budget:
			left = append(left, Left{i, fmt.Sprintf("to go there, stay and go on to the end takes %.1f minutes, and the shift has %.1f", tenths(whole), s.Minutes)})
		case stop.Must:
			left = append(left, Left{i, fmt.Sprintf("the way there takes %.1f minutes, and it must be reached within %.1f", tenths(arrive), stop.Before)})
		}
	}
	return p, left
}

// measure fills in the steps.
func (p *problem) measure(s Shift, stops []Stop) {
	p.latest = append(p.latest, -p.stay, p.budget)
	places := make([]Point, p.nodes())
	for node := range places {
		places[node] = p.place(s, stops, node)
	}
	p.steps = make([]int64, 0, len(places)*len(places))
	for _, from := range places {
		for _, to := range places {
			p.steps = append(p.steps, p.stay+s.walk(from, to))
		}
	}
}

// solve returns the nodes of a round from the start to the end, and whether no other is
// better, which is so for the most stops given.
func (p *problem) solve(most int) (order []int, exact bool) {
	all, musts := make([]int, len(p.stops)), []int(nil)
	for node := range all {
		all[node] = node
		if p.must[node] {
			musts = append(musts, node)
		}
	}
	if len(all) <= most {
		return p.exact(all), true
	}
	slices.SortStableFunc(musts, func(a, b int) int { return cmp.Compare(p.latest[a], p.latest[b]) })
	begun := [][]int{p.exact(musts[:min(maxExact, len(musts))])}
	if len(musts) > maxExact {
		begun = append(begun, p.exact(nil))
	}
	return p.searched(begun), false
}

// left adds the stops in reach that had to be visited and aren't.
func (p *problem) left(order []int, left []Left) []Left {
	all := 0
	for node, stop := range p.stops {
		if !p.must[node] {
			continue
		}
		all++
		if !slices.Contains(order, node) {
			left = append(left, Left{Stop: stop})
		}
	}
	for i := range left {
		if left[i].Why != "" {
			continue
		}
		left[i].Why = "there is time for it alone, but not beside the others that must be visited"
		if all > maxExact && len(p.stops) > maxExact {
			left[i].Why = "there is time for it alone, but no round was found that visits it beside the others that must be visited"
		}
	}
	slices.SortFunc(left, func(a, b Left) int { return a.Stop - b.Stop })
	return left
}

// worth is what a round is compared by.
type worth struct {
	musts int
	gain  int64
	time  int64 // at the end
}

func (w worth) better(than worth) bool {
	if w.musts != than.musts {
		return w.musts > than.musts
	}
	if w.gain != than.gain {
		return w.gain > than.gain
	}
	return w.time < than.time
}

// with is a worth with one more stop, at the same time.
func (p *problem) with(w worth, node int) worth {
	if p.must[node] {
		w.musts++
	}
	w.gain += p.gain[node]
	return w
}
