package signin_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"commonground/api/signin"
)

func TestSignInGoesAllTheWayAndBackToThePage(t *testing.T) {
	w := newTown(t)
	jo := w.browser("cleansing-planners", "choir")
	if status, body := jo.get("/staff/who"); status != http.StatusOK || body != "||||" {
		t.Fatalf("before: %d %s", status, body)
	}
	status, body := jo.signIn("/staff/map?weeks=2026-11-04/2026-11-18&area=A%201")
	if want := "oidc:" + w.provider.Issuer() + "#u-1|jo.field|planner||"; status != http.StatusOK || body != want {
		t.Fatalf("signed in: %d %s, want %s", status, body, want)
	}
	if got := jo.via[len(jo.via)-1].RequestURI(); got != "/staff/map?weeks=2026-11-04/2026-11-18&area=A%201" {
		t.Errorf("came to %s", got)
	}
	sent := jo.via[0].Query()
	if sent.Get("code_challenge_method") != "S256" || sent.Get("code_challenge") == "" || sent.Get("nonce") == "" || sent.Get("state") == "" ||
		sent.Get("redirect_uri") != w.server.URL+"/staff/sign-in/callback" || sent.Get("scope") != "openid profile groups" {
		t.Errorf("the provider was asked %v", sent)
	}
	if told := w.told(); told != "sign-in | jo.field | planner" {
		t.Errorf("told %q", told)
	}
	if status, _ := jo.get("/staff/sign-in?to=/staff/who"); status != http.StatusOK || len(jo.via) != 1 {
		t.Errorf("who is signed in was led through %v", jo.via)
	}
	if w.browser().roles() != "" {
		t.Error("another browser is signed in too")
	}
}

func TestASignInIsOverAfterItsTime(t *testing.T) {
	for _, test := range []struct {
		name  string
		steps []time.Duration // each followed by a request
		in    bool
	}{
		{"used all the time", []time.Duration{29 * time.Minute, 30 * time.Minute, 30 * time.Minute}, true},
		{"idle for a minute more than the scheme says", []time.Duration{31*time.Minute + time.Second}, false},
		{"idle later", []time.Duration{20 * time.Minute, 32 * time.Minute}, false},
		{"used again too late", []time.Duration{32 * time.Minute, 0}, false},
		{"a working day", everyHalfHour(19, 29*time.Minute), true},
		{"over ten hours", everyHalfHour(20, time.Minute), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			jo := w.browser("tasking")
			jo.mustSignIn()
			roles := ""
			for _, step := range test.steps {
				w.later(step)
				roles = jo.roles()
			}
			if (roles == "police") != test.in {
				t.Errorf("roles %q", roles)
			}
		})
	}
}

// everyHalfHour is n half hours and a rest.
func everyHalfHour(n int, rest time.Duration) []time.Duration {
	var steps []time.Duration
	for range n {
		steps = append(steps, 30*time.Minute)
	}
	return append(steps, rest)
}

func TestANewSchemeCountsFromTheNextRequestOn(t *testing.T) {
	for _, test := range []struct{ name, old, new, roles, told string }{
		{"nothing changes", `["cleansing-crew"]`, `["others"]`, "planner, police", ""},
		{"one role more", `["information-governance"]`, `["tasking"]`, "planner, police, steward", ""},
		{"one role less", `planner = ["cleansing-planners"]`, ``, "", "sign-in ended | jo.field | the scheme gives the role planner no more"},
		{"another role instead", `police = ["tasking"]`, `sender = ["tasking"]`, "", "sign-in ended | jo.field | the scheme gives the role police no more"},
		{"no role", `["cleansing-planners"]`, `["others"]`, "", "sign-in ended | jo.field | the scheme gives the role planner no more"},
		{"shorter days", `absolute_hours = 10`, `absolute_hours = 1`, "", ""},
		{"shorter pauses", `idle_minutes = 30`, `idle_minutes = 1`, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			jo := w.browser("cleansing-planners", "tasking")
			jo.mustSignIn()
			for range 3 {
				w.later(20 * time.Minute)
				jo.roles()
			}
			w.later(3 * time.Minute)
			w.told()
			before := w.scheme
			w.scheme = strings.Replace(before, test.old, test.new, 1)
			if got := jo.roles(); got != test.roles {
				t.Errorf("roles %q, want %q", got, test.roles)
			}
			if told := w.told(); told != test.told {
				t.Errorf("told %q, want %q", told, test.told)
			}
			w.signIn.Wait()
			w.scheme = before
			if got := jo.roles(); (got == "") != (test.roles == "") {
				t.Errorf("with the scheme of before, roles %q", got)
			}
		})
	}
}

func TestSignOutEndsTheSignIn(t *testing.T) {
	w := newTown(t)
	jo := w.browser("tasking")
	jo.mustSignIn()
	old := jo.cookie()
	status, _ := jo.post("/staff/sign-out", nil)
	if jo.cookie() != nil || len(jo.via) != 1 || jo.via[0].String() != w.server.URL+"/" {
		t.Errorf("signed out: %d, led to %v, cookie %v", status, jo.via, jo.cookie())
	}
	if told := w.told(); told != "sign-out | jo.field | " {
		t.Errorf("told %q", told)
	}
	if got := w.with(old); got != "||||" {
		t.Errorf("the old cookie is %s", got)
	}
	if jo.post("/staff/sign-out", nil); w.told() != "" {
		t.Error("told of a sign-out of nobody")
	}
}

// with returns what the page says to a request with a cookie.
func (w *town) with(cookie *http.Cookie) string {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.server.URL+"/staff/who", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	b := w.browser()
	_, body := b.read(b.Do(r))
	return body
}

func TestSignOutEndsTheSignInAtTheProviderToo(t *testing.T) {
	w := newTown(t)
	w.wire.answer = func(path string, body []byte) []byte {
		if strings.HasSuffix(path, "openid-configuration") {
			return []byte(strings.Replace(string(body), "{", `{"end_session_endpoint":"https://provider.example/out?x=1",`, 1))
		}
		return body
	}
	jo := w.browser("tasking")
	jo.mustSignIn()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+"/staff/sign-out", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	status, body := jo.read(jo.Do(r))
	want := url.Values{"x": {"1"}, "client_id": {w.provider.ClientID}, "post_logout_redirect_uri": {w.server.URL + "/"}}
	got := strings.NewReplacer(`{"to":"`, "", `"}`, "", `\u0026`, "&").Replace(strings.TrimSpace(body))
	if status != http.StatusOK || got != "https://provider.example/out?"+want.Encode() {
		t.Errorf("%d %s", status, body)
	}
}

func TestTheCookieOfBeforeIsNotTheOneAfter(t *testing.T) {
	w := newTown(t)
	jo := w.browser("tasking")
	callback := jo.callback()
	before := jo.cookie()
	if status, body := jo.get(callback); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	after := jo.cookie()
	if before == nil || after == nil || before.Value == after.Value {
		t.Fatalf("before %v, after %v", before, after)
	}
	if got := w.with(before); got != "||||" {
		t.Errorf("the cookie of before is %s", got)
	}
	if got := w.with(after); !strings.Contains(got, "police") {
		t.Errorf("the cookie of after is %s", got)
	}
	// A cookie that someone else made up is not taken over either.
	victim := w.browser("tasking")
	address, _ := url.Parse(w.server.URL)
	victim.Jar.SetCookies(address, []*http.Cookie{{Name: "session", Value: "made-up", Path: "/"}})
	victim.mustSignIn()
	if victim.cookie().Value == "made-up" {
		t.Error("the cookie stayed")
	}
}

func TestTheCookieIsForThisServerAlone(t *testing.T) {
	w := newTown(t)
	for _, test := range []struct {
		origin, name string
		secure       bool
	}{{w.server.URL, "session", false}, {"https://ground.example.org", "__Host-session", true}} {
		config := w.config()
		config.Origin = test.origin
		var err error
		if w.signIn, err = signin.New(config); err != nil {
			t.Fatal(err)
		}
		b := w.browser()
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		response, err := b.Get(w.server.URL + "/staff/sign-in")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		c := response.Cookies()[0]
		if c.Name != test.name || c.Secure != test.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" ||
			c.Domain != "" || !c.Expires.IsZero() || len(c.Value) != 43 || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: cookie %v, header %v", test.origin, c, response.Header)
		}
	}
}

func TestSignInsOutliveARestart(t *testing.T) {
	w := newTown(t)
	jo, al := w.browser("tasking"), w.browser("cleansing-planners")
	jo.mustSignIn()
	callback := al.callback()
	w.close()
	w.open()
	if got := jo.roles(); got != "police" {
		t.Errorf("roles %q", got)
	}
	if status, body := al.get(callback); status != http.StatusOK || !strings.Contains(body, "planner") {
		t.Errorf("a sign-in begun before: %d %s", status, body)
	}
}

func TestAReasonIsKeptUntilTheSignInEnds(t *testing.T) {
	w := newTown(t)
	jo := w.browser("tasking")
	if status, _ := jo.post("/staff/reason", url.Values{"why": {"tasking"}}); status != http.StatusBadRequest {
		t.Errorf("nobody gave a reason: %d", status)
	}
	jo.mustSignIn()
	for _, test := range []struct {
		why  string
		want string // kept
	}{
		{"  Tasking, 24 November  ", "Tasking, 24 November"}, {" ", ""}, {strings.Repeat("é", 200), strings.Repeat("é", 200)},
		{strings.Repeat("a", 201), ""}, {"two\nlines", ""}, {"\x00", ""}, {"turned \u202eround", ""}, {"\xff", ""},
	} {
		status, body := jo.post("/staff/reason", url.Values{"why": {test.why}})
		if (status == http.StatusOK) != (test.want != "") {
			t.Errorf("%q: %d %s", test.why, status, body)
		}
		if _, who := jo.get("/staff/who"); test.want != "" && !strings.HasSuffix(who, "|"+test.want) {
			t.Errorf("%q: kept as %s", test.why, who)
		}
	}
	jo.post("/staff/sign-out", nil)
	jo.mustSignIn()
	if _, who := jo.get("/staff/who"); !strings.HasSuffix(who, "|") {
		t.Errorf("after another sign-in: %s", who)
	}
}

func TestNobodyIsSignedInUnlessItWasTold(t *testing.T) {
	w := newTown(t)
	w.deaf = errors.New("the log's disk is full")
	jo := w.browser("tasking")
	if status, body := jo.signIn("/staff/"); status != http.StatusInternalServerError || strings.Contains(body, "disk") {
		t.Errorf("signing in: %d %s", status, body)
	}
	if got := jo.roles(); got != "" {
		t.Errorf("roles %q", got)
	}
	w.deaf = nil
	jo.mustSignIn()
	old := jo.cookie()
	w.deaf = errors.New("the log's disk is full")
	if status, _ := jo.post("/staff/sign-out", nil); status != http.StatusInternalServerError {
		t.Errorf("signing out: %d", status)
	}
	if got := w.with(old); got != "||||" {
		t.Errorf("still in: %s", got)
	}
}

func TestNewRefusesWhatCantBeSafe(t *testing.T) {
	for _, test := range []struct {
		origin string
		ok     bool
	}{
		{"https://ground.example.org", true}, {"http://127.0.0.1:8080", true}, {"http://localhost:8080", true}, {"http://[::1]:8080", true},
		{"http://ground.example.org", false}, {"http://10.0.0.1", false}, {"https://ground.example.org/", false}, {"ground.example.org", false},
		{"", false}, {"ftp://ground.example.org", false}, {"https://a@ground.example.org", false}, {"http://localhost.example.org", false},
	} {
		_, err := signin.New(signin.Config{Origin: test.origin, Provider: signin.Provider{Issuer: "https://i", ClientID: "c"}})
		if (err == nil) != test.ok {
			t.Errorf("%q: %v", test.origin, err)
		}
	}
	for _, provider := range []signin.Provider{
		{Issuer: "https://i"}, {ClientID: "c"}, {Issuer: "http://provider.example", ClientID: "c"}, {Issuer: "provider.example", ClientID: "c"},
	} {
		if _, err := signin.New(signin.Config{Origin: "https://ground.example.org", Provider: provider}); err == nil {
			t.Errorf("%v is no error", provider)
		}
	}
}
