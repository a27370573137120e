package tiles_test

import (
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/data/release"
	"commonground/geo/geotest"
	"commonground/geo/grid"
)

// TestGDALReadsTheMapAtEveryZoom opens the unpacked tiles of a zoom as a GIS
// does, with nothing beside them to say what they are.
func TestGDALReadsTheMapAtEveryZoom(t *testing.T) {
	ogr2ogr := geotest.Program(t, "ogr2ogr", "gdal-bin")
	b := blocks(t)["national"]
	r := render(t, b.edition())
	folder := t.TempDir()
	for _, file := range r.files {
		path := filepath.Join(folder, file.Path)
		check(t, os.MkdirAll(filepath.Dir(path), 0o700))
		check(t, os.WriteFile(path, file.Content, 0o600))
	}
	bands, squares := map[string]float64{}, map[string]grid.Square{}
	for _, s := range r.Map.Squares {
		bands[s.Name], squares[s.Name] = float64(s.Band), s.Square
	}
	for zoom := range release.MaxZoom + 1 {
		got, drawn := map[string]float64{}, map[string]orb.Bound{}
		for _, f := range opened(t, ogr2ogr, filepath.Join(folder, "tiles", strconv.Itoa(zoom))) {
			square, band := f.Properties["square"].(string), f.Properties["band"].(float64)
			if before, ok := got[square]; ok && before != band || len(f.Properties) != 2 {
				t.Errorf("zoom %d: %v, elsewhere %v", zoom, f.Properties, before)
			}
			if _, ok := got[square]; !ok {
				drawn[square] = f.Geometry.Bound()
			}
			got[square], drawn[square] = band, drawn[square].Union(f.Geometry.Bound())
		}
		for square, box := range drawn {
			checkNear(t, square, box, b.degrees(squares[square]), math.Ldexp(360.0/4096, -zoom))
		}
		if !maps.Equal(got, bands) {
			t.Errorf("zoom %d: GDAL reads %d squares, want %d", zoom, len(got), len(bands))
		}
	}
}

// opened are the features of a folder of tiles, in degrees. A square on several
// tiles comes as often, each time cut to its tile.
func opened(t *testing.T, ogr2ogr, folder string) []*geojson.Feature {
	t.Helper()
	command := exec.CommandContext(t.Context(), ogr2ogr, "-f", "GeoJSON", "/vsistdout/", "MVT:"+folder, "squares",
		"-select", "square,band", "-t_srs", "EPSG:4326")
	command.Stderr = os.Stderr
	out, err := command.Output()
	check(t, err)
	read, err := geojson.UnmarshalFeatureCollection(out)
	check(t, err)
	return read.Features
}

// degrees is the box around a square.
func (b block) degrees(s grid.Square) orb.Bound {
	var around orb.MultiPoint
	for _, d := range [][2]int32{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
		lon, lat := b.grid.Corner(s, d[0], d[1])
		around = append(around, orb.Point{lon, lat})
	}
	return around.Bound()
}

// checkNear holds what is drawn of a square against the square: its sides lie
// within a unit, which is so many degrees wide.
func checkNear(t *testing.T, square string, drawn, truth orb.Bound, unit float64) {
	t.Helper()
	for i, off := range []float64{
		drawn.Min[0] - truth.Min[0], drawn.Min[1] - truth.Min[1], drawn.Max[0] - truth.Max[0], drawn.Max[1] - truth.Max[1],
	} {
		if max(off, -off) > 1.01*unit {
			t.Errorf("side %d of %s is drawn %v degrees off", i, square, off)
		}
	}
}
