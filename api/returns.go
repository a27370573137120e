package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/intake"
)

// returnBody is a figure that an agency returns.
type returnBody struct {
	Measure   string `json:"measure" doc:"id of a measure of the scheme"`
	From      string `json:"from" doc:"first day of its window"`
	To        string `json:"to,omitempty" doc:"first day after it; only a cohort needs it"`
	Value     *int64 `json:"value,omitempty" doc:"the figure; of a range least and most instead"`
	Least     *int64 `json:"least,omitempty"`
	Most      *int64 `json:"most,omitempty"`
	Withdrawn bool   `json:"withdrawn,omitempty" doc:"takes the figure that stands back; without one of its own"`
}

type returnsAnswer struct {
	Measures []measureJSON `json:"measures"`
	Returns  []returnJSON  `json:"returns" doc:"in the order in which they came"`
}

// measureJSON is a measure of the scheme.
type measureJSON struct {
	data.Measure
	From string `json:"from,omitempty" doc:"first day that the period's report has of it; none for a cohort"`
	To   string `json:"to,omitempty" doc:"first day after those"`
}

// returnJSON is a figure as it was returned.
type returnJSON struct {
	Number int64 `json:"number"`
	returnBody
	At  string `json:"at"`
	Who string `json:"who,omitempty" doc:"for stewards"`
}

type returnsInput struct {
	Conditional
	All    bool   `query:"all" doc:"those too that were corrected or taken back"`
	Period string `query:"period" example:"2019-04-24" doc:"first day of a reporting period: only what its report can have, and cohorts that ended before its end"`
}

func (s *staff) returns(ctx context.Context, in *returnsInput) (answer, error) {
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	period, err := reportingPeriod(settings.Scheme, in.Period)
	if err != nil {
		return answer{}, err
	}
	all, err := s.Store.Returns(ctx)
	if err != nil {
		return answer{}, err
	}
	if !in.All {
		all = data.StandingReturns(all)
	}
	out := returnsAnswer{Measures: []measureJSON{}, Returns: []returnJSON{}}
	for _, measure := range settings.Scheme.Measures {
		out.Measures = append(out.Measures, newMeasureJSON(settings.Scheme, measure, period))
	}
	steward := callerOf(ctx).Roles.Has(data.Steward)
	for i := range all {
		measure, _ := settings.Scheme.Measure(all[i].Measure)
		if period != nil && !inPeriod(settings.Scheme, *period, measure.Window, &all[i]) {
			continue
		}
		one := newReturnJSON(measure, &all[i])
		if steward {
			one.Who = all[i].Who
		}
		out.Returns = append(out.Returns, one)
	}
	return asJSON(out)
}

// reportingPeriod reads the first day of a period; nil for none.
func reportingPeriod(scheme *data.Scheme, text string) (*data.Date, error) {
	if text == "" {
		return nil, nil
	}
	day, err := data.ParseDate(text)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity("period: " + err.Error())
	}
	if start := scheme.PeriodStart(day); start != day {
		return nil, huma.Error422UnprocessableEntity(fmt.Sprintf("period: no reporting period begins on %v; the one with that day begins on %v", day, start))
	}
	return &day, nil
}

// inPeriod reports whether a return is one that the report on a period can have.
func inPeriod(scheme *data.Scheme, period data.Date, window data.Window, r *data.Return) bool {
	end, _ := scheme.WindowEnd(data.PeriodWindow, period)
	switch from, to, fixed := scheme.WindowIn(period, window); {
	case window == data.AsAtWindow:
		return period <= r.From && r.From < end
	case fixed:
		return r.From == from && r.To == to
	}
	return r.To <= end
}

func newMeasureJSON(scheme *data.Scheme, measure data.Measure, period *data.Date) measureJSON {
	out := measureJSON{Measure: measure}
	if period == nil {
		return out
	}
	if from, to, fixed := scheme.WindowIn(*period, measure.Window); fixed {
		out.From, out.To = from.String(), to.String()
	}
	return out
}

func newReturnJSON(measure data.Measure, r *data.Return) returnJSON {
	out := returnJSON{Number: r.Number, At: r.At.UTC().Format(time.RFC3339)}
	out.Measure, out.From, out.To, out.Withdrawn = r.Measure, r.From.String(), r.To.String(), r.Withdrawn
	switch {
	case r.Withdrawn:
	case measure.Range || r.Least != r.Most:
		out.Least, out.Most = &r.Least, &r.Most
	default:
		out.Value = &r.Least
	}
	return out
}

// maxReturnBody bounds a batch or file of returns.
const maxReturnBody = 2 << 20

// fileTypes are the types of content that are read as a file of returns; any
// other is JSON.
var fileTypes = []string{"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

type returnsBody struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `required:"true"`
}

type returnsStored struct {
	Added     int `json:"added"`
	Corrected int `json:"corrected" doc:"those taken back too"`
	Unchanged int `json:"unchanged"`
}

func (a *returnsStored) add(receipts []data.Receipt) {
	for _, receipt := range receipts {
		switch receipt {
		case data.Added:
			a.Added++
		case data.Corrected:
			a.Corrected++
		default:
			a.Unchanged++
		}
	}
}

// takeReturns makes the route by which returns come.
func (s *staff) takeReturns() func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, returnsStored{})
		describeBody(api, &op, returnBody{})
		one := op.RequestBody.Content[jsonType].Schema
		op.RequestBody.Content[jsonType].Schema = &huma.Schema{OneOf: []*huma.Schema{one, {Type: huma.TypeArray, Items: one}}}
		for _, name := range fileTypes {
			op.RequestBody.Content[name] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		op.MaxBodyBytes, op.SkipValidateBody = maxReturnBody, true
		huma.Register(api, op, func(ctx context.Context, in *returnsBody) (*reply, error) {
			a, err := s.postReturns(ctx, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return a.reply(), nil
		})
	}
}

func (s *staff) postReturns(ctx context.Context, in *returnsBody) (answer, error) {
	by, err := s.returner(callerOf(ctx))
	if err != nil {
		return answer{}, err
	}
	read := s.listedReturns
	if kind, _, err := mime.ParseMediaType(in.ContentType); err == nil && slices.Contains(fileTypes, kind) {
		read = s.filedReturns
	}
	stored, refusals, err := read(ctx, in.RawBody, by)
	if err != nil {
		return answer{}, err
	}
	if len(refusals) > 0 {
		return answer{}, refusedReturns(refusals)
	}
	return asJSON(stored)
}

// returner says for which agency a caller may send returns: that of their API key,
// and a steward for any.
func (s *staff) returner(caller signin.Caller) (intake.Returner, error) {
	if caller.Source == "" && !caller.Roles.Has(data.Steward) {
		return intake.Returner{}, huma.Error403Forbidden("returns are sent by stewards, and with an API key that names the agency as its source")
	}
	return intake.Returner{Agency: caller.Source, Who: caller.ID, At: s.Now()}, nil
}

// listedReturns stores a JSON list of returns, or one.
func (s *staff) listedReturns(ctx context.Context, body []byte, by intake.Returner) (stored returnsStored, _ []intake.Refusal, err error) {
	bodies, _, err := decode[returnBody](body)
	if err != nil {
		return stored, nil, err
	}
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return stored, nil, err
	}
	returns := make([]intake.Returned, len(bodies))
	var refusals []intake.Refusal
	for i := range bodies {
		var refusal *intake.Refusal
		if returns[i], refusal = bodies[i].returned(settings.Scheme); refusal != nil {
			refusal.Row = i + 1
			refusals = append(refusals, *refusal)
		}
	}
	if len(refusals) > 0 {
		return stored, refusals, nil
	}
	receipts, refusals, err := s.Door.PutReturns(ctx, returns, by)
	stored.add(receipts)
	return stored, refusals, err
}

func (b *returnBody) returned(scheme *data.Scheme) (intake.Returned, *intake.Refusal) {
	out := intake.Returned{Measure: b.Measure, Value: b.Value, Least: b.Least, Most: b.Most, Withdrawn: b.Withdrawn}
	var err error
	if out.From, err = intake.ParseDay(b.From, intake.OrderUnknown, scheme.Location); err != nil {
		return out, &intake.Refusal{Field: "from", Reason: err.Error()}
	}
	if out.To, err = intake.ParseDay(b.To, intake.OrderUnknown, scheme.Location); err != nil {
		return out, &intake.Refusal{Field: "to", Reason: err.Error()}
	}
	return out, nil
}

// filedReturns stores a file of returns.
func (s *staff) filedReturns(ctx context.Context, body []byte, by intake.Returner) (stored returnsStored, _ []intake.Refusal, err error) {
	sum, err := s.Door.Returns(ctx, bytes.NewReader(body), intake.ReturnOptions{By: by})
	if err != nil && !errors.Is(err, intake.ErrNotStored) && !errors.Is(err, data.ErrAway) {
		err = huma.Error422UnprocessableEntity(intake.WithoutFlags(err.Error()))
	}
	return returnsStored{sum.Added, sum.Corrected, sum.Unchanged}, sum.Refusals, err
}

// maxToldRefusals bounds the refusals of one answer.
const maxToldRefusals = 100

// refusedReturns is the answer where returns were refused.
func refusedReturns(refusals []intake.Refusal) error {
	var details []error
	for _, refusal := range refusals[:min(len(refusals), maxToldRefusals)] {
		details = append(details, &huma.ErrorDetail{Message: intake.WithoutFlags(refusal.Reason), Location: fmt.Sprintf("row %d", refusal.Row), Value: refusal.Field})
	}
	return huma.NewError(http.StatusUnprocessableEntity, "nothing was stored: "+intake.WithoutFlags(refusals[0].Error()), details...)
}
