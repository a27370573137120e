package release_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"commonground/data/release"
	"commonground/data/release/flow"
)

var fewer = release.Figure{Text: "fewer than 10", AtMost: 9}

func exactly(n int) release.Figure {
	return release.Figure{Text: fmt.Sprint(n), AtLeast: n, AtMost: n}
}

// edition is one of a week with two classes and two families, all hidden, on
// three squares: the first two hidden, the third shown.
func edition() release.Published {
	p := release.Published{Period: "2019-04-24", Beyond: []string{"managed"}}
	for _, class := range []string{"managed", "residential"} {
		for _, family := range []string{"needles", "condoms"} {
			p.Rows = append(p.Rows, release.Row{Week: "2019-04-24", Class: class, Family: family, Figure: fewer})
		}
	}
	for i := range 3 {
		p.Squares = append(p.Squares, release.PublishedSquare{Name: fmt.Sprint("SE", i), AtMost: flow.NoEnd, Classes: []string{"managed", "residential"}})
	}
	p.Squares[2].Band, p.Squares[2].AtLeast, p.Squares[2].AtMost = 1, 10, 24
	return p
}

func TestNothingIsHadBySubtractionFromAnEditionAsItShouldBe(t *testing.T) {
	for name, change := range map[string]func(*release.Published){
		"nothing changed": func(*release.Published) {},
		"no map":          func(p *release.Published) { p.Squares = nil },
		"nothing beyond":  func(p *release.Published) { p.Beyond = nil },
		"a rounded total": func(p *release.Published) {
			p.Totals = []release.Total{{Family: "needles", Figure: release.Figure{AtMost: 12}}}
		},
		"no rows and no map": func(p *release.Published) { p.Rows, p.Squares = nil, nil },
	} {
		p := edition()
		change(&p)
		if got, err := release.Leaks([]release.Published{p}); err != nil || len(got) != 0 {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if got, err := release.Leaks(nil); err != nil || len(got) != 0 {
		t.Errorf("of nothing: got %q, %v", got, err)
	}
}

func TestWhatIsPlantedIsFound(t *testing.T) {
	const week = "the week from Wed 24 Apr 2019, "
	for name, each := range map[string]struct {
		change func(*release.Published)
		want   []string
	}{
		"an exact total": {
			func(p *release.Published) { p.Totals = []release.Total{{Family: "needles", Figure: exactly(12)}} },
			[]string{week + "managed, needles: at least 3", week + "residential, needles: at least 3"},
		},
		"an exact total of nothing": {
			func(p *release.Published) {
				p.Squares, p.Totals = nil, []release.Total{{Family: "needles", Figure: exactly(0)}}
			},
			[]string{week + "managed, needles: exactly 0", week + "residential, needles: exactly 0"},
		},
		"a total that leaves one hidden row": {
			func(p *release.Published) {
				p.Rows[0].Figure = release.Figure{AtLeast: 28, AtMost: 32}
				p.Totals = []release.Total{{Family: "needles", Figure: release.Figure{AtLeast: 38, AtMost: 62}}}
			},
			[]string{week + "residential, needles: at least 6"},
		},
		"rows that are not rounded, and a total": {
			func(p *release.Published) {
				p.Rows[0].Figure = exactly(28)
				p.Totals = []release.Total{{Family: "needles", Figure: release.Figure{AtLeast: 13, AtMost: 33}}}
			},
			[]string{week + "residential, needles: at most 5"},
		},
		"a small row that is not rounded": {
			func(p *release.Published) { p.Rows[2].Figure = exactly(3) },
			[]string{week + "residential, needles: exactly 3"},
		},
		"a row of 0": {
			func(p *release.Published) { p.Rows[2].Figure = exactly(0) },
			[]string{week + "residential, needles: exactly 0"},
		},
		"a row hidden without an upper end": {
			func(p *release.Published) {
				p.Rows[2].AtMost = flow.NoEnd
				p.Totals = []release.Total{{Family: "needles", Figure: release.Figure{AtLeast: 5, AtMost: 8}}}
			},
			[]string{week + "managed, needles: at most 8", week + "residential, needles: at most 8"},
		},
		"a class with all items in one shown square": {
			func(p *release.Published) {
				p.Beyond = nil
				p.Squares = p.Squares[2:]
				p.Squares[0].AtLeast, p.Squares[0].AtMost = 30, 40
			},
			[]string{week + "managed, needles: at least 3", week + "managed, condoms: at least 3", week + "residential, needles: at least 3", week + "residential, condoms: at least 3"},
		},
		"the only square of a class with many items": {
			func(p *release.Published) {
				p.Rows[0].Figure = release.Figure{AtLeast: 33, AtMost: 37}
				p.Rows[2].Figure = p.Rows[0].Figure
				p.Squares[0].Classes, p.Squares[2].Classes = p.Squares[0].Classes[:1], p.Squares[2].Classes[:1]
			},
			[]string{"square SE1: at least 33"},
		},
		"two hidden squares with no place of any class": {
			func(p *release.Published) { p.Squares[0].Classes, p.Squares[1].Classes = nil, nil },
			[]string{"square SE0: exactly 0", "square SE1: exactly 0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := edition()
			each.change(&p)
			got, err := release.Leaks([]release.Published{p})
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, leak := range got {
				texts = append(texts, strings.Replace(leak.Text, "someone can work out that it is ", "", 1))
				if leak.Period != p.Period || !strings.HasPrefix(leak.Text, leak.What+": ") {
					t.Errorf("got %+v", leak)
				}
			}
			if fmt.Sprint(texts) != fmt.Sprint(each.want) {
				t.Errorf("got %q, want %q", texts, each.want)
			}
		})
	}
}

func TestALeakIsASentence(t *testing.T) {
	p := edition()
	p.Squares, p.Rows[2].Figure = nil, exactly(3)
	got, err := release.Leaks([]release.Published{p})
	want := release.Leak{
		Period: "2019-04-24", What: "the week from Wed 24 Apr 2019, residential, needles",
		Text: "the week from Wed 24 Apr 2019, residential, needles: someone can work out that it is exactly 3",
	}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestEditionsOfDifferentPeriodsAreCheckedOneByOne(t *testing.T) {
	first, second := edition(), edition()
	second.Period = "2019-05-22"
	for i := range second.Rows {
		second.Rows[i].Week = "2019-05-22"
	}
	second.Rows[0].Figure = exactly(4)
	got, err := release.Leaks([]release.Published{first, second})
	if err != nil || len(got) != 1 || got[0].Period != "2019-05-22" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestListsThatAreNoChainAreRefused(t *testing.T) {
	overlapping := edition()
	overlapping.Period = "2019-04-17"
	for says, all := range map[string][]release.Published{
		"two editions are of the period from 2019-04-24": {edition(), edition()},
		"share the week from 2019-04-24":                 {edition(), overlapping},
	} {
		if _, err := release.Leaks(all); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

func TestEditionsThatAreNoneAreRefused(t *testing.T) {
	for says, change := range map[string]func(*release.Published){
		"not one for each of 1 weeks": func(p *release.Published) { p.Rows = p.Rows[:3] },
		"it has 4 rows":               func(p *release.Published) { p.Rows[3] = p.Rows[2] },
		"square SE1 has places of parkland, which has no rows": func(p *release.Published) { p.Squares[1].Classes = []string{"parkland"} },
		"a total of glass": func(p *release.Published) { p.Totals = []release.Total{{Family: "glass"}} },
		"or is there twice": func(p *release.Published) {
			p.Totals = []release.Total{{Family: "needles", Figure: fewer}, {Family: "needles", Figure: fewer}}
		},
		"bounds": func(p *release.Published) { p.Rows[0].AtLeast = -5 },
	} {
		p := edition()
		change(&p)
		_, err := release.Leaks([]release.Published{p})
		if err == nil || errors.Is(err, flow.ErrInfeasible) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "2019-04-24") {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

func TestNumbersThatContradictEachOtherAreRefused(t *testing.T) {
	for name, change := range map[string]func(*release.Published){
		"a total of more than the rows": func(p *release.Published) {
			p.Totals = []release.Total{{Family: "needles", Figure: exactly(19)}}
		},
		"squares with more than the rows": func(p *release.Published) { p.Squares[2].AtLeast, p.Squares[2].AtMost = 37, flow.NoEnd },
		"a row of a class with no ground": func(p *release.Published) {
			p.Rows[2].Figure = exactly(30)
			for i := range p.Squares {
				p.Squares[i].Classes = []string{"managed"}
			}
		},
		"an interval that ends before it begins": func(p *release.Published) { p.Squares[2].AtMost = 9 },
	} {
		p := edition()
		change(&p)
		_, err := release.Leaks([]release.Published{p})
		if !errors.Is(err, flow.ErrInfeasible) || !strings.Contains(err.Error(), "2019-04-24: its numbers contradict each other") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// year is 13 editions of 500 squares, 4 weeks, 4 classes and 2 families, made of
// true counts.
func year() []release.Published {
	random := rand.New(rand.NewPCG(1, 2))
	first := time.Date(2019, 4, 24, 0, 0, 0, 0, time.UTC)
	var all []release.Published
	for i := range 13 {
		all = append(all, bigEdition(random, first.AddDate(0, 0, 28*i)))
	}
	return all
}

func bigEdition(random *rand.Rand, from time.Time) release.Published {
	classes := []string{"managed", "bordering", "residential", "industrial"}
	p := release.Published{Period: from.Format(time.DateOnly), Beyond: classes[2:]}
	for week := range 4 {
		for _, class := range classes {
			for _, family := range drawnFamilies {
				p.Rows = append(p.Rows, release.Row{Week: from.AddDate(0, 0, 7*week).Format(time.DateOnly), Class: class, Family: family})
			}
		}
	}
	for i := range 500 {
		some := classes[random.IntN(len(classes)):]
		p.Squares = append(p.Squares, release.PublishedSquare{Name: fmt.Sprint("SE", i), Classes: some[:1+random.IntN(len(some))]})
	}
	rows, squares, totals := make([]int, len(p.Rows)), make([]int, len(p.Squares)), map[string]int{}
	for _, c := range countsOf(p) {
		if busy := c.square >= 0 && c.square%12 == 0; busy || random.IntN(200) == 0 {
			n := random.IntN(9)
			rows[c.row] += n
			squares[max(0, c.square)] += n
			totals[p.Rows[c.row].Family] += n
		}
	}
	for i, n := range rows {
		p.Rows[i].Figure = rounded(n, 5)
	}
	for i, n := range squares {
		p.Squares[i].Band, p.Squares[i].AtLeast, p.Squares[i].AtMost = banded(n)
	}
	for _, family := range drawnFamilies {
		p.Totals = append(p.Totals, release.Total{Family: family, Figure: rounded(totals[family], 25)})
	}
	return p
}

func TestAYearIsChecked(t *testing.T) {
	all := year()
	start := time.Now()
	leaks, err := release.Leaks(all)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d editions of %d squares and %d rows in %v: %d leaks", len(all), len(all[0].Squares), len(all[0].Rows), time.Since(start), len(leaks))
}

func BenchmarkLeaksOfAYear(b *testing.B) {
	all := year()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := release.Leaks(all); err != nil {
			b.Fatal(err)
		}
	}
}
