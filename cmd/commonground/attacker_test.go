package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// gotten is an answer as an attacker has it.
type gotten struct {
	status int
	header http.Header // without Date
	body   []byte
}

// said is all of an answer in one text, to be compared.
func (r gotten) said() string {
	var text strings.Builder
	fmt.Fprintln(&text, r.status)
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		fmt.Fprintln(&text, name, r.header[name])
	}
	return text.String() + string(r.body)
}

// stranger sends what anyone may send: nothing is followed, nothing kept, and
// nothing unpacked.
var stranger = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       time.Minute,
}

// request sends a request with headers, given as name and value in turn.
func (s serving) request(t testing.TB, method, target, body string, headers ...string) gotten {
	t.Helper()
	asked, err := http.NewRequestWithContext(t.Context(), method, s.origin+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		asked.Header.Add(headers[i], headers[i+1])
	}
	response, err := stranger.Do(asked)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func read(t testing.TB, response *http.Response) gotten {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	header := response.Header.Clone()
	header.Del("Date")
	return gotten{response.StatusCode, header, body}
}

func (s serving) look(t testing.TB, target string, headers ...string) gotten {
	t.Helper()
	return s.request(t, http.MethodGet, target, "", headers...)
}

// send writes a request as it stands, which no client would.
func (s serving) send(t testing.TB, method, target, headers string) gotten {
	t.Helper()
	host := strings.TrimPrefix(s.origin, "http://")
	connection, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(time.Minute)) // it always can be set
	fmt.Fprintf(connection, "%s %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n", method, target, host, headers)
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s %q: %v", method, target, err)
	}
	return read(t, response)
}

// outcome logs how an attack ended, one line for each.
func outcome(t *testing.T, attack, format string, args ...any) {
	t.Helper()
	end := fmt.Sprintf(format, args...)
	if t.Failed() {
		end = "SUCCEEDED, see above"
	}
	t.Logf("attack: %s → %s", attack, end)
}

// secrets are texts of the store and its neighbours that nobody outside may see.
var secrets = [][]byte{[]byte("SQLite format"), []byte("planted secret"), []byte(signerNames[0]), []byte(signerNames[1]), []byte("a crew's place"), []byte("root:x:")}

func (r gotten) keepsSecrets(t testing.TB, target string) {
	t.Helper()
	for _, secret := range secrets {
		if bytes.Contains(r.body, secret) || strings.Contains(fmt.Sprint(r.header), string(secret)) {
			t.Errorf("%q tells %q: %d %.100q", target, secret, r.status, r.body)
		}
	}
}
