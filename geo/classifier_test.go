package geo_test

import (
	"math/big"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"commonground/geo"
)

// unit makes a polygon of corners on the lattice, in units.
func unit(corners ...[2]int32) orb.Ring {
	var ring orb.Ring
	for _, c := range corners {
		ring = append(ring, geo.Point{Lon: c[0], Lat: c[1]}.Orb())
	}
	return append(ring, ring[0])
}

func box(west, south, east, north int32) orb.Ring {
	return unit([2]int32{west, south}, [2]int32{east, south}, [2]int32{east, north}, [2]int32{west, north})
}

func area(id string, class geo.Class, rings ...orb.Ring) geo.Area {
	return geo.Area{ID: id, Class: class, Shape: orb.MultiPolygon{orb.Polygon(rings)}}
}

func classifier(t testing.TB, areas ...geo.Area) *geo.Classifier {
	t.Helper()
	c, err := geo.NewClassifier(areas)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// town is drawn in units of 10:
//
//	30 ┌───────┬───────┐
//	   │  R1   │  R2   │      M covers the middle; R1 has a hole
//	20 │ ┌─┐ ┌─┼─┐     │      (5..8, 22..25) that N fills in part.
//	   │ └─┘ │ M │     │
//	10 ├─────┼─┼─┼─────┤
//	   │  N1 └─┼─┘ N2  │
//	 0 └───────┴───────┘
//	   0      20      40
func town() []geo.Area {
	return []geo.Area{
		area("R1", geo.Residential, box(0, 100, 200, 300), box(50, 220, 80, 250)),
		area("R2", geo.Residential, box(200, 100, 400, 300)),
		area("N1", geo.NonResidential, box(0, 0, 200, 100)),
		area("N2", geo.NonResidential, box(200, 0, 400, 100)),
		area("M", geo.Managed, box(150, 50, 250, 150)),
	}
}

func TestEachPointHasOnePlace(t *testing.T) {
	c := classifier(t, town()...)
	for _, test := range []struct {
		name     string
		lon, lat int32
		want     string
	}{
		{"inside an area", 10, 110, "R1"},
		{"inside two: the managed one wins", 160, 110, "M"},
		{"on the outline of the managed area", 150, 100, "M"},
		{"on its corner", 250, 150, "M"},
		{"on a line between residential and not", 10, 100, "R1"},
		{"where three areas meet: the lowest id of the highest class", 200, 300, "R1"},
		{"on a line between two of one class", 200, 200, "R1"},
		{"on the line between two others", 200, 0, "N1"},
		{"in a hole", 60, 230, ""},
		{"on the edge of a hole", 50, 230, "R1"},
		{"on the corner of a hole", 80, 250, "R1"},
		{"one unit outside", -1, 50, ""},
		{"level with corners, outside", 500, 100, ""},
		{"level with corners, west", -500, 300, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if a, ok := c.Area(geo.Point{Lon: test.lon, Lat: test.lat}); ok {
				got = a.ID
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAreasThatMakeNoSenseAreRefused(t *testing.T) {
	for name, areas := range map[string][]geo.Area{
		"no id":       {area("", geo.Managed, box(0, 0, 1, 1))},
		"id twice":    {area("A", geo.Managed, box(0, 0, 1, 1)), area("A", geo.Residential, box(0, 0, 1, 1))},
		"no class":    {area("A", geo.Outside, box(0, 0, 1, 1))},
		"off the map": {{ID: "A", Class: geo.Managed, Shape: orb.MultiPolygon{{{{200, 0}, {201, 0}, {200, 1}}}}}},
	} {
		if _, err := geo.NewClassifier(areas); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// covered is the rule in rational arithmetic, written apart from the one under
// test: winding is not used, every crossing is worked out as a fraction.
func covered(shape orb.MultiPolygon, p geo.Point) bool {
	for _, polygon := range shape {
		odd := false
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := lattice(ring[i-1]), lattice(ring[i])
				switch crossing(a, b, p) {
				case touches:
					return true
				case crosses:
					odd = !odd
				}
			}
		}
		if odd {
			return true
		}
	}
	return false
}

func lattice(p orb.Point) geo.Point {
	q, err := geo.NewPoint(p.Lon(), p.Lat())
	if err != nil {
		panic(err)
	}
	return q
}

type meeting int

const (
	misses meeting = iota
	touches
	crosses
)

// crossing says how the ray from p to the east meets the segment a b.
func crossing(a, b, p geo.Point) meeting {
	if a.Lat == b.Lat {
		if p.Lat == a.Lat && min(a.Lon, b.Lon) <= p.Lon && p.Lon <= max(a.Lon, b.Lon) {
			return touches
		}
		return misses
	}
	if p.Lat < min(a.Lat, b.Lat) || p.Lat > max(a.Lat, b.Lat) {
		return misses
	}
	// Longitude of the segment at p's latitude.
	at := big.NewRat(int64(p.Lat)-int64(a.Lat), int64(b.Lat)-int64(a.Lat))
	at.Mul(at, big.NewRat(int64(b.Lon)-int64(a.Lon), 1))
	at.Add(at, big.NewRat(int64(a.Lon), 1))
	switch at.Cmp(big.NewRat(int64(p.Lon), 1)) {
	case 0:
		return touches
	case -1:
		return misses
	}
	if p.Lat == max(a.Lat, b.Lat) {
		return misses // the upper end does not count
	}
	return crosses
}

// drawAreas makes areas that overlap, touch and cross themselves, on a small
// lattice so that points fall on edges often.
func drawAreas(t *rapid.T) []geo.Area {
	scale := rapid.SampledFrom([]int32{1, 7, 1000, 30_000, 200_000_000}).Draw(t, "scale")
	coordinate := rapid.Custom(func(t *rapid.T) [2]int32 {
		return [2]int32{scale * rapid.Int32Range(-4, 4).Draw(t, "x"), scale * rapid.Int32Range(-4, 4).Draw(t, "y")}
	})
	ring := rapid.Custom(func(t *rapid.T) orb.Ring {
		return unit(rapid.SliceOfN(coordinate, 3, 7).Draw(t, "corners")...)
	})
	polygon := rapid.Custom(func(t *rapid.T) orb.Polygon {
		return orb.Polygon(rapid.SliceOfN(ring, 1, 3).Draw(t, "rings"))
	})
	n := rapid.IntRange(1, 5).Draw(t, "areas")
	var areas []geo.Area
	for i := range n {
		areas = append(areas, geo.Area{
			ID:    string(rune('a' + i)),
			Class: rapid.SampledFrom([]geo.Class{geo.Managed, geo.Residential, geo.NonResidential}).Draw(t, "class"),
			Shape: orb.MultiPolygon(rapid.SliceOfN(polygon, 1, 2).Draw(t, "polygons")),
		})
	}
	return areas
}

func drawPoint(t *rapid.T, areas []geo.Area) geo.Point {
	ring := areas[0].Shape[0][0]
	a := lattice(rapid.SampledFrom(ring).Draw(t, "near"))
	b := lattice(rapid.SampledFrom(ring).Draw(t, "towards"))
	middle := geo.Point{Lon: int32((int64(a.Lon) + int64(b.Lon)) / 2), Lat: int32((int64(a.Lat) + int64(b.Lat)) / 2)}
	return geo.Point{
		Lon: middle.Lon + rapid.Int32Range(-2, 2).Draw(t, "dx"), Lat: middle.Lat + rapid.Int32Range(-2, 2).Draw(t, "dy"),
	}
}

func TestAgreesWithRationalArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		areas := drawAreas(t)
		c, err := geo.NewClassifier(areas)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			p := drawPoint(t, areas)
			want, wantClass := "", geo.Outside
			for _, a := range areas {
				if covered(a.Shape, p) && (a.Class > wantClass || a.Class == wantClass && a.ID < want) {
					want, wantClass = a.ID, a.Class
				}
			}
			got := ""
			if a, ok := c.Area(p); ok {
				got = a.ID
			}
			if got != want || c.Class(p) != wantClass {
				t.Fatalf("%v: got %q %v, want %q %v", p, got, c.Class(p), want, wantClass)
			}
		}
	})
}

func TestAnswerDoesNotDependOnTheOrderOfAreas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		areas := drawAreas(t)
		shuffled := rapid.Permutation(areas).Draw(t, "order")
		one, err1 := geo.NewClassifier(areas)
		two, err2 := geo.NewClassifier(shuffled)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		p := drawPoint(t, areas)
		a, _ := one.Area(p)
		b, _ := two.Area(p)
		if (a == nil) != (b == nil) || a != nil && a.ID != b.ID {
			t.Fatalf("%v: %v or %v", p, a, b)
		}
	})
}

func TestManyMayAskAtOnce(t *testing.T) {
	c := classifier(t, town()...)
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(g)))
			for range 2000 {
				p := geo.Point{Lon: random.Int32N(500) - 50, Lat: random.Int32N(400) - 50}
				c.Area(p)
				c.DistanceM(p)
			}
		})
	}
	group.Wait()
}

func TestFarthestCoordinatesDoNotOverflow(t *testing.T) {
	globe := orb.Ring{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}
	diagonal := orb.Ring{{-180, -90}, {180, 90}, {-180, 90}, {-180, -90}}
	c := classifier(t, area("all", geo.NonResidential, globe), area("half", geo.Residential, diagonal))
	for _, test := range []struct {
		lon, lat float64
		want     string
	}{
		{0, 0, "half"}, {90, 45, "half"}, {90, 44.9999999, "all"}, {90, 45.0000001, "half"},
		{180, 90, "half"}, {179.9999999, -90, "all"}, {-180, -90, "half"},
	} {
		p, err := geo.NewPoint(test.lon, test.lat)
		if err != nil {
			t.Fatal(err)
		}
		if a, ok := c.Area(p); !ok || a.ID != test.want {
			t.Errorf("%v, %v: %v, want %s", test.lon, test.lat, a, test.want)
		}
	}
}
