package release

import (
	"context"
	"slices"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// tableClasses are the classes that have rows. A pickup without a usable place,
// or from a time without a boundary, is in no number of an edition.
var tableClasses = []geo.Class{geo.Managed, geo.Residential, geo.NonResidential, geo.Outside}

// finds is all that an edition is made from: the pickups of one period, and of
// each no more than what stands here. Nothing else of a record can have an
// effect on an edition.
type finds struct {
	// days are the items by square of 125 m and day.
	days map[grid.Square]map[data.Date]int
	// cells are the items by week of the period, class and family.
	cells map[cell]int
	// classes are those of the places in which something was found or looked for,
	// by square of 125 m.
	classes map[grid.Square]classSet
	// beyond are the classes of places off the grid.
	beyond classSet
}

// cell is a number of the tables: week of the period from 0, class and family.
type cell struct {
	week   int
	class  geo.Class
	family string
}

// classSet is a set of classes.
type classSet uint16

func (s classSet) with(c geo.Class) classSet { return s | 1<<c }
func (s classSet) has(c geo.Class) bool      { return s&(1<<c) != 0 }

func (s classSet) names() []string {
	names := []string{}
	for _, class := range tableClasses {
		if s.has(class) {
			names = append(names, class.String())
		}
	}
	return names
}

// stretch is a period as days and weeks.
type stretch struct {
	from, to data.Date
	first    data.Week
}

func periodSpan(scheme *data.Scheme, from data.Date) stretch {
	first := scheme.WeekOfDate(from)
	return stretch{from: from, to: scheme.WeekStart(first + data.Week(scheme.PeriodWeeks)), first: first}
}

// gather reads the finds of some periods in one pass over the store.
func gather(ctx context.Context, store data.Store, scheme *data.Scheme, spans []stretch) ([]*finds, error) {
	_, visits, err := store.Visits(ctx)
	if err != nil {
		return nil, err
	}
	found := make([]*finds, len(spans))
	for i := range found {
		found[i] = &finds{days: map[grid.Square]map[data.Date]int{}, cells: map[cell]int{}, classes: map[grid.Square]classSet{}}
	}
	families := familyOf(scheme)
	for batch, err := range visits {
		if err != nil {
			return nil, err
		}
		for i := range batch {
			v := &batch[i]
			if !counts(v) {
				continue
			}
			day := data.DateOf(v.At.At.In(scheme.Location))
			at := slices.IndexFunc(spans, func(s stretch) bool { return s.from <= day && day < s.to })
			if at >= 0 {
				found[at].add(scheme, families, v, day, int(scheme.WeekOfDate(day)-spans[at].first))
			}
		}
	}
	return found, nil
}

// counts reports whether a visit is one that editions are made from.
func counts(v *data.Visit) bool {
	return v.Located && !v.Settled && v.At.Precision != data.Month && slices.Contains(tableClasses, v.Class)
}

func familyOf(scheme *data.Scheme) map[string]string {
	families := map[string]string{}
	for _, kind := range scheme.Kinds {
		families[kind.ID] = kind.Family
	}
	return families
}

func (f *finds) add(scheme *data.Scheme, families map[string]string, v *data.Visit, day data.Date, week int) {
	items := 0
	for _, q := range v.Found {
		family, known := families[q.Kind]
		if !known || q.Items == 0 {
			continue
		}
		f.cells[cell{week, v.Class, family}] += q.Items
		items += q.Items
	}
	square, ok := scheme.Grid.Square(v.Point)
	if !ok {
		f.beyond = f.beyond.with(v.Class)
		return
	}
	f.classes[square] = f.classes[square].with(v.Class)
	if items == 0 {
		return
	}
	if f.days[square] == nil {
		f.days[square] = map[data.Date]int{}
	}
	f.days[square][day] += items
}

// truth is what is known of a square of the map.
type truth struct {
	items, days, most int
	classes           classSet
}

// truths returns what is known of each square of a partition, and the classes of
// what lies beyond.
func (f *finds) truths(squares []grid.Square) ([]truth, classSet) {
	of := indexBySquare(squares)
	byDay := make([]map[data.Date]int, len(squares))
	out, beyond := make([]truth, len(squares)), f.beyond
	for small, classes := range f.classes {
		i, ok := find(of, small)
		if !ok {
			beyond |= classes
			continue
		}
		out[i].classes |= classes
		for day, items := range f.days[small] {
			if byDay[i] == nil {
				byDay[i] = map[data.Date]int{}
			}
			byDay[i][day] += items
		}
	}
	for i, days := range byDay {
		for _, items := range days {
			out[i].items += items
			out[i].days++
			out[i].most = max(out[i].most, items)
		}
	}
	return out, beyond
}

// indexBySquare returns the number of each square.
func indexBySquare(squares []grid.Square) map[grid.Square]int {
	of := make(map[grid.Square]int, len(squares))
	for i, s := range squares {
		of[s] = i
	}
	return of
}

// find returns the number of the square that holds one of 125 m.
func find(of map[grid.Square]int, small grid.Square) (int, bool) {
	for level := uint8(0); level <= coarsestLevel; level++ {
		if i, ok := of[small.Parent(level)]; ok {
			return i, true
		}
	}
	return 0, false
}
