package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"commonground/api/basemap"
	"commonground/api/editions"
	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
)

// public is the role of routes that answer to everyone.
const public data.Role = "public"

// callerKey is the key of the caller in a request's context.
type callerKey struct{}

// malformedKey is the key, in a request's context, of the error for which it is
// refused before anyone asks who sent it.
type malformedKey struct{}

// callerOf returns who sent a request; the public where nobody is signed in.
func callerOf(ctx context.Context) signin.Caller {
	caller, _ := ctx.Value(callerKey{}).(signin.Caller)
	return caller
}

// wall lets nobody past who is not signed in, but to the few addresses that are
// listed as public. It stands before the router, so that no address is
// forgotten: what is not listed is not public.
func (s *staff) wall(next http.Handler) http.Handler {
	signedIn := limiting(s.Limits.Signed, byCaller)(next)
	strangers := limiting(s.Limits.Strangers, s.Limits.byAddress)
	signIns := limiting(s.Limits.SignIns, s.Limits.byAddress)(next)
	open, refuse := strangers(next), strangers(http.HandlerFunc(s.refuse))
	// A map is many small parts, and an office may have one address.
	maps := limiting(s.Limits.Signed, s.Limits.byAddress)(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.RequestURI) > maxAddress {
			problem(w, http.StatusRequestURITooLong, fmt.Sprintf("an address has at most %d bytes", maxAddress))
			return
		}
		switch public := isPublic(r); {
		case public && (r.URL.Path == signin.Path || r.URL.Path == signin.CallbackPath):
			signIns.ServeHTTP(w, r)
			return
		case public && strings.HasPrefix(r.URL.Path, basemap.Path):
			maps.ServeHTTP(w, r)
			return
		case public:
			open.ServeHTTP(w, r)
			return
		}
		staffHeaders(w.Header())
		r, malformed := keyOfForm(w, r)
		if malformed != nil {
			refuse.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), malformedKey{}, malformed)))
			return
		}
		caller, err := s.SignIn.Caller(r)
		r = r.WithContext(context.WithValue(r.Context(), callerKey{}, caller))
		switch {
		case errors.Is(err, signin.ErrBadKey):
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			refuse.ServeHTTP(w, r)
		case err != nil:
			tellError(w, r, s.fail(r.Context(), err))
		case caller.SignedIn():
			signedIn.ServeHTTP(w, r)
		default:
			refuse.ServeHTTP(w, r)
		}
	})
}

// refuse answers who is not signed in, and tells nothing of what is behind the
// wall: not even whether there is something.
func (s *staff) refuse(w http.ResponseWriter, r *http.Request) {
	malformed, _ := r.Context().Value(malformedKey{}).(error)
	switch {
	case malformed != nil:
		tellError(w, r, malformed)
	case w.Header().Get("WWW-Authenticate") != "":
		tell(w, r, http.StatusUnauthorized, "the API key is not good, or not any more; ask who keeps the keys for another")
	case isPage(r):
		to := url.Values{"to": {signin.Target(r.URL.RequestURI())}}
		http.Redirect(w, r, signin.Path+"?"+to.Encode(), http.StatusSeeOther)
	case !isStaff(r.URL.Path):
		problem(w, http.StatusNotFound, "there is nothing at this address")
	default:
		w.Header().Set("WWW-Authenticate", "Bearer")
		how := "sign in at " + signin.Path + ", or send an API key"
		if isOpen311(r) {
			how = "send an API key, in the header Authorization or, to requests.json, in the form's field api_key; this endpoint speaks JSON alone"
		}
		tell(w, r, http.StatusUnauthorized, how)
	}
}

// maxAddress bounds an address in bytes; most of one goes into the audit log.
const maxAddress = 4096

// isPublic reports whether an address answers to everyone. Both ways in which a
// path may be written must be plain: what is escaped or goes up is none of
// these.
func isPublic(r *http.Request) bool {
	path := r.URL.Path
	if r.URL.RawPath != "" || strings.Contains(path, "..") || strings.Contains(path, "//") {
		return false
	}
	switch path {
	case "/", "/healthz", "/readyz", "/governance", governancePath, governancePath + "plain.css", "/accessibility", accessibilityPath, signin.Path, signin.StylePath, signin.CallbackPath:
		return true
	}
	return slices.ContainsFunc([]string{"/assets/", editions.Path, basemap.Path}, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// isPage reports whether a person asks for a staff page in a browser.
func isPage(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/staff") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// isStaff reports whether an address is that of something for staff.
func isStaff(path string) bool {
	return slices.ContainsFunc([]string{"/staff", "/v1", "/docs", "/openapi"}, func(prefix string) bool { return strings.Contains(path, prefix) })
}

// guarded is an adapter whose handlers ask first whether the caller may.
type guarded struct {
	huma.Adapter
	s      *staff
	routes map[string]*route // by method and path
}

func newGuarded(s *staff, router chi.Router, routes []route) *guarded {
	g := &guarded{Adapter: humachi.NewAdapter(router), s: s, routes: map[string]*route{}}
	for i := range routes {
		g.routes[routes[i].method+" "+routes[i].path] = &routes[i]
	}
	return g
}

// Handle is called for every route. One that is not in the table is a mistake of
// ours.
func (g *guarded) Handle(op *huma.Operation, handler func(huma.Context)) {
	route := g.routes[op.Method+" "+op.Path]
	if route == nil {
		panic(fmt.Sprintf("%s %s is not in the table of routes", op.Method, op.Path))
	}
	g.Adapter.Handle(op, func(ctx huma.Context) {
		r, w := humachi.Unwrap(ctx)
		if err := g.s.admit(r, route); err != nil {
			tellError(w, r, g.s.fail(r.Context(), err))
			return
		}
		if route.aboutIncidents() {
			w.Header().Set("Cache-Control", noStore)
		}
		handler(ctx)
	})
}

// aboutIncidents reports whether nobody may keep the answers of a route, and
// refusals are logged: single incidents, and squares of them.
func (r *route) aboutIncidents() bool { return strings.Contains(r.path, "incident") }

// noStore is for answers that nobody may keep.
const noStore = "private, no-store"

// admit returns an error where a caller may not call a route. What is logged is
// in the log before anything is answered, refusals about incidents too.
func (s *staff) admit(r *http.Request, route *route) error {
	if route.roles.Has(public) {
		return nil
	}
	caller := callerOf(r.Context())
	if err := s.mayCall(r, route, caller); err != nil {
		if route.aboutIncidents() {
			if unlogged := s.record(r, caller, audit.Refused); unlogged != nil {
				return unlogged
			}
		}
		return err
	}
	action := route.logged
	if action == audit.ChangeBoundary && r.URL.Query().Get("preview") == "true" {
		action = audit.Preview
	}
	if action == "" {
		return nil
	}
	return s.record(r, caller, action)
}

// mayCall returns an error where a caller may not call a route as they do.
func (s *staff) mayCall(r *http.Request, route *route, caller signin.Caller) error {
	if !caller.Roles.HasAny(route.roles...) {
		return huma.Error403Forbidden(fmt.Sprintf("this is for %s; you are here as %s", route.roles, caller.Roles))
	}
	if err := onceEach(r.URL.Query()); err != nil {
		return err
	}
	places := route.incidents
	if route.path == incidentCountsPath && asksPlaces(r.URL.Query()) {
		if !caller.Roles.Has(data.Police) {
			return huma.Error403Forbidden("incidents by area, square or box are for the police; ask for them by week and class")
		}
		places = true
	}
	if !places {
		return nil
	}
	return s.reasonGiven(caller)
}

// onceEach refuses a parameter that is there twice: what is read of it and what
// is logged might differ. Two of boundaries and one of imports are lists
// of this kind.
func onceEach(query url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) > 1 && !slices.Contains([]string{"class", "ignore", "map"}, name) {
			return huma.Error422UnprocessableEntity(name + ": give it once")
		}
	}
	return nil
}

// asksPlaces reports whether a question about counts of incidents is about
// places finer than a class.
func asksPlaces(query url.Values) bool {
	for _, name := range []string{"area", "bbox", "square"} {
		if query.Has(name) {
			return true
		}
	}
	return slices.ContainsFunc(incidentDimensions, func(d incidentDimension) bool {
		return d.place && slices.Contains(strings.Split(query.Get("by"), ","), string(d.Dimension))
	})
}

// reasonGiven returns an error where a reason for looking at incidents is asked
// for and was not given.
func (s *staff) reasonGiven(caller signin.Caller) error {
	now, err := s.Live.Now()
	if err != nil || caller.Why != "" || !now.Settings.Scheme.Disclosure.AskReason {
		return err
	}
	return huma.Error403Forbidden("say first why you look at incidents, once for each sign-in: PUT /v1/me/reason")
}

// subjectOf is the one place or record that a request is about, empty where
// there are several.
func subjectOf(r *http.Request) string {
	if key, err := keyOf(r); err == nil && key.Ref != "" {
		return key.Source + " " + key.Ref
	}
	query := r.URL.Query()
	for _, name := range []string{"square", "area", "bbox"} {
		if query.Get(name) != "" {
			return name + " " + query.Get(name)
		}
	}
	return ""
}

// recordsOf is how many records a request asks for at most, 0 where it doesn't
// say.
func recordsOf(r *http.Request) int64 {
	limit, err := strconv.ParseInt(r.URL.Query().Get("limit"), 10, 64)
	switch {
	case err == nil:
		return limit
	case r.Method == http.MethodGet && r.URL.Path == "/v1/incidents":
		return defaultIncidents
	}
	return 0
}

// record puts an entry into the audit log, which is there for good when it
// returns.
func (s *staff) record(r *http.Request, caller signin.Caller, action audit.Action) error {
	return s.append(r.Context(), audit.Entry{
		Who: caller.ID, Name: caller.Name, Roles: caller.Roles.String(),
		Action: action, Subject: subjectOf(r), What: r.Method + " " + r.URL.RequestURI(), Records: recordsOf(r), Why: caller.Why,
	})
}

func (s *staff) append(ctx context.Context, entry audit.Entry) error {
	entry.At = s.Now()
	if err := s.Audit.Append(ctx, entry); err != nil {
		if errors.Is(err, data.ErrAway) {
			return s.fail(ctx, err)
		}
		s.Log.Error("the audit log can't be written", "error", err)
		return huma.Error503ServiceUnavailable("the audit log can't be written, so there is no answer; tell whoever runs this server")
	}
	return nil
}
