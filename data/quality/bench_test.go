package quality_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/quality"
	"commonground/geo"
)

// million are made-up pickups of three years and of five sources: most lie around
// 2,000 busy spots, with fixes that differ by metres, one in fifty at a default
// point, and one in twenty of a source is another's as well.
func million() []data.Pickup {
	dice := rand.New(rand.NewPCG(1, 2))
	from := now.AddDate(-3, 0, 0)
	var spots []geo.Point
	for range 2000 {
		spots = append(spots, *inTown(dice.Float64()*8000, dice.Float64()*8000))
	}
	all := make([]data.Pickup, 0, 1_000_000)
	for i := range cap(all) {
		p := pickup(fmt.Sprint("source", i%5), fmt.Sprint(i), data.InstantOf(from.Add(time.Duration(dice.IntN(3*365*24*3600))*time.Second)), nil)
		point := spots[int(float64(len(spots))*dice.Float64()*dice.Float64())]
		point.Lon, point.Lat = point.Lon+int32(dice.IntN(2000)), point.Lat+int32(dice.IntN(1200))
		switch {
		case dice.IntN(50) == 0:
			point = spots[0]
		case i > 0 && dice.IntN(20) == 0 && all[i-1].Point != nil:
			p.At, point = all[i-1].At, *all[i-1].Point
		}
		p.Point = &point
		all = append(all, p)
	}
	return all
}

// BenchmarkMillion also tells what a survey of a million keeps, without the records.
func BenchmarkMillion(b *testing.B) {
	scheme, all := scheme(b), million()
	b.ReportAllocs()
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := quality.New(scheme, now)
		for i := range all {
			s.Pickup(&all[i])
		}
		taken := time.Now()
		report := s.Report()
		b.ReportMetric(time.Since(taken).Seconds(), "s/report")
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-kept")
		b.ReportMetric(float64(report.Total.Duplicates), "duplicates")
		b.ReportMetric(float64(report.Total.DefaultPoint), "at-default")
		runtime.KeepAlive(s)
	}
}
