package intake

import (
	"cmp"
	"context"
	"slices"

	"commonground/data"
	"commonground/geo"
)

// Preview says what a change of the boundaries would do to the records.
type Preview struct {
	// Boundary is the version that would be put in or taken back.
	Boundary geo.Boundary
	// Scheme is that of the store; its order of kinds is that of Items.
	Scheme *data.Scheme
	// Classes are the records that would change class, by week, from which
	// class and to which, in that order. Undated ones come first.
	Classes []ClassChange
	// AreaOnly are those that would only come to another area of their class,
	// MarkOnly those for which only the permitted hours or the mark near the
	// boundary would change.
	AreaOnly, MarkOnly Tally
	// SettledVisits and SettledIncidents are records of the span that were
	// destroyed at the end of their retention: what is left of them keeps its class.
	SettledVisits, SettledIncidents int64
}

// ClassChange counts records that go from one class to another.
type ClassChange struct {
	Week          data.Week // by which a pickup was made or an incident received
	Before, After geo.Class
	Tally
}

// Tally is a number of records, and of the items that visits found, by the
// scheme's kinds.
type Tally struct {
	Visits, Incidents int64
	Items             []int64
}

// Records returns the number of records of both sorts.
func (t Tally) Records() int64 { return t.Visits + t.Incidents }

func (t *Tally) add(other Tally) {
	t.Visits += other.Visits
	t.Incidents += other.Incidents
	for i, n := range other.Items {
		t.Items[i] += n
	}
}

// Preview returns what PutBoundary would do now, without doing it.
func (d *Door) Preview(ctx context.Context, from data.Date, to *data.Date, areas []geo.Area) (Preview, error) {
	p, err := d.planPut(ctx, from, to, areas)
	if err != nil {
		return Preview{}, err
	}
	return d.preview(ctx, &p)
}

// PreviewUndo returns what Undo would do now, without doing it.
func (d *Door) PreviewUndo(ctx context.Context, version int64) (Preview, error) {
	p, err := d.planUndo(ctx, version)
	if err != nil {
		return Preview{}, err
	}
	return d.preview(ctx, &p)
}

func (d *Door) preview(ctx context.Context, p *plan) (Preview, error) {
	span := data.Span{From: p.boundary.From, To: p.boundary.To}
	moves, err := d.store.Moves(ctx, p.settings.Revision, span, p.placer())
	if err != nil {
		return Preview{}, err
	}
	count := newCounting(p.settings.Scheme)
	for move, err := range moves {
		if err != nil {
			return Preview{}, err
		}
		count.add(move)
	}
	preview := Preview{
		Boundary: p.boundary, Scheme: p.settings.Scheme,
		Classes: count.sorted(), AreaOnly: count.areaOnly, MarkOnly: count.markOnly,
	}
	preview.SettledVisits, preview.SettledIncidents, err = d.store.Settled(ctx, span)
	return preview, err
}

// counting tallies moves.
type counting struct {
	scheme             *data.Scheme
	classes            map[classChange]*Tally
	areaOnly, markOnly Tally
}

// classChange is what a row of Preview.Classes is about.
type classChange struct {
	week          data.Week
	before, after geo.Class
}

func newCounting(scheme *data.Scheme) *counting {
	c := &counting{scheme: scheme, classes: map[classChange]*Tally{}}
	c.areaOnly, c.markOnly = c.none(), c.none()
	return c
}

func (c *counting) none() Tally {
	return Tally{Items: make([]int64, len(c.scheme.Kinds))}
}

func (c *counting) add(move data.Move) {
	into := c.tallyOf(move)
	if move.Sort == data.IncidentSort {
		into.Incidents++
		return
	}
	into.Visits++
	for _, found := range move.Found {
		if kind, ok := c.scheme.KindIndex(found.Kind); ok {
			into.Items[kind] += int64(found.Items)
		}
	}
}

func (c *counting) tallyOf(move data.Move) *Tally {
	switch {
	case move.Before.Class == move.After.Class && move.Before.Area == move.After.Area:
		return &c.markOnly
	case move.Before.Class == move.After.Class:
		return &c.areaOnly
	}
	about := classChange{week: c.scheme.WeekOf(move.When), before: move.Before.Class, after: move.After.Class}
	into := c.classes[about]
	if into == nil {
		none := c.none()
		into = &none
		c.classes[about] = into
	}
	return into
}

// sorted returns the tallies in the order that Preview promises.
func (c *counting) sorted() []ClassChange {
	rows := make([]ClassChange, 0, len(c.classes))
	for about, tally := range c.classes {
		rows = append(rows, ClassChange{Week: about.week, Before: about.before, After: about.after, Tally: *tally})
	}
	slices.SortFunc(rows, func(a, b ClassChange) int {
		return cmp.Or(cmp.Compare(a.Week, b.Week), compareClasses(a, b))
	})
	return rows
}

// compareClasses orders by the class before and then by the one after, in the
// order in which tables list classes.
func compareClasses(a, b ClassChange) int {
	order := geo.Classes()
	return cmp.Or(
		cmp.Compare(slices.Index(order, a.Before), slices.Index(order, b.Before)),
		cmp.Compare(slices.Index(order, a.After), slices.Index(order, b.After)))
}

// Total returns the sum of all changes of class.
func (p *Preview) Total() Tally {
	total := Tally{Items: make([]int64, len(p.Scheme.Kinds))}
	for _, row := range p.Classes {
		total.add(row.Tally)
	}
	return total
}

// ByClass returns the changes of class of all weeks together; Week is 0.
func (p *Preview) ByClass() []ClassChange {
	return p.together(compareClasses, func(row *ClassChange) { row.Week = 0 })
}

// ByWeek returns the changes of class from any class to any other, week by
// week; Before and After are 0.
func (p *Preview) ByWeek() []ClassChange {
	byWeek := func(a, b ClassChange) int { return cmp.Compare(a.Week, b.Week) }
	return p.together(byWeek, func(row *ClassChange) { row.Before, row.After = 0, 0 })
}

// together adds up the rows that compare as equal, cleared of what they differ
// in.
func (p *Preview) together(compare func(a, b ClassChange) int, without func(*ClassChange)) []ClassChange {
	var sums []ClassChange
	for _, row := range slices.SortedStableFunc(slices.Values(p.Classes), compare) {
		if n := len(sums); n > 0 && compare(sums[n-1], row) == 0 {
			sums[n-1].add(row.Tally)
			continue
		}
		row.Items = slices.Clone(row.Items)
		sums = append(sums, row)
	}
	for i := range sums {
		without(&sums[i])
	}
	return sums
}
