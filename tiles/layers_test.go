package tiles_test

import (
	"testing"

	"commonground/data"
	"commonground/tiles"
)

// What a layer says of its fields is what its features have.
func TestEveryPropertyOfALayerIsDescribed(t *testing.T) {
	w := newTown(t)
	for name, draw := range map[string]func(tiles.Tile) ([]byte, error){
		"hotspots":   func(tile tiles.Tile) ([]byte, error) { return tiles.Hotspots(w.scheme, w.cube, data.Query{}, tile) },
		"boundaries": func(tile tiles.Tile) ([]byte, error) { return w.outlines.Tile(tile) },
		"pickups": func(tile tiles.Tile) ([]byte, error) {
			return tiles.Pickups(within(w.pickups, tile), nil, w.scheme.Location, tile)
		},
	} {
		layer, ok := tiles.Describe(name, w.scheme)
		if !ok || layer.ID != name || layer.Description == "" {
			t.Fatalf("%s is described as %+v", name, layer)
		}
		met := map[string]bool{}
		for _, tile := range over(w.bound, 15) {
			content, err := draw(tile)
			check(t, err)
			for _, f := range decode(t, content, name) {
				for property := range f.Properties {
					met[property] = true
				}
			}
		}
		for property := range met {
			if layer.Fields[property] == "" {
				t.Errorf("%s: nothing says what %s is", name, property)
			}
		}
		if len(met) != len(layer.Fields) {
			t.Errorf("%s: of %v described only %v are there", name, layer.Fields, met)
		}
	}
	if _, ok := tiles.Describe("incidents", w.scheme); ok {
		t.Error("there is a layer of incidents")
	}
}
