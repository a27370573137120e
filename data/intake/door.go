// Package intake is the one door in: every record, boundary and scheme passes
// through it, is checked, given its place, and stored or refused with a reason
// that a person can act on.
package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"commonground/data"
	"commonground/geo"
)

// Settings are the store's settings, ready to use. They are not changed.
type Settings struct {
	Revision int64
	Scheme   *data.Scheme
	Timeline *geo.Timeline
	// Boundaries in the order of their versions.
	Boundaries []geo.Boundary
}

// Place answers for a position at a time.
func (s *Settings) Place(p data.Position, when data.When) geo.Place {
	return data.Placed(p, s.Timeline, s.Scheme, when)
}

// Boundary returns the boundary in force at a time, or false.
func (s *Settings) Boundary(when data.When) (geo.Boundary, bool) {
	b, _, ok := s.Timeline.At(when.At)
	return b, ok
}

// LastDay is the day for which callers ask who don't say: the last of the
// weeks that have records, else the first of the newest boundary.
func (s *Settings) LastDay(weeks data.WeekRange) data.Date {
	if !weeks.IsZero() {
		return s.Scheme.WeekStart(weeks.To) - 1
	}
	for _, b := range slices.Backward(s.Boundaries) {
		if b.Withdrawn == 0 {
			return data.DateOf(b.From.In(s.Scheme.Location))
		}
	}
	return 0
}

// BoundaryOn returns the boundary in force on a day, given as text or, where
// that is empty, the LastDay of some weeks, and its classifier: nil where there
// is none. Refused is text that is no date.
func (s *Settings) BoundaryOn(text string, weeks data.WeekRange) (geo.Boundary, *geo.Classifier, error) {
	day, err := s.LastDay(weeks), error(nil)
	if text != "" {
		if day, err = data.ParseDate(text); err != nil {
			return geo.Boundary{}, nil, fmt.Errorf("at: %w", err)
		}
	}
	b, classifier, _ := s.Timeline.At(data.DayOf(day, s.Scheme.Location).At)
	return b, classifier, nil
}

// Door lets records into a store. Any number of goroutines may use it.
type Door struct {
	store    data.Store
	mu       sync.Mutex
	current  *Settings // nil before the first use
	expected *plan     // of a version that is being put in; nil for none

	returning sync.Mutex // held by who puts returns in
}

// New returns a door to a store.
func New(store data.Store) *Door {
	return &Door{store: store}
}

// Settings returns the settings as last read; Reload reads them again. Without
// a scheme in the store it returns data.ErrNoScheme.
func (d *Door) Settings(ctx context.Context) (*Settings, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current != nil {
		return d.current, nil
	}
	return d.reload(ctx)
}

// Reload reads the settings from the store and returns them. Classifiers of
// boundaries known already are kept.
func (d *Door) Reload(ctx context.Context) (*Settings, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.reload(ctx)
}

func (d *Door) reload(ctx context.Context) (*Settings, error) {
	stored, err := d.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if d.current != nil && d.current.Revision == stored.Revision {
		return d.current, nil
	}
	scheme, err := data.ParseScheme(stored.SchemeText)
	if err != nil {
		return nil, fmt.Errorf("the store's scheme: %w", err)
	}
	timeline, err := d.prepared(stored.Boundaries).Following(stored.Boundaries)
	if err != nil {
		return nil, fmt.Errorf("the store's boundaries: %w", err)
	}
	d.current = &Settings{Revision: stored.Revision, Scheme: scheme, Timeline: timeline, Boundaries: stored.Boundaries}
	return d.current, nil
}

// PutPickups checks a batch, gives each pickup its place and stores those that
// pass. The receipts are in the order of the batch, 0 for the refused; a
// Refusal's Row counts the batch from 1.
func (d *Door) PutPickups(ctx context.Context, batch []data.Pickup) ([]data.Receipt, []Refusal, error) {
	return put(ctx, d, batch, checkPickup, locatePickup, d.store.PutPickups)
}

// PutIncidents is PutPickups for incidents.
func (d *Door) PutIncidents(ctx context.Context, batch []data.Incident) ([]data.Receipt, []Refusal, error) {
	return put(ctx, d, batch, checkIncident, locateIncident, d.store.PutIncidents)
}

func locatePickup(s *Settings, p *data.Pickup)     { p.Locate(s.Timeline, s.Scheme, p.At) }
func locateIncident(s *Settings, i *data.Incident) { i.Locate(s.Timeline, s.Scheme, i.Happened) }

// put checks, locates and stores records of one type. Where the settings
// change between locating and storing, it begins again with the new ones.
func put[R any](ctx context.Context, d *Door, batch []R,
	check func(*data.Scheme, *R) *Refusal, locate func(*Settings, *R),
	store func(context.Context, int64, []R) ([]data.Receipt, error),
) ([]data.Receipt, []Refusal, error) {
	settings, err := d.Settings(ctx)
	for ; err == nil; settings, err = d.Reload(ctx) {
		passed, rows, refusals := sift(settings, batch, check)
		for i := range passed {
			locate(settings, &passed[i])
		}
		receipts, err := store(ctx, settings.Revision, passed)
		if errors.Is(err, data.ErrStale) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		all := make([]data.Receipt, len(batch))
		for i, row := range rows {
			all[row] = receipts[i]
		}
		return all, refusals, nil
	}
	return nil, nil, err
}

// sift splits a batch into the records that pass, with their indexes, and the
// refusals of the others.
func sift[R any](settings *Settings, batch []R, check func(*data.Scheme, *R) *Refusal) (passed []R, rows []int, refusals []Refusal) {
	for i := range batch {
		record := batch[i]
		if refusal := check(settings.Scheme, &record); refusal != nil {
			refusal.Row = i + 1
			refusals = append(refusals, *refusal)
			continue
		}
		passed = append(passed, record)
		rows = append(rows, i)
	}
	return passed, rows, refusals
}

// PutScheme stores a scheme. One that replaces another must keep its kinds,
// its time zone once there are records, its grid and the day on which weeks
// start once records were made sums of, and all these and its periods once an
// edition was sealed; a measure of which there are returns must keep its window.
// Else it is a Refusal.
func (d *Door) PutScheme(ctx context.Context, text string) (*data.Scheme, error) {
	scheme, err := data.ParseScheme(text)
	if err != nil {
		return nil, err
	}
	before, err := d.replaced(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.mayReplace(ctx, before.Scheme, scheme); err != nil {
		return nil, err
	}
	place := data.NewPlacer(before.Timeline, scheme)
	err = d.store.PutScheme(ctx, before.Revision, text, place)
	if errors.Is(err, data.ErrSealed) {
		return nil, *refuse("", "an edition was sealed, and what the public has is by the days, weeks, periods and squares of the scheme that is there; "+
			"leave time_zone, first_weekday, period_weeks, period_anchor and the grid as they are in it: they can't change any more")
	}
	if err != nil {
		return nil, err
	}
	_, err = d.Reload(ctx)
	return scheme, err
}

// replaced returns the settings whose scheme is to be replaced, without a scheme
// where there is none. It may be one that an earlier version let in and this one
// refuses.
func (d *Door) replaced(ctx context.Context) (*Settings, error) {
	before, err := d.Reload(ctx)
	if errors.Is(err, data.ErrNoScheme) {
		return &Settings{Timeline: &geo.Timeline{}}, nil
	}
	var refused *data.SchemeError
	if !errors.As(err, &refused) {
		return before, err
	}
	stored, err := d.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	before = &Settings{Revision: stored.Revision, Boundaries: stored.Boundaries}
	if before.Scheme, err = data.ParseEarlierScheme(stored.SchemeText); err != nil {
		return nil, fmt.Errorf("the store's scheme: %w", err)
	}
	before.Timeline, err = geo.NewTimeline(stored.Boundaries)
	return before, err
}

func (d *Door) mayReplace(ctx context.Context, before, after *data.Scheme) error {
	if before == nil {
		return nil
	}
	for _, kind := range before.Kinds {
		if _, ok := after.KindIndex(kind.ID); !ok {
			return *refuse("", "the scheme in the store has the kind %s; kinds are never removed", kind.ID)
		}
	}
	if err := d.keepsWindows(ctx, before, after); err != nil {
		return err
	}
	sameZone := before.Location.String() == after.Location.String()
	if !sameZone || before.Grid != after.Grid || before.FirstWeekday != after.FirstWeekday {
		certificates, err := d.store.Certificates(ctx)
		if err != nil {
			return err
		}
		if len(certificates) > 0 {
			return *refuse("", "records were destroyed at the end of their retention, and what is left of them is by week and square; "+
				"the grid, the time zone and the day on which weeks start can't change any more")
		}
	}
	if sameZone {
		return nil
	}
	used, err := d.hasRecords(ctx)
	if used {
		return *refuse("", "there are records in the store by the clock of %v; its time zone can't change now", before.Location)
	}
	return err
}

// keepsWindows refuses a measure by another window, or a range that was none, where
// there are returns of it: they would say something else.
func (d *Door) keepsWindows(ctx context.Context, before, after *data.Scheme) error {
	returns, err := d.store.Returns(ctx)
	if err != nil {
		return err
	}
	for _, old := range before.Measures {
		measure, kept := after.Measure(old.ID)
		if !kept || measure.Window == old.Window && measure.Range == old.Range {
			continue
		}
		if slices.ContainsFunc(returns, func(r data.Return) bool { return r.Measure == old.ID }) {
			return *refuse("", "there are returns of %s, by the window %q and range = %v; leave these as they are, or give the new measure an id of its own",
				old.ID, old.Window, old.Range)
		}
	}
	return nil
}

func (d *Door) hasRecords(ctx context.Context) (bool, error) {
	_, pickups, err := d.store.Pickups(ctx)
	if err != nil {
		return false, err
	}
	for _, err := range pickups {
		return err == nil, err
	}
	_, incidents, err := d.store.Incidents(ctx)
	if err != nil {
		return false, err
	}
	for _, err := range incidents {
		return err == nil, err
	}
	return false, nil
}
