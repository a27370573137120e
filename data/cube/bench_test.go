package cube_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/sample"
	"commonground/geo"
)

// many is how many pickups the benchmarks count.
const many = 1_000_000

// cityPickups are pickups of five years in a town of 4 by 5 km: four in five
// around 300 spots, some of which are visited far more often than others.
func cityPickups(n int) []data.Pickup {
	random := rand.New(rand.NewPCG(1, 2))
	often := rand.NewZipf(random, 1.1, 3, 299)
	spots := make([][2]float64, 300)
	for i := range spots {
		spots[i] = [2]float64{random.Float64(), random.Float64()}
	}
	first := time.Date(2021, 11, 24, 6, 0, 0, 0, time.UTC)
	pickups := make([]data.Pickup, n)
	for i := range pickups {
		at := [2]float64{random.Float64(), random.Float64()}
		if random.IntN(5) > 0 {
			spot := spots[often.Uint64()]
			at = [2]float64{spot[0] + random.NormFloat64()*0.005, spot[1] + random.NormFloat64()*0.005}
		}
		point := geo.Point{Lon: centre.Lon - 300_000 + int32(at[0]*700_000), Lat: centre.Lat - 300_000 + int32(at[1]*500_000)}
		pickups[i] = data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprint(i)}, Position: data.Position{Point: &point},
			At: data.InstantOf(first.Add(time.Duration(i) * (5 * 365 * 24 * time.Hour / time.Duration(n)))),
			Found: []data.Quantity{
				{Kind: "condom_unused", Items: random.IntN(2)}, {Kind: "condom_used", Items: random.IntN(4)}, {Kind: "needle", Items: random.IntN(3) / 2},
			},
		}
	}
	return pickups
}

func BenchmarkCube(b *testing.B) {
	scheme := sampleScheme(b)
	timeline, err := geo.NewTimeline([]geo.Boundary{{Version: 1, From: time.Unix(0, 0), Areas: sample.Areas(1)}})
	check(b, err)
	pickups := cityPickups(many)
	for i := range pickups {
		pickups[i].Locate(timeline, scheme, pickups[i].At)
	}
	c := cube.New(scheme)
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c = cube.New(scheme)
			for _, p := range pickups {
				c.Add(p)
			}
		}
	})
	week := c.Weeks().From + 100
	recent := data.Query{Weeks: data.WeekRange{From: week, To: week + 26}, Classes: []geo.Class{geo.Managed}}
	for _, bench := range []struct {
		name  string
		query data.Query
		split cube.Split
	}{
		{"total", data.Query{}, cube.Split{}},
		{"weekly by class", data.Query{}, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass}}},
		{"by area", data.Query{}, cube.Split{By: []data.Dimension{data.ByArea}}},
		{"by square", data.Query{}, cube.Split{By: []data.Dimension{data.BySquare}}},
		{"by kind and square", data.Query{}, cube.Split{By: []data.Dimension{data.ByKind, data.BySquare}}},
		{"by square, half a year of a class", recent, cube.Split{By: []data.Dimension{data.BySquare}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Counts(bench.query, bench.split)
			}
		})
	}
	everywhere := cube.Box{East: 1, South: 1}
	for name, query := range map[string]data.Query{"all": {}, "filtered": recent} {
		b.Run("squares, "+name, func(b *testing.B) {
			b.ReportAllocs()
			var found cube.Found
			for b.Loop() {
				c.Squares(query, 1, everywhere, &found)
			}
			b.ReportMetric(float64(len(found.Squares)), "squares")
		})
	}
}
