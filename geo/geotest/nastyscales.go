package geotest

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// stars: 60 triangles of as many areas about one vertex, with gaps; their
// outer edges don't line up.
func stars() []geo.Area {
	const points = 60
	spoke := func(i int, reach float64) (lon, lat int32) {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%points) / points)
		return 1000 + int32(reach*cos), -500 + int32(reach*sin)
	}
	var polygons []orb.Polygon
	for i := range points {
		if i%7 == 6 {
			continue
		}
		x1, y1 := spoke(i, 900+float64(i*37%200))
		x2, y2 := spoke(i+1, 900+float64(i*53%200))
		polygons = append(polygons, orb.Polygon{ringOn(1000, -500, x1, y1, x2, y2)})
	}
	return shapesOf(polygons...)
}

// slopes: rhombs, each with a hole and a neighbour that have one corner in the
// midst of its aslant sides, exactly on them.
func slopes() []geo.Area {
	random := rand.New(rand.NewPCG(45, 45))
	var polygons []orb.Polygon
	for i := range int32(40) {
		dx, dy := 3+random.Int32N(1000), 3+random.Int32N(1000)
		steps := 2 + random.Int32N(30)
		corner := 1 + random.Int32N(steps-1)
		x, y := -15_500_000+i*100_000, int32(538_000_000)
		hx, hy := x+dx*corner, y+dy*corner
		polygons = append(polygons,
			orb.Polygon{
				ringOn(x, y, x+dx*steps, y+dy*steps, x+dx*steps-2*dy*steps, y+dy*steps+2*dx*steps, x-2*dy*steps, y+2*dx*steps),
				ringOn(hx, hy, hx-dy+dx/3, hy+dx+dy/3, hx-dy-dx/3, hy+dx-dy/3),
			},
			orb.Polygon{ringOn(hx, hy, hx+dy, hy-dx, hx+2*dy, hy)},
		)
	}
	return shapesOf(polygons...)
}

// chequers: every second field of a board.
func chequers(fields, side int32) []geo.Area {
	var polygons []orb.Polygon
	for x := range fields {
		for y := range fields {
			if (x+y)%2 == 0 {
				polygons = append(polygons, orb.Polygon{boxOn(x*side, y*side, (x+1)*side, (y+1)*side)})
			}
		}
	}
	return shapesOf(polygons...)
}

// stairs: two flights with a common line of 2,000 steps.
func stairs() []geo.Area {
	var line []int32
	for i := range int32(1000) {
		line = append(line, i, i, i+1, i)
	}
	return shapesOf(orb.Polygon{ringOn(append(line, 1000, 1000, 0, 1000)...)}, orb.Polygon{ringOn(append(line, 1000, 1000, 1000, -7)...)})
}

// triangles: one in each of 20 × 20 squares of one unit, of changing sides.
func triangles() []geo.Area {
	var polygons []orb.Polygon
	for x := range int32(20) {
		for y := range int32(20) {
			corners := [][2]int32{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}}
			a, b, c := corners[(x+y)%4], corners[(x+y+1)%4], corners[(x+y+2)%4]
			polygons = append(polygons, orb.Polygon{ringOn(a[0], a[1], b[0], b[1], c[0], c[1])})
		}
	}
	return shapesOf(polygons...)
}

// slivers: strips one unit wide and up to 11 km long side by side, level,
// upright and aslant, some with a gap of one unit between them.
func slivers() []geo.Area {
	var polygons []orb.Polygon
	for i := range int32(12) {
		y := i + i/3
		polygons = append(polygons,
			orb.Polygon{boxOn(0, y, 1_000_000, y+1)},
			orb.Polygon{boxOn(y, -5, y+1, 999_983)},
			orb.Polygon{ringOn(0, y, 1_000_000, 1000+y, 1_000_000, 1001+y, 0, y+1)},
			orb.Polygon{ringOn(100, 100+y, 700_001, 300_007+y, 700_001, 300_008+y, 100, 101+y)},
			orb.Polygon{ringOn(y, 0, 500_000, 499_999-y, 500_000, 500_000-y)},
		)
	}
	return shapesOf(polygons...)
}

// comb: 10,000 teeth one unit wide with gaps of one unit, 100 units long, and
// a managed bar across them. lying is the comb with its teeth to the east.
func comb(lying bool) []geo.Area {
	coordinates := []int32{20_000, -50, 0, -50}
	for i := range int32(10_000) {
		coordinates = append(coordinates, 2*i, 0, 2*i, 100, 2*i+1, 100, 2*i+1, 0)
	}
	bar := []int32{-10, 50, 20_010, 57, 20_010, 60}
	if lying {
		slices.Reverse(coordinates)
		slices.Reverse(bar)
	}
	return areasOf(orb.MultiPolygon{{ringOn(coordinates...)}}, orb.MultiPolygon{}, orb.MultiPolygon{{ringOn(bar...)}})
}

// manyVertices: two rings of 100,000 vertices each about one middle, ragged,
// so that they cross each other often; the inner one also as a hole.
func manyVertices() []geo.Area {
	random := rand.New(rand.NewPCG(100_000, 1))
	ragged := func(reach float64) orb.Ring {
		coordinates := make([]int32, 0, 200_000)
		for i := range 100_000 {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / 100_000)
			r := reach * (1 + 0.002*random.Float64())
			coordinates = append(coordinates, -15_500_000+int32(r*cos), 538_000_000+int32(r*sin))
		}
		return ringOn(coordinates...)
	}
	inner := ragged(2_000_000)
	return shapesOf(orb.Polygon{ragged(2_001_000)}, orb.Polygon{ragged(3_000_000), inner}, orb.Polygon{inner})
}

// islands: squares of a few units in one area and in many, all over the globe.
func islands() []geo.Area {
	random := rand.New(rand.NewPCG(7, 7))
	island := func() orb.Polygon {
		p, size := globe.draw(random), 1+random.Int32N(5)
		west, south := min(p.Lon, lastLon-size), min(p.Lat, lastLat-size)
		return orb.Polygon{boxOn(west, south, west+size, south+size)}
	}
	var shape orb.MultiPolygon
	var alone []orb.Polygon
	for range 300 {
		shape, alone = append(shape, island()), append(alone, island())
	}
	return append(shapesOf(alone...), geo.Area{ID: "archipelago", Class: geo.Residential, Shape: shape})
}

func antimeridian() []geo.Area {
	const east, west = lastLon, -lastLon
	return areasOf(
		orb.MultiPolygon{{boxOn(east-5000, -3000, east, 3000)}, {boxOn(west, -3000, west+7000, 3000)}},
		orb.MultiPolygon{{ringOn(east-3, 0, east, -5, east, 5)}, {ringOn(west, -5, west+4, 0, west, 5)}},
		orb.MultiPolygon{{boxOn(east-90, 100, east, 190), boxOn(east-60, 130, east, 160)}},
	)
}

func poles() []geo.Area {
	const north, south = lastLat, -lastLat
	return shapesOf(
		orb.Polygon{boxOn(-lastLon, north-900, lastLon, north)},
		orb.Polygon{boxOn(-lastLon, south, lastLon, south+1)},
		orb.Polygon{ringOn(-40, north-2000, 50, north-2000, 0, north)},
		orb.Polygon{ringOn(-lastLon, south, -lastLon+9, south, -lastLon, south+9)},
		orb.Polygon{ringOn(0, south, lastLon, south+5000, -lastLon, south+4000)},
	)
}

func globeAndTown() []geo.Area {
	rim := boxOn(-lastLon, -lastLat, lastLon, lastLat)
	areas := areasOf(
		orb.MultiPolygon{{ringOn(-15_500_000, 538_000_000, -15_499_000, 538_000_100, -15_499_500, 538_000_900)}},
		orb.MultiPolygon{{rim, boxOn(-15_600_000, 537_900_000, -15_400_000, 538_100_000)}},
		orb.MultiPolygon{{boxOn(-15_499_600, 538_000_200, -15_499_590, 538_000_210)}},
	)
	return append(areas, Workload(20)[1:]...)
}

// fans: triangles from one corner of the globe across all of it, whose
// products of differences come close to the largest that there are.
func fans() []geo.Area {
	var polygons []orb.Polygon
	for i := range int32(30) {
		a, b := -lastLat+i*60_000_000, -lastLat+i*60_000_000+59_999_999
		polygons = append(polygons,
			orb.Polygon{ringOn(-lastLon, -lastLat, lastLon, a, lastLon, b)},
			orb.Polygon{ringOn(lastLon, lastLat, -lastLon+1, a, -lastLon, a+1)})
	}
	return shapesOf(polygons...)
}

// scribbles: rings of a few random corners on a board of 9 × 9 points, which
// cross and touch themselves and each other in every way. The board lies at
// lon, lat; its points are side units apart.
func scribbles(side, lon, lat int32) []geo.Area {
	random := rand.New(rand.NewPCG(uint64(side), 9))
	ring := func() orb.Ring {
		var coordinates []int32
		for range 3 + random.IntN(6) {
			coordinates = append(coordinates, lon+side*(random.Int32N(9)-4), lat+side*(random.Int32N(9)-4))
		}
		return ringOn(coordinates...)
	}
	var shapes []orb.MultiPolygon
	for range 9 {
		var shape orb.MultiPolygon
		for range 1 + random.IntN(2) {
			polygon := orb.Polygon{ring()}
			for range random.IntN(3) {
				polygon = append(polygon, ring())
			}
			shape = append(shape, polygon)
		}
		shapes = append(shapes, shape)
	}
	return areasOf(shapes...)
}
