package signin_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/oauth2-proxy/mockoidc"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/sqlite"
)

// town is a server with sign-in, its store, and a provider of identities.
type town struct {
	t        testing.TB
	provider *mockoidc.MockOIDC
	wire     *wire
	path     string // of the store
	store    *sqlite.Store
	signIn   *signin.SignIn
	server   *httptest.Server

	mu     sync.Mutex
	passed time.Duration // by the town's clock
	scheme string
	events []string
	deaf   error // what telling of an event returns
}

// wire is what this server speaks to the provider through. A test may alter what
// goes over it.
type wire struct {
	ask    func(*http.Request)
	answer func(path string, body []byte) []byte
	down   bool
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.down {
		return nil, errors.New("the line is cut")
	}
	if w.ask != nil {
		w.ask(r)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || w.answer == nil {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	body = w.answer(r.URL.Path, body)
	response.Body, response.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
	return response, err
}

func newTown(t testing.TB) *town {
	t.Helper()
	provider, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := provider.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	w := &town{t: t, provider: provider, wire: &wire{}, path: filepath.Join(t.TempDir(), "town.db"), scheme: data.DefaultScheme}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.serve(rw, r) }))
	t.Cleanup(w.server.Close)
	w.open()
	t.Cleanup(w.close)
	return w
}

func (w *town) open() {
	store, err := sqlite.Open(w.t.Context(), w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	w.store = store
	w.signIn, err = signin.New(w.config())
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) close() {
	w.signIn.Wait()
	if err := w.store.Close(); err != nil {
		w.t.Error(err)
	}
}

func (w *town) config() signin.Config {
	c := w.provider.Config()
	return signin.Config{
		Provider: signin.Provider{Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: []string{"profile", "groups"}},
		Origin:   w.server.URL, Sessions: w.store, Keys: w.store, Now: w.now, Log: slog.New(slog.DiscardHandler),
		Client: &http.Client{Transport: w.wire},
		Scheme: func(context.Context) (*data.Scheme, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return data.ParseScheme(w.scheme)
		},
		Event: func(_ context.Context, caller signin.Caller, action, what string) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, action+" | "+caller.Name+" | "+what)
			return w.deaf
		},
	}
}

func (w *town) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.passed)
}

// later lets time pass.
func (w *town) later(d time.Duration) {
	w.signIn.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.passed += d
}

// told returns what was told of events since the last call.
func (w *town) told() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.events = nil }()
	return strings.Join(w.events, "\n")
}

// serve has the routes of sign-in, a page that says who asks, and one to give a
// reason.
func (w *town) serve(rw http.ResponseWriter, r *http.Request) {
	router := chi.NewRouter()
	w.signIn.Mount(router)
	router.Get("/staff/*", func(rw http.ResponseWriter, r *http.Request) {
		caller, err := w.signIn.Caller(r)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		io.WriteString(rw, strings.Join([]string{caller.ID, caller.Name, caller.Roles.String(), caller.Source, caller.Why}, "|"))
	})
	router.Post("/staff/reason", func(rw http.ResponseWriter, r *http.Request) {
		if err := w.signIn.GiveReason(rw, r, r.FormValue("why")); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
		}
	})
	router.ServeHTTP(rw, r)
}

// browser is someone at a browser of their own, whom the provider knows.
type browser struct {
	w *town
	*http.Client
	groups []string
	// via are the addresses that the last request was led through.
	via []*url.URL
}

func (w *town) browser(groups ...string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	b := &browser{w: w, groups: groups, Client: &http.Client{Jar: jar}}
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		b.via = append(b.via, r.URL)
		return nil
	}
	return b
}

// get returns the status and body at a path of the town, or at any address.
func (b *browser) get(address string) (int, string) {
	b.w.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.w.server.URL + address
	}
	b.via = nil
	return b.read(b.Get(address))
}

func (b *browser) post(path string, form url.Values) (int, string) {
	b.w.t.Helper()
	b.via = nil
	return b.read(b.PostForm(b.w.server.URL+path, form))
}

func (b *browser) read(response *http.Response, err error) (int, string) {
	b.w.t.Helper()
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// signIn goes all the way to a page.
func (b *browser) signIn(to string) (int, string) {
	b.w.t.Helper()
	b.w.provider.QueueUser(&mockoidc.MockUser{Subject: "u-1", PreferredUsername: "jo.field", Groups: b.groups})
	return b.get("/staff/sign-in?to=" + url.QueryEscape(to))
}

// mustSignIn is signIn that must succeed.
func (b *browser) mustSignIn() {
	b.w.t.Helper()
	if status, body := b.signIn("/staff/"); status != http.StatusOK || !strings.HasPrefix(body, "oidc:") {
		b.w.t.Fatalf("signing in: %d %s", status, body)
	}
	b.w.told()
}

// callback signs in as far as to the callback, and returns its address instead
// of asking for it.
func (b *browser) callback() string {
	b.w.t.Helper()
	follow := b.CheckRedirect
	defer func() { b.CheckRedirect = follow }()
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		b.via = append(b.via, r.URL)
		if strings.HasSuffix(r.URL.Path, "/callback") {
			return http.ErrUseLastResponse
		}
		return nil
	}
	b.signIn("/staff/map")
	return b.via[len(b.via)-1].String()
}

func (b *browser) roles() string {
	b.w.t.Helper()
	status, body := b.get("/staff/who")
	if status != http.StatusOK {
		b.w.t.Fatalf("%d %s", status, body)
	}
	return strings.Split(body, "|")[2]
}

// cookie returns the browser's cookie of the town, nil where it has none.
func (b *browser) cookie() *http.Cookie {
	address, err := url.Parse(b.w.server.URL)
	if err != nil {
		b.w.t.Fatal(err)
	}
	if cookies := b.Jar.Cookies(address); len(cookies) > 0 {
		return cookies[0]
	}
	return nil
}
