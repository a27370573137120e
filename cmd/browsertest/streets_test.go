package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/simplify"

	"commonground/tiles"
)

// around is a box around the sample's town.
var around = orb.Bound{Min: orb.Point{-2.50, 54.68}, Max: orb.Point{-2.34, 54.76}}

// streets writes a map of made-up streets and a river in PMTiles, with the layers and names of Protomaps.
func streets(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "streets.pmtiles")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	spool, err := os.Create(name + ".spool")
	if err != nil {
		t.Fatal(err)
	}
	defer spool.Close()
	archive := tiles.NewArchive(spool)
	for zoom := range 15 {
		over, err := tiles.Over([]orb.Bound{around}, zoom)
		if err != nil {
			t.Fatal(err)
		}
		for _, tile := range over {
			if err := archive.Add(tile, ground(t, tile)); err != nil {
				t.Fatal(err)
			}
		}
	}
	about := tiles.About{Name: "Made-up streets", Attribution: `<a href="https://maps.example">Made-up streets</a>`, Layer: tiles.VectorLayer{ID: "roads"}, Bound: around}
	if _, err := archive.Finish(out, about); err != nil {
		t.Fatal(err)
	}
	return name
}

// ground is what lies in one tile.
func ground(t *testing.T, tile tiles.Tile) []byte {
	t.Helper()
	roads, water, earth := geojson.NewFeatureCollection(), geojson.NewFeatureCollection(), geojson.NewFeatureCollection()
	for i := range 33 {
		share := float64(i) / 32
		lon, lat := around.Min[0]+share*(around.Max[0]-around.Min[0]), around.Min[1]+share*(around.Max[1]-around.Min[1])
		roads.Append(road(i, "Row", orb.LineString{{lon, around.Min[1]}, {lon, around.Max[1]}}))
		roads.Append(road(i, "Street", orb.LineString{{around.Min[0], lat}, {around.Max[0], lat}}))
	}
	river := geojson.NewFeature(orb.Polygon{{{-2.50, 54.714}, {-2.42, 54.71}, {-2.34, 54.718}, {-2.34, 54.72}, {-2.42, 54.712}, {-2.50, 54.716}, {-2.50, 54.714}}})
	river.Properties["kind"] = "river"
	water.Append(river)
	earth.Append(geojson.NewFeature(around.ToPolygon()))
	at := maptile.New(uint32(tile.X), uint32(tile.Y), maptile.Zoom(tile.Z))
	layers := mvt.NewLayers(map[string]*geojson.FeatureCollection{"earth": earth, "roads": roads, "water": water})
	layers.ProjectToTile(at)
	layers.Clip(mvt.MapboxGLDefaultExtentBound)
	layers.Simplify(simplify.DouglasPeucker(1))
	layers.RemoveEmpty(1, 1)
	for _, layer := range layers {
		layer.Version = 2
	}
	content, err := mvt.Marshal(layers)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func road(i int, kind string, line orb.LineString) *geojson.Feature {
	f := geojson.NewFeature(line)
	f.Properties = geojson.Properties{"kind": "minor_road", "min_zoom": 10, "name": fmt.Sprintf("Mill %s %d", kind, i)}
	if i%8 == 0 {
		f.Properties["kind"] = "major_road"
	}
	return f
}

// TestStreetsToLookAt leaves the map behind where STREETS says, to be looked at.
func TestStreetsToLookAt(t *testing.T) {
	to := os.Getenv("STREETS")
	if to == "" {
		t.Skip("STREETS is not set")
	}
	if err := os.Rename(streets(t), to); err != nil {
		t.Fatal(err)
	}
}
