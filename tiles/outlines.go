package tiles

import (
	"math"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/geo"
)

// bufferUnits is how far beyond its edge a tile carries areas, so that their
// outlines are not drawn along it.
const bufferUnits = 64

// Outlines draws the areas of one classifier, simplified by zoom. It is
// prepared by the first tile of all and the first of each zoom; any number of
// goroutines may ask it at once.
//
// The borders of all areas are cut into arcs, each of which is simplified and
// rounded once, so areas that share a border draw the same one: there is
// neither a gap nor an overlap between them, not where one has a corner on the
// other's side either (a T-junction). At every zoom
//
//   - each corner lies at most Tolerance from the outline as it is before it
//     is rounded to the tile's lattice; at MaxZoom every corner is drawn;
//   - no edge is shorter than a unit, so that a border has at most one corner
//     for each unit of its length;
//   - an area longer or wider than a unit is drawn, at least a unit thick (so
//     a sliver may lie over its neighbour by a unit);
//   - a polygon that is neither is drawn as the unit that holds its middle, by
//     the first in order of precedence of those that have their middles there,
//     and by it alone. So a tile holds at most one such for each unit.
//
// A hole that is thinner than a unit may be filled. Two borders that come
// within a unit of each other may touch or cross by less than that.
type Outlines struct {
	classifier *geo.Classifier
	levels     [MaxZoom + 1]func() *level
}

// NewOutlines returns the outlines of a classifier's areas. It does nothing
// that takes long.
func NewOutlines(classifier *geo.Classifier) *Outlines {
	o := &Outlines{classifier: classifier}
	borders := sync.OnceValue(func() *borders { return newBorders(classifier.Areas()) })
	for zoom := range o.levels {
		o.levels[zoom] = sync.OnceValue(func() *level { return newLevel(borders(), zoom) })
	}
	return o
}

// Tile draws the areas that reach into a tile or its buffer, each with its id,
// name and class, in order of precedence. A tile without any is empty. It
// returns an error for a tile that is out of range.
func (o *Outlines) Tile(tile Tile) ([]byte, error) {
	if err := tile.Check(); err != nil {
		return nil, err
	}
	const rounding = 2 // units by which an outline may be drawn beside its place
	box := tile.Bound()
	reach := box.Pad((box.Max.Lon() - box.Min.Lon()) * (bufferUnits + rounding) / Extent)
	level := o.levels[tile.Z]()
	pen := pen{level: level, origin: position{int32(tile.X) * Extent, int32(tile.Y) * Extent}}
	var features []*geojson.Feature
	for _, i := range o.classifier.AreasIn(onGlobe(reach.Min), onGlobe(reach.Max)) {
		shape := pen.shape(level.areas[i])
		if len(shape) == 0 {
			continue
		}
		area := o.classifier.Areas()[i]
		properties := geojson.Properties{"id": area.ID, "name": area.Name, "class": area.Class.String()}
		features = append(features, feature(uint64(i+1), shape, properties))
	}
	return encode("boundaries", features)
}

// onGlobe is the nearest point of the lattice.
func onGlobe(p orb.Point) geo.Point {
	const lon, lat = 180, 90
	return geo.Point{
		Lon: int32(math.Round(min(max(p.Lon(), -lon), lon) / geo.Unit)),
		Lat: int32(math.Round(min(max(p.Lat(), -lat), lat) / geo.Unit)),
	}
}

// pen draws on one tile.
type pen struct {
	level  *level
	origin position // the tile's north-west corner
	ring   []position
	spare  []position
}

func (d *pen) shape(polygons []polygon) orb.MultiPolygon {
	var drawn orb.MultiPolygon
	for _, polygon := range polygons {
		var rings orb.Polygon
		for i, ring := range polygon.rings {
			onTile := d.drawnRing(ring, i == 0)
			if onTile == nil && i == 0 {
				break // without its outer ring nothing is left of the polygon
			}
			if onTile != nil {
				rings = append(rings, onTile)
			}
		}
		if len(rings) > 0 {
			drawn = append(drawn, rings)
		}
	}
	return drawn
}

// drawnRing cuts a ring to the tile's reach and turns it as the specification
// wants: outer rings clockwise on the screen, holes the other way. It returns
// nil for a ring that encloses nothing on the tile.
func (d *pen) drawnRing(r ring, outer bool) orb.Ring {
	d.ring = d.ring[:0]
	for _, s := range r {
		d.walk(s)
	}
	d.clip()
	area := twiceArea(d.ring)
	if area == 0 && outer && d.meetsTile() { // the tip of a wedge, say
		d.ring = thickened(d.ring)
		d.clip()
		area = twiceArea(d.ring)
	}
	if area == 0 {
		return nil
	}
	out := make(orb.Ring, 0, len(d.ring)+1)
	for _, p := range d.ring {
		out = append(out, orb.Point{float64(p[0]), float64(p[1])})
	}
	out = append(out, out[0])
	if (area > 0) != outer {
		out.Reverse()
	}
	return out
}

// walk adds what a step runs along, but for its end, in units from the tile's
// corner. Of an arc that lies wholly beyond one side of the tile's reach the
// beginning will do: clipping leaves nothing of the rest.
func (d *pen) walk(s step) {
	arc := &d.level.arcs[s.arc]
	points := arc.points
	n := max(1, len(points)-1)
	if isBeyond(arc.low.from(d.origin), arc.high.from(d.origin)) {
		n = 1
	}
	for i := range n {
		p := points[i]
		if s.back {
			p = points[len(points)-1-i]
		}
		d.ring = append(d.ring, p.from(d.origin))
	}
}
