package scores_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/sample"
	"commonground/data/scores"
	"commonground/geo"
	"commonground/geo/grid"
)

// town is a made-up one of 20 by 20 squares, each visited once a week.
type town struct {
	t      testing.TB
	scheme *data.Scheme
	cube   *cube.Cube
	first  data.Week
}

const across, weeksThere = 20, 40

// newTown has crews find so many items on average in a square in a week, in some order
// of chance.
func newTown(t testing.TB, mean func(x, y, week int) float64) *town {
	t.Helper()
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, scheme: scheme, cube: cube.New(scheme), first: scheme.WeekOfDate(18_010)}
	random := rand.New(rand.NewPCG(11, 12))
	for week := range weeksThere {
		for x := range across {
			for y := range across {
				items := 0
				for at := random.ExpFloat64(); at < mean(x, y, week); at += random.ExpFloat64() {
					items++
				}
				w.visit(x, y, week, items)
			}
		}
	}
	return w
}

func squareAt(x, y int) grid.Square {
	return grid.Square{X: int32(x) - across/2, Y: int32(y) - across/2}
}

func (w *town) visit(x, y, week, items int) {
	lon, lat := w.scheme.Grid.Centre(squareAt(x, y))
	p, err := geo.NewPoint(lon, lat)
	if err != nil {
		w.t.Fatal(err)
	}
	pickup := data.Pickup{At: data.DayOf(w.scheme.WeekStart(w.first+data.Week(week)), w.scheme.Location), Found: []data.Quantity{{Kind: "needle", Items: items}}}
	pickup.Point, pickup.Place = &p, geo.Place{Class: geo.Managed, Area: area(x)}
	w.cube.Add(pickup)
}

// area is "west" or "east".
func area(x int) string {
	if x < across/2 {
		return "west"
	}
	return "east"
}

func (w *town) ask() *scores.Question {
	return &scores.Question{Scheme: w.scheme, Cube: w.cube, Timeline: &geo.Timeline{}, Ground: &scores.Ground{}}
}

// flat has the same everywhere and always.
func flat(int, int, int) float64 { return .3 }

// heaped has much in nine squares around (5, 5).
func heaped(x, y, _ int) float64 {
	if max(x-5, 5-x) <= 1 && max(y-5, 5-y) <= 1 {
		return 4
	}
	return .3
}

func (w *town) find(q *scores.Question) *scores.Scores {
	w.t.Helper()
	s, err := q.Find(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func TestWhereMuchIsFoundIsHotAndNowhereElse(t *testing.T) {
	w := newTown(t, heaped)
	for _, draws := range []int{0, 9_999} {
		q := w.ask()
		q.Draws = draws
		s := w.find(q)
		if s.Scored.Squares != across*across || s.Scored.Domain != scores.Visited || s.Scored.Steps != weeksThere {
			t.Errorf("%+v", s.Scored)
		}
		middle, ok := s.Of(squareAt(5, 5).Key())
		if !ok || !middle.Hot() || middle.Emerged.Category.String() != "persistent" || !strings.Contains(s.Why(middle), "more than chance would put there") {
			t.Errorf("the middle of the heap is %+v: %s", middle, s.Why(middle))
		}
		if ranked := s.Ranked(1); ranked[0] != middle {
			t.Errorf("the first is %+v", ranked[0])
		}
		for i := range s.Squares {
			square, _ := s.Squares[i].Key.Square()
			x, y := int(square.X)+across/2, int(square.Y)+across/2
			if far := max(x-5, 5-x, y-5, 5-y) > 2; far && s.Squares[i].Hot() {
				t.Errorf("%d, %d is hot, with %d draws", x, y, draws)
			}
		}
		if s.Hot < 9 || !strings.HasPrefix(s.Sentence(), fmt.Sprintf("%d squares of 400 have more", s.Hot)) {
			t.Errorf("%d are hot: %s", s.Hot, s.Sentence())
		}
	}
}

func TestWhereAllIsAlikeNothingIsHot(t *testing.T) {
	s := newTown(t, flat).find(newTown(t, flat).ask())
	if s.Hot+s.Cold > 0 || !strings.HasPrefix(s.Sentence(), "No square of 400 has more or less than chance") {
		t.Errorf("%d hot, %d cold: %s", s.Hot, s.Cold, s.Sentence())
	}
}

func TestFewDrawsAreNotTakenForChance(t *testing.T) {
	q := newTown(t, heaped).ask()
	q.Draws = 39 // of which no p is below .025
	if s := newTown(t, heaped).find(q); s.Hot > 0 || !strings.HasPrefix(s.Sentence(), "No square of 400 can be told from chance by 39 draws") {
		t.Errorf("%d hot: %s", s.Hot, s.Sentence())
	}
}

func TestWithoutVisitsItemsByVisitHaveNoScore(t *testing.T) {
	w := newTown(t, heaped)
	q := w.ask()
	q.Value = scores.PerVisit
	if s := w.find(q); s.Hot == 0 {
		t.Error("nothing is hot by visits")
	}
	q.Query.ItemsOnly = true
	var refused scores.Refused
	if _, err := q.Find(t.Context()); !errors.As(err, &refused) || !strings.Contains(refused.Reason, "value=items") {
		t.Errorf("%v", err)
	}
}

func TestWhatRisesIsToldAndWhatDoesNotIsNot(t *testing.T) {
	for _, c := range []struct {
		name      string
		mean      func(x, y, week int) float64
		direction string
		says      string
	}{
		{"flat", flat, scores.None, "neither rise nor fall"},
		{"rising", func(_, _, week int) float64 { return float64(week) / 40 }, scores.Rising, "Items removed rise over the 40 weeks"},
		{"falling", func(_, _, week int) float64 { return 1 - float64(week)/41 }, scores.Falling, "Items removed fall"},
	} {
		q := newTown(t, c.mean).ask()
		trends, err := q.Trends(data.ByClass)
		if err != nil {
			t.Fatal(err)
		}
		if got := trends.Series[0].Direction(); got != c.direction || trends.Series[0].Class != geo.Managed || !strings.Contains(trends.Sentence, c.says) {
			t.Errorf("%s: %s, %+v, %s", c.name, got, trends.Series[0], trends.Sentence)
		}
		squares, err := q.Trends(data.BySquare)
		if err != nil || len(squares.Series) < across*across-5 || squares.Items != trends.Items || squares.Series[0].Items < squares.Series[1].Items {
			t.Errorf("%s: %d squares, %v", c.name, len(squares.Series), err)
		}
	}
}

func TestAForecastExpectsMostWhereMostWas(t *testing.T) {
	q := newTown(t, heaped).ask()
	f, err := q.Forecast()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i := range f.Squares {
		sum += f.Squares[i].Items
	}
	if len(f.Squares) != across*across || f.Squares[8].Items < 2.5 || f.Squares[9].Items > 1 || sum < 100 || sum > 200 {
		t.Errorf("%d squares, %.2f, %.2f, %.1f in all", len(f.Squares), f.Squares[8].Items, f.Squares[9].Items, sum)
	}
	// Its tenth holds the heap and 31 others, about (36 + 31·.3)/(36 + 391·.3) of all.
	if !f.Tried || f.Accuracy.Origins != 26 || f.Accuracy.Forecast.HitRate < .25 || f.Accuracy.Forecast.HitRate > .5 || !strings.Contains(f.Sentence, "26 weeks tried") {
		t.Errorf("%+v: %s", f.Accuracy, f.Sentence)
	}
	q.Query.Weeks = data.WeekRange{From: f.From.From, To: f.From.From + 2}
	if _, err := q.Forecast(); err == nil || !strings.Contains(err.Error(), "4 weeks") {
		t.Errorf("of two weeks: %v", err)
	}
}

func TestBinsStandWhereMostIs(t *testing.T) {
	q := newTown(t, heaped).ask()
	b, err := q.Bins(2, 180) // reaches the eight around
	if err != nil {
		t.Fatal(err)
	}
	if b.Sites[0].Square != squareAt(5, 5).Key() || b.Sites[0].Covers < 1200 || math.Abs(b.Sites[1].Running-b.Sites[0].Share-b.Sites[1].Share) > 1e-9 {
		t.Errorf("%+v", b.Sites)
	}
}

func TestWhatMovedAwayIsTold(t *testing.T) {
	// In week 20 the heap goes from (5, 5) to the squares beside it.
	w := newTown(t, func(x, y, week int) float64 {
		switch apart := max(x-5, 5-x, y-5, 5-y); {
		case apart == 0 && week < 20:
			return 20
		case apart == 1 && week >= 20:
			return 3
		}
		return 1
	})
	q := w.ask()
	done := scores.Done{Day: w.scheme.WeekStart(w.first + 20), Weeks: 20, Square: squareAt(5, 5).Key(), BufferM: 130}
	m, err := q.Moved(done)
	if err != nil {
		t.Fatal(err)
	}
	if !m.OK || m.Most >= 0 || m.Least > -.5 || !strings.Contains(m.Sentence, "displacement") {
		t.Errorf("%+v: %s", m.Quotient, m.Sentence)
	}
	if all := m.Treated.Before + m.Change.Buffer.Before + m.Control.Before; int64(all) != w.cube.Total(data.Query{Weeks: m.Before}).Items {
		t.Errorf("%v of %v", all, w.cube.Total(data.Query{Weeks: m.Before}))
	}
	done.Day++ // a day into the week, which is left out then
	if m, err := q.Moved(done); err != nil || m.Before.To != w.first+20 || m.After.From != w.first+21 || m.After.To != w.first+40 || m.Before.From != w.first+1 {
		t.Errorf("%v to %v, %v", m.Before, m.After, err)
	}
	done.Day = w.scheme.WeekStart(w.first + 90)
	if _, err := q.Moved(done); err == nil || !strings.Contains(err.Error(), "choose another day") {
		t.Errorf("after the records: %v", err)
	}
}

func TestARoundVisitsWhereMostIsExpectedAndWhatItMust(t *testing.T) {
	w := newTown(t, heaped)
	lon, lat := w.scheme.Grid.Centre(squareAt(5, 3))
	start, _ := geo.NewPoint(lon, lat)
	lon, lat = w.scheme.Grid.Centre(squareAt(8, 5))
	school, _ := geo.NewPoint(lon, lat)
	r, err := w.ask().Round(scores.Shift{
		Start: start, End: start, Minutes: 120, MetresPerMinute: 80, MinutesAtStop: 6, Squares: 40,
		Must: []scores.Must{{Place: school, Title: "school", Before: 20}, {Place: school, Title: "too soon", Before: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	heap, must := 0, 0
	for _, stop := range r.Stops {
		if stop.Must != nil {
			if must++; stop.Arrive > 20 {
				t.Errorf("comes to the school after %.1f minutes", stop.Arrive)
			}
			continue
		}
		if square, _ := stop.Square.Square(); heaped(int(square.X)+across/2, int(square.Y)+across/2, 0) > 1 {
			heap++
		}
	}
	if heap < 7 || must != 1 || r.Minutes > 120 || len(r.Left) != 1 || r.Left[0].Must.Title != "too soon" {
		t.Errorf("%d of the heap, %d schools, %.1f minutes, left %+v: %s", heap, must, r.Minutes, r.Left, r.Sentence)
	}
}

// The plane of the National Grid is that of its eastings and northings.
func TestThePlaneIsThatOfTheGrid(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		east, north := 400_000+random.Float64()*50_000, 300_000+random.Float64()*200_000
		lon, lat, err := grid.National{}.LonLat(east, north)
		if err != nil {
			t.Fatal(err)
		}
		p, err := geo.NewPoint(lon, lat)
		if err != nil {
			t.Fatal(err)
		}
		at, ok := scores.OnPlane(grid.National{}, p)
		if !ok || math.Hypot(at.X-east, at.Y-north) > .05 {
			t.Fatalf("%v, %v is at %+v", east, north, at)
		}
	}
}
