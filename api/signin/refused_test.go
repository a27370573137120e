package signin_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"
)

// token is an ID token in its parts.
type token struct {
	header, claims map[string]any
	sign           func(text []byte) []byte
}

var base64url = base64.RawURLEncoding

func part(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return base64url.EncodeToString(text)
}

func (t *token) String() string {
	text := part(t.header) + "." + part(t.claims)
	return text + "." + base64url.EncodeToString(t.sign([]byte(text)))
}

func signer(key *rsa.PrivateKey) func([]byte) []byte {
	return func(text []byte) []byte {
		hash := sha256.Sum256(text)
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash[:])
		if err != nil {
			panic(err)
		}
		return signature
	}
}

// forge has the provider's tokens altered on their way.
func (w *town) forge(alter func(*token)) {
	w.wire.answer = func(path string, body []byte) []byte {
		if !strings.HasSuffix(path, "/token") {
			return body
		}
		var answer map[string]any
		if err := json.Unmarshal(body, &answer); err != nil {
			panic(err)
		}
		raw, there := answer["id_token"].(string)
		if !there {
			return body // it is an error
		}
		parts := strings.Split(raw, ".")
		t := &token{sign: signer(w.provider.Keypair.PrivateKey)}
		for i, into := range []*map[string]any{&t.header, &t.claims} {
			text, err := base64url.DecodeString(parts[i])
			if err == nil {
				err = json.Unmarshal(text, into)
			}
			if err != nil {
				panic(err)
			}
		}
		alter(t)
		answer["id_token"] = t.String()
		body, _ = json.Marshal(answer)
		return body
	}
}

func TestATokenThatIsNotGoodSignsNobodyIn(t *testing.T) {
	w := newTown(t)
	id := w.provider.ClientID
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	symmetric := func(key []byte) func(*token) {
		return func(t *token) {
			t.header["alg"] = "HS256"
			t.sign = func(text []byte) []byte {
				mac := hmac.New(sha256.New, key)
				mac.Write(text)
				return mac.Sum(nil)
			}
		}
	}
	claim := func(name string, value any) func(*token) {
		return func(t *token) { t.claims[name] = value }
	}
	for _, test := range []struct {
		name  string
		alter func(*token)
		in    bool
	}{
		{"as it came", func(*token) {}, true},
		{"expired", claim("exp", time.Now().Add(-time.Minute).Unix()), false},
		{"without an end", func(t *token) { delete(t.claims, "exp") }, false},
		{"of the day after tomorrow", claim("nbf", time.Now().Add(48*time.Hour).Unix()), false},
		{"for another client", claim("aud", "another"), false},
		{"for several, and made for us", func(t *token) { t.claims["aud"], t.claims["azp"] = []string{"another", id}, id }, true},
		{"for several, and nobody says for whom", claim("aud", []string{"another", id}), false},
		{"for several, and made for another", func(t *token) { t.claims["aud"], t.claims["azp"] = []string{id, "another"}, "another" }, false},
		{"made for another", claim("azp", "another"), false},
		{"of another issuer", claim("iss", "https://provider.example"), false},
		{"with another nonce", claim("nonce", "AAAAAAAAAAAAAAAAAAAAAAAAAA"), false},
		{"without a nonce", func(t *token) { delete(t.claims, "nonce") }, false},
		{"about nobody", claim("sub", ""), false},
		{"signed by another", func(t *token) { t.sign = signer(other) }, false},
		{"signed by another who names a key", func(t *token) { t.sign, t.header["kid"] = signer(other), "mine" }, false},
		{"signed before it was altered", func(t *token) {
			text := []byte(part(t.header) + "." + part(t.claims))
			sign := t.sign
			t.claims["groups"] = []string{"information-governance"}
			t.sign = func([]byte) []byte { return sign(text) }
		}, false},
		{"not signed", func(t *token) { t.header["alg"], t.sign = "none", func([]byte) []byte { return nil } }, false},
		{"signed with what we share", symmetric([]byte(w.provider.ClientSecret)), false},
		{"signed with the public key", symmetric(x509.MarshalPKCS1PublicKey(w.provider.Keypair.PublicKey)), false},
		{"without groups", func(t *token) { delete(t.claims, "groups") }, false},
		{"with one group as a text", claim("groups", "tasking"), true},
		{"with groups of another shape", claim("groups", map[string]any{"tasking": true}), false},
		{"with a name that turns text round", claim("name", "\u202ejo\nfield"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.forge(test.alter)
			jo := w.browser("tasking")
			status, body := jo.signIn("/staff/who")
			if in := status == http.StatusOK; in != test.in {
				t.Errorf("%d %s", status, body)
			}
			if in := jo.roles() == "police"; in != test.in {
				t.Errorf("signed in: %v", in)
			}
			if told := w.told(); !strings.HasPrefix(told, "sign-in") || strings.HasPrefix(told, "sign-in refused") == test.in || strings.Count(told, "\n") > 0 {
				t.Errorf("told %q", told)
			}
			if !test.in && (status != http.StatusForbidden || jo.cookie() != nil) {
				t.Errorf("refused with %d, cookie %v", status, jo.cookie())
			}
		})
	}
}

func TestACallbackIsGoodOnceAndInItsOwnBrowser(t *testing.T) {
	type callback struct {
		w       *town
		b       *browser
		address *url.URL
	}
	with := func(c *callback, name, value string) string {
		address, query := *c.address, c.address.Query()
		query.Set(name, value)
		address.RawQuery = query.Encode()
		return address.String()
	}
	for _, test := range []struct {
		name string
		try  func(c *callback) (int, string)
		want int
		in   bool
	}{
		{"as it came", func(c *callback) (int, string) { return c.b.get(c.address.String()) }, http.StatusOK, true},
		{"a second time", func(c *callback) (int, string) {
			c.b.get(c.address.String())
			return c.b.get(c.address.String())
		}, http.StatusForbidden, true}, // the first time
		{"a second time, with the cookie of before", func(c *callback) (int, string) {
			before := c.b.cookie()
			c.b.get(c.address.String())
			again := c.w.browser()
			again.Jar.SetCookies(c.address, []*http.Cookie{before})
			defer func() {
				if again.roles() != "" {
					c.w.t.Error("signed in twice")
				}
			}()
			return again.get(c.address.String())
		}, http.StatusForbidden, true}, // the first time
		{"in another browser", func(c *callback) (int, string) {
			c.b = c.w.browser()
			return c.b.get(c.address.String())
		}, http.StatusForbidden, false},
		{"in another browser that has begun too", func(c *callback) (int, string) {
			c.b = c.w.browser("tasking")
			c.b.callback()
			return c.b.get(c.address.String())
		}, http.StatusForbidden, false},
		{"with another state", func(c *callback) (int, string) { return c.b.get(with(c, "state", "AAAAAAAAAAAAAAAAAAAAAAAAAA")) }, http.StatusForbidden, false},
		{"after a try with another state", func(c *callback) (int, string) {
			c.w.told()
			for range 5 {
				c.b.get(with(c, "state", "AAAAAAAAAAAAAAAAAAAAAAAAAA"))
			}
			if n := strings.Count(c.w.told(), "sign-in refused"); n != 1 {
				c.w.t.Errorf("five tries were told %d times", n)
			}
			return c.b.get(c.address.String())
		}, http.StatusForbidden, false},
		{"without a state", func(c *callback) (int, string) { return c.b.get(with(c, "state", "")) }, http.StatusForbidden, false},
		{"with the state of an attempt before", func(c *callback) (int, string) {
			state := c.address.Query().Get("state")
			c.address, _ = url.Parse(c.b.callback())
			return c.b.get(with(c, "state", state))
		}, http.StatusForbidden, false},
		{"with the code of another's sign-in", func(c *callback) (int, string) {
			theirs, _ := url.Parse(c.w.browser("information-governance").callback())
			return c.b.get(with(c, "code", theirs.Query().Get("code")))
		}, http.StatusForbidden, false},
		{"without a code", func(c *callback) (int, string) { return c.b.get(with(c, "code", "")) }, http.StatusForbidden, false},
		{"with an error", func(c *callback) (int, string) { return c.b.get(with(c, "error", "access_denied")) }, http.StatusForbidden, false},
		{"with an error that is a page", func(c *callback) (int, string) { return c.b.get(with(c, "error", "<script>")) }, http.StatusForbidden, false},
		{"too late", func(c *callback) (int, string) {
			c.w.later(10 * time.Minute) // the provider would take longer
			c.w.forge(func(t *token) { t.claims["exp"] = c.w.now().Add(time.Hour).Unix() })
			return c.b.get(c.address.String())
		}, http.StatusForbidden, false},
		{"after the provider lost the verifier", func(c *callback) (int, string) {
			c.w.wire.ask = func(r *http.Request) { c.w.drop(r, "code_verifier") }
			return c.b.get(c.address.String())
		}, http.StatusForbidden, false},
		{"with the provider cut off", func(c *callback) (int, string) {
			c.w.wire.down = true
			return c.b.get(c.address.String())
		}, http.StatusServiceUnavailable, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			jo := w.browser("tasking")
			address, err := url.Parse(jo.callback())
			if err != nil {
				t.Fatal(err)
			}
			c := &callback{w, jo, address}
			status, body := test.try(c)
			if status != test.want || strings.Contains(body, "<") {
				t.Errorf("%d %s, want %d", status, body, test.want)
			}
			if in := c.b.roles() == "police"; in != test.in {
				t.Errorf("signed in: %v", in)
			}
		})
	}
}

func TestOfManyCallbacksAtOnceOneReachesTheProvider(t *testing.T) {
	w := newTown(t)
	w.browser("tasking").mustSignIn() // and the way to ask is known
	jo := w.browser("tasking")
	callback := jo.callback()
	var asked atomic.Int32
	w.wire.ask = func(r *http.Request) {
		if r.Method == http.MethodPost {
			asked.Add(1)
		}
	}
	cookie := jo.cookie()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, callback, nil)
			if err != nil {
				t.Error(err)
				return
			}
			r.AddCookie(cookie)
			if response, err := w.browser().Do(r); err != nil {
				t.Error(err)
			} else {
				response.Body.Close()
			}
		})
	}
	group.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("the provider was asked %d times", n)
	}
}

// drop takes a field out of a form on its way.
func (w *town) drop(r *http.Request, field string) {
	if r.Method != http.MethodPost {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get(field) == "" {
		panic("no " + field + " was sent")
	}
	form.Del(field)
	text := form.Encode()
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
}

func TestWhoHasNoRoleIsToldSo(t *testing.T) {
	w := newTown(t)
	jo := w.browser("choir")
	if status, body := jo.signIn("/staff/"); status != http.StatusForbidden || !strings.Contains(body, "no role here") {
		t.Errorf("%d %s", status, body)
	}
	if told := w.told(); !strings.HasPrefix(told, "sign-in refused | jo.field | you are known") {
		t.Errorf("told %q", told)
	}
}

func TestTheServerStartsWhileTheProviderIsDown(t *testing.T) {
	w := newTown(t)
	w.wire.down = true
	jo := w.browser("tasking")
	for range 2 {
		status, body := jo.get("/staff/sign-in")
		if status != http.StatusServiceUnavailable || !strings.Contains(body, "can't be reached") || strings.Contains(body, "cut") {
			t.Errorf("%d %s", status, body)
		}
	}
	w.wire.down = false
	w.later(5 * time.Second)
	jo.mustSignIn()
}

func TestASignInLeadsToOwnPagesOnly(t *testing.T) {
	w := newTown(t)
	for _, test := range []struct {
		to string
		ok bool
	}{
		{"", true}, {"/staff/", true}, {"/staff/map?weeks=a/b#square=1", true}, {"/staff/a%20b/", true}, {"/staff/?to=https://evil.example", true},
		{"https://evil.example/staff/", false}, {"//evil.example/staff/", false}, {"/\\evil.example/staff/", false}, {"\\\\evil.example", false},
		{"/staff//evil.example", false}, {"/staff/\\evil.example", false}, {"/staff/..//evil.example", false}, {"/staff/../public", false},
		{"/staff/%2e%2e/public", false}, {"/staff/./who", false}, {"/staff/%5cevil.example", false}, {"javascript:alert(1)", false},
		{"data:text/html,x", false}, {"/", false}, {"/v1/counts", false}, {"/staff", false}, {"/staffx/", false}, {" /staff/", false},
		{"\t//evil.example", false}, {"/staff/\r\nSet-Cookie: a=b", false}, {"/staff/%0d%0aSet-Cookie: a=b", false}, {"/staff/\x00", false},
		{"/staff/%00", false}, {"/staff/%zz", false}, {"/staff/\xff", false}, {"staff/", false}, {"?a=b", false}, {"/staff/sign-out", false},
		{"/staff/sign-in", false}, {"/staff/sign-in/callback", false}, {"http:/staff/", false}, {"/staff/" + strings.Repeat("a", 4000), false},
	} {
		b := w.browser("tasking")
		w.provider.QueueUser(&mockoidc.MockUser{Subject: "u-1", Groups: b.groups})
		status, _ := b.get("/staff/sign-in?to=" + url.QueryEscape(test.to))
		if !test.ok {
			if w.provider.UserQueue.Pop(); status != http.StatusBadRequest || len(b.via) > 0 {
				t.Errorf("%q: %d, led to %v", test.to, status, b.via)
			}
			continue
		}
		last := b.via[len(b.via)-1]
		if want := w.server.URL + test.to; status != http.StatusOK || test.to != "" && last.String() != want || last.Host != b.via[1].Host {
			t.Errorf("%q: %d, led to %v", test.to, status, last)
		}
	}
}
