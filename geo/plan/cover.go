package plan

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// Demand is a place where something is asked for, such as the middle of a square.
type Demand struct {
	// X and Y are where it is, in metres on a plane.
	X, Y float64
	// Items is how much is asked for. Below 0 is as 0.
	Items int64
}

// Site is a place that was chosen.
type Site struct {
	// Demand is at which of the places it is, from 0.
	Demand int
	// Covers is how many items are near enough to it, and not to one before.
	Covers int64
}

// Cover chooses up to n of the places so that many items are no further from one of
// them than so many metres in a straight line: the maximal covering location problem
// (Church & ReVelle 1974, Papers of the Regional Science Association 32). It takes the place that
// covers most of what is not covered yet, one after the other, of equals the first. That
// covers at least 1 − (1 − 1/n)ⁿ of what the best n do, which is over 1 − 1/e, or 63 %, whatever n is
// (Nemhauser, Wolsey & Fisher 1978, Mathematical Programming 14); CoverBest has the best.
//
// The sites are in the order in which they were chosen, each with at least as many
// items as the next. They are fewer where the rest would cover nothing, and none where n is
// below 1, or the distance below 0 or no number. A place whose coordinates
// are no numbers is near to none. The demand is not changed.
//
// A place is looked at again only when it might be the best: what it adds never grows (Minoux
// 1978). So it takes little more than one look at each pair of places that are near to each other.
func Cover(demand []Demand, within float64, n int) []Site {
	if !(within >= 0) {
		return nil
	}
	g := newGround(demand, within)
	queue := make(candidates, 0, len(demand))
	for i := range demand {
		if adds := g.adds(i); adds > 0 {
			queue = append(queue, Site{i, adds})
		}
	}
	heap.Init(&queue)
	var sites []Site
	for len(sites) < n && len(queue) > 0 {
		top := &queue[0]
		adds := g.adds(top.Demand)
		switch {
		case adds == 0:
			heap.Pop(&queue)
			continue
		case adds < top.Covers:
			top.Covers = adds
			heap.Fix(&queue, 0)
			continue
		}
		sites = append(sites, *top)
		g.cover(top.Demand)
		heap.Pop(&queue)
	}
	return sites
}

// candidates is a heap of places with what they added when they were last looked at.
type candidates []Site

func (c candidates) Len() int           { return len(c) }
func (c candidates) Less(i, j int) bool { return bySite(c[i], c[j]) < 0 }
func (c candidates) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(site any)     { *c = append(*c, site.(Site)) }
func (c *candidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// bySite puts the one that covers most first, of equals the one that comes first.
func bySite(a, b Site) int {
	return cmp.Or(cmp.Compare(b.Covers, a.Covers), cmp.Compare(a.Demand, b.Demand))
}

// ground finds what is near. Places lie in cells as wide as the distance, so that what is
// near to one lies in its cell or the eight around.
type ground struct {
	demand  []Demand
	within  float64
	side    float64
	cells   map[[2]int64][]int32
	covered []bool
}

func newGround(demand []Demand, within float64) *ground {
	g := &ground{demand: demand, within: within, side: max(within, 1), cells: map[[2]int64][]int32{}, covered: make([]bool, len(demand))}
	for i := range demand {
		cell := g.cell(i)
		g.cells[cell] = append(g.cells[cell], int32(i))
	}
	return g
}

func (g *ground) cell(i int) [2]int64 {
	return [2]int64{int64(math.Floor(g.demand[i].X / g.side)), int64(math.Floor(g.demand[i].Y / g.side))}
}

// near calls with each place that is near to one, itself included.
func (g *ground) near(i int, do func(j int)) {
	cell, at := g.cell(i), g.demand[i]
	for row := cell[1] - 1; row <= cell[1]+1; row++ {
		for column := cell[0] - 1; column <= cell[0]+1; column++ {
			for _, j := range g.cells[[2]int64{column, row}] {
				if dx, dy := g.demand[j].X-at.X, g.demand[j].Y-at.Y; dx*dx+dy*dy <= g.within*g.within {
					do(int(j))
				}
			}
		}
	}
}

// adds is how many items a place would cover that are not covered yet.
func (g *ground) adds(i int) (items int64) {
	g.near(i, func(j int) {
		if !g.covered[j] {
			items += max(0, g.demand[j].Items)
		}
	})
	return items
}

func (g *ground) cover(i int) { g.near(i, func(j int) { g.covered[j] = true }) }

// ordered writes chosen places as sites, in the order in which Cover would choose from them.
func (g *ground) ordered(chosen []int) []Site {
	clear(g.covered)
	sites := make([]Site, 0, len(chosen))
	for _, i := range chosen {
		sites = append(sites, Site{Demand: i})
	}
	for k := range sites {
		for l := k; l < len(sites); l++ {
			sites[l].Covers = g.adds(sites[l].Demand)
		}
		slices.SortFunc(sites[k:], bySite)
		g.cover(sites[k].Demand)
	}
	return sites
}
