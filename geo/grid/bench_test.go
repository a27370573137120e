package grid_test

import (
	"math/rand/v2"
	"testing"

	"commonground/geo"
	"commonground/geo/grid"
)

// town is 1,024 places within 10 km of a town, as the records of a scheme are.
func town() (places [1024][2]float64) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range places {
		places[i] = [2]float64{-1.55 + 0.3*(random.Float64()-0.5), 53.8 + 0.18*(random.Float64()-0.5)}
	}
	return places
}

func BenchmarkEastNorth(b *testing.B) {
	places := town()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		at := places[i%len(places)]
		if _, _, err := (grid.National{}).EastNorth(at[0], at[1]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkLonLat(b *testing.B) {
	places := town()
	for i, at := range places {
		eastM, northM, err := grid.National{}.EastNorth(at[0], at[1])
		if err != nil {
			b.Fatal(err)
		}
		places[i] = [2]float64{eastM, northM}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		at := places[i%len(places)]
		if _, _, err := (grid.National{}).LonLat(at[0], at[1]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkSquare(b *testing.B) {
	var points []geo.Point
	for _, at := range town() {
		p, err := geo.NewPoint(at[0], at[1])
		if err != nil {
			b.Fatal(err)
		}
		points = append(points, p)
	}
	for _, bench := range []struct {
		name string
		grid grid.Grid
	}{{"local", local(b)}, {"national", grid.National{}}} {
		b.Run(bench.name, func(b *testing.B) {
			bench.grid.Square(points[0])
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, ok := bench.grid.Square(points[i%len(points)]); !ok {
					b.Fatal("off the grid")
				}
				i++
			}
		})
	}
}

func BenchmarkCorner(b *testing.B) {
	for _, bench := range []struct {
		name   string
		grid   grid.Grid
		square grid.Square
	}{{"local", local(b), grid.Square{X: 300, Y: 300}}, {"national", grid.National{}, grid.Square{X: 3433, Y: 3462}}} {
		b.Run(bench.name, func(b *testing.B) {
			bench.grid.Corner(bench.square, 0, 0)
			b.ReportAllocs()
			for b.Loop() {
				bench.grid.Corner(bench.square, 1, 1)
			}
		})
	}
}

func BenchmarkParseReference(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := grid.ParseReference("SE 29203 32701"); err != nil {
			b.Fatal(err)
		}
	}
}
