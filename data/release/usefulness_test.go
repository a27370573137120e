package release

import (
	"context"
	"testing"

	"commonground/data"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/grid"
)

// twoYears is the made-up town with its two years of pickups.
func twoYears(t testing.TB, addresses []geo.Point) *town {
	w := newTown(t)
	w.today = day(t, "2026-11-25")
	for batch := range chunks(sample.Pickups(1, w.scheme, w.today), 1000) {
		if _, refused, err := w.Door.PutPickups(context.Background(), batch); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
	}
	w.scheme.Release.EpochWeeks = 104
	begin := Beginning{From: day(t, "2024-12-25"), Who: "test", Ground: Ground{Addresses: addresses}}
	if _, _, err := w.Begin(context.Background(), begin); err != nil {
		t.Fatal(err)
	}
	return w
}

func chunks(all []data.Pickup, size int) func(func([]data.Pickup) bool) {
	return func(yield func([]data.Pickup) bool) {
		for len(all) > 0 && yield(all[:min(size, len(all))]) {
			all = all[min(size, len(all)):]
		}
	}
}

// everywhere are addresses so close that all squares are of 250 m, as in terraced
// streets.
func everywhere(g grid.Grid) []geo.Point {
	var all []geo.Point
	for x := int32(-32); x < 32; x++ {
		for y := int32(-32); y < 32; y++ {
			lon, lat := g.Centre(grid.Square{X: x, Y: y})
			p, _ := geo.NewPoint(lon, lat)
			all = append(all, p, p, p, p, p)
		}
	}
	return all
}

// The usefulness of two years of editions, by how the ground is divided. The
// address rule protects more than the rule of counts: without it, in squares of
// 250 m alone, maps are finer until P6 makes them coarser.
func TestUsefulnessOfTwoYears(t *testing.T) {
	if testing.Short() {
		t.Skip("three times two years of editions")
	}
	grounds := []struct {
		name      string
		addresses func(*data.Scheme) []geo.Point
	}{
		{"by the town's addresses", func(*data.Scheme) []geo.Point { return sample.Addresses(1) }},
		{"without an address file", func(*data.Scheme) []geo.Point { return nil }},
		{"terraced streets everywhere", func(s *data.Scheme) []geo.Point { return everywhere(s.Grid) }},
	}
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range grounds {
		w := twoYears(t, g.addresses(scheme))
		sums, editions, coarsened := map[string]float64{}, 0, 0
		least := 1e9
		for in := periodSpan(w.scheme, day(t, "2024-12-25")); in.to+28 <= w.today; in = periodSpan(w.scheme, in.to) {
			d := w.draft(in.from.String())
			if details := d.Findings[0].Details; len(details) > 0 {
				coarsened++
				t.Logf("%s, from %v: %s", g.name, in.from, details[0])
			}
			for _, u := range d.Usefulness {
				sums[u.Name] += u.Value
				if u.Name == "search" {
					least = min(least, u.Value)
				}
			}
			w.sealed(in.from.String())
			editions++
		}
		n := float64(editions)
		t.Logf("%s: %d editions; shown %.0f %%, agreement %.2f, accuracy %.1f, search %.2f km² (least %.2f), %.1f times the staff's; made coarser than before in %d",
			g.name, editions, 100*sums["share shown"]/n, sums["agreement"]/n, sums["accuracy"]/n, sums["search"]/n, least, sums["search ratio"]/n, coarsened)
		if least < 0.5 || editions < 20 || sums["share shown"]/n < 0.4 {
			t.Errorf("%s: the floor is not kept, or nothing is left to see", g.name)
		}
	}
}
