package signin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"commonground/api/plain"
	"commonground/data"
)

var _ Finder = (*SignIn)(nil)

// Config is what sign-in works with.
type Config struct {
	// Provider is where people sign in. Default: none, and only machines with keys
	// are known.
	Provider Provider
	// Origin is the address under which browsers reach the server, such as
	// "https://ground.example.org"; http is for this machine alone. Required.
	Origin   string
	Sessions Sessions // Required
	Keys     Keys     // Required
	// Scheme returns the scheme in force, by which claims become roles. It is
	// called for every request of someone signed in. Required.
	Scheme func(context.Context) (*data.Scheme, error)
	// Event is told of each "sign-in", "sign-in refused", "sign-out" and "sign-in
	// ended", which is one that lost a role, before that is answered; what says more.
	// Of a refused one the caller may not be known. If it fails, so does the
	// request, and nobody is signed in. Not told are callbacks of a browser that
	// has begun no sign-in: anyone may send such by the thousand. Required.
	Event func(ctx context.Context, caller Caller, action, what string) error
	// Now is the clock. Required.
	Now func() time.Time
	// Log is told what a refused caller is not. Required.
	Log *slog.Logger
	// Client speaks to the provider. Default: one that waits ten seconds.
	Client *http.Client
	// Refuse answers a request of sign-in that is refused; detail is a sentence for
	// people. Default: a problem (RFC 9457).
	Refuse func(w http.ResponseWriter, r *http.Request, status int, detail string)
}

// SignIn finds callers by the cookie of their sign-in or by their key; where a
// request has both, the key counts. Any number of goroutines may use it.
type SignIn struct {
	Config
	provider *provider
	machines machines
	manager  *scs.SessionManager
	shelf    shelf
	aside    *aside
}

// New returns a SignIn. It asks the provider nothing yet. Refused are an origin
// that is none, and an origin or issuer of http that is not on this machine:
// cookies and keys would travel in the clear.
func New(config Config) (*SignIn, error) {
	secure, err := checkOrigin(config.Origin)
	if err != nil {
		return nil, err
	}
	if err := checkProvider(config.Provider); err != nil {
		return nil, err
	}
	if config.Provider.Scopes == nil {
		config.Provider.Scopes = []string{"profile"}
	}
	config.Client = cmp.Or(config.Client, &http.Client{Timeout: 10 * time.Second})
	if config.Refuse == nil {
		config.Refuse = problem
	}
	s := &SignIn{Config: config, aside: &aside{log: config.Log}, shelf: shelf{config.Sessions, config.Now}}
	s.provider = &provider{Provider: config.Provider, redirect: config.Origin + callbackPath, client: config.Client, now: config.Now}
	s.machines = machines{keys: config.Keys, now: config.Now, aside: s.aside}
	s.manager = newManager(s.shelf, secure)
	return s, nil
}

// checkOrigin reports whether an origin is of https.
func checkOrigin(origin string) (secure bool, err error) {
	address, err := url.Parse(origin)
	if err != nil || address.Host == "" || origin != address.Scheme+"://"+address.Host {
		return false, fmt.Errorf("signin: %q is no origin; write it as https://ground.example.org", origin)
	}
	if !unseen(address) {
		return false, fmt.Errorf("signin: the origin %s must be of https: only this machine may be reached by http", origin)
	}
	return address.Scheme == "https", nil
}

func checkProvider(p Provider) error {
	if p.Issuer == "" && p.ClientID == "" {
		return nil
	}
	if p.Issuer == "" || p.ClientID == "" {
		return errors.New("signin: a provider needs an issuer and a client ID")
	}
	if address, err := url.Parse(p.Issuer); err != nil || !unseen(address) {
		return fmt.Errorf("signin: the issuer %s must be an address of https: who may alter its keys on their way can be anyone here", p.Issuer)
	}
	return nil
}

// unseen reports whether nobody on the way sees what goes to an address.
func unseen(address *url.URL) bool {
	ip := net.ParseIP(address.Hostname())
	local := address.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return address.Scheme == "https" && address.Host != "" || address.Scheme == "http" && local
}

// newManager returns what makes and renews sessions. It is used for the requests
// of sign-in alone, and not as middleware: that would read and write sessions for
// public pages too, and hold answers back to the end. Limits are kept here, since
// scs knows one clock and one limit only.
// scs.New would start a goroutine, for a store in memory, that never ends.
func newManager(store scs.CtxStore, secure bool) *scs.SessionManager {
	cookie := scs.SessionCookie{Name: "session", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure}
	if secure {
		// Browsers take a cookie of this name from this very host only, and never
		// from a page in the clear.
		cookie.Name = "__Host-session"
	}
	return &scs.SessionManager{Store: store, Codec: asJSON{}, Cookie: cookie, Lifetime: attemptLasts}
}

// Wait waits for writes that go on beside requests. Call it when the server has
// stopped and before the store is closed.
func (s *SignIn) Wait() { s.aside.all.Wait() }

// token returns what the cookie of a request says, or empty.
func (s *SignIn) token(r *http.Request) string {
	cookie, err := r.Cookie(s.manager.Cookie.Name)
	if err != nil || len(cookie.Value) > 100 { // ours have 43
		return ""
	}
	return cookie.Value
}

// problem writes an RFC 9457 problem.
func problem(w http.ResponseWriter, _ *http.Request, status int, detail string) {
	plain.Problem(w, status, detail)
}

// refusal is an answer that says no, and why.
type refusal struct {
	status int
	detail string // for the caller
	cause  error  // for the log; may be nil
}

func (r *refusal) Error() string {
	return strings.TrimSuffix(fmt.Sprintf("%s: %v", r.detail, r.cause), ": <nil>")
}

func (r *refusal) Unwrap() error { return r.cause }
