package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb/maptile"

	"commonground/data"
)

// busyTile is one of the town of filled with many squares.
func busyTile() string {
	at := maptile.At([2]float64{-2.42, 54.72}, 12)
	return fmt.Sprintf("/v1/tiles/hotspots/12/%d/%d.mvt", at.X, at.Y)
}

// residentKB returns how much memory a process has, by /proc.
func residentKB(t *testing.T, process *os.Process) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process.Pid))
	if err != nil {
		t.Skip("only Linux tells how much memory a process has:", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("no line VmRSS")
	return 0
}

// ask opens a connection and asks for a path on it, without reading.
func (s serving) ask(path string) (net.Conn, error) {
	address := strings.TrimPrefix(s.origin, "http://")
	connection, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", path, address, everyRole)
	return connection, err
}

func TestFiveHundredConnectionsAreAnswered(t *testing.T) {
	const end = data.Date(20_782)
	s := startServing(t, filled(t, 5000, end))
	want := s.get(t, busyTile())
	client := http.Client{Timeout: 30 * time.Second, Transport: asEveryone{&http.Transport{MaxConnsPerHost: 500}}}
	var group sync.WaitGroup
	begin := make(chan struct{})
	for range 500 {
		group.Go(func() {
			<-begin
			response, err := client.Get(s.origin + busyTile())
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != http.StatusOK || !bytes.Equal(body, want) {
				t.Errorf("%s, %d bytes of %d, %v", response.Status, len(body), len(want), err)
			}
		})
	}
	close(begin)
	group.Wait()
	client.CloseIdleConnections()
}

// Who asks and reads nothing costs a connection and no tile: the bytes of a tile
// are there once for all.
func TestSlowClientsHoldNoMemory(t *testing.T) {
	const end, slow = data.Date(20_782), 300
	s := startServing(t, filled(t, 5000, end))
	tile := s.get(t, busyTile())
	before := residentKB(t, s.Process)
	for range slow {
		connection, err := s.ask(busyTile())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { connection.Close() })
	}
	time.Sleep(time.Second) // for the server to take them all up
	if got := s.get(t, busyTile()); !bytes.Equal(got, tile) {
		t.Errorf("another caller gets %d bytes, want %d", len(got), len(tile))
	}
	grown := residentKB(t, s.Process) - before
	t.Logf("%d clients who read nothing of a tile of %d kB cost %d kB", slow, len(tile)/1000, grown)
	// A connection takes some 20 to 40 kB; with a tile of its own it would take twice that and more.
	if grown > slow*60 {
		t.Errorf("memory grew by %d kB", grown)
	}
}

func TestAClientThatGoesAwayStopsItsWork(t *testing.T) {
	const end = data.Date(20_782)
	s := startServing(t, filled(t, 100, end))
	points := make([]byte, 8*1_000_000)
	for i := range 1_000_000 { // some kilometres from any area, so that each takes long
		copy(points[8*i:], []byte{0x40, 0x9f, 0x89, 0xfe, 0x80, 0x38, 0x9c, 0x20})
	}
	post := func(timeout time.Duration, body []byte) error {
		client := http.Client{Timeout: timeout, Transport: allRoles.Transport}
		response, err := client.Post(s.origin+"/v1/classify?distance=true", "application/vnd.commonground.points", bytes.NewReader(body))
		if err != nil {
			return err
		}
		defer response.Body.Close()
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
	started := time.Now()
	var group sync.WaitGroup
	for range 2 { // as many as are worked on at a time
		group.Go(func() {
			if err := post(300*time.Millisecond, points); err == nil {
				t.Log("answered before its caller left")
			}
		})
	}
	group.Wait()
	if err := post(9*time.Second, points[:8]); err != nil {
		t.Errorf("the next caller, %v later: %v", time.Since(started), err)
	}
}
