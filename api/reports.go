package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/quality"
	"commonground/data/report"
)

type reportsInput struct{ Conditional }

// reportsAnswer lists the periods of which there can be a report, the latest
// first.
type reportsAnswer struct {
	Periods []reportPeriod `json:"periods"`
	Formats []string       `json:"formats"`
}

type reportPeriod struct {
	report.Span
	LastDay data.Date `json:"last_day"`
	Over    bool      `json:"over" doc:"whether it has ended; before that a report is not final"`
}

func (s *staff) reports(_ context.Context, _ *reportsInput) (answer, error) {
	now, err := s.Live.Now()
	if err != nil {
		return answer{}, err
	}
	scheme := now.Settings.Scheme
	today := data.DateOf(s.Now().In(scheme.Location))
	out := reportsAnswer{Periods: []reportPeriod{}, Formats: formatNames()}
	for _, p := range report.Periods(scheme, now.Cube, now.Incidents, today) {
		out.Periods = append(out.Periods, reportPeriod{p, p.To - 1, p.To <= today})
	}
	return asJSON(out)
}

type reportInput struct {
	Conditional
	ReleasePeriod
	Format string `query:"format" doc:"json, html, pdf, csv (a zip with one file for each table), xlsx or text; default json"`
}

// report makes the report of a period for its caller: someone of the police gets
// the kinds that they may see, and no visits.
func (s *staff) report(ctx context.Context, in *reportInput) (answer, error) {
	name := in.Format
	if name == "" {
		name = "json"
	}
	format, ok := report.FormatNamed(name)
	if !ok {
		return answer{}, huma.Error422UnprocessableEntity(fmt.Sprintf("format: there is no %q; use one of %s", in.Format, strings.Join(formatNames(), ", ")))
	}
	period, err := in.period()
	if err != nil {
		return answer{}, err
	}
	made, err := s.makeReport(ctx, period)
	if err != nil {
		return answer{}, err
	}
	var out bytes.Buffer
	err = format.Write(made, &out)
	if errors.Is(err, report.ErrNoBrowser) {
		return answer{}, huma.Error501NotImplemented(err.Error())
	}
	if err != nil {
		return answer{}, fmt.Errorf("writing a report: %w", err)
	}
	a := answer{contentType: format.Type, body: out.Bytes(), cacheControl: noStore}
	switch name {
	case "json":
	case "html":
		a.policy = report.StylePolicy(made)
	default:
		a.fileName = format.FileName(made.Period)
	}
	return a, nil
}

func (s *staff) makeReport(ctx context.Context, period data.Date) (*report.Report, error) {
	now, err := s.Live.Now()
	if err != nil {
		return nil, err
	}
	caller := callerOf(ctx)
	in := report.Input{
		Scheme: now.Settings.Scheme, Period: period, Cube: now.Cube, Incidents: now.Incidents,
		Kinds: kindsFor(caller, now.Settings.Scheme), Made: s.Now(), By: caller.Name,
	}
	if in.Kinds == nil {
		if in.Survey, err = s.surveyForReport(ctx); err != nil {
			return nil, err
		}
	}
	if in.Returns, err = s.Store.Returns(ctx); err != nil {
		return nil, fmt.Errorf("reading the returns: %w", err)
	}
	made, err := report.Make(in)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity("from: " + err.Error())
	}
	return made, nil
}

// surveyForReport is what is known to be doubtful in the pickups, nil where they are
// still being looked over.
func (s *staff) surveyForReport(ctx context.Context) (*quality.Report, error) {
	found, err := s.doubtfulPickups.glance(ctx, s)
	if found == nil || err != nil {
		return nil, err
	}
	return &found.Report, nil
}

func formatNames() (names []string) {
	for _, format := range report.Formats() {
		names = append(names, format.Name)
	}
	return names
}
