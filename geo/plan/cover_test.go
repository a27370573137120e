package plan_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo/plan"
)

// row puts items on places a hundred metres apart.
func row(items ...int64) []plan.Demand {
	demand := make([]plan.Demand, len(items))
	for i, n := range items {
		demand[i] = plan.Demand{X: float64(100 * i), Items: n}
	}
	return demand
}

func TestCover(t *testing.T) {
	for _, c := range []struct {
		name   string
		demand []plan.Demand
		within float64
		n      int
		want   []plan.Site
	}{
		{"nothing asked for", row(0, 0), 100, 2, nil},
		{"no place", nil, 100, 2, nil},
		{"no site", row(1), 100, 0, nil},
		{"a distance below 0", row(1), -1, 1, nil},
		{"a distance that is no number", row(1), math.NaN(), 1, nil},
		{"the place itself", row(1, 3, 2), 0, 2, []plan.Site{{1, 3}, {2, 2}}},
		{"as far as it goes", row(1, 3, 2), 100, 2, []plan.Site{{1, 6}}},
		{"a little less", row(1, 3, 2), 99.9, 2, []plan.Site{{1, 3}, {2, 2}}},
		{"of equals the first", row(2, 2, 0, 2, 2), 100, 2, []plan.Site{{0, 4}, {3, 4}}},
		{"from a place where nothing is", row(2, 0, 2), 100, 1, []plan.Site{{1, 4}}},
		{"below 0 is as 0", row(2, -9, 2), 100, 1, []plan.Site{{1, 4}}},
		{"across the corners of cells", []plan.Demand{{X: -1, Y: -1, Items: 1}, {X: 1, Y: 1, Items: 1}}, 3, 1, []plan.Site{{0, 2}}},
		{"coordinates that are no numbers", []plan.Demand{{X: math.NaN(), Items: 5}, {Items: 1}}, 3, 2, []plan.Site{{1, 1}}},
		// The first of all takes the middle, and what is left needs two more.
		{"what is best at first is not in the end", row(3, 4, 4, 4, 3), 100, 2, []plan.Site{{2, 12}, {0, 3}}},
	} {
		if got := plan.Cover(c.demand, c.within, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestCoverBest(t *testing.T) {
	for _, c := range []struct {
		name   string
		demand []plan.Demand
		n      int
		want   []plan.Site
	}{
		{"nothing asked for", row(0, 0), 2, []plan.Site{}},
		{"one is as Cover has it", row(3, 4, 4, 4, 3), 1, []plan.Site{{2, 12}}},
		{"two are better", row(3, 4, 4, 4, 3), 2, []plan.Site{{1, 11}, {3, 7}}},
		{"more than it takes", row(3, 4, 4, 4, 3), 9, []plan.Site{{2, 12}, {0, 3}, {3, 3}}},
	} {
		got, best := plan.CoverBest(c.demand, 100, c.n)
		if !best || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v (best: %v), want %v", c.name, got, best, c.want)
		}
	}
	if sites, best := plan.CoverBest(row(make([]int64, 2001)...), 100, 3); best || len(sites) != 0 {
		t.Errorf("2,001 places: %v, best: %v", sites, best)
	}
	many := squares(1600, 3)
	if sites, best := plan.CoverBest(many, 400, 20); best || !slices.Equal(sites, plan.Cover(many, 400, 20)) {
		t.Errorf("what takes too long is not as Cover has it: best is %v", best)
	}
}

// squares are the middles of squares of 125 m, most with nothing, a few with much.
func squares(n int, seed uint64) []plan.Demand {
	random := rand.New(rand.NewPCG(seed, uint64(n)))
	width := int(math.Ceil(math.Sqrt(float64(n))))
	demand := make([]plan.Demand, n)
	for i := range demand {
		demand[i] = plan.Demand{X: 62.5 + 125*float64(i%width), Y: 62.5 + 125*float64(i/width)}
		if random.IntN(3) > 0 {
			demand[i].Items = int64(random.ExpFloat64() * random.ExpFloat64() * 10)
		}
	}
	return demand
}

// coveredBy counts what is near, place by place.
func coveredBy(demand []plan.Demand, within float64, sites []plan.Site) (items int64) {
	for _, d := range demand {
		if slices.ContainsFunc(sites, func(s plan.Site) bool {
			return math.Hypot(demand[s.Demand].X-d.X, demand[s.Demand].Y-d.Y) <= within
		}) {
			items += d.Items
		}
	}
	return items
}

// plainCover looks at all places for each site.
func plainCover(demand []plan.Demand, within float64, n int) (sites []plan.Site) {
	for range n {
		had, best := coveredBy(demand, within, sites), plan.Site{}
		for i := range demand {
			if adds := coveredBy(demand, within, append(slices.Clip(sites), plan.Site{Demand: i})) - had; adds > best.Covers {
				best = plan.Site{Demand: i, Covers: adds}
			}
		}
		if best.Covers == 0 {
			break
		}
		sites = append(sites, best)
	}
	return sites
}

// To look again only where it may matter chooses the same, place by place, and what
// the sites say they cover is what is near to them.
func TestCoverIsPlainGreed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		demand := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) plan.Demand {
			return plan.Demand{X: float64(rapid.IntRange(-9, 9).Draw(t, "x")), Y: float64(rapid.IntRange(-9, 9).Draw(t, "y")), Items: rapid.Int64Range(0, 6).Draw(t, "items")}
		}), 0, 40).Draw(t, "demand")
		within, n := rapid.Float64Range(0, 8).Draw(t, "within"), rapid.IntRange(0, 6).Draw(t, "n")
		given := slices.Clone(demand)
		sites := plan.Cover(demand, within, n)
		if want := plainCover(demand, within, n); !slices.Equal(sites, want) || !slices.Equal(given, demand) {
			t.Fatalf("%v, want %v", sites, want)
		}
		best, ok := plan.CoverBest(demand, within, n)
		if told := sum(best); !ok || told != coveredBy(demand, within, best) || told < sum(sites) || len(best) > n {
			t.Fatalf("%v (best: %v) cover %d", best, ok, coveredBy(demand, within, best))
		}
		if !slices.IsSortedFunc(best, func(a, b plan.Site) int { return int(b.Covers - a.Covers) }) {
			t.Fatalf("%v are not in the order of what they add", best)
		}
	})
}

func sum(sites []plan.Site) (items int64) {
	for _, site := range sites {
		items += site.Covers
	}
	return items
}
