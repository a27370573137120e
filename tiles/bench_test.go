package tiles_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb/maptile"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo"
	"commonground/geo/geotest"
	"commonground/tiles"
)

// BenchmarkHotspots draws the tile with most squares of a made-up city of a
// million pickups in five years, 20,000 with -short.
func BenchmarkHotspots(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 20_000
	}
	scheme, err := data.ParseScheme(data.DefaultScheme)
	check(b, err)
	areas := geotest.Workload(5001)
	timeline, err := geo.NewTimeline([]geo.Boundary{{Version: 1, From: time.Unix(0, 0), Areas: areas}})
	check(b, err)
	random := rand.New(rand.NewPCG(1, 1))
	points := geotest.Points(areas, n, 1)
	visits := make([]data.Visit, n)
	for i, point := range points {
		at := data.InstantOf(time.Unix(1_600_000_000+random.Int64N(5*365*86_400), 0))
		place := timeline.Place(point, 0, at.At)
		visits[i] = data.Visit{
			Point: point, Located: true, At: at, Class: place.Class, Area: place.Area,
			Found: []data.Quantity{{Kind: "condom_used", Items: random.IntN(4)}, {Kind: "needle", Items: random.IntN(3) / 2}},
		}
	}
	c := cube.Load(scheme, visits)
	week := c.Weeks().From + 50
	for _, zoom := range []maptile.Zoom{10, 11, 12, 14, 16} {
		at := maptile.At(points[0].Orb(), zoom)
		tile := tiles.Tile{Z: int(zoom), X: int(at.X), Y: int(at.Y)}
		for name, q := range map[string]data.Query{
			"none":  {},
			"weeks": {Weeks: data.WeekRange{From: week, To: week + 13}},
			"last":  {Weeks: data.WeekRange{From: c.Weeks().To - 65, To: c.Weeks().To}},
			"all":   {Weeks: data.WeekRange{From: week, To: week + 13}, Kinds: []string{"needle"}, Classes: []geo.Class{geo.Residential, geo.Managed}},
		} {
			b.Run(fmt.Sprintf("zoom=%d/filter=%s", zoom, name), func(b *testing.B) {
				b.ReportAllocs()
				size := 0
				for b.Loop() {
					content, err := tiles.Hotspots(scheme, c, q, tile)
					check(b, err)
					size = len(content)
				}
				b.ReportMetric(float64(size), "tile-bytes")
			})
		}
	}
}
