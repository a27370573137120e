package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"commonground/data"
	"commonground/data/audit"
)

// Open311 (GeoReport v2) is the standard by which apps of residents and other
// systems report what a city should see to. Here it only takes in: what was sent
// is never listed or shown, to anyone. Addresses are of JSON; there is no XML.
const (
	open311Path         = "/v1/open311/"
	open311RequestsPath = open311Path + "requests.json"
	open311Standard     = "http://wiki.open311.org/GeoReport_v2"
)

// open311Routes are those of the standard.
func (s *staff) open311Routes() []route {
	return []route{
		{http.MethodGet, open311Path + "discovery.json", senders, "", "Open311: where the endpoint is and what it speaks", s.open311(s.discovery, discoveryAnswer{}), false},
		{http.MethodGet, open311Path + "services.json", senders, "", "Open311: the kinds of item, and of incident, that can be sent", s.open311(s.services, []serviceJSON{}), false},
		{http.MethodGet, open311Path + "services/{code}.json", senders, "", "Open311: what a request for a service may say", s.open311(s.definition, definitionAnswer{}), false},
		{http.MethodPost, open311RequestsPath, senders, audit.Collect, "Open311: send one pickup or incident as a form", s.open311Send(), false},
		{http.MethodGet, open311RequestsPath, senders, "", "Open311: requests are not listed, to anyone: 404", s.open311(neverShown, nil), false},
		{http.MethodGet, open311Path + "requests/{id}.json", senders, "", "Open311: no request is shown, to anyone: 404", s.open311(neverShown, nil), false},
	}
}

// neverShown answers who asks for what was sent.
func neverShown(*http.Request) (any, error) {
	return nil, huma.Error404NotFound("requests are taken in here and never shown")
}

// open311 makes a route's handler from one that returns what is written as JSON.
// Its errors have the standard's shape.
func (s *staff) open311(handle func(*http.Request) (any, error), example any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		s.mountOpen311(api, &op, handle)
	}
}

func (s *staff) mountOpen311(api huma.API, op *huma.Operation, handle func(*http.Request) (any, error)) {
	if before, _, is := strings.Cut(op.Path, "}"); is {
		name := before[strings.IndexByte(before, '{')+1:]
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	op.Description += " Errors are as the standard writes them: [{\"code\": 400, \"description\": \"…\"}]. " +
		"The key goes into the header Authorization; a key in an address is refused, for addresses end up in logs."
	api.OpenAPI().AddOperation(op)
	api.Adapter().Handle(op, func(ctx huma.Context) {
		r, w := humachi.Unwrap(ctx)
		value, err := handle(r)
		var a answer
		if err == nil {
			a, err = asJSON(value)
		}
		if err != nil {
			tellError(w, r, s.fail(r.Context(), err))
			return
		}
		a.send(w)
	})
}

// isOpen311 reports whether an address is one of the standard's.
func isOpen311(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, open311Path) }

// open311Error is one of the list that an error is, by the standard.
type open311Error struct {
	Code        int    `json:"code"`
	Description string `json:"description"`
}

// tell writes an error in the shape that the address has: a problem, or the
// standard's. By that, who is not known is told 403.
func tell(w http.ResponseWriter, r *http.Request, status int, detail string) {
	if !isOpen311(r) {
		problem(w, status, detail)
		return
	}
	if status == http.StatusUnauthorized {
		status = http.StatusForbidden
	}
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	// The only error is a caller that went away.
	_ = json.NewEncoder(w).Encode([]open311Error{{status, detail}})
}

// tellError is tell for an error of huma.
func tellError(w http.ResponseWriter, r *http.Request, err error) {
	model, ok := errors.AsType[*huma.ErrorModel](err)
	if !isOpen311(r) || !ok {
		writeError(w, err)
		return
	}
	addHeaders(w, err)
	tell(w, r, model.Status, model.Detail)
}

// nothingHere answers at an address where there is nothing.
func nothingHere(w http.ResponseWriter, r *http.Request) {
	detail := "there is nothing at this address"
	if isOpen311(r) {
		detail += "; this endpoint speaks JSON alone, so addresses end in .json (not .xml), and it has discovery, services and requests"
	}
	tell(w, r, http.StatusNotFound, detail)
}

type discoveryAnswer struct {
	Changeset  string         `json:"changeset" doc:"another one says that the services may have changed"`
	Contact    string         `json:"contact"`
	KeyService string         `json:"key_service"`
	Endpoints  []endpointJSON `json:"endpoints"`
}

type endpointJSON struct {
	Specification string   `json:"specification"`
	URL           string   `json:"url"`
	Changeset     string   `json:"changeset"`
	Type          string   `json:"type" enum:"production,test"`
	Formats       []string `json:"formats"`
}

func (s *staff) discovery(r *http.Request) (any, error) {
	settings, err := s.Door.Settings(r.Context())
	if err != nil {
		return nil, err
	}
	kind := "production"
	if settings.Scheme.Synthetic {
		kind = "test"
	}
	changeset := fmt.Sprintf("revision %d", settings.Revision)
	return discoveryAnswer{
		Changeset: changeset, Contact: "Ask who runs " + s.Origin + ".",
		KeyService: "Keys are given by the partnership's steward. What is sent is taken in and never shown.",
		Endpoints: []endpointJSON{{
			Specification: open311Standard, URL: s.Origin + strings.TrimSuffix(open311Path, "/"), Changeset: changeset, Type: kind, Formats: []string{jsonType},
		}},
	}, nil
}

type serviceJSON struct {
	ServiceCode string `json:"service_code"`
	ServiceName string `json:"service_name"`
	Description string `json:"description"`
	Metadata    bool   `json:"metadata" doc:"true: the service has a definition"`
	Type        string `json:"type" doc:"realtime: the answer has the request's id"`
	Keywords    string `json:"keywords"`
	Group       string `json:"group"`
}

// Services of incidents. Ids of kinds have no hyphen, so these are of no kind.
const incidentService = "incident-"

// incidentNames are the titles of the services of incidents.
var incidentNames = []struct {
	category    data.Category
	name, about string
}{
	{data.Harm, "Concern for someone", "A report that someone may need help. Nobody is sent out by it: in an emergency, call."},
	{data.Nuisance, "Nuisance", "Any other report about the area. Nobody is sent out by it."},
}

// services lists one service for each kind, in the group of its family, and one
// for each category of incident.
func (s *staff) services(r *http.Request) (any, error) {
	settings, err := s.Door.Settings(r.Context())
	if err != nil {
		return nil, err
	}
	return servicesOf(settings.Scheme), nil
}

func servicesOf(scheme *data.Scheme) []serviceJSON {
	services := []serviceJSON{}
	for _, kind := range scheme.Kinds {
		services = append(services, serviceJSON{
			ServiceCode: kind.ID, ServiceName: kind.Title, Group: kind.Family, Keywords: kind.Family, Metadata: true, Type: "realtime",
			Description: "Found and picked up at one place: " + kind.Title + ".",
		})
	}
	for _, incident := range incidentNames {
		services = append(services, serviceJSON{
			ServiceCode: incidentService + string(incident.category), ServiceName: incident.name, Description: incident.about,
			Group: "incidents", Keywords: string(incident.category), Metadata: true, Type: "realtime",
		})
	}
	return services
}

type definitionAnswer struct {
	ServiceCode string          `json:"service_code"`
	Attributes  []attributeJSON `json:"attributes"`
}

type attributeJSON struct {
	Variable            bool        `json:"variable"`
	Code                string      `json:"code"`
	Datatype            string      `json:"datatype"`
	Required            bool        `json:"required"`
	DatatypeDescription string      `json:"datatype_description"`
	Order               int         `json:"order"`
	Description         string      `json:"description"`
	Values              []valueJSON `json:"values,omitempty"`
}

type valueJSON struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

// Attributes of requests, by their codes.
const (
	attributeQuantity  = "quantity"
	attributeChannel   = "channel"
	attributeAt        = "requested_datetime"
	attributeAccuracy  = "accuracy_m"
	attributeReference = "reference"
)

func (s *staff) definition(r *http.Request) (any, error) {
	settings, err := s.Door.Settings(r.Context())
	if err != nil {
		return nil, err
	}
	code := chi.URLParam(r, "code")
	if !slices.ContainsFunc(servicesOf(settings.Scheme), func(service serviceJSON) bool { return service.ServiceCode == code }) {
		return nil, noService(code)
	}
	out := definitionAnswer{ServiceCode: code, Attributes: attributesOf(code, settings.Scheme)}
	for i := range out.Attributes {
		out.Attributes[i].Variable, out.Attributes[i].Order = true, i+1
	}
	return out, nil
}

func noService(code string) error {
	return huma.Error404NotFound(fmt.Sprintf("service_code: %q is no service here; services.json lists them", code))
}

// attributesOf returns what a request for a service may say beside its place.
func attributesOf(code string, scheme *data.Scheme) []attributeJSON {
	own := attributeJSON{Code: attributeQuantity, Datatype: "number", Description: "How many were found", DatatypeDescription: "a whole number; 0 is a visit that found none, nothing is one item"}
	if strings.HasPrefix(code, incidentService) {
		own = attributeJSON{Code: attributeChannel, Datatype: "singlevaluelist", Description: "How the report came in", DatatypeDescription: "one of the list, or nothing"}
		for _, channel := range scheme.Channels {
			own.Values = append(own.Values, valueJSON{channel, channel})
		}
	}
	return []attributeJSON{
		own,
		{Code: attributeAt, Datatype: "datetime", Description: "When it was found or reported", DatatypeDescription: "such as 2019-04-24T09:15:00Z; nothing is now"},
		{Code: attributeAccuracy, Datatype: "number", Description: "How exactly the place was fixed", DatatypeDescription: "a radius in metres; nothing is not known"},
		{Code: attributeReference, Datatype: "string", Description: "Your reference: sending again with the same one is harmless", DatatypeDescription: "up to 100 characters, about nobody; it is kept as a hash"},
	}
}

// sameOf returns the one of some texts that is given; false where two of them
// differ.
func sameOf(texts ...string) (string, bool) {
	one := cmp.Or(texts...)
	for _, text := range texts {
		if text != "" && text != one {
			return "", false
		}
	}
	return one, true
}
