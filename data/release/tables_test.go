package release

import (
	"context"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data/sample"
	"commonground/geo"
)

// house is an area of 65 m by 110 m around a place.
func house(p geo.Point, class geo.Class) geo.Area {
	at, d := p.Orb(), 0.0005
	return geo.Area{ID: "house", Class: class, Shape: orb.MultiPolygon{{{
		{at[0] - d, at[1] - d}, {at[0] + d, at[1] - d}, {at[0] + d, at[1] + d}, {at[0] - d, at[1] + d}, {at[0] - d, at[1] - d},
	}}}}
}

// A class of one house would make the tables tell of that house, week by week.
func TestTablesTellNothingOfAClassThatIsOnePlace(t *testing.T) {
	ctx := context.Background()
	for _, test := range []struct {
		class geo.Class
		shown bool
	}{{geo.Residential, false}, {geo.NonResidential, false}, {geo.Managed, true}} { // where the managed area is, all know
		w := begun(t)
		p := w.at(20, -20)
		areas := []geo.Area{house(p, test.class)}
		for _, a := range sample.Areas(1) {
			if a.Class != test.class {
				areas = append(areas, a)
			}
		}
		if _, err := w.Door.PutBoundary(ctx, day(t, "2019-04-01"), nil, areas); err != nil {
			t.Fatal(err)
		}
		w.busy(2)
		w.pick(p, 12, day(t, firstPeriod)+1, day(t, firstPeriod)+9, day(t, firstPeriod)+17)
		d := w.draft(firstPeriod)
		if d.broken() != "" {
			t.Error(d.Findings)
		}
		for _, r := range d.Edition.Tables.Rows {
			if hidden := r.AtLeast == 0 && r.AtMost == -1 && strings.HasPrefix(r.Text, "not shown"); r.Class == test.class.String() && hidden == test.shown {
				t.Errorf("%v", r)
			} else if r.Class != test.class.String() && hidden {
				t.Errorf("%v is hidden for an area of another class", r)
			}
		}
	}
}
