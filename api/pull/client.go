// Package pull asks servers of others for records: those that speak Open311
// (GeoReport v2). What they answer is not trusted: its length, its time and
// where it leads are bounded.
package pull

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"commonground/data/intake"
)

// Client asks one server. The zero value is ready. It is used by one goroutine at
// a time.
type Client struct {
	// Transport carries requests. Default: http.DefaultTransport.
	Transport http.RoundTripper
	// Timeout bounds one try from its start to the end of the answer. Default: a
	// minute.
	Timeout time.Duration
	// MaxBytes bounds an answer, unpacked. Default: 32 MiB.
	MaxBytes int64
	// Tries is how often something is asked before it is given up. Default: 7,
	// over a minute or so.
	Tries int
	// Sleep waits, or returns an error when the context ends. Default: it does.
	Sleep func(context.Context, time.Duration) error
	// Waiting is told before each wait, and why. Default: nobody is.
	Waiting func(time.Duration, error)
}

// longestWait is how long a server may ask to wait; beyond it the pull ends, to
// be done again another day.
const longestWait = 10 * time.Minute

// answerError is an answer that is no page.
type answerError struct {
	status int
	after  time.Duration // how long to wait, as the server says; 0 where it doesn't
	said   string
}

func (e *answerError) Error() string {
	text := fmt.Sprintf("the server answered %d %s", e.status, http.StatusText(e.status))
	if e.said != "" {
		text += fmt.Sprintf(": %.200q", e.said)
	}
	return text
}

// passing reports whether another try may go better.
func (e *answerError) passing() bool {
	return e.status == http.StatusTooManyRequests || e.status >= 500
}

// finalError is one that another try would not mend.
type finalError struct{ error }

func final(format string, args ...any) error { return finalError{fmt.Errorf(format, args...)} }

// get returns the body of an answer, tried as often as it takes. fit is asked
// whether a body is whole; one that isn't is asked for again.
func (c *Client) get(ctx context.Context, address string, fit func([]byte) error) error {
	for try := 1; ; try++ {
		body, err := c.once(ctx, address)
		if err == nil {
			err = fit(body)
		}
		if _, is := errors.AsType[finalError](err); is || err == nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		pause := time.Second << (try - 1)
		if answer, is := errors.AsType[*answerError](err); is {
			if !answer.passing() {
				return err
			}
			pause = max(pause, answer.after)
		}
		switch {
		case pause > longestWait:
			return fmt.Errorf("%w, and asks to wait %v; pull again later", err, pause.Round(time.Second))
		case try >= cmp.Or(c.Tries, 7):
			return fmt.Errorf("given up after %d tries: %w", try, err)
		}
		if err := c.sleep(ctx, pause, err); err != nil {
			return err
		}
	}
}

func (c *Client) sleep(ctx context.Context, pause time.Duration, why error) error {
	if c.Waiting != nil {
		c.Waiting(pause, why)
	}
	if c.Sleep != nil {
		return c.Sleep(ctx, pause)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// once asks once.
func (c *Client) once(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Timeout, time.Minute))
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, finalError{err}
	}
	request.Header.Set("Accept", "application/json")
	client := http.Client{Transport: c.Transport, CheckRedirect: stayThere}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, newAnswerError(response)
	}
	most := cmp.Or(c.MaxBytes, 32<<20)
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	switch {
	case int64(len(body)) > most:
		return nil, final("the answer is longer than %d bytes; ask for less at once with --page-size", most)
	case err != nil:
		return nil, fmt.Errorf("the answer was cut off after %d bytes: %w", len(body), err)
	case bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")):
		return nil, final("the answer is a page or XML; give the address of an endpoint that speaks JSON")
	}
	return body, nil
}

// stayThere follows redirects on the same server only: who answers for an address
// can't send the program elsewhere.
func stayThere(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if next.URL.Host != first.Host || next.URL.Scheme != first.Scheme {
		return final("the server sends on to %s://%s; if that is right, give that address", next.URL.Scheme, next.URL.Host)
	}
	if len(before) > 3 {
		return final("the server sends on and on")
	}
	return nil
}

func newAnswerError(response *http.Response) error {
	answer := &answerError{status: response.StatusCode}
	if text := response.Header.Get("Retry-After"); text != "" {
		if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
			answer.after = time.Duration(min(seconds, 1<<30)) * time.Second
		} else if at, err := http.ParseTime(text); err == nil {
			answer.after = at.Sub(dateOf(response))
		}
	}
	said, _ := io.ReadAll(io.LimitReader(response.Body, 4096)) // what there is of it
	answer.said = strings.TrimSpace(strings.ToValidUTF8(string(said), "?"))
	return answer
}

// dateOf is the time by the server's clock, else far ahead, so that there is
// nothing to wait for.
func dateOf(response *http.Response) time.Time {
	at, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return time.Unix(1<<40, 0)
	}
	return at
}

// Endpoint is a server of Open311.
type Endpoint struct {
	base url.URL
	// Jurisdiction is the id of the one that is asked for, where a server has
	// several. Default: none is named.
	Jurisdiction string
}

// ParseEndpoint reads an endpoint's address, such as
// "https://311.example.org/open311/v2". Refused is one with a query, a name or a
// password in it, for addresses are logged, and one of http that is not on this
// machine.
func ParseEndpoint(text string) (Endpoint, error) {
	e, err := ParseInsecureEndpoint(text)
	if err == nil && e.base.Scheme != "https" && !onThisMachine(e.base.Hostname()) {
		return Endpoint{}, fmt.Errorf("%s is not of https: who is on the way could write records; if that must be, add --insecure", text)
	}
	return e, err
}

// ParseInsecureEndpoint is ParseEndpoint that takes any address of http.
func ParseInsecureEndpoint(text string) (Endpoint, error) {
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http":
		return Endpoint{}, errors.New("this is no address; write it as https://311.example.org/open311/v2")
	case address.User != nil || address.RawQuery != "" || address.Fragment != "":
		return Endpoint{}, errors.New("give the address of the endpoint alone, without a query, a name or a password: commands are logged")
	}
	path := strings.TrimSuffix(strings.TrimSuffix(address.Path, "requests.json"), "/")
	return Endpoint{base: url.URL{Scheme: address.Scheme, Host: address.Host, Path: path}}, nil
}

func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Host returns the server's name, without a port.
func (e Endpoint) Host() string { return e.base.Hostname() }

func (e Endpoint) String() string { return e.base.String() }

// at returns the address of something at the endpoint.
func (e Endpoint) at(name string, query url.Values) string {
	address := e.base
	address.Path += "/" + name
	if e.Jurisdiction != "" {
		query.Set("jurisdiction_id", e.Jurisdiction)
	}
	address.RawQuery = query.Encode()
	return address.String()
}

// Services asks for the codes of the services that the server has.
func (c *Client) Services(ctx context.Context, e Endpoint) ([]string, error) {
	var codes []string
	err := c.get(ctx, e.at("services.json", url.Values{}), func(body []byte) error {
		// A service has its code where a request has it.
		services, err := intake.ReadRequests(body)
		codes = nil
		for _, service := range services {
			if service.Service != "" {
				codes = append(codes, service.Service)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("asking for the services of %s: %w", e, err)
	}
	return codes, nil
}
