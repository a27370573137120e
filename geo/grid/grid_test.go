package grid_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"commonground/geo"
	"commonground/geo/grid"
)

func local(t testing.TB) grid.Local {
	t.Helper()
	g, err := grid.NewLocal(-2.42, 54.72)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func drawSquare(t *rapid.T) grid.Square {
	return grid.Square{
		Level: uint8(rapid.IntRange(0, grid.MaxLevel).Draw(t, "level")),
		X:     rapid.Int32Range(-4000, 4000).Draw(t, "x"), Y: rapid.Int32Range(-4000, 4000).Draw(t, "y"),
	}
}

func TestKeyIsASquareAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSquare(t)
		back, ok := s.Key().Square()
		if !ok || back != s {
			t.Fatalf("%+v became %+v %v", s, back, ok)
		}
		if s.Key() >= 1<<53 {
			t.Fatalf("%d does not survive JavaScript", s.Key())
		}
	})
	for _, none := range []grid.Key{0, 1, 15 << 48, 1 << 60} {
		if s, ok := none.Square(); ok {
			t.Errorf("%d is %+v", none, s)
		}
	}
}

func TestFourChildrenMakeASquare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSquare(t)
		if s.Level == 0 {
			return
		}
		for _, d := range [][2]int32{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
			child := grid.Square{Level: s.Level - 1, X: 2*s.X + d[0], Y: 2*s.Y + d[1]}
			if child.Parent(s.Level) != s || !s.Holds(child) || child.Holds(s) {
				t.Fatalf("%+v is no child of %+v", child, s)
			}
		}
		east, north := s.SouthWest()
		childEast, childNorth := grid.Square{Level: s.Level - 1, X: 2 * s.X, Y: 2 * s.Y}.SouthWest()
		if east != childEast || north != childNorth {
			t.Fatalf("the first child starts at %d, %d, not %d, %d", childEast, childNorth, east, north)
		}
	})
}

// Every point of the plane is in exactly one square: the one whose corners lie
// around it.
func TestSquaresPartitionThePlane(t *testing.T) {
	g := local(t)
	rapid.Check(t, func(t *rapid.T) {
		lon := rapid.Float64Range(-7, 2).Draw(t, "lon")
		lat := rapid.Float64Range(51, 58).Draw(t, "lat")
		p, err := geo.NewPoint(lon, lat)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := g.Square(p)
		if !ok {
			t.Fatalf("%v, %v is off the grid", lon, lat)
		}
		centreLon, centreLat := g.Centre(s)
		middle, err := geo.NewPoint(centreLon, centreLat)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := g.Square(middle); again != s {
			t.Fatalf("the centre of %+v is in %+v", s, again)
		}
		apartLat := (lat - centreLat) * 111_200
		apartLon := (lon - centreLon) * 111_400 * math.Cos(lat*math.Pi/180)
		if apart := math.Hypot(apartLat, apartLon); apart > 125/math.Sqrt2*1.01 {
			t.Fatalf("%v, %v is %.1f m from the centre of its square", lon, lat, apart)
		}
	})
}

func TestNamesAndReach(t *testing.T) {
	g := local(t)
	origin, err := geo.NewPoint(-2.42, 54.72)
	if err != nil {
		t.Fatal(err)
	}
	east, _ := geo.NewPoint(-2.4199, 54.7201)
	west, _ := geo.NewPoint(-2.4201, 54.7199)
	far, _ := geo.NewPoint(12, 54)
	if _, ok := g.Square(origin); !ok {
		t.Error("the origin is off its own grid")
	}
	s, _ := g.Square(east)
	if got := g.Name(s); got != "E 0 N 0 · 125 m" {
		t.Errorf("north-east of the origin: %q", got)
	}
	s, _ = g.Square(west)
	if got := g.Name(s); got != "W 125 S 125 · 125 m" {
		t.Errorf("south-west of the origin: %q", got)
	}
	if got := g.Name(s.Parent(2)); got != "W 500 S 500 · 500 m" {
		t.Errorf("two levels up: %q", got)
	}
	if s, ok := g.Square(far); ok {
		t.Errorf("900 km away is on the grid: %+v", s)
	}
}

// The series against values of the National Grid's own projection at scale 1:
// the length of the meridian from 49° N to 54.72° N on WGS 84, and a degree of
// longitude there, from the closed formulas for the ellipsoid's radii.
func TestMeridianHasItsLength(t *testing.T) {
	g := local(t)
	const step = 1e-4 // degree
	p, _ := geo.NewPoint(-2.42, 54.72+0.5)
	s, _ := g.Square(p)
	_, north := s.SouthWest()
	var lengthM float64
	for lat := 54.72; lat < 54.72+0.5; lat += step {
		sin := math.Sin((lat + step/2) * math.Pi / 180)
		const e2 = 0.0066943799901413165
		lengthM += 6378137 * (1 - e2) / math.Pow(1-e2*sin*sin, 1.5) * step * math.Pi / 180
	}
	if got := math.Floor(lengthM/125) * 125; int(got) != north {
		t.Errorf("half a degree north is %.1f m; its square starts at %d", lengthM, north)
	}
}

func TestLevelsGoByZoom(t *testing.T) {
	g := local(t)
	last := uint8(grid.MaxLevel + 1)
	for zoom := 0; zoom <= 16; zoom++ {
		level := g.LevelForZoom(zoom)
		if level > last {
			t.Errorf("zoom %d has level %d, coarser than the zoom before", zoom, level)
		}
		last = level
	}
	if got := g.LevelForZoom(12); got != 0 {
		t.Errorf("zoom 12 has level %d", got)
	}
	if got := g.LevelForZoom(10); got != 2 {
		t.Errorf("zoom 10 has level %d", got)
	}
}
