package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// client is one HTTP/1.1 connection that is kept open. It does no more than a
// program must that wants the answer: that of a library would take longer than
// some of the answers, on a machine that it shares with the server.
type client struct {
	connection net.Conn
	reader     *bufio.Reader
	host       string
	body       bytes.Buffer
}

// reply is an answer. Its body is good until the next one.
type reply struct {
	status int
	tag    string // ETag
	body   []byte
}

func newClient(t testing.TB, origin string) *client {
	t.Helper()
	host := strings.TrimPrefix(origin, "http://")
	connection, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() }) // nothing is under way any more
	return &client{connection: connection, reader: bufio.NewReaderSize(connection, 64<<10), host: host}
}

// do sends a request with header lines, each ended by CR LF, and reads the
// answer whole.
func (c *client) do(method, path, header, body string) (reply, error) {
	if body != "" {
		header += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	request := method + " " + path + " HTTP/1.1\r\nHost: " + c.host + "\r\nCookie: " + everyRole + "\r\n" + header + "\r\n" + body
	if _, err := io.WriteString(c.connection, request); err != nil {
		return reply{}, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	c.body.Reset()
	_, err = c.body.ReadFrom(response.Body)
	return reply{status: response.StatusCode, tag: response.Header.Get("ETag"), body: c.body.Bytes()}, err
}

// asker asks question number i of a list and returns the size of the answer.
type asker func(i int) (bytes int, err error)

// limits of a measurement: it ends when its time is over and the least number
// of questions asked, or else the most.
type limits struct {
	time        time.Duration
	least, most int
}

// speed is what was measured of one server.
type speed struct {
	requests, bytes int
	elapsed         time.Duration
	took            []time.Duration // sorted
}

// workers is how many ask at a time, each on its own connection.
const workers = 2

// measure lets workers ask questions one after the other and times each.
func measure(t testing.TB, askers [workers]asker, within limits) speed {
	t.Helper()
	var next atomic.Int64
	var parts [workers]speed
	var failures [workers]error
	var group sync.WaitGroup
	started := time.Now()
	for worker, ask := range askers {
		group.Go(func() { failures[worker] = parts[worker].run(ask, &next, started, within) })
	}
	group.Wait()
	total := speed{elapsed: time.Since(started)}
	for worker, part := range parts {
		if failures[worker] != nil {
			t.Fatal(failures[worker])
		}
		total.requests, total.bytes = total.requests+part.requests, total.bytes+part.bytes
		total.took = append(total.took, part.took...)
	}
	slices.Sort(total.took)
	return total
}

func (s *speed) run(ask asker, next *atomic.Int64, started time.Time, within limits) error {
	for {
		i := int(next.Add(1)) - 1
		before := time.Now()
		if before.Sub(started) >= within.time && i >= within.least || within.most > 0 && i >= within.most {
			return nil
		}
		n, err := ask(i)
		if err != nil {
			return err
		}
		s.took = append(s.took, time.Since(before))
		s.requests, s.bytes = s.requests+1, s.bytes+n
	}
}

func (s *speed) perSecond() float64 { return float64(s.requests) / s.elapsed.Seconds() }

// quantile is the time within which a share of the answers came; 0 where there
// are none.
func (s *speed) quantile(share float64) time.Duration {
	if len(s.took) == 0 {
		return 0
	}
	return s.took[int(share*float64(len(s.took)-1))]
}

// Where this is set, the test binary is a server that answers every request
// with 204: the most that this machine can do.
const asNothing = "COMMONGROUND_TEST_AS_NOTHING"

func answerNothing() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test
		os.Exit(0)
	}()
	fmt.Println("http://" + listener.Addr().String())
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})))
}

// startNothing starts it as a process of its own.
func startNothing(t testing.TB) (origin string) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), asNothing+"=1")
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close(); _ = command.Wait() }) // it ends by itself
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}
