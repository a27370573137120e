package quality_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/quality"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/geotest"
)

// town is a store of a town elsewhere, with a door to it.
type town struct {
	t     testing.TB
	store *sqlite.Store
	door  *intake.Door
}

func newTown(t testing.TB, zone, origin string) town {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	door := intake.New(store)
	if _, err := door.PutScheme(t.Context(), elsewhere(t, zone, origin)); err != nil {
		t.Fatal(err)
	}
	return town{t, store, door}
}

// elsewhere is the scheme of the sample in another zone, on a local grid.
func elsewhere(t testing.TB, zone, origin string) string {
	t.Helper()
	text := sample.SchemeText()
	for name, value := range map[string]string{"time_zone": `"` + zone + `"`, "origin": origin} {
		lines := strings.Split(text, "\n")
		found := false
		for i, line := range lines {
			if key, _, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == name {
				lines[i], found = name+" = "+value, true
			}
		}
		if !found {
			t.Fatalf("the sample's scheme has no %s", name)
		}
		text = strings.Join(lines, "\n")
	}
	return text
}

func (w town) file(options intake.Options, elements ...string) intake.Summary {
	w.t.Helper()
	file, err := os.Open(geotest.RealData(w.t, elements...))
	if err != nil {
		w.t.Fatal(err)
	}
	defer file.Close()
	read := w.door.Pickups
	if options.Category != "" {
		read = w.door.Incidents
	}
	summary, err := read(w.t.Context(), file, options)
	if err != nil {
		w.t.Fatal(err)
	}
	return summary
}

// doubts looks over all records of a sort and checks that none is lost by it.
func (w town) doubts(sort data.Sort) quality.Report {
	w.t.Helper()
	report, err := w.door.Doubts(w.t.Context(), sort, now)
	if err != nil {
		w.t.Fatal(err)
	}
	records, unlocated := 0, 0
	w.each(sort, func(p data.Position) {
		if records++; p.Point == nil {
			unlocated++
		}
	})
	if report.Total.Records != records || report.Total.Unlocated != unlocated {
		w.t.Errorf("%d records, %d without a place, counted %+v", records, unlocated, report.Total)
	}
	return report
}

func (w town) each(sort data.Sort, do func(data.Position)) {
	w.t.Helper()
	_, pickups, err := w.store.Pickups(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for p, err := range pickups {
		if err != nil {
			w.t.Fatal(err)
		}
		if sort == data.PickupSort {
			do(p.Position)
		}
	}
	for _, i := range w.incidents() {
		if sort == data.IncidentSort {
			do(i.Position)
		}
	}
}

func (w town) incidents() (found []data.Incident) {
	w.t.Helper()
	_, all, err := w.store.Incidents(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for i, err := range all {
		if err != nil {
			w.t.Fatal(err)
		}
		found = append(found, i)
	}
	return found
}

// boston2015 says how to read its exports.
func boston2015(source string) intake.Options {
	return intake.Options{Source: source, Kind: "needle", Map: map[string]string{
		"lon": "LONGITUDE", "lat": "LATITUDE", "at": "OPEN_DT", "ref": "CASE_ENQUIRY_ID",
	}}
}

// townHall is where Boston's geocoder puts what it does not find.
var townHall = geo.Point{Lon: -710587000, Lat: 423594000}

func TestBostonsDefaultPointIsFoundAndNoOther(t *testing.T) {
	w := newTown(t, "America/New_York", "[-71.06, 42.33]")
	exports := []struct {
		file string
		rows int
		at   int // townHall, by its README
	}{{"needle-pickup-2015.csv", 622, 49}, {"trash-on-vacant-lot-2015.csv", 381, 11}, {"illegal-dumping-2015.csv", 45, 3}}
	rows, at := 0, 0
	for _, export := range exports {
		if s := w.file(boston2015(export.file), "boston-needles", export.file); s.Added != export.rows {
			t.Fatalf("%s: %+v", export.file, s)
		}
		rows, at = rows+export.rows, at+export.at
		got := w.doubts(data.PickupSort)
		if len(got.DefaultPoints) != 1 || got.DefaultPoints[0].Point != townHall || got.DefaultPoints[0].Records != at || got.Total.DefaultPoint != at {
			t.Errorf("after %s: %d rows at %+v, want %d at %v", export.file, got.Total.DefaultPoint, got.DefaultPoints, at, townHall)
		}
		t.Logf("after %s: %+v", export.file, got.Total)
	}
	if s := w.file(intake.Options{Source: "2025", Kind: "needle"}, "boston-needles", "needle-points-2025-10-to-2026-03.csv"); s.Added != 3000 {
		t.Fatalf("%+v", s)
	}
	if s := w.file(intake.Options{Source: "cells", Kind: "needle", Map: map[string]string{"at": "month", "items": "requests"}}, "boston-needles", "needle-month-cells-2025-01-to-2026-03.csv"); s.Added != 6470 {
		t.Fatalf("%+v", s)
	}
	got := w.doubts(data.PickupSort)
	if got.Total.Records != rows+3000+6470 || len(got.DefaultPoints) != 1 || got.Total.DefaultPoint != at || got.Total.Undated != 6470 {
		t.Errorf("with later files: %+v, %+v", got.Total, got.DefaultPoints)
	}
}

func TestEachExportOfBostonTellsItsDefaultAlone(t *testing.T) {
	for file, want := range map[string]int{
		"needle-pickup-2015.csv":       49,
		"trash-on-vacant-lot-2015.csv": 11,
		"illegal-dumping-2015.csv":     0, // 3 of 45 rows: too few to say
	} {
		w := newTown(t, "America/New_York", "[-71.06, 42.33]")
		w.file(boston2015("311"), "boston-needles", file)
		if got := w.doubts(data.PickupSort); got.Total.DefaultPoint != want {
			t.Errorf("%s: %d at %+v, want %d", file, got.Total.DefaultPoint, got.DefaultPoints, want)
		}
	}
}

func TestNoPointOfPoliceUKIsADefault(t *testing.T) {
	w := newTown(t, "Europe/London", "[-1.55, 53.79]")
	added := 0
	for _, file := range []string{"2025-02-leeds-street.csv", "2021-08-south-yorkshire-street.csv.gz", "2021-08-gloucestershire-street.csv", "2021-08-city-of-london-street.csv", "2021-08-btp-street.csv"} {
		added += w.file(intake.Options{Source: file, Category: "nuisance", Map: map[string]string{"received": "Month"}}, "police-uk", file).Added
	}
	got := w.doubts(data.IncidentSort)
	if len(got.DefaultPoints) > 0 || added < 32000 || got.Total.Records != added || got.Total.Unlocated == 0 || got.Total.Undated != added || got.Total.Duplicates != 0 {
		t.Errorf("%+v, defaults %+v", got.Total, got.DefaultPoints)
	}
}

// TestSnappedPointsOfManyDaysAreNoDefaults gives each report of Leeds a day of the month at
// random, as a force's own file would have: then most points have reports on many days.
func TestSnappedPointsOfManyDaysAreNoDefaults(t *testing.T) {
	w := newTown(t, "Europe/London", "[-1.55, 53.79]")
	w.file(intake.Options{Source: "force", Category: "nuisance", Map: map[string]string{"received": "Month"}}, "police-uk", "2025-02-leeds-street.csv")
	settings, err := w.door.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := quality.New(settings.Scheme, now)
	all := w.incidents()
	for n, i := range all {
		i.Received = data.InstantOf(time.Date(2025, 2, 1+n*17%28, n%24, 0, 0, 0, time.UTC))
		i.Happened = i.Received
		s.Incident(&i)
	}
	if got := s.Report(); len(got.DefaultPoints) > 0 || len(all) < 7900 {
		t.Errorf("of %d: %+v", len(all), got.DefaultPoints)
	}
}

// TestSlicesOfBostonWithoutADefaultHaveNone takes parts of half a year of needles, which
// has busy addresses and no default: by quarter of the town and span of days, and at
// random.
func TestSlicesOfBostonWithoutADefaultHaveNone(t *testing.T) {
	w := newTown(t, "America/New_York", "[-71.06, 42.33]")
	w.file(intake.Options{Source: "2025", Kind: "needle"}, "boston-needles", "needle-points-2025-10-to-2026-03.csv")
	_, stored, err := w.store.Pickups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []data.Pickup
	for p, err := range stored {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	dice := rand.New(rand.NewPCG(3, 4))
	parts, busy := 0, 0
	for range 600 {
		around, from, days := all[dice.IntN(len(all))], dice.IntN(140), 14+dice.IntN(140)
		start := time.Date(2025, 10, 27, 0, 0, 0, 0, time.UTC).AddDate(0, 0, from)
		share := []float64{0.1, 0.3, 1}[dice.IntN(3)]
		radius := []int32{50_000, 150_000, 3_000_000}[dice.IntN(3)] // some 500 m, 1.5 km and all of the town
		var some []data.Pickup
		for _, p := range all {
			if dice.Float64() < share && !p.At.At.Before(start) && p.At.At.Before(start.AddDate(0, 0, days)) && near(*p.Point, *around.Point, radius) {
				some = append(some, p)
			}
		}
		if parts++; len(some) > 50 {
			busy++
		}
		if got := survey(t, some); len(got.DefaultPoints) > 0 {
			t.Errorf("%d records within %d of %v in %d days from %v: %+v", len(some), radius, around.Point, days, start, got.DefaultPoints)
		}
	}
	if t.Logf("%d parts, %d of over 50 records", parts, busy); busy < 200 {
		t.Error("too few parts have records to tell by")
	}
}

func near(a, b geo.Point, units int32) bool {
	return max(a.Lon-b.Lon, b.Lon-a.Lon, a.Lat-b.Lat, b.Lat-a.Lat) <= units
}
