package releasetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// check is a property of disclosure.md, tried on one made-up store. It returns how
// the publisher breaks it.
type check struct {
	name string
	try  func(t testing.TB, seed uint64, publish publisher) error
}

var checks = []check{
	{"P1 what is no pickup has no effect beside the report", nonInterference},
	{"P2 the map is coarse in place, time, rows, kinds and crews", coarsening},
	{"P3 a square that is not shown says nothing", smallChanges},
	{"P4 the map is a function of one value of four", boundedInformation},
	{"rounding: what rounds to the same is published the same", roundedAlone},
	{"presence: which files there are follows from the ground", presence},
	{"zooms: each zoom says what the map says and no more", everyZoomTheSame},
	{"clock: when it is made has no effect", noClock},
	{"report: what is few of contacts stays few", fewStaysFew},
	{"P5 what the files say is what was audited", auditedAlone},
}

// same publishes two worlds, and returns where they differ among what must not.
func same(publish publisher, a, b *world, must func(string) bool) error {
	before, err := publish(a)
	if err != nil {
		return err
	}
	after, err := publish(b)
	if err != nil {
		return err
	}
	if path := differs(before, after, must); path != "" {
		return leak{path}
	}
	return nil
}

// leak is where something shows that must not.
type leak struct{ where string }

func (l leak) Error() string { return "leaks: " + l.where }

func nonInterference(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	r := rand.New(rand.NewPCG(seed, 2))
	other := w.copy()
	for i := range other.incidents {
		p := w.place(r, somewhere(r))
		when := data.DayOf(from+data.Date(r.IntN(28)), scheme.Location)
		other.incidents[i].Point, other.incidents[i].Received, other.incidents[i].Happened = &p, when, when
		other.incidents[i].Category, other.incidents[i].Outcome = data.Nuisance, "ran_off"
	}
	other.incidents = other.incidents[r.IntN(len(other.incidents)):]
	for range r.IntN(40) {
		again := w.incidents[r.IntN(len(w.incidents))]
		again.Ref, again.Outcome = fmt.Sprint("more", len(other.incidents)), "ran_off"
		other.incidents = append(other.incidents, again)
	}
	withoutReport := func(w *world) (view, error) {
		v, err := publish(w)
		if err != nil {
			return nil, err
		}
		return v.withoutReport()
	}
	return same(withoutReport, w, other, everything)
}

// coarsening changes everything of the pickups of the period that P2 names.
func coarsening(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	r := rand.New(rand.NewPCG(seed, 3))
	for _, change := range []struct {
		name string
		of   func(w *world, r *rand.Rand)
		must func(string) bool
	}{
		{"moved within their squares", moveWithin, ofMap},
		{"at another time of the day", otherTimes, everything},
		{"split into rows of one day", splitRows, everything},
		{"of other kinds", otherKinds, ofMap},
		{"of another kind of the family", otherKindsOfFamily, everything},
		{"in another order, by another crew", otherOrder, everything},
	} {
		other := w.copy()
		change.of(other, r)
		if err := same(publish, w, other, change.must); err != nil {
			return fmt.Errorf("pickups %s: %w", change.name, err)
		}
	}
	return nil
}

// moveWithin moves each pickup to another place of its square of 125 m, which lies
// within whatever square the map has there.
func moveWithin(w *world, r *rand.Rand) {
	for _, i := range w.inPeriod() {
		square, _ := scheme.Grid.Square(*w.pickups[i].Point)
		p := w.place(r, square)
		w.pickups[i].Point = &p
	}
}

func otherTimes(w *world, r *rand.Rand) {
	for _, i := range w.inPeriod() {
		d := data.DateOf(w.pickups[i].At.At.In(scheme.Location))
		w.pickups[i].At = data.InstantOf(d.In(scheme.Location).Add(time.Duration(r.IntN(24*60)) * time.Minute))
		if r.IntN(3) == 0 {
			w.pickups[i].At = data.DayOf(d, scheme.Location)
		}
	}
}

func splitRows(w *world, r *rand.Rand) {
	for _, i := range w.inPeriod() {
		if items := w.pickups[i].Found[0].Items; items > 1 {
			part := w.pickups[i]
			part.Found = []data.Quantity{{Kind: part.Found[0].Kind, Items: 1 + r.IntN(items-1)}}
			w.pickups[i].Found[0].Items -= part.Found[0].Items
			w.add(part)
		}
	}
}

func otherKinds(w *world, r *rand.Rand) {
	for _, i := range w.inPeriod() {
		w.pickups[i].Found[0].Kind = kinds[r.IntN(3)]
	}
}

func otherKindsOfFamily(w *world, r *rand.Rand) {
	for _, i := range w.inPeriod() {
		if w.pickups[i].Found[0].Kind != "needle" {
			w.pickups[i].Found[0].Kind = kinds[r.IntN(2)]
		}
	}
}

func otherOrder(w *world, r *rand.Rand) {
	r.Shuffle(len(w.pickups), func(i, j int) { w.pickups[i], w.pickups[j] = w.pickups[j], w.pickups[i] })
	for i := range w.pickups {
		w.pickups[i].Key = data.Key{Source: []string{"north", "south"}[r.IntN(2)], Ref: fmt.Sprintf("%x", r.Uint64())}
	}
}

// smallChanges changes squares that are not shown in ways that leave them so.
func smallChanges(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	hidden := hiddenSquares(w)
	for _, change := range []func(*world, map[grid.Square]bool){emptied, addFew, addOften} {
		other := w.copy()
		change(other, hidden)
		if err := same(publish, w, other, ofMap); err != nil {
			return err
		}
	}
	return nil
}

// hiddenSquares are squares of 1 km in which no square of whatever size could be
// shown.
func hiddenSquares(w *world) map[grid.Square]bool {
	items := map[grid.Square]int{}
	for _, i := range w.inPeriod() {
		s, _ := scheme.Grid.Square(*w.pickups[i].Point)
		items[s.Parent(3)] += w.pickups[i].Found[0].Items
	}
	hidden := map[grid.Square]bool{}
	for x := int32(-3); x < 3; x++ {
		for y := int32(-2); y < 2; y++ {
			if s := (grid.Square{Level: 3, X: x, Y: y}); items[s] < 10 {
				hidden[s] = true
			}
		}
	}
	return hidden
}

func kilometreOf(p *data.Pickup) grid.Square {
	s, _ := scheme.Grid.Square(*p.Point)
	return s.Parent(3)
}

func emptied(w *world, hidden map[grid.Square]bool) {
	for _, i := range w.inPeriod() {
		if hidden[kilometreOf(&w.pickups[i])] {
			w.pickups[i].Found[0].Items = 0
		}
	}
}

// addFew leaves nine items in each.
func addFew(w *world, hidden map[grid.Square]bool) {
	emptied(w, hidden)
	for s := range hidden {
		w.find(s, 9, from+1)
	}
}

// addOften leaves very many in each, on two days, or nearly all on one.
func addOften(w *world, hidden map[grid.Square]bool) {
	emptied(w, hidden)
	for s := range hidden {
		w.find(s, 300, from+1)
		w.find(s, 20, from+9)
	}
}

// find has a crew find items in the middle of a square on a day.
func (w *world) find(s grid.Square, items int, day data.Date) {
	lon, lat := scheme.Grid.Centre(s)
	p, err := geo.NewPoint(lon, lat)
	if err != nil {
		w.t.Fatal(err)
	}
	w.add(data.Pickup{Position: data.Position{Point: &p}, At: data.DayOf(day, scheme.Location), Found: []data.Quantity{{Kind: "needle", Items: items}}})
}

// boundedInformation publishes two worlds whose period has nothing in common but,
// for each square, whether it is shown and in which band.
func boundedInformation(t testing.TB, seed uint64, publish publisher) error {
	values := map[grid.Square]int{}
	r := rand.New(rand.NewPCG(seed, 5))
	for range 14 {
		values[somewhere(r).Parent(3)] = r.IntN(4)
	}
	worlds := make([]*world, 2)
	for i := range worlds {
		worlds[i] = withValues(t, values, rand.New(rand.NewPCG(seed, uint64(6+i))))
	}
	return same(publish, worlds[0], worlds[1], ofMap)
}

// withValues makes up a store in which squares of 1 km have given values.
func withValues(t testing.TB, values map[grid.Square]int, r *rand.Rand) *world {
	w := &world{t: t, now: (to + 70).In(scheme.Location)}
	// Enough for the middle of a band of 1 km, and of the square of 500 m that it
	// falls into.
	for _, s := range sortedSquares(values) {
		corner := grid.Square{Level: 1, X: s.X * 4, Y: s.Y * 4}
		n := map[int]int{0: r.IntN(10), 1: 12 + r.IntN(80), 2: 110 + r.IntN(180), 3: 310 + r.IntN(900)}[values[s]]
		days := r.Perm(28)[:5]
		for k, d := range days {
			share := n / 5
			if k == 0 {
				share = n - 4*(n/5)
			}
			w.find(corner, share, from+data.Date(d))
		}
		w.find(corner, 20, to+3) // the next period is the same: the sizes of squares go by it
	}
	return w
}

func sortedSquares(values map[grid.Square]int) []grid.Square {
	var all []grid.Square
	for s := range values {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b grid.Square) int { return int(int64(a.Key()) - int64(b.Key())) })
	return all
}

// roundedAlone adds an item where no rounding of tables changes by it: far outside
// all areas, where nothing else is found, and where the total has room for one more.
func roundedAlone(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	other := w.copy()
	if w.needles()%25 == 12 { // one more would round up
		w.find(lonely, 1, from)
		other.find(lonely, 1, from)
	}
	other.find(lonely, 1, from+7)
	return same(publish, w, other, func(path string) bool { return ofTables(path) || path == "edition.json" })
}

var lonely = grid.Square{X: 23, Y: 23}

// needles returns how many were found in the period.
func (w *world) needles() int {
	n := 0
	for _, i := range w.inPeriod() {
		if w.pickups[i].Found[0].Kind == "needle" {
			n += w.pickups[i].Found[0].Items
		}
	}
	return n
}

func presence(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	other := w.copy()
	other.pickups = nil // nothing was ever found
	a, err := publish(w)
	if err != nil {
		return err
	}
	b, err := publish(other)
	if err != nil {
		return err
	}
	for path := range a {
		if _, there := b[path]; !there {
			return leak{path + " is there only where something was found"}
		}
		if len(a[path]) != len(b[path]) && len(path) > 6 && path[:6] == "tiles/" {
			return leak{path + " is longer where something was found"}
		}
	}
	if len(a) != len(b) {
		return leak{"there are more files where nothing was found"}
	}
	return nil
}

func noClock(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	later := w.copy()
	later.now = w.now.Add(40*24*time.Hour + 12345*time.Millisecond)
	return same(publish, w, later, everything)
}

// caught reports whether an error is that a leak was found, not that something
// failed.
func caught(err error) bool {
	var l leak
	return errors.As(err, &l)
}
