package tiles_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"

	"commonground/data/release"
	"commonground/geo/grid"
	"commonground/tiles"
)

// exactFrom is the lowest zoom at which no square of 250 m rounds to nothing:
// it is 1.5 units or more wide wherever the tests are.
const exactFrom = 6

// laid are the rings of a zoom by square, as seen from the tile 0/0 of it.
func (r rendered) laid(t testing.TB, zoom int) map[string]orb.Ring {
	t.Helper()
	laid := map[string]orb.Ring{}
	for tile, features := range r.features {
		if tile.Z != zoom {
			continue
		}
		for _, f := range features {
			square := f.Properties["square"].(string)
			ring := shifted(f, tile, tiles.Tile{Z: zoom})
			if before, ok := laid[square]; ok && !orb.Equal(before, ring) {
				t.Errorf("%v draws %s as %v, another tile as %v", tile, square, ring, before)
			}
			laid[square] = ring
		}
	}
	return laid
}

// Where squares of several sizes meet there is neither a gap nor an overlap:
// each edge but those of the border is another's in the other direction, and
// the areas come to that of the border.
func TestSquaresOfAnEditionFitTogetherExactly(t *testing.T) {
	for name, b := range blocks(t) {
		r := render(t, b.edition())
		for zoom := exactFrom; zoom <= release.MaxZoom; zoom++ {
			edges, sum := map[[2]orb.Point]bool{}, 0.0
			for _, ring := range r.laid(t, zoom) {
				sum += surveyed(fromFirst(ring, b.anchor(zoom)))
				for i := 1; i < len(ring); i++ {
					edge := [2]orb.Point{ring[i-1], ring[i]}
					if edges[edge] {
						t.Fatalf("%s at zoom %d: two squares have the edge %v on the same side", name, zoom, edge)
					}
					edges[edge] = true
				}
			}
			border := b.border(r.Edition, zoom)
			if want := surveyed(fromFirst(border, b.anchor(zoom))); sum != want {
				t.Errorf("%s at zoom %d: the squares come to %v units, the whole to %v", name, zoom, sum/2, want/2)
			}
			for i := 1; i < len(border); i++ {
				delete(edges, [2]orb.Point{border[i-1], border[i]})
			}
			for edge := range edges {
				if !edges[[2]orb.Point{edge[1], edge[0]}] {
					t.Errorf("%s at zoom %d: the edge %v has nothing beyond", name, zoom, edge)
				}
			}
		}
	}
}

// fromFirst moves a ring towards zero, where its area is exact.
func fromFirst(ring orb.Ring, origin orb.Point) orb.Ring {
	ring = ring.Clone()
	for i := range ring {
		ring[i][0], ring[i][1] = ring[i][0]-origin[0], ring[i][1]-origin[1]
	}
	return ring
}

func (b block) anchor(zoom int) orb.Point {
	lon, lat := b.grid.Corner(grid.Square{Level: 3, X: b.east, Y: b.north}, 0, 0)
	return round(project(orb.Point{lon, lat}, tiles.Tile{Z: zoom}))
}

func round(p orb.Point) orb.Point { return orb.Point{math.Round(p[0]), math.Round(p[1])} }

// border is the outline of a block, by the corners of its squares that lie on
// it, rounded.
func (b block) border(edition *release.Edition, zoom int) orb.Ring {
	const step = 125
	corners := map[[2]int]bool{}
	for _, s := range edition.Map.Squares {
		east, north := s.SouthWest()
		for _, d := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
			corners[[2]int{east + d[0]*s.Side(), north + d[1]*s.Side()}] = true
		}
	}
	side := int(b.side) * 1000
	at := [2]int{int(b.east) * 1000, int(b.north)*1000 + side}
	var ring orb.Ring
	for _, ahead := range [][2]int{{1, 0}, {0, -1}, {-1, 0}, {0, 1}} {
		for range side / step {
			if corners[at] {
				lon, lat := b.grid.Corner(grid.Square{X: int32(at[0] / step), Y: int32(at[1] / step)}, 0, 0)
				ring = append(ring, round(project(orb.Point{lon, lat}, tiles.Tile{Z: zoom})))
			}
			at[0], at[1] = at[0]+ahead[0]*step, at[1]+ahead[1]*step
		}
	}
	return append(ring, ring[0])
}

// Any place well within the map lies in one square, and any but a sliver of a
// tile that it fills is covered.
func TestAPlaceOnAnEditionsMapIsDrawnInOneSquare(t *testing.T) {
	for name, b := range blocks(t) {
		r := render(t, b.edition())
		random := rand.New(rand.NewPCG(1, 1))
		for zoom := exactFrom; zoom <= release.MaxZoom; zoom += 2 {
			laid := r.laid(t, zoom)
			within := b.border(r.Edition, zoom)
			box := within.Bound()
			for range 200 {
				p := orb.Point{
					box.Min[0] + math.Floor(random.Float64()*(box.Max[0]-box.Min[0])) + 1/math.Sqrt(5), // on no edge
					box.Min[1] + math.Floor(random.Float64()*(box.Max[1]-box.Min[1])) + 1/math.Sqrt(7),
				}
				n, want := 0, 0
				for _, ring := range laid {
					if planar.RingContains(ring, p) {
						n++
					}
				}
				if planar.RingContains(within, p) {
					want = 1
				}
				if n != want {
					t.Errorf("%s at zoom %d: %v is drawn in %d squares, want %d", name, zoom, p, n, want)
				}
			}
		}
	}
}

// Each polygon is one that software takes: closed, not empty, and it neither
// crosses nor touches itself.
func TestSquaresOfAnEditionAreValidPolygons(t *testing.T) {
	for name, b := range blocks(t) {
		r := render(t, b.edition())
		for zoom := range release.MaxZoom + 1 {
			for square, ring := range r.laid(t, zoom) {
				if err := valid(ring); err != nil {
					t.Errorf("%s at zoom %d: %s: %v %v", name, zoom, square, ring, err)
				}
			}
		}
	}
}

func valid(ring orb.Ring) error {
	var flat []float64
	for i, p := range ring {
		flat = append(flat, p[0], p[1])
		if i > 0 && p == ring[i-1] {
			return fmt.Errorf("the corner %v comes twice", p)
		}
	}
	polygon := geom.NewPolygonXY(flat)
	return polygon.Validate()
}
