package postgres_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/postgres"
	"commonground/geo/geotest"
)

// put stores a batch of new records.
func (n *node) put(from int) {
	n.t.Helper()
	batch := make([]data.Pickup, batchSize)
	for i := range batch {
		batch[i] = some(rand.New(rand.NewPCG(1, uint64(from+i))), time.Duration(from+i).String())
	}
	_, refused, err := n.door.PutPickups(n.t.Context(), batch)
	check(n.t, err)
	if len(refused) > 0 {
		n.t.Fatal(refused)
	}
}

// until waits until something holds.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 30 s not yet: %s", what)
		}
	}
}

func TestViewsComeFromAReplicaThatIsNotTooFarBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers")
	}
	t.Parallel()
	primary := geotest.NewCluster(t)
	first := newNode(t, primary.URL(), postgres.Options{})
	first.settle()
	replica := primary.Replica(false)
	const maxLag = 2 * time.Second
	reading := newNode(t, primary.URL(), postgres.Options{Read: replica.URL(), MaxLag: maxLag})
	reading.reach(10 * time.Second)
	queries := func() int64 {
		return replica.Int(`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'commonground' AND query LIKE '%FROM change%'`)
	}
	until(t, "the replica is read", func() bool { return reading.store.Reading().Replica && queries() > 0 })
	first.put(0)
	reading.reach(time.Second)

	// While nothing is replayed the node sees what it saw, its lag is told, and the
	// moment that it's too long the primary is read.
	replica.Exec("commonground", "SELECT pg_wal_replay_pause()")
	first.put(batchSize)
	position, err := first.store.Position(t.Context())
	check(t, err)
	began := time.Now()
	until(t, "the lag is told", func() bool { return reading.store.Reading().Lag > maxLag/2 })
	if now, _ := reading.live.Now(); now.Position >= position || !reading.store.Reading().Replica {
		t.Errorf("with a lag of %v the node counts up to %d of %d", reading.store.Reading().Lag, now.Position, position)
	}
	until(t, "the primary is read", func() bool { return !reading.store.Reading().Replica })
	reading.reach(2 * time.Second)
	if took := time.Since(began); took > maxLag+2*time.Second {
		t.Errorf("the node was %v behind, and may be %v", took, maxLag)
	}
	first.put(2 * batchSize)
	reading.reach(time.Second)

	replica.Exec("commonground", "SELECT pg_wal_replay_resume()")
	until(t, "the replica is read again", func() bool { return reading.store.Reading() == (postgres.Reading{Replica: true}) })
	first.put(3 * batchSize)
	reading.reach(time.Second)
	replica.Crash() // and without it all goes on
	first.put(4 * batchSize)
	reading.reach(5 * time.Second)
	first.put(5 * batchSize)
	reading.reach(time.Second)
}

// A replica ends a view that keeps it from following: so a node must not end.
func TestAViewThatAReplicaEndsIsAStoreThatIsAway(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers")
	}
	t.Parallel()
	primary := geotest.NewCluster(t)
	first := newNode(t, primary.URL(), postgres.Options{})
	first.settle()
	for i := range 100 {
		first.put(i * batchSize)
	}
	replica := primary.Replica(false)
	replica.Exec("postgres", "ALTER SYSTEM SET max_standby_streaming_delay = 0")
	replica.Exec("postgres", "SELECT pg_reload_conf()")
	store, err := postgres.Open(t.Context(), primary.URL(), postgres.Options{Read: replica.URL()})
	check(t, err)
	defer store.Close()
	if !store.Reading().Replica {
		t.Fatal("the replica is not read")
	}
	_, all, err := store.Pickups(t.Context())
	check(t, err)
	primary.Exec("commonground", "VACUUM FULL commonground.pickup")
	time.Sleep(time.Second)
	err = nil
	for _, err = range all {
		if err != nil {
			break
		}
	}
	if !errors.Is(err, data.ErrAway) {
		t.Errorf("the view ended with %v, want %v", err, data.ErrAway)
	}
}
