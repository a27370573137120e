package quality_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"commonground/data"
	"commonground/data/quality"
	"commonground/data/sample"
	"commonground/geo"
)

// made is a source that the made-up records of these tests are from.
type made struct {
	scheme  *data.Scheme
	pickups []data.Pickup
}

// put adds records at a point, each on a day of its own, but for so many on one.
func (m *made) put(point geo.Point, records, onOneDay int) {
	for i := range records {
		day := data.Date(20000 + 3*max(0, i-onOneDay+1))
		m.pickups = append(m.pickups, pickup("city", fmt.Sprint(len(m.pickups)), data.DayOf(day, m.scheme.Location), &point))
	}
}

// ordinary adds addresses 300 m from each other, with 1 to 4 records each: 80 records in 40 places.
func (m *made) ordinary() {
	for i := range 40 {
		m.put(*inTown(float64(i%8)*300, float64(i/8)*300), []int{1, 1, 1, 2, 1, 4, 3, 3}[i%8], 0)
	}
}

// withDefault returns records of a source that has one.
func withDefault(scheme *data.Scheme) []data.Pickup {
	m := &made{scheme: scheme}
	m.ordinary()
	m.put(*inTown(150, 150), 30, 0)
	return m.pickups
}

func TestPointThatManyAddressesShareIsFlagged(t *testing.T) {
	townHall := *inTown(150, 150) // alone: 212 m from any other
	lane := func(n int) geo.Point { return *inTown(150+float64(n%9)*4, 150+float64(n/9)*4) }
	for _, test := range []struct {
		name string
		fill func(*made)
		want int // records at default points
	}{
		{"a default", func(m *made) { m.put(townHall, 20, 0) }, 20},
		{"a default, half of it on one day", func(m *made) { m.put(townHall, 30, 15) }, 30},
		{"one large clean-up", func(m *made) { m.put(townHall, 30, 30) }, 0},
		{"one large clean-up and some visits", func(m *made) { m.put(townHall, 37, 30) }, 0},
		{"five days with many each", func(m *made) {
			for range 5 {
				m.put(townHall, 5, 0)
			}
		}, 0},
		{"six days with many each", func(m *made) {
			for range 5 {
				m.put(townHall, 6, 0)
			}
		}, 30},
		{"twice as many as elsewhere", func(m *made) { m.put(townHall, 8, 0) }, 0},
		{"two defaults", func(m *made) { m.put(townHall, 40, 0); m.put(*inTown(750, 750), 25, 0) }, 65},
		{"a busy lane with fixes that differ by metres", func(m *made) {
			for n := range 60 {
				m.put(lane(n), 1, 0)
			}
		}, 0},
		{"a busy lane, most of it at one door", func(m *made) {
			m.put(townHall, 20, 0)
			for n := range 10 {
				m.put(lane(n+1), 1, 0)
			}
		}, 0},
		{"a default so large that a busy lane around it is no excuse", func(m *made) {
			m.put(townHall, 60, 0)
			for n := range 30 {
				m.put(lane(n+1), 1, 0)
			}
		}, 60},
		{"many busy points", func(m *made) {
			for n := range 10 {
				m.put(*inTown(float64(n)*300+150, 150), 20, 0)
			}
		}, 0},
		{"a large source in which it is a trifle", func(m *made) {
			m.put(townHall, 20, 0)
			for n := range 2000 {
				m.put(*inTown(float64(n%50)*300, 3000+float64(n/50)*300), 1, 0)
			}
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &made{scheme: scheme(t)}
			m.ordinary()
			test.fill(m)
			got := survey(t, m.pickups)
			records := 0
			for _, p := range got.DefaultPoints {
				records += p.Records
			}
			if records != test.want || got.Total.DefaultPoint != test.want || got.Total.Records != len(m.pickups) {
				t.Errorf("%d at %v, counted %d of %d, want %d of %d", records, got.DefaultPoints, got.Total.DefaultPoint, got.Total.Records, test.want, len(m.pickups))
			}
		})
	}
}

func TestSourceWithFewPlacesTellsNothingOfDefaults(t *testing.T) {
	m := &made{scheme: scheme(t)}
	for n := range 19 {
		m.put(*inTown(float64(n)*300, 0), 1, 0)
	}
	m.put(*inTown(0, 5000), 30, 0)
	if got := survey(t, m.pickups); len(got.DefaultPoints) > 0 {
		t.Errorf("flagged %+v", got.DefaultPoints)
	}
	m.put(*inTown(0, 1000), 1, 0)
	if got := survey(t, m.pickups); len(got.DefaultPoints) != 1 {
		t.Errorf("with 20 others: flagged %+v", got.DefaultPoints)
	}
}

func TestDefaultOfOneSourceIsOneForAll(t *testing.T) {
	all := withDefault(scheme(t))
	other := pickup("charity", "1", instant(t, "09:00"), inTown(150, 150))
	other.Place.Class = geo.Managed
	got := survey(t, append(all, other))
	if len(got.DefaultPoints) != 1 {
		t.Fatalf("flagged %+v", got.DefaultPoints)
	}
	p := got.DefaultPoints[0]
	if p.Point != *inTown(150, 150) || p.Records != 31 || !slices.Equal(p.Sources, []string{"charity", "city"}) || !slices.Equal(p.Classes, []geo.Class{geo.Outside, geo.Managed}) {
		t.Errorf("%+v", p)
	}
}

// TestSnappedPointsStandTogether: all records of a source lie on a list of points,
// as those of police.uk do, and fall off as 1/rank.
func TestSnappedPointsStandTogether(t *testing.T) {
	m := &made{scheme: scheme(t)}
	for n := range 200 {
		m.put(*inTown(float64(n%20)*400, float64(n/20)*400), int(math.Ceil(80/(float64(n)+1.5))), 0)
	}
	if got := survey(t, m.pickups); len(got.DefaultPoints) > 0 {
		t.Errorf("flagged %+v", got.DefaultPoints)
	}
}

func TestRowsCountOnlyWhatIsAskedFor(t *testing.T) {
	all := withDefault(scheme(t))
	s := quality.New(scheme(t), now)
	s.Counted = func(key data.Key) bool { return key.Ref == all[len(all)-1].Ref }
	for i := range all {
		s.Pickup(&all[i])
	}
	got := s.Report()
	if got.Total.Records != 1 || got.Total.DefaultPoint != 1 || len(got.Rows) != 1 || got.DefaultPoints[0].Records != 1 {
		t.Errorf("%+v", got)
	}
}

func TestMadeUpTownHasNoDefault(t *testing.T) {
	if got := survey(t, sample.Pickups(1, scheme(t), data.DateOf(now))); len(got.DefaultPoints) > 0 || got.Total.Records < 10_000 {
		t.Errorf("%+v of %d", got.DefaultPoints, got.Total.Records)
	}
}
