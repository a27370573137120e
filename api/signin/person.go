package signin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"commonground/data"
)

// touchEvery is how often it is noted at most that a session is in use: a map is
// hundreds of requests. A sign-in may therefore last so much longer without a
// request than the scheme says, and never less.
const touchEvery = time.Minute

// signedIn is a person whose sign-in was found and is good.
type signedIn struct {
	token string // hashed
	content
	roles data.Roles
}

func (s *signedIn) caller() Caller {
	return Caller{ID: s.Person.ID, Name: s.Person.Name, Roles: s.roles, Why: s.Person.Why}
}

// Caller says who sends a request.
func (s *SignIn) Caller(r *http.Request) (Caller, error) {
	if caller, shown, err := s.machines.caller(r); shown {
		return caller, err
	}
	found, err := s.find(r)
	if err != nil || found == nil {
		return Caller{}, err
	}
	return found.caller(), nil
}

// find returns who is signed in by a request's cookie, or nil. A sign-in whose
// time is over, or that lost a role, ends here.
func (s *SignIn) find(r *http.Request) (*signedIn, error) {
	token, ctx := s.token(r), r.Context()
	if token == "" {
		return nil, nil
	}
	session, ok, err := s.shelf.find(ctx, token)
	if err != nil || !ok {
		return nil, err
	}
	found := &signedIn{token: hashed(token)}
	if err := json.Unmarshal(session.Content, &found.content); err != nil {
		return nil, err
	}
	if found.Person == nil {
		return nil, nil
	}
	scheme, err := s.Scheme(ctx)
	if err != nil {
		return nil, err
	}
	return s.judge(ctx, found, session.Seen, scheme.SignIn)
}

// judge returns a sign-in if it is still good by the scheme.
func (s *SignIn) judge(ctx context.Context, found *signedIn, seen time.Time, scheme data.SignIn) (*signedIn, error) {
	now, token := s.Now(), found.token
	idle := now.Sub(seen)
	if idle > scheme.Idle+touchEvery || now.Sub(found.Person.Since) >= scheme.Absolute {
		s.aside.do(ctx, "drop "+token, func(ctx context.Context) error {
			_, err := s.Sessions.DropSession(ctx, token)
			return err
		})
		return nil, nil
	}
	found.roles = scheme.Roles(found.Person.Claims)
	for _, role := range found.Person.Roles {
		if !found.roles.Has(role) {
			return nil, s.lose(ctx, found, role)
		}
	}
	if idle >= touchEvery {
		s.aside.do(ctx, "touch "+token, func(ctx context.Context) error { return s.Sessions.TouchSession(ctx, token, now) })
	}
	return found, nil
}

// lose ends a sign-in that has a role less than at its start: who can do less all
// of a sudden should see why.
func (s *SignIn) lose(ctx context.Context, found *signedIn, role data.Role) error {
	dropped, err := s.Sessions.DropSession(ctx, found.token)
	if err != nil || !dropped {
		return err
	}
	return s.Event(ctx, found.caller(), "sign-in ended", "the scheme gives the role "+string(role)+" no more")
}

// GiveReason keeps the reason of who is signed in.
func (s *SignIn) GiveReason(_ http.ResponseWriter, r *http.Request, why string) error {
	why = strings.TrimSpace(why)
	if !prints(why, maxPurpose) {
		return ErrBadReason
	}
	if _, shown, err := s.machines.caller(r); err != nil {
		return err
	} else if shown {
		return ErrNotSignedIn
	}
	found, err := s.find(r)
	if err != nil {
		return err
	}
	if found == nil {
		return ErrNotSignedIn
	}
	found.Person.Why = why
	text, err := json.Marshal(found.content)
	if err != nil {
		return err
	}
	// Not put: a sign-out at the same moment must not be undone.
	changed, err := s.Sessions.ChangeSession(r.Context(), found.token, text)
	if err == nil && !changed {
		return ErrNotSignedIn
	}
	return err
}
