package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

// placeBody is where and by whom, in every record.
type placeBody struct {
	Source    string   `json:"source" doc:"who sends it"`
	Ref       string   `json:"ref" doc:"the sender's reference; with the source it makes sending twice harmless"`
	Lon       *float64 `json:"lon,omitempty" doc:"degrees; leave out lon and lat where there is no usable place"`
	Lat       *float64 `json:"lat,omitempty"`
	AccuracyM float64  `json:"accuracyM,omitempty" doc:"radius in metres; 0 where not known"`
}

type pickupBody struct {
	placeBody
	At    string         `json:"at" doc:"2019-04-24T09:15, 2019-04-24 or 2019-04; without an offset by the scheme's clock"`
	Found map[string]int `json:"found" doc:"items by kind; 0 is a visit that found none"`
}

type incidentBody struct {
	placeBody
	Received string `json:"received"`
	Happened string `json:"happened,omitempty" doc:"default: received"`
	Channel  string `json:"channel,omitempty"`
	Category string `json:"category" enum:"harm,nuisance"`
	Outcome  string `json:"outcome,omitempty"`
	Answered string `json:"answered,omitempty" enum:"yes,no"`
	Attended string `json:"attended,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

type receiptsAnswer struct {
	Results []receipt `json:"results"`
}

type receipt struct {
	Source string `json:"source"`
	Ref    string `json:"ref"`
	// Result is added, corrected, unchanged, conflict, gone or refused.
	Result string `json:"result"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// maxRecords bounds a batch.
const maxRecords = 10_000

// decode reads one value or an array of them. An attribute that it doesn't
// know is refused: nothing is stored that nobody asked for.
func decode[T any](body []byte) ([]T, bool, error) {
	body = bytes.TrimSpace(body)
	batch := bytes.HasPrefix(body, []byte("["))
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var many []T
	var one T
	var err error
	if batch {
		err = decoder.Decode(&many)
	} else if err = decoder.Decode(&one); err == nil {
		many = []T{one}
	}
	switch {
	case err != nil:
		return nil, batch, invalid(fmt.Errorf("the body can't be read: %s", strings.TrimPrefix(err.Error(), "json: ")))
	case decoder.More():
		return nil, batch, invalid(fmt.Errorf("the body goes on after its end; send an array for many records"))
	case len(many) > maxRecords:
		return nil, batch, huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("a batch has at most %d records", maxRecords))
	}
	return many, batch, nil
}

func (b placeBody) position() (data.Position, *intake.Refusal) {
	p := data.Position{AccuracyM: b.AccuracyM}
	if b.Lon == nil && b.Lat == nil {
		return p, nil
	}
	if b.Lon == nil || b.Lat == nil {
		return p, &intake.Refusal{Field: "lon", Reason: "longitude and latitude go together"}
	}
	point, err := geo.NewPoint(*b.Lon, *b.Lat)
	if err != nil {
		return p, &intake.Refusal{Field: "lon", Reason: "no longitude and latitude in degrees"}
	}
	p.Point = &point
	return p, nil
}

func (b placeBody) key() data.Key { return data.Key{Source: b.Source, Ref: b.Ref} }

func parseWhen(field, text string, scheme *data.Scheme) (data.When, *intake.Refusal) {
	if text == "" {
		return data.When{}, nil
	}
	when, err := intake.ParseTime(text, intake.OrderUnknown, scheme.Location)
	if err != nil {
		return when, &intake.Refusal{Field: field, Reason: err.Error()}
	}
	return when, nil
}

func (b pickupBody) record(scheme *data.Scheme) (data.Pickup, *intake.Refusal) {
	position, refusal := b.position()
	at, late := parseWhen("at", b.At, scheme)
	p := data.Pickup{Key: b.key(), Position: position, At: at}
	for kind, items := range b.Found {
		p.Found = append(p.Found, data.Quantity{Kind: kind, Items: items})
	}
	slices.SortFunc(p.Found, func(a, b data.Quantity) int { return strings.Compare(a.Kind, b.Kind) })
	return p, firstOf(refusal, late)
}

func (b incidentBody) record(scheme *data.Scheme) (data.Incident, *intake.Refusal) {
	i := data.Incident{
		Key: b.key(), Channel: b.Channel, Category: data.Category(b.Category), Outcome: b.Outcome,
		Answered: data.Answer(b.Answered), Reason: b.Reason,
	}
	var refusals [4]*intake.Refusal
	i.Position, refusals[0] = b.position()
	i.Received, refusals[1] = parseWhen("received", b.Received, scheme)
	i.Happened, refusals[2] = parseWhen("happened", b.Happened, scheme)
	i.Attended, refusals[3] = parseWhen("attended", b.Attended, scheme)
	return i, firstOf(refusals[:]...)
}

func firstOf(refusals ...*intake.Refusal) *intake.Refusal {
	for _, refusal := range refusals {
		if refusal != nil {
			return refusal
		}
	}
	return nil
}

func (s *staff) postPickups(ctx context.Context, in *bodyInput) (answer, error) {
	return send(ctx, s, in, pickupBody.record, s.Door.PutPickups)
}

func (s *staff) postIncidents(ctx context.Context, in *bodyInput) (answer, error) {
	return send(ctx, s, in, incidentBody.record, s.Door.PutIncidents)
}

// send reads, checks and stores records. What it answers for is stored, and
// counts show it.
func send[B interface{ key() data.Key }, R any](ctx context.Context, s *staff, in *bodyInput,
	record func(B, *data.Scheme) (R, *intake.Refusal),
	put func(context.Context, []R) ([]data.Receipt, []intake.Refusal, error),
) (answer, error) {
	bodies, batch, err := decode[B](in.RawBody)
	if err != nil {
		return answer{}, err
	}
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	results, records, at := sift(bodies, ownOnly(callerOf(ctx), record), settings.Scheme)
	receipts, refusals, err := put(ctx, records)
	if err != nil {
		return answer{}, err
	}
	for i, r := range receipts {
		results[at[i]].receive(r)
	}
	for _, refusal := range refusals {
		results[at[refusal.Row-1]].refuse(refusal)
	}
	if err := s.counted(ctx); err != nil {
		return answer{}, err
	}
	return answerReceipts(results, batch)
}

// maySend returns an error where a caller may not send records of a source. Who
// has one sends of that alone, and a sender must have one: people of that role
// get none from their sign-in.
func maySend(caller signin.Caller, source string) error {
	switch {
	case caller.Source != "" && source != caller.Source:
		return fmt.Errorf("you may send records of the source %q only", caller.Source)
	case caller.Source == "" && !caller.Roles.HasAny(data.Crew, data.Police):
		return errors.New("a sender needs an API key that names its source")
	}
	return nil
}

// ownOnly refuses records of another source than the one for which the caller may
// send.
func ownOnly[B interface{ key() data.Key }, R any](caller signin.Caller, record func(B, *data.Scheme) (R, *intake.Refusal),
) func(B, *data.Scheme) (R, *intake.Refusal) {
	return func(body B, scheme *data.Scheme) (R, *intake.Refusal) {
		if err := maySend(caller, body.key().Source); err != nil {
			var none R
			return none, &intake.Refusal{Field: "source", Reason: err.Error()}
		}
		return record(body, scheme)
	}
}

// sift makes records of bodies. What can't be one is refused in results; at is
// the result of each record.
func sift[B interface{ key() data.Key }, R any](bodies []B, record func(B, *data.Scheme) (R, *intake.Refusal),
	scheme *data.Scheme,
) (results []receipt, records []R, at []int) {
	results = make([]receipt, len(bodies))
	for i, body := range bodies {
		results[i] = receipt{Source: body.key().Source, Ref: body.key().Ref}
		r, refusal := record(body, scheme)
		if refusal != nil {
			results[i].refuse(*refusal)
			continue
		}
		records, at = append(records, r), append(at, i)
	}
	return results, records, at
}

// counted waits until the cube has everything that is stored.
func (s *staff) counted(ctx context.Context) error {
	position, err := s.Store.Position(ctx)
	if err != nil {
		return err
	}
	return s.Live.Reach(ctx, position)
}

func (r *receipt) refuse(refusal intake.Refusal) {
	r.Result, r.Field, r.Reason = "refused", refusal.Field, refusal.Reason
}

func (r *receipt) receive(stored data.Receipt) {
	switch stored {
	case data.Added:
		r.Result = "added"
	case data.Unchanged:
		r.Result = "unchanged"
	case data.Corrected:
		r.Result = "corrected"
	case data.Gone:
		r.Result, r.Field = "gone", "ref"
		r.Reason = "the record of this reference of this source was deleted; to put it in again, PUT it"
	case data.Conflict:
		r.Result, r.Field = "conflict", "ref"
		r.Reason = "this reference of this source is there already with other content; to correct it, PUT it"
	}
}

// answerReceipts answers a single record with its own status, and a batch with
// the list.
func answerReceipts(results []receipt, batch bool) (answer, error) {
	a, err := asJSON(receiptsAnswer{Results: results})
	a.status = http.StatusOK
	if batch || len(results) != 1 || err != nil {
		return a, err
	}
	switch only := results[0]; only.Result {
	case "added":
		a.status = http.StatusCreated
	case "conflict", "gone":
		return a, huma.Error409Conflict(only.Field + ": " + only.Reason)
	case "refused":
		return a, huma.Error422UnprocessableEntity(only.Field + ": " + only.Reason)
	}
	return a, nil
}
