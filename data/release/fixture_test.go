package release

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/grid"
)

// day reads a date of a test.
func day(t testing.TB, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// town is the made-up town with a store of its own, and a desk at it.
type town struct {
	*Desk
	t      testing.TB
	scheme *data.Scheme
	number int // of the last pickup
	today  data.Date
}

// The first period of tests.
const firstPeriod = "2019-04-24"

// newTown returns a town without pickups in which the two periods after the
// first are long over.
func newTown(t testing.TB) *town {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "town.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	door := intake.New(store)
	scheme, err := door.PutScheme(ctx, sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := door.PutBoundary(ctx, day(t, "2018-01-01"), nil, sample.Areas(1)); err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, scheme: scheme, today: day(t, "2019-08-01")}
	w.Desk = &Desk{
		Store: store, Door: door, Archive: Archive{Dir: filepath.Join(t.TempDir(), "editions")}, Tiles: bareTiles{},
		Now: func() time.Time { return w.today.In(scheme.Location).Add(12 * time.Hour) },
	}
	return w
}

// bareTiles draws nothing: what tiles hold is tested where they are drawn.
type bareTiles struct{}

func (bareTiles) Render(*Edition) ([]File, error) { return []File{{"map.pmtiles", []byte("-")}}, nil }

// begun is a town with an epoch from the first period on.
func begun(t testing.TB) *town {
	w := newTown(t)
	if _, _, err := w.Begin(context.Background(), Beginning{From: day(t, firstPeriod), Who: "test"}); err != nil {
		t.Fatal(err)
	}
	return w
}

// at returns the middle of a square of 125 m, so many of them east and north of
// the middle of the town.
func (w *town) at(east, north int32) geo.Point {
	lon, lat := w.scheme.Grid.Centre(grid.Square{X: east, Y: north})
	p, err := geo.NewPoint(lon, lat)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// pick has a crew find needles at a place on some days, so many a day.
func (w *town) pick(p geo.Point, items int, days ...data.Date) {
	w.t.Helper()
	var batch []data.Pickup
	for _, d := range days {
		w.number++
		batch = append(batch, data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprint(w.number)}, Position: data.Position{Point: &p},
			At: data.DayOf(d, w.scheme.Location), Found: []data.Quantity{{Kind: "needle", Items: items}},
		})
	}
	if _, refused, err := w.Door.PutPickups(context.Background(), batch); err != nil || len(refused) > 0 {
		w.t.Fatal(err, refused)
	}
}

// busy has finds in some squares of 500 m that are shown, in several periods.
func (w *town) busy(periods int) {
	from := day(w.t, firstPeriod)
	for range periods {
		for k := range int32(6) {
			w.pick(w.at(k*8-20, k*4-12), 6+int(k), from+1, from+9, from+17, from+23)
		}
		from += 28
	}
}

func (w *town) draft(period string) *Draft {
	w.t.Helper()
	d, err := w.Draft(context.Background(), day(w.t, period), "anna")
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// sealed signs and seals the edition of a period.
func (w *town) sealed(period string) data.Sealing {
	w.t.Helper()
	ctx, d := context.Background(), w.draft(period)
	for _, who := range []string{"anna", "ben"} {
		if err := w.Sign(ctx, day(w.t, period), d.SHA256, who, who); err != nil {
			w.t.Fatal(err)
		}
	}
	s, err := w.Seal(ctx, day(w.t, period), d.SHA256, "anna")
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}
