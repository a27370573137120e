package tiles_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/tiles"
)

// hotspots draws and decodes one tile.
func (w town) hotspots(t testing.TB, q data.Query, tile tiles.Tile) map[grid.Key]*geojson.Feature {
	t.Helper()
	content, err := tiles.Hotspots(w.scheme, w.cube, q, tile)
	check(t, err)
	features := map[grid.Key]*geojson.Feature{}
	for _, f := range decode(t, content, "hotspots") {
		key := grid.Key(id(t, f))
		if features[key] != nil {
			t.Errorf("%v has the square %d twice", tile, key)
		}
		features[key] = f
	}
	return features
}

// placed is what a query selects that has a square.
func (w town) placed(q data.Query) data.Count {
	var sum data.Count
	for _, row := range w.cube.Counts(q, cube.Split{By: []data.Dimension{data.BySquare}}) {
		if row.Square != 0 {
			sum.Add(row.Count)
		}
	}
	return sum
}

func TestEveryItemIsCountedOnceAtEveryZoom(t *testing.T) {
	w := newTown(t)
	weeks := w.cube.Weeks()
	for name, q := range map[string]data.Query{
		"everything":    {},
		"needles":       {Kinds: []string{"needle"}},
		"managed":       {Classes: []geo.Class{geo.Managed}},
		"the last week": {Weeks: data.WeekRange{From: weeks.To - 1, To: weeks.To}},
	} {
		want := w.placed(q)
		for zoom := 0; zoom <= tiles.MaxZoom; zoom++ {
			seen := map[grid.Key]string{}
			var sum data.Count
			ofKinds := 0
			for _, tile := range over(w.bound, zoom) {
				for key, f := range w.hotspots(t, q, tile) {
					said := fmt.Sprint(f.Properties)
					if before, ok := seen[key]; ok {
						if before != said {
							t.Errorf("%s: square %d says %s here and %s there", name, key, before, said)
						}
						continue
					}
					seen[key] = said
					sum.Add(data.Count{Items: int64(number(t, f, "n")), Visits: int64(number(t, f, "visits"))})
					for _, kind := range w.scheme.Kinds {
						if f.Properties[kind.ID] != nil {
							ofKinds += number(t, f, kind.ID)
						}
					}
				}
			}
			if sum != want || int64(ofKinds) != want.Items || want.Items == 0 {
				t.Errorf("%s at zoom %d: %+v, %d by kind; want %+v", name, zoom, sum, ofKinds, want)
			}
		}
	}
}

func TestHotspotSaysWhichSquareItIs(t *testing.T) {
	w := newTown(t)
	for _, zoom := range []int{0, 7, 12, 16} {
		level := w.scheme.Grid.LevelForZoom(zoom)
		for _, tile := range over(w.bound, zoom) {
			features := w.hotspots(t, data.Query{}, tile)
			if len(features) > 4096 {
				t.Errorf("%v has %d squares", tile, len(features))
			}
			content, err := tiles.Hotspots(w.scheme, w.cube, data.Query{}, tile)
			check(t, err)
			const around = 200 // keys and what is around the layer
			if most := len(features)*(175+17*len(w.scheme.Kinds)) + around; len(content) > most {
				t.Errorf("%v has %d bytes, more than the %d that Hotspots promises", tile, len(content), most)
			}
			for key, f := range features {
				square, ok := key.Square()
				var name any
				if zoom >= tiles.NamedFrom {
					name = w.scheme.Grid.Name(square)
				}
				if !ok || square.Level != level || number(t, f, "level") != int(level) || f.Properties["square"] != name {
					t.Errorf("%v: the square %v is said to be %v", tile, square, f.Properties)
				}
			}
		}
	}
}

// Shares and finds per visit are those of the tables that are exported.
func TestHotspotSaysItsShareAndFindsPerVisitRounded(t *testing.T) {
	w := newTown(t)
	q := data.Query{Kinds: []string{"needle", "condom_used"}}
	total := w.cube.Total(q).Items
	rounded := func(of, by int, unit float64) float64 { return math.Round(float64(of)/float64(by)*unit) / unit }
	seen := 0
	for _, zoom := range []int{3, 10, 14, 16} {
		for _, tile := range over(w.bound, zoom) {
			for key, f := range w.hotspots(t, q, tile) {
				n, visits := number(t, f, "n"), number(t, f, "visits")
				share, perVisit := f.Properties["share"], f.Properties["finds_per_visit"]
				if share != rounded(n, int(total), 1e6) || perVisit != rounded(n, max(visits, 1), 100) {
					t.Errorf("%v: square %d with %d of %d items and %d visits says %v and %v", tile, key, n, total, visits, share, perVisit)
				}
				seen++
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d squares are too few to tell", seen)
	}
}

func TestHotspotIsItsSquareClockwiseOnTheScreen(t *testing.T) {
	w := newTown(t)
	for zoom := 0; zoom <= tiles.MaxZoom; zoom++ {
		for _, tile := range over(w.bound, zoom) {
			for key, f := range w.hotspots(t, data.Query{}, tile) {
				polygon, ok := f.Geometry.(orb.Polygon)
				if !ok || len(polygon) != 1 || len(polygon[0]) != 5 || polygon[0][0] != polygon[0][4] || surveyed(polygon[0]) <= 0 {
					t.Fatalf("%v: the square %d is drawn as %v", tile, key, f.Geometry)
				}
				square, _ := key.Square()
				for i, at := range [][2]int32{{0, 1}, {1, 1}, {1, 0}, {0, 0}} {
					lon, lat := w.scheme.Grid.Corner(square, at[0], at[1])
					want := project(orb.Point{lon, lat}, tile)
					if planar.Distance(polygon[0][i], want) > 0.72 { // half a unit each way
						t.Errorf("%v: corner %d of %v is at %v, want %v", tile, i, square, polygon[0][i], want)
					}
				}
			}
		}
	}
}

func TestEveryTileThatASquareMeetsHasItAndNoOther(t *testing.T) {
	w := newTown(t)
	for zoom := 0; zoom <= tiles.MaxZoom; zoom++ {
		drawn := map[tiles.Tile]map[grid.Key]*geojson.Feature{}
		all := over(w.bound, zoom)
		for _, tile := range all {
			drawn[tile] = w.hotspots(t, data.Query{}, tile)
		}
		for _, tile := range all {
			for key, f := range drawn[tile] {
				for _, other := range around(tile, all) {
					ring := shifted(f, tile, other)
					area := onTile(ring)
					there := drawn[other][key]
					// Rounding moves a line by half a unit: a strip of two is no accident.
					if area > 2*4096 && there == nil {
						t.Errorf("%v meets the square %d of %v in %v square units and has it not", other, key, tile, area)
					}
					if there != nil && !ring.Bound().Pad(1).Intersects(orb.Bound{Max: orb.Point{4096, 4096}}) {
						t.Errorf("%v has the square %d, which does not meet it", other, key)
					}
					if there != nil && !orb.Equal(there.Geometry, orb.Polygon{ring}) {
						t.Errorf("the square %d is drawn otherwise in %v than in %v", key, other, tile)
					}
				}
			}
		}
	}
}

// around returns the tiles next to one, and itself. No square reaches farther:
// each is smaller than a tile.
func around(tile tiles.Tile, all []tiles.Tile) []tiles.Tile {
	var near []tiles.Tile
	for _, other := range all {
		if dx, dy := other.X-tile.X, other.Y-tile.Y; dx*dx <= 1 && dy*dy <= 1 {
			near = append(near, other)
		}
	}
	return near
}

// shifted is a feature's ring as another tile of the zoom would draw it.
func shifted(f *geojson.Feature, from, to tiles.Tile) orb.Ring {
	ring := f.Geometry.(orb.Polygon)[0].Clone()
	for i := range ring {
		ring[i][0] += float64(from.X-to.X) * 4096
		ring[i][1] += float64(from.Y-to.Y) * 4096
	}
	return ring
}

// onTile is how much of a ring's inside lies on a tile, in square units.
func onTile(ring orb.Ring) float64 {
	cut := clip.Ring(orb.Bound{Max: orb.Point{4096, 4096}}, ring.Clone())
	if len(cut) < 4 {
		return 0
	}
	return max(planar.Area(cut), -planar.Area(cut))
}

func TestNeighbouringSquaresShareTheirCorners(t *testing.T) {
	w := newTown(t)
	shared := 0
	for _, zoom := range []int{4, 9, 12, 13, 15} {
		for _, tile := range over(w.bound, zoom) {
			features := w.hotspots(t, data.Query{}, tile)
			for key, f := range features {
				square, _ := key.Square()
				ring := f.Geometry.(orb.Polygon)[0] // north-west, north-east, south-east, south-west
				east := features[grid.Square{Level: square.Level, X: square.X + 1, Y: square.Y}.Key()]
				if east != nil {
					shared++
					if other := east.Geometry.(orb.Polygon)[0]; other[0] != ring[1] || other[3] != ring[2] {
						t.Errorf("%v: %v, and east of it %v", tile, ring, other)
					}
				}
				north := features[grid.Square{Level: square.Level, X: square.X, Y: square.Y + 1}.Key()]
				if north != nil {
					shared++
					if other := north.Geometry.(orb.Polygon)[0]; other[3] != ring[0] || other[2] != ring[1] {
						t.Errorf("%v: %v, and north of it %v", tile, ring, other)
					}
				}
			}
		}
	}
	if shared < 100 {
		t.Errorf("only %d pairs were compared", shared)
	}
}
