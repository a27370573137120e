package scores

import (
	"fmt"

	"commonground/geo/grid"
	"commonground/geo/plan"
)

// Bin is a site of a sharps bin: the middle of a square.
type Bin struct {
	Square grid.Key
	// Covers is how many items were removed near enough to it, and not to one before.
	Covers int64
	// Share is that of all located items, and Running the share of it and those before.
	Share, Running float64
}

// Bins are the sites of some bins.
type Bins struct {
	Sites []Bin
	// Best says that no other sites cover more; else they cover at least 63 % of what the
	// best do.
	Best     bool
	Located  int64 // items on squares
	Method   string
	Sentence string
}

// Bins chooses up to n squares of 125 m near which most items of a question were removed, each counted once:
// no further than so many metres in a straight line between the middles of squares.
func (q *Question) Bins(n int, withinM float64) (*Bins, error) {
	query := q.Query
	query.ItemsOnly = true
	squares := q.counted(query, 0)
	if len(squares) > MostSquares {
		return nil, refused("weeks: there are %d squares with items, more than the %d that are looked at at once; choose a smaller place", len(squares), MostSquares)
	}
	b, demand := &Bins{Sites: []Bin{}}, make([]plan.Demand, len(squares))
	for i, s := range squares {
		at := middle(s.Key)
		demand[i] = plan.Demand{X: at.X, Y: at.Y, Items: s.Items}
		b.Located += s.Items
	}
	sites, best := plan.CoverBest(demand, withinM, n)
	b.Best, b.Method = best, "greedy maximal covering: at least 63 % of the best possible"
	if best {
		b.Method = "maximal covering: no other sites cover more"
	}
	running := int64(0)
	for _, site := range sites {
		running += site.Covers
		b.Sites = append(b.Sites, Bin{squares[site.Demand].Key, site.Covers, share(site.Covers, b.Located), share(running, b.Located)})
	}
	b.Sentence = b.sentence(withinM)
	return b, nil
}

func share(part, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(part) / float64(of)
}

func (b *Bins) sentence(withinM float64) string {
	if len(b.Sites) == 0 {
		return "There is nothing to site a bin by: no items were removed at a known place."
	}
	last := b.Sites[len(b.Sites)-1]
	return fmt.Sprintf("%s would have stood within %.0f m of %.0f %% of the %d items removed. Where a bin is put, fewer items should lie later: look again after half a year.",
		binsText(len(b.Sites)), withinM, 100*last.Running, b.Located)
}

func binsText(n int) string {
	if n == 1 {
		return "1 bin"
	}
	return fmt.Sprintf("%d bins", n)
}
