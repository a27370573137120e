package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/api"
	"commonground/data"
)

// raw sends a request as it is written, which no client would, and reads the
// answer.
func (s server) raw(method, target, header string) (*http.Response, []byte) {
	s.t.Helper()
	host := strings.TrimPrefix(s.URL, "http://")
	connection, err := net.Dial("tcp", host)
	if err != nil {
		s.t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		s.t.Fatal(err)
	}
	if !strings.Contains(header, "Host:") {
		header += "Host: " + host + "\r\n"
	}
	fmt.Fprintf(connection, "%s %s HTTP/1.1\r\n%sConnection: close\r\n\r\n", method, target, header)
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		s.t.Fatalf("%s %q: %v", method, target, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatalf("%s %q: %v", method, target, err)
	}
	return response, body
}

// staffTargets are addresses behind the wall.
var staffTargets = []string{
	"/v1/scheme", "/v1/counts?by=square", "/v1/incidents", "/v1/tiles/hotspots/12/2020/1301.mvt", "/v1/tiles/incidents/15/16163/10408.mvt",
	"/v1/tiles/incident-hotspots/10/505/325.mvt", "/v1/audit", "/v1/keys", "/v1/releases", "/v1/releases/2026-09-23/draft", "/v1/me", "/v1/boundaries",
	"/v1/open311/services.json", "/v1/open311/requests.json",
	"/openapi.json", "/docs", "/staff/", "/staff/index.html", "/staff/assets/app.js",
}

// tricks write an address in ways that have opened walls elsewhere.
var tricks = map[string]func(string) string{
	"as it is":            func(p string) string { return p },
	"double slash":        func(p string) string { return "/" + p },
	"slashes within":      func(p string) string { return strings.ReplaceAll(p, "/", "//") },
	"dot":                 func(p string) string { return "/." + p },
	"up from assets":      func(p string) string { return "/assets/.." + p },
	"up from public":      func(p string) string { return "/public/../" + p[1:] },
	"escaped up":          func(p string) string { return "/assets/%2e%2e" + p },
	"escaped slash":       func(p string) string { return "/assets/..%2f" + p[1:] },
	"escaped twice":       func(p string) string { return "/assets/%252e%252e" + p },
	"backslash":           func(p string) string { return "/assets/..\\" + p[1:] },
	"escaped backslash":   func(p string) string { return "/assets/..%5c" + p[1:] },
	"escaped letter":      func(p string) string { return "/%" + fmt.Sprintf("%02x", p[1]) + p[2:] },
	"capitals":            strings.ToUpper,
	"semicolon":           func(p string) string { return "/assets/..;" + p },
	"up from a basemap":   func(p string) string { return "/basemap/.." + p },
	"matrix parameter":    func(p string) string { return "/;/" + p[1:] },
	"null byte":           func(p string) string { return "/assets/%00/.." + p },
	"absolute form":       func(p string) string { return "http://127.0.0.1" + p },
	"absolute, elsewhere": func(p string) string { return "http://public.example" + p },
	"public in the query": func(p string) string { return p + "#/public/" },
	"like a style sheet":  func(p string) string { return strings.TrimSuffix(p, "/") + "/plain.css" },
	"sign-in before it":   func(p string) string { return "/staff/sign-in/.." + p },
	"sign-in and on":      func(p string) string { return "/staff/sign-in" + p },
	"with a line end":     func(p string) string { return "/%0d%0a" + p },
	"overlong slash":      func(p string) string { return "/assets/..%c0%af" + p[1:] },
}

// disguises are header lines that have made servers take a stranger for another,
// or an address for another.
var disguises = map[string]string{
	"none":                "",
	"rewritten address":   "X-Original-URL: /v1/counts\r\nX-Rewrite-URL: /v1/counts\r\n",
	"another method":      "X-HTTP-Method-Override: GET\r\nX-Method-Override: GET\r\n",
	"from this machine":   "X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n",
	"a proxy's user":      "X-Forwarded-User: steward\r\nRemote-User: steward\r\nX-Remote-User: steward\r\n",
	"an empty sign-in":    "Cookie: session=; __Host-session=; demo=\r\n",
	"an unknown role":     "Cookie: demo=role=admin\r\n",
	"role public":         "Cookie: demo=role=public\r\n",
	"a made-up key":       "Authorization: Bearer cg_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
	"another scheme":      "Authorization: Basic c3Rld2FyZDpzdGV3YXJk\r\n",
	"has it already":      "If-None-Match: *\r\n",
	"a range":             "Range: bytes=0-10\r\n",
	"another origin":      "Origin: https://elsewhere.example\r\nSec-Fetch-Site: cross-site\r\n",
	"another host":        "Host: staff.example\r\n",
	"an upgrade":          "Connection: Upgrade\r\nUpgrade: h2c\r\n",
	"gzip":                "Accept-Encoding: gzip, br\r\n",
	"a page in a browser": "Accept: text/html\r\n",
}

// A stranger gets no byte from behind the wall: every address, in every disguise,
// by every method, gives what an address gives where there is nothing, or the
// public page.
func TestAStrangerGetsNothingFromBehindTheWall(t *testing.T) {
	s := start(t, withIncidents(t))
	s.do(http.MethodGet, staffTargets[3], "") // kept in the cache now
	secrets := s.secrets()
	methods := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"}
	asked := 0
	for _, target := range staffTargets {
		for trick, write := range tricks {
			for _, method := range methods {
				s.strangerGetsNothing(t, secrets, method, write(target), "", trick)
				asked++
			}
		}
		for disguise, header := range disguises {
			s.strangerGetsNothing(t, secrets, "GET", target, header, disguise)
			s.strangerGetsNothing(t, secrets, "POST", target, header+"Content-Length: 2\r\nContent-Type: application/json\r\n", disguise)
			asked += 2
		}
	}
	for _, tile := range []string{"99999999999999999999/1/1", "-1/-1/-1", "12/1e9/1", "0x0/0/0", "12/2020/1301.mvt/../1301"} {
		s.strangerGetsNothing(t, secrets, "GET", "/v1/tiles/hotspots/"+tile+".mvt", "", "a tile of odd numbers")
		asked++
	}
	t.Logf("%d requests of strangers, %d tricks, %d disguises", asked, len(tricks), len(disguises))
}

// secrets are texts that stand behind the wall and nowhere before it.
func (s server) secrets() [][]byte {
	secrets := [][]byte{[]byte("staff page"), []byte(`"items"`), []byte("hotspots"), []byte("Role"), []byte("openapi")}
	_, tile := s.do(http.MethodGet, staffTargets[3], "")
	return append(secrets, tile[20:60])
}

func (s server) strangerGetsNothing(t *testing.T, secrets [][]byte, method, target, header, how string) {
	t.Helper()
	response, body := server{Server: s.Server, t: t}.raw(method, target, header)
	public := slices.Contains([]string{"public page", "p{}"}, string(body))
	refused := response.StatusCode >= 300 && response.StatusCode != http.StatusNotModified && len(body) <= 400
	// The picker of roles is public too: it says what roles there are.
	if picker := bytes.Contains(body, []byte("Choose a role")); !refused && !public && !picker {
		t.Errorf("%s %s (%s): %s %.200q", method, target, how, response.Status, body)
	}
	for _, secret := range secrets {
		if bytes.Contains(body, secret) {
			t.Errorf("%s %s (%s): %s tells %q", method, target, how, response.Status, secret)
		}
	}
	if response.Header.Get("ETag") != "" && !public {
		t.Errorf("%s %s (%s): an ETag", method, target, how)
	}
}

// What a shared cache could keep of staff answers, and give to others, it may not
// keep; what it may keep says so.
func TestSharedCachesKeepNoStaffAnswer(t *testing.T) {
	s := start(t, withIncidents(t))
	for _, target := range staffTargets {
		for _, cookie := range []string{everyRole, "none=1"} {
			response, _ := s.do(http.MethodGet, target, "", "Cookie", cookie)
			control := response.Header.Get("Cache-Control")
			if !strings.HasPrefix(control, "private, no-") && !(strings.Contains(target, "/assets/") && strings.HasPrefix(control, "private, ")) ||
				!slices.Contains(response.Header.Values("Vary"), "Cookie, Authorization") {
				t.Errorf("%s: %s, Cache-Control %q, Vary %q", target, response.Status, control, response.Header["Vary"])
			}
			if strings.Contains(target, "incident") && response.StatusCode == 200 && control != "private, no-store" {
				t.Errorf("%s: %q", target, control)
			}
			if response.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie", target)
			}
		}
	}
	response, _ := s.do(http.MethodGet, "/", "", "Cookie", everyRole)
	if control := response.Header.Get("Cache-Control"); control != "public, max-age=300" || slices.Contains(response.Header.Values("Vary"), "Cookie, Authorization") {
		t.Errorf("the public page: %q", control)
	}
}

func TestEveryAnswerHasTheHeadersThatBrowsersNeed(t *testing.T) {
	s := start(t, empty)
	for _, target := range append([]string{"/", "/nothing", "/staff/sign-in"}, staffTargets...) {
		response, _ := s.do(http.MethodGet, target, "")
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "geolocation=(self)",
		} {
			if got := response.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q", target, name, got)
			}
		}
	}
	for name, header := range map[string]string{"another site's page": "cross-site", "a page of a neighbour": "same-site"} {
		response, body := s.do(http.MethodPost, "/v1/pickups", onePickup, "Sec-Fetch-Site", header)
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s %s", name, response.Status, body)
		}
	}
}

func TestWhoAsksTooOftenIsToldToWait(t *testing.T) {
	s := startWith(t, empty, func(config *api.Config) { config.Limits = api.Limits{Signed: 20, Strangers: 5} })
	statuses := func(n int, cookie string) (list []int) {
		for range n {
			response, _ := s.do(http.MethodGet, "/v1/scheme", "", "Cookie", cookie)
			list = append(list, response.StatusCode)
			if response.StatusCode == http.StatusTooManyRequests && response.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	if got := statuses(15, as(data.Planner)); !slices.Equal(got, []int{200}) {
		t.Errorf("15 requests: %v", got)
	}
	if got := statuses(30, as(data.Planner)); !slices.Contains(got, 429) {
		t.Errorf("45 requests: %v", got)
	}
	if got := statuses(5, as(data.Police)); !slices.Equal(got, []int{200}) {
		t.Errorf("another caller meanwhile: %v", got)
	}
	if got := statuses(10, "none=1"); !slices.Equal(got, []int{401, 429}) {
		t.Errorf("strangers: %v", got)
	}
	if response, _ := s.do(http.MethodGet, "/", "", "Cookie", "none=1", "X-Forwarded-For", "9.9.9.9"); response.StatusCode != 429 {
		t.Errorf("a stranger who says to be elsewhere: %s", response.Status)
	}
	if response, _ := s.do(http.MethodGet, "/v1/scheme", "", "Cookie", as(data.Crew), "X-Forwarded-For", "9.9.9.9"); response.StatusCode == 200 {
		t.Error("roles are chosen by someone behind a proxy")
	}
}

// Behind a proxy the last address that it names counts, whatever stands before it
// and with a port or without.
func TestBehindAProxyAddressesAreToldApart(t *testing.T) {
	s := startWith(t, empty, func(config *api.Config) { config.Limits = api.Limits{Strangers: 3, BehindProxy: true} })
	for i, forwarded := range []string{"9.9.9.9", "1.1.1.1, 9.9.9.9", "2.2.2.2,9.9.9.9:7", "9.9.9.9:4711"} {
		response, _ := s.do(http.MethodGet, "/", "", "Cookie", "none=1", "X-Forwarded-For", forwarded)
		if want := i >= 3; (response.StatusCode == 429) != want {
			t.Errorf("%q: %s", forwarded, response.Status)
		}
	}
	if response, _ := s.do(http.MethodGet, "/", "", "Cookie", "none=1", "X-Forwarded-For", "9.9.9.9, 8.8.8.8"); response.StatusCode != 200 {
		t.Errorf("another address: %s", response.Status)
	}
}
