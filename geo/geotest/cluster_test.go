package geotest

import "testing"

func TestAClusterKeepsWhatItAcknowledgedAndIsFollowed(t *testing.T) {
	primary := NewCluster(t)
	primary.Exec("commonground", "CREATE TABLE mine (n int)")
	replica := primary.Replica(true)
	primary.Exec("commonground", "INSERT INTO mine VALUES (1)")
	primary.Crash()
	replica.Promote()
	replica.Exec("commonground", "INSERT INTO mine VALUES (2)")
	primary.Start()
	primary.Exec("postgres", "ALTER SYSTEM RESET synchronous_standby_names") // it waits for nobody
	if got, want := primary.Int("SELECT sum(n) FROM mine"), int64(1); got != want {
		t.Errorf("the first has %d, want %d", got, want)
	}
	if got, want := replica.Int("SELECT sum(n) FROM mine"), int64(3); got != want {
		t.Errorf("the other has %d, want %d", got, want)
	}
}
