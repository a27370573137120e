package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/geo"
)

type versionsAnswer struct {
	Versions []versionJSON `json:"versions"`
}

// versionJSON is one version of the boundary.
type versionJSON struct {
	Version   int64          `json:"version"`
	From      *string        `json:"from"`
	To        *string        `json:"to" doc:"first day not in force any more; null for no end"`
	Withdrawn bool           `json:"withdrawn" doc:"it was taken back and is never in force"`
	Areas     map[string]int `json:"areas" doc:"number of areas by class"`
}

func newVersionJSON(settings *intake.Settings, b geo.Boundary) versionJSON {
	out := versionJSON{
		Version: b.Version, From: dateText(settings, b, from), To: dateText(settings, b, to),
		Withdrawn: b.Withdrawn != 0, Areas: map[string]int{},
	}
	for _, area := range b.Areas {
		out.Areas[area.Class.String()]++
	}
	return out
}

func (s *staff) versions(_ context.Context, _ *schemeInput) (a answer, err error) {
	err = s.Live.Read(func(settings *intake.Settings, _ *cube.Cube) error {
		out := versionsAnswer{Versions: []versionJSON{}}
		for _, b := range settings.Boundaries {
			out.Versions = append(out.Versions, newVersionJSON(settings, b))
		}
		a, err = asJSON(out)
		return err
	})
	return a, err
}

// Bounds of a file of areas; six hundred thousand vertices take 16 MiB.
const (
	maxAreasBody = 64 << 20
	areasTimeout = 2 * time.Minute
)

// areasInput is the input of a request that sends areas.
type areasInput struct {
	From          string   `query:"from" required:"true" example:"2026-03-01" doc:"first day in force"`
	To            string   `query:"to" doc:"first day not in force any more; default: no end"`
	ClassProperty string   `query:"classProperty" doc:"property that decides the class; default: class"`
	Class         []string `query:"class,explode" example:"residential=R1,R2" doc:"class of values of that property; * stands for all others; may be given more than once"`
	Ignore        []string `query:"ignore,explode" doc:"values whose features are left out; may be given more than once"`
	IDProperty    string   `query:"idProperty" doc:"property that holds the id; default: the feature's id, or id"`
	NameProperty  string   `query:"nameProperty" doc:"property that holds the name; default: name"`
	Layer         string   `query:"layer" doc:"of a GeoPackage, or a shapefile of a zip; needed where there are several"`
	CRS           string   `query:"crs" example:"EPSG:27700" doc:"coordinate system of the areas; default: what the file says"`
	RawBody       []byte   `contentType:"application/geo+json" required:"true" doc:"GeoJSON, a GeoPackage, or a shapefile in a zip, gzip or not"`
}

// areaParameters are the names in an address of options that errors speak of.
var areaParameters = map[string]string{"class-property": "classProperty", "class": "class", "ignore": "ignore", "id-property": "idProperty"}

// proposal is a version of the boundary that someone sent.
type proposal struct {
	intake.Areas
	from data.Date
	to   *data.Date
}

// read reads what was sent. What is wrong with areas is told feature by
// feature.
func (in *areasInput) read() (p proposal, err error) {
	if p.from, p.to, err = in.span(); err != nil {
		return p, err
	}
	classes, err := intake.ParseClasses(in.Class)
	if err != nil {
		return p, huma.Error422UnprocessableEntity("class: " + err.Error())
	}
	p.Areas, err = intake.ReadAreas(bytes.NewReader(in.RawBody), intake.AreaOptions{
		ClassProperty: in.ClassProperty, Class: classes, Ignore: in.Ignore, IDProperty: in.IDProperty, NameProperty: in.NameProperty,
		Layer: in.Layer, CRS: in.CRS,
		Option: func(name, value string) string { return areaParameters[name] + "=" + value },
	})
	if err != nil {
		return p, huma.Error422UnprocessableEntity("the areas can't be used as they are", each(err)...)
	}
	return p, nil
}

// each splits an error that joins others.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{errors.New(intake.WithoutFlags(err.Error()))}
}

func (in *areasInput) span() (first data.Date, end *data.Date, err error) {
	if first, err = data.ParseDate(in.From); err != nil {
		return first, nil, huma.Error422UnprocessableEntity("from: " + err.Error())
	}
	if in.To == "" {
		return first, nil, nil
	}
	last, err := data.ParseDate(in.To)
	if err != nil {
		return first, nil, huma.Error422UnprocessableEntity("to: " + err.Error())
	}
	return first, &last, nil
}

type undoInput struct {
	Version int64 `query:"version" doc:"the version that is to be taken back; refused where that is not the latest that stands"`
	Preview bool  `query:"preview" doc:"only say what would change"`
}

// changedAnswer says which version was put in or taken back.
type changedAnswer struct {
	versionJSON
	readJSON
}

// readJSON says what was read of a file of areas.
type readJSON struct {
	Ignored int      `json:"ignored,omitempty" doc:"features left out because their value is ignored"`
	Flaws   []string `json:"flaws,omitempty" doc:"rings that break a rule; they are read by even–odd all the same"`
}

func newReadJSON(areas intake.Areas) readJSON {
	out := readJSON{Ignored: areas.Ignored}
	for _, flaw := range areas.Flaws {
		out.Flaws = append(out.Flaws, "area "+flaw.Area+": "+flaw.Reason)
	}
	return out
}

// previewAnswer says what a change would do.
type previewAnswer struct {
	versionJSON
	readJSON
	// Incidents is all that anyone else is told of them.
	Incidents string      `json:"incidents,omitempty" doc:"how many incidents would change in any way, for those who are not of the police: fewer than 10 is not told further, more is rounded to 25"`
	Changed   tallyJSON   `json:"changed" doc:"records that would change class"`
	AreaOnly  tallyJSON   `json:"areaOnly" doc:"records that would only come to another area of their class"`
	MarkOnly  tallyJSON   `json:"markOnly" doc:"records of which only the permitted hours or the mark near the boundary would change"`
	Settled   settledJSON `json:"settled" doc:"records of the span that were destroyed at the end of their retention: what is left of them keeps its class"`
	Classes   []changeRow `json:"classes" doc:"the records that would change class, by class"`
	Weeks     []changeRow `json:"weeks" doc:"the same by week and class"`
}

type settledJSON struct {
	Visits    int64  `json:"visits"`
	Incidents *int64 `json:"incidents,omitempty" doc:"for the police alone"`
}

type tallyJSON struct {
	Visits int64 `json:"visits"`
	// Incidents is for the police alone.
	Incidents *int64           `json:"incidents,omitempty" doc:"for the police alone"`
	Items     map[string]int64 `json:"items" doc:"what the visits found, by kind"`
}

type changeRow struct {
	Week   any    `json:"week,omitempty" doc:"first day, such as 2019-04-24; null where undated"`
	Before string `json:"before" doc:"class"`
	After  string `json:"after" doc:"class"`
	tallyJSON
}

func (w *previewWriter) tally(t intake.Tally) tallyJSON {
	out := tallyJSON{Visits: t.Visits, Items: map[string]int64{}}
	if w.police {
		out.Incidents = &t.Incidents
	}
	for i, kind := range w.Scheme.Kinds {
		if slices.ContainsFunc(w.kinds, func(k data.Kind) bool { return k.ID == kind.ID }) {
			out.Items[kind.ID] = t.Items[i]
		}
	}
	if w.itemsOnly {
		out.Visits = 0
	}
	return out
}

func (w *previewWriter) row(c intake.ClassChange) changeRow {
	return changeRow{Before: c.Before.String(), After: c.After.String(), tallyJSON: w.tally(c.Tally)}
}

// rows are those of some changes; where they are about nothing but incidents,
// for the police alone.
func (w *previewWriter) rows(changes []intake.ClassChange, week func(intake.ClassChange) any) []changeRow {
	rows := []changeRow{}
	for _, change := range changes {
		if w.police || change.Visits > 0 {
			row := w.row(change)
			row.Week = week(change)
			rows = append(rows, row)
		}
	}
	return rows
}

// previewWriter writes a preview for its caller. A boundary can be drawn around
// a single house: so who is not of the police gets incidents as one number, and
// none below fewest.
type previewWriter struct {
	*intake.Preview
	police bool
	// kinds are those that the caller sees; itemsOnly has them see no visits.
	kinds     []data.Kind
	itemsOnly bool
}

// newPreviewWriter returns an error where the caller sees incidents and has not
// said why.
func (s *staff) newPreviewWriter(caller signin.Caller, p *intake.Preview) (*previewWriter, error) {
	w := &previewWriter{Preview: p, police: caller.Roles.Has(data.Police), kinds: p.Scheme.Kinds}
	if !w.police {
		return w, nil
	}
	w.kinds = visibleKinds(caller, p.Scheme)
	w.itemsOnly = len(w.kinds) < len(p.Scheme.Kinds)
	return w, s.reasonGiven(caller)
}

func (w *previewWriter) settled() settledJSON {
	out := settledJSON{Visits: w.SettledVisits}
	if w.police {
		out.Incidents = &w.SettledIncidents
	}
	return out
}

// fewest is the least number of incidents that a preview tells.
const fewest = 10

// incidents is all that is told of incidents to those not of the police.
func (w *previewWriter) incidents() string {
	n := w.Total().Incidents + w.AreaOnly.Incidents + w.MarkOnly.Incidents
	switch {
	case w.police:
		return ""
	case n < fewest:
		return "fewer than 10"
	}
	return "about " + strconv.FormatInt((n+roundTo/2)/roundTo*roundTo, 10)
}

// roundTo is what totals of incidents are rounded to, so that two previews that
// differ by a house mostly say the same.
const roundTo = 25

// answerPreview answers with what is about incidents too, so nobody keeps it.
func (s *staff) answerPreview(ctx context.Context, p *intake.Preview, read readJSON) (answer, error) {
	settings := &intake.Settings{Scheme: p.Scheme}
	w, err := s.newPreviewWriter(callerOf(ctx), p)
	if err != nil {
		return answer{}, err
	}
	out := previewAnswer{
		versionJSON: newVersionJSON(settings, p.Boundary), readJSON: read, Incidents: w.incidents(),
		Changed: w.tally(p.Total()), AreaOnly: w.tally(p.AreaOnly), MarkOnly: w.tally(p.MarkOnly),
		Settled: w.settled(),
		Classes: w.rows(p.ByClass(), func(intake.ClassChange) any { return nil }),
		Weeks:   w.rows(p.Classes, func(c intake.ClassChange) any { return weekJSON(p.Scheme, c.Week) }),
	}
	a, err := asJSON(out)
	a.cacheControl = noStore
	return a, err
}

// weekJSON is the first day of a week, null where undated.
func weekJSON(scheme *data.Scheme, week data.Week) any {
	if week == data.Undated {
		return null
	}
	return scheme.WeekStart(week).String()
}

func (s *staff) previewBoundary(ctx context.Context, in *areasInput) (answer, error) {
	p, err := in.read()
	if err != nil {
		return answer{}, err
	}
	preview, err := s.Door.Preview(ctx, p.from, p.to, p.Areas.Areas)
	if err != nil {
		return answer{}, err
	}
	return s.answerPreview(ctx, &preview, newReadJSON(p.Areas))
}

func (s *staff) putBoundary(ctx context.Context, in *areasInput) (answer, error) {
	p, err := in.read()
	if err != nil {
		return answer{}, err
	}
	b, err := s.Door.PutBoundary(ctx, p.from, p.to, p.Areas.Areas)
	if err != nil {
		return answer{}, err
	}
	return s.answerChanged(ctx, b, newReadJSON(p.Areas), http.StatusCreated)
}

func (s *staff) undoBoundary(ctx context.Context, in *undoInput) (answer, error) {
	if in.Preview {
		preview, err := s.Door.PreviewUndo(ctx, in.Version)
		if err != nil {
			return answer{}, err
		}
		return s.answerPreview(ctx, &preview, readJSON{})
	}
	b, err := s.Door.Undo(ctx, in.Version)
	if err != nil {
		return answer{}, err
	}
	return s.answerChanged(ctx, b, readJSON{}, http.StatusOK)
}

// answerChanged answers once counts and tiles go by the change.
func (s *staff) answerChanged(ctx context.Context, b geo.Boundary, read readJSON, status int) (answer, error) {
	if err := s.counted(ctx); err != nil {
		return answer{}, err
	}
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	a, err := asJSON(changedAnswer{newVersionJSON(settings, b), read})
	a.status = status
	return a, err
}

// upTo makes a route whose body has a bound of its own.
func upTo(bytes int64, route func(huma.API, huma.Operation)) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		op.MaxBodyBytes = bytes
		route(api, op)
	}
}

// change makes a route's handler from one that changes the settings, or says
// what that would do.
func change[I any](s *staff, handle func(context.Context, *I) (answer, error), example any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		op.MaxBodyBytes, op.BodyReadTimeout = cmp.Or(op.MaxBodyBytes, maxAreasBody), areasTimeout
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply, error) {
			a, err := handle(ctx, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return a.reply(), nil
		})
	}
}
