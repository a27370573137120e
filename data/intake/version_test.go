package intake_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

// crowd is records all over Testham, of half a year, some without a place, an
// hour or a day.
func crowd(t testing.TB, w town, n int) {
	t.Helper()
	zone := london(t)
	var pickups []data.Pickup
	var incidents []data.Incident
	for i := range n {
		at := mustDate(t, "2019-03-01") + data.Date(i*180/n)
		when := data.InstantOf(at.In(zone).Add(time.Duration(i) * time.Hour))
		switch i % 10 {
		case 3:
			when = data.DayOf(at, zone)
		case 7:
			when = data.MonthOf(2019, at.In(time.UTC).Month(), zone)
		}
		position := data.Position{AccuracyM: float64(i % 4 * 20)}
		if i%9 != 0 {
			position.Point = &geo.Point{Lon: -16_200_000 + int32(i*7919%1_400_000), Lat: 537_500_000 + int32(i*104_729%800_000)}
		}
		pickups = append(pickups, data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprint(i)}, Position: position, At: when,
			Found: []data.Quantity{{Kind: "condom_used", Items: i % 3}, {Kind: "needle", Items: i % 5}},
		})
		incidents = append(incidents, data.Incident{
			Key: data.Key{Source: "line", Ref: fmt.Sprint(i)}, Position: position, Category: data.Nuisance,
			Happened: when, Received: data.DayOf(at+10, zone),
		})
	}
	w.putPickups(pickups...)
	if _, refusals, err := w.door.PutIncidents(t.Context(), incidents); err != nil || len(refusals) > 0 {
		t.Fatal(err, refusals)
	}
}

// anyAreas draws up to three areas in and around Testham.
func anyAreas(t *rapid.T) []geo.Area {
	var areas []geo.Area
	for _, id := range []string{"a", "b", "m"}[:rapid.IntRange(0, 3).Draw(t, "areas")] {
		west, south := rapid.Float64Range(-1.62, -1.5).Draw(t, "west"), rapid.Float64Range(53.75, 53.82).Draw(t, "south")
		class := rapid.SampledFrom([]geo.Class{geo.Managed, geo.Residential, geo.NonResidential}).Draw(t, "class")
		areas = append(areas, box(id, class, west, south, west+0.06, south+0.04))
	}
	return areas
}

// anySpan draws a span of days around those of the crowd.
func anySpan(t *rapid.T) (from data.Date, to *data.Date) {
	from = 17_900 + data.Date(rapid.Int32Range(0, 300).Draw(t, "from"))
	if rapid.Bool().Draw(t, "ends") {
		end := from + data.Date(rapid.Int32Range(1, 200).Draw(t, "days"))
		to = &end
	}
	return from, to
}

// tallies count records by week and class.
type tallies map[string]intake.Tally

func (s tallies) add(key string, sign int64, t intake.Tally) {
	sum := s[key]
	if sum.Items == nil {
		sum.Items = make([]int64, len(t.Items))
	}
	sum.Visits += sign * t.Visits
	sum.Incidents += sign * t.Incidents
	for i, n := range t.Items {
		sum.Items[i] += sign * n
	}
	s[key] = sum
}

// count counts everything in the store by week and class.
func (w town) count() tallies {
	settings, err := w.door.Settings(w.t.Context())
	check(w.t, err)
	sums := tallies{}
	for _, p := range w.storedPickups() {
		t := intake.Tally{Visits: 1, Items: make([]int64, 2)}
		for _, found := range p.Found {
			kind, _ := settings.Scheme.KindIndex(found.Kind)
			t.Items[kind] += int64(found.Items)
		}
		sums.add(fmt.Sprint(settings.Scheme.WeekOf(p.At), p.Place.Class), 1, t)
	}
	for _, i := range w.storedIncidents() {
		sums.add(fmt.Sprint(settings.Scheme.WeekOf(i.Received), i.Place.Class), 1, intake.Tally{Incidents: 1, Items: make([]int64, 2)})
	}
	return sums
}

// apply adds what a preview says to counts.
func (s tallies) apply(p intake.Preview) {
	for _, row := range p.Classes {
		s.add(fmt.Sprint(row.Week, row.Before), -1, row.Tally)
		s.add(fmt.Sprint(row.Week, row.After), 1, row.Tally)
	}
}

func (s tallies) equal(other tallies) bool {
	none := func(t intake.Tally) bool {
		return t.Records() == 0 && !slices.ContainsFunc(t.Items, func(n int64) bool { return n != 0 })
	}
	for key, t := range s {
		if !none(t) && !reflect.DeepEqual(t, other[key]) {
			return false
		}
	}
	for key, t := range other {
		if !none(t) && !reflect.DeepEqual(t, s[key]) {
			return false
		}
	}
	return true
}

// moved counts the records of each sort whose place is another now, versions
// aside.
func moved(before, after []geo.Place) (classes, areas, marks int64) {
	for i := range before {
		a, b := before[i], after[i]
		a.Version, b.Version = 0, 0
		switch {
		case a.Class != b.Class:
			classes++
		case a.Area != b.Area:
			areas++
		case a != b:
			marks++
		}
	}
	return classes, areas, marks
}

func (w town) places() []geo.Place {
	var places []geo.Place
	for _, p := range w.storedPickups() {
		places = append(places, p.Place)
	}
	for _, i := range w.storedIncidents() {
		places = append(places, i.Place)
	}
	return places
}

func TestPreviewSaysWhatIsDoneForAnyTwoVersions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newTown(t, schemeText, managed, residential)
		crowd(t, w, 60)
		var before [][]geo.Place // the places before each version put in
		for range rapid.IntRange(1, 4).Draw(rt, "changes") {
			counts, places := w.count(), w.places()
			var p intake.Preview
			if n := len(before); n > 0 && rapid.Bool().Draw(rt, "undo") {
				p = w.previewedUndo(rt)
				if !slices.Equal(w.places(), before[n-1]) {
					rt.Fatal("the places after the undo are not those before the version")
				}
				before = before[:n-1]
			} else {
				p = w.previewedPut(rt)
				before = append(before, places)
			}
			counts.apply(p)
			if !counts.equal(w.count()) {
				rt.Fatalf("counts before and the preview are %v, the counts after %v", counts, w.count())
			}
			classes, areas, marks := moved(places, w.places())
			total := p.Total()
			if total.Records() != classes || p.AreaOnly.Records() != areas || p.MarkOnly.Records() != marks {
				rt.Fatalf("previewed %d, %d and %d; moved %d, %d and %d", total.Records(), p.AreaOnly.Records(), p.MarkOnly.Records(), classes, areas, marks)
			}
		}
		check(t, w.store.Close())
	})
}

// previewedPut puts in a version and returns what was previewed of it.
func (w town) previewedPut(rt *rapid.T) intake.Preview {
	areas := anyAreas(rt)
	from, to := anySpan(rt)
	p, err := w.door.Preview(w.t.Context(), from, to, areas)
	check(w.t, err)
	b, err := w.door.PutBoundary(w.t.Context(), from, to, areas)
	check(w.t, err)
	if b.Version != p.Boundary.Version {
		rt.Fatalf("version %d was put in, and %d previewed", b.Version, p.Boundary.Version)
	}
	return p
}

// previewedUndo takes a version back and returns what was previewed of that.
func (w town) previewedUndo(rt *rapid.T) intake.Preview {
	p, err := w.door.PreviewUndo(w.t.Context(), 0)
	check(w.t, err)
	b, err := w.door.Undo(w.t.Context(), p.Boundary.Version)
	check(w.t, err)
	if b.Withdrawn == 0 || b.Version != p.Boundary.Version {
		rt.Fatalf("version %d was taken back, marked %d", b.Version, b.Withdrawn)
	}
	return p
}

func TestPreviewAddsUp(t *testing.T) {
	w := newTown(t, schemeText, managed, residential)
	crowd(t, w, 300)
	p, err := w.door.Preview(t.Context(), mustDate(t, "2019-04-01"), nil, []geo.Area{residential})
	check(t, err)
	total := p.Total()
	if total.Visits == 0 || total.Incidents == 0 || total.Items[0] == 0 || total.Items[1] == 0 {
		t.Fatalf("nothing changes: %+v", total)
	}
	for name, rows := range map[string][]intake.ClassChange{"by class": p.ByClass(), "by week": p.ByWeek(), "all": p.Classes} {
		sums := tallies{}
		for i, row := range rows {
			sums.add("", 1, row.Tally)
			if i > 0 && row.Week < rows[i-1].Week {
				t.Errorf("%s: week %d comes after %d", name, row.Week, rows[i-1].Week)
			}
		}
		if !reflect.DeepEqual(sums[""], total) {
			t.Errorf("%s: the rows sum to %+v, want %+v", name, sums[""], total)
		}
	}
	if first := p.Classes[0]; first.Week != data.Undated || first.Before != geo.Managed || first.After != geo.Residential {
		t.Errorf("the first row is %+v; what is undated comes first", first)
	}
	if rows := p.ByClass(); len(rows) != 1 {
		t.Errorf("by class there are %d rows: %+v", len(rows), rows)
	}
}

func TestPreviewStoresNothing(t *testing.T) {
	w := newTown(t, schemeText, managed)
	crowd(t, w, 50)
	before, err := w.store.Settings(t.Context())
	check(t, err)
	places := w.places()
	_, err = w.door.Preview(t.Context(), mustDate(t, "2019-04-01"), nil, []geo.Area{residential})
	check(t, err)
	_, err = w.door.PreviewUndo(t.Context(), 1)
	check(t, err)
	after, err := w.store.Settings(t.Context())
	check(t, err)
	if !reflect.DeepEqual(before, after) || !slices.Equal(places, w.places()) {
		t.Error("the store has changed")
	}
}

func TestUndoTakesBackOneVersionAfterTheOther(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups(oneOfEach, intake.Options{}).came(t, 1, 0, 0)
	w.putBoundary("2019-04-01", "", residential)
	w.putBoundary("2019-04-20", "2019-05-01", managed)
	for _, want := range []struct {
		version int64
		class   geo.Class
	}{{3, geo.Residential}, {2, geo.Managed}, {1, geo.Unclassified}} {
		if _, err := w.door.Undo(t.Context(), want.version+1); err == nil || !strings.Contains(err.Error(), "version: the latest that stands is") {
			t.Errorf("another version than %d was taken back: %v", want.version, err)
		}
		b, err := w.door.Undo(t.Context(), 0)
		check(t, err)
		place := w.only().Place
		if b.Version != want.version || b.Withdrawn == 0 || place.Class != want.class {
			t.Errorf("version %d was taken back, and the pickup is %v; want %d and %v", b.Version, place.Class, want.version, want.class)
		}
	}
	if _, err := w.door.Undo(t.Context(), 0); !errors.Is(err, intake.ErrNoVersion) {
		t.Errorf("without a version left: %v", err)
	}
	if _, err := w.door.PreviewUndo(t.Context(), 0); !errors.Is(err, intake.ErrNoVersion) {
		t.Errorf("previewed without a version left: %v", err)
	}
	if b := w.putBoundary("2019-01-01", "", residential); b.Version != 4 {
		t.Errorf("the next version is %d", b.Version)
	}
	past, err := w.store.Before(t.Context(), data.PickupSort, w.only().Key)
	check(t, err)
	var classes []geo.Class
	for _, p := range past {
		classes = append(classes, p.Place.Class)
	}
	if want := []geo.Class{geo.Managed, geo.Residential, geo.Managed, geo.Residential, geo.Managed, geo.Unclassified}; !slices.Equal(classes, want) {
		t.Errorf("the answers before were %v, want %v", classes, want)
	}
}

func TestTwoDoorsPutInVersionsAtOnce(t *testing.T) {
	w := newTown(t, schemeText)
	w.pickups(oneOfEach, intake.Options{}).came(t, 1, 0, 0)
	doors := []*intake.Door{w.door, intake.New(w.store)}
	areas := [][]geo.Area{{managed}, {residential}}
	errs := make(chan error)
	for i, door := range doors {
		go func() {
			for range 10 {
				if _, err := door.PutBoundary(t.Context(), 17_900, nil, areas[i]); err != nil && !errors.Is(err, data.ErrStale) {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range doors {
		check(t, <-errs)
	}
	// Whichever came last, every door answers by it.
	stored, err := w.store.Settings(t.Context())
	check(t, err)
	want := stored.Boundaries[len(stored.Boundaries)-1].Areas[0].Class
	for _, door := range doors {
		settings, err := door.Reload(t.Context())
		check(t, err)
		got := settings.Place(data.Position{Point: &geo.Point{Lon: -15_500_000, Lat: 537_900_000}}, data.DayOf(18_000, time.UTC)).Class
		if got != want || w.only().Place.Class != want {
			t.Errorf("a door answers %v, the store has %v; want %v", got, w.only().Place.Class, want)
		}
	}
}
