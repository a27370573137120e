package intake_test

import (
	"encoding/csv"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
	"commonground/geo/geotest"
)

// rowsOf returns the rows of a CSV file by the names of its columns.
func rowsOf(t *testing.T, path string) []map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	check(t, err)
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\ufeff")))
	header, err := reader.Read()
	check(t, err)
	var rows []map[string]string
	for {
		fields, err := reader.Read()
		if err == io.EOF {
			return rows
		}
		check(t, err)
		row := map[string]string{}
		for i, name := range header {
			row[name] = fields[i]
		}
		rows = append(rows, row)
	}
}

func pointOf(t *testing.T, lon, lat string) geo.Point {
	t.Helper()
	x, err := strconv.ParseFloat(lon, 64)
	check(t, err)
	y, err := strconv.ParseFloat(lat, 64)
	check(t, err)
	p, err := geo.NewPoint(x, y)
	check(t, err)
	return p
}

// westYorkshire reads its LSOAs of 2021. One of them stands in for a managed
// area in this test only: it is a statistical area, not an official boundary.
func westYorkshire(t *testing.T) map[string]geo.Area {
	t.Helper()
	areas, err := intake.ReadAreas(open(t, geotest.RealData(t, "leeds-boundaries", "lsoa2021-west-yorkshire.geojson.gz")), intake.AreaOptions{
		ClassProperty: "lsoa21cd", Class: map[string]geo.Class{"E01035047": geo.Managed, "*": geo.NonResidential},
		IDProperty: "lsoa21cd", NameProperty: "lsoa21nm",
	})
	check(t, err)
	if len(areas.Areas) != 1404 || len(areas.Flaws) != 0 {
		t.Fatalf("read %d areas, flaws %v", len(areas.Areas), areas.Flaws)
	}
	byID := map[string]geo.Area{}
	for _, area := range areas.Areas {
		byID[area.ID] = area
	}
	return byID
}

// TestReportsOfLeedsFallIntoTheAreaThatTheyState checks every row of a month
// of police.uk, which states its own LSOA. The misses are not errors: police.uk
// assigns with boundaries of full resolution, and these are generalised.
func TestReportsOfLeedsFallIntoTheAreaThatTheyState(t *testing.T) {
	path := geotest.RealData(t, "police-uk", "2025-02-leeds-street.csv")
	byID := westYorkshire(t)
	w := newTown(t, schemeText)
	var areas []geo.Area
	for _, area := range byID {
		areas = append(areas, area)
	}
	w.putBoundary("2025-01-01", "", areas...)
	content, err := os.ReadFile(path)
	check(t, err)
	s := w.incidents(string(content), intake.Options{
		Source: "police.uk", Category: "nuisance", Map: map[string]string{"received": "Month"},
	})
	if s.Rows != 8009 || s.Refused != 0 || s.Added+s.Unchanged != 8009 || s.Unlocated != 0 {
		t.Fatalf("%+v, first refusals %v", s.Summary, s.refusals[:min(3, len(s.refusals))])
	}
	placed := map[geo.Point]geo.Place{}
	for _, i := range w.storedIncidents() {
		placed[*i.Point] = i.Place
		if i.Received.Precision != data.Month || i.Received.Text(london(t)) != "2025-02" {
			t.Fatalf("received %s", i.Received.Text(london(t)))
		}
	}
	stated, managed, farthestM := 0, 0, 0.0
	for _, row := range rowsOf(t, path) {
		p := pointOf(t, row["Longitude"], row["Latitude"])
		place := placed[p]
		if place.Area == "E01035047" {
			managed++
			if place.Class != geo.Managed {
				t.Errorf("%v is %v", p, place.Class)
			}
		}
		if place.Area == row["LSOA code"] {
			stated++
			continue
		}
		farthestM = max(farthestM, metresTo(p.Orb(), byID[row["LSOA code"]].Shape))
	}
	if stated != 7780 || managed != 28 || farthestM > 25 {
		t.Errorf("%d in their area, want 7,780; %d in the managed one, want 28; farthest miss %.1f m, at most 25", stated, managed, farthestM)
	}
}

// metresTo is the distance from a point to the nearest line of a shape, on a
// plane around the point; +Inf for no shape.
func metresTo(p orb.Point, shape orb.MultiPolygon) float64 {
	const metresPerDegree = 6_371_000 * math.Pi / 180
	east := metresPerDegree * math.Cos(p.Lat()*math.Pi/180)
	flat := func(q orb.Point) (x, y float64) {
		return (q.Lon() - p.Lon()) * east, (q.Lat() - p.Lat()) * metresPerDegree
	}
	nearest := math.Inf(1)
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				ax, ay := flat(ring[i-1])
				bx, by := flat(ring[i])
				dx, dy := bx-ax, by-ay
				along := 0.0
				if length2 := dx*dx + dy*dy; length2 > 0 {
					along = min(1, max(0, -(ax*dx+ay*dy)/length2))
				}
				nearest = min(nearest, math.Hypot(ax+along*dx, ay+along*dy))
			}
		}
	}
	return nearest
}

func TestNeedlesOfBostonComeToTheirSumByWeek(t *testing.T) {
	path := geotest.RealData(t, "boston-needles", "needle-points-2025-10-to-2026-03.csv")
	areas, err := intake.ReadAreas(open(t, geotest.RealData(t, "boston-needles", "neighborhoods-wgs84.geojson")),
		intake.AreaOptions{Class: all, IDProperty: "Name"})
	check(t, err)
	boston := strings.NewReplacer("Europe/London", "America/New_York", `"Wednesday"`, `"Monday"`,
		"2019-04-24", "2019-04-22", "[-1.55, 53.79]", "[-71.06, 42.33]").Replace(schemeText)
	w := newTown(t, boston, areas.Areas...)
	content, err := os.ReadFile(path)
	check(t, err)
	w.pickups(string(content), intake.Options{Kind: "needle", Source: "boston"}).came(t, 3000, 0, 0)
	w.pickups(string(content), intake.Options{Kind: "needle", Source: "boston"}).came(t, 0, 3000, 0)
	settings, err := w.door.Settings(t.Context())
	check(t, err)
	weeks := map[data.Week]int{}
	sum := 0
	for _, p := range w.storedPickups() {
		weeks[settings.Scheme.WeekOf(p.At)] += p.Found[0].Items
		sum += p.Found[0].Items
		if p.Place.Class != geo.Residential || p.Place.Area == "" {
			t.Errorf("%v is %+v", p.Point, p.Place)
		}
	}
	fewest, most := math.MaxInt, 0
	for _, n := range weeks {
		fewest, most = min(fewest, n), max(most, n)
	}
	if sum != 3000 || len(weeks) != 23 || fewest != 22 || most != 238 {
		t.Errorf("%d items in %d weeks, %d to %d a week; want 3,000 in 23, 22 to 238", sum, len(weeks), fewest, most)
	}
	first := settings.Scheme.WeekOfDate(mustDate(t, "2025-10-27"))
	for week := first; week < first+23; week++ {
		if weeks[week] == 0 {
			t.Errorf("the week from %v has none", settings.Scheme.WeekStart(week))
		}
	}
}
