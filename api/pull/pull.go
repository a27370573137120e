package pull

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"commonground/data/intake"
)

// Options say what is pulled.
type Options struct {
	Endpoint Endpoint // Required
	// Codes are those of the services asked for, each by itself. Required.
	Codes []string
	// From and To are the half-open span of time in which requests were made.
	// Required.
	From, To time.Time
	// Location is where times without an offset are. Required.
	Location *time.Location
	// TakeOpen stores requests that are not closed, too. Default: they are counted,
	// and asked for again by the next pull.
	TakeOpen bool
	// PageSize is asked for. Default: the server chooses.
	PageSize int
	// Store takes requests, none of them twice in a row of windows; what it has
	// returned nil for is there for good. Required.
	Store func(context.Context, []intake.Request) error
	// Done is told from when on the next pull has to ask, after each window whose
	// requests are all stored. Default: nobody is.
	Done func(next time.Time) error
	// Progress is told how many requests were read, and up to when. Default: nobody
	// is.
	Progress func(read int, until time.Time)
}

// Result says what came of a pull, as far as it went.
type Result struct {
	Asked   int // questions put to the server
	Read    int // requests in its answers, each once in a window
	Open    int // left, since they are not closed
	Other   int // left, since they are of services that were not asked for
	Outside int // left, since they were made a day or more outside the span asked for
	// Cut counts spans of a minute that had as many requests as the server gives
	// at most, so that some may be missing.
	Cut int
	// Next is from when on the next pull has to ask.
	Next time.Time
}

const (
	// Answers may not span more than 90 days, by the standard.
	windowSpan = 30 * 24 * time.Hour
	// minSpan is the shortest that a window is divided into.
	minSpan = time.Minute
	// fewest is the smallest number of requests that a server may give at most: of
	// those known, 20 is the smallest.
	fewest = 20
	// maxPages and maxRequests bound a window, for a server may have no end.
	maxPages, maxRequests = 1000, 1_000_000
	// overlap is asked for again by the next pull: some servers show requests late.
	overlap = 24 * time.Hour
	// openSpan is how far back the next pull goes for a request that is open.
	openSpan = 90 * 24 * time.Hour
)

type span struct{ from, to time.Time }

func (s span) halves() [2]span {
	middle := s.from.Add(s.to.Sub(s.from) / 2).Truncate(time.Second)
	return [2]span{{s.from, middle}, {middle, s.to}}
}

// Pull asks for requests window after window, in order of time, and stores them.
// A server that has pages is asked for all of them. One that has not is asked for
// ever shorter spans, until none has as many as it gives at most: it doesn't say
// how many that is. On an error, what was stored is; Next is from where to go
// on, and pulling again is harmless.
func (c *Client) Pull(ctx context.Context, options Options) (Result, error) {
	p := &puller{Client: c, Options: options, Result: Result{Next: options.From}}
	for from := options.From; from.Before(options.To); from = from.Add(windowSpan) {
		window := span{from, from.Add(windowSpan)}
		if window.to.After(options.To) {
			window.to = options.To
		}
		p.seen = map[string]bool{}
		for _, code := range options.Codes {
			if err := p.window(ctx, code, window); err != nil {
				return p.Result, fmt.Errorf("asking %s for %q from %s: %w", options.Endpoint, code, stamp(window.from), err)
			}
		}
		p.Next = p.next(window.to)
		if p.Done != nil {
			if err := p.Done(p.Next); err != nil {
				return p.Result, err
			}
		}
	}
	return p.Result, nil
}

// puller is a pull under way.
type puller struct {
	*Client
	Options
	Result
	seen       map[string]bool // ids in this window
	oldestOpen time.Time       // zero for none
	largest    int             // number of requests in an answer
	pageless   bool            // the server takes no notice of page
}

// next is from when on to ask where all is done up to a time.
func (p *puller) next(done time.Time) time.Time {
	next := done.Add(-overlap)
	if !p.oldestOpen.IsZero() && p.oldestOpen.Before(next) {
		next = p.oldestOpen
	}
	for _, least := range []time.Time{done.Add(-openSpan), p.From} {
		if next.Before(least) {
			next = least
		}
	}
	return next
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ask asks for one page of a span; 0 names none.
func (p *puller) ask(ctx context.Context, code string, in span, page int) ([]intake.Request, error) {
	query := url.Values{"service_code": {code}, "start_date": {stamp(in.from)}, "end_date": {stamp(in.to)}}
	if page > 0 {
		query.Set("page", strconv.Itoa(page))
	}
	if p.PageSize > 0 {
		query.Set("page_size", strconv.Itoa(p.PageSize))
	}
	p.Asked++
	var requests []intake.Request
	err := p.get(ctx, p.Endpoint.at("requests.json", query), func(body []byte) (err error) {
		requests, err = intake.ReadRequests(body)
		return err
	})
	p.largest = max(p.largest, len(requests))
	return requests, err
}

// window pulls a service's requests of a span.
func (p *puller) window(ctx context.Context, code string, in span) error {
	first, err := p.ask(ctx, code, in, 0)
	if err != nil {
		return err
	}
	if _, err := p.take(ctx, code, in, first); err != nil || len(first) < fewest {
		return err
	}
	if !p.pageless {
		if complete, err := p.pages(ctx, code, in); err != nil || complete {
			return err
		}
	}
	return p.divide(ctx, code, in, first)
}

// pages pulls the further pages of a span, and reports whether these were all.
// Some servers count pages from 0 and some from 1: so it begins with 1, which
// may be what was had already. Past the end there is an empty page, an error, or
// the last page again.
func (p *puller) pages(ctx context.Context, code string, in span) (complete bool, err error) {
	more, idle := false, 0
	for page := 1; page <= maxPages; page++ {
		requests, err := p.ask(ctx, code, in, page)
		if answer, is := errors.AsType[*answerError](err); is && (answer.status == http.StatusNotFound || answer.status == http.StatusBadRequest) {
			return more, nil
		}
		if err != nil {
			return false, err
		}
		if len(requests) == 0 {
			return true, nil
		}
		fresh, err := p.take(ctx, code, in, requests)
		switch {
		case err != nil:
			return false, err
		case fresh > 0:
			more, idle = true, 0
		case idle == 1: // twice nothing new
			p.pageless = p.pageless || !more
			return more, nil
		default:
			idle++
		}
	}
	return false, fmt.Errorf("the server goes on after %d pages", maxPages)
}

// divide pulls the halves of a span, and theirs, where the whole may have been cut
// short: where it had as many requests as the server ever gave. The server's limit
// is not told, but what is cut short by it is as long as anything.
func (p *puller) divide(ctx context.Context, code string, in span, whole []intake.Request) error {
	switch {
	case len(whole) < p.largest:
		return nil
	case in.to.Sub(in.from) < 2*minSpan:
		p.Cut++
		return nil
	}
	for _, half := range in.halves() {
		part, err := p.ask(ctx, code, half, 0)
		if err != nil {
			return err
		}
		if _, err := p.take(ctx, code, half, part); err != nil {
			return err
		}
		if err := p.divide(ctx, code, half, part); err != nil {
			return err
		}
	}
	return nil
}

// take stores those of an answer that are to be, and returns how many were not
// seen before in this window.
func (p *puller) take(ctx context.Context, code string, asked span, answer []intake.Request) (fresh int, err error) {
	var keep []intake.Request
	for _, r := range answer {
		r.Service = cmp.Or(r.Service, code)
		name := cmp.Or(r.ID, fmt.Sprintf("\x00%+v", r)) // of those without an id, what they say
		if p.seen[name] {
			continue
		}
		fresh++
		p.seen[name] = true
		p.Read++
		if p.wanted(r, code, asked) {
			keep = append(keep, r)
		}
	}
	if len(p.seen) > maxRequests {
		return fresh, fmt.Errorf("the server has more than %d requests in a month, or no end", maxRequests)
	}
	if p.Progress != nil {
		p.Progress(p.Read, asked.from)
	}
	if len(keep) == 0 {
		return fresh, nil
	}
	return fresh, p.Store(ctx, keep)
}

// wanted reports whether a request is one to store, and counts why not. One that
// can't be read is: the door refuses it, and says so.
func (p *puller) wanted(r intake.Request, code string, asked span) bool {
	when, err := r.Time(p.Location)
	readable := r.Flaw == "" && err == nil && !when.IsZero()
	switch {
	case !readable:
		return true
	case r.Service != code:
		p.Other++
		return false
	case when.At.Before(asked.from.Add(-overlap)) || when.At.After(asked.to.Add(overlap)):
		p.Outside++
		return false
	case !p.TakeOpen && !strings.EqualFold(r.Status, "closed"):
		p.Open++
		if p.oldestOpen.IsZero() || when.At.Before(p.oldestOpen) {
			p.oldestOpen = when.At
		}
		return false
	}
	return true
}
