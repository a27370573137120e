package releasetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/release"
	"commonground/data/report"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/tiles"
)

// world is all that is in a store: what a release is made from, and what it must
// not be made from.
type world struct {
	t         testing.TB
	pickups   []data.Pickup
	incidents []data.Incident
	returns   []intake.Returned // of the police
	// addresses decide how the ground is divided.
	addresses []geo.Point
	now       time.Time
}

var (
	scheme = func() *data.Scheme {
		s, err := data.ParseScheme(sample.SchemeText())
		if err != nil {
			panic(err)
		}
		return s
	}()
	areas = sample.Areas(1)
	from  = mustDate("2019-04-24")
	to    = from + 28
)

func mustDate(text string) data.Date {
	d, err := data.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// newWorld makes up a store: terraces here and there, some places where much is
// found often, many where little is, and calls to the line.
func newWorld(t testing.TB, seed uint64) *world {
	r := rand.New(rand.NewPCG(seed, 1))
	w := &world{t: t, now: (to + 70).In(scheme.Location)}
	for range 30 {
		x, y := int32(r.IntN(48)-24), int32(r.IntN(48)-24)
		for range 30 {
			w.addresses = append(w.addresses, w.place(r, grid.Square{X: x + int32(r.IntN(4)), Y: y + int32(r.IntN(4))}))
		}
	}
	for range 8 + r.IntN(6) {
		w.spot(r, 4+r.IntN(5), 1+r.IntN(40))
	}
	for range 30 {
		w.spot(r, 1, 1+r.IntN(4))
	}
	w.calls(r)
	return w
}

// outcomes are those of the scheme that have no parts.
var outcomes = []string{
	"spoken_to", "arrested_other_offence", "official_warning", "ran_off", "attended_nothing_found", "welfare_concern_from_service",
	"not_responded", "reported_later", "soliciting_of_other_person", "not_related",
}

// calls has people call the line, seldom or often of each outcome, and the police
// return a little more than that of what their figures cover.
func (w *world) calls(r *rand.Rand) {
	for _, outcome := range outcomes {
		n := r.IntN(10)
		if r.IntN(3) == 0 {
			n = 10 + r.IntN(40)
		}
		for range n {
			p := w.place(r, somewhere(r))
			at := data.DayOf(from+data.Date(r.IntN(28)), scheme.Location)
			w.incidents = append(w.incidents, data.Incident{
				Key: data.Key{Source: "line", Ref: fmt.Sprint(len(w.incidents))}, Position: data.Position{Point: &p},
				Received: at, Happened: at, Category: data.Harm, Outcome: outcome,
			})
		}
		for i := range scheme.Measures {
			if m := &scheme.Measures[i]; m.Covers == outcome {
				more := int64(n + r.IntN(12))
				w.returns = append(w.returns, intake.Returned{Measure: m.ID, From: from, To: to, Value: &more})
			}
		}
	}
}

func somewhere(r *rand.Rand) grid.Square {
	return grid.Square{X: int32(r.IntN(36) - 18), Y: int32(r.IntN(28) - 14)}
}

// place returns a place in a square of 125 m, clear of its edges.
func (w *world) place(r *rand.Rand, s grid.Square) geo.Point {
	lon, lat := scheme.Grid.Centre(s)
	p, err := geo.NewPoint(lon+(r.Float64()-0.5)*0.0015, lat+(r.Float64()-0.5)*0.0009)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// spot has crews come to a place so many times in the period and in the next one.
func (w *world) spot(r *rand.Rand, visits, items int) {
	s := somewhere(r)
	for _, first := range []data.Date{from, to} {
		for range visits {
			p := w.place(r, s)
			at := data.InstantOf((first + data.Date(r.IntN(28))).In(scheme.Location).Add(time.Duration(8*60+r.IntN(300)) * time.Minute))
			w.add(data.Pickup{Position: data.Position{Point: &p}, At: at, Found: []data.Quantity{{Kind: kinds[r.IntN(3)], Items: r.IntN(items + 1)}}})
		}
	}
}

var kinds = []string{"condom_unused", "condom_used", "needle"}

// add puts a pickup in, with a reference of its own.
func (w *world) add(p data.Pickup) {
	p.Key = data.Key{Source: "crew", Ref: fmt.Sprintf("%05d", len(w.pickups))}
	w.pickups = append(w.pickups, p)
}

// copy returns a world that can be changed apart from this one.
func (w *world) copy() *world {
	c := *w
	c.pickups, c.incidents = slices.Clone(w.pickups), slices.Clone(w.incidents)
	for i := range c.pickups {
		c.pickups[i].Found = slices.Clone(c.pickups[i].Found)
	}
	return &c
}

// inPeriod returns the numbers of the pickups of the period.
func (w *world) inPeriod() []int {
	var all []int
	for i := range w.pickups {
		if d := data.DateOf(w.pickups[i].At.At.In(scheme.Location)); from <= d && d < to {
			all = append(all, i)
		}
	}
	return all
}

// desk puts the world into a store of its own, through the door, and begins an
// epoch.
func (w *world) desk() (*release.Desk, func()) {
	ctx := context.Background()
	dir := w.t.TempDir()
	store, err := sqlite.Open(ctx, filepath.Join(dir, "world.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	door := intake.New(store)
	_, err = door.PutScheme(ctx, sample.SchemeText())
	if err == nil {
		_, err = door.PutBoundary(ctx, from-500, nil, areas)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.put(door)
	desk := &release.Desk{
		Store: store, Door: door, Archive: release.Archive{Dir: filepath.Join(dir, "editions")}, Tiles: tiles.Editions{},
		Accounts: report.Accounts{Store: store}, Now: func() time.Time { return w.now },
	}
	begin := release.Beginning{From: from, Who: "test", Ground: release.Ground{Addresses: w.addresses}}
	if _, _, err := desk.Begin(ctx, begin); err != nil {
		w.t.Fatal(err)
	}
	return desk, func() { _ = store.Close() }
}

func (w *world) put(door *intake.Door) {
	ctx := context.Background()
	_, refused, err := door.PutPickups(ctx, w.pickups)
	if err != nil || len(refused) > 0 {
		w.t.Fatal(err, refused)
	}
	if _, refused, err = door.PutIncidents(ctx, w.incidents); err != nil || len(refused) > 0 {
		w.t.Fatal(err, refused)
	}
	if _, wrong, err := door.PutReturns(ctx, w.returns, intake.Returner{Agency: "police", Who: "test", At: w.now}); err != nil || len(wrong) > 0 {
		w.t.Fatal(err, wrong)
	}
}
