package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
)

// meAnswer says who the caller is.
type meAnswer struct {
	ID    string     `json:"id" doc:"names the caller for good, as the audit log does"`
	Name  string     `json:"name"`
	Roles data.Roles `json:"roles"`
	// ReasonNeeded says that a reason for looking at incidents is still to be
	// given.
	ReasonNeeded bool   `json:"reasonNeeded"`
	Reason       string `json:"reason,omitempty"`
	Demo         bool   `json:"demo" doc:"roles are chosen freely: a demonstration"`
}

func (s *staff) me(ctx context.Context, _ *schemeInput) (answer, error) {
	caller := callerOf(ctx)
	out := meAnswer{ID: caller.ID, Name: caller.Name, Roles: caller.Roles, Reason: caller.Why, Demo: strings.HasPrefix(caller.ID, "demo:")}
	out.ReasonNeeded = caller.Roles.Has(data.Police) && s.reasonGiven(caller) != nil
	a, err := asJSON(out)
	a.cacheControl = noStore
	return a, err
}

// reasonBody is why someone looks at incidents.
type reasonBody struct {
	Why string `json:"why" doc:"why you look at incidents, such as the number of the tasking; 1 to 200 characters"`
}

// reason makes the route by which a reason is given. It writes the answer by
// itself, for a cookie may come with it.
func (s *staff) reason() func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, meAnswer{})
		describeBody(api, &op, reasonBody{})
		s.mountRaw(api, &op, s.giveReason)
	}
}

func (s *staff) giveReason(w http.ResponseWriter, r *http.Request) error {
	var body reasonBody
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return huma.Error400BadRequest(`the body can't be read: send {"why": "…"}`)
	}
	why := strings.TrimSpace(body.Why)
	if err := signin.CheckReason(why); err != nil {
		return huma.Error422UnprocessableEntity("why: write 1 to 200 characters in one line")
	}
	caller := callerOf(r.Context())
	caller.Why = why
	if err := s.record(r, caller, audit.Look); err != nil {
		return err
	}
	err := s.SignIn.GiveReason(w, r, why)
	if errors.Is(err, signin.ErrNotSignedIn) {
		return huma.Error403Forbidden("a key's reason is its purpose; it was given when the key was made")
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
