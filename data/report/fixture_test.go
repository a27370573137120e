package report_test

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/data/report"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/grid"
)

// day reads a date of a test.
func day(t testing.TB, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// span is a half-open span of days, "2019-04-24/2019-05-22".
func span(t testing.TB, text string) report.Span {
	t.Helper()
	return report.Span{From: day(t, text[:10]), To: day(t, text[11:])}
}

// town is the made-up town with a store of its own, and its counts.
type town struct {
	t      testing.TB
	ctx    context.Context
	store  *sqlite.Store
	door   *intake.Door
	live   *cube.Live
	scheme data.Scheme
	places map[geo.Class][]geo.Point // middles of squares of 125 m
	number int                       // of the last record

	returns []data.Return // besides those in the store
	made    time.Time
}

// newTown returns a town without records, with the scheme of the sample but without
// measures.
func newTown(t testing.TB) *town { return newTownWith(t, nil) }

// newTownWith is newTown with some measures in the scheme.
func newTownWith(t testing.TB, measures []data.Measure) *town {
	ctx, stop := context.WithCancel(context.Background())
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "town.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, ctx: ctx, store: store, door: intake.New(store), places: map[geo.Class][]geo.Point{}}
	if _, err := w.door.PutScheme(ctx, schemeText(measures)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.door.PutBoundary(ctx, day(t, "2018-01-01"), nil, sample.Areas(1)); err != nil {
		t.Fatal(err)
	}
	settings, err := w.door.Settings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.scheme = *settings.Scheme
	w.scheme.Measures = slices.Clone(w.scheme.Measures)
	w.made = day(t, "2019-06-01").In(time.UTC)
	w.look(settings)
	w.live = cube.NewLive(store, w.door, cube.Options{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = w.live.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		_ = store.Close()
	})
	return w
}

// schemeText is the sample's scheme with other measures.
func schemeText(measures []data.Measure) string {
	text := regexp.MustCompile(`(?m)^\[\[measure\]\]\n(.+\n)+\n`).ReplaceAllString(sample.SchemeText(), "")
	for _, m := range measures {
		text += fmt.Sprintf("\n[[measure]]\nid = %q\ntitle = %q\nagency = %q\nwindow = %q\nrange = %v\n", m.ID, m.Title, m.Agency, m.Window, m.Range)
		if m.PartOf != "" {
			text += fmt.Sprintf("part_of = %q\n", m.PartOf)
		}
		if m.Covers != "" {
			text += fmt.Sprintf("covers = %q\n", m.Covers)
		}
	}
	return text
}

// look finds places of each class.
func (w *town) look(settings *intake.Settings) {
	for x := int32(-24); x < 24; x++ {
		for y := int32(-24); y < 24; y++ {
			lon, lat := w.scheme.Grid.Centre(grid.Square{X: x, Y: y})
			point, err := geo.NewPoint(lon, lat)
			if err != nil {
				w.t.Fatal(err)
			}
			class := settings.Timeline.Place(point, 0, w.made).Class
			w.places[class] = append(w.places[class], point)
		}
	}
}

// at is a time on the clocks of the town, "2019-04-24 21:30".
func (w *town) at(text string) data.When {
	w.t.Helper()
	clock, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		w.t.Fatal(err)
	}
	when, err := data.WallClock(clock, w.scheme.Location)
	if err != nil {
		w.t.Fatal(err)
	}
	return when
}

// incident is a contact, about nuisance, by phone.
func (w *town) incident(outcome string, received data.When) data.Incident {
	w.number++
	return data.Incident{
		Key: data.Key{Source: "line", Ref: fmt.Sprint(w.number)}, Received: received, Happened: received,
		Channel: "phone", Category: data.Nuisance, Outcome: outcome,
	}
}

// pickup is a visit to one of the places of a class.
func (w *town) pickup(class geo.Class, place int, at data.When, found ...data.Quantity) data.Pickup {
	w.number++
	p := data.Pickup{Key: data.Key{Source: "crew", Ref: fmt.Sprint(w.number)}, At: at, Found: found}
	if class != geo.Unlocated {
		p.Point = &w.places[class][place]
	}
	return p
}

func found(kind string, items int) data.Quantity { return data.Quantity{Kind: kind, Items: items} }

func (w *town) put(contacts []data.Incident, pickups []data.Pickup) {
	w.t.Helper()
	_, refused, err := w.door.PutIncidents(w.ctx, contacts)
	if err != nil || len(refused) > 0 {
		w.t.Fatal(err, refused)
	}
	if _, refused, err = w.door.PutPickups(w.ctx, pickups); err != nil || len(refused) > 0 {
		w.t.Fatal(err, refused)
	}
}

func (w *town) remove(sort data.Sort, key data.Key) {
	w.t.Helper()
	if was, err := w.door.Delete(w.ctx, sort, key, w.made); err != nil || !was {
		w.t.Fatal(key, was, err)
	}
}

// input is all that the town has, for the report of a period.
func (w *town) input(period string) report.Input {
	w.t.Helper()
	position, err := w.store.Position(w.ctx)
	if err == nil {
		err = w.live.Reach(w.ctx, position)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	now, err := w.live.Now()
	if err != nil {
		w.t.Fatal(err)
	}
	stored, err := w.store.Returns(w.ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return report.Input{
		Scheme: &w.scheme, Period: day(w.t, period), Cube: now.Cube, Incidents: now.Incidents, Returns: append(stored, w.returns...), Made: w.made,
	}
}

func (w *town) report(period string) *report.Report {
	w.t.Helper()
	return mustMake(w.t, w.input(period))
}

func mustMake(t testing.TB, in report.Input) *report.Report {
	t.Helper()
	r, err := report.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// returned adds a return that the door would not let in.
func (w *town) returned(id string, in report.Span, least, most int64) {
	w.returns = append(w.returns, data.Return{
		Number: int64(100 + len(w.returns)), Measure: id, From: in.From, To: in.To, Least: least, Most: most,
		At: day(w.t, "2019-05-23").In(time.UTC).Add(10 * time.Hour), Who: "key:test",
	})
}

// figures are the figures of a report by id.
func figures(r *report.Report) map[string]report.Figure {
	all := map[string]report.Figure{}
	for _, f := range r.Figures() {
		all[f.ID] = f
	}
	return all
}
