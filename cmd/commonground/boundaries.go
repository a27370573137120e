package main

import (
	"context"
	"errors"
	"fmt"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

type boundariesCommand struct {
	List    listBoundaries    `cmd:"" help:"List every version of the boundary."`
	Preview previewBoundaries `cmd:"" help:"Say how many records areas would change, and store nothing."`
	Undo    undoBoundaries    `cmd:"" help:"Take the latest version back, so that the one before it is in force again."`
}

type listBoundaries struct{}

// Run prints a line for each version.
func (*listBoundaries) Run(ctx context.Context, p *program) error {
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	settings, err := door.Settings(ctx)
	if err != nil {
		return err
	}
	if len(settings.Boundaries) == 0 {
		fmt.Fprintln(p.stdout, "There is no boundary yet. Put one in with: commonground import boundaries FILE --from DAY")
		return nil
	}
	today, _ := settings.Boundary(data.InstantOf(p.now()))
	list := table{texts: 5}
	list.add("version", "from", "to", "", "areas")
	for _, b := range settings.Boundaries {
		state := ""
		switch {
		case b.Withdrawn != 0:
			state = "taken back"
		case b.Version == today.Version:
			state = "in force today"
		}
		from, to := days(settings.Scheme, b)
		list.add(fmt.Sprint(b.Version), from, to, state, tallyAreas(b.Areas))
	}
	list.print(p.stdout)
	return nil
}

// days writes the first day of a boundary and the first one not in its span
// any more, empty for no end.
func days(scheme *data.Scheme, b geo.Boundary) (from, to string) {
	from = data.DateOf(b.From.In(scheme.Location)).String()
	if !b.To.IsZero() {
		to = data.DateOf(b.To.In(scheme.Location)).String()
	}
	return from, to
}

// spanText writes the span of a boundary.
func spanText(scheme *data.Scheme, b geo.Boundary) string {
	from, to := days(scheme, b)
	if to == "" {
		return "from " + from
	}
	return "from " + from + " to " + to + " (not included)"
}

type previewBoundaries struct{ areaFlags }

// Run prints what putting the areas in would change.
func (c *previewBoundaries) Run(ctx context.Context, p *program) error {
	from, to, err := c.span()
	if err != nil {
		return err
	}
	areas, err := c.read()
	if err != nil {
		return fmt.Errorf("%s can't be put in:\n%w", c.File, err)
	}
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	preview, err := door.Preview(ctx, from, to, areas.Areas)
	if err != nil {
		return fmt.Errorf("%s can't be put in: %w", c.File, err)
	}
	fmt.Fprintf(p.stdout, "Version %d would be in force %s: %s.\n",
		preview.Boundary.Version, spanText(preview.Scheme, preview.Boundary), tally(areas))
	p.tellFlaws(areas)
	p.tellPreview(&preview)
	return nil
}

type undoBoundaries struct {
	Version int64 `help:"Refuse unless this is the version that would be taken back." placeholder:"NUMBER"`
	Preview bool  `help:"Only say what would change."`
}

// Run takes the latest version back that stands.
func (c *undoBoundaries) Run(ctx context.Context, p *program) error {
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if c.Preview {
		preview, err := door.PreviewUndo(ctx, c.Version)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Version %d, in force %s, would be taken back.\n",
			preview.Boundary.Version, spanText(preview.Scheme, preview.Boundary))
		p.tellPreview(&preview)
		return nil
	}
	b, err := door.Undo(ctx, c.Version)
	if err != nil {
		return staleBoundaries(err)
	}
	settings, err := door.Settings(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Version %d, in force %s, is taken back; records of that span have the class from before it again.\n",
		b.Version, spanText(settings.Scheme, b))
	return nil
}

// staleBoundaries says what to do where someone else was faster.
func staleBoundaries(err error) error {
	if errors.Is(err, data.ErrStale) {
		return errors.New("someone else changed the settings at this moment, so nothing was done; look at: commonground boundaries list")
	}
	return err
}

// tellPreview prints a few sentences and, where classes change, two tables.
func (p *program) tellPreview(preview *intake.Preview) {
	total := preview.Total()
	items := int64(0)
	for _, n := range total.Items {
		items += n
	}
	fmt.Fprintf(p.stdout, "%s would change class: %s with %s, and %s.\n",
		counted(total.Records(), "record"), counted(total.Visits, "visit"), counted(items, "item"), counted(total.Incidents, "incident"))
	fmt.Fprintf(p.stdout, "%s would only come to another area of their class; for %s only the permitted hours or the mark near the boundary would change.\n",
		counted(preview.AreaOnly.Records(), "record"), grouped(preview.MarkOnly.Records()))
	if settled := preview.SettledVisits + preview.SettledIncidents; settled > 0 {
		fmt.Fprintf(p.stdout, "%s and %s of that span were destroyed at the end of their retention; what is left of them is kept as it is.\n",
			counted(preview.SettledVisits, "visit"), counted(preview.SettledIncidents, "incident"))
	}
	if total.Records() > 0 {
		p.tabulate(preview, preview.ByClass(), []string{"from", "to"}, func(c intake.ClassChange) []string {
			return []string{c.Before.String(), c.After.String()}
		})
		p.tabulate(preview, preview.ByWeek(), []string{"week from"}, func(c intake.ClassChange) []string {
			return []string{weekText(preview.Scheme, c.Week)}
		})
		fmt.Fprintln(p.stdout)
	}
	fmt.Fprintln(p.stdout, "Nothing was stored.")
}

// tabulate prints changes of class, each with its texts and numbers.
func (p *program) tabulate(preview *intake.Preview, changes []intake.ClassChange, heads []string, texts func(intake.ClassChange) []string) {
	t := table{texts: len(heads)}
	heads = append(heads, "visits", "incidents")
	for _, kind := range preview.Scheme.Kinds {
		heads = append(heads, kind.ID)
	}
	t.add(heads...)
	for _, change := range changes {
		cells := append(texts(change), grouped(change.Visits), grouped(change.Incidents))
		for _, n := range change.Items {
			cells = append(cells, grouped(n))
		}
		t.add(cells...)
	}
	fmt.Fprintln(p.stdout)
	t.print(p.stdout)
}

// weekText writes the first day of a week.
func weekText(scheme *data.Scheme, week data.Week) string {
	if week == data.Undated {
		return "undated"
	}
	return scheme.WeekStart(week).String()
}
