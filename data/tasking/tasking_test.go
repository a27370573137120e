package tasking_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/data/sample"
	"commonground/data/scores"
	"commonground/data/tasking"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// town makes up reports on 12 by 12 squares of 250 m, over 12 periods.
type town struct {
	t      testing.TB
	scheme *data.Scheme
	all    []data.Incident
	random *rand.Rand
}

const first = data.Date(18_010) // a Wednesday, on which a period begins

func newTown(t testing.TB) *town {
	t.Helper()
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	return &town{t: t, scheme: scheme, random: rand.New(rand.NewPCG(5, 6))}
}

func squareAt(x, y int) grid.Square { return grid.Square{Level: 1, X: int32(x) - 6, Y: int32(y) - 6} }

// report adds a report on a day and at an hour.
func (w *town) report(category data.Category, x, y, day, hour int) *data.Incident {
	lon, lat := w.scheme.Grid.Centre(squareAt(x, y))
	p, err := geo.NewPoint(lon, lat)
	if err != nil {
		w.t.Fatal(err)
	}
	at := data.InstantOf((first + data.Date(day)).In(w.scheme.Location).Add(time.Duration(hour)*time.Hour + time.Minute))
	i := data.Incident{Key: data.Key{Source: "line", Ref: fmt.Sprint(len(w.all))}, Received: at, Happened: at, Category: category}
	i.Point, i.Place = &p, geo.Place{Class: geo.Managed, Area: "a"}
	w.all = append(w.all, i)
	return &w.all[len(w.all)-1]
}

// scatter adds reports anywhere at any time.
func (w *town) scatter(category data.Category, n int) {
	for range n {
		w.report(category, w.random.IntN(12), w.random.IntN(12), w.random.IntN(12*28), w.random.IntN(24))
	}
}

func (w *town) places(category data.Category) *tasking.Places {
	w.t.Helper()
	q := tasking.Question{
		Scheme: w.scheme, Set: incidents.New(w.scheme, 1, w.all, nil), Timeline: &geo.Timeline{}, Ground: &scores.Ground{}, Category: category, Level: 1,
	}
	p, err := q.Places()
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestWhereReportsHeapIsFirstAndSaysWhy(t *testing.T) {
	w := newTown(t)
	w.scatter(data.Nuisance, 250)
	w.scatter(data.Harm, 100)
	for day := range 12 * 28 {
		if day%4 == 0 {
			w.report(data.Nuisance, 5, 5, day, 21+day%3)
		}
		if day%6 == 0 {
			w.report(data.Nuisance, 6, 5, day, day%24)
			w.report(data.Nuisance, 5, 6, day, day%24)
			w.report(data.Nuisance, 6, 6, day, day%24)
		}
	}
	p := w.places(data.Nuisance)
	top := p.Rows[0]
	if top.Square != squareAt(5, 5).Key() || !top.Hot() || top.Pattern != hotspot.Persistent || !strings.HasPrefix(top.Hours, "21:00 to 01:00") && !strings.HasPrefix(top.Hours, "20:00 to 00:00") {
		t.Errorf("the first is %+v", top)
	}
	for _, part := range []string{"reports of nuisance", "more than chance would put there (q ", "hot in 12 of 12 periods, no trend beyond chance", "most from 2"} {
		if !strings.Contains(top.Why, part) {
			t.Errorf("%q is not in %q", part, top.Why)
		}
	}
	if len(p.Rows) != tasking.MostPlaces || p.Steps != 12 || p.Hot == 0 || !strings.Contains(p.Sentence, "more, with those around it, than chance") {
		t.Errorf("%d rows, %d steps: %s", len(p.Rows), p.Steps, p.Sentence)
	}
	for i := 1; i < len(p.Rows); i++ {
		if p.Rows[i].Reports > p.Rows[i-1].Reports || p.Rows[i].Reports < 3 {
			t.Errorf("row %d has %d reports after %d", i, p.Rows[i].Reports, p.Rows[i-1].Reports)
		}
	}
	// Harm is apart from it: nothing of the heap is in its list.
	harm := w.places(data.Harm)
	if harm.Located != 100 || harm.Hot > 0 || !strings.Contains(harm.Sentence, "100 reports of harm") {
		t.Errorf("%d hot of %d: %s", harm.Hot, harm.Located, harm.Sentence)
	}
}

// Of towns in which reports lie by chance, few have a hot square, and few squares have hours that stand out.
func TestChanceIsNotTold(t *testing.T) {
	hot, hours, listed := 0, 0, 0
	const towns = 60
	for seed := range uint64(towns) {
		w := newTown(t)
		w.random = rand.New(rand.NewPCG(seed, 1))
		w.scatter(data.Nuisance, 300)
		p := w.places(data.Nuisance)
		if p.Hot > 0 {
			hot++
		}
		for _, row := range p.Rows {
			listed++
			if row.Hours != "" {
				hours++
			}
		}
	}
	// 5 % and three standard deviations.
	if hot > 8 || hours > listed/10 {
		t.Errorf("%d of %d towns have a hot square, %d of %d squares hours that stand out", hot, towns, hours, listed)
	}
	t.Logf("%d of %d towns have a hot square, %d of %d squares hours that stand out", hot, towns, hours, listed)
}

func TestFewReportsAreNotRanked(t *testing.T) {
	w := newTown(t)
	for x := range 12 {
		w.report(data.Harm, x, x, x, 12)
	}
	if p := w.places(data.Harm); len(p.Rows) > 0 || p.Fewer != 12 || p.Steps != 0 || !strings.Contains(p.Sentence, "too few to rank any") {
		t.Errorf("%+v", p)
	}
	if p := w.places(data.Nuisance); p.Sentence != "No report of nuisance at a known place." {
		t.Errorf("%s", p.Sentence)
	}
}

func TestResponseIsByCategory(t *testing.T) {
	w := newTown(t)
	for k, minutes := range []int{10, 20, 30, 40, 200} {
		i := w.report(data.Nuisance, 1, 1, k, 20)
		i.Attended, i.Answered = data.InstantOf(i.Received.At.Add(time.Duration(minutes)*time.Minute)), data.Yes
	}
	w.report(data.Nuisance, 1, 1, 6, 20).Answered = data.No
	none := w.report(data.Nuisance, 1, 1, 7, 20)
	none.Reason = "no_unit_free"
	early := w.report(data.Nuisance, 1, 1, 8, 20) // someone came before it: a slip of the pen
	early.Attended = data.InstantOf(early.Received.At.Add(-time.Hour))
	w.report(data.Harm, 1, 1, 1, 20)
	r := tasking.Respond(incidents.New(w.scheme, 1, w.all, nil), incidents.Query{}, data.Nuisance)
	if r.Reports != 8 || r.Attended != 6 || r.Timed != 5 || r.Median != 30 || r.Ninth != 200 || r.Calls != 6 || r.Unanswered != 1 ||
		len(r.Reasons) != 1 || r.Reasons[0] != (tasking.Reason{ID: "no_unit_free", Reports: 1}) {
		t.Errorf("%+v", r)
	}
	if harm := tasking.Respond(incidents.New(w.scheme, 1, w.all, nil), incidents.Query{}, data.Harm); harm.Reports != 1 || !strings.Contains(harm.Sentence(), "not known of any") {
		t.Errorf("%+v: %s", harm, harm.Sentence())
	}
}
