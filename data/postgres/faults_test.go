package postgres_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"commonground/data/postgres"
	"commonground/geo/geotest"
)

// Each fault happens while a writer on each of three nodes sends batches. After it
// every acknowledged record is there exactly once, and the cubes of all nodes
// count what a fresh one counts.

// faultless is how long writers write before a fault and after it.
const faultless = 1500 * time.Millisecond

// threeNodes starts nodes at an address; the town is in their store.
func threeNodes(t *testing.T, address string) []*node {
	t.Helper()
	if testing.Short() {
		t.Skip("it stops and starts servers")
	}
	first := newNode(t, address, postgres.Options{})
	first.settle()
	return []*node{first, newNode(t, address, postgres.Options{}), newNode(t, address, postgres.Options{})}
}

func TestAServerThatCrashesAmidBatchesLosesNothing(t *testing.T) {
	t.Parallel()
	cluster := geotest.NewCluster(t)
	nodes := threeNodes(t, cluster.URL())
	load := drive(t, nodes...)
	for range 2 {
		time.Sleep(faultless)
		cluster.Crash()
		time.Sleep(300 * time.Millisecond)
		cluster.Start()
	}
	time.Sleep(faultless)
	load.end()
	load.checkAll(cluster.URL(), nodes...)
}

func TestAConnectionCutForTenSecondsLosesNothing(t *testing.T) {
	t.Parallel()
	cluster := geotest.NewCluster(t)
	cable := newWire(t, cluster.Port())
	nodes := threeNodes(t, cluster.URL())
	nodes[1].end()
	nodes[1] = newNode(t, cluster.Through(cable.port()), postgres.Options{})
	nodes[1].reach(5 * time.Second)
	load := drive(t, nodes...)
	time.Sleep(faultless)
	cable.cut(true)
	time.Sleep(10 * time.Second)
	cable.set(func(w *wire) { w.refuses = false })
	time.Sleep(faultless)
	cable.set(func(w *wire) { w.silent = true })
	time.Sleep(10 * time.Second)
	cable.set(func(w *wire) { w.silent = false })
	time.Sleep(faultless)
	load.end()
	load.checkAll(cluster.URL(), nodes...)
}

func TestASlowListenerComesToTheSameCounts(t *testing.T) {
	t.Parallel()
	cluster := geotest.NewCluster(t)
	cable := newWire(t, cluster.Port())
	nodes := threeNodes(t, cluster.URL())
	slow := newNode(t, cluster.Through(cable.port()), postgres.Options{})
	slow.reach(5 * time.Second)
	cable.set(func(w *wire) { w.delay = 20 * time.Millisecond })
	load := drive(t, nodes...)
	time.Sleep(2 * faultless)
	before := load.number()
	time.Sleep(2 * faultless)
	if load.number() == before {
		t.Error("nobody could write while one node listened slowly")
	}
	load.end()
	nodes = append(nodes, slow)
	load.checkAll(cluster.URL(), nodes...)
}

// Nothing of the store goes by a clock: not by the server's, which jumps here, and
// not by that of a node, as the source shows.
func TestClockJumpsChangeNothing(t *testing.T) {
	t.Parallel()
	cluster := geotest.NewCluster(t)
	set := cluster.Clock()
	cluster.Crash()
	cluster.Start()
	nodes := threeNodes(t, cluster.URL())
	load := drive(t, nodes...)
	for _, offset := range []string{"+1h", "-3d", "+400d", "-1s"} {
		time.Sleep(faultless / 2)
		before := cluster.Int(`SELECT extract(epoch FROM clock_timestamp())::bigint`)
		set(offset)
		if jumped := cluster.Int(`SELECT extract(epoch FROM clock_timestamp())::bigint`) - before; jumped > -50 && jumped < 50 {
			t.Fatalf("the server's clock went on by %d s: it does not jump", jumped)
		}
	}
	time.Sleep(faultless / 2)
	load.end()
	load.checkAll(cluster.URL(), nodes...)
}

func TestNoClockIsAsked(t *testing.T) {
	clock := regexp.MustCompile(`(?i)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\b(current_timestamp|current_date|localtimestamp)\b|time\.Now\(`)
	sources, err := filepath.Glob("*.go")
	check(t, err)
	migrations, err := filepath.Glob("migrations/*.sql")
	check(t, err)
	looked := 0
	for _, name := range append(sources, migrations...) {
		if strings.HasSuffix(name, "_test.go") || name == "replica.go" { // which measures how long something takes
			continue
		}
		content, err := os.ReadFile(name)
		check(t, err)
		looked++
		if asked := clock.Find(content); asked != nil {
			t.Errorf("%s asks a clock: %s", name, asked)
		}
	}
	if looked < 20 {
		t.Errorf("only %d files were looked at", looked)
	}
}

func either(a, b *geotest.Cluster) string {
	return fmt.Sprintf("%s&target_session_attrs=read-write&connect_timeout=2", geotest.Either(a, b))
}

func TestAPrimaryReplacedByItsSynchronousReplicaLosesNothing(t *testing.T) {
	t.Parallel()
	primary := geotest.NewCluster(t)
	nodes := threeNodes(t, primary.URL())
	for _, n := range nodes {
		n.end()
	}
	replica := primary.Replica(true)
	address := either(primary, replica)
	for i := range nodes {
		nodes[i] = newNode(t, address, postgres.Options{})
	}
	load := drive(t, nodes...)
	time.Sleep(faultless)
	primary.Crash()
	replica.Exec("postgres", "ALTER SYSTEM RESET synchronous_standby_names") // else it would wait for itself
	replica.Promote()
	time.Sleep(2 * faultless)
	load.end()
	load.checkAll(replica.URL(), nodes...)
}

func TestAnAsynchronousReplicaLosesWhatItHadNotGotYetAndNodesCountAnew(t *testing.T) {
	t.Parallel()
	primary := geotest.NewCluster(t)
	nodes := threeNodes(t, primary.URL())
	for _, n := range nodes {
		n.end()
	}
	cable := newWire(t, primary.Port())
	replica := primary.ReplicaThrough(cable.port(), false)
	address := either(primary, replica)
	for i := range nodes {
		nodes[i] = newNode(t, address, postgres.Options{})
	}
	load := drive(t, nodes...)
	time.Sleep(faultless)
	cable.cut(true) // the replica gets nothing any more
	before := load.number()
	time.Sleep(500 * time.Millisecond)
	primary.Crash()
	lost := load.number() - before
	replica.Promote()
	time.Sleep(2 * faultless)
	load.end()
	missing := load.missing(replica.URL(), nodes...)
	t.Logf("%d acknowledged records are lost, of about %d that came while the replica got nothing", missing, lost)
	if missing == 0 {
		t.Error("nothing was lost: the fault did not happen")
	}
}
