package quality

import (
	"cmp"
	"slices"

	"commonground/data"
	"commonground/geo"
)

// A default point is what a geocoder answers where it does not find an address:
// the town hall, mostly. Many addresses have that one point, and it looks like the
// worst place in town. Nothing in a record says so; a point is flagged where one
// source has all of this at exactly one pair of coordinates:
//
//  1. Records on minDays days at least. One large clean-up is no default.
//  2. At least minPercent of what the source has located. Less moves no ranking.
//  3. It stands apart: without the busiest day of each point, it has apart times
//     as many records as any other one. Up to maxDefaults points may stand apart
//     together, for a source may have more defaults than one; minOthers must be
//     left, else nothing can be said of what is usual in that source.
//  4. It is alone: alone times as many records as at all other points within
//     aroundM. Where much is really found, some is found beside it. Or else it
//     stands apart farApart times.
//
// Points are compared within a source, since what is usual differs: police.uk has
// all its points on a list, many records at each, and none of them stands apart. A
// busy lane has fixes that differ by metres. Repeats of real addresses fall off as a
// Pareto distribution of index 2 does (Hill's estimate: 1.8 to 2 in Boston's needles of
// 2015), so that the first is 3 times the second in one source of nine by chance,
// hence rule 4, and 10 times in one of a hundred, hence farApart.
//
// The constants were tried on Boston's needles: of 700 slices without a default (by
// quarter and span of weeks, and at random) none is flagged; with minDays = 5 four
// are. The default of 2015 (49 of 622, and 11 of 381) is found in four of
// five random samples of 100 to 400 rows.
const (
	minDays     = 6
	minPercent  = 1
	apart       = 3
	maxDefaults = 5
	minOthers   = 20
	alone       = 3
	aroundM     = 150.0
	farApart    = 10
)

// DefaultPoint is a point that unusually many different addresses share.
type DefaultPoint struct {
	Point geo.Point
	// Records lie at it, of all sources: who uses the same geocoder has the same
	// default, though perhaps too few records to tell. It counts what rows count.
	Records int
	// Sources are those of which it has records, in order.
	Sources []string
	// Classes are those of its records.
	Classes []geo.Class
}

// pile is what one source has at one point.
type pile struct {
	point   geo.Point
	records int
	days    int
	busiest int // records on the busiest day
}

// spread is the number of records without those of the busiest day.
func (p *pile) spread() int { return p.records - p.busiest }

// defaultPoints returns the points that are some source's default.
func (s *Survey) defaultPoints() map[geo.Point]bool {
	found := map[geo.Point]bool{}
	for _, piles := range s.piles() {
		for _, p := range defaultsOf(piles) {
			found[p] = true
		}
	}
	return found
}

// sighting is what piles are made of.
type sighting struct {
	source uint32
	point  geo.Point
	day    data.Date
}

func (a sighting) compare(b sighting) int {
	switch {
	case a.source != b.source:
		return cmp.Compare(a.source, b.source)
	case a.point != b.point:
		return comparePoints(a.point, b.point)
	}
	return cmp.Compare(a.day, b.day)
}

// piles returns those of each source.
func (s *Survey) piles() [][]pile {
	sightings := make([]sighting, 0, len(s.records))
	for i := range s.records {
		if r := &s.records[i]; r.located() {
			sightings = append(sightings, sighting{r.source, r.point, r.day})
		}
	}
	slices.SortFunc(sightings, sighting.compare)
	piles := make([][]pile, len(s.names))
	for len(sightings) > 0 {
		p := pileOf(sightings)
		source := sightings[0].source
		piles[source] = append(piles[source], p)
		sightings = sightings[p.records:]
	}
	return piles
}

// pileOf returns the pile that the first of sorted sightings is of.
func pileOf(sightings []sighting) pile {
	first := sightings[0]
	p := pile{point: first.point}
	onDay := 0
	for i, seen := range sightings {
		if seen.source != first.source || seen.point != first.point {
			break
		}
		if i == 0 || seen.day != sightings[i-1].day {
			p.days++
			onDay = 0
		}
		p.records++
		onDay++
		p.busiest = max(p.busiest, onDay)
	}
	return p
}

func comparePoints(a, b geo.Point) int {
	return cmp.Or(cmp.Compare(a.Lon, b.Lon), cmp.Compare(a.Lat, b.Lat))
}

// defaultsOf returns the default points of one source. It sorts its argument.
func defaultsOf(piles []pile) (found []geo.Point) {
	slices.SortFunc(piles, func(a, b pile) int {
		return cmp.Or(cmp.Compare(b.spread(), a.spread()), comparePoints(a.point, b.point))
	})
	located := 0
	for i := range piles {
		located += piles[i].records
	}
	n := standApart(piles)
	for i := range n {
		p, next := &piles[i], max(1, piles[n].spread())
		if p.days < minDays || p.records*100 < located*minPercent {
			continue
		}
		if p.spread() >= farApart*next || p.records >= alone*around(piles, i) {
			found = append(found, p.point)
		}
	}
	return found
}

// standApart returns how many of the first piles stand apart from all others.
func standApart(piles []pile) (n int) {
	for i := 1; i <= min(maxDefaults, len(piles)-minOthers); i++ {
		if piles[i-1].spread() >= apart*max(1, piles[i].spread()) {
			n = i
		}
	}
	return n
}

// around counts the records around a pile.
func around(piles []pile, at int) (records int) {
	for i := range piles {
		if i != at && apartM(piles[i].point, piles[at].point) <= aroundM {
			records += piles[i].records
		}
	}
	return records
}

// markDefaults flags the records at points, and returns those that rows count, the
// point with the most of them first.
func (s *Survey) markDefaults(points map[geo.Point]bool) (defaults []DefaultPoint) {
	if len(points) == 0 {
		return nil
	}
	at := map[geo.Point]int{} // in defaults
	for i := range s.records {
		r := &s.records[i]
		if !r.located() || !points[r.point] {
			continue
		}
		if r.flags |= atDefault; !r.counted {
			continue
		}
		n, ok := at[r.point]
		if !ok {
			n = len(defaults)
			at[r.point] = n
			defaults = append(defaults, DefaultPoint{Point: r.point})
		}
		defaults[n].add(s.names[r.source], r.class)
	}
	for i := range defaults {
		slices.Sort(defaults[i].Sources)
		slices.Sort(defaults[i].Classes)
	}
	slices.SortFunc(defaults, func(a, b DefaultPoint) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), comparePoints(a.Point, b.Point))
	})
	return defaults
}

func (d *DefaultPoint) add(source string, class geo.Class) {
	d.Records++
	if !slices.Contains(d.Sources, source) {
		d.Sources = append(d.Sources, source)
	}
	if !slices.Contains(d.Classes, class) {
		d.Classes = append(d.Classes, class)
	}
}
