package release

import (
	"slices"

	"commonground/geo/grid"
)

// searched is a place that a searcher goes to: how highly maps rank it, how
// large it is, and what the next period's finds there are.
type searched struct {
	score int
	areaM float64 // in square metres
	finds int
}

// A50 returns the least area, in square metres, that must be searched in the
// order of scores, the highest first, to meet half of all finds. Places of equal
// score can't be told apart: finds are taken as spread evenly over them. Without
// finds it is the whole area.
func a50(places []searched) float64 {
	slices.SortFunc(places, func(a, b searched) int { return b.score - a.score })
	total := 0
	for _, p := range places {
		total += p.finds
	}
	half, met, areaM := float64(total)/2, 0.0, 0.0
	for start := 0; start < len(places); {
		end, tieM, tied := start, 0.0, 0
		for ; end < len(places) && places[end].score == places[start].score; end++ {
			tieM += places[end].areaM
			tied += places[end].finds
		}
		if tied > 0 && met+float64(tied) >= half {
			return areaM + tieM*(half-met)/float64(tied)
		}
		areaM, met, start = areaM+tieM, met+float64(tied), end
	}
	return areaM
}

// hectareM is a hectare in square metres.
const hectareM = 10_000

// searchedBy returns the squares of 250 m of a ground, ranked by the sum of the
// bands that all maps of the epoch give them, with the finds of a period. Maps
// divide one ground, each in squares of its own sizes.
func searchedBy(maps [][]PublishedSquare, next *finds) []searched {
	scores := map[grid.Square]int{}
	for _, squares := range maps {
		for i := range squares {
			if s, ok := grid.Key(squares[i].Key).Square(); ok {
				eachFinest(s, func(small grid.Square) { scores[small] += squares[i].Band })
			}
		}
	}
	finds := map[grid.Square]int{}
	for small, days := range next.days {
		for _, items := range days {
			finds[small.Parent(finestLevel)] += items
		}
	}
	places := make([]searched, 0, len(scores))
	for s, score := range scores {
		side := float64(s.Side())
		places = append(places, searched{score: score, areaM: side * side, finds: finds[s]})
	}
	return places
}

// eachFinest calls do for each square of 250 m in a square that isn't smaller.
func eachFinest(s grid.Square, do func(grid.Square)) {
	if s.Level <= finestLevel {
		do(s)
		return
	}
	for _, child := range children(s) {
		eachFinest(child, do)
	}
}
