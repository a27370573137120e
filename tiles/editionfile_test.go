package tiles_test

import (
	"fmt"
	"slices"
	"testing"

	"commonground/data/release"
	"commonground/geo/grid"
	"commonground/tiles"
)

// The archive holds the same tiles as the files, each at its number, and in the
// order of the files.
func TestTheArchiveOfAnEditionIsItsTiles(t *testing.T) {
	for name, b := range blocks(t) {
		r := render(t, b.edition())
		if r.archive.Path != "map.pmtiles" {
			t.Errorf("%s: the last file is %s", name, r.archive.Path)
		}
		archive := readArchive(t, r.archive.Content)
		contents := archive.tiles(t)
		last := -1
		for _, file := range r.files {
			id := counted(tileAt(t, file.Path))
			if content, ok := contents[uint64(id)]; !ok || content != string(file.Content) || id <= last {
				t.Errorf("%s: %s is other in the archive, which has %d bytes, or out of turn: %d after %d", name, file.Path, len(content), id, last)
			}
			last = id
		}
		if len(contents) != len(r.files) {
			t.Errorf("%s: %d tiles in the archive, %d files", name, len(contents), len(r.files))
		}
	}
}

// counted is the number of a tile by the words of the format: all of the zooms
// before, and the way along the curve as Wikipedia's xy2d has it.
func counted(tile tiles.Tile) int {
	number := 0
	for zoom := range tile.Z {
		number += 1 << (2 * zoom)
	}
	x, y := tile.X, tile.Y
	for s := 1 << tile.Z / 2; s > 0; s /= 2 {
		rx, ry := min(1, x&s), min(1, y&s)
		number += s * s * (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
	}
	return number
}

func TestTheArchiveOfAnEditionSaysWhatItIs(t *testing.T) {
	edition := blocks(t)["origin"].edition()
	archive := readArchive(t, render(t, edition).archive.Content)
	want := "map[description:Litter removed in 2019-04-24/2019-05-22, as bands by square of 250 to 1000 m, in items for each 250 m × 250 m. " +
		"Made-up town and made-up data. generator:commonground name:Millbeck: squares of 2019-04-24/2019-05-22 type:overlay " +
		"vector_layers:[map[description:Every square of the map, shown or not fields:map[band:0: not shown; 1: under 25; 2: 25 or more " +
		"square:Name of the square] id:squares maxzoom:14 minzoom:0]]]"
	if got := fmt.Sprint(archive.metadata); got != want {
		t.Errorf("metadata\n%s, want\n%s", got, want)
	}
	if zooms := archive.file[100:102]; !slices.Equal(zooms, []byte{0, release.MaxZoom}) {
		t.Errorf("zooms %v", zooms)
	}
}

// BenchmarkEdition draws all zooms of maps with squares of all sizes, such as
// those of a town and of a large city.
func BenchmarkEdition(b *testing.B) {
	local, err := grid.NewLocal(-2.42, 54.72)
	check(b, err)
	for _, bench := range []struct {
		squares int
		side    int32
	}{{500, 9}, {2000, 18}} {
		edition := block{local, -8, -8, bench.side, 1}.edition()
		edition.Map.Squares = edition.Map.Squares[:bench.squares]
		b.Run(fmt.Sprintf("squares=%d", bench.squares), func(b *testing.B) {
			b.ReportAllocs()
			files, size := 0, 0
			for b.Loop() {
				all, err := tiles.Editions{}.Render(edition)
				check(b, err)
				files, size = len(all), 0
				for _, file := range all {
					size += len(file.Content)
				}
			}
			b.ReportMetric(float64(files), "files")
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
