package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/sqlite"
)

var loadSeconds = flag.Int("load.seconds", 4, "how long honest and hostile clients load the server")

// Of 200 clients a quarter is hostile.
const (
	lookingClients = 120
	sendingClients = 30
	hostileClients = 50
)

// crowd is all the clients of a test, and what became of what they asked.
type crowd struct {
	origin string
	keys   []string // of the honest clients, and then of those who flood
	client *http.Client

	acknowledged, refused, limited atomic.Int64
	mu                             sync.Mutex
	took                           []time.Duration // by honest looks
	failed                         []string
}

// A crowd, a quarter of it hostile, loads the server until it is stopped in the
// middle: who is honest is served all the while, memory stays bounded, and what
// was acknowledged is there after the next start.
func TestTheHonestAreServedBesideTheHostile(t *testing.T) {
	const end, before = data.Date(20_782), 20_000
	path := filled(t, before, end)
	c := &crowd{keys: makeKeys(t, path, lookingClients+sendingClients+hostileClients), client: &http.Client{
		Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1000},
	}}
	s := startServingAs(t, path)
	c.origin = s.origin
	start := residentKB(t, s.Process)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var clients, hostile sync.WaitGroup
	for i := range lookingClients {
		clients.Go(func() { c.look(ctx, i) })
	}
	for i := range sendingClients {
		clients.Go(func() { c.send(ctx, lookingClients+i, end) })
	}
	for i := range hostileClients {
		hostile.Go(func() { c.harass(ctx, i) })
	}
	most := 0
	for until := time.Now().Add(time.Duration(*loadSeconds) * time.Second); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		most = max(most, residentKB(t, s.Process))
	}
	if err := s.Process.Signal(syscall.SIGTERM); err != nil { // all of them go on
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	c.mu.Lock()
	failed := slices.Clone(c.failed)
	c.mu.Unlock()
	stop()
	clients.Wait()
	hostile.Wait()
	if err := s.Wait(); err != nil {
		t.Errorf("the server's end: %v", err)
	}
	c.report(t, most-start, failed)
	again := startServing(t, path)
	if got, least := again.total(t).Visits, before+int(c.acknowledged.Load()); got < least {
		t.Errorf("%d visits after the next start, but %d were acknowledged", got, least)
	}
}

// makeKeys makes API keys of planners, and of crews with a source each.
func makeKeys(t *testing.T, path string, n int) (keys []string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for i := range n {
		asked := data.APIKey{Roles: data.Roles{data.Planner}, Purpose: "load", Expires: time.Now().Add(time.Hour)}
		if i >= lookingClients && i < lookingClients+sendingClients {
			asked.Roles, asked.Source = data.Roles{data.Crew}, fmt.Sprint("crew-", i)
		}
		text, key, err := signin.NewKey(time.Now(), asked)
		if err == nil {
			err = store.PutAPIKey(t.Context(), key)
		}
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, text)
	}
	return keys
}

func (c *crowd) do(client int, method, path, body string) (int, error) {
	request, err := http.NewRequest(method, c.origin+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+c.keys[client])
	request.Header.Set("Content-Type", "application/json")
	response, err := c.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

func (c *crowd) fail(ctx context.Context, what string) {
	if ctx.Err() != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = append(c.failed, what)
}

// look is a planner, who looks at the map and at counts some times a second.
func (c *crowd) look(ctx context.Context, client int) {
	random := rand.New(rand.NewPCG(3, uint64(client)))
	for ctx.Err() == nil {
		path := busyTile()
		if random.IntN(4) == 0 {
			path = "/v1/counts?by=week,class"
		}
		started := time.Now()
		status, err := c.do(client, http.MethodGet, path, "")
		if err != nil || status != http.StatusOK {
			c.fail(ctx, fmt.Sprintf("%s: %d %v", path, status, err))
			return
		}
		c.mu.Lock()
		c.took = append(c.took, time.Since(started))
		c.mu.Unlock()
		time.Sleep(time.Duration(100+random.IntN(200)) * time.Millisecond)
	}
}

// send is a crew that sends a pickup some times a second.
func (c *crowd) send(ctx context.Context, client int, end data.Date) {
	for n := 0; ctx.Err() == nil; n++ {
		body := fmt.Sprintf(`{"source":"crew-%d","ref":"%d","at":"%vT09:00","lon":-2.42,"lat":54.72,"found":{"needle":1}}`, client, n, end-1)
		status, err := c.do(client, http.MethodPost, "/v1/pickups", body)
		if err != nil || status != http.StatusCreated {
			c.fail(ctx, fmt.Sprintf("a pickup: %d %v", status, err))
			return
		}
		c.acknowledged.Add(1)
		time.Sleep(200 * time.Millisecond)
	}
}

// harass is hostile in one of four ways.
func (c *crowd) harass(ctx context.Context, i int) {
	for ctx.Err() == nil {
		switch i % 4 {
		case 0: // a body that comes a byte at a time
			c.dribble(ctx, "POST /v1/pickups HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "+c.keys[lookingClients]+"\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
		case 1: // headers that don't end
			c.dribble(ctx, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: "+strings.Repeat("a", 1<<20)+"\r\n\r\n")
		case 2: // as many as it can, signed in
			status, _ := c.do(lookingClients+sendingClients+i, http.MethodGet, "/v1/counts?by=week,class,kind,square", "")
			c.note(status)
		default: // and as a stranger
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.origin+"/staff/sign-in?to=/staff/", nil)
			if err != nil {
				return
			}
			if response, err := c.client.Transport.RoundTrip(request); err == nil {
				c.note(response.StatusCode)
				response.Body.Close()
			}
		}
	}
}

func (c *crowd) note(status int) {
	if status == http.StatusTooManyRequests {
		c.limited.Add(1)
	} else if status >= 400 {
		c.refused.Add(1)
	}
}

// dribble sends a request's beginning, and then a byte now and then.
func (c *crowd) dribble(ctx context.Context, begin string) {
	connection, err := net.DialTimeout("tcp", strings.TrimPrefix(c.origin, "http://"), time.Second)
	if err != nil {
		time.Sleep(50 * time.Millisecond)
		return
	}
	defer connection.Close()
	_, err = io.WriteString(connection, begin)
	for ctx.Err() == nil && err == nil {
		time.Sleep(100 * time.Millisecond)
		_, err = connection.Write([]byte(" "))
	}
}

// report says how it went, and complains where the honest were not served or
// memory grew.
func (c *crowd) report(t *testing.T, grownKB int, failed []string) {
	slices.Sort(c.took)
	t.Logf("%d s: %d looks of the honest, p50 %v, p99 %v, longest %v; %d pickups acknowledged; of the floods %d were limited, %d refused otherwise; memory grew by %d MB",
		*loadSeconds, len(c.took), c.took[len(c.took)/2], c.took[len(c.took)*99/100], c.took[len(c.took)-1], c.acknowledged.Load(),
		c.limited.Load(), c.refused.Load(), grownKB/1000)
	// While it stops, the server refuses new connections: one failure for each client is its end.
	for _, what := range failed {
		if !strings.Contains(what, "connection re") && !strings.Contains(what, "EOF") {
			t.Errorf("an honest client was not served: %s", what)
		}
	}
	if c.limited.Load() == 0 {
		t.Error("nobody who flooded was limited")
	}
	if grownKB > 300_000 {
		t.Errorf("memory grew by %d kB", grownKB)
	}
	if c.acknowledged.Load() == 0 {
		t.Error("no pickup was acknowledged")
	}
}
