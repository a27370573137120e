package tiles_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"

	"commonground/geo"
	"commonground/geo/geotest"
	"commonground/tiles"
)

// unitOf is a unit of a zoom's lattice in units of 1e-7 degree of longitude.
func unitOf(zoom int) float64 { return 360 / geo.Unit / math.Exp2(float64(zoom)) / tiles.Extent }

// partition draws an aslant box cut into cells by crooked lines. The area
// "whole" is the box with nothing but its four corners, so that every cell at
// its rim has a T-junction with it. Rings begin anywhere and run either way.
//
//	   o───────────o         u →, v ↗
//	  /    \      /
//	 /─────~o~~~~/
//	o──────/────o
type partition struct {
	t             *rapid.T
	columns, rows int
	side          float64 // of a cell, in units of 1e-7 degree
	at            func(x, y float64) geo.Point
}

func newPartition(t *rapid.T) partition {
	side := math.Exp2(rapid.Float64Range(10, 18).Draw(t, "log side"))
	lean := rapid.Float64Range(-0.3, 0.3).Draw(t, "lean")
	west, south := rapid.Float64Range(-1.7e9, 1.7e9).Draw(t, "west"), rapid.Float64Range(-7e8, 7e8).Draw(t, "south")
	return partition{
		t: t, side: side, columns: rapid.IntRange(1, 4).Draw(t, "columns"), rows: rapid.IntRange(1, 4).Draw(t, "rows"),
		at: func(x, y float64) geo.Point {
			return geo.Point{Lon: int32(math.Round(west + side*(x+lean*y))), Lat: int32(math.Round(south + side*(y-lean*x)))}
		},
	}
}

// crooked draws the places between two ends of a line, moved aside unless the
// line is on the rim.
func (p partition) crooked(ax, ay, bx, by float64, rim bool) []geo.Point {
	line := []geo.Point{p.at(ax, ay)}
	n := rapid.IntRange(0, 12).Draw(p.t, "places")
	for i := range n {
		share, aside := float64(i+1)/float64(n+1), 0.0
		if !rim {
			aside = rapid.Float64Range(-0.1, 0.1).Draw(p.t, "aside")
		}
		line = append(line, p.at(ax+share*(bx-ax)-aside*(by-ay), ay+share*(by-ay)+aside*(bx-ax)))
	}
	return append(line, p.at(bx, by))
}

func (p partition) areas() []geo.Area {
	along, up := map[[2]int][]geo.Point{}, map[[2]int][]geo.Point{}
	for y := range p.rows + 1 {
		for x := range p.columns + 1 {
			fx, fy := float64(x), float64(y)
			if x < p.columns {
				along[[2]int{x, y}] = p.crooked(fx, fy, fx+1, fy, y == 0 || y == p.rows)
			}
			if y < p.rows {
				up[[2]int{x, y}] = p.crooked(fx, fy, fx, fy+1, x == 0 || x == p.columns)
			}
		}
	}
	w, h := float64(p.columns), float64(p.rows)
	areas := []geo.Area{p.area("whole", geo.Managed, []geo.Point{p.at(0, 0), p.at(w, 0), p.at(w, h), p.at(0, h)})}
	for y := range p.rows {
		for x := range p.columns {
			var ring []geo.Point
			for i, line := range [][]geo.Point{along[[2]int{x, y}], up[[2]int{x + 1, y}], along[[2]int{x, y + 1}], up[[2]int{x, y}]} {
				line = slices.Clone(line)
				if i > 1 {
					slices.Reverse(line)
				}
				ring = append(ring, line[:len(line)-1]...)
			}
			areas = append(areas, p.area(fmt.Sprintf("%d-%d", x, y), geo.Residential, ring))
		}
	}
	return areas
}

func (p partition) area(name string, class geo.Class, corners []geo.Point) geo.Area {
	first := rapid.IntRange(0, len(corners)-1).Draw(p.t, "first")
	var ring orb.Ring
	for i := range len(corners) + 1 {
		ring = append(ring, corners[(first+i)%len(corners)].Orb())
	}
	if rapid.Bool().Draw(p.t, "reverse") {
		ring.Reverse()
	}
	return geo.Area{ID: name, Class: class, Shape: orb.MultiPolygon{{ring}}}
}

func TestDrawnPartsAddUpToTheDrawnWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPartition(t)
		areas, zoom := p.areas(), rapid.IntRange(0, tiles.MaxZoom).Draw(t, "zoom")
		if p.side < 12*unitOf(zoom) {
			t.Skip("the cells are too small for their areas to be told from their rounding")
		}
		checkSum(t, areas, zoom)
	})
}

// checkSum wants the areas but the first to add up to the first, to the unit,
// in tiles at its corners.
func checkSum(t *rapid.T, areas []geo.Area, zoom int) {
	areas, outlines := outlinesOf(t, areas)
	for _, corner := range areas[0].Shape[0][0][1:] {
		at := maptile.At(corner, maptile.Zoom(zoom))
		whole, parts := 0.0, 0.0
		for name, f := range boundaries(t, outlines, tiles.Tile{Z: zoom, X: int(at.X), Y: int(at.Y)}) {
			sum := 0.0
			for _, polygon := range polygons(t, f) {
				for _, ring := range polygon {
					sum += surveyed(ring)
				}
			}
			if name == areas[0].ID {
				whole = sum
			} else {
				parts += sum
			}
		}
		if whole != parts || whole == 0 {
			t.Fatalf("zoom %d, at %v: the whole is %v, its parts %v", zoom, corner, whole, parts)
		}
	}
}

// TestNeighboursDrawTheSameCorners looks at each drawn corner: it is one of
// the area's own, and of every neighbour that has the same and is drawn there.
func TestNeighboursDrawTheSameCorners(t *testing.T) {
	areas, outlines := outlinesOf(t, geotest.Workload(120))
	owners := map[orb.Point][]string{}
	bound := areas[0].Shape.Bound()
	for _, area := range areas {
		bound = bound.Union(area.Shape.Bound())
		for _, ring := range area.Shape[0] {
			for _, p := range ring[1:] {
				owners[p] = append(owners[p], area.ID)
			}
		}
	}
	compared := 0
	for zoom := 10; zoom <= tiles.MaxZoom-1; zoom++ {
		for _, tile := range over(bound, zoom)[:min(60, len(over(bound, zoom)))] {
			corners := map[string]map[orb.Point]bool{}
			for name, f := range boundaries(t, outlines, tile) {
				corners[name] = map[orb.Point]bool{}
				for _, ring := range slices.Concat(polygons(t, f)...) {
					for _, p := range ring {
						corners[name][p] = true
					}
				}
			}
			at := map[orb.Point][]orb.Point{} // corners by where they may be drawn
			for p := range owners {
				if q := project(p, tile); reach.Contains(q) {
					q = orb.Point{math.Round(q[0]), math.Round(q[1])}
					at[q] = append(at[q], p)
				}
			}
			for name, drawn := range corners {
				for q := range drawn {
					if !reach.Pad(-1).Contains(q) {
						continue // or it may be one where a line leaves the reach
					}
					if len(at[q]) == 0 {
						t.Fatalf("%v: %s has a corner at %v where no area has one", tile, name, q)
					}
					if len(at[q]) > 1 {
						continue
					}
					for _, other := range owners[at[q][0]] {
						compared++
						if corners[other] != nil && !corners[other][q] {
							t.Errorf("%v: %s draws the corner %v, its neighbour %s doesn't", tile, name, q, other)
						}
					}
				}
			}
		}
	}
	if compared < 10_000 {
		t.Errorf("only %d corners were compared", compared)
	}
}

func TestAreaLargerThanAUnitIsDrawnAtEveryZoom(t *testing.T) {
	areas := geotest.Workload(400)
	small := orb.Point{-1.55, 53.8}
	for i := range 34 { // slivers, level, upright and aslant, and specks
		size := math.Exp2(float64(i)/1.3 - 22)
		far := orb.Point{small[0] + size*float64(i%3), small[1] + size*float64((i+1)%3)}
		beside := orb.Point{far[0] - 3e-7, far[1] + 3e-7}
		areas = append(areas, geo.Area{ID: fmt.Sprintf("sliver-%02d", i), Class: geo.Residential, Shape: orb.MultiPolygon{{{small, far, beside, small}}}})
	}
	areas, outlines := outlinesOf(t, areas)
	for zoom := 0; zoom <= tiles.MaxZoom; zoom++ {
		drawn := map[string]bool{}
		for _, area := range areas {
			if drawn[area.ID] {
				continue
			}
			at := maptile.At(area.Shape[0][0][0], maptile.Zoom(zoom))
			tile := tiles.Tile{Z: zoom, X: int(at.X), Y: int(at.Y)}
			for name := range boundaries(t, outlines, tile) {
				drawn[name] = true
			}
			low, high := project(area.Shape.Bound().Min, tile), project(area.Shape.Bound().Max, tile)
			if large := high[0]-low[0] > 1.01 || low[1]-high[1] > 1.01; large && !drawn[area.ID] {
				t.Errorf("%v: %s goes from %v to %v and is not drawn", tile, area.ID, low, high)
			}
		}
		if len(drawn) == 0 {
			t.Errorf("zoom %d: nothing is drawn", zoom)
		}
	}
}

func TestOfSpecksInOneUnitTheFirstIsDrawn(t *testing.T) {
	speck := func(id string, class geo.Class, west float64) geo.Area {
		at := orb.Point{west, 50}
		return geo.Area{ID: id, Class: class, Shape: orb.MultiPolygon{{orb.Bound{Min: at, Max: at}.Pad(1e-6).ToRing()}}}
	}
	_, outlines := outlinesOf(t, []geo.Area{
		speck("a", geo.NonResidential, 0.00001), speck("b", geo.Managed, 0.00002), speck("c", geo.Residential, 0.00003),
		speck("far", geo.NonResidential, 100),
	})
	for zoom, want := range map[int][]string{0: {"b", "far"}, 3: {"b"}, 10: {"b"}, 16: {"a", "b", "c"}} {
		at := maptile.At(orb.Point{0.00002, 50}, maptile.Zoom(zoom))
		var got []string
		for name := range boundaries(t, outlines, tiles.Tile{Z: zoom, X: int(at.X), Y: int(at.Y)}) {
			got = append(got, name)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("zoom %d draws %v, want %v", zoom, got, want)
		}
	}
}

func TestLowZoomsDrawFewCorners(t *testing.T) {
	areas, outlines := outlinesOf(t, geotest.Workload(1001))
	corners := 0
	for _, area := range areas {
		for _, ring := range area.Shape[0] {
			corners += len(ring)
		}
	}
	for zoom, share := range map[int]float64{0: 0.001, 4: 0.06, 6: 0.12, 7: 0.25, 8: 0.45} {
		drawn := 0
		at := maptile.At(orb.Point{-1.55, 53.8}, maptile.Zoom(zoom))
		tile := tiles.Tile{Z: zoom, X: int(at.X), Y: int(at.Y)}
		for _, f := range boundaries(t, outlines, tile) {
			for _, ring := range slices.Concat(polygons(t, f)...) {
				drawn += len(ring)
			}
		}
		if float64(drawn) > share*float64(corners) {
			t.Errorf("%v draws %d of %d corners, more than %v", tile, drawn, corners, share)
		}
	}
}

func TestNastySetsAreDrawnAtEveryZoom(t *testing.T) {
	for _, set := range geotest.Nasty() {
		t.Run(set.Name, func(t *testing.T) {
			areas, outlines := outlinesOf(t, set.Areas)
			for zoom := 0; zoom <= tiles.MaxZoom; zoom++ {
				for _, area := range areas[:min(len(areas), 6)] {
					middle := area.Shape.Bound().Center()
					if area.Shape.Bound().IsEmpty() || math.Abs(middle.Lat()) > 85 {
						middle = orb.Point{}
					}
					at := maptile.At(middle, maptile.Zoom(zoom))
					tile := tiles.Tile{Z: zoom, X: min(int(at.X), 1<<zoom-1), Y: int(at.Y)}
					for name, f := range boundaries(t, outlines, tile) {
						for _, polygon := range polygons(t, f) {
							for i, ring := range polygon {
								if (surveyed(ring) > 0) != (i == 0) || surveyed(ring) == 0 || !reach.Contains(ring.Bound().Min) || !reach.Contains(ring.Bound().Max) {
									t.Fatalf("%v: ring %d of %s is drawn as %v", tile, i, name, ring)
								}
							}
						}
					}
				}
			}
		})
	}
}

func TestOutlinesDrawTheSameForAllWhoAskAtOnce(t *testing.T) {
	areas, alone := outlinesOf(t, geotest.Workload(60))
	areas = slices.Clone(areas)
	slices.Reverse(areas) // the order in which they come doesn't matter either
	_, together := outlinesOf(t, areas)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for zoom := 0; zoom <= tiles.MaxZoom; zoom++ {
				at := maptile.At(orb.Point{-1.55, 53.8}, maptile.Zoom(zoom))
				tile := tiles.Tile{Z: zoom, X: int(at.X), Y: int(at.Y)}
				want, err := alone.Tile(tile)
				got, err2 := together.Tile(tile)
				if err != nil || err2 != nil || !bytes.Equal(got, want) || len(got) == 0 {
					t.Errorf("%v: %d bytes, alone %d: %v, %v", tile, len(got), len(want), err, err2)
				}
			}
		})
	}
	group.Wait()
}

func TestTileOutOfRangeIsNotDrawn(t *testing.T) {
	_, outlines := outlinesOf(t, nil)
	if content, err := outlines.Tile(tiles.Tile{Z: tiles.MaxZoom + 1}); err == nil {
		t.Errorf("drawn as %v", content)
	}
}
