package release_test

import (
	"fmt"

	"pgregory.net/rapid"

	"commonground/data/release"
	"commonground/data/release/flow"
)

var (
	drawnWeeks    = map[string]string{"2019-04-24": "Wed 24 Apr 2019", "2019-05-01": "Wed 1 May 2019"}
	drawnClasses  = []string{"managed", "residential"}
	drawnFamilies = []string{"condoms", "needles"}
)

// ground draws an edition without numbers: squares (or no map) and rows.
func ground(t *rapid.T) release.Published {
	p := release.Published{Period: "2019-04-24", Beyond: subset(t, "beyond", drawnClasses)}
	for i := range rapid.IntRange(0, 4).Draw(t, "squares") {
		classes := drawnClasses[:1]
		if wanted := subset(t, "classes", drawnClasses); len(wanted) > 0 {
			classes = wanted
		}
		p.Squares = append(p.Squares, release.PublishedSquare{Name: fmt.Sprint("SE", i), AtMost: flow.NoEnd, Classes: classes})
	}
	families := drawnFamilies[:rapid.IntRange(1, 2).Draw(t, "families")]
	for _, week := range []string{"2019-04-24", "2019-05-01"}[:rapid.IntRange(1, 2).Draw(t, "weeks")] {
		for _, class := range drawnClasses {
			for _, family := range families {
				p.Rows = append(p.Rows, release.Row{Week: week, Class: class, Family: family})
			}
		}
	}
	return p
}

func subset(t *rapid.T, name string, all []string) []string {
	var chosen []string
	for _, each := range all {
		if rapid.Bool().Draw(t, name+" "+each) {
			chosen = append(chosen, each)
		}
	}
	return chosen
}

// anyEdition draws intervals that need not fit each other.
func anyEdition(t *rapid.T) release.Published {
	p := ground(t)
	for i := range p.Rows {
		p.Rows[i].Figure = anyFigure(t)
		if rapid.Bool().Draw(t, "hidden") {
			p.Rows[i].Figure = release.Figure{AtMost: rapid.IntRange(10, 12).Draw(t, "at most")}
		}
	}
	for _, family := range subset(t, "totals", familiesOf(p)) {
		p.Totals = append(p.Totals, release.Total{Family: family, Figure: anyFigure(t)})
	}
	for i := range p.Squares {
		p.Squares[i].Band = rapid.IntRange(0, 1).Draw(t, "band")
		if rapid.Bool().Draw(t, "bounded") {
			figure := anyFigure(t)
			p.Squares[i].AtLeast, p.Squares[i].AtMost = figure.AtLeast, figure.AtMost
			if rapid.Bool().Draw(t, "without end") {
				p.Squares[i].AtMost = flow.NoEnd
			}
		}
	}
	return p
}

// anyFigure draws an interval that isn't an exact number under 10.
func anyFigure(t *rapid.T) release.Figure {
	low := rapid.IntRange(0, 20).Draw(t, "at least")
	return release.Figure{AtLeast: low, AtMost: low + rapid.IntRange(1, 20).Draw(t, "width")}
}

func familiesOf(p release.Published) []string {
	if p.Rows[1].Family == p.Rows[0].Family {
		return drawnFamilies[:1]
	}
	return drawnFamilies
}

// trueEdition draws counts and publishes them; totals are now and then exact.
func trueEdition(t *rapid.T) release.Published {
	p := ground(t)
	rows, squares, totals := make([]int, len(p.Rows)), make([]int, len(p.Squares)), map[string]int{}
	for _, c := range countsOf(p) {
		n := rapid.IntRange(0, 4).Draw(t, "many") * rapid.IntRange(0, 8).Draw(t, "items")
		rows[c.row] += n
		totals[p.Rows[c.row].Family] += n
		if c.square >= 0 {
			squares[c.square] += n
		}
	}
	for i, n := range rows {
		p.Rows[i].Figure = rounded(n, 5)
	}
	for _, family := range subset(t, "totals", familiesOf(p)) {
		step := rapid.SampledFrom([]int{1, 5, 25}).Draw(t, "step")
		p.Totals = append(p.Totals, release.Total{Family: family, Figure: rounded(totals[family], step)})
	}
	for i, n := range squares {
		p.Squares[i].Band, p.Squares[i].AtLeast, p.Squares[i].AtMost = banded(n)
	}
	return p
}

// rounded is a number from 10 up to the nearest multiple of an odd step, or 0 to
// 9.
func rounded(n, step int) release.Figure {
	if n < 10 {
		return release.Figure{AtMost: 9}
	}
	middle := (n + step/2) / step * step
	return release.Figure{AtLeast: max(10, middle-step/2), AtMost: middle + step/2}
}

func banded(n int) (band, atLeast, atMost int) {
	switch {
	case n < 10:
		return 0, 0, flow.NoEnd
	case n < 25:
		return 1, 10, 24
	case n < 75:
		return 2, 25, 74
	}
	return 3, 75, flow.NoEnd
}
