package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"commonground/api/pull"
	"commonground/data"
	"commonground/data/intake"
)

type pullCommand struct {
	Open311 pullOpen311 `cmd:"" name:"open311" help:"Pull service requests from a server of Open311 (GeoReport v2), as pickups of one item or as incidents. Description, address and media are not kept."`
}

type pullOpen311 struct {
	URL          string   `arg:"" help:"Address of the endpoint, such as https://311.example.org/open311/v2."`
	Since        string   `help:"Day or time from which on requests were made, or \"last\" to go on where the last pull of the same kind ended." required:""`
	Until        string   `help:"Day or time up to which. Default: now."`
	Service      []string `help:"Code of a service and the kind that its requests are, split at the last =; for incidents the code alone. May be given more than once. Default: services whose code is the id of a kind." sep:"none" placeholder:"CODE=KIND"`
	As           string   `help:"What requests are: pickup or incident." enum:"pickup,incident" default:"pickup"`
	Category     string   `help:"Category of incidents: harm or nuisance." enum:",harm,nuisance" default:""`
	Status       string   `help:"closed leaves requests that are open for the next pull; all takes them too." enum:"closed,all" default:"closed"`
	Source       string   `help:"Source of the records. Default: the jurisdiction, else the server's name."`
	Jurisdiction string   `help:"Id of the jurisdiction, for a server that has several."`
	PageSize     int      `help:"Requests to ask for at once. Default: as many as the server likes."`
	Correct      bool     `help:"Take requests whose content changed since they were pulled; the version before is kept. Else they are refused."`
	Refused      string   `help:"Beginning of the names of the files with refused requests. Default: the store's name with .pull." type:"path"`
	Insecure     bool     `help:"Pull by http from another machine: who is on the way can read and write what comes."`
}

// Validate refuses what can't be asked for, and addresses with a password in
// them, before the command is logged.
func (c *pullOpen311) Validate() error {
	_, err := c.endpoint()
	switch {
	case err != nil:
		return err
	case (c.As == "incident") != (c.Category != ""):
		return errors.New("--category goes with --as incident, and is needed there")
	case c.As == "incident" && len(c.Service) == 0:
		return errors.New("--as incident needs a --service")
	case c.PageSize < 0:
		return errors.New("--page-size: write a number from 1, or leave it out")
	}
	return nil
}

func (c *pullOpen311) endpoint() (pull.Endpoint, error) {
	parse := pull.ParseEndpoint
	if c.Insecure {
		parse = pull.ParseInsecureEndpoint
	}
	endpoint, err := parse(c.URL)
	endpoint.Jurisdiction = c.Jurisdiction
	return endpoint, err
}

// pulling is a pull under way.
type pulling struct {
	*pullOpen311
	*program
	scheme   *data.Scheme
	client   pull.Client
	endpoint pull.Endpoint
	kinds    map[string]string // by code of service; nil for incidents
	codes    []string
	source   string
	marks    pullMarks
	ticker   ticker
	refused  refusedRequests
	summary  intake.RequestSummary
}

// Run pulls and tells what came of it, and from when on the next pull goes.
func (c *pullOpen311) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ store, door *intake.Door, scheme *data.Scheme) error {
		run := &pulling{pullOpen311: c, program: p, scheme: scheme, ticker: newTicker(p)}
		run.refused.files.base = cmp.Or(c.Refused, p.beside(".pull"))
		if err := run.prepare(ctx); err != nil {
			return err
		}
		options, err := run.options(door)
		if err != nil {
			return err
		}
		result, err := run.client.Pull(ctx, options)
		run.ticker.end()
		err = errors.Join(err, run.refused.files.close())
		run.tell(result)
		return err
	})
}

// prepare finds out whom to ask for what.
func (r *pulling) prepare(ctx context.Context) (err error) {
	if r.endpoint, err = r.pullOpen311.endpoint(); err != nil {
		return err
	}
	r.source = cmp.Or(r.Source, r.Jurisdiction, r.endpoint.Host())
	r.client.Waiting = func(pause time.Duration, why error) {
		fmt.Fprintf(r.stderr, "waiting %v: %v\n", pause, why)
	}
	offered, err := r.client.Services(ctx, r.endpoint)
	if err != nil {
		return err
	}
	if err := r.services(offered); err != nil {
		return err
	}
	for _, code := range r.codes {
		if !slices.Contains(offered, code) {
			fmt.Fprintf(r.stderr, "The server does not list the service %q; it is asked for all the same.\n", code)
		}
	}
	r.refused.source, r.refused.kinds = r.source, r.kinds
	r.marks = pullMarks{path: r.beside(".pulls.json"), name: r.name()}
	return nil
}

// services reads the flag, or takes what the server offers by the id of a kind.
func (r *pulling) services(offered []string) error {
	if r.As == "incident" {
		r.codes = r.Service
		return nil
	}
	r.kinds = map[string]string{}
	for _, text := range r.Service {
		at := strings.LastIndexByte(text, '=')
		if at <= 0 {
			return fmt.Errorf("--service %q: write it as CODE=KIND", text)
		}
		code, kind := text[:at], text[at+1:]
		if _, known := r.scheme.KindIndex(kind); !known {
			return fmt.Errorf("--service: %q is no kind of the scheme", kind)
		}
		if _, twice := r.kinds[code]; twice {
			return fmt.Errorf("--service: %q is there twice", code)
		}
		r.kinds[code], r.codes = kind, append(r.codes, code)
	}
	if len(r.codes) > 0 {
		return nil
	}
	for _, kind := range r.scheme.Kinds {
		if slices.Contains(offered, kind.ID) {
			r.kinds[kind.ID], r.codes = kind.ID, append(r.codes, kind.ID)
		}
	}
	if len(r.codes) == 0 {
		return fmt.Errorf("no service of the server has the id of a kind; name some with --service CODE=KIND. It has %.1000q", offered)
	}
	return nil
}

// name tells pulls apart that may not go on where another ended.
func (r *pulling) name() string {
	services := slices.Sorted(slices.Values(r.Service))
	return strings.Join(append([]string{r.endpoint.String(), r.Jurisdiction, r.source, r.As + r.Category, r.Status}, services...), " ")
}

func (r *pulling) options(door *intake.Door) (pull.Options, error) {
	from, err := r.since()
	if err != nil {
		return pull.Options{}, err
	}
	until := r.now()
	if r.Until != "" {
		if until, err = r.time("--until", r.Until); err != nil {
			return pull.Options{}, err
		}
	}
	if !from.Before(until) {
		return pull.Options{}, fmt.Errorf("there is nothing between %s and %s", r.text(from), r.text(until))
	}
	return pull.Options{
		Endpoint: r.endpoint, Codes: r.codes, From: from, To: until, Location: r.scheme.Location, TakeOpen: r.Status == "all", PageSize: r.PageSize,
		Store: func(ctx context.Context, requests []intake.Request) error { return r.take(ctx, door, requests) },
		Done:  r.marks.set,
		Progress: func(read int, until time.Time) {
			r.ticker.tell(func(time.Duration) string { return fmt.Sprintf("%d requests, at %s", read, r.text(until)) })
		},
	}, nil
}

func (r *pulling) since() (time.Time, error) {
	if r.Since != "last" {
		return r.time("--since", r.Since)
	}
	next, found, err := r.marks.next()
	if err == nil && !found {
		err = fmt.Errorf("nothing was pulled like this yet; give a day, as in --since 2026-01-01 (what was pulled is noted in %s)", r.marks.path)
	}
	return next, err
}

func (r *pulling) time(flag, text string) (time.Time, error) {
	when, err := intake.ParseTime(text, intake.OrderUnknown, r.scheme.Location)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", flag, err)
	}
	return when.At, nil
}

func (r *pulling) text(t time.Time) string { return t.In(r.scheme.Location).Format(time.RFC3339) }

// take stores requests, some at a time.
func (r *pulling) take(ctx context.Context, door *intake.Door, requests []intake.Request) error {
	options := intake.RequestOptions{Source: r.source, Kinds: r.kinds, Category: data.Category(r.Category), Refusal: r.refused.note}
	if r.Correct {
		options.Correct = r.now()
	}
	for some := range slices.Chunk(requests, 1000) {
		sum, err := door.Requests(ctx, some, options)
		if err != nil {
			return err
		}
		r.summary.Add(sum)
	}
	return nil
}

// tell sums up.
func (r *pulling) tell(result pull.Result) {
	s := r.summary
	fmt.Fprintf(r.stdout, "%d requests read with %d questions: %d added, %d there already, %d corrected, %d deleted here before, %d refused, %d still open; %d of those in have no usable place.\n",
		result.Read, result.Asked, s.Added, s.Unchanged, s.Corrected, s.Gone, s.Refused, result.Open, s.Unlocated)
	for _, warning := range []struct {
		n    int
		text string
	}{
		{result.Other, "%d were of services that were not asked for, and left.\n"},
		{result.Outside, "%d were made outside the time asked for, and left: the server does not keep to start_date and end_date, so others may be missing.\n"},
		{result.Cut, "In %d spans of a minute there are as many requests as the server gives at most, so some may be missing; try --page-size.\n"},
	} {
		if warning.n > 0 {
			fmt.Fprintf(r.stdout, warning.text, warning.n)
		}
	}
	if s.Refused > 0 {
		r.refused.tell(r.stdout, s.Refused)
	}
	fmt.Fprintf(r.stdout, "The next pull goes on from %s: --since last.\n", r.text(result.Next))
}
