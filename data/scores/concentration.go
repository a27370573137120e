package scores

import (
	"fmt"
	"slices"
	"strings"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// Concentration is how unevenly the items of a family lay on locations: squares of
// 125 m × class. What it says in sentences is computed true.
type Concentration struct {
	// Located are the items of which the square is known.
	Located int64 `json:"located_items"`
	// Visited are the locations where crews were, and Found those with an item.
	// Without visits Visited is Found.
	Visited int `json:"locations_visited"`
	Found   int `json:"locations_with_items"`
	// Half is how few locations hold half of the items, and HalfIn in which
	// classes those lie.
	Half   int      `json:"locations_with_half"`
	HalfIn []string `json:"classes_of_half"`
	// Gini is that of the items on the locations visited, from 0 to 1, and
	// Generalised corrects it for few items. ExcessLeast and ExcessMost hold, in 95 of
	// 100 random placements, by how much it is above that of such a placement.
	Gini        float64 `json:"gini"`
	Generalised float64 `json:"generalised_gini"`
	ExcessLeast float64 `json:"excess_least"`
	ExcessMost  float64 `json:"excess_most"`
	Draws       int     `json:"draws"`
	Seed        uint64  `json:"seed"`
	// Median, Ninth and Largest are items at a location with any: that of half of
	// the locations, of nine in ten, and of all, at most.
	Median  int64 `json:"median"`
	Ninth   int64 `json:"ninetieth_percentile"`
	Largest int64 `json:"largest"`
	// Concentrated and Low say which of the two claims is true.
	Concentrated bool     `json:"concentrated"`
	Low          bool     `json:"low_anywhere"`
	Sentences    []string `json:"sentences"`
}

// How a concentration is compared with chance. 199 draws leave four or five at
// each end of the interval; the seed is the first day that the golden report is
// about, and any other would do.
const (
	unevenDraws = 199
	unevenSeed  = 20190424
)

// halfPart is how many times as many locations with items there must be as hold
// half of them, so that those are called few.
const halfPart = 10

// Concentrate looks at locations of squares × class in the order of a ranking, each
// with items, of visited ones in all; 0 where visits are not told. title says of what;
// small is the number under which a scheme calls one small in tables.
func Concentrate(title string, ranked []cube.Location, visited, small int) Concentration {
	c := Concentration{Found: len(ranked), HalfIn: []string{}, Draws: unevenDraws, Seed: unevenSeed, Sentences: []string{}}
	found := make([]int64, len(ranked))
	for i, l := range ranked {
		found[i] = l.Items
		c.Located += l.Items
	}
	c.Visited = max(visited, len(ranked))
	c.Half = hotspot.Half(found)
	for _, class := range geo.Classes() {
		if slices.ContainsFunc(ranked[:c.Half], func(l cube.Location) bool { return l.Class == class }) {
			c.HalfIn = append(c.HalfIn, class.String())
		}
	}
	c.Median, c.Ninth, c.Largest = hotspot.Percentile(found, 50), hotspot.Percentile(found, 90), hotspot.Percentile(found, 100)
	everywhere := append(found, make([]int64, c.Visited-len(found))...)
	c.Gini, _ = hotspot.Gini(everywhere)
	if excess, ok := (hotspot.Chance{Seed: unevenSeed, Draws: unevenDraws}).Excess(everywhere); ok {
		c.Generalised, c.ExcessLeast, c.ExcessMost = excess.Score, excess.Least, excess.Most
	}
	c.Concentrated = c.Located > 0 && c.Half*halfPart <= c.Found && c.ExcessLeast > 0
	c.Low = c.Located > 0 && c.Largest < int64(small)
	c.say(title, small)
	return c
}

// Concentration says how unevenly the items of a question lie on its locations, by the
// rule of the monitoring report. Level and Value don't matter: locations are of 125 m.
func (q *Question) Concentration() Concentration {
	query, visited := q.Query, 0
	if !query.ItemsOnly {
		for _, row := range q.Cube.Counts(query, cube.Split{By: []data.Dimension{data.ByClass, data.BySquare}}) {
			if row.Square != 0 && row.Visits > 0 {
				visited++
			}
		}
	}
	query.ItemsOnly = true
	return Concentrate(capital(q.About()), q.Cube.Locations(query, 0), visited, q.Scheme.Release.TableMin)
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// say puts into words what is true. small is the number under which the scheme
// calls a number small in tables: then a person could be behind it.
func (c *Concentration) say(title string, small int) {
	if c.Located == 0 {
		c.Sentences = append(c.Sentences, title+": none were found at a known place.")
		return
	}
	half := fmt.Sprintf("%d of the %s with any", c.Half, locationsText(c.Found))
	switch {
	case c.Concentrated:
		c.Sentences = append(c.Sentences, fmt.Sprintf("%s: a small number of locations account for the majority: %s hold half of all, %s.", title, half, c.halfText()))
	case c.ExcessLeast > 0:
		c.Sentences = append(c.Sentences, fmt.Sprintf("%s: they lie more unevenly than chance makes, but not on a few locations alone: half of all takes %s.", title, half))
	default:
		c.Sentences = append(c.Sentences, fmt.Sprintf("%s: they are scattered: half of all takes %s, and by the Gini coefficient chance alone could place them as unevenly.", title, half))
	}
	spread := fmt.Sprintf("at half of the locations with any there were %d or fewer, at nine in ten %d or fewer, and %d at the most", c.Median, c.Ninth, c.Largest)
	if c.Low {
		c.Sentences = append(c.Sentences, fmt.Sprintf("%s: low numbers at any one locality, fewer than %d everywhere: %s.", title, small, spread))
		return
	}
	c.Sentences = append(c.Sentences, fmt.Sprintf("%s: numbers are not low everywhere: %s.", title, spread))
}

// halfText says in which classes the locations with half of the items lie.
func (c *Concentration) halfText() string {
	var titles []string
	for _, id := range c.HalfIn {
		class, err := geo.ParseClass(id)
		if err != nil {
			panic(err) // it was written by a class
		}
		titles = append(titles, strings.ToLower(data.ClassTitle(class)))
	}
	if len(titles) == 1 {
		return "all of them in places of the class " + titles[0]
	}
	return "in places of the classes " + strings.Join(titles[:len(titles)-1], ", ") + " and " + titles[len(titles)-1]
}

func locationsText(n int) string {
	if n == 1 {
		return fmt.Sprintf("1 square of %d m", grid.SideM)
	}
	return fmt.Sprintf("%d squares of %d m", n, grid.SideM)
}
