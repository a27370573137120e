package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// blobs makes n × n ragged areas of 100 vertices side by side.
func blobs(n int) []geo.Area {
	var areas []geo.Area
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n * n {
		var ring orb.Ring
		for k := range 100 {
			sin, cos := math.Sincos(float64(k) * 2 * math.Pi / 100)
			radius := 0.0045 + 0.0005*random.Float64()
			ring = append(ring, orb.Point{float64(i%n)*0.01 + radius*cos, 53 + float64(i/n)*0.01 + radius*sin})
		}
		class := geo.Residential
		if i%7 == 0 {
			class = geo.NonResidential
		}
		areas = append(areas, geo.Area{ID: fmt.Sprint(i), Class: class, Shape: orb.MultiPolygon{{append(ring, ring[0])}}})
	}
	return areas
}

func BenchmarkArea(b *testing.B) {
	for _, n := range []int{5, 70} {
		b.Run(fmt.Sprintf("areas=%d", n*n), func(b *testing.B) {
			c := classifier(b, blobs(n)...)
			random := rand.New(rand.NewPCG(3, 4))
			points := make([]geo.Point, 4096)
			for i := range points {
				points[i], _ = geo.NewPoint(random.Float64()*float64(n)*0.01, 53+random.Float64()*float64(n)*0.01)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				c.Area(points[i%len(points)])
				i++
			}
		})
	}
}
