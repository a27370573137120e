package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"commonground/data"
	"commonground/geo"
)

// Request is what is read of a service request in the answer of an Open311 server
// (GeoReport v2): texts as they are written, numbers too, empty where there is
// nothing. Description, address, zip code, media and notes are not even decoded.
type Request struct {
	ID, Service, Status, Requested, Lat, Lon string
	// Flaw says why it can't be read, for people; empty where it can.
	Flaw string
}

// UnmarshalJSON reads one request. What can't be one has a Flaw, so that those
// after it can be read: no error is returned.
func (r *Request) UnmarshalJSON(content []byte) error {
	var fields struct {
		ID        looseText `json:"service_request_id"`
		Service   looseText `json:"service_code"`
		Status    looseText `json:"status"`
		Requested looseText `json:"requested_datetime"`
		Lat       looseText `json:"lat"`
		Lon       looseText `json:"long"`
	}
	*r = Request{}
	if err := json.Unmarshal(content, &fields); err != nil || bytes.Equal(content, []byte("null")) {
		r.Flaw = "is no request as the standard writes them"
		return nil
	}
	*r = Request{
		ID: string(fields.ID), Service: string(fields.Service), Status: string(fields.Status),
		Requested: string(fields.Requested), Lat: string(fields.Lat), Lon: string(fields.Lon),
	}
	for _, text := range []*string{&r.ID, &r.Service, &r.Status, &r.Requested, &r.Lat, &r.Lon} {
		if utf8.RuneCountInString(*text) > 4*maxNameLength {
			*text, r.Flaw = "", "has a field of more than 400 characters"
		}
	}
	return nil
}

// looseText is a text or a number: servers write ids and coordinates either way.
type looseText string

// UnmarshalJSON reads it; null is empty.
func (t *looseText) UnmarshalJSON(content []byte) error {
	switch {
	case bytes.Equal(content, []byte("null")):
		return nil
	case bytes.ContainsAny(content[:1], `{[tf`):
		return errors.New("neither text nor number")
	case content[0] != '"':
		*t = looseText(content)
		return nil
	}
	var text string
	err := json.Unmarshal(content, &text)
	*t = looseText(strings.TrimSpace(text))
	return err
}

// maxPageRequests bounds a page; the standard has 1,000.
const maxPageRequests = 100_000

// ReadRequests reads one page of requests: a JSON list. An error says that it is
// none, was cut off, or has over 100,000.
func ReadRequests(page []byte) ([]Request, error) {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(page, []byte("\xef\xbb\xbf"))))
	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return nil, errors.New("the answer is no JSON list")
	}
	requests := []Request{}
	for decoder.More() {
		if len(requests) == maxPageRequests {
			return nil, fmt.Errorf("the answer has over %d requests", maxPageRequests)
		}
		var r Request
		if err := decoder.Decode(&r); err != nil {
			return nil, fmt.Errorf("the answer is broken after %d requests: %w", len(requests), err)
		}
		requests = append(requests, r)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("the answer is cut off after %d requests", len(requests))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the answer goes on after its list")
	}
	return requests, nil
}

// Time returns when the request was made; a text without an offset is by the
// location's clock. Refused is text that is no time.
func (r Request) Time(location *time.Location) (data.When, error) {
	if r.Requested == "" {
		return data.When{}, nil
	}
	return ParseTime(r.Requested, OrderUnknown, location)
}

// RequestOptions say what requests are here.
type RequestOptions struct {
	// Source names their sender; with a request's id it makes storing it again
	// harmless. Required.
	Source string
	// Kinds gives the kind of item by code of service, of which each request is one.
	// Default: all requests are incidents.
	Kinds map[string]string
	// Category is that of every incident. Required for incidents.
	Category data.Category
	// Correct replaces what is there with other content, as of this time, and keeps
	// it in the history. Default, the zero time: a refusal.
	Correct time.Time
	// Refusal is called for each refused request, in order; Row is 0. Default:
	// nothing.
	Refusal func(Request, Refusal)
}

// RequestSummary says what became of requests.
type RequestSummary struct {
	Read, Added, Unchanged, Corrected, Gone, Refused int
	Unlocated                                        int // of those that passed
}

// Add adds another summary to this one.
func (s *RequestSummary) Add(other RequestSummary) {
	s.Read += other.Read
	s.Added += other.Added
	s.Unchanged += other.Unchanged
	s.Corrected += other.Corrected
	s.Gone += other.Gone
	s.Refused += other.Refused
	s.Unlocated += other.Unlocated
}

// Requests stores requests as pickups with one item each, or as incidents. Every
// one is stored or refused, and storing it again is harmless. Where it returns an
// error, none of them may be taken for stored.
func (d *Door) Requests(ctx context.Context, requests []Request, options RequestOptions) (RequestSummary, error) {
	settings, err := d.Reload(ctx)
	if err != nil {
		return RequestSummary{}, err
	}
	if options.Kinds == nil {
		return requestSort[data.Incident]{incidentOf, d.PutIncidents, d.ReplaceIncident}.store(ctx, settings.Scheme, requests, options)
	}
	return requestSort[data.Pickup]{pickupOf, d.PutPickups, d.ReplacePickup}.store(ctx, settings.Scheme, requests, options)
}

// requestSort is how requests become records of one sort.
type requestSort[R any] struct {
	record  func(Request, RequestOptions, *data.Scheme) (R, *Refusal)
	put     func(context.Context, []R) ([]data.Receipt, []Refusal, error)
	replace func(context.Context, R, time.Time) (data.Receipt, error)
}

func (s requestSort[R]) store(ctx context.Context, scheme *data.Scheme, requests []Request, options RequestOptions) (RequestSummary, error) {
	sum := RequestSummary{Read: len(requests)}
	refusals := make([]*Refusal, len(requests))
	var records []R
	var at []int // the request of each record
	for i, request := range requests {
		one, refusal := s.record(request, options, scheme)
		if refusals[i] = refusal; refusal == nil {
			records, at = append(records, one), append(at, i)
		}
	}
	receipts, refused, err := s.put(ctx, records)
	if err != nil {
		return sum, err
	}
	for _, refusal := range refused {
		refusals[at[refusal.Row-1]] = &refusal
	}
	for i, receipt := range receipts {
		if receipt == data.Conflict && !options.Correct.IsZero() {
			if receipt, err = s.replace(ctx, records[i], options.Correct); err != nil {
				return sum, err
			}
		}
		if receipt == data.Conflict {
			refusals[at[i]] = refuse("", "was stored before with other content; to take what it says now, pull with --correct")
		}
		sum.tally(receipt, requests[at[i]])
	}
	sum.refuse(requests, refusals, options.Refusal)
	return sum, nil
}

func (s *RequestSummary) tally(receipt data.Receipt, r Request) {
	switch receipt {
	case data.Added:
		s.Added++
	case data.Unchanged:
		s.Unchanged++
	case data.Corrected:
		s.Corrected++
	case data.Gone:
		s.Gone++
		return
	default:
		return
	}
	if r.Lat == "" {
		s.Unlocated++
	}
}

func (s *RequestSummary) refuse(requests []Request, refusals []*Refusal, tell func(Request, Refusal)) {
	for i, refusal := range refusals {
		if refusal == nil {
			continue
		}
		s.Refused++
		refusal.Row = 0
		if tell != nil {
			tell(requests[i], *refusal)
		}
	}
}

func pickupOf(r Request, options RequestOptions, scheme *data.Scheme) (data.Pickup, *Refusal) {
	position, when, refusal := r.placeAndTime(scheme)
	kind, known := options.Kinds[r.Service]
	if refusal == nil && !known {
		refusal = refuse("service_code", "%q is no service that was asked for", r.Service)
	}
	return data.Pickup{
		Key: data.Key{Source: options.Source, Ref: r.ID}, Position: position, At: when, Found: []data.Quantity{{Kind: kind, Items: 1}},
	}, refusal
}

func incidentOf(r Request, options RequestOptions, scheme *data.Scheme) (data.Incident, *Refusal) {
	position, when, refusal := r.placeAndTime(scheme)
	return data.Incident{
		Key: data.Key{Source: options.Source, Ref: r.ID}, Position: position, Received: when, Category: options.Category,
	}, refusal
}

// placeAndTime reads where and when. Neither latitude nor longitude is a request
// without a place.
func (r Request) placeAndTime(scheme *data.Scheme) (p data.Position, when data.When, refusal *Refusal) {
	if r.Flaw != "" {
		return p, when, refuse("", "%s", r.Flaw)
	}
	when, err := r.Time(scheme.Location)
	if err != nil {
		return p, when, refuse("requested_datetime", "%v", err)
	}
	switch {
	case r.Lat == "" && r.Lon == "":
		return p, when, nil
	case r.Lat == "" || r.Lon == "":
		return p, when, refuse("lat, long", "one is empty although the other is there")
	}
	lat, latErr := strconv.ParseFloat(r.Lat, 64)
	lon, lonErr := strconv.ParseFloat(r.Lon, 64)
	if latErr != nil || lonErr != nil {
		return p, when, refuse("lat, long", "%q, %q are no numbers", r.Lat, r.Lon)
	}
	point, err := geo.NewPoint(lon, lat)
	if err != nil {
		return p, when, refuse("lat, long", "%s, %s is no latitude and longitude in degrees", r.Lat, r.Lon)
	}
	p.Point = &point
	return p, when, nil
}
