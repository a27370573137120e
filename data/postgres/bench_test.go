package postgres_test

import (
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"testing"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/postgres"
	"commonground/geo/geotest"
)

// BenchmarkPut puts batches from eight writers into a database that flushes each
// commit to disk.
func BenchmarkPut(b *testing.B) {
	cluster := geotest.NewCluster(b)
	store, err := postgres.Open(b.Context(), cluster.URL(), postgres.Options{})
	check(b, err)
	defer store.Close()
	n := &node{t: b, store: store, door: intake.New(store)}
	n.settle()
	for _, size := range []int{1, 1000} {
		b.Run("records="+strconv.Itoa(size), func(b *testing.B) {
			var last atomic.Int64
			b.ReportAllocs()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					first := last.Add(int64(size)) + int64(size)*1_000_000_000
					batch := make([]data.Pickup, size)
					for i := range batch {
						ref := first + int64(i)
						batch[i] = some(rand.New(rand.NewPCG(3, uint64(ref))), strconv.FormatInt(ref, 10)+b.Name())
					}
					if _, _, err := n.door.PutPickups(b.Context(), batch); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}
