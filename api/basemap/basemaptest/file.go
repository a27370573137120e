// Package basemaptest makes maps to lie beneath ours, for tests.
package basemaptest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"commonground/tiles"
)

// File writes PMTiles with one vector tile, said to be of a layer, and returns
// the name of the file.
func File(t *testing.T, layer string) string {
	t.Helper()
	spool, err := os.Create(filepath.Join(t.TempDir(), "spool"))
	if err != nil {
		t.Fatal(err)
	}
	defer spool.Close()
	archive := tiles.NewArchive(spool)
	if err := archive.Add(tiles.Tile{}, []byte("a tile")); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := archive.Finish(&out, tiles.About{Name: "Town", Layer: tiles.VectorLayer{ID: layer}, Bound: orb.Bound{Max: orb.Point{1, 1}}}); err != nil {
		t.Fatal(err)
	}
	return Write(t, out.Bytes())
}

// Write writes a content into a file and returns its name.
func Write(t *testing.T, content []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "town.pmtiles")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
