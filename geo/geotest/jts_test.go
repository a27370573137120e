package geotest

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// TestPointsOfJTSAreInTheAreasThatItSays runs the cases about points and an
// area. A closed area covers a point inside it and on its edge alike, so what
// rests on the difference of these two (within, touches, crosses, and what
// contains denies) is not asked.
func TestPointsOfJTSAreInTheAreasThatItSays(t *testing.T) {
	ran, operations := 0, 0
	for _, file := range []string{"general-TestRelatePA.xml", "general-TestPreparedPolygonPredicate.xml", "general-TestRectanglePredicate.xml"} {
		for _, c := range jtsCases(t, file) {
			points, area, areaIs, ok := jtsPair(c)
			if !ok {
				continue
			}
			ran++
			covered := coveredPoints(t, area, points)
			for _, test := range c.Tests {
				got, want, asked := jtsAnswer(test.Op, areaIs, covered, len(points))
				if !asked {
					continue
				}
				if operations++; got != want {
					t.Errorf("%s: %s: %s of %s is %v", file, strings.TrimSpace(c.Name), test.Op.Name, test.Op.First, got)
				}
			}
		}
	}
	t.Logf("%d cases, %d operations", ran, operations)
	if ran < 24 || operations < 70 {
		t.Errorf("only %d cases and %d operations were understood", ran, operations)
	}
}

// TestFlawsAreFoundWhereJTSFindsThem runs the cases of valid and invalid areas
// that can be drawn on the lattice.
func TestFlawsAreFoundWhereJTSFindsThem(t *testing.T) {
	valid, invalid := 0, 0
	for _, file := range []string{"general-TestValid.xml", "misc-TestValid.xml"} {
		for _, c := range jtsCases(t, file) {
			shape, ok := jtsArea(c.A)
			if !ok {
				continue
			}
			want := c.Tests[0].Op.want()
			if want {
				valid++
			} else {
				invalid++
			}
			if flaws := (geo.Area{ID: "jts", Shape: shape}).Flaws(); (len(flaws) == 0) != want {
				t.Errorf("%s: %s: valid should be %v, flaws are %v", file, strings.Join(strings.Fields(c.Name), " "), want, flaws)
			}
		}
	}
	t.Logf("%d valid areas and %d invalid ones", valid, invalid)
	if valid < 20 || invalid < 30 {
		t.Errorf("only %d valid areas and %d invalid ones were understood", valid, invalid)
	}
}

// coveredPoints counts the points that the area covers.
func coveredPoints(t *testing.T, shape orb.MultiPolygon, points orb.MultiPoint) (covered int) {
	t.Helper()
	c := prepared(t, []geo.Area{{ID: "jts", Class: geo.Managed, Shape: shape}})
	for _, p := range points {
		if c.Class(at(p)) == geo.Managed {
			covered++
		}
	}
	return covered
}

// jtsAnswer says what an operation comes to where so many of the points are
// covered, and what it should.
func jtsAnswer(op jtsOp, areaIs string, covered, points int) (got, want, asked bool) {
	switch op.Name {
	case "intersects":
		return covered > 0, op.want(), true
	case "disjoint":
		return covered == 0, op.want(), true
	case "covers":
		return covered == points, op.want(), op.First == areaIs
	case "coveredBy":
		return covered == points, op.want(), op.First != areaIs
	case "contains":
		return covered == points, true, op.First == areaIs && op.want()
	case "within":
		return covered == points, true, op.First != areaIs && op.want()
	case "relate":
		// Of a matrix that begins with the points: their inside meets the
		// area's outside where not all of them are covered.
		return covered < points, (op.Matrix[2] != 'F') == op.want(), op.First != areaIs
	}
	return false, false, false
}
