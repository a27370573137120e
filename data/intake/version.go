package intake

import (
	"context"
	"errors"
	"slices"

	"commonground/data"
	"commonground/geo"
)

// ErrNoVersion says that no version of the boundary stands that could be
// taken back; compare with errors.Is.
var ErrNoVersion = errors.New("no version of the boundary is left to take back")

// PutBoundary adds a boundary in force from a day on, up to a day or, where to
// is nil, without end, and answers anew for every record in its span. It
// returns the new version. A span that is empty is a Refusal; data.ErrStale
// says that the settings changed meanwhile, and nothing was put in.
func (d *Door) PutBoundary(ctx context.Context, from data.Date, to *data.Date, areas []geo.Area) (geo.Boundary, error) {
	p, err := d.planPut(ctx, from, to, areas)
	if err != nil {
		return geo.Boundary{}, err
	}
	d.expect(&p)
	defer d.expect(nil)
	if err := d.store.PutBoundary(ctx, p.settings.Revision, p.boundary, p.placer()); err != nil {
		return geo.Boundary{}, err
	}
	_, err = d.Reload(ctx)
	return p.boundary, err
}

// Undo takes the latest version of the boundary back that stands, and answers
// anew for every record in its span, so that all is as it was before that
// version. It returns the version, or ErrNoVersion. A version other than 0
// must be that one, else there is a Refusal. data.ErrStale is as in
// PutBoundary. To undo an undo, put the areas in again.
func (d *Door) Undo(ctx context.Context, version int64) (geo.Boundary, error) {
	p, err := d.planUndo(ctx, version)
	if err != nil {
		return geo.Boundary{}, err
	}
	if err := d.store.WithdrawBoundary(ctx, p.settings.Revision, p.boundary.Version, p.placer()); err != nil {
		return geo.Boundary{}, err
	}
	settings, err := d.Reload(ctx)
	if err != nil {
		return geo.Boundary{}, err
	}
	return settings.Boundaries[p.boundary.Version-1], nil
}

// plan is a change of the boundaries that is not made yet.
type plan struct {
	settings *Settings     // before it
	boundary geo.Boundary  // the version to put in or to take back
	timeline *geo.Timeline // after it
}

func (d *Door) planPut(ctx context.Context, from data.Date, to *data.Date, areas []geo.Area) (plan, error) {
	settings, err := d.Reload(ctx)
	if err != nil {
		return plan{}, err
	}
	b := geo.Boundary{Version: int64(len(settings.Boundaries)) + 1, From: from.In(settings.Scheme.Location)}
	if to != nil {
		if b.To = to.In(settings.Scheme.Location); !b.From.Before(b.To) {
			return plan{}, *refuse("to", "%v is not after %v, the first day in force; name the first day that is not any more", *to, from)
		}
	}
	if b.Areas, err = rounded(areas); err != nil {
		return plan{}, err
	}
	timeline, err := settings.Timeline.With(b)
	return plan{settings: settings, boundary: b, timeline: timeline}, err
}

func rounded(areas []geo.Area) ([]geo.Area, error) {
	out := make([]geo.Area, len(areas))
	for i, area := range areas {
		var err error
		if out[i], err = area.Rounded(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (d *Door) planUndo(ctx context.Context, version int64) (plan, error) {
	settings, err := d.Reload(ctx)
	if err != nil {
		return plan{}, err
	}
	for _, b := range slices.Backward(settings.Boundaries) {
		switch {
		case b.Withdrawn != 0:
		case version != 0 && version != b.Version:
			return plan{}, *refuse("version", "the latest that stands is version %d, not %d", b.Version, version)
		default:
			return plan{settings: settings, boundary: b, timeline: settings.Timeline.Without(b.Version)}, nil
		}
	}
	return plan{}, ErrNoVersion
}

func (p *plan) placer() data.Placer {
	return data.NewPlacer(p.timeline, p.settings.Scheme)
}

// expect names a version that is being put in, so that its classifier, which
// is prepared already, serves once it is stored; nil for none any more.
func (d *Door) expect(p *plan) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expected = p
}

// prepared returns the timeline whose classifiers can be used again for the
// boundaries of the store.
func (d *Door) prepared(stored []geo.Boundary) *geo.Timeline {
	if e := d.expected; e != nil && int64(len(stored)) >= e.boundary.Version &&
		sameBoundary(stored[e.boundary.Version-1], e.boundary) {
		return e.timeline
	}
	if d.current != nil {
		return d.current.Timeline
	}
	return &geo.Timeline{}
}

// sameBoundary reports whether two versions say the same, for another process
// may have put in one with the same number.
func sameBoundary(a, b geo.Boundary) bool {
	return a.From.Equal(b.From) && a.To.Equal(b.To) && slices.EqualFunc(a.Areas, b.Areas, func(a, b geo.Area) bool {
		return a.ID == b.ID && a.Name == b.Name && a.Class == b.Class && a.Shape.Equal(b.Shape)
	})
}
