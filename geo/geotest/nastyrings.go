package geotest

import (
	"slices"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// touchingThemselves: a loop inside a ring, one outside it, and a corner on
// the ring's own edge.
//
//	┌───────┐   ┌───┐      ┌───────┐
//	│  ┌─┐  │   │   │      │  /\   │
//	│  └─┤  │   └───┼───┐  │ /  \  │
//	└────┴──┘       └───┘  └┴────┴─┘
func touchingThemselves() []geo.Area {
	return shapesOf(
		orb.Polygon{ringOn(0, 0, 50, 0, 50, 20, 20, 20, 20, 40, 50, 40, 50, 0, 90, 0, 90, 90, 0, 90)},
		orb.Polygon{ringOn(100, 0, 150, 0, 150, 40, 190, 40, 190, 90, 150, 90, 150, 40, 100, 40)},
		orb.Polygon{ringOn(200, 0, 290, 0, 290, 90, 245, 0, 200, 90)},
		orb.Polygon{ringOn(0, 100, 90, 100, 45, 130, 90, 190, 0, 190, 45, 130)},
	)
}

// crossingThemselves: bow ties that cross on the lattice and beside it, stars
// of five and seven points, a ring run through twice, and a knot.
func crossingThemselves() []geo.Area {
	twice := ringOn(400, 0, 490, 10, 480, 90, 410, 80, 400, 0, 490, 10, 480, 90, 410, 80)
	return shapesOf(
		orb.Polygon{ringOn(0, 0, 90, 90, 90, 0, 0, 90)},
		orb.Polygon{ringOn(100, 0, 191, 90, 190, 3, 97, 88)},
		orb.Polygon{ringOn(245, 90, 270, 10, 200, 60, 290, 60, 220, 10)},
		orb.Polygon{ringOn(300, 50, 390, 60, 310, 10, 350, 95, 360, 0, 320, 90, 395, 20)},
		orb.Polygon{twice},
		orb.Polygon{ringOn(0, 100, 80, 100, 80, 160, 20, 160, 20, 120, 60, 120, 60, 200, 0, 200)},
		orb.Polygon{ringOn(100, 100, 1_000_003, 1_000_033, 1_000_001, 107, 131, 1_000_000)},
	)
}

func holesAtTheShell() []geo.Area {
	shell := func(x, y int32) orb.Ring { return boxOn(x, y, x+90, y+90) }
	return shapesOf(
		orb.Polygon{shell(0, 0), ringOn(0, 0, 40, 20, 20, 40)},
		orb.Polygon{shell(100, 0), ringOn(100, 45, 140, 20, 140, 70)},
		orb.Polygon{shell(200, 0), ringOn(200, 45, 245, 20, 290, 45, 245, 70)},
		orb.Polygon{shell(300, 0), ringOn(300, 0, 390, 90, 330, 70)},
		orb.Polygon{shell(0, 100), boxOn(20, 120, 50, 150), boxOn(50, 150, 70, 170)},
		orb.Polygon{shell(100, 100), ringOn(120, 120, 145, 145, 120, 170), ringOn(170, 120, 145, 145, 170, 170)},
		orb.Polygon{shell(200, 100), boxOn(220, 100, 260, 140)},
		orb.Polygon{shell(300, 100), boxOn(300, 100, 390, 150)},
		orb.Polygon{shell(0, 200), boxOn(20, 220, 50, 250), boxOn(50, 230, 70, 240)},
	)
}

func overlappingRings() []geo.Area {
	one := boxOn(0, 200, 90, 290)
	return shapesOf(
		orb.Polygon{boxOn(0, 0, 60, 60), boxOn(30, 30, 90, 90)},
		orb.Polygon{ringOn(100, 0, 190, 13, 120, 90), ringOn(110, 80, 195, 70, 130, 5)},
		orb.Polygon{boxOn(200, 0, 290, 90), boxOn(210, 10, 280, 80), boxOn(220, 20, 270, 70), boxOn(230, 30, 260, 60)},
		orb.Polygon{boxOn(0, 100, 40, 140), boxOn(50, 150, 90, 190)},
		orb.Polygon{boxOn(100, 100, 140, 190), boxOn(140, 100, 190, 190)},
		orb.Polygon{boxOn(200, 100, 290, 190), boxOn(220, 120, 310, 170), boxOn(240, 90, 260, 200)},
		orb.Polygon{one, one},
		orb.Polygon{one, one, one},
		orb.Polygon{boxOn(100, 200, 190, 290), boxOn(90, 190, 200, 300)},
		orb.Polygon{boxOn(200, 200, 290, 290), boxOn(220, 220, 260, 290)},
	)
}

func overlappingPolygons() []geo.Area {
	return areasOf(
		orb.MultiPolygon{{boxOn(0, 0, 60, 60)}, {boxOn(30, 30, 90, 90)}, {boxOn(0, 0, 60, 60)}},
		orb.MultiPolygon{{boxOn(20, 10, 160, 80), boxOn(40, 20, 140, 70)}, {boxOn(50, 20, 100, 90)}},
		orb.MultiPolygon{{boxOn(80, 0, 90, 120)}, {boxOn(90, 0, 100, 120)}, {ringOn(70, 60, 130, 30, 75, 95)}},
	)
}

// enclosingNothing: rings of one, two and three points in a line, alone and
// within a polygon.
func enclosingNothing() []geo.Area {
	return shapesOf(
		orb.Polygon{ringOn(10, 10)},
		orb.Polygon{ringOn(20, 0, 60, 30)},
		orb.Polygon{ringOn(0, 40, 60, 40, 30, 40)},
		orb.Polygon{ringOn(70, 0, 70, 50, 70, 20)},
		orb.Polygon{boxOn(100, 0, 190, 90), ringOn(150, 50)},
		orb.Polygon{boxOn(100, 100, 190, 190), ringOn(120, 120, 180, 160, 150, 140)},
		orb.Polygon{boxOn(200, 0, 290, 90), ringOn(280, 45, 320, 45)},
		orb.Polygon{ringOn(0, 0, 300, 200)},
	)
}

func repeatedPoints() []geo.Area {
	return shapesOf(
		orb.Polygon{ringOn(0, 0, 0, 0, 90, 0, 90, 0, 90, 0, 90, 90, 0, 90, 0, 0, 0, 0)},
		orb.Polygon{ringOn(100, 0, 190, 30, 190, 30, 140, 90), ringOn(130, 30, 150, 40, 150, 40, 150, 40, 140, 60)},
		orb.Polygon{ringOn(60, 60, 60, 60, 60, 60, 60, 60), boxOn(40, 40, 140, 140)},
	)
}

// spikes: edges that go out and back the same way, outside, inside, from a
// corner, along another edge, and through the whole ring.
func spikes() []geo.Area {
	return shapesOf(
		orb.Polygon{ringOn(0, 0, 90, 0, 90, 40, 150, 40, 90, 40, 90, 90, 0, 90)},
		orb.Polygon{ringOn(200, 0, 290, 0, 290, 40, 230, 70, 290, 40, 290, 90, 200, 90)},
		orb.Polygon{ringOn(300, 0, 390, 0, 420, -40, 390, 0, 390, 90, 300, 90)},
		orb.Polygon{ringOn(0, 100, 120, 100, 90, 100, 90, 190, 0, 190)},
		orb.Polygon{ringOn(100, 100, 190, 100, 190, 150, 20, 150, 190, 150, 190, 190, 100, 190)},
		orb.Polygon{ringOn(200, 100, 290, 100, 290, 190, 245, 190, 245, 80, 245, 190, 200, 190)},
	)
}

// duplicates: one shape under many ids and classes, from another vertex on, and
// the other way round.
func duplicates() []geo.Area {
	ring := ringOn(0, 0, 70, 11, 90, 80, 30, 60, 10, 95)
	var polygons []orb.Polygon
	for i := range 12 {
		corners := slices.Clone(ring[:5])
		if i%2 == 1 {
			slices.Reverse(corners)
		}
		turned := append(append(orb.Ring{}, corners[i%5:]...), corners[:i%5]...)
		polygons = append(polygons, orb.Polygon{append(turned, turned[0])})
	}
	areas := shapesOf(polygons...)
	slices.Reverse(areas)
	return areas
}
