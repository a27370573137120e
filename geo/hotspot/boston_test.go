package hotspot_test

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"commonground/geo"
	"commonground/geo/geotest"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// city is Boston in squares of one level, with the needles that were picked up there by
// week: a row of the file is a request to do so, of one needle or several, at its place.
type city struct {
	cells []hotspot.Cell
	names []string // of the neighbourhood that holds the middle of a square
	weeks [][]float64
}

// boston puts needles on squares: all that have one, and those whose middle is in a
// neighbourhood. Their last day is a Monday, which alone is no week, and is left out.
func boston(t *testing.T, level uint8) city {
	t.Helper()
	plane, err := grid.NewLocal(-71.07, 42.33)
	if err != nil {
		t.Fatal(err)
	}
	c, at := city{}, map[hotspot.Cell]int{}
	add := func(cell hotspot.Cell, name string) {
		if _, there := at[cell]; !there {
			at[cell] = len(c.cells)
			c.cells, c.names = append(c.cells, cell), append(c.names, name)
		}
	}
	quarters := neighbourhoods(t)
	const reach = 160 // of squares of level 0: 20 km, more than the city
	for y := -reach >> level; y <= reach>>level; y++ {
		for x := -reach >> level; x <= reach>>level; x++ {
			square := grid.Square{Level: level, X: int32(x), Y: int32(y)}
			lon, lat := plane.Centre(square)
			for _, q := range quarters {
				if q.bound.Contains(orb.Point{lon, lat}) && planar.MultiPolygonContains(q.shape, orb.Point{lon, lat}) {
					add(hotspot.Cell{X: square.X, Y: square.Y}, q.name)
					break
				}
			}
		}
	}
	found := needles(t)
	for _, n := range found {
		p, err := geo.NewPoint(n.lon, n.lat)
		square, ok := plane.Square(p)
		if err != nil || !ok {
			t.Fatalf("%+v is off the grid: %v", n, err)
		}
		square = square.Parent(level)
		add(hotspot.Cell{X: square.X, Y: square.Y}, "the shore")
	}
	for _, n := range found {
		p, _ := geo.NewPoint(n.lon, n.lat)
		square, _ := plane.Square(p)
		square = square.Parent(level)
		for len(c.weeks) <= n.week {
			c.weeks = append(c.weeks, make([]float64, len(c.cells)))
		}
		c.weeks[n.week][at[hotspot.Cell{X: square.X, Y: square.Y}]]++
	}
	c.weeks = c.weeks[:22]
	return c
}

type quarter struct {
	name  string
	shape orb.MultiPolygon
	bound orb.Bound
}

func neighbourhoods(t *testing.T) (quarters []quarter) {
	t.Helper()
	content, err := os.ReadFile(geotest.RealData(t, "boston-needles", "neighborhoods-wgs84.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	var all geojson.FeatureCollection
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	for _, feature := range all.Features {
		q := quarter{name: feature.Properties.MustString("Name"), bound: feature.Geometry.Bound()}
		switch shape := feature.Geometry.(type) {
		case orb.Polygon:
			q.shape = orb.MultiPolygon{shape}
		case orb.MultiPolygon:
			q.shape = shape
		default:
			t.Fatalf("%s is a %s", q.name, shape.GeoJSONType())
		}
		quarters = append(quarters, q)
	}
	return quarters
}

type needle struct {
	lon, lat float64
	week     int // from Monday 27 October 2025
}

func needles(t *testing.T) (found []needle) {
	t.Helper()
	file, err := os.Open(geotest.RealData(t, "boston-needles", "needle-points-2025-10-to-2026-03.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) != 3001 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	first := time.Date(2025, 10, 27, 0, 0, 0, 0, time.UTC)
	for _, row := range rows[1:] {
		day, err := time.Parse(time.DateOnly, row[0])
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, needle{number(t, row[2]), number(t, row[1]), int(day.Sub(first).Hours() / 24 / 7)})
	}
	return found
}

// withAny leaves the squares that had a needle in some week: known only afterwards,
// and so to both rules alike.
func (c city) withAny() city {
	some := city{weeks: make([][]float64, len(c.weeks))}
	for i, cell := range c.cells {
		found := false
		for _, week := range c.weeks {
			found = found || week[i] > 0
		}
		if !found {
			continue
		}
		some.cells, some.names = append(some.cells, cell), append(some.names, c.names[i])
		for w, week := range c.weeks {
			some.weeks[w] = append(some.weeks[w], week[i])
		}
	}
	return some
}

func (c city) needles() (sum float64) {
	for _, week := range c.weeks {
		for _, x := range week {
			sum += x
		}
	}
	return sum
}

// The figures are logged as they are. What is asserted holds whoever wins. The half-life
// was chosen before they were seen; the others say only how much hangs on it, and that which
// never fades is the plain mean of all weeks so far.
func TestBostonsNeedlesForecast(t *testing.T) {
	for level := range uint8(2) {
		c := boston(t, level)
		t.Logf("squares of %d m: %d of them, %.0f needles in %d weeks", grid.SideM<<level, len(c.cells), c.needles(), len(c.weeks))
		logForecasts(t, c)
		c = c.withAny()
		t.Logf("squares of %d m that ever had one: %d of them", grid.SideM<<level, len(c.cells))
		if logForecasts(t, c); c.needles() != 2978 {
			t.Errorf("%v needles", c.needles())
		}
	}
}

func logForecasts(t *testing.T, c city) {
	t.Helper()
	for _, share := range []float64{.01, .02, .05, .1} {
		trial := hotspot.Trial{Origins: 26, AreaShare: share, Chance: hotspot.Chance{Seed: 1, Draws: 1999}}
		for _, halfLife := range []float64{hotspot.DefaultHalfLife, 2, 4, 16, math.Inf(1)} {
			a, ok := trial.Rolling(c.weeks, hotspot.Forecaster{HalfLife: halfLife}.Expect, naive)
			if !ok || a.Origins != len(c.weeks)-hotspot.NaiveWeeks {
				t.Fatalf("%+v", a)
			}
			t.Logf("  %2.0f %% of squares, half-life %4.0f weeks, %d origins: hits %.1f %% and naive %.1f %%, PAI %.2f and %.2f, gain %+.2f (%+.2f to %+.2f), PEI* %.3f and %.3f, squared error %.5f and %.5f, beats %v",
				100*share, halfLife, a.Origins, 100*a.Forecast.HitRate, 100*a.Naive.HitRate, a.Forecast.PAI, a.Naive.PAI, a.Gain, a.Least, a.Most,
				a.Forecast.PEI, a.Naive.PEI, a.Forecast.SquaredError, a.Naive.SquaredError, a.Beats)
			if a.Beats != (a.Least > 0) || a.Forecast.PEI > 1 || a.Forecast.PAI < 1 || a.Naive.PAI < 1 {
				t.Errorf("%+v", a)
			}
		}
	}
}

func TestBostonsNeedlesHotspots(t *testing.T) {
	for level := range uint8(2) {
		c := boston(t, level)
		near := hotspot.Queen(c.cells)
		total, series := make([]float64, len(c.cells)), make([]float64, len(c.weeks))
		for w, week := range c.weeks {
			for i, x := range week {
				total[i] += x
				series[w] += x
			}
		}
		trend := hotspot.MannKendall(series)
		t.Logf("squares of %d m; needles by week %.0f: S = %d, z = %.2f, p = %.4f", grid.SideM<<level, series, trend.S, trend.Z, trend.P)
		logHot(t, c, total, near)
		logCategories(t, c, near)
	}
}

func logHot(t *testing.T, c city, total []float64, near *hotspot.Neighbours) {
	local := hotspot.GetisOrd(total, near)
	p := make([]float64, len(local))
	for i, l := range local {
		p[i] = l.P
	}
	q := hotspot.BenjaminiHochberg(p)
	permuted := hotspot.Chance{Seed: 1, Draws: 999}.Permuted(total, near)
	corrected := hotspot.BenjaminiHochberg(permuted)
	hot, cold, least, byPermutation, held := 0, 0, 0, 0, 0.0
	var order []int
	for i, l := range local {
		order = append(order, i)
		if permuted[i] < .0011 {
			least++
		}
		if corrected[i] < hotspot.Significant {
			byPermutation++
		}
		switch {
		case q[i] < hotspot.Significant && l.Z > 0:
			hot, held = hot+1, held+total[i]
		case q[i] < hotspot.Significant:
			cold++
		}
	}
	t.Logf("  all weeks: %d hot and %d cold of %d squares after correction; the hot hold %.0f needles; by permutation %d have p = 0.001, the least there is of 999 draws, and %d are left after correction", hot, cold, len(local), held, least, byPermutation)
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(local[j].Z, local[i].Z) })
	for _, i := range order[:5] {
		t.Logf("    %s: z = %.1f, q = %.2g, %.0f needles", c.names[i], local[i].Z, q[i], total[i])
	}
	if hot == 0 || hot > len(local)/10 {
		t.Errorf("%d of %d squares are hot", hot, len(local))
	}
}

func logCategories(t *testing.T, c city, near *hotspot.Neighbours) {
	count, rising, falling := map[string]int{}, 0, 0
	p, signs := make([]float64, 0, len(c.cells)), []float64{}
	for i, e := range hotspot.Emerging(c.weeks, near) {
		count[e.Category.String()]++
		series := make([]float64, len(c.weeks))
		for w := range c.weeks {
			series[w] = c.weeks[w][i]
		}
		if trend := hotspot.MannKendall(series); trend.OK {
			p, signs = append(p, trend.P), append(signs, trend.Z)
		}
	}
	for i, q := range hotspot.BenjaminiHochberg(p) {
		switch {
		case q < hotspot.Significant && signs[i] > 0:
			rising++
		case q < hotspot.Significant:
			falling++
		}
	}
	t.Logf("  categories: %s; trends of needles by square after correction: %d rise and %d fall of %d", fmt.Sprint(count), rising, falling, len(p))
	if sum := count["none"]; sum == len(c.cells) {
		t.Error("no square has a category")
	}
}
