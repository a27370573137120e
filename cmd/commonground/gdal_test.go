package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/paulmach/orb/maptile"
)

// TestGDALCountsEverythingOnceAtEveryZoom reads all tiles of each zoom as one
// layer, as a GIS does, and adds up the squares by their ids.
func TestGDALCountsEverythingOnceAtEveryZoom(t *testing.T) {
	ogr2ogr := need(t, "ogr2ogr")
	folder := t.TempDir()
	store := filepath.Join(folder, "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	s := startServing(t, store)
	var scheme struct{ Bounds [4]float64 }
	if err := json.Unmarshal(s.get(t, "/v1/scheme"), &scheme); err != nil {
		t.Fatal(err)
	}
	for _, filter := range []string{"", "kinds=needle&classes=managed,residential"} {
		want := s.placed(t, filter)
		for zoom := maptile.Zoom(0); zoom <= 16; zoom++ {
			tiles := filepath.Join(folder, url.QueryEscape(filter), strconv.Itoa(int(zoom)))
			s.saveTiles(t, tiles, scheme.Bounds, zoom, filter)
			if got := gdalSums(t, ogr2ogr, tiles); got != want {
				t.Errorf("zoom %d, %q: GDAL adds up %v items and visits, want %v", zoom, filter, got, want)
			}
		}
	}
}

// placed are the items and visits that have a square.
func (s serving) placed(t *testing.T, filter string) (sum [2]int) {
	t.Helper()
	var counts struct {
		Rows []struct {
			Square        any
			Items, Visits int
		}
	}
	if err := json.Unmarshal(s.get(t, "/v1/counts?by=square&"+filter), &counts); err != nil {
		t.Fatal(err)
	}
	for _, row := range counts.Rows {
		if row.Square != nil {
			sum[0], sum[1] = sum[0]+row.Items, sum[1]+row.Visits
		}
	}
	return sum
}

// saveTiles writes the tiles of a zoom over a box, and one more on each side,
// where GDAL looks for them.
func (s serving) saveTiles(t *testing.T, folder string, bounds [4]float64, zoom maptile.Zoom, filter string) {
	t.Helper()
	low, high := maptile.At([2]float64{bounds[0], bounds[3]}, zoom), maptile.At([2]float64{bounds[2], bounds[1]}, zoom)
	last := uint32(1)<<zoom - 1
	for x := max(low.X, 1) - 1; x <= min(high.X+1, last); x++ {
		column := filepath.Join(folder, fmt.Sprint(x))
		if err := os.MkdirAll(column, 0o700); err != nil {
			t.Fatal(err)
		}
		for y := max(low.Y, 1) - 1; y <= min(high.Y+1, last); y++ {
			if content := s.get(t, fmt.Sprintf("/v1/tiles/hotspots/%d/%d/%d.mvt?%s", zoom, x, y, filter)); len(content) > 0 {
				write(t, filepath.Join(column, fmt.Sprint(y)+".mvt"), string(content))
			}
		}
	}
}

// gdalSums are the items and visits of the squares in a folder of tiles, each
// square once.
func gdalSums(t *testing.T, ogr2ogr, folder string) (sum [2]int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), ogr2ogr, "-f", "CSV", "/vsistdout/", "MVT:"+folder, "hotspots",
		"-oo", "CLIP=NO", "-select", "mvt_id,n,visits")
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(out).ReadAll()
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		if seen[row[0]] {
			continue
		}
		seen[row[0]] = true
		for i := range sum {
			n, err := strconv.Atoi(row[1+i])
			if err != nil {
				t.Fatal(err)
			}
			sum[i] += n
		}
	}
	return sum
}
