package main

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"commonground/geo/geotest"
)

// BenchmarkNodes asks one server, and three in turns, for tiles of the sample that
// nobody keeps. On one machine they share its processors with who asks.
func BenchmarkNodes(b *testing.B) {
	address := geotest.Postgres(b)
	files := "--files=" + b.TempDir()
	mustRun(b, "--store="+address, files, "sample", "--seal=0", "--until=2026-11-23")
	var nodes []serving
	for range 3 {
		nodes = append(nodes, startServing(b, address, files, "--tile-cache=0"))
	}
	for _, n := range []int{1, 3} {
		b.Run(fmt.Sprintf("nodes=%d", n), func(b *testing.B) {
			client := &http.Client{Transport: asEveryone{&http.Transport{MaxIdleConnsPerHost: 16}}}
			var turn atomic.Int64
			b.ReportAllocs()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := turn.Add(1)
					z, x, y := 14, 8079+int(i)%5, 5202+int(i/5)%5
					path := fmt.Sprintf("/v1/tiles/hotspots/%d/%d/%d.mvt", z, x, y)
					response, err := client.Get(nodes[int(i)%n].origin + path)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, response.Body)
					response.Body.Close()
					if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNoContent {
						b.Error(response.Status)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tiles/s")
		})
	}
}
