package release

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo/grid"
)

// boundaryOn returns the areas in force on a day, in the order of their ids;
// none where no boundary is.
func boundaryOn(settings *intake.Settings, day data.Date) *geojson.FeatureCollection {
	all := geojson.NewFeatureCollection()
	_, c, ok := settings.Timeline.At(day.In(settings.Scheme.Location))
	if !ok {
		return all
	}
	areas := slices.Clone(c.Areas())
	for i := range areas {
		f := geojson.NewFeature(areas[i].Shape)
		f.Properties = geojson.Properties{"id": areas[i].ID, "name": areas[i].Name, "class": areas[i].Class.String()}
		all.Append(f)
	}
	slices.SortFunc(all.Features, func(a, b *geojson.Feature) int {
		return cmp.Compare(a.Properties["id"].(string), b.Properties["id"].(string))
	})
	return all
}

// filesOf makes every file of an edition from the one value, in the order of
// their paths, and puts the epoch's partition beside, whose hash the edition has,
// and the report, if there is one.
func filesOf(e *Edition, r *PublicReport, partition string, tiles Renderer) ([]File, error) {
	files := []File{
		{"edition.json", indented(e)},
		{"partition.json", []byte(partition)},
		{"boundary.geojson", compact(e.Boundary)},
		{"tables.csv", tablesCSV(&e.Tables)},
	}
	page, err := htmlOf(e)
	if err != nil {
		return nil, fmt.Errorf("writing the page of the edition: %w", err)
	}
	files = append(files, File{"index.html", page})
	if r != nil {
		page, err := reportHTML(r, e)
		if err != nil {
			return nil, fmt.Errorf("writing the page of the report: %w", err)
		}
		files = append(files, File{"report.json", indented(r)}, File{"report.csv", reportCSV(r)}, File{"report.html", page})
	}
	if e.Map.Why == "" {
		drawn, err := tiles.Render(e)
		if err != nil {
			return nil, fmt.Errorf("drawing the tiles of the edition: %w", err)
		}
		files = append(append(files, drawn...), File{"map.csv", mapCSV(e)}, File{"map.geojson", compact(mapGeoJSON(e))})
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, nil
}

// indented is JSON for people too.
func indented(v any) []byte {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err) // what is published holds texts and whole numbers
	}
	return append(text, '\n')
}

func compact(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // as above, and coordinates, which are finite
	}
	return append(text, '\n')
}

func mapGeoJSON(e *Edition) *geojson.FeatureCollection {
	all := geojson.NewFeatureCollection()
	for i := range e.Map.Squares {
		s := &e.Map.Squares[i]
		f := geojson.NewFeature(orb.Polygon{outline(e.Grid, s.Square)})
		f.Properties = geojson.Properties{"square": s.Name, "band": s.Band}
		all.Append(f)
	}
	return all
}

// outline is a square as a closed ring, counterclockwise, in degrees to the
// lattice of 1e-7.
func outline(g grid.Grid, s grid.Square) orb.Ring {
	var ring orb.Ring
	for _, at := range [][2]int32{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}} {
		lon, lat := g.Corner(s, at[0], at[1])
		ring = append(ring, orb.Point{toLattice(lon), toLattice(lat)})
	}
	return ring
}

func toLattice(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }

func mapCSV(e *Edition) []byte {
	rows := [][]string{{"square", "side_m", "centre_lon", "centre_lat", "band", "items_per_250_m_square"}}
	for i := range e.Map.Squares {
		s := &e.Map.Squares[i]
		lon, lat := e.Grid.Centre(s.Square)
		rows = append(rows, []string{
			s.Name, fmt.Sprint(s.Side()), fmt.Sprintf("%.6f", lon), fmt.Sprintf("%.6f", lat), fmt.Sprint(s.Band), e.Map.Legend[s.Band].Text,
		})
	}
	return asCSV(rows)
}

func tablesCSV(t *Tables) []byte {
	rows := [][]string{{"week_from", "class", "family", "items", "at_least", "at_most"}}
	add := func(week, class, family string, f Figure) {
		rows = append(rows, []string{week, class, family, f.Text, fmt.Sprint(f.AtLeast), fmt.Sprint(f.AtMost)})
	}
	for _, r := range t.Rows {
		add(r.Week, r.Class, r.Family, r.Figure)
	}
	for _, total := range t.Totals {
		add("whole period", "all", total.Family, total.Figure)
	}
	return asCSV(rows)
}

func asCSV(rows [][]string) []byte {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}
