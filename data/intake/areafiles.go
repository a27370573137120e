package intake

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
)

// areaFeatures returns the features of a file of areas, and the system of
// their coordinates.
func areaFeatures(file io.Reader, options AreaOptions) ([]*geojson.Feature, *crs, error) {
	asked, err := parseCRS(options.CRS)
	if err != nil {
		return nil, nil, err
	}
	o, err := newOpening(context.Background(), file, choice{layer: options.Layer, crs: asked})
	if err != nil {
		return nil, nil, err
	}
	defer o.spool.Close()
	o.stream, o.rowLimit = io.LimitReader(o.stream, maxAreaFile+1), maxAreaFile
	var features []*geojson.Feature
	var system *crs
	switch {
	case isGeoPackage(o):
		features, system, err = gpkgAreas(o)
	case isShapefile(o):
		features, system, err = shapefileAreas(o)
	case o.zip != nil:
		err = errors.New("the file is a zip without a shapefile in it; send areas as GeoJSON, as a GeoPackage or as a shapefile in a zip")
	default:
		features, system, err = geoJSONAreas(o)
	}
	if asked != nil {
		system = asked
	}
	return features, system, err
}

func geoJSONAreas(o *opening) ([]*geojson.Feature, *crs, error) {
	text, err := Text(o.stream)
	if err != nil {
		return nil, nil, err
	}
	content, err := io.ReadAll(text)
	if err != nil {
		return nil, nil, err
	}
	if len(content) > maxAreaFile {
		return nil, nil, errLargeAreas
	}
	if beginsSequence(content[:min(len(content), sniffed)]) {
		features, err := sequenceOf(content)
		return features, wgs84, err
	}
	system, err := areaCRS(content)
	if err != nil && o.crs == nil {
		return nil, nil, err
	}
	collection, err := geojson.UnmarshalFeatureCollection(content)
	if err != nil {
		return nil, nil, fmt.Errorf("the file is no GeoJSON FeatureCollection: %w", err)
	}
	return collection.Features, system, nil
}

// sequenceOf reads features one after another.
func sequenceOf(content []byte) ([]*geojson.Feature, error) {
	decoder := json.NewDecoder(blankSeparators{bytes.NewReader(content)})
	var features []*geojson.Feature
	for n := 1; ; n++ {
		var text json.RawMessage
		err := decoder.Decode(&text)
		if errors.Is(err, io.EOF) {
			return features, nil
		}
		if err != nil {
			return nil, fmt.Errorf("feature %d is no JSON: %w", n, err)
		}
		feature, err := geojson.UnmarshalFeature(text)
		if err != nil {
			return nil, fmt.Errorf("feature %d is no GeoJSON feature: %w", n, err)
		}
		features = append(features, feature)
	}
}

var errLargeAreas = fmt.Errorf("the file is larger than %d MiB", maxAreaFile>>20)

// areaCRS returns the coordinate system that a file of GeoJSON names, WGS 84
// where it names none.
func areaCRS(content []byte) (*crs, error) {
	var file struct {
		CRS struct {
			Properties struct {
				Name string `json:"name"`
			} `json:"properties"`
		} `json:"crs"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("the file is no JSON: %w", err)
	}
	name := file.CRS.Properties.Name
	if name == "" {
		return wgs84, nil
	}
	system, err := parseCRS(name)
	if err != nil {
		return nil, fmt.Errorf("the file's coordinate system is %s; convert it to longitude and latitude first, "+
			"for instance with: ogr2ogr -t_srs EPSG:4326 new.geojson old.geojson", name)
	}
	return system, nil
}

// gathering keeps features whose texts and shapes together are bounded.
type gathering struct {
	features []*geojson.Feature
	bytes    int
}

func (g *gathering) add(shape orb.Geometry, names, texts []string, bytes int) error {
	feature := geojson.NewFeature(shape)
	for i, name := range names {
		feature.Properties[name] = texts[i]
		bytes += len(texts[i])
	}
	g.features = append(g.features, feature)
	if g.bytes += bytes; g.bytes > maxAreaFile {
		return errLargeAreas
	}
	return nil
}

func gpkgAreas(o *opening) ([]*geojson.Feature, *crs, error) {
	g, err := newGeoPackage(o)
	if err != nil {
		return nil, nil, fmt.Errorf("the file is taken for a GeoPackage: %w", err)
	}
	defer g.Close()
	if !g.of.placed {
		return nil, nil, fmt.Errorf("the layer %q has no geometry; areas are polygons", g.layer.table)
	}
	var all gathering
	for {
		r, err := g.next()
		if errors.Is(err, io.EOF) {
			return all.features, g.of.crs, nil
		}
		if err != nil {
			return nil, nil, err
		}
		blob := *g.values[0].(*[]byte)
		body, ok := gpkgBody(blob)
		var shape orb.Geometry
		if body != nil {
			shape, err = wkb.Unmarshal(body)
		}
		if !ok || err != nil {
			return nil, nil, fmt.Errorf("feature %d has a geometry that can't be read; export the layer anew, "+
				"for instance with: ogr2ogr -dim XY new.gpkg old.gpkg", g.n)
		}
		if err := all.add(shape, g.of.header[2:], r.fields[2:], len(blob)); err != nil {
			return nil, nil, err
		}
	}
}

func shapefileAreas(o *opening) ([]*geojson.Feature, *crs, error) {
	s, err := newShapefile(o, polygonShape)
	if err != nil {
		return nil, nil, fmt.Errorf("the file is taken for a shapefile in a zip: %w", err)
	}
	defer s.closeParts()
	var all gathering
	for {
		content, err := s.content(longestRecord)
		if errors.Is(err, io.EOF) {
			return all.features, s.of.crs, nil
		}
		if err != nil {
			return nil, nil, err
		}
		s.n++
		r, kept, err := s.dbf.next()
		if err != nil {
			return nil, nil, fmt.Errorf("record %d of the .dbf: %w", s.n, err)
		}
		shape, ok := shapePolygon(content)
		if !ok {
			return nil, nil, fmt.Errorf("record %d of the .shp is no polygon or is damaged; export the layer anew", s.n)
		}
		if kept {
			err = all.add(shape, s.of.header[2:], r.fields[2:], len(content))
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

// shapePolygon reads a polygon: outer rings run clockwise, holes the other way
// round, in any order.
func shapePolygon(content []byte) (orb.Geometry, bool) {
	const box, head, point = 32, 8, 16
	kind, body := plainKind(binary.LittleEndian.Uint32(content)), content[4:]
	if kind == noShape {
		return nil, true
	}
	if kind != polygonShape || len(body) < box+head {
		return nil, false
	}
	parts, points := int(binary.LittleEndian.Uint32(body[box:])), int(binary.LittleEndian.Uint32(body[box+4:]))
	body = body[box+head:]
	if len(body) < 4*parts+point*points {
		return nil, false
	}
	at := func(i int) orb.Point {
		p := body[4*parts+point*i:]
		return orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(p)), math.Float64frombits(binary.LittleEndian.Uint64(p[8:]))}
	}
	var rings []orb.Ring
	from := 0
	for part := 1; part <= parts; part++ {
		to := points
		if part < parts {
			to = int(binary.LittleEndian.Uint32(body[4*part:]))
		}
		if to < from || to > points {
			return nil, false
		}
		ring := make(orb.Ring, 0, to-from)
		for ; from < to; from++ {
			ring = append(ring, at(from))
		}
		rings = append(rings, ring)
	}
	return assembled(rings), true
}

// assembled puts each hole into an outer ring that it begins in. A hole in
// none is a ring of its own, as the classifier reports.
func assembled(rings []orb.Ring) orb.MultiPolygon {
	var shape orb.MultiPolygon
	var holes []orb.Ring
	for _, ring := range rings {
		if len(ring) > 0 && ring.Orientation() == orb.CCW {
			holes = append(holes, ring)
			continue
		}
		shape = append(shape, orb.Polygon{ring})
	}
	for _, hole := range holes {
		if in := outerOf(shape, hole); in >= 0 {
			shape[in] = append(shape[in], hole)
			continue
		}
		shape = append(shape, orb.Polygon{hole})
	}
	return shape
}

// outerOf returns the smallest outer ring that a hole begins in, or -1.
func outerOf(shape orb.MultiPolygon, hole orb.Ring) int {
	found, smallest := -1, math.Inf(1)
	for i, polygon := range shape {
		if len(polygon[0]) < 4 || !polygon[0].Bound().Contains(hole[0]) || !planar.RingContains(polygon[0], hole[0]) {
			continue
		}
		if area := math.Abs(planar.Area(polygon[0])); area < smallest {
			found, smallest = i, area
		}
	}
	return found
}
