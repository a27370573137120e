package release

import (
	"cmp"
	"fmt"
	"slices"

	"commonground/data"
	"commonground/geo/grid"
)

// measured is what usefulness is worked out from.
type measured struct {
	policy  *data.Policy
	squares []grid.Square
	truths  []truth
	bands   []int
	// now and next are the finds of the edition's period and of the one after;
	// publicA50 is the area that P6 found.
	now, next *finds
	publicA50 float64
}

// usefulness says how much of the truth is left in a map: for the signers alone.
func (m *measured) usefulness() []Usefulness {
	all := []Usefulness{m.shownShare(), m.kappa()}
	staff := m.staffPlaces()
	staffA50 := a50(slices.Clone(staff))
	if totalFinds(staff) == 0 {
		return all
	}
	all = append(all, m.accuracy(staff), Usefulness{"search", m.publicA50 / 1e6, fmt.Sprintf(
		"%.2f km² must be searched by this map, and those before it, to meet half of the next period's finds; by the staff's map of this period %.2f km²", m.publicA50/1e6, staffA50/1e6)})
	return append(all, Usefulness{"search ratio", m.publicA50 / staffA50, fmt.Sprintf("%.1f times the area that the staff's map asks for", m.publicA50/staffA50)})
}

// shownShare is the part of all items on the map that lie in shown squares.
func (m *measured) shownShare() Usefulness {
	shown, all := 0, 0
	for i, t := range m.truths {
		all += t.items
		if m.bands[i] > 0 {
			shown += t.items
		}
	}
	share := float64(shown) / float64(max(all, 1))
	return Usefulness{"share shown", share, fmt.Sprintf("%.0f %% of the items on the map lie in squares that are shown", share*100)}
}

// kappa is the agreement of the published bands with the true ones (Cohen 1968,
// weighted kappa with quadratic weights over the categories 0 to 3). The true
// band of a square with fewer than the least items is 0.
func (m *measured) kappa() Usefulness {
	var both [bandCount + 1][bandCount + 1]float64
	for i, t := range m.truths {
		truly := 0
		if t.items >= m.policy.MinItems {
			truly = band(m.policy, t.items, m.squares[i].Side())
		}
		both[truly][m.bands[i]]++
	}
	k := weightedKappa(both)
	return Usefulness{"agreement", k, fmt.Sprintf("%.2f is the agreement of the bands with the truth (weighted kappa: 1 is all, 0 is chance)", k)}
}

func weightedKappa(both [bandCount + 1][bandCount + 1]float64) float64 {
	var rows, columns [bandCount + 1]float64
	n := 0.0
	for i := range both {
		for j, c := range both[i] {
			rows[i] += c
			columns[j] += c
			n += c
		}
	}
	seen, chance := 0.0, 0.0
	for i := range both {
		for j, c := range both[i] {
			weight := float64((i - j) * (i - j))
			seen += weight * c
			chance += weight * rows[i] * columns[j] / n
		}
	}
	if chance == 0 {
		return 1 // all in one category, in both
	}
	return 1 - seen/chance
}

// staffPlaces are the squares of 125 m of the map, ranked by this period's
// items, with the next period's finds: the staff's map.
func (m *measured) staffPlaces() []searched {
	onMap := indexBySquare(m.squares)
	places := map[grid.Square]*searched{}
	at := func(small grid.Square) *searched {
		if places[small] == nil {
			side := float64(small.Side())
			places[small] = &searched{areaM: side * side}
		}
		return places[small]
	}
	for small, days := range m.now.days {
		if _, ok := find(onMap, small); ok {
			at(small).score = sum(days)
		}
	}
	for small, days := range m.next.days {
		if _, ok := find(onMap, small); ok {
			at(small).finds = sum(days)
		}
	}
	all := make([]searched, 0, len(places))
	for _, p := range places {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b searched) int { return cmp.Or(b.score-a.score, a.finds-b.finds) })
	return m.withRest(all)
}

// withRest adds the ground where nothing was found in either period.
func (m *measured) withRest(places []searched) []searched {
	rest := searched{}
	for _, s := range m.squares {
		rest.areaM += float64(s.Side()) * float64(s.Side())
	}
	for _, p := range places {
		rest.areaM -= p.areaM
	}
	return append(places, rest)
}

func sum(days map[data.Date]int) int {
	n := 0
	for _, items := range days {
		n += items
	}
	return n
}

func totalFinds(places []searched) int {
	n := 0
	for _, p := range places {
		n += p.finds
	}
	return n
}

// accuracy is the prediction accuracy index (Chainey et al. 2008) of the shown
// area for the next period's finds, beside that of the staff's best squares of
// the same area.
func (m *measured) accuracy(staff []searched) Usefulness {
	index := indexBySquare(m.squares)
	shownM, allM := 0.0, 0.0
	for i, s := range m.squares {
		areaM := float64(s.Side()) * float64(s.Side())
		allM += areaM
		if m.bands[i] > 0 {
			shownM += areaM
		}
	}
	met := 0
	for small, days := range m.next.days {
		if i, ok := find(index, small); ok && m.bands[i] > 0 {
			met += sum(days)
		}
	}
	public := pai(float64(met), float64(totalFinds(staff)), shownM, allM)
	best := pai(metWithin(staff, shownM), float64(totalFinds(staff)), shownM, allM)
	return Usefulness{"accuracy", public, fmt.Sprintf(
		"%.1f is the prediction accuracy index of the shown squares for the next period's finds; the staff's map has %.1f over as large an area", public, best)}
}

// pai is n of N finds in a of A of the area: (n/N) / (a/A), 0 where nothing is
// shown.
func pai(met, all, shownM, allM float64) float64 {
	if shownM == 0 || all == 0 {
		return 0
	}
	return met / all / (shownM / allM)
}

// metWithin returns how many finds lie in the first places up to an area; of the
// last one a part.
func metWithin(places []searched, areaM float64) float64 {
	met := 0.0
	for _, p := range places {
		part := min(1, areaM/max(p.areaM, 1))
		met += float64(p.finds) * part
		if areaM -= p.areaM; areaM <= 0 {
			break
		}
	}
	return met
}
