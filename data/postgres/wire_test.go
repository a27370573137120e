package postgres_test

import (
	"net"
	"strconv"
	"sync"
	"testing"
	"time"
)

// wire passes on what comes to a port of loopback, until it is cut.
type wire struct {
	t        testing.TB
	listener net.Listener

	mutex   sync.Mutex
	target  int
	silent  bool          // nothing passes, and nobody is told
	refuses bool          // connections end at once
	delay   time.Duration // before each piece is passed on
	open    map[net.Conn]bool
}

// newWire returns a wire to a port of loopback.
func newWire(t testing.TB, target int) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, listener: listener, target: target, open: map[net.Conn]bool{}}
	done := make(chan struct{})
	go func() { defer close(done); w.accept() }()
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut(true)
		<-done
	})
	return w
}

func (w *wire) port() int { return w.listener.Addr().(*net.TCPAddr).Port }

func (w *wire) accept() {
	for {
		from, err := w.listener.Accept()
		if err != nil {
			return
		}
		go w.join(from)
	}
}

func (w *wire) join(from net.Conn) {
	w.mutex.Lock()
	target, refuses := w.target, w.refuses
	w.open[from] = true
	w.mutex.Unlock()
	to, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(target)))
	if err != nil || refuses {
		from.Close()
		if err == nil {
			to.Close()
		}
		return
	}
	w.mutex.Lock()
	w.open[to] = true
	w.mutex.Unlock()
	go w.pass(from, to)
	w.pass(to, from)
}

// pass passes on pieces; while the wire is silent it keeps them.
func (w *wire) pass(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		for w.isSilent() {
			time.Sleep(5 * time.Millisecond)
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) isSilent() bool {
	w.mutex.Lock()
	silent, delay := w.silent, w.delay
	w.mutex.Unlock()
	if delay > 0 {
		time.Sleep(delay)
	}
	return silent
}

// cut ends all connections, and refuses others if it is to.
func (w *wire) cut(refuse bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.refuses, w.silent = refuse, false
	for conn := range w.open {
		conn.Close()
	}
	clear(w.open)
}

// set changes the wire under its lock.
func (w *wire) set(do func(*wire)) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	do(w)
}
