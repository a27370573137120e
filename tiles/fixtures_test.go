package tiles_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"
)

// refused are valid fixtures that the decoder does not read, which our tiles have
// nothing of: a feature of unknown type, and a command of a thousand million steps of
// which one is there.
var refused = map[string]bool{"039": true, "057": true}

// The program reads no vector tiles; its tests do, with orb's decoder. Of the
// fixtures of Mapbox it reads what is valid as it stands, and none makes it fall
// over.
func TestTheDecoderOfTheTestsReadsTheFixtures(t *testing.T) {
	folder := filepath.Join("..", "..", "shared", "data", "mvt-fixtures")
	names, _ := filepath.Glob(filepath.Join(folder, "*", "tile.mvt")) // the pattern is good
	if len(names) == 0 {
		t.Skip("the fixtures are not beside the repository: " + folder)
	}
	valid := 0
	for _, name := range names {
		var about struct{ Validity struct{ V2 bool } }
		var want struct {
			Layers []struct {
				Name     string
				Version  uint32
				Extent   *uint32
				Features []struct {
					ID   float64
					Tags []uint32
					Type int
				}
			}
		}
		number := filepath.Base(filepath.Dir(name))
		readJSON(t, filepath.Join(filepath.Dir(name), "info.json"), &about)
		content, err := os.ReadFile(name)
		check(t, err)
		layers, err := mvt.Unmarshal(content)
		if !about.Validity.V2 {
			continue
		}
		valid++
		if refused[number] != (err != nil) {
			t.Errorf("%s: %v", number, err)
		}
		if err != nil {
			continue
		}
		readJSON(t, filepath.Join(filepath.Dir(name), "tile.json"), &want)
		if len(layers) != len(want.Layers) {
			t.Errorf("%s: %d layers, want %d", number, len(layers), len(want.Layers))
			continue
		}
		for i, layer := range layers {
			w := want.Layers[i]
			if layer.Name != w.Name || layer.Version != w.Version || w.Extent != nil && layer.Extent != *w.Extent || len(layer.Features) != len(w.Features) {
				t.Errorf("%s: layer %q of version %d with %d features, want %+v", number, layer.Name, layer.Version, len(layer.Features), w)
				continue
			}
			for k, f := range layer.Features {
				if id, _ := f.ID.(float64); id != w.Features[k].ID || len(f.Properties) != len(w.Features[k].Tags)/2 {
					t.Errorf("%s: feature %v with %v, want %+v", number, f.ID, f.Properties, w.Features[k])
				}
			}
		}
	}
	if valid == 0 {
		t.Error("no fixture is valid")
	}
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(name)
	check(t, err)
	check(t, json.Unmarshal(content, into))
}
