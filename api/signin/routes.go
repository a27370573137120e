package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"golang.org/x/oauth2"

	"commonground/data"
)

const (
	signInPath   = "/staff/sign-in"
	callbackPath = "/staff/sign-in/callback"
	signOutPath  = "/staff/sign-out"
)

// attemptLasts is how long a sign-in may take at the provider.
const attemptLasts = 10 * time.Minute

// Mount puts the three routes of sign-in on a router. A sign-out must be guarded
// there against pages of other sites, as every POST: by
// http.CrossOriginProtection. A request for a sign-in writes a session, so
// requests of strangers should be limited there too.
func (s *SignIn) Mount(router chi.Router) {
	router.Get(signInPath, s.handle(s.begin))
	router.Get(callbackPath, s.handle(s.finish))
	router.Post(signOutPath, s.handle(s.end))
}

// handle makes a handler from one that returns the address to go on to. Scripts
// that send a POST are told it as JSON, {"to": …}: they could not follow a
// redirect to another origin.
func (s *SignIn) handle(do func(http.ResponseWriter, *http.Request) (to string, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		to, err := do(w, r)
		switch {
		case err != nil:
			s.fail(w, r, err)
		case r.Method == http.MethodPost && strings.Contains(r.Header.Get("Accept"), "application/json"):
			w.Header().Set("Content-Type", "application/json")
			// The only error is a caller that went away.
			_ = json.NewEncoder(w).Encode(map[string]string{"to": to})
		default:
			http.Redirect(w, r, to, http.StatusSeeOther)
		}
	}
}

func (s *SignIn) fail(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		s.Log.Warn("sign-in refused", "because", err)
		s.Refuse(w, r, refused.status, refused.detail)
	case errors.Is(err, data.ErrNoScheme):
		s.Refuse(w, r, http.StatusServiceUnavailable, "there is no scheme yet, so nobody has a role; try again shortly")
	default:
		s.Log.Error("sign-in failed", "error", err)
		s.Refuse(w, r, http.StatusInternalServerError, "something went wrong here, and nobody was signed in; try again")
	}
}

// begin sends a browser to the provider. Who is signed in already goes on.
func (s *SignIn) begin(w http.ResponseWriter, r *http.Request) (string, error) {
	to, ok := target(r.URL.Query().Get("to"))
	if !ok {
		return "", &refusal{http.StatusBadRequest, "to is no page of ours; begin at " + signInPath, nil}
	}
	if found, err := s.find(r); err != nil || found != nil {
		return to, err
	}
	if s.Provider.Issuer == "" {
		return "", errNoProvider
	}
	d, err := s.provider.discover(r.Context())
	if err != nil {
		return "", err
	}
	s.aside.do(r.Context(), "sweep", func(ctx context.Context) error { return s.Sessions.DropSessions(ctx, s.Now()) })
	a := &attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Target: to}
	ctx, err := s.manager.Load(r.Context(), "")
	if err != nil {
		return "", err
	}
	s.manager.Put(ctx, attemptKey, a)
	return d.begin(a), s.commit(ctx, w, s.Now().Add(attemptLasts))
}

// commit keeps a session until a time, and gives the browser its cookie.
func (s *SignIn) commit(ctx context.Context, w http.ResponseWriter, until time.Time) error {
	s.manager.SetDeadline(ctx, until)
	token, _, err := s.manager.Commit(ctx)
	if err == nil {
		s.manager.WriteSessionCookie(ctx, w, token, until)
	}
	return err
}

var errNoProvider = &refusal{http.StatusServiceUnavailable,
	"people can't sign in here: no provider of sign-ins was set up; programs can, with an API key", nil}

var errNotBegun = &refusal{http.StatusForbidden,
	"this sign-in was not begun in this browser, was used already, or took over ten minutes; begin again", nil}

// finish takes a browser back from the provider and signs its person in.
func (s *SignIn) finish(w http.ResponseWriter, r *http.Request) (string, error) {
	query := r.URL.Query()
	ctx, err := s.manager.Load(r.Context(), s.token(r))
	if err != nil {
		return "", err
	}
	a, begun := s.manager.Get(ctx, attemptKey).(*attempt)
	if !begun {
		return "", errNotBegun
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		// What was begun is used up by this, so that it can't be tried again and again.
		if err := s.manager.Destroy(ctx); err != nil && !errors.Is(err, errGone) {
			return "", err
		}
		s.manager.WriteSessionCookie(ctx, w, "", time.Time{})
		return "", s.refused(ctx, Caller{}, errNotBegun)
	}
	// The token of before is gone with this, and what was begun with it: of two
	// callbacks at once only one gets past here.
	if err := s.manager.RenewToken(ctx); errors.Is(err, errGone) {
		return "", s.refused(ctx, Caller{}, errNotBegun)
	} else if err != nil {
		return "", err
	}
	s.manager.Remove(ctx, attemptKey)
	p, err := s.person(ctx, a, query.Get("code"), query.Get("error"))
	if err != nil {
		s.manager.WriteSessionCookie(ctx, w, "", time.Time{})
		return "", err
	}
	return a.Target, s.signIn(ctx, w, p)
}

// errorCode is what a provider's error looks like; anything else is not shown.
var errorCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// person returns who signs in, with roles.
func (s *SignIn) person(ctx context.Context, a *attempt, code, failed string) (*person, error) {
	if failed != "" {
		if !errorCode.MatchString(failed) {
			failed = "an error"
		}
		return nil, s.refused(ctx, Caller{}, &refusal{http.StatusForbidden, "the sign-in provider says: " + failed, nil})
	}
	who, err := s.provider.redeem(ctx, a, code)
	if err != nil {
		return nil, s.refused(ctx, Caller{}, err)
	}
	scheme, err := s.Scheme(ctx)
	if err != nil {
		return nil, err
	}
	p := &person{ID: "oidc:" + s.Provider.Issuer + "#" + who.subject, Name: who.name, Claims: who.values(scheme.SignIn.Claim), Since: s.Now().UTC()}
	if p.Roles = scheme.SignIn.Roles(p.Claims); len(p.Roles) == 0 {
		return nil, s.refused(ctx, Caller{ID: p.ID, Name: p.Name}, &refusal{http.StatusForbidden,
			"you are known to the sign-in provider, but have no role here; ask who looks after the scheme's " + scheme.SignIn.Claim, nil})
	}
	return p, nil
}

func (s *SignIn) signIn(ctx context.Context, w http.ResponseWriter, p *person) error {
	scheme, err := s.Scheme(ctx)
	if err != nil {
		return err
	}
	if err := s.Event(ctx, Caller{ID: p.ID, Name: p.Name, Roles: p.Roles}, "sign-in", p.Roles.String()); err != nil {
		return err
	}
	s.manager.Put(ctx, personKey, p)
	return s.commit(ctx, w, p.Since.Add(scheme.SignIn.Absolute))
}

// refused tells of a sign-in that is refused and returns why, or what went wrong
// with telling.
func (s *SignIn) refused(ctx context.Context, caller Caller, why error) error {
	detail := "something went wrong"
	if known := (*refusal)(nil); errors.As(why, &known) {
		detail = known.detail
	}
	if err := s.Event(ctx, caller, "sign-in refused", detail); err != nil {
		return err
	}
	return why
}

// end signs a browser out: here, and at the provider if it knows how. The
// session is gone even if telling of it fails.
func (s *SignIn) end(w http.ResponseWriter, r *http.Request) (string, error) {
	found, err := s.find(r)
	if err != nil {
		return "", err
	}
	ctx, err := s.manager.Load(r.Context(), s.token(r))
	if err == nil {
		err = s.manager.Destroy(ctx)
	}
	if err != nil && !errors.Is(err, errGone) {
		return "", err
	}
	s.manager.WriteSessionCookie(ctx, w, "", time.Time{})
	if found == nil {
		return "/", nil
	}
	if err := s.Event(ctx, found.caller(), "sign-out", ""); err != nil {
		return "", err
	}
	if d, err := s.provider.discover(ctx); err == nil { // else it is signed out here alone
		if to := d.end(s.Provider.ClientID, s.Origin+"/"); to != "" {
			return to, nil
		}
	}
	return "/", nil
}
