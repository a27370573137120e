package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"commonground/data/release"
	"commonground/geo"
)

// constraintsOf reads what an edition says from its files, as anyone can.
func constraintsOf(t *testing.T, files map[string][]byte) release.Published {
	t.Helper()
	var e release.Edition
	if err := json.Unmarshal(files["edition.json"], &e); err != nil {
		t.Fatal(err)
	}
	p := release.Published{Period: e.Period.From, Beyond: []string{"managed", "residential", "non_residential", "outside"}}
	for _, row := range csvOf(t, files["tables.csv"]) {
		figure := release.Figure{Text: row[3], AtLeast: number(t, row[4]), AtMost: number(t, row[5])}
		if row[1] == "all" {
			p.Totals = append(p.Totals, release.Total{Family: row[2], Figure: figure})
		} else {
			p.Rows = append(p.Rows, release.Row{Week: row[0], Class: row[1], Family: row[2], Figure: figure})
		}
	}
	outlines := outlinesOf(t, files["map.geojson"])
	classifier := classifierOf(t, files["boundary.geojson"])
	for _, row := range csvOf(t, files["map.csv"]) {
		side, band := number(t, row[1]), number(t, row[4])
		s := release.PublishedSquare{Name: row[0], SideM: side, Band: band, AtMost: -1, Classes: classesWithin(outlines[row[0]], classifier)}
		if units := side * side / 62_500; band > 0 {
			legend := e.Map.Legend[band]
			s.AtLeast = max(e.Policy.MinItems, legend.From*units)
			if legend.Below > 0 {
				s.AtMost = legend.Below*units - 1
			}
		}
		p.Squares = append(p.Squares, s)
	}
	p.Beyond = []string{"outside"} // the map reaches a kilometre beyond every area
	return p
}

func csvOf(t *testing.T, content []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatal(len(rows), err)
	}
	return rows[1:]
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func outlinesOf(t *testing.T, content []byte) map[string]orb.Ring {
	t.Helper()
	all, err := geojson.UnmarshalFeatureCollection(content)
	if err != nil {
		t.Fatal(err)
	}
	outlines := map[string]orb.Ring{}
	for _, f := range all.Features {
		if len(f.Properties) != 2 || f.ID != nil {
			t.Errorf("map.geojson: a feature with %v and the id %v", f.Properties, f.ID)
		}
		outlines[f.Properties["square"].(string)] = f.Geometry.(orb.Polygon)[0]
	}
	return outlines
}

func classifierOf(t *testing.T, content []byte) *geo.Classifier {
	t.Helper()
	all, err := geojson.UnmarshalFeatureCollection(content)
	if err != nil {
		t.Fatal(err)
	}
	var areas []geo.Area
	for _, f := range all.Features {
		area := geo.Area{ID: f.Properties["id"].(string), Class: map[string]geo.Class{"managed": geo.Managed, "residential": geo.Residential, "non_residential": geo.NonResidential}[f.Properties["class"].(string)]}
		switch shape := f.Geometry.(type) {
		case orb.Polygon:
			area.Shape = orb.MultiPolygon{shape}
		case orb.MultiPolygon:
			area.Shape = shape
		}
		areas = append(areas, area)
	}
	classifier, err := geo.NewClassifier(areas)
	if err != nil {
		t.Fatal(err)
	}
	return classifier
}

// classesWithin looks through a square in steps of a fiftieth of its side.
func classesWithin(outline orb.Ring, classifier *geo.Classifier) []string {
	seen := map[string]bool{}
	for i := range 50 {
		for j := range 50 {
			east, north := (float64(i)+0.5)/50, (float64(j)+0.5)/50
			at := [2]float64{}
			for k := range at {
				south := outline[0][k]*(1-east) + outline[1][k]*east
				at[k] = south*(1-north) + (outline[3][k]*(1-east)+outline[2][k]*east)*north
			}
			if p, err := geo.NewPoint(at[0], at[1]); err == nil {
				seen[classifier.Class(p).String()] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// attackZooms compares what each zoom says, tile by tile and a tile further round.
func attackZooms(t *testing.T, _ *attackedTown, s serving) {
	tilesSeen, empty := 0, 0
	for _, folder := range []string{attackedPeriods[early], attackedPeriods[late]} {
		bands := map[string]int{}
		for _, row := range csvOf(t, s.look(t, "/public/"+folder+"/map.csv").body) {
			bands[row[0]] = number(t, row[4])
		}
		var bound orb.Bound
		for _, ring := range outlinesOf(t, s.look(t, "/public/"+folder+"/map.geojson").body) {
			if bound.IsZero() {
				bound = ring.Bound()
			}
			bound = bound.Union(ring.Bound())
		}
		for zoom := maptile.Zoom(0); zoom <= release.MaxZoom+1; zoom++ {
			said := map[string]int{}
			for _, tile := range around(bound, zoom) {
				r := s.look(t, fmt.Sprintf("/public/%s/tiles/%d/%d/%d.mvt", folder, tile.Z, tile.X, tile.Y))
				switch {
				case zoom > release.MaxZoom && r.status != http.StatusBadRequest:
					t.Errorf("zoom %d: %d", zoom, r.status)
				case r.status == http.StatusNoContent && len(r.body) == 0:
					empty++
				case zoom <= release.MaxZoom:
					tilesSeen++
					bandsIn(t, r.body, said)
				}
			}
			if zoom <= release.MaxZoom && !maps.Equal(said, bands) {
				t.Errorf("%s, zoom %d: %d squares, other than the %d of map.csv", folder, zoom, len(said), len(bands))
			}
		}
	}
	outcome(t, "every tile of zooms 0 to 14 and its neighbours, decoded and compared", "%d tiles say the same squares and bands as map.csv at each zoom, %d neighbours are empty", tilesSeen, empty)
}

// around are the tiles of a box and those next to it.
func around(bound orb.Bound, zoom maptile.Zoom) (all []maptile.Tile) {
	low, high := maptile.At(orb.Point{bound.Min[0], bound.Max[1]}, zoom), maptile.At(orb.Point{bound.Max[0], bound.Min[1]}, zoom)
	end := uint32(1) << zoom
	for x := max(low.X, 1) - 1; x <= min(high.X+1, end-1); x++ {
		for y := max(low.Y, 1) - 1; y <= min(high.Y+1, end-1); y++ {
			all = append(all, maptile.New(x, y, zoom))
		}
	}
	return all
}

func bandsIn(t *testing.T, content []byte, said map[string]int) {
	t.Helper()
	layers, err := mvt.Unmarshal(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range layers {
		for _, f := range layer.Features {
			name, isText := f.Properties["square"].(string)
			band, isNumber := f.Properties["band"].(float64)
			if !isText || !isNumber || len(f.Properties) != 2 || f.ID != nil {
				t.Errorf("a feature with %v and the id %v", f.Properties, f.ID)
			}
			if before, there := said[name]; there && before != int(band) {
				t.Errorf("%s has the bands %d and %d on two tiles", name, before, int(band))
			}
			said[name] = int(band)
		}
	}
}

// field is a field of a protocol buffer: a number for type 0, else bytes.
type field struct {
	number, kind int
	whole        uint64
	bytes        []byte
}

// fieldsOf reads a protocol buffer field by field, also those that readers skip.
func fieldsOf(t *testing.T, content []byte) (all []field) {
	t.Helper()
	for len(content) > 0 {
		tag, n := binary.Uvarint(content)
		f := field{number: int(tag >> 3), kind: int(tag & 7)}
		content = content[n:]
		f.whole, n = binary.Uvarint(content)
		content = content[n:]
		switch f.kind {
		case 0:
		case 2:
			f.bytes, content = content[:f.whole], content[f.whole:]
		default:
			t.Fatalf("a field %d of type %d", f.number, f.kind)
		}
		all = append(all, f)
	}
	return all
}

// attackInsides reads what readers of tiles skip: unused keys and values, ids,
// unknown fields; and the metadata of the archive.
func attackInsides(t *testing.T, w *attackedTown, s serving) {
	tilesRead := 0
	for folder, files := range w.publicFiles() {
		for name := range files {
			if strings.HasPrefix(name, "tiles/") {
				insideTile(t, name, s.look(t, "/public/"+folder+"/"+name).body)
				tilesRead++
			}
		}
		insideArchive(t, s.look(t, "/public/"+folder+"/map.pmtiles").body, files)
	}
	outcome(t, "ids, unused keys and values, unknown fields inside tiles; metadata of map.pmtiles", "%d tiles hold the keys square and band, the names of their squares, the four bands, and no more", tilesRead)
}

func insideTile(t *testing.T, name string, content []byte) {
	t.Helper()
	said := map[string]int{}
	bandsIn(t, content, said)
	layers := fieldsOf(t, content)
	if len(layers) != 1 || layers[0].number != 3 {
		t.Errorf("%s: %d fields", name, len(layers))
	}
	var keys, names []string
	var numbers []uint64
	for _, f := range fieldsOf(t, layers[0].bytes) {
		switch f.number {
		case 2: // a feature: tags, type and geometry, no id
			for _, part := range fieldsOf(t, f.bytes) {
				if part.number < 2 || part.number > 4 {
					t.Errorf("%s: a feature with the field %d", name, part.number)
				}
			}
		case 3:
			keys = append(keys, string(f.bytes))
		case 4:
			value := fieldsOf(t, f.bytes)
			if len(value) != 1 || value[0].number != 1 && value[0].number != 5 && value[0].number != 4 && value[0].number != 6 {
				t.Errorf("%s: a value %v", name, value)
			} else if value[0].kind == 2 {
				names = append(names, string(value[0].bytes))
			} else {
				numbers = append(numbers, value[0].whole)
			}
		case 1, 5, 15: // name, extent, version
		default:
			t.Errorf("%s: a layer with the field %d", name, f.number)
		}
	}
	slices.Sort(names)
	if !slices.Equal(keys, []string{"square", "band"}) || !slices.Equal(numbers, []uint64{0, 1, 2, 3}) || !slices.Equal(names, slices.Sorted(maps.Keys(said))) {
		t.Errorf("%s: keys %q, numbers %v, %d names of %d squares", name, keys, numbers, len(names), len(said))
	}
}

// noTime is what the packer writes where there is none.
const noTime = 0x886e0900

// insideArchive reads the metadata, and looks for bytes that belong to nothing.
func insideArchive(t *testing.T, content []byte, files map[string][]byte) {
	t.Helper()
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(content[8+8*i:]) }
	packed, err := gzip.NewReader(bytes.NewReader(content[at(2) : at(2)+at(3)]))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	var about map[string]any
	if err := json.Unmarshal(text, &about); err != nil {
		t.Fatal(err)
	}
	known := []string{"description", "generator", "name", "type", "vector_layers"}
	if got := slices.Sorted(maps.Keys(about)); !slices.Equal(got, known) {
		t.Errorf("the metadata has %v", got)
	}
	if len(packed.Extra) > 0 || packed.Comment != "" || packed.Name != "" || packed.ModTime.Unix() != noTime {
		t.Errorf("the metadata is packed with %+v", packed.Header)
	}
	if layers := fmt.Sprint(about["vector_layers"]); !strings.HasPrefix(layers, "[map[description:Every square of the map, shown or not fields:map[band:0: not shown") {
		t.Errorf("layers: %s", layers)
	}
	if all := 127 + at(1) + at(3) + at(5) + at(7); uint64(len(content)) > max(all, 16384+at(7)) {
		t.Errorf("%d bytes, of which %d belong to something", len(content), all)
	}
	if n := 0; files != nil {
		for name := range files {
			if strings.HasPrefix(name, "tiles/") {
				n++
			}
		}
		if addressed := binary.LittleEndian.Uint64(content[72:]); addressed != uint64(n) {
			t.Errorf("the archive has %d tiles, the folder %d", addressed, n)
		}
	}
}
