package pull_test

import (
	"encoding/csv"
	"os"
	"testing"
	"time"

	"commonground/geo/geotest"
)

// boston are the real requests of a year, as its server would give them.
func boston(t *testing.T) (all []request, first, last time.Time) {
	t.Helper()
	file, err := os.Open(geotest.RealData(t, "boston-needles", "needle-pickup-2015.csv"))
	check(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	check(t, err)
	eastern, err := time.LoadLocation("America/New_York")
	check(t, err)
	columns := map[string]int{}
	for i, name := range rows[0] {
		columns[name] = i
	}
	for _, row := range rows[1:] {
		at, err := time.ParseInLocation("01/02/2006 03:04:05 PM", row[columns["OPEN_DT"]], eastern)
		check(t, err)
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
		all = append(all, request{
			ID: row[columns["CASE_ENQUIRY_ID"]], Status: row[columns["CASE_STATUS"]], Service: "needle", Notes: row[columns["CLOSURE_REASON"]],
			Requested: at.UTC().Format(time.RFC3339), Lat: row[columns["LATITUDE"]], Lon: row[columns["LONGITUDE"]],
		})
	}
	return all, first, last
}

func TestAYearOfBostonComesInOnce(t *testing.T) {
	all, first, last := boston(t)
	for name, pages := range map[string]paging{"in pages": fromOne, "without pages": ignored} {
		t.Run(name, func(t *testing.T) {
			c := newCity(t, all...)
			c.limit, c.pages = 50, pages
			w := newTown(t, c)
			w.options.From, w.options.To = first, last.Add(time.Second)
			result := w.mustPull()
			if len(all) != 622 || w.sum.Added+result.Open != 622 || w.sum.Refused != 0 || result.Cut != 0 {
				t.Errorf("of %d: %+v %+v", len(all), w.sum, result)
			}
			t.Logf("%d stored, %d open, %d questions", w.sum.Added, result.Open, result.Asked)
			w.options.TakeOpen = true
			w.mustPull()
			w.hasAll(c)
		})
	}
}
