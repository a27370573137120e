package geo_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
	"commonground/geo/geotest"
)

// check compares every way of asking with an oracle.
func check(t *testing.T, areas []geo.Area, points []geo.Point) {
	t.Helper()
	c := classifier(t, areas...)
	oracle := geotest.NewOracle(areas)
	classes, indexes := make([]geo.Class, len(points)), make([]int32, len(points))
	c.Classify(classes, points)
	c.Locate(indexes, points)
	for i, p := range points {
		wantID, wantClass := oracle.Place(p)
		alone, bulk := "", ""
		if a, ok := c.Area(p); ok {
			alone = a.ID
		}
		if indexes[i] != geo.None {
			bulk = c.Areas()[indexes[i]].ID
		}
		if alone != wantID || bulk != wantID || c.Class(p) != wantClass || classes[i] != wantClass {
			t.Fatalf("%v: got %q %v alone, %q %v in bulk, want %q %v",
				p, alone, c.Class(p), bulk, classes[i], wantID, wantClass)
		}
	}
}

func TestNastySetsAgreeWithTheLetterOfTheLaw(t *testing.T) {
	for _, set := range geotest.Nasty() {
		t.Run(set.Name, func(t *testing.T) {
			n := min(2000, max(50, 10_000_000/(1+corners(set.Areas)))) // the oracle is slow
			check(t, set.Areas, geotest.Adversarial(set.Areas, n, 1))
			check(t, set.Areas, geotest.Points(set.Areas, n, 2))
		})
	}
}

func corners(areas []geo.Area) int {
	n := 0
	for _, area := range areas {
		for _, polygon := range area.Shape {
			for _, ring := range polygon {
				n += len(ring)
			}
		}
	}
	return n
}

func TestACityAgreesWithTheLetterOfTheLaw(t *testing.T) {
	areas := geotest.Workload(300)
	check(t, areas, geotest.Adversarial(areas, 3000, 1))
	check(t, areas, geotest.Points(areas, 3000, 2))
}

// A town of streets in a globe: cells of the globe's grid are larger than the
// town, so that they must have grids of their own.
func TestACrowdedCellHasAGridOfItsOwn(t *testing.T) {
	globe := area("globe", geo.NonResidential, orb.Ring{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}})
	areas := append(geotest.Workload(50), globe)
	check(t, areas, geotest.Adversarial(areas[:50], 3000, 1))
	check(t, areas, geotest.Adversarial(areas, 1000, 2))
}

func TestAClassifierOfNothingSaysOutside(t *testing.T) {
	check(t, nil, []geo.Point{{}, {Lon: 1}, {Lat: -1}, {Lon: 1_800_000_000, Lat: 900_000_000}})
}

func TestNoPointsNeedNoRoom(t *testing.T) {
	c := classifier(t, town()...)
	c.Classify(nil, nil)
	c.Locate(nil, nil)
}

// Every number of points that fills the chunks of the bulk forms in part.
func TestBulkFormsTakeAnyNumberOfPoints(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 511, 512, 513, 1024, 1300} {
		points := make([]geo.Point, n)
		for i := range points {
			points[i] = geo.Point{Lon: random.Int32N(500) - 50, Lat: random.Int32N(400) - 50}
		}
		check(t, town(), points)
	}
}

func TestAreasComeInOrderOfPrecedence(t *testing.T) {
	var ids []string
	for _, a := range classifier(t, town()...).Areas() {
		ids = append(ids, a.ID)
	}
	if want := []string{"M", "R1", "R2", "N1", "N2"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}

// FuzzIndex draws rings and points from bytes: a scale, a place on the globe,
// and then corners as signed bytes, of which -128 ends a ring and -127 an area.
func FuzzIndex(f *testing.F) {
	f.Add([]byte{3, 0, 0, 10, 10, 60, 10, 60, 60, 128, 129, 20, 20, 90, 20, 20, 90})
	f.Add([]byte{200, 127, 127, 0, 0, 1, 0, 0, 1, 129, 1, 0, 1, 1, 0, 1, 128, 5, 5, 9, 9, 5, 9})
	f.Add([]byte{255, 128, 128, 0, 0, 127, 1, 1, 127, 129, 130, 130, 127, 127, 130, 127})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		areas, points := drawn(bytes)
		if len(points) > 0 {
			check(t, areas, points)
		}
	})
}

// drawn reads what FuzzIndex describes. The points are the corners, what lies
// around them, and the middles between them.
func drawn(bytes []byte) (areas []geo.Area, points []geo.Point) {
	if len(bytes) < 3 || len(bytes) > 300 {
		return nil, nil
	}
	scale := int64(bytes[0])*int64(bytes[0])*100 + 1
	place := func(at, turn byte, limit int64) int32 {
		v := int64(int8(at))*limit/127 + int64(int8(turn))*scale
		return int32(min(max(v, -limit), limit))
	}
	var ring orb.Ring
	var corners []geo.Point
	polygon, classes := orb.Polygon{}, []geo.Class{geo.Managed, geo.Residential, geo.NonResidential}
	endRing := func() {
		if len(ring) > 0 {
			polygon, ring = append(polygon, append(ring, ring[0])), nil
		}
	}
	endArea := func() {
		endRing()
		id := string(rune('a' + len(areas)%26))
		if len(areas) < 26 {
			areas = append(areas, geo.Area{ID: id, Class: classes[len(areas)%3], Shape: orb.MultiPolygon{polygon}})
		}
		polygon = orb.Polygon{}
	}
	rest := bytes[3:]
	for len(rest) > 0 {
		switch {
		case rest[0] == 128:
			endRing()
			rest = rest[1:]
		case rest[0] == 129 || len(rest) == 1:
			endArea()
			rest = rest[1:]
		default:
			p := geo.Point{Lon: place(bytes[1], rest[0], 1_800_000_000), Lat: place(bytes[2], rest[1], 900_000_000)}
			ring, corners, rest = append(ring, p.Orb()), append(corners, p), rest[2:]
		}
	}
	endArea()
	return areas, around(corners)
}

func around(corners []geo.Point) []geo.Point {
	var points []geo.Point
	for i, p := range corners {
		q := corners[(i*7+3)%len(corners)]
		middle := geo.Point{Lon: int32((int64(p.Lon) + int64(q.Lon)) / 2), Lat: int32((int64(p.Lat) + int64(q.Lat)) / 2)}
		for _, at := range [2]geo.Point{p, middle} {
			for d := range int32(9) {
				points = append(points, geo.Point{
					Lon: min(max(at.Lon+d%3-1, -1_800_000_000), 1_800_000_000), Lat: min(max(at.Lat+d/3-1, -900_000_000), 900_000_000),
				})
			}
		}
	}
	return points
}

func TestAreasInABox(t *testing.T) {
	c := classifier(t, append(town(), geo.Area{ID: "empty", Class: geo.Managed})...)
	for _, test := range []struct {
		name                     string
		west, south, east, north int32
		want                     []string
	}{
		{"all", -10, -10, 500, 500, []string{"M", "R1", "R2", "N1", "N2"}},
		{"a corner", 400, 300, 500, 500, []string{"R2"}},
		{"inside one", 10, 110, 20, 120, []string{"R1"}},
		{"where three boxes meet", 200, 160, 200, 160, []string{"R1", "R2"}},
		{"none", 401, 0, 500, 300, nil},
	} {
		var got []string
		for _, i := range c.AreasIn(geo.Point{Lon: test.west, Lat: test.south}, geo.Point{Lon: test.east, Lat: test.north}) {
			got = append(got, c.Areas()[i].ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
