package geotest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"commonground/geo"
)

// city is a workload prepared for measuring; each is made once a process.
type city struct {
	classifier *geo.Classifier
	orders     []order
}

// order is the same points in one order.
type order struct {
	name   string
	points []geo.Point
}

func ordersOf(points []geo.Point) []order {
	sorted := append([]geo.Point(nil), points...)
	SortZ(sorted)
	return []order{{"random", points}, {"z", sorted}}
}

var cityOf5001 = sync.OnceValue(func() city {
	areas := Workload(5001)
	c, err := geo.NewClassifier(areas)
	if err != nil {
		panic(err)
	}
	return city{c, ordersOf(Points(areas, 1_000_000, 1))}
})

// perPoint runs a question about all points of each order.
func perPoint(b *testing.B, ask func(*geo.Classifier, []geo.Point)) {
	town := cityOf5001()
	for _, o := range town.orders {
		b.Run(fmt.Sprintf("order=%s/areas=5001", o.name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(town.classifier, o.points)
			}
			b.ReportMetric(nsPerPoint(b.Elapsed()/time.Duration(b.N), len(o.points)), "ns/point")
		})
	}
}

func nsPerPoint(took time.Duration, points int) float64 {
	return float64(took.Nanoseconds()) / float64(points)
}

func BenchmarkClassify(b *testing.B) {
	classes := make([]geo.Class, 1_000_000)
	perPoint(b, func(c *geo.Classifier, points []geo.Point) { c.Classify(classes, points) })
}

func BenchmarkLocate(b *testing.B) {
	indexes := make([]int32, 1_000_000)
	perPoint(b, func(c *geo.Classifier, points []geo.Point) { c.Locate(indexes, points) })
}

// BenchmarkClass asks for one point a call.
func BenchmarkClass(b *testing.B) {
	counts := [256]int{}
	perPoint(b, func(c *geo.Classifier, points []geo.Point) {
		for _, p := range points {
			counts[c.Class(p)]++
		}
	})
}

// BenchmarkArea asks for one point a call.
func BenchmarkArea(b *testing.B) {
	found := 0
	perPoint(b, func(c *geo.Classifier, points []geo.Point) {
		for _, p := range points {
			if _, ok := c.Area(p); ok {
				found++
			}
		}
	})
}

// BenchmarkGrowth prepares ever more areas, with some 118 vertices each up to
// 50,001 and 24 beyond, and asks for a million points. With -short it ends at
// 50,001.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{5, 50, 501, 5001, 50_001, 500_000} {
		b.Run(fmt.Sprintf("areas=%d", n), func(b *testing.B) {
			if testing.Short() && n > 50_001 {
				b.Skip("takes minutes")
			}
			areas := Workload(n)
			orders := ordersOf(Points(areas, 1_000_000, 1))
			indexes, classes := make([]int32, 1_000_000), make([]geo.Class, 1_000_000)
			for b.Loop() {
				c, w := weigh(func() *geo.Classifier { return prepared(b, areas) })
				b.ReportMetric(w.took.Seconds(), "s/build")
				b.ReportMetric(float64(w.kept)/1e6, "MB")
				b.ReportMetric(float64(w.peak)/1e6, "MB-peak")
				for _, o := range orders {
					took := median(5, func() { c.Classify(classes, o.points) })
					b.ReportMetric(nsPerPoint(took, len(o.points)), "ns/class-"+o.name)
					took = median(5, func() { c.Locate(indexes, o.points) })
					b.ReportMetric(nsPerPoint(took, len(o.points)), "ns/area-"+o.name)
				}
			}
		})
	}
}

func prepared(t testing.TB, areas []geo.Area) *geo.Classifier {
	c, err := geo.NewClassifier(areas)
	check(t, err)
	return c
}

// median runs something so many times and returns the middle time.
func median(times int, run func()) time.Duration {
	all := make([]time.Duration, times)
	for i := range all {
		start := time.Now()
		run()
		all[i] = time.Since(start)
	}
	return middle(all)
}
