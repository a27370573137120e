package tiles

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"commonground/geo"
)

// bufferUnits is how far beyond its edge a tile carries areas, so that their
// outlines are not drawn along it.
const bufferUnits = 64

// Boundaries draws the areas of a classifier, each with its id, name and class.
func Boundaries(classifier *geo.Classifier, tile Tile) ([]byte, error) {
	box := tile.Bound()
	reach := box.Pad((box.Max.Lon() - box.Min.Lon()) * bufferUnits / Extent)
	var features []*geojson.Feature
	for _, i := range classifier.AreasIn(onGlobe(reach.Min), onGlobe(reach.Max)) {
		area := classifier.Areas()[i]
		shape := drawnShape(area.Shape, tile)
		if len(shape) == 0 {
			continue
		}
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

func drawnShape(shape orb.MultiPolygon, tile Tile) orb.MultiPolygon {
	reach := orb.Bound{Min: orb.Point{-bufferUnits, -bufferUnits}, Max: orb.Point{Extent + bufferUnits, Extent + bufferUnits}}
	var drawn orb.MultiPolygon
	for _, polygon := range shape {
		var rings orb.Polygon
		for i, ring := range polygon {
			onTile := drawnRing(clip.Ring(reach, projected(ring, tile)), i == 0)
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

func projected(ring orb.Ring, tile Tile) orb.Ring {
	out := make(orb.Ring, len(ring))
	for i, p := range ring {
		out[i] = tile.project(p.Lon(), p.Lat())
	}
	return out
}

// drawnRing rounds a ring and turns it as the specification wants: outer rings
// clockwise on the screen, holes the other way. It returns nil for a ring that
// encloses nothing at this zoom.
func drawnRing(ring orb.Ring, outer bool) orb.Ring {
	var out orb.Ring
	for _, p := range ring {
		if q := round(p); len(out) == 0 || out[len(out)-1] != q {
			out = append(out, q)
		}
	}
	if len(out) < 4 || planar.Area(out) == 0 {
		return nil
	}
	// On the screen the second coordinate grows downwards, so what orb calls
	// counter-clockwise is clockwise to the eye.
	if (out.Orientation() == orb.CCW) != outer {
		out.Reverse()
	}
	return out
}
