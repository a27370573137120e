package api_test

import (
	"net/http"
	"testing"
)

func BenchmarkSample(b *testing.B) {
	s := start(b, withSample(b))
	for name, path := range map[string]string{
		"tile=z10":      "/v1/tiles/hotspots/10/505/325.mvt",
		"tile=z13":      "/v1/tiles/hotspots/13/4041/2603.mvt",
		"counts=weekly": "/v1/counts",
		"locations":     "/v1/locations",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if response, body := s.do(http.MethodGet, path, ""); response.StatusCode != http.StatusOK {
					b.Fatalf("%s: %s", response.Status, body)
				}
			}
		})
	}
}
