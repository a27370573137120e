package tiles

import (
	"iter"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/geo/grid"
)

// IncidentsFrom is the lowest zoom at which single incidents are drawn.
const IncidentsFrom = 15

// Incidents draws those of some incidents as points that lie in the tile, each
// in the one tile whose half-open Bound holds it.
func Incidents(all iter.Seq[*incidents.Row], scheme *data.Scheme, tile Tile) []byte {
	l := newLayer("incidents")
	defer l.done()
	bound := tile.Bound()
	for r := range all {
		if r.Point == nil || !inTile(bound, r.Point.Orb()) {
			continue
		}
		b := l.begin(0)
		b = appendPair(b, l.key("received"), l.text(r.Received.Text(scheme.Location)))
		b = appendPair(b, l.key("happened"), l.text(r.Happened.Text(scheme.Location)))
		b = appendPair(b, l.key("category"), l.text(string(r.Category)))
		b = appendPair(b, l.key("class"), l.text(r.Place.Class.String()))
		b = appendPair(b, l.key("outcome"), l.text(r.Outcome))
		at := r.Point.Orb()
		l.point(b, round(tile.project(at.Lon(), at.Lat())))
	}
	return l.tile()
}

// inTile reports whether a half-open box holds a point.
func inTile(box orb.Bound, p orb.Point) bool {
	return p[0] >= box.Min[0] && p[0] < box.Max[0] && p[1] >= box.Min[1] && p[1] < box.Max[1]
}

// IncidentHotspots draws the squares that have some of the incidents, in every
// tile that their inside meets, with a number for each category: the two are
// never added. Squares are those of Hotspots.
func IncidentHotspots(s *incidents.Set, q incidents.Query, scheme *data.Scheme, tile Tile) []byte {
	level := scheme.Grid.LevelForZoom(tile.Z)
	l := newLayer("incident-hotspots")
	defer l.done()
	on := newOntoTile(tile)
	counts := s.Counts(q, []incidents.Dimension{incidents.BySquare}, level)
	for len(counts) > 0 {
		key, n := counts[0].Square, 1
		for n < len(counts) && counts[n].Square == key {
			n++
		}
		if square, ok := key.Square(); ok {
			incidentSquare(l, on, scheme, square, counts[:n])
		}
		counts = counts[n:]
	}
	return l.tile()
}

func incidentSquare(l *layer, on ontoTile, scheme *data.Scheme, square grid.Square, counts []incidents.Count) {
	var corners [4]orb.Point
	for i, corner := range [4][2]int32{{0, 1}, {1, 1}, {1, 0}, {0, 0}} {
		corners[i] = cube.World(scheme.Grid.Corner(square, corner[0], corner[1]))
	}
	var rounded [4]position
	if !on.corners(&corners, &rounded) {
		return
	}
	b := l.begin(uint64(square.Key()))
	b = appendPair(b, l.key("square"), l.distinct([]byte(scheme.Grid.Name(square))))
	b = appendPair(b, l.key("level"), l.whole(uint64(square.Level)))
	for _, count := range counts {
		b = appendPair(b, l.key(string(count.Category)), l.whole(uint64(count.Incidents)))
	}
	l.ring(b, rounded[:])
}
