package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/intake"
)

// maxOpen311Body bounds a form: the standard allows 4,000 characters of
// description, of which nothing is kept.
const maxOpen311Body = 64 << 10

const formType = "application/x-www-form-urlencoded"

// keyOfForm reads the form of a request that sends one by Open311, and takes the
// key out of it to where keys are found: the standard has it in the field
// api_key. It is done for that one address, and before anything is logged: what
// stands in an address goes into logs, so there it is refused, key or other.
func keyOfForm(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	if !isOpen311(r) {
		return r, nil
	}
	if err := checkQuery(r); err != nil {
		return r, err
	}
	if r.Method != http.MethodPost || r.URL.Path != open311RequestsPath || r.URL.RawPath != "" || !isForm(r) {
		return r, nil
	}
	r = r.Clone(r.Context())
	r.Body = http.MaxBytesReader(w, r.Body, maxOpen311Body)
	if err := r.ParseForm(); err != nil {
		if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
			return r, huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("a request has at most %d bytes", maxOpen311Body))
		}
		return r, huma.Error400BadRequest("the form can't be read; escape it as " + formType)
	}
	// Two keys are two headers: which of them counts would be a guess, and both
	// are refused.
	for _, key := range r.PostForm["api_key"] {
		r.Header.Add("Authorization", "Bearer "+key)
	}
	r.PostForm.Del("api_key")
	return r, nil
}

// checkQuery refuses what the query of an Open311 address may not say.
func checkQuery(r *http.Request) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case err != nil:
		return huma.Error400BadRequest("the query of the address can't be read")
	case query.Has("api_key"):
		return huma.Error400BadRequest("addresses end up in logs, so no key is taken from one; send it in the header Authorization, " +
			"or with requests.json in the form. Have this key replaced: it was shown")
	case r.Method == http.MethodPost:
		return huma.Error400BadRequest("addresses end up in logs, so nothing is taken from one; send every field in the form")
	}
	query.Del("jurisdiction_id") // there is one
	if len(query) > 0 {
		return huma.Error400BadRequest(fmt.Sprintf("%.100q is nothing that can be asked here", slices.Sorted(maps.Keys(query))[0]))
	}
	return nil
}

func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == formType
}

type requestAnswer struct {
	ServiceRequestID string  `json:"service_request_id" doc:"the reference of the record, of the key's source"`
	ServiceNotice    string  `json:"service_notice"`
	AccountID        *string `json:"account_id" doc:"always null: accounts are not kept"`
}

// open311Send is the route that takes in a request.
func (s *staff) open311Send() func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, []requestAnswer{})
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{formType: {Schema: open311Form()}}}
		op.Parameters = append(op.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "as attribute[reference]"})
		op.Description += " The API key may also be the field api_key of the form. Kept are the service, the place, the time, the quantity or channel, and nothing else: " +
			"description, names, email, phone, media_url, device_id, account_id, address_string and address_id are read past. " +
			"With a reference of yours or a time of its own, sending a request again is harmless; with neither, only within the same minute."
		s.mountOpen311(api, &op, s.take)
	}
}

// open311Form describes the form.
func open311Form() *huma.Schema {
	form := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, Required: []string{"service_code", "lat", "long"}}
	for name, about := range map[string]string{
		"api_key": "the key, where it is not in the header Authorization", "service_code": "one of services.json",
		"lat": "degrees, WGS 84", "long": "degrees, WGS 84", "requested_datetime": "as attribute[requested_datetime]",
		"attribute[quantity]": "how many were found; default: 1", "attribute[channel]": "of incidents: one of the scheme's channels",
		"attribute[requested_datetime]": "default: now", "attribute[accuracy_m]": "radius in metres", "attribute[reference]": "your reference, kept as a hash",
	} {
		form.Properties[name] = &huma.Schema{Type: huma.TypeString, Description: about}
	}
	return form
}

// take stores the one record that a form is.
func (s *staff) take(r *http.Request) (any, error) {
	caller := callerOf(r.Context())
	if caller.Source == "" {
		return nil, huma.Error403Forbidden("to send records takes an API key that names its source")
	}
	if !isForm(r) {
		return nil, huma.Error415UnsupportedMediaType("send a form, of the type " + formType + "; neither XML nor JSON is taken here")
	}
	settings, err := s.Door.Settings(r.Context())
	if err != nil {
		return nil, err
	}
	form, err := readOpen311(r.PostForm, r.Header.Get("Idempotency-Key"), settings.Scheme)
	if err != nil {
		return nil, err
	}
	form.now = s.Now()
	record := form.record(caller.Source)
	stored, err := s.putOpen311(r.Context(), record)
	if err != nil {
		return nil, err
	}
	notice, err := form.notice(stored)
	return []requestAnswer{{ServiceRequestID: record.key.Ref, ServiceNotice: notice}}, err
}

// open311Request is what is read of a form, and nothing else is.
type open311Request struct {
	service   string
	position  data.Position
	at        data.When // zero: now
	items     int       // of a kind
	channel   string    // of an incident
	reference string
	now       time.Time
}

// readOpen311 reads a form. Its errors name the field, by the standard with the
// status 400, or 404 for a service that there isn't.
func readOpen311(form url.Values, token string, scheme *data.Scheme) (open311Request, error) {
	f := open311Request{service: form.Get("service_code"), items: 1}
	if err := checkOpen311(form, scheme); err != nil {
		return f, err
	}
	attribute := func(code string) string { return strings.TrimSpace(form.Get("attribute[" + code + "]")) }
	var errs [5]error
	f.position, errs[0] = open311Place(form.Get("lat"), form.Get("long"), attribute(attributeAccuracy))
	f.at, errs[1] = open311Time(scheme, form.Get("requested_datetime"), attribute(attributeAt))
	if text := attribute(attributeQuantity); text != "" {
		if f.items, errs[2] = strconv.Atoi(text); errs[2] != nil {
			errs[2] = badField("attribute[quantity]", "%q is no whole number", text)
		}
	}
	f.channel = attribute(attributeChannel)
	var same bool
	if f.reference, same = sameOf(attribute(attributeReference), token); !same {
		errs[3] = badField("attribute[reference]", "is another than Idempotency-Key; give one")
	}
	if utf8.RuneCountInString(f.reference) > 100 {
		errs[4] = badField("attribute[reference]", "is longer than 100 characters")
	}
	return f, errors.Join(errs[:]...)
}

// checkOpen311 refuses a form with a service that there isn't, a field twice, or
// an attribute that the service has not: a mistyped one would be lost in silence.
func checkOpen311(form url.Values, scheme *data.Scheme) error {
	code := form.Get("service_code")
	if code == "" {
		return badField("service_code", "is missing; services.json lists them")
	}
	if !slices.ContainsFunc(servicesOf(scheme), func(service serviceJSON) bool { return service.ServiceCode == code }) {
		return noService(code)
	}
	attributes := attributesOf(code, scheme)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if len(form[name]) > 1 {
			return badField(name, "is there more than once")
		}
		rest, is := strings.CutPrefix(name, "attribute[")
		if !is {
			continue
		}
		if !slices.ContainsFunc(attributes, func(a attributeJSON) bool { return a.Code+"]" == rest }) {
			return badField(name, "is no attribute of this service; its definition lists them")
		}
	}
	return nil
}

func badField(field, format string, args ...any) error {
	return huma.Error400BadRequest(field + ": " + fmt.Sprintf(format, args...))
}

func open311Place(lat, long, accuracy string) (data.Position, error) {
	if strings.TrimSpace(lat) == "" || strings.TrimSpace(long) == "" {
		return data.Position{}, badField("lat, long", "are needed, both; addresses are not looked up here")
	}
	var place placeBody
	for _, number := range []struct {
		name, text string
		into       **float64
	}{{"lat", lat, &place.Lat}, {"long", long, &place.Lon}} {
		degrees, err := strconv.ParseFloat(strings.TrimSpace(number.text), 64)
		if err != nil {
			return data.Position{}, badField(number.name, "%q is no number", number.text)
		}
		*number.into = &degrees
	}
	if accuracy != "" {
		var err error
		if place.AccuracyM, err = strconv.ParseFloat(accuracy, 64); err != nil {
			return data.Position{}, badField("attribute[accuracy_m]", "%q is no number", accuracy)
		}
	}
	position, refusal := place.position()
	if refusal != nil {
		return position, badField("lat, long", "%s", refusal.Reason)
	}
	return position, nil
}

func open311Time(scheme *data.Scheme, field, attribute string) (data.When, error) {
	text, same := sameOf(strings.TrimSpace(field), attribute)
	if !same {
		return data.When{}, badField("requested_datetime", "is another than attribute[requested_datetime]; give one")
	}
	when, refusal := parseWhen("requested_datetime", text, scheme)
	if refusal != nil {
		return when, badField(refusal.Field, "%s", refusal.Reason)
	}
	return when, nil
}

// open311Record is a pickup or an incident.
type open311Record struct {
	key      data.Key
	pickup   *data.Pickup
	incident *data.Incident
}

func (f *open311Request) record(source string) open311Record {
	when := f.at
	if when.IsZero() {
		when = data.InstantOf(f.now)
		if f.reference == "" {
			when = data.InstantOf(f.now.Truncate(time.Minute))
		}
	}
	key := data.Key{Source: source, Ref: f.ref(when)}
	if category, is := strings.CutPrefix(f.service, incidentService); is {
		return open311Record{key: key, incident: &data.Incident{
			Key: key, Position: f.position, Received: when, Category: data.Category(category), Channel: f.channel,
		}}
	}
	found := []data.Quantity{{Kind: f.service, Items: f.items}}
	return open311Record{key: key, pickup: &data.Pickup{Key: key, Position: f.position, At: when, Found: found}}
}

// ref is the reference by which sending again is harmless. It is a hash:
//
//	reference  time   of
//	given      given  the reference: other content is a conflict, as everywhere
//	given      now    the reference and the content: the first time stands
//	none       given  the content, with its time
//	none       now    the content, with the minute
func (f *open311Request) ref(when data.When) string {
	said := fmt.Sprintf("%s %d %q %v %v", f.service, f.items, f.channel, *f.position.Point, f.position.AccuracyM)
	switch {
	case f.reference != "" && !f.at.IsZero():
		said = "reference " + f.reference
	case f.reference != "":
		said += " reference " + f.reference
	default:
		said += fmt.Sprintf(" at %d %v", when.At.UnixMilli(), when.Precision)
	}
	hash := sha256.Sum256([]byte(said))
	return "311-" + hex.EncodeToString(hash[:12])
}

// putOpen311 stores a record, and waits until counts show it.
func (s *staff) putOpen311(ctx context.Context, record open311Record) (data.Receipt, error) {
	var receipts []data.Receipt
	var refusals []intake.Refusal
	var err error
	if record.pickup != nil {
		receipts, refusals, err = s.Door.PutPickups(ctx, []data.Pickup{*record.pickup})
	} else {
		receipts, refusals, err = s.Door.PutIncidents(ctx, []data.Incident{*record.incident})
	}
	if err == nil {
		err = s.counted(ctx)
	}
	if err != nil {
		return 0, err
	}
	if len(refusals) > 0 {
		return 0, badField(cmp.Or(refusals[0].Field, "request"), "%s", refusals[0].Reason)
	}
	return receipts[0], nil
}

// notice says what became of a request. One that is there with another time,
// which the server gave it, is there.
func (f *open311Request) notice(stored data.Receipt) (string, error) {
	kept := "The service, place and time are kept, and nothing else that was sent."
	switch {
	case stored == data.Added && f.reference == "" && f.at.IsZero():
		return "Received. " + kept + " Sent again in another minute it would count twice: give attribute[reference] or attribute[requested_datetime].", nil
	case stored == data.Added:
		return "Received. " + kept, nil
	case stored == data.Unchanged || stored == data.Conflict && f.at.IsZero():
		return "This request was received before; it counts once.", nil
	}
	var r receipt
	r.receive(stored)
	return "", huma.Error409Conflict("attribute[reference]: " + r.Reason)
}
