package release

import (
	"fmt"

	"commonground/data"
	"commonground/geo/grid"
)

// A value is what an edition knows of a square: 0 where it is not shown, else 1
// to 3 by how many items there are for each 250 m × 250 m.
const bandCount = 3

// unitM is the side in metres of the square that bands are told for.
const unitM = 250

// hidden says why a square is not shown, or nothing where it is.
func (t truth) hidden(p *data.Policy) string {
	switch {
	case t.items == 0:
		return "nothing was found"
	case t.items < p.MinItems:
		return fmt.Sprintf("fewer than %d items", p.MinItems)
	case t.days < p.MinDays:
		return fmt.Sprintf("found on fewer than %d days", p.MinDays)
	case t.most*100 > t.items*p.MaxDayPercent:
		return fmt.Sprintf("more than %d %% were found on one day", p.MaxDayPercent)
	}
	return ""
}

// band returns the band of so many items in a square, before bands are merged.
func band(p *data.Policy, items, sideM int) int {
	units := (sideM / unitM) * (sideM / unitM)
	switch {
	case items >= p.Cuts[1]*units:
		return 3
	case items >= p.Cuts[0]*units:
		return 2
	}
	return 1
}

// valuesOf returns the value of each square.
func valuesOf(p *data.Policy, squares []grid.Square, truths []truth) []int {
	values := make([]int, len(squares))
	for i, t := range truths {
		if t.hidden(p) == "" {
			values[i] = band(p, t.items, squares[i].Side())
		}
	}
	return values
}

// merged is the map as it is published: a function of one value out of four for
// each square, and of the policy, alone. From the top, a band with too few
// squares goes to the one below; with too few squares in all none is shown.
func merged(p *data.Policy, values []int) (bands []int, legend []Band) {
	var n [bandCount + 1]int
	for _, v := range values {
		n[v]++
	}
	bands = make([]int, len(values))
	legend = []Band{{Band: 0, Text: "not shown: too few, too rarely, or none"}}
	if len(values)-n[0] < p.MinSquares {
		return bands, legend
	}
	top := bandCount
	for ; top > 1 && n[top] < p.MinSquares; top-- {
		n[top-1] += n[top]
	}
	for i, v := range values {
		bands[i] = min(v, top)
	}
	for b := 1; b <= top; b++ {
		legend = append(legend, bandOf(p, b, top))
	}
	return bands, legend
}

func bandOf(p *data.Policy, number, top int) Band {
	b := Band{Band: number}
	if number > 1 {
		b.From = p.Cuts[number-2]
	}
	if number < top {
		b.Below = p.Cuts[number-1]
	}
	switch {
	case b.From == 0 && b.Below == 0:
		b.Text = fmt.Sprintf("shown: at least %d in the square", p.MinItems)
	case b.From == 0:
		b.Text = fmt.Sprintf("under %d", b.Below)
	case b.Below == 0:
		b.Text = fmt.Sprintf("%d or more", b.From)
	default:
		b.Text = fmt.Sprintf("%d to under %d", b.From, b.Below)
	}
	return b
}

// bounds returns how many items a square of a band holds at least and at most;
// -1 for no end. A square that is not shown may hold any number.
func bounds(p *data.Policy, b Band, sideM int) (atLeast, atMost int) {
	if b.Band == 0 {
		return 0, -1
	}
	units := (sideM / unitM) * (sideM / unitM)
	atLeast, atMost = max(p.MinItems, b.From*units), -1
	if b.Below > 0 {
		atMost = b.Below*units - 1
	}
	return atLeast, atMost
}
