package grid

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo"
)

var _, _ Grid = Local{}, National{}

// planes are the two grids, each with its projection.
func planes(t testing.TB) []plane {
	t.Helper()
	local, err := NewLocal(-2.42, 54.72)
	if err != nil {
		t.Fatal(err)
	}
	var national National
	return []plane{
		{"local", local, local.plane.forward},
		{"national", national, func(lon, lat float64) (float64, float64) {
			eastM, northM, err := national.EastNorth(lon, lat)
			if err != nil {
				t.Fatal(err)
			}
			return eastM, northM
		}},
	}
}

type plane struct {
	name    string
	grid    Grid
	project func(lon, lat float64) (eastM, northM float64)
}

// onBoth is any point of both grids: east of Ireland, west of France.
func onBoth(t *rapid.T) geo.Point {
	p, err := geo.NewPoint(rapid.Float64Range(-5.2, 1.4).Draw(t, "lon"), rapid.Float64Range(51, 58).Draw(t, "lat"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPointLiesInItsSquareOfEachLevel(t *testing.T) {
	for _, on := range planes(t) {
		t.Run(on.name, rapid.MakeCheck(func(t *rapid.T) {
			p := onBoth(t)
			s, ok := on.grid.Square(p)
			if !ok || s.Level != 0 {
				t.Fatalf("%v is in %+v %v", p.Orb(), s, ok)
			}
			eastM, northM := on.project(p.Orb().Lon(), p.Orb().Lat())
			for level := range uint8(MaxLevel + 1) {
				parent := s.Parent(level)
				west, south := parent.SouthWest()
				side := float64(parent.Side())
				// Half open, so that it is in no other of the level.
				if eastM < float64(west) || eastM >= float64(west)+side || northM < float64(south) || northM >= float64(south)+side {
					t.Fatalf("%v, %v is not in %+v", eastM, northM, parent)
				}
				if back, ok := parent.Key().Square(); !ok || back != parent {
					t.Fatalf("%+v became %+v %v by its key", parent, back, ok)
				}
				if level > 0 {
					checkOneChildHolds(t, parent, s)
				}
			}
		}))
	}
}

func checkOneChildHolds(t *rapid.T, parent, s Square) {
	holding := 0
	for _, d := range [][2]int32{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		child := Square{Level: parent.Level - 1, X: 2*parent.X + d[0], Y: 2*parent.Y + d[1]}
		if child.Parent(parent.Level) != parent {
			t.Fatalf("%+v is no child of %+v", child, parent)
		}
		if child.Holds(s) {
			holding++
		}
	}
	if holding != 1 {
		t.Fatalf("%d children of %+v hold %+v", holding, parent, s)
	}
}

func TestPlaceOnALineIsEastOrNorthOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Int32Range(-4000, 5600).Draw(t, "x"), rapid.Int32Range(-4000, 10_000).Draw(t, "y")
		eastM, northM := float64(x)*SideM, float64(y)*SideM
		if s := squareAt(eastM, northM); s != (Square{X: x, Y: y}) {
			t.Fatalf("%v, %v is in %+v", eastM, northM, s)
		}
		before := squareAt(math.Nextafter(eastM, math.Inf(-1)), math.Nextafter(northM, math.Inf(-1)))
		// The number next to zero is zero itself when divided by the side.
		if x != 0 && y != 0 && before != (Square{X: x - 1, Y: y - 1}) {
			t.Fatalf("a bit south-west of %v, %v is %+v", eastM, northM, before)
		}
	})
}

// corner is what squares that meet share to the last bit.
type corner struct{ lon, lat float64 }

func cornerOf(g Grid, s Square, dx, dy int32) corner {
	lon, lat := g.Corner(s, dx, dy)
	return corner{lon, lat}
}

func TestSquaresThatMeetShareCornersToTheLastBit(t *testing.T) {
	for _, on := range planes(t) {
		t.Run(on.name, rapid.MakeCheck(func(t *rapid.T) {
			s, _ := on.grid.Square(onBoth(t))
			s = s.Parent(uint8(rapid.IntRange(0, MaxLevel).Draw(t, "level")))
			east, north := s, s
			east.X++
			north.Y++
			northEast := cornerOf(on.grid, s, 1, 1)
			if cornerOf(on.grid, east, 0, 1) != northEast || cornerOf(on.grid, north, 1, 0) != northEast {
				t.Fatalf("%+v and its neighbours meet in more than one place", s)
			}
			if s.Level == 0 {
				return
			}
			child := Square{Level: s.Level - 1, X: 2*s.X + 1, Y: 2*s.Y + 1}
			if cornerOf(on.grid, child, 1, 1) != northEast {
				t.Fatalf("%+v and %+v end in different places", s, child)
			}
			lon, lat := on.grid.Centre(s)
			if cornerOf(on.grid, child, 0, 0) != (corner{lon, lat}) {
				t.Fatalf("the children of %+v do not meet in its centre", s)
			}
		}))
	}
}

// Corners far off the plane's model are for drawing: they still lie around the
// square, in their order.
func TestCornersOfEachLevelLieAroundThePoint(t *testing.T) {
	for _, on := range planes(t) {
		t.Run(on.name, rapid.MakeCheck(func(t *rapid.T) {
			p := onBoth(t)
			s, _ := on.grid.Square(p)
			s = s.Parent(uint8(rapid.IntRange(0, MaxLevel).Draw(t, "level")))
			around := [4]corner{
				cornerOf(on.grid, s, 0, 0), cornerOf(on.grid, s, 1, 0), cornerOf(on.grid, s, 1, 1), cornerOf(on.grid, s, 0, 1),
			}
			lon, lat := on.grid.Centre(s)
			for i, a := range around {
				b := around[(i+1)%4]
				if turn := (b.lon-a.lon)*(lat-a.lat) - (b.lat-a.lat)*(lon-a.lon); !(turn > 0) {
					t.Fatalf("the centre of %+v is right of its side %d: %v", s, i, around)
				}
			}
		}))
	}
}

func TestTileMeetsNoMoreSquaresThanPromised(t *testing.T) {
	for _, on := range planes(t) {
		for zoom := 6; zoom <= 14; zoom++ {
			for _, at := range [][2]float64{{-7.4, 49.9}, {2.1, 49.95}, {-2, 49.95}, {-1.55, 53.8}, {-2.4, 50.3}} {
				if n := squaresMet(on.grid, zoom, at[0], at[1]); n > 4096 {
					t.Errorf("%s: the tile of zoom %d at %v meets %d squares", on.name, zoom, at, n)
				}
			}
		}
	}
}

// squaresMet counts the squares that hold one of 150 × 150 points of the tile
// around a place, more than two for each side of a square.
func squaresMet(g Grid, zoom int, lon, lat float64) int {
	met := map[Square]bool{}
	tiles := math.Exp2(float64(zoom))
	column := math.Floor((lon/360 + 0.5) * tiles)
	row := math.Floor((0.5 - math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi)) * tiles)
	const across = 150
	for i := range across * across {
		x, y := column+float64(i%across)/across, row+float64(i/across)/across
		p, err := geo.NewPoint((x/tiles-0.5)*360, math.Atan(math.Sinh((1-2*y/tiles)*math.Pi))*180/math.Pi)
		if err != nil {
			continue
		}
		if s, ok := g.Square(p); ok {
			met[s.Parent(g.LevelForZoom(zoom))] = true
		}
	}
	return len(met)
}
