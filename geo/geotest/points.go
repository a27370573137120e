package geotest

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"commonground/geo"
)

// clusters and uniform describe where points lie: four in five in one of 300
// Gaussian clusters, whose sizes follow Zipf's law.
const (
	clusters = 300
	uniform  = 0.2
)

// Points returns n points over the box of the areas in random order: 20 %
// uniform, the others in Gaussian clusters with Zipf weights. A point of a
// cluster may lie somewhat outside the box. Without areas the box is the
// globe. The same seed gives the same points.
func Points(areas []geo.Area, n int, seed uint64) []geo.Point {
	random := rand.New(rand.NewPCG(seed, 300))
	within := boundOf(areas)
	crowds := newCrowds(random, within)
	points := make([]geo.Point, n)
	for i := range points {
		if random.Float64() < uniform {
			points[i] = within.draw(random)
		} else {
			points[i] = crowds.draw(random)
		}
	}
	return points
}

// SortZ puts points in the order of a Z (Morton) curve, in place: those near
// each other on the map then mostly follow each other.
func SortZ(points []geo.Point) {
	slices.SortFunc(points, func(a, b geo.Point) int { return cmp.Compare(morton(a), morton(b)) })
}

// morton weaves the bits of longitude and latitude into one key.
func morton(p geo.Point) uint64 {
	return spread(uint32(p.Lon)^1<<31) | spread(uint32(p.Lat)^1<<31)<<1
}

// spread puts a zero between all bits.
func spread(bits uint32) uint64 {
	x := uint64(bits)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// crowds are places where points cluster.
type crowds struct {
	middles []geo.Point
	spreads [][2]float64 // standard deviations along longitude and latitude
	sums    []float64    // of the weights so far
}

func newCrowds(random *rand.Rand, within bound) *crowds {
	c := &crowds{}
	sum := 0.0
	for i := range clusters {
		size := 0.002 * math.Pow(10, random.Float64()) // of the box
		c.middles = append(c.middles, within.draw(random))
		c.spreads = append(c.spreads, [2]float64{size * within.width(), size * within.height()})
		sum += 1 / float64(i+1)
		c.sums = append(c.sums, sum)
	}
	return c
}

func (c *crowds) draw(random *rand.Rand) geo.Point {
	i, _ := slices.BinarySearch(c.sums, random.Float64()*c.sums[clusters-1])
	i = min(i, clusters-1)
	return onGlobe(
		int64(c.middles[i].Lon)+int64(random.NormFloat64()*c.spreads[i][0]),
		int64(c.middles[i].Lat)+int64(random.NormFloat64()*c.spreads[i][1]))
}
