package postgres_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/data/postgres"
	"commonground/geo"
	"commonground/geo/geotest"
)

var fillRecords = flag.Int("fill.records", 0, "how many records TestFill puts into a database; 0 skips it")

// TestFill fills a database and tells what a record costs as it grows, for the
// plan in ARCHITECTURE.md:
//
//	go test ./data/postgres -run TestFill -v -timeout 2h -fill.records 20000000
func TestFill(t *testing.T) {
	if *fillRecords == 0 {
		t.Skip("it takes minutes; -fill.records says how many records")
	}
	cluster := geotest.NewCluster(t)
	cluster.Exec("postgres", "ALTER SYSTEM SET max_wal_size = '8GB'")
	cluster.Exec("postgres", "SELECT pg_reload_conf()")
	store, err := postgres.Open(t.Context(), cluster.URL(), postgres.Options{})
	check(t, err)
	defer store.Close()
	n := &node{t: t, store: store, door: intake.New(store)}
	n.settle()
	steps := 10
	for step := range steps {
		fillStep(t, n, cluster, step**fillRecords/steps, (step+1)**fillRecords/steps)
	}
}

const (
	fillWriters = 4
	fillBatch   = 5000
)

// fillStep puts records and tells what that took, what they take, and what it
// takes to count and to follow them.
func fillStep(t *testing.T, n *node, cluster *geotest.Cluster, from, to int) {
	began, ours, theirs := time.Now(), ownCPU(t), postgresCPU(t)
	var group sync.WaitGroup
	for w := range fillWriters {
		group.Go(func() {
			for first := from + w*fillBatch; first < to; first += fillWriters * fillBatch {
				n.putRange(first, min(first+fillBatch, to))
			}
		})
	}
	group.Wait()
	took, ours, theirs := time.Since(began), ownCPU(t)-ours, postgresCPU(t)-theirs
	added := to - from
	per := func(d time.Duration, records int) string {
		return fmt.Sprintf("%.2f µs", float64(d.Microseconds())/float64(records))
	}
	size := func(what string) int64 {
		return cluster.Int(`SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
			WHERE relnamespace = 'commonground'::regnamespace AND relkind = 'r' AND relname ~ '` + what + `'`)
	}
	t.Logf("%d records: %.0f rows/s; CPU a record: node %s, database %s", to, float64(added)/took.Seconds(), per(ours, added), per(theirs, added))
	t.Logf("  bytes a record: records %d, keys %d, feed %d", size(`^pickup_(\d|other)`)/int64(to), size(`^pickup_key`)/int64(to), size(`^change`)/int64(to))

	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, ours, theirs = time.Now(), ownCPU(t), postgresCPU(t)
	live := cube.NewLive(n.store, n.door, cube.Options{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- live.Run(ctx) }()
	position, err := n.store.Position(t.Context())
	check(t, err)
	check(t, live.Reach(t.Context(), position))
	took, ours, theirs = time.Since(began), ownCPU(t)-ours, postgresCPU(t)-theirs
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("  a node starts in %.1f s; CPU a record: node %s, database %s; %d bytes a record in memory",
		took.Seconds(), per(ours, to), per(theirs, to), (int64(after.HeapInuse)-int64(before.HeapInuse))/int64(to))

	const followed = 100_000
	began, ours, theirs = time.Now(), ownCPU(t), postgresCPU(t)
	read := 0
	for at := position - followed; at < position; {
		some, err := n.store.Changes(t.Context(), at, 1000)
		check(t, err)
		at = some[len(some)-1].Position
		read += len(some)
	}
	took, ours, theirs = time.Since(began), ownCPU(t)-ours, postgresCPU(t)-theirs
	t.Logf("  the feed is read at %.0f entries/s; CPU an entry: node %s, database %s", float64(read)/took.Seconds(), per(ours, read), per(theirs, read))
	stop()
	<-ended
}

// putRange puts records over twelve years, most of them of the last.
func (n *node) putRange(from, to int) {
	batch := make([]data.Pickup, 0, to-from)
	for i := from; i < to; i++ {
		random := rand.New(rand.NewPCG(11, uint64(i)))
		p := geo.Point{Lon: -15_650_000 + random.Int32N(300_000), Lat: 537_800_000 + random.Int32N(200_000)}
		day := 20_400 - int(random.ExpFloat64()*900)
		batch = append(batch, data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprintf("%09d", i)}, Position: data.Position{Point: &p},
			At:    data.InstantOf(time.Unix(int64(max(day, 16_000))*86_400+int64(random.IntN(80_000)), 0)),
			Found: []data.Quantity{{Kind: "condom_used", Items: random.IntN(3)}, {Kind: "needle", Items: random.IntN(5)}},
		})
	}
	if _, refused, err := n.door.PutPickups(n.t.Context(), batch); err != nil || len(refused) > 0 {
		n.t.Error(err, refused)
	}
}

// ownCPU is the processor time of this process.
func ownCPU(t *testing.T) time.Duration {
	var used syscall.Rusage
	check(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// postgresCPU is the processor time of all processes of PostgreSQL that run.
func postgresCPU(t *testing.T) (total time.Duration) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	check(t, err)
	for _, path := range stats {
		content, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(content), "(postgres)") {
			continue // it ended meanwhile
		}
		_, rest, _ := strings.Cut(string(content), ") ")
		var user, system int64
		fields := strings.Fields(rest)
		if _, err := fmt.Sscan(fields[11], &user); err == nil {
			_, err = fmt.Sscan(fields[12], &system)
			check(t, err)
		}
		total += time.Duration(user+system) * 10 * time.Millisecond
	}
	return total
}
