package geotest

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"commonground/geo"
)

var peerPoints = flag.Int("peers.points", 1_000_000, "points of the made-up city to compare engines with")

// fewPoints is how many of the points the slow engines are asked for.
const fewPoints = 100_000

// BenchmarkPeers puts the classifier beside its peers on the same areas and
// points, in one run, and prints a table:
//
//	go test ./geo/geotest -run '^$' -bench Peers
//
// Every engine says for each point which area it belongs to, and runs on one
// thread. Times are medians; a difference is a point whose area isn't the one
// that the classifier says. Wanted are PostGIS, GEOS and a C compiler.
func BenchmarkPeers(b *testing.B) {
	b.Run("areas=made-up", func(b *testing.B) {
		areas := Workload(5001)
		measurePeers(b, "a made-up city", areas, Points(areas, *peerPoints, 1))
	})
	b.Run("areas=lsoa", func(b *testing.B) {
		var points []geo.Point
		for _, r := range policeReports(b) {
			points = append(points, r.point)
		}
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
		measurePeers(b, "LSOAs of England and Wales, reports of police.uk", censusAreas(b), points)
	})
}

// field is what all engines are measured on.
type field struct {
	areas       []geo.Area // ranked
	orders      []order
	adversarial []geo.Point
	ours        [2][]int32 // answers for random points and for adversarial ones
}

func measurePeers(b *testing.B, name string, areas []geo.Area, points []geo.Point) {
	f := &field{orders: ordersOf(points), adversarial: Adversarial(areas, fewPoints, 1)}
	for b.Loop() {
		results := f.classifier(b, areas)
		results = append(results, f.geos(b), f.naive())
		results = append(results, f.postgis(b)...)
		f.print(name, results)
		best := results[0]
		b.ReportMetric(nsPerPoint(best.random, best.points), "ns/point-random")
		b.ReportMetric(nsPerPoint(best.z, best.points), "ns/point-z")
	}
	b.ReportMetric(0, "ns/op")
}

// differ counts where an engine disagrees with the classifier about the first
// of the points.
func (f *field) differ(random, adversarial []int32) (counts [2]int) {
	for k, theirs := range [][]int32{random, adversarial} {
		for i, rank := range theirs {
			if rank != f.ours[k][i] {
				counts[k]++
			}
		}
	}
	return counts
}

// classifier measures it asked for areas, for classes, and one call a point.
func (f *field) classifier(b *testing.B, areas []geo.Area) []result {
	c, w := weigh(func() *geo.Classifier { return prepared(b, areas) })
	f.areas = c.Areas()
	n := len(f.orders[0].points)
	indexes, adversarial, classes := make([]int32, n), make([]int32, len(f.adversarial)), make([]geo.Class, n)
	c.Locate(indexes, f.orders[0].points)
	c.Locate(adversarial, f.adversarial)
	f.ours = [2][]int32{append([]int32(nil), indexes...), adversarial}
	ways := []struct {
		name string
		ask  func([]geo.Point)
	}{
		{"Classifier.Locate", func(points []geo.Point) { c.Locate(indexes, points) }},
		{"Classifier.Classify, classes only", func(points []geo.Point) { c.Classify(classes, points) }},
		{"Classifier.Area, a call for each point", func(points []geo.Point) {
			for _, p := range points {
				c.Area(p)
			}
		}},
	}
	var results []result
	for _, way := range ways {
		results = append(results, result{
			engine: way.name, points: n, built: w.took, bytes: w.kept, peak: w.peak,
			random: median(7, func() { way.ask(f.orders[0].points) }),
			z:      median(7, func() { way.ask(f.orders[1].points) }),
		})
	}
	return results
}

func (f *field) geos(b *testing.B) result {
	random, z := f.orders[0].points, f.orders[1].points
	a := askGEOS(b, geosProgram(b), f.areas, random, z, random, z, random, z, f.adversarial)
	took := func(first int) time.Duration {
		return middle([]time.Duration{a.batches[first].took, a.batches[first+2].took, a.batches[first+4].took})
	}
	return result{
		engine: "GEOS, prepared covers in a tree", points: len(random), random: took(0), z: took(1),
		built: a.prepared, bytes: a.bytes, differences: f.differ(a.batches[0].ranks, a.batches[6].ranks),
	}
}

func (f *field) naive() result {
	engine, w := weigh(func() *naive { return newNaive(f.areas) })
	few := f.few()
	random, adversarial := make([]int32, len(few[0].points)), make([]int32, len(f.adversarial))
	r := result{engine: "orb in an R-tree, as it is", points: len(random), built: w.took, bytes: w.kept, peak: w.peak}
	r.z = median(3, func() { engine.locate(random, few[1].points) })
	r.random = median(3, func() { engine.locate(random, few[0].points) })
	engine.locate(adversarial, f.adversarial)
	r.differences = f.differ(random, adversarial)
	return r
}

// few are some of the points, spread alike, in both orders.
func (f *field) few() []order {
	return ordersOf(f.orders[0].points[:min(fewPoints, len(f.orders[0].points))])
}

// postgis asks the usual way with few points, and the others with all, since
// they pay for each area.
func (f *field) postgis(b *testing.B) []result {
	db := newPostGIS(b)
	start := time.Now()
	db.load(f.areas)
	built := time.Since(start)
	results := []result{
		f.postgisBy(db, "PostGIS, plan it picks for ST_Covers", plainly, f.few()),
		f.postgisBy(db, "PostGIS, plan it picks for ST_Intersects", intersecting, f.orders),
		f.postgisBy(db, "PostGIS, area by area (LATERAL, OFFSET 0)", byArea, f.orders),
	}
	for i := range results {
		results[i].built, results[i].bytes = built, db.size("areas")
	}
	return results
}

func (f *field) postgisBy(db *postgis, engine, question string, orders []order) result {
	r := result{engine: engine, points: len(orders[0].points)}
	db.ask(orders[1].points)
	r.z = median(3, func() { db.time(question) })
	db.ask(orders[0].points)
	r.random = median(3, func() { db.time(question) })
	random := db.answers(question, r.points)
	db.ask(f.adversarial)
	r.differences = f.differ(random, db.answers(question, len(f.adversarial)))
	return r
}
