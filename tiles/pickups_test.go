package tiles_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/tiles"
)

// within selects the pickups whose point the tile's half-open box holds.
func within(pickups []data.Pickup, tile tiles.Tile) []data.Pickup {
	box := tile.Bound()
	var selected []data.Pickup
	for _, p := range pickups {
		if p.Point == nil {
			continue
		}
		if at := p.Point.Orb(); box.Min[0] <= at[0] && at[0] < box.Max[0] && box.Min[1] <= at[1] && at[1] < box.Max[1] {
			selected = append(selected, p)
		}
	}
	return selected
}

func TestEachPickupIsInOneTileOfAZoom(t *testing.T) {
	w := newTown(t)
	located := 0
	want := map[string]int{}
	for _, p := range w.pickups {
		if p.Point != nil {
			located++
			want[p.Place.Class.String()]++
		}
	}
	for zoom := tiles.PickupsFrom; zoom <= tiles.MaxZoom; zoom++ {
		drawn, items := map[string]int{}, 0
		selected := 0
		for _, tile := range over(w.bound, zoom) {
			in := within(w.pickups, tile)
			selected += len(in)
			content, err := tiles.Pickups(in, nil, w.scheme.Location, tile)
			check(t, err)
			for _, f := range decode(t, content, "pickups") {
				at, ok := f.Geometry.(orb.Point)
				if !ok || at[0] < 0 || at[0] > 4096 || at[1] < 0 || at[1] > 4096 {
					t.Errorf("%v: a pickup is drawn at %v", tile, f.Geometry)
				}
				drawn[fmt.Sprint(f.Properties["class"])]++
				items += number(t, f, "n")
				if number(t, f, "visits") != 1 {
					t.Errorf("%v: %v", tile, f.Properties)
				}
			}
		}
		if selected != located || !maps.Equal(drawn, want) || int64(items) != w.placed(data.Query{}).Items {
			t.Errorf("zoom %d: of %d pickups %d are selected; drawn are %v, want %v; %d items", zoom, located, selected, drawn, want, items)
		}
	}
}

func TestPickupSaysWhatWasFoundAndNoMoreOfItsTimeThanIsKnown(t *testing.T) {
	w := newTown(t)
	var day, instant data.Pickup
	for _, p := range w.pickups {
		switch {
		case p.Point == nil:
		case p.At.Precision == data.Day:
			day = p
		default:
			instant = p
		}
	}
	for name, p := range map[string]data.Pickup{"a day": day, "an instant": instant} {
		p.Found = []data.Quantity{{Kind: "condom_used", Items: 5}, {Kind: "needle", Items: 0}}
		for _, test := range []struct {
			kinds []string
			n     int
			named map[string]bool
		}{
			{nil, 5, map[string]bool{"condom_used": true, "needle": true}},
			{[]string{"needle"}, 0, map[string]bool{"needle": true}},
			{[]string{"condom_used", "none"}, 5, map[string]bool{"condom_used": true}},
		} {
			tile := tiles.Tile{Z: 16, X: 32327, Y: 20900} // any will do
			content, err := tiles.Pickups([]data.Pickup{p}, test.kinds, w.scheme.Location, tile)
			check(t, err)
			f := decode(t, content, "pickups")[0]
			if f.Properties["at"] != p.At.Text(w.scheme.Location) || number(t, f, "n") != test.n {
				t.Errorf("%s, kinds %v: %v", name, test.kinds, f.Properties)
			}
			for _, kind := range w.scheme.Kinds {
				if _, ok := f.Properties[kind.ID]; ok != test.named[kind.ID] {
					t.Errorf("%s, kinds %v: %v", name, test.kinds, f.Properties)
				}
			}
			for property := range f.Properties {
				if property == "source" || property == "ref" {
					t.Errorf("it names its %s", property)
				}
			}
		}
	}
}
