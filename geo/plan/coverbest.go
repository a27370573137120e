package plan

import "slices"

const (
	// coverLooks bounds CoverBest, in pairs of places that it looks at: half a second or so. It
	// is not a time, so that the same gives the same.
	coverLooks = 200_000_000
	// maxBest is for how many places it is tried at all.
	maxBest = 2000
)

// CoverBest is Cover with the best sites of all: no other n cover more items. False where that
// would take too long, and for over 2,000 places: then the sites are those of Cover.
//
// It goes through all choices, the place that adds most first, and leaves off where even all
// that the remaining sites could add, each for itself, would not be more than the best so
// far (branch and bound). Of equals it has those of Cover, or else the first that it finds.
func CoverBest(demand []Demand, within float64, n int) ([]Site, bool) {
	sites := Cover(demand, within, n)
	if len(demand) > maxBest {
		return sites, false
	}
	b := newBranching(demand, within)
	for _, site := range sites {
		b.best += site.Covers
	}
	switch all := b.choose(b.candidates(), n, 0); {
	case !all:
		return sites, false
	case b.bestSites == nil:
		return sites, true
	}
	return newGround(demand, within).ordered(b.bestSites), true
}

// branching is the search of CoverBest. How often a place is covered is counted, so that a
// choice can be taken back.
type branching struct {
	items     []int64
	near      [][]int // of each place, those near to it where something is asked for, in order
	covered   []int
	chosen    []int
	best      int64
	bestSites []int
	looks     int
}

func newBranching(demand []Demand, within float64) *branching {
	g := newGround(demand, within)
	b := &branching{items: make([]int64, len(demand)), near: make([][]int, len(demand)), covered: make([]int, len(demand)), looks: coverLooks}
	for i, d := range demand {
		b.items[i] = max(0, d.Items)
		g.near(i, func(j int) {
			if demand[j].Items > 0 {
				b.near[i] = append(b.near[i], j)
			}
		})
		slices.Sort(b.near[i])
	}
	return b
}

// candidates are the places that cover something, but for those that cover nothing that some
// other doesn't.
func (b *branching) candidates() []Site {
	var all []Site
	for i, near := range b.near {
		if len(near) > 0 && !b.dominated(i) {
			all = append(all, Site{Demand: i})
		}
	}
	return all
}

// dominated says whether another place covers all that one does, and more or comes before it.
func (b *branching) dominated(i int) bool {
	for j, other := range b.near {
		if j == i || len(other) < len(b.near[i]) || len(other) == len(b.near[i]) && j > i {
			continue
		}
		if contains(other, b.near[i]) {
			return true
		}
	}
	return false
}

// contains says whether a sorted list has all of another.
func contains(all, some []int) bool {
	for _, one := range some {
		if _, ok := slices.BinarySearch(all, one); !ok {
			return false
		}
	}
	return true
}

// choose goes through all choices of n among the candidates, beside those chosen. False where the looks
// are used up.
func (b *branching) choose(candidates []Site, n int, covered int64) bool {
	if covered > b.best {
		b.best, b.bestSites = covered, slices.Clone(b.chosen)
	}
	if n <= 0 {
		return true
	}
	rest := b.worthwhile(candidates)
	for k := range rest {
		if covered+sum(rest[k:min(k+n, len(rest))]) <= b.best {
			return true
		}
		if b.looks < 0 {
			return false
		}
		b.take(rest[k].Demand, 1)
		ok := b.choose(rest[k+1:], n-1, covered+rest[k].Covers)
		b.take(rest[k].Demand, -1)
		if !ok {
			return false
		}
	}
	return true
}

// worthwhile are those of the candidates that add something, with what it is, the most first.
func (b *branching) worthwhile(candidates []Site) []Site {
	rest := make([]Site, 0, len(candidates))
	for _, site := range candidates {
		site.Covers = 0
		b.looks -= len(b.near[site.Demand])
		for _, j := range b.near[site.Demand] {
			if b.covered[j] == 0 {
				site.Covers += b.items[j]
			}
		}
		if site.Covers > 0 {
			rest = append(rest, site)
		}
	}
	slices.SortFunc(rest, bySite)
	return rest
}

// take chooses a place, or takes back that it was chosen last.
func (b *branching) take(i, times int) {
	for _, j := range b.near[i] {
		b.covered[j] += times
	}
	if times > 0 {
		b.chosen = append(b.chosen, i)
		return
	}
	b.chosen = b.chosen[:len(b.chosen)-1]
}

func sum(sites []Site) (items int64) {
	for _, site := range sites {
		items += site.Covers
	}
	return items
}
