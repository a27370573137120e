package geotest

import (
	"math/rand/v2"

	"commonground/geo"
)

// Adversarial returns n points chosen to catch a classifier of the areas:
// vertices, middles of edges, lattice points exactly on edges, points one and
// two units beside all of these, points level with a vertex, corners of
// boxes, and points just outside. Without a vertex they are points of the
// globe. The same seed gives the same points.
func Adversarial(areas []geo.Area, n int, seed uint64) []geo.Point {
	random := rand.New(rand.NewPCG(seed, 5))
	edges := edgesOf(areas)
	within := boundOf(areas)
	points := make([]geo.Point, n)
	for i := range points {
		if len(edges) == 0 {
			points[i] = within.draw(random)
			continue
		}
		ways := adversaries
		points[i] = ways[random.IntN(len(ways))](random, edges, within)
	}
	return points
}

// segment is an edge with the box of the polygon that it belongs to.
type segment struct {
	a, b     geo.Point
	enclosed bound
}

// edges are segments by polygon, so that a polygon of few vertices is chosen
// as often as one of many.
type edges [][]segment

func edgesOf(areas []geo.Area) edges {
	var all edges
	for _, g := range NewOracle(areas).polygons {
		var own []segment
		for _, ring := range g.rings {
			for i := 1; i < len(ring); i++ {
				own = append(own, segment{ring[i-1], ring[i], g.enclosed})
			}
			if len(ring) == 1 {
				own = append(own, segment{ring[0], ring[0], g.enclosed})
			}
		}
		all = append(all, own)
	}
	return all
}

func (e edges) draw(random *rand.Rand) segment {
	own := e[random.IntN(len(e))]
	return own[random.IntN(len(own))]
}

// adversaries are the ways to choose a point; the last but one way moves the
// point of another.
var adversaries = []func(*rand.Rand, edges, bound) geo.Point{
	func(random *rand.Rand, e edges, _ bound) geo.Point { return e.draw(random).a },
	func(random *rand.Rand, e edges, _ bound) geo.Point { return e.draw(random).part(1, 2) },
	func(random *rand.Rand, e edges, _ bound) geo.Point { return e.draw(random).latticePoint(random) },
	func(random *rand.Rand, e edges, _ bound) geo.Point {
		return moved(random, 2, e.draw(random).a)
	},
	func(random *rand.Rand, e edges, _ bound) geo.Point {
		return moved(random, 2, e.draw(random).part(random.Int64N(1001), 1000))
	},
	func(random *rand.Rand, e edges, _ bound) geo.Point {
		return moved(random, 2, e.draw(random).latticePoint(random))
	},
	levelWithVertex,
	onEdgeLevelWithVertex,
	func(random *rand.Rand, e edges, _ bound) geo.Point {
		return moved(random, 1, e.draw(random).enclosed.corner(random))
	},
	func(random *rand.Rand, _ edges, within bound) geo.Point {
		return moved(random, 1, within.corner(random))
	},
	func(random *rand.Rand, _ edges, within bound) geo.Point { return within.draw(random) },
}

// part returns the lattice point nearest to a share of the way along.
func (s segment) part(share, of int64) geo.Point {
	if of < 0 {
		share, of = -share, -of
	}
	along := func(from, to int32) int64 {
		way, half := (int64(to)-int64(from))*share, of/2
		if way < 0 {
			half = -half
		}
		return int64(from) + (way+half)/of
	}
	return onGlobe(along(s.a.Lon, s.b.Lon), along(s.a.Lat, s.b.Lat))
}

// latticePoint returns a point exactly on the segment: one of its inner
// lattice points where it has any, else an end.
func (s segment) latticePoint(random *rand.Rand) geo.Point {
	dx, dy := int64(s.b.Lon)-int64(s.a.Lon), int64(s.b.Lat)-int64(s.a.Lat)
	steps := divisor(dx, dy)
	if steps < 2 {
		return s.b
	}
	k := 1 + random.Int64N(steps-1)
	return onGlobe(int64(s.a.Lon)+dx/steps*k, int64(s.a.Lat)+dy/steps*k)
}

// divisor is the greatest common one, without a sign.
func divisor(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// moved moves a point by up to some units each way.
func moved(random *rand.Rand, units int32, p geo.Point) geo.Point {
	step := func() int64 { return int64(random.Int32N(2*units+1) - units) }
	return onGlobe(int64(p.Lon)+step(), int64(p.Lat)+step())
}

// levelWithVertex shares its longitude or latitude with a vertex, the other
// with the box or another vertex.
func levelWithVertex(random *rand.Rand, e edges, within bound) geo.Point {
	p, q := e.draw(random).a, e.draw(random).b
	if random.IntN(2) == 0 {
		q = within.draw(random)
	}
	if random.IntN(2) == 0 {
		return geo.Point{Lon: p.Lon, Lat: q.Lat}
	}
	return geo.Point{Lon: q.Lon, Lat: p.Lat}
}

// onEdgeLevelWithVertex lies where the latitude of a vertex meets another edge
// of the same polygon, or a unit beside.
func onEdgeLevelWithVertex(random *rand.Rand, e edges, _ bound) geo.Point {
	own := e[random.IntN(len(e))]
	lat := own[random.IntN(len(own))].a.Lat
	s := own[random.IntN(len(own))]
	for range 50 {
		if (s.a.Lat < lat) != (s.b.Lat < lat) {
			break
		}
		s = own[random.IntN(len(own))]
	}
	p := s.a
	if s.a.Lat != s.b.Lat && (s.a.Lat < lat) != (s.b.Lat < lat) {
		p = s.part(int64(lat)-int64(s.a.Lat), int64(s.b.Lat)-int64(s.a.Lat))
	}
	return geo.Point{Lon: moved(random, 1, p).Lon, Lat: lat}
}

// corner returns one of the four corners, or the middle of a side.
func (b bound) corner(random *rand.Rand) geo.Point {
	lons := []int64{int64(b.lowest.Lon), int64(b.highest.Lon), (int64(b.lowest.Lon) + int64(b.highest.Lon)) / 2}
	lats := []int64{int64(b.lowest.Lat), int64(b.highest.Lat), (int64(b.lowest.Lat) + int64(b.highest.Lat)) / 2}
	return onGlobe(lons[random.IntN(3)], lats[random.IntN(3)])
}
