package release

import (
	orbgeo "github.com/paulmach/orb/geo"

	"commonground/data/intake"
	"commonground/geo"
	"commonground/geo/grid"
)

// spacingM is how close the points are that a square is looked through with for
// the classes in it. A class that has less than this may be overlooked: then the
// audit takes a searcher to know more than they do, and refuses sooner.
const spacingM = 15.625

// classesIn returns the classes of places in a square, on all days of a period,
// by a lattice of points.
func classesIn(settings *intake.Settings, in stretch, s grid.Square) classSet {
	classifiers := classifiersIn(settings, in)
	n := int(float64(s.Side()) / spacingM)
	var corners [2][2][2]float64
	for dx := range 2 {
		for dy := range 2 {
			corners[dx][dy][0], corners[dx][dy][1] = settings.Scheme.Grid.Corner(s, int32(dx), int32(dy))
		}
	}
	var classes classSet
	for i := range n {
		for j := range n {
			lon, lat := within(&corners, (float64(i)+0.5)/float64(n), (float64(j)+0.5)/float64(n))
			p, err := geo.NewPoint(lon, lat)
			if err != nil {
				continue
			}
			for _, c := range classifiers {
				classes = classes.with(c.Class(p))
			}
		}
	}
	return classes
}

// within returns a place of a square by its parts of the way east and north.
func within(corners *[2][2][2]float64, east, north float64) (lon, lat float64) {
	at := func(k int) float64 {
		south := corners[0][0][k]*(1-east) + corners[1][0][k]*east
		return south*(1-north) + (corners[0][1][k]*(1-east)+corners[1][1][k]*east)*north
	}
	return at(0), at(1)
}

// classifiersIn returns those of the boundaries that are in force on some day of
// a period, each once.
func classifiersIn(settings *intake.Settings, in stretch) []*geo.Classifier {
	var all []*geo.Classifier
	for day := in.from; day < in.to; day++ {
		_, c, ok := settings.Timeline.At(day.In(settings.Scheme.Location))
		if ok && (len(all) == 0 || all[len(all)-1] != c) {
			all = append(all, c)
		}
	}
	return all
}

// tooSmall returns the classes whose areas cover, on some day of a period, less than
// the smallest square of a map may: a week's number of such a class would tell of a
// place more exactly than any map does. Where the managed area is everyone knows, and
// what is outside is large.
func tooSmall(settings *intake.Settings, in stretch) classSet {
	sideM := float64(settings.Scheme.Release.FinestM)
	var small classSet
	for _, c := range classifiersIn(settings, in) {
		covered := map[geo.Class]float64{} // in square metres
		for _, area := range c.Areas() {
			covered[area.Class] += orbgeo.Area(area.Shape)
		}
		for _, class := range []geo.Class{geo.Residential, geo.NonResidential} {
			if m := covered[class]; m > 0 && m < sideM*sideM {
				small = small.with(class)
			}
		}
	}
	return small
}

// classesBeyond returns the classes of places off a partition: outside, and those
// of areas that reach over its edge.
func classesBeyond(settings *intake.Settings, in stretch, squares []grid.Square) classSet {
	of := indexBySquare(squares)
	beyond := classSet(0).with(geo.Outside)
	for _, c := range classifiersIn(settings, in) {
		for _, area := range c.Areas() {
			for p := range vertices([]geo.Area{area}) {
				square, ok := settings.Scheme.Grid.Square(p)
				if ok {
					_, ok = find(of, square)
				}
				if !ok {
					beyond = beyond.with(area.Class)
				}
			}
		}
	}
	return beyond
}

// publishedOf returns every number of an edition, with what can be known of the
// ground. seen are the classes in which crews were, so that the numbers fit the
// truth also where a lattice overlooks a place.
func publishedOf(settings *intake.Settings, in stretch, e *Edition, seen []truth, beyond classSet) Published {
	p := Published{Period: in.from.String(), Squares: []PublishedSquare{}, Rows: e.Tables.Rows, Totals: e.Tables.Totals}
	squares := make([]grid.Square, len(e.Map.Squares))
	for i := range e.Map.Squares {
		s := &e.Map.Squares[i]
		squares[i] = s.Square
		low, high := bounds(&e.Policy, e.Map.Legend[s.Band], s.Side())
		p.Squares = append(p.Squares, PublishedSquare{
			Name: s.Name, SideM: s.Side(), Key: uint64(s.Key()), Band: s.Band, AtLeast: low, AtMost: high,
			Classes: (classesIn(settings, in, s.Square) | seen[i].classes).names(),
		})
	}
	p.Beyond = (classesBeyond(settings, in, squares) | beyond).names()
	return p
}

// editionOf makes an edition of the finds of a period, on a partition.
func editionOf(settings *intake.Settings, in stretch, p Partition, sha256 string, f *finds) (*Edition, []truth, classSet) {
	scheme := settings.Scheme
	squares := p.squares()
	truths, beyond := f.truths(squares)
	e := &Edition{
		Grid: scheme.Grid, Place: scheme.Name, Synthetic: scheme.Synthetic, Period: periodOf(in),
		Tables: tablesOf(scheme, in, f, tooSmall(settings, in)), Policy: scheme.Release, Boundary: boundaryOn(settings, in.to-1),
	}
	bands, legend := merged(&e.Policy, valuesOf(&e.Policy, squares, truths))
	e.Map = Map{Epoch: p.From, Partition: sha256, Legend: legend, SmallestM: squares[0].Side()}
	for i, s := range squares {
		e.Map.SmallestM, e.Map.LargestM = min(e.Map.SmallestM, s.Side()), max(e.Map.LargestM, s.Side())
		e.Map.Squares = append(e.Map.Squares, Square{Square: s, Name: scheme.Grid.Name(s), Band: bands[i]})
	}
	return e, truths, beyond
}

func periodOf(in stretch) Period {
	p := Period{From: in.from.String(), To: in.to.String()}
	for day := in.from; day < in.to; day += 7 {
		p.Weeks = append(p.Weeks, day.String())
	}
	return p
}
