package tiles

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"commonground/geo"
)

// walkOn draws a line of up to 60 points at any scale, closed or not.
func walkOn(t *rapid.T) []geo.Point {
	reach := int32(math.Exp2(rapid.Float64Range(1, 26).Draw(t, "log reach")))
	step := rapid.Int32Range(-reach, reach)
	points := []geo.Point{{Lon: 7_000_000, Lat: 530_000_000}}
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		last := points[len(points)-1]
		next := geo.Point{Lon: last.Lon + step.Draw(t, "east"), Lat: max(-850_000_000, min(last.Lat+step.Draw(t, "north"), 850_000_000))}
		if next != last {
			points = append(points, next)
		}
	}
	if rapid.Bool().Draw(t, "closed") && points[0] != points[len(points)-1] {
		points = append(points, points[0])
	}
	return points
}

func TestEveryPointIsWithinTheToleranceOfTheLineThatIsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := walkOn(t)
		from := drawnFrom(points)
		for zoom := range MaxZoom + 1 {
			var line orb.LineString
			for i, p := range points {
				if int(from[i]) <= zoom {
					line = append(line, worldAt(p, zoom))
				}
			}
			if least := min(len(points), 3); points[0] == points[len(points)-1] && len(line) < least {
				t.Fatalf("zoom %d: a closed line is drawn with %d points", zoom, len(line))
			}
			for _, p := range points {
				if d := planar.DistanceFrom(line, worldAt(p, zoom)); len(line) > 1 && d > Tolerance*(1+1e-9) {
					t.Fatalf("zoom %d: %v is %v off %v", zoom, p, d, line)
				}
			}
			if zoom == MaxZoom && len(line) != len(points) {
				t.Fatalf("%d of %d points are drawn at the highest zoom", len(line), len(points))
			}
		}
	})
}

// Of a zigzag that grows narrower the method of Douglas and Peucker takes off
// one point at a time: without a limit to that, 200,000 take minutes.
func TestLineThatDividesBadlyKeepsTheTolerance(t *testing.T) {
	var points []geo.Point
	for i := range int32(200_000) {
		points = append(points, geo.Point{Lon: i * 10, Lat: (200_000 - i) * 1000 * (i%2*2 - 1)})
	}
	from := drawnFrom(points)
	for _, zoom := range []int{0, 3, 6, 9} {
		last := 0
		for i := 1; i < len(points); i++ {
			if int(from[i]) > zoom {
				continue
			}
			for _, p := range points[last+1 : i] {
				if d := planar.DistanceFromSegment(worldAt(points[last], zoom), worldAt(points[i], zoom), worldAt(p, zoom)); d > Tolerance*(1+1e-9) {
					t.Fatalf("zoom %d: %v is %v off", zoom, p, d)
				}
			}
			last = i
		}
	}
}

func TestRingsThatShareAStretchShareItsArc(t *testing.T) {
	ring := func(corners ...int32) orb.Ring {
		var out orb.Ring
		for i := 0; i < len(corners); i += 2 {
			out = append(out, geo.Point{Lon: corners[i] * 1000, Lat: corners[i+1] * 1000}.Orb())
		}
		return append(out, out[0])
	}
	for _, test := range []struct {
		name  string
		rings []orb.Ring
		arcs  int
	}{
		{"one alone", []orb.Ring{ring(0, 0, 9, 0, 9, 9)}, 1},
		{"the same, from elsewhere and turned", []orb.Ring{ring(0, 0, 9, 0, 9, 9), ring(9, 0, 9, 9, 0, 0), ring(9, 0, 0, 0, 9, 9)}, 1},
		{"the same, run through twice", []orb.Ring{ring(0, 0, 9, 0, 9, 9), ring(0, 0, 9, 0, 9, 9, 0, 0, 9, 0, 9, 9)}, 1},
		{"two with a common side", []orb.Ring{ring(0, 0, 9, 0, 9, 9, 0, 9), ring(9, 0, 9, 9, 20, 5)}, 3},
		{"two with a common stretch", []orb.Ring{ring(0, 0, 9, 0, 8, 5, 9, 9, 0, 9), ring(9, 0, 20, 5, 9, 9, 8, 5)}, 3},
		{"two with a common corner", []orb.Ring{ring(0, 0, 9, 0, 9, 9, 0, 9), ring(9, 9, 20, 9, 20, 20)}, 2},
		{"a corner on a side", []orb.Ring{ring(0, 0, 9, 0, 9, 9, 0, 9), ring(9, 5, 20, 0, 20, 9)}, 2},
		{"a side along a longer one", []orb.Ring{ring(0, 0, 9, 0, 9, 9, 0, 9), ring(9, 3, 20, 3, 20, 7, 9, 7)}, 3},
		{"a spike", []orb.Ring{ring(0, 0, 9, 0, 9, 9, 15, 9, 9, 9, 0, 9)}, 2},
	} {
		var areas []geo.Area
		for i, r := range test.rings {
			areas = append(areas, geo.Area{ID: fmt.Sprint(i), Class: geo.Residential, Shape: orb.MultiPolygon{{r}}})
		}
		b := newBorders(areas)
		if len(b.arcs) != test.arcs {
			t.Errorf("%s: %d arcs, want %d", test.name, len(b.arcs), test.arcs)
		}
	}
}

func TestLineLeavesTheReachWhereItDoesTheOtherWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.OneOf(rapid.Int32Range(-100, 4200), rapid.Int32Range(-1<<29, 1<<29))
		draw := func(name string) position {
			return position{coordinate.Draw(t, name+" x"), coordinate.Draw(t, name+" y")}
		}
		a, b := draw("a"), draw("b")
		for _, s := range reachSides {
			if s.beyond(a) == s.beyond(b) {
				continue
			}
			there, back := s.crossing(a, b), s.crossing(b, a)
			low, high := boxAround([]position{a, b})
			if there != back || there[s.axis] != s.limit*s.sign || there[1-s.axis] < low[1-s.axis] || there[1-s.axis] > high[1-s.axis] {
				t.Fatalf("%v to %v leaves at %v, back at %v", a, b, there, back)
			}
		}
	})
}

func TestBandIsAUnitThick(t *testing.T) {
	for _, test := range []struct {
		ring       []position
		twiceWidth int64
	}{
		{[]position{{5, 5}}, 2},
		{[]position{{5, 5}, {6, 5}}, 2},
		{[]position{{5, 5}, {5, 25}}, 40},
		{[]position{{9, 9}, {0, 0}}, 18},
		{[]position{{0, 0}, {8, 1}, {20, -3}, {8, 1}}, 40},
		{[]position{{8, 1}, {0, 0}, {8, 1}, {20, 7}}, 40},
	} {
		band := thickened(slices.Clone(test.ring))
		if area := twiceArea(band); area != test.twiceWidth && area != -test.twiceWidth {
			t.Errorf("%v becomes %v, of half the area %d", test.ring, band, area)
		}
	}
}
