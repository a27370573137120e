package geo_test

import (
	"testing"

	"commonground/geo"
	"commonground/geo/geotest"
)

// How points are classified in bulk, and how engines compare, is measured in
// package geotest.
func BenchmarkDistanceM(b *testing.B) {
	areas := geotest.Workload(5001)
	c := classifier(b, areas...)
	points := geotest.Points(areas, 4096, 1)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c.DistanceM(points[i%len(points)])
		i++
	}
}

func BenchmarkAreasIn(b *testing.B) {
	areas := geotest.Workload(5001)
	c := classifier(b, areas...)
	points := geotest.Points(areas, 4096, 1)
	i := 0
	for b.Loop() {
		p := points[i%len(points)]
		c.AreasIn(p, geo.Point{Lon: p.Lon + 100_000, Lat: p.Lat + 100_000})
		i++
	}
}
