package geotest

import (
	"encoding/xml"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"commonground/geo"
)

// jtsRun is a file of test cases of the JTS topology suite.
type jtsRun struct {
	Cases []jtsCase `xml:"case"`
}

type jtsCase struct {
	Name  string `xml:"desc"`
	A     string `xml:"a"`
	B     string `xml:"b"`
	Tests []struct {
		Op jtsOp `xml:"op"`
	} `xml:"test"`
}

type jtsOp struct {
	Name   string `xml:"name,attr"`
	First  string `xml:"arg1,attr"`
	Matrix string `xml:"arg3,attr"`
	Want   string `xml:",chardata"`
}

func (o jtsOp) want() bool { return strings.TrimSpace(o.Want) == "true" }

func jtsCases(t *testing.T, file string) []jtsCase {
	t.Helper()
	content, err := os.ReadFile(RealData(t, "jts-geometry", file))
	check(t, err)
	var run jtsRun
	check(t, xml.Unmarshal(content, &run))
	return run.Cases
}

// errNotExact is of a case whose coordinates no power of ten brings onto the
// lattice.
var errNotExact = errors.New("not on the lattice")

// without matches members of a collection that are empty: they have no points.
var without = regexp.MustCompile(`EMPTY, ?| ?, ?EMPTY`)

// jtsShape reads a geometry and multiplies its coordinates by the power of ten,
// so that they are whole units of the lattice.
func jtsShape(text string, decimals int) (orb.Geometry, error) {
	shape, err := wkt.Unmarshal(without.ReplaceAllString(strings.Join(strings.Fields(text), " "), ""))
	if err != nil {
		return nil, err
	}
	switch shape := shape.(type) {
	case orb.Point:
		return onLattice(shape, decimals)
	case orb.MultiPoint:
		return shape, scale(shape, decimals)
	case orb.Polygon:
		return orb.MultiPolygon{shape}, scalePolygons(orb.MultiPolygon{shape}, decimals)
	case orb.MultiPolygon:
		return shape, scalePolygons(shape, decimals)
	}
	return shape, nil
}

func scalePolygons(polygons orb.MultiPolygon, decimals int) error {
	for _, polygon := range polygons {
		for _, ring := range polygon {
			if err := scale(ring, decimals); err != nil {
				return err
			}
		}
	}
	return nil
}

func scale(points []orb.Point, decimals int) (err error) {
	for i, p := range points {
		if points[i], err = onLattice(p, decimals); err != nil {
			return err
		}
	}
	return nil
}

func onLattice(p orb.Point, decimals int) (orb.Point, error) {
	x, err1 := units(p[0], decimals)
	y, err2 := units(p[1], decimals)
	if err1 != nil || err2 != nil || max(y, -y) > lastLat {
		return p, errNotExact
	}
	return geo.Point{Lon: x, Lat: y}.Orb(), nil
}

// units is a coordinate times a power of ten.
func units(coordinate float64, decimals int) (int32, error) {
	text := strconv.FormatFloat(coordinate, 'f', -1, 64)
	before, after, _ := strings.Cut(text, ".")
	if len(after) > decimals {
		return 0, errNotExact
	}
	n, err := strconv.ParseInt(before+after+strings.Repeat("0", decimals-len(after)), 10, 32)
	if err != nil || max(n, -n) > lastLon {
		return 0, errNotExact
	}
	return int32(n), nil
}

// jtsPair returns the points and the area of a case, and which of its two
// geometries the area is, or false where it isn't about points and an area.
func jtsPair(c jtsCase) (points orb.MultiPoint, area orb.MultiPolygon, areaIs string, ok bool) {
	for decimals := range 8 {
		a, errA := jtsShape(c.A, decimals)
		b, errB := jtsShape(c.B, decimals)
		if errA != nil || errB != nil {
			continue
		}
		areaIs = "A"
		if _, isArea := b.(orb.MultiPolygon); isArea {
			a, b, areaIs = b, a, "B"
		}
		area, ok = a.(orb.MultiPolygon)
		switch shape := b.(type) {
		case orb.Point:
			return orb.MultiPoint{shape}, area, areaIs, ok
		case orb.MultiPoint:
			return shape, area, areaIs, ok && len(shape) > 0
		}
		return nil, nil, "", false
	}
	return nil, nil, "", false
}

// jtsArea reads an area, or reports false for another geometry, and for one
// that can't be drawn on the lattice.
func jtsArea(text string) (orb.MultiPolygon, bool) {
	for decimals := range 8 {
		if shape, err := jtsShape(text, decimals); err == nil {
			area, ok := shape.(orb.MultiPolygon)
			return area, ok
		}
	}
	return nil, false
}
