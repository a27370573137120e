package report_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/data/report"
	"commonground/data/sample"
	"commonground/geo"
)

// BenchmarkReport is of five years with a million pickups around 300 spots and
// twenty thousand contacts, from a cube that is loaded.
func BenchmarkReport(b *testing.B) {
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		b.Fatal(err)
	}
	timeline, err := geo.NewTimeline([]geo.Boundary{{Version: 1, From: time.Unix(0, 0), Areas: sample.Areas(1)}})
	if err != nil {
		b.Fatal(err)
	}
	in := report.Input{
		Scheme: scheme, Period: 20_753, Cube: fiveYears(scheme, timeline, 1_000_000), Made: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC),
		Incidents: manyContacts(scheme, timeline, 20_000), Returns: sample.Returns(1, scheme, 20_782),
	}
	in.Period = report.LastPeriod(scheme, data.DateOf(in.Made)).From
	b.Run("numbers", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r := mustMake(b, in)
			b.ReportMetric(float64(r.Line.N), "contacts")
			b.ReportMetric(float64(r.Cleansing.Total.Visits), "visits")
		}
	})
	made := mustMake(b, in)
	for _, format := range report.Formats() {
		b.Run("as "+format.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := format.Write(made, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func fiveYears(scheme *data.Scheme, timeline *geo.Timeline, n int) *cube.Cube {
	random := rand.New(rand.NewPCG(1, 2))
	often := rand.NewZipf(random, 1.1, 3, 299)
	spots := make([][2]float64, 300)
	for i := range spots {
		spots[i] = [2]float64{random.Float64(), random.Float64()}
	}
	visits := make([]data.Visit, n)
	for i := range visits {
		at := [2]float64{random.Float64(), random.Float64()}
		if random.IntN(5) > 0 {
			spot := spots[often.Uint64()]
			at = [2]float64{spot[0] + random.NormFloat64()*0.005, spot[1] + random.NormFloat64()*0.005}
		}
		v := data.Visit{
			Located: true, Point: geo.Point{Lon: -24_500_000 + int32(at[0]*700_000), Lat: 546_900_000 + int32(at[1]*500_000)},
			At:    data.InstantOf(moment(i, n)),
			Found: []data.Quantity{{Kind: "condom_unused", Items: random.IntN(2)}, {Kind: "condom_used", Items: random.IntN(4)}, {Kind: "needle", Items: random.IntN(3) / 2}},
		}
		place := timeline.Place(v.Point, 0, v.At.At)
		v.Class, v.Area = place.Class, place.Area
		visits[i] = v
	}
	return cube.Load(scheme, visits)
}

// moment is when the i-th of n records of five years is of.
func moment(i, n int) time.Time {
	return time.Date(2021, 11, 24, 6, 0, 0, 0, time.UTC).Add(time.Duration(i) * (5 * 365 * 24 * time.Hour / time.Duration(n)))
}

func manyContacts(scheme *data.Scheme, timeline *geo.Timeline, n int) *incidents.Set {
	like := sample.Incidents(1, scheme, 20_782)
	all := make([]data.Incident, n)
	for i := range all {
		all[i] = like[i%len(like)]
		all[i].Ref, all[i].Received = fmt.Sprint(i), data.InstantOf(moment(i, n))
		all[i].Locate(timeline, scheme, all[i].Happened)
	}
	return incidents.New(scheme, 0, all, nil)
}
