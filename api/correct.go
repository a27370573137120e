package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"commonground/data"
	"commonground/data/intake"
)

// maxRecordBody bounds one record.
const maxRecordBody = 64 << 10

// record makes a route about one record, which its address names by source and
// reference. It reads addresses by itself, for a reference may have slashes in
// it, escaped. example is a value of the answer's type, body one of the body's,
// nil where there is none.
func record(s *staff, handle func(*http.Request, data.Key) (answer, error), example, body any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		for _, name := range []string{"source", "ref"} {
			op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
		if body != nil {
			describeBody(api, &op, body)
		}
		s.mountRaw(api, &op, func(w http.ResponseWriter, r *http.Request) error {
			r.Body = http.MaxBytesReader(w, r.Body, maxRecordBody)
			a, err := s.ofOwnSource(r, handle)
			if err == nil {
				a.send(w)
			}
			return err
		})
	}
}

// send writes an answer that no cache keeps.
func (a answer) send(w http.ResponseWriter) {
	if a.contentType != "" {
		w.Header().Set("Content-Type", a.contentType)
	}
	w.Header().Set("Cache-Control", noStore)
	w.WriteHeader(a.reply().Status)
	_, _ = w.Write(a.body) // the only error is a caller that went away
}

// ofOwnSource handles a request about a record, of the caller's own source where
// they have one.
func (s *staff) ofOwnSource(r *http.Request, handle func(*http.Request, data.Key) (answer, error)) (answer, error) {
	key, err := keyOf(r)
	if err != nil {
		return answer{}, err
	}
	caller := callerOf(r.Context())
	if caller.Source == "" && !caller.Roles.HasAny(data.Planner, data.Police) {
		return answer{}, huma.Error403Forbidden("records are changed by planners and the police, and by who has an API key for their source")
	}
	if caller.Source != "" && key.Source != caller.Source {
		return answer{}, huma.Error403Forbidden(fmt.Sprintf("you may change records of the source %q only", caller.Source))
	}
	return handle(r, key)
}

func keyOf(r *http.Request) (key data.Key, err error) {
	for name, into := range map[string]*string{"source": &key.Source, "ref": &key.Ref} {
		*into = chi.URLParam(r, name)
		if r.URL.RawPath == "" {
			continue // it is not escaped any more
		}
		if *into, err = url.PathUnescape(*into); err != nil {
			return key, huma.Error422UnprocessableEntity(name + ": can't be read; escape it as a part of a path")
		}
	}
	return key, nil
}

// replace makes the route by which a record is corrected: it is there afterwards
// as the body says, whatever was there before. named gives a body its key.
func replace[B interface{ key() data.Key }, R any](s *staff, read func(B, *data.Scheme) (R, *intake.Refusal),
	put func(context.Context, R, time.Time) (data.Receipt, error), named func(B, data.Key) B,
) func(huma.API, huma.Operation) {
	var example B
	return record(s, func(r *http.Request, key data.Key) (answer, error) {
		body, err := oneBody[B](r)
		if err != nil {
			return answer{}, err
		}
		if own := body.key(); own.Source != "" && own.Source != key.Source || own.Ref != "" && own.Ref != key.Ref {
			return answer{}, huma.Error422UnprocessableEntity("source, ref: the body names another record than the address; leave them out of the body")
		}
		settings, err := s.Door.Settings(r.Context())
		if err != nil {
			return answer{}, err
		}
		one, refusal := read(named(body, key), settings.Scheme)
		if refusal != nil {
			return answer{}, *refusal
		}
		result := receipt{Source: key.Source, Ref: key.Ref}
		stored, err := put(r.Context(), one, s.Now())
		if err == nil {
			result.receive(stored)
			err = s.counted(r.Context())
		}
		if err != nil {
			return answer{}, err
		}
		return answerReceipts([]receipt{result}, false)
	}, receiptsAnswer{}, example)
}

// oneBody reads a body that holds one record.
func oneBody[B any](r *http.Request) (body B, err error) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return body, huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("a record has at most %d bytes", maxRecordBody))
	}
	bodies, batch, err := decode[B](content)
	if err == nil && batch {
		err = huma.Error400BadRequest("send one record, not an array")
	}
	if err != nil {
		return body, err
	}
	return bodies[0], nil
}

func (b pickupBody) named(key data.Key) pickupBody {
	b.Source, b.Ref = key.Source, key.Ref
	return b
}

func (b incidentBody) named(key data.Key) incidentBody {
	b.Source, b.Ref = key.Source, key.Ref
	return b
}

// remove makes the route by which a record is deleted.
func remove(s *staff, sort data.Sort) func(huma.API, huma.Operation) {
	return record(s, func(r *http.Request, key data.Key) (answer, error) {
		deleted, err := s.Door.Delete(r.Context(), sort, key, s.Now())
		if err == nil && !deleted {
			err = huma.Error404NotFound("there is no such record, or none any more")
		}
		if err == nil {
			err = s.counted(r.Context())
		}
		return answer{status: http.StatusNoContent}, err
	}, nil, nil)
}

// historyAnswer is a record's earlier versions, the oldest first.
type historyAnswer struct {
	Versions []pastJSON `json:"versions"`
}

// pastJSON is an earlier version of a record.
type pastJSON struct {
	Version int    `json:"version" doc:"from 1"`
	Until   string `json:"until" doc:"when another took its place, or it was deleted"`
	Deleted bool   `json:"deleted" doc:"it ended by a deletion"`
	// One of the two.
	Pickup   *pickupBody   `json:"pickup,omitempty"`
	Incident *incidentJSON `json:"incident,omitempty"`
}

// history makes the route of a record's earlier versions.
func history(s *staff, sort data.Sort) func(huma.API, huma.Operation) {
	return record(s, func(r *http.Request, key data.Key) (answer, error) {
		settings, err := s.Door.Settings(r.Context())
		if err != nil {
			return answer{}, err
		}
		versions, err := s.Store.History(r.Context(), sort, key)
		if err != nil {
			return answer{}, err
		}
		out := historyAnswer{Versions: []pastJSON{}}
		for _, v := range versions {
			past := pastJSON{Version: v.Number, Until: v.Until.UTC().Format(time.RFC3339), Deleted: v.Deleted}
			if v.Pickup != nil {
				past.Pickup = newPickupBody(settings.Scheme, v.Pickup)
			}
			if v.Incident != nil {
				past.Incident = newIncidentJSON(settings.Scheme, v.Incident)
			}
			out.Versions = append(out.Versions, past)
		}
		return asJSON(out)
	}, historyAnswer{}, nil)
}

func newPickupBody(scheme *data.Scheme, p *data.Pickup) *pickupBody {
	body := &pickupBody{placeBody: newPlaceBody(p.Key, p.Position), At: whenText(scheme, p.At), Found: map[string]int{}}
	for _, found := range p.Found {
		body.Found[found.Kind] = found.Items
	}
	return body
}
