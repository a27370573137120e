package tiles_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"commonground/geo"
	"commonground/tiles"
)

// outlinesOf returns the areas as the classifier ranks them and their outlines.
func outlinesOf(t rapid.TB, areas []geo.Area) ([]geo.Area, *tiles.Outlines) {
	t.Helper()
	classifier, err := geo.NewClassifier(areas)
	check(t, err)
	return classifier.Areas(), tiles.NewOutlines(classifier)
}

// boundaries draws and decodes one tile.
func boundaries(t rapid.TB, outlines *tiles.Outlines, tile tiles.Tile) map[string]*geojson.Feature {
	t.Helper()
	content, err := outlines.Tile(tile)
	check(t, err)
	features := map[string]*geojson.Feature{}
	for _, f := range decode(t, content, "boundaries") {
		name, ok := f.Properties["id"].(string)
		if !ok || features[name] != nil {
			t.Errorf("%v: %v", tile, f.Properties)
		}
		features[name] = f
	}
	return features
}

func polygons(t rapid.TB, f *geojson.Feature) orb.MultiPolygon {
	t.Helper()
	switch g := f.Geometry.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	t.Fatalf("it is drawn as %v", f.Geometry)
	return nil
}

// reach is the box of a tile with its buffer.
var reach = orb.Bound{Min: orb.Point{-64, -64}, Max: orb.Point{4096 + 64, 4096 + 64}}

func TestAreasAreDrawnWithTheirRingsTurnedAndInReach(t *testing.T) {
	w := newTown(t)
	seen := map[string]bool{}
	for zoom := 8; zoom <= tiles.MaxZoom; zoom++ {
		for _, tile := range over(w.bound, zoom) {
			features := boundaries(t, w.outlines, tile)
			for i, area := range w.areas {
				f := features[area.ID]
				if f == nil {
					continue
				}
				seen[area.ID] = true
				if f.Properties["class"] != area.Class.String() || f.Properties["name"] != area.Name || id(t, f) != uint64(i+1) {
					t.Errorf("%v: %v is said to be %v", tile, area.ID, f.Properties)
				}
				for _, polygon := range polygons(t, f) {
					for j, ring := range polygon {
						if turned := surveyed(ring) > 0; turned != (j == 0) || surveyed(ring) == 0 {
							t.Errorf("%v: ring %d of %s turns the wrong way: %v", tile, j, area.ID, ring)
						}
						if b := ring.Bound(); !reach.Contains(b.Min) || !reach.Contains(b.Max) {
							t.Errorf("%v: %s goes to %v", tile, area.ID, b)
						}
					}
				}
			}
		}
	}
	if len(seen) != len(w.areas) {
		t.Errorf("%d of %d areas are drawn", len(seen), len(w.areas))
	}
}

func TestAreaIsDrawnInEveryTileThatHoldsOneOfItsCorners(t *testing.T) {
	w := newTown(t)
	for zoom := 9; zoom <= tiles.MaxZoom; zoom++ {
		for _, tile := range over(w.bound, zoom) {
			features := boundaries(t, w.outlines, tile)
			for _, area := range w.areas {
				for _, p := range area.Shape[0][0] {
					at := project(p, tile)
					if at[0] < 1 || at[0] > 4095 || at[1] < 1 || at[1] > 4095 {
						continue
					}
					if f := features[area.ID]; f == nil {
						t.Errorf("%v: %s has a corner at %v and is not drawn", tile, area.ID, at)
					} else if _, corner, outline := nearest(t, f, at); outline > slack(zoom) || zoom == tiles.MaxZoom && corner > slack(zoom) {
						t.Errorf("%v: the corner of %s at %v is drawn %v off, its outline %v", tile, area.ID, at, corner, outline)
					}
				}
			}
		}
	}
}

// slack is how far beside its place a corner may be drawn, in units: by half
// the diagonal of one for rounding and, where not all are drawn, the tolerance.
func slack(zoom int) float64 {
	if zoom == tiles.MaxZoom {
		return 0.72
	}
	return 0.72 + tiles.Tolerance
}

// nearest is the drawn corner of a feature that is nearest to a position, how
// far it is and how far the outline: only at the highest zoom is every corner
// drawn.
func nearest(t testing.TB, f *geojson.Feature, to orb.Point) (corner orb.Point, distance, outline float64) {
	t.Helper()
	distance, outline = 1e9, 1e9
	for _, polygon := range polygons(t, f) {
		for _, ring := range polygon {
			for i, p := range ring {
				if d := planar.Distance(p, to); d < distance {
					corner, distance = p, d
				}
				outline = min(outline, planar.Distance(foot(ring[max(0, i-1)], p, to), to))
			}
		}
	}
	return corner, distance, outline
}

// foot is the place between a and b that is nearest to p.
func foot(a, b, p orb.Point) orb.Point {
	dx, dy := b[0]-a[0], b[1]-a[1]
	if dx == 0 && dy == 0 {
		return a
	}
	share := min(max(((p[0]-a[0])*dx+(p[1]-a[1])*dy)/(dx*dx+dy*dy), 0), 1)
	return orb.Point{a[0] + share*dx, a[1] + share*dy}
}

// fan is four areas around one corner, with crooked lines between them, on the
// middle of the town: what lies on one side of a line lies on the other.
func fan(middle orb.Point) []geo.Area {
	at := func(east, north float64) orb.Point { return orb.Point{middle[0] + east*0.013, middle[1] + north*0.008} }
	ways := [][]orb.Point{ // from the middle out
		{at(0.31, 0.07), at(0.52, -0.11), at(1, 0.03)}, {at(-0.05, 0.4), at(0.09, 0.77), at(0.02, 1)},
		{at(-0.37, 0.13), at(-0.66, -0.02), at(-1, 0.05)}, {at(0.04, -0.35), at(-0.12, -0.58), at(0.01, -1)},
	}
	corners := []orb.Point{at(1, 1), at(-1, 1), at(-1, -1), at(1, -1)}
	var areas []geo.Area
	for i, corner := range corners {
		ring := orb.Ring{middle}
		ring = append(ring, ways[i]...)
		ring = append(ring, corner)
		next := ways[(i+1)%4]
		for j := len(next) - 1; j >= 0; j-- {
			ring = append(ring, next[j])
		}
		ring = append(ring, middle)
		if i%2 == 1 { // areas come turned either way
			ring.Reverse()
		}
		areas = append(areas, geo.Area{ID: string(rune('a' + i)), Class: geo.Residential, Shape: orb.MultiPolygon{{ring}}})
	}
	return areas
}

func TestAreasThatShareALineAreDrawnWithTheSameCorners(t *testing.T) {
	middle := orb.Point{-2.42, 54.72}
	areas, outlines := outlinesOf(t, fan(middle))
	bound := areas[0].Shape.Bound()
	for _, area := range areas {
		bound = bound.Union(area.Shape.Bound())
	}
	compared := 0
	for zoom := 8; zoom <= tiles.MaxZoom; zoom++ {
		for _, tile := range over(bound, zoom) {
			features := boundaries(t, outlines, tile)
			for i, area := range areas {
				neighbour := areas[(i+1)%4]
				for _, p := range area.Shape[0][0] {
					if at := project(p, tile); reach.Pad(-1).Contains(at) && onRing(neighbour, p) && features[area.ID] != nil && features[neighbour.ID] != nil {
						compared++
						here, off, outline := nearest(t, features[area.ID], at)
						there, offThere, outlineThere := nearest(t, features[neighbour.ID], at)
						if zoom == tiles.MaxZoom && off > slack(zoom) || max(outline, outlineThere) > slack(zoom) {
							t.Errorf("%v: the corner %v is drawn %v off by %s, %v by %s", tile, at, outline, area.ID, outlineThere, neighbour.ID)
						}
						if isDrawn := off <= slack(tiles.MaxZoom); isDrawn != (offThere <= slack(tiles.MaxZoom)) || isDrawn && here != there {
							t.Errorf("%v: %s draws the corner %v at %v, %s at %v", tile, area.ID, at, here, neighbour.ID, there)
						}
					}
				}
			}
			compared += checkEdges(t, tile, features, areas)
		}
	}
	if compared < 200 {
		t.Errorf("only %d corners were compared", compared)
	}
}

func onRing(area geo.Area, p orb.Point) bool {
	for _, q := range area.Shape[0][0] {
		if p == q {
			return true
		}
	}
	return false
}

// checkEdges compares where lines that two areas share leave the tile's reach:
// each corner of one on its edge, other than at the corners of the reach, is
// one of another or on the outline of all.
func checkEdges(t testing.TB, tile tiles.Tile, features map[string]*geojson.Feature, areas []geo.Area) int {
	t.Helper()
	corners := map[orb.Point]int{} // areas by corner on the edge
	for _, area := range areas {
		f := features[area.ID]
		if f == nil {
			continue
		}
		seen := map[orb.Point]bool{}
		for _, polygon := range polygons(t, f) {
			for _, p := range polygon[0] {
				edges := 0
				for axis := range 2 {
					if p[axis] == reach.Min[axis] || p[axis] == reach.Max[axis] {
						edges++
					}
				}
				if edges == 1 && !seen[p] {
					seen[p] = true
					corners[p]++
				}
			}
		}
	}
	for p, n := range corners {
		if n == 1 && !onOutline(p, tile, areas) {
			t.Errorf("%v: only one area has the corner %v on the edge", tile, p)
		}
	}
	return len(corners)
}

// onOutline reports whether a drawn corner lies on the box around all areas.
func onOutline(p orb.Point, tile tiles.Tile, areas []geo.Area) bool {
	bound := areas[0].Shape.Bound()
	for _, area := range areas {
		bound = bound.Union(area.Shape.Bound())
	}
	low, high := project(orb.Point{bound.Min[0], bound.Max[1]}, tile), project(orb.Point{bound.Max[0], bound.Min[1]}, tile)
	for axis := range 2 {
		if d := p[axis] - low[axis]; d > -2 && d < 2 {
			return true
		}
		if d := p[axis] - high[axis]; d > -2 && d < 2 {
			return true
		}
	}
	return false
}

func TestHoleIsDrawnTheOtherWayRound(t *testing.T) {
	box := func(pad float64) orb.Ring {
		at := orb.Point{-2.42, 54.72}
		return orb.Bound{Min: at, Max: at}.Pad(pad).ToRing()
	}
	hole := box(0.002)
	hole.Reverse()
	for name, shape := range map[string]orb.MultiPolygon{
		"as the specification of GeoJSON has it": {{box(0.005), hole}},
		"both the same way":                      {{box(0.005), box(0.002)}},
		"a part inside the hole":                 {{box(0.005), hole}, {box(0.001)}},
	} {
		area := geo.Area{ID: "m", Class: geo.Managed, Shape: shape}
		_, outlines := outlinesOf(t, []geo.Area{area})
		drawn := 0
		for _, tile := range over(shape.Bound(), 13) {
			f := boundaries(t, outlines, tile)["m"]
			if f == nil {
				continue
			}
			drawn++
			for i, polygon := range polygons(t, f) {
				for j, ring := range polygon {
					if (surveyed(ring) > 0) != (j == 0) {
						t.Errorf("%s: ring %d of polygon %d turns the wrong way", name, j, i)
					}
				}
			}
		}
		if drawn == 0 {
			t.Errorf("%s: it is not drawn", name)
		}
	}
}
