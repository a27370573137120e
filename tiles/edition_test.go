package tiles_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/data/release"
	"commonground/geo/grid"
	"commonground/tiles"
)

var _ release.Renderer = tiles.Editions{}

// block is a made-up map: so many squares of 1 km each way, from so many east
// and north of a grid's origin, many of them divided. The seed says which, and
// what the bands are.
type block struct {
	grid        grid.Grid
	east, north int32
	side        int32
	seed        uint64
}

// blocks are at the origin of a local grid, far from it, where squares stand
// askew, and on the National Grid, whose lines are bent.
func blocks(t testing.TB) map[string]block {
	t.Helper()
	local, err := grid.NewLocal(-2.42, 54.72)
	check(t, err)
	south, err := grid.NewLocal(18.4, -33.9)
	check(t, err)
	return map[string]block{
		"origin":   {local, -4, -5, 9, 1},
		"askew":    {local, -480, 200, 7, 2},
		"national": {grid.National{}, 428, 430, 8, 3},
		"south":    {south, 150, -90, 5, 4},
		"alone":    {local, 3, 3, 1, 5},
	}
}

func (b block) edition() *release.Edition {
	random := rand.New(rand.NewPCG(b.seed, 0))
	var squares []release.Square
	for x := range b.side {
		for y := range b.side {
			squares = b.divided(squares, random, grid.Square{Level: 3, X: b.east + x, Y: b.north + y})
		}
	}
	slices.SortFunc(squares, func(p, q release.Square) int {
		eastP, northP := p.SouthWest()
		eastQ, northQ := q.SouthWest()
		return cmp.Or(cmp.Compare(northQ+q.Side(), northP+p.Side()), cmp.Compare(eastP, eastQ))
	})
	return &release.Edition{
		Grid: b.grid, Place: "Millbeck", Synthetic: true, Period: release.Period{From: "2019-04-24", To: "2019-05-22"},
		Map: release.Map{
			SmallestM: 250, LargestM: 1000, Squares: squares,
			Legend: []release.Band{{Text: "not shown"}, {Band: 1, Text: "under 25"}, {Band: 2, Text: "25 or more"}},
		},
	}
}

func (b block) divided(squares []release.Square, random *rand.Rand, s grid.Square) []release.Square {
	if s.Level == 1 || random.IntN(5) < 2 {
		return append(squares, release.Square{Square: s, Name: b.grid.Name(s), Band: random.IntN(4)})
	}
	for _, d := range [][2]int32{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		squares = b.divided(squares, random, grid.Square{Level: s.Level - 1, X: 2*s.X + d[0], Y: 2*s.Y + d[1]})
	}
	return squares
}

// bound is a box in degrees around all.
func (b block) bound() orb.Bound {
	var around orb.MultiPoint
	for _, d := range [][2]int32{{0, 0}, {0, b.side}, {b.side, 0}, {b.side, b.side}} {
		lon, lat := b.grid.Corner(grid.Square{Level: 3, X: b.east, Y: b.north}, d[0], d[1])
		around = append(around, orb.Point{lon, lat})
	}
	return around.Bound()
}

// rendered is what an edition's files say, by tile.
type rendered struct {
	*release.Edition
	files    []release.File // without the archive
	archive  release.File
	features map[tiles.Tile][]*geojson.Feature
}

func render(t testing.TB, edition *release.Edition) rendered {
	t.Helper()
	files, err := tiles.Editions{}.Render(edition)
	check(t, err)
	r := rendered{edition, files[:len(files)-1], files[len(files)-1], map[tiles.Tile][]*geojson.Feature{}}
	for _, file := range r.files {
		tile := tileAt(t, file.Path)
		if r.features[tile] != nil {
			t.Errorf("%s is there twice", file.Path)
		}
		r.features[tile] = decode(t, file.Content, "squares")
	}
	return r
}

func tileAt(t testing.TB, path string) tiles.Tile {
	t.Helper()
	var tile tiles.Tile
	_, err := fmt.Sscanf(path, "tiles/%d/%d/%d.mvt", &tile.Z, &tile.X, &tile.Y)
	check(t, err)
	if want := fmt.Sprintf("tiles/%d/%d/%d.mvt", tile.Z, tile.X, tile.Y); path != want {
		t.Errorf("%s is %v", path, tile)
	}
	return tile
}

// names are those of a tile's squares.
func names(features []*geojson.Feature) []string {
	var all []string
	for _, f := range features {
		all = append(all, f.Properties["square"].(string))
	}
	return all
}

// What any zoom says is the map, no more and no less.
func TestEveryZoomOfAnEditionSaysTheMap(t *testing.T) {
	for name, b := range blocks(t) {
		r := render(t, b.edition())
		want, order := map[string]float64{}, map[string]int{}
		for i, s := range r.Map.Squares {
			want[s.Name], order[s.Name] = float64(s.Band), i
		}
		said := make([]map[string]float64, release.MaxZoom+1)
		for tile, features := range r.features {
			if said[tile.Z] == nil {
				said[tile.Z] = map[string]float64{}
			}
			last := -1
			for _, f := range features {
				square, band := f.Properties["square"].(string), f.Properties["band"].(float64)
				if len(f.Properties) != 2 || f.ID != nil {
					t.Errorf("%s: %v says %v of the square %v", name, tile, f.Properties, f.ID)
				}
				if before, ok := said[tile.Z][square]; ok && before != band || order[square] <= last {
					t.Errorf("%s: %v has %s out of turn, or otherwise than another tile", name, tile, square)
				}
				said[tile.Z][square], last = band, order[square]
			}
		}
		for zoom := range said {
			if !maps.Equal(said[zoom], want) {
				t.Errorf("%s at zoom %d: %d squares, want %d", name, zoom, len(said[zoom]), len(want))
			}
		}
	}
}

// A square lies on a tile if there is an area that both have, worked out by
// cutting one with the other. By a hair is left to either.
func TestEveryTileThatASquareOfAnEditionMeetsHasItAndNoOther(t *testing.T) {
	const hair = 1e-4 // square units
	for name, b := range blocks(t) {
		r := render(t, b.edition())
		seen := 0
		for zoom := range release.MaxZoom + 1 {
			for _, tile := range over(b.bound(), zoom) {
				has := map[string]bool{}
				for _, square := range names(r.features[tile]) {
					has[square] = true
				}
				seen += min(1, len(has))
				for _, s := range r.Map.Squares {
					area := onTile(trueRing(r.Grid, s.Square, tile))
					if area > hair && !has[s.Name] {
						t.Errorf("%s: %v lacks %s, of which %v square units lie on it", name, tile, s.Name, area)
					}
					if area == 0 && has[s.Name] {
						t.Errorf("%s: %v has %s, which does not meet it", name, tile, s.Name)
					}
				}
			}
		}
		if seen != len(r.files) {
			t.Errorf("%s: there are %d tiles, of which %d are near the map", name, len(r.files), seen)
		}
	}
}

// trueRing is where a square lies, in units of a tile, not rounded.
func trueRing(g grid.Grid, s grid.Square, tile tiles.Tile) orb.Ring {
	var ring orb.Ring
	for _, d := range [][2]int32{{0, 1}, {1, 1}, {1, 0}, {0, 0}, {0, 1}} {
		lon, lat := g.Corner(s, d[0], d[1])
		ring = append(ring, project(orb.Point{lon, lat}, tile))
	}
	return ring
}

func TestASquareOfAnEditionIsDrawnWhereItLies(t *testing.T) {
	for name, b := range blocks(t) {
		r := render(t, b.edition())
		squares := map[string]grid.Square{}
		for _, s := range r.Map.Squares {
			squares[s.Name] = s.Square
		}
		for tile, features := range r.features {
			for _, f := range features {
				polygon, ok := f.Geometry.(orb.Polygon)
				if !ok || len(polygon) != 1 || surveyed(polygon[0]) <= 0 {
					t.Fatalf("%s: %v draws %v as %v", name, tile, f.Properties, f.Geometry)
				}
				truth := trueRing(r.Grid, squares[f.Properties["square"].(string)], tile).Bound()
				drawn := polygon.Bound()
				// Half a unit of rounding; a unit drawn for nothing is 1 wide.
				if near := truth.Pad(1.01); !near.Contains(drawn.Min) || !near.Contains(drawn.Max) || !drawn.Pad(0.51).Intersects(truth) {
					t.Errorf("%s: %v draws %v at %v, it lies at %v", name, tile, f.Properties, drawn, truth)
				}
			}
		}
	}
}

// Nothing in a tile but a byte a square depends on the bands.
func TestTilesOfOtherBandsDifferByAByteASquare(t *testing.T) {
	b := blocks(t)["origin"]
	one := render(t, b.edition())
	for band := -1; band < 4; band++ {
		edition := b.edition()
		for i := range edition.Map.Squares {
			edition.Map.Squares[i].Band = band
			if band < 0 {
				edition.Map.Squares[i].Band = (i * i) % 4
			}
		}
		other := render(t, edition)
		if len(other.files) != len(one.files) {
			t.Fatalf("%d tiles, and with other bands %d", len(one.files), len(other.files))
		}
		for i, file := range one.files {
			if other.files[i].Path != file.Path || len(other.files[i].Content) != len(file.Content) {
				t.Fatalf("%s of %d bytes, with other bands %s of %d", file.Path, len(file.Content), other.files[i].Path, len(other.files[i].Content))
			}
			differ := 0
			for k, c := range file.Content {
				if other.files[i].Content[k] != c {
					differ++
				}
			}
			if n := len(one.features[tileAt(t, file.Path)]); differ > n {
				t.Errorf("%s: %d bytes differ, of %d squares", file.Path, differ, n)
			}
		}
	}
}

func TestTheSameEditionIsTheSameFiles(t *testing.T) {
	b := blocks(t)["national"]
	one, other := render(t, b.edition()), render(t, b.edition())
	if !slices.EqualFunc(append(one.files, one.archive), append(other.files, other.archive), func(p, q release.File) bool {
		return p.Path == q.Path && string(p.Content) == string(q.Content)
	}) {
		t.Error("they differ")
	}
}

func TestAnEditionWithoutAMapHasNoFiles(t *testing.T) {
	edition := blocks(t)["origin"].edition()
	edition.Map.Why = "Too few squares could be shown."
	if files, err := (tiles.Editions{}).Render(edition); err != nil || len(files) != 0 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

func TestAMapThatIsNoPartitionIsRefused(t *testing.T) {
	square := func(level uint8, x, y int32, band int) release.Square {
		return release.Square{Square: grid.Square{Level: level, X: x, Y: y}, Band: band}
	}
	for name, squares := range map[string][]release.Square{
		"nothing":           nil,
		"a square twice":    {square(2, 1, 1, 0), square(2, 1, 1, 0)},
		"one in another":    {square(3, -1, 0, 0), square(1, -1, 3, 0)},
		"a band above":      {square(2, 1, 1, 4)},
		"a band below":      {square(2, 1, 1, -1)},
		"one around others": {square(1, 4, 4, 1), square(2, 2, 2, 1)},
	} {
		edition := blocks(t)["origin"].edition()
		edition.Map.Squares = squares
		if files, err := (tiles.Editions{}).Render(edition); err == nil || files != nil {
			t.Errorf("%s: %d files, %v", name, len(files), err)
		}
	}
}

func TestAMapBeyondTheTilesIsRefused(t *testing.T) {
	for _, at := range []orb.Point{{179.99, -17}, {-179.99, -17}} {
		local, err := grid.NewLocal(at.Lon(), at.Lat())
		check(t, err)
		if files, err := (tiles.Editions{}).Render(block{local, -2, -2, 4, 1}.edition()); err == nil || files != nil {
			t.Errorf("%v: %d files, %v", at, len(files), err)
		}
	}
}
