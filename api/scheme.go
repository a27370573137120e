package api

import (
	"context"
	"errors"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/geo"
)

type schemeInput struct{ Conditional }

type schemeAnswer struct {
	Name         string       `json:"name"`
	Synthetic    bool         `json:"synthetic"`
	TimeZone     string       `json:"timeZone"`
	FirstWeekday string       `json:"firstWeekday"`
	PeriodWeeks  int          `json:"periodWeeks"`
	Anchor       string       `json:"anchor"`
	Kinds        []data.Kind  `json:"kinds"`
	ShowsVisits  bool         `json:"showsVisits" doc:"whether the caller sees visits; else they are 0 everywhere"`
	Classes      []titledJSON `json:"classes"`
	Weeks        *weekSpan    `json:"weeks"`
	Bounds       *[4]float64  `json:"bounds"`
}

type titledJSON struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type weekSpan struct {
	First string `json:"first"`
	End   string `json:"end"`
}

func (s *staff) scheme(ctx context.Context, _ *schemeInput) (a answer, err error) {
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		scheme := settings.Scheme
		out := schemeAnswer{
			Name: scheme.Name, Synthetic: scheme.Synthetic, TimeZone: scheme.Location.String(),
			FirstWeekday: scheme.FirstWeekday.String(), PeriodWeeks: scheme.PeriodWeeks,
			Anchor: scheme.Anchor.String(), Kinds: visibleKinds(callerOf(ctx), scheme),
		}
		out.ShowsVisits = len(out.Kinds) == len(scheme.Kinds)
		for _, class := range geo.Classes() {
			out.Classes = append(out.Classes, titledJSON{class.String(), data.ClassTitle(class)})
		}
		if weeks := c.Weeks(); !weeks.IsZero() {
			out.Weeks = &weekSpan{scheme.WeekStart(weeks.From).String(), scheme.WeekStart(weeks.To).String()}
		}
		out.Bounds = bounds(settings, c)
		a, err = asJSON(out)
		return err
	})
	return a, err
}

// visibleKinds are the kinds of item that a caller sees.
func visibleKinds(caller signin.Caller, scheme *data.Scheme) []data.Kind {
	var all FilterParams
	if err := all.restrict(caller, scheme); err != nil {
		return []data.Kind{}
	}
	if !all.restricted {
		return scheme.Kinds
	}
	return slices.DeleteFunc(slices.Clone(scheme.Kinds), func(k data.Kind) bool { return !slices.Contains(all.Kinds, k.ID) })
}

// bounds is the box of the areas in force at the end of the records and of all
// records, nil where there are neither.
func bounds(settings *intake.Settings, c *cube.Cube) *[4]float64 {
	box, found := c.Bound()
	inForce, _, _ := boundaryAt(settings, c, "") // no text, so no error
	for _, area := range inForce.Areas {
		if shape := area.Shape.Bound(); !found {
			box, found = shape, true
		} else {
			box = box.Union(shape)
		}
	}
	if !found {
		return nil
	}
	return &[4]float64{box.Min.Lon(), box.Min.Lat(), box.Max.Lon(), box.Max.Lat()}
}

type boundariesInput struct {
	Conditional
	At string `query:"at" doc:"a date; default: the last day of the last week with records, else that of the newest boundary"`
}

type boundariesAnswer struct {
	Type     string             `json:"type"`
	Version  *int64             `json:"version"`
	From     *string            `json:"from"`
	To       *string            `json:"to"`
	Features []*geojson.Feature `json:"features"`
}

func (s *staff) boundaries(_ context.Context, in *boundariesInput) (a answer, err error) {
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		b, classifier, err := boundaryAt(settings, c, in.At)
		if err != nil {
			return err
		}
		out := boundariesAnswer{Type: "FeatureCollection", Features: []*geojson.Feature{}}
		if classifier != nil {
			out.Version, out.From, out.To = &b.Version, dateText(settings, b, from), dateText(settings, b, to)
		}
		for _, area := range b.Areas {
			feature := geojson.NewFeature(orb.MultiPolygon(area.Shape))
			feature.Properties = geojson.Properties{"id": area.ID, "name": area.Name, "class": area.Class.String()}
			out.Features = append(out.Features, feature)
		}
		a, err = asJSON(out)
		a.contentType = geoJSONType
		return err
	})
	return a, err
}

// boundaryAt returns the boundary in force on a day, given as text or, where
// that is empty, chosen as boundariesInput says, and its classifier: nil where
// there is none.
func boundaryAt(settings *intake.Settings, c *cube.Cube, text string) (geo.Boundary, *geo.Classifier, error) {
	b, classifier, err := settings.BoundaryOn(text, c.Weeks())
	if err != nil {
		err = invalid(err)
	}
	return b, classifier, err
}

type end int

const (
	from end = iota
	to
)

func dateText(settings *intake.Settings, b geo.Boundary, e end) *string {
	at := b.From
	if e == to {
		at = b.To
	}
	if at.IsZero() {
		return nil
	}
	text := data.DateOf(at.In(settings.Scheme.Location)).String()
	return &text
}

func (s *staff) health(_ context.Context, _ *schemeInput) (answer, error) {
	return answer{contentType: "text/plain; charset=utf-8", body: []byte("ok\n"), cacheControl: "no-store"}, nil
}

func (s *staff) ready(_ context.Context, _ *schemeInput) (answer, error) {
	err := s.Live.Read(func(*intake.Settings, *cube.Cube) error { return nil })
	if err != nil && !errors.Is(err, data.ErrNoScheme) {
		return answer{}, err
	}
	return answer{contentType: "text/plain; charset=utf-8", body: []byte("ready\n"), cacheControl: "no-store"}, err
}
