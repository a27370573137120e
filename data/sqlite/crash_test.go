package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

// crashFile names, in the environment, the file into which this test binary
// writes until it is killed.
const crashFile = "COMMONGROUND_CRASH_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		fmt.Fprintln(os.Stderr, writeForever(path))
		os.Exit(1)
	}
	if path := os.Getenv(crashAudit); path != "" {
		fmt.Fprintln(os.Stderr, auditForever(path))
		os.Exit(1)
	}
	if path := os.Getenv(crashRetention); path != "" {
		fmt.Fprintln(os.Stderr, destroyOnce(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever puts pickups, one alone and three together in turns, and prints
// the reference of each once it is acknowledged.
func writeForever(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	n, err := s.Position(ctx)
	if err != nil {
		return err
	}
	for {
		var batch []data.Pickup
		for range 1 + 2*(n%2) {
			batch = append(batch, crashPickup(int(n), len(batch)))
		}
		if _, err := s.PutPickups(ctx, 1, batch); err != nil {
			return err
		}
		for _, p := range batch {
			fmt.Println(p.Ref)
		}
		n++
	}
}

// crashPickup is number i of a batch of one (n is even) or three.
func crashPickup(n, i int) data.Pickup {
	return data.Pickup{
		Key:      data.Key{Source: "crew", Ref: fmt.Sprintf("%d-%d", n, i)},
		Position: data.Position{Point: &geo.Point{Lon: int32(n), Lat: int32(i)}},
		At:       data.InstantOf(time.UnixMilli(int64(n)).UTC()),
		Found:    []data.Quantity{{Kind: "condom", Items: n}, {Kind: "needle", Items: i}},
	}
}

func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	withScheme(t, s)
	shut(t, s)
	acknowledged := map[string]bool{}
	for range 5 {
		for _, ref := range killWhileWriting(t, crashFile, path) {
			acknowledged[ref] = true
		}
		checkAfterKill(t, path, acknowledged)
	}
	if len(acknowledged) < 20 {
		t.Errorf("only %d were acknowledged: the writer hardly ran", len(acknowledged))
	}
}

// killWhileWriting starts a writer, the one that the variable means, kills it at some moment after its first
// acknowledgement and returns the references that it printed.
func killWhileWriting(t *testing.T, variable, path string) []string {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), variable+"="+path)
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var refs []string
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line cut off was acknowledged too, but can't be told from another
		}
		if len(refs) == 0 {
			time.AfterFunc(rand.N(100*time.Millisecond), func() { child.Process.Kill() })
		}
		refs = append(refs, strings.TrimSpace(line))
	}
	child.Wait() // the error says that it was killed
	return refs
}

// checkAfterKill reads the store before anything else writes to it.
func checkAfterKill(t *testing.T, path string, acknowledged map[string]bool) {
	t.Helper()
	s := openFile(t, path)
	defer s.Close()
	there := map[string]int{}
	_, all, err := s.Pickups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		there[p.Ref]++
		checkWhole(t, p)
	}
	for ref := range acknowledged {
		if there[ref] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", ref, there[ref])
		}
	}
	checkBatches(t, there)
	changes, err := s.Changes(t.Context(), 1, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		there[change.Pickup.Ref]--
	}
	for ref, n := range there {
		if n != 0 {
			t.Errorf("%s is in the feed %d times", ref, 1-n)
		}
	}
}

func checkWhole(t *testing.T, p data.Pickup) {
	t.Helper()
	var n, i int
	if _, err := fmt.Sscanf(p.Ref, "%d-%d", &n, &i); err != nil {
		t.Fatal(err)
	}
	want := crashPickup(n, i)
	if !p.Same(want) {
		t.Errorf("%+v is there, want %+v", p, want)
	}
}

// checkBatches tells of a batch of three that is there in part.
func checkBatches(t *testing.T, there map[string]int) {
	t.Helper()
	for ref := range there {
		batch, _, _ := strings.Cut(ref, "-")
		var n int
		fmt.Sscan(batch, &n)
		if n%2 == 1 && there[batch+"-0"]+there[batch+"-1"]+there[batch+"-2"] != 3 {
			t.Errorf("batch %s is there in part", batch)
		}
	}
}
