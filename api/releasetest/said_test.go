package releasetest

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"

	"commonground/data/release"
)

// mapOf reads what the map says from its table: the band by the name of a square.
func mapOf(v view) (map[string]int, error) {
	rows, err := csv.NewReader(strings.NewReader(v["map.csv"])).ReadAll()
	if err != nil {
		return nil, err
	}
	bands := map[string]int{}
	for _, row := range rows[1:] {
		if bands[row[0]], err = strconv.Atoi(row[4]); err != nil {
			return nil, err
		}
	}
	return bands, nil
}

var tilePath = regexp.MustCompile(`^tiles/(\d+)/`)

// everyZoomTheSame reads all tiles: each zoom has every square of the map, with
// its band, and nothing else.
func everyZoomTheSame(t testing.TB, seed uint64, publish publisher) error {
	v, err := publish(newWorld(t, seed))
	if err != nil {
		return err
	}
	bands, err := mapOf(v)
	if err != nil {
		return err
	}
	zooms := map[string]map[string]int{}
	for path, content := range v {
		zoom := tilePath.FindStringSubmatch(path)
		if zoom == nil {
			continue
		}
		if zooms[zoom[1]] == nil {
			zooms[zoom[1]] = map[string]int{}
		}
		if err := readTile(path, content, zooms[zoom[1]]); err != nil {
			return err
		}
	}
	if len(zooms) != release.MaxZoom+1 {
		return fmt.Errorf("there are tiles of %d zooms", len(zooms))
	}
	for zoom, said := range zooms {
		if !equal(said, bands) {
			return leak{"zoom " + zoom + " says something else than the map"}
		}
	}
	return nil
}

func equal(a, b map[string]int) bool {
	if len(a) != len(b) {
		return false
	}
	for name, band := range b {
		if got, there := a[name]; !there || got != band {
			return false
		}
	}
	return true
}

func readTile(path, content string, said map[string]int) error {
	layers, err := mvt.Unmarshal([]byte(content))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, layer := range layers {
		for _, f := range layer.Features {
			name, isText := f.Properties["square"].(string)
			band, isNumber := f.Properties["band"].(float64)
			if !isText || !isNumber || len(f.Properties) != 2 || f.ID != nil {
				return leak{fmt.Sprintf("%s has a feature with %v", path, f.Properties)}
			}
			said[name] = int(band)
		}
	}
	return nil
}

// auditedAlone compares the numbers in the files with those that the audit was
// made of: nothing is published that it does not know.
func auditedAlone(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	v, err := publish(w)
	if err != nil {
		return err
	}
	desk, done := w.desk()
	defer done()
	draft, err := desk.Draft(context.Background(), from, "test")
	if err != nil {
		return err
	}
	audited := draft.Published()
	if err := tablesAudited(v, &audited); err != nil {
		return err
	}
	bands, err := mapOf(v)
	if err != nil {
		return err
	}
	for _, s := range audited.Squares {
		if bands[s.Name] != s.Band {
			return leak{"the map says of " + s.Name + " what was not audited"}
		}
	}
	leaks, err := release.Leaks([]release.Published{audited})
	if err == nil && len(leaks) > 0 {
		err = leak{leaks[0].Text}
	}
	return err
}

func tablesAudited(v view, audited *release.Published) error {
	var want []string
	for _, r := range audited.Rows {
		want = append(want, fmt.Sprintf("%s,%s,%s,%s,%d,%d", r.Week, r.Class, r.Family, r.Text, r.AtLeast, r.AtMost))
	}
	for _, r := range audited.Totals {
		want = append(want, fmt.Sprintf("whole period,all,%s,%s,%d,%d", r.Family, r.Text, r.AtLeast, r.AtMost))
	}
	got := strings.Split(strings.TrimSpace(v["tables.csv"]), "\n")[1:]
	if !slices.Equal(got, want) {
		return leak{"tables.csv says what was not audited"}
	}
	var e release.Edition
	if err := json.Unmarshal([]byte(v["edition.json"]), &e); err != nil {
		return err
	}
	if !slices.Equal(e.Tables.Rows, audited.Rows) || !slices.Equal(e.Tables.Totals, audited.Totals) {
		return leak{"edition.json says what was not audited"}
	}
	return nil
}
