package releasetest

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/mvt"

	"commonground/data"
	"commonground/data/release"
	"commonground/geo/grid"
)

// planted are publishers with a leak, and the check that must find it. Each is an
// easy slip, and has happened to someone.
var planted = []struct {
	leak, check string
	publish     publisher
}{
	{"rows in the order of the records", "P2", changing("map.csv", orderedByRecord)},
	{"an empty tile left out", "presence", emptyTileLeftOut},
	{"a tile that is longer where more is shown", "presence", longerTile},
	{"an unrounded total", "rounding", changing("edition.json", unroundedTotal)},
	{"a total in a table that was not audited", "P5", changing("tables.csv", moreTotals)},
	{"an aggregate for each zoom", "zooms", aggregateByZoom},
	{"a timestamp", "clock", changing("manifest.json", timestamped)},
	{"the kind that is found most", "P2", changing("map.csv", mostFound)},
	{"how many calls there were", "P1", changing("edition.json", callsToo)},
	{"few told from none", "P3", changing("map.csv", fewFromNone)},
	{"the count behind the band", "P4", changing("map.csv", countsToo)},
	{"how many crews were there", "P2", changing("map.geojson", crewsToo)},
	{"the hour of the last visit", "P2", changing("edition.json", lastHour)},
	{"the tree of contacts as it is", "report", changing("report.json", wholeTree)},
	{"how many warnings were given besides", "report", changing("report.json", warningsToo)},
	{"which of two outcomes came about more often", "report", changing("report.csv", moreOften)},
}

func TestEachPlantedLeakIsFound(t *testing.T) {
	for _, p := range planted {
		t.Run(p.leak, func(t *testing.T) {
			try := checks[slices.IndexFunc(checks, func(c check) bool { return strings.HasPrefix(c.name, p.check) })].try
			for seed := range uint64(cases) {
				if err := try(t, seed, p.publish); caught(err) {
					return
				} else if err != nil {
					t.Fatal(err)
				}
			}
			t.Errorf("%s did not find it in %d stores", p.check, cases)
		})
	}
}

// changing publishes honestly, but for one file.
func changing(path string, change func(w *world, v view) string) publisher {
	return func(w *world) (view, error) {
		v, err := honest(w)
		if err == nil {
			v[path] = change(w, v)
		}
		return v, err
	}
}

// itemsIn returns what was found in the period in squares of a level.
func (w *world) itemsIn(level uint8) map[grid.Square]int {
	items := map[grid.Square]int{}
	for _, i := range w.inPeriod() {
		s, _ := scheme.Grid.Square(*w.pickups[i].Point)
		items[s.Parent(level)] += w.pickups[i].Found[0].Items
	}
	return items
}

// withItems adds to each row of the map what tell says of its count.
func withItems(w *world, v view, tell func(items int) string) string {
	items := map[string]int{}
	for level := uint8(1); level <= 3; level++ {
		for s, n := range w.itemsIn(level) {
			items[scheme.Grid.Name(s)] = n
		}
	}
	lines := strings.Split(strings.TrimSpace(v["map.csv"]), "\n")
	for i := range lines[1:] {
		row, err := csv.NewReader(strings.NewReader(lines[i+1])).Read()
		if err != nil {
			w.t.Fatal(err)
		}
		lines[i+1] += "," + tell(items[row[0]])
	}
	return strings.Join(lines, "\n")
}

func countsToo(w *world, v view) string {
	return withItems(w, v, func(n int) string { return fmt.Sprint(n) })
}

func fewFromNone(w *world, v view) string {
	return withItems(w, v, func(n int) string { return fmt.Sprint(n > 0) })
}

func orderedByRecord(w *world, v view) string {
	first := map[string]int{}
	for _, i := range slices.Backward(w.inPeriod()) {
		s, _ := scheme.Grid.Square(*w.pickups[i].Point)
		for level := uint8(1); level <= 3; level++ {
			first[scheme.Grid.Name(s.Parent(level))] = i + 1
		}
	}
	lines := strings.Split(strings.TrimSpace(v["map.csv"]), "\n")
	slices.SortStableFunc(lines[1:], func(a, b string) int {
		nameA, _, _ := strings.Cut(a, ",")
		nameB, _, _ := strings.Cut(b, ",")
		return cmp.Compare(first[nameA], first[nameB])
	})
	return strings.Join(lines, "\n")
}

func emptyTileLeftOut(w *world) (view, error) {
	v, err := honest(w)
	for path, content := range v {
		said := map[string]int{}
		if tilePath.MatchString(path) && readTile(path, content, said) == nil && !slices.ContainsFunc(values(said), func(b int) bool { return b > 0 }) {
			delete(v, path)
		}
	}
	return v, err
}

func values(m map[string]int) []int {
	var all []int
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

func longerTile(w *world) (view, error) {
	v, err := honest(w)
	for path, content := range v {
		said := map[string]int{}
		if tilePath.MatchString(path) && readTile(path, content, said) == nil {
			n := 0
			for _, b := range said {
				n += b
			}
			v[path] += strings.Repeat("\x00", n)
		}
	}
	return v, err
}

func unroundedTotal(w *world, v view) string {
	var e release.Edition
	if err := json.Unmarshal([]byte(v["edition.json"]), &e); err != nil {
		w.t.Fatal(err)
	}
	e.Tables.Totals = append(e.Tables.Totals, release.Total{Family: "needles", Figure: release.Figure{Text: fmt.Sprint(w.needles())}})
	text, err := json.Marshal(e)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

func moreTotals(w *world, v view) string {
	return v["tables.csv"] + fmt.Sprintf("whole period,managed,needles,%d,0,0\n", w.needles())
}

// aggregateByZoom draws one feature for each tile below zoom 11, with the sum of
// the bands on it.
func aggregateByZoom(w *world) (view, error) {
	v, err := honest(w)
	for path, content := range v {
		var zoom int
		if _, failed := fmt.Sscanf(path, "tiles/%d/", &zoom); failed != nil || zoom > 10 {
			continue
		}
		layers, failed := mvt.Unmarshal([]byte(content))
		if failed != nil {
			return v, failed
		}
		sum := 0.0
		for _, f := range layers[0].Features {
			sum += f.Properties["band"].(float64)
		}
		layers[0].Features = layers[0].Features[:1]
		layers[0].Features[0].Properties["band"] = int(sum)
		if v[path], err = marshalled(layers); err != nil {
			return v, err
		}
	}
	return v, err
}

func marshalled(layers mvt.Layers) (string, error) {
	content, err := mvt.Marshal(layers)
	return string(content), err
}

func timestamped(w *world, v view) string {
	return strings.Replace(v["manifest.json"], "{", `{"sealed_at": "`+w.now.Format(time.RFC3339)+`",`, 1)
}

func mostFound(w *world, v view) string {
	found := map[string]int{}
	for _, i := range w.inPeriod() {
		found[w.pickups[i].Found[0].Kind] += w.pickups[i].Found[0].Items
	}
	most := slices.MaxFunc(kinds, func(a, b string) int { return cmp.Compare(found[a], found[b]) })
	return v["map.csv"] + fmt.Sprintf("# mostly %s: %d\n", most, found[most])
}

func callsToo(w *world, v view) string {
	n := 0
	for i := range w.incidents {
		if d := data.DateOf(w.incidents[i].Received.At.In(scheme.Location)); from <= d && d < to {
			n++
		}
	}
	return strings.Replace(v["edition.json"], "{", fmt.Sprintf(`{"calls": %d,`, n), 1)
}

func crewsToo(w *world, v view) string {
	crews := map[string]bool{}
	for _, i := range w.inPeriod() {
		crews[w.pickups[i].Source] = true
	}
	return v["map.geojson"] + fmt.Sprint(len(crews))
}

func lastHour(w *world, v view) string {
	last := 0
	for _, i := range w.inPeriod() {
		last = max(last, w.pickups[i].At.At.In(scheme.Location).Hour())
	}
	return strings.Replace(v["edition.json"], "{", fmt.Sprintf(`{"last_hour": %d,`, last), 1)
}
