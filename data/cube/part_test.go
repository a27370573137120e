package cube

import (
	"cmp"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/grid"
)

// crowded is a cube of visits to few squares in few weeks, as one part, and
// what it was made of.
func crowded(t testing.TB, n int) *Cube {
	t.Helper()
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 5))
	c := New(scheme)
	for range n {
		p := data.Pickup{
			Position: data.Position{Point: &geo.Point{Lon: -24_200_000 + random.Int32N(100_000), Lat: 547_200_000 + random.Int32N(60_000)}},
			At:       data.InstantOf(time.UnixMilli(1_500_000_000_000 + random.Int64N(5_000_000_000))),
			Found:    []data.Quantity{{Kind: "condom_used", Items: random.IntN(2_000)}, {Kind: "needle", Items: random.IntN(3)}},
		}
		p.Place = geo.Place{Class: geo.Class(random.IntN(classes)), Area: []string{"", "a", "b"}[random.IntN(3)]}
		if random.IntN(9) == 0 {
			p.Point = nil
		}
		if random.IntN(9) == 0 {
			p.At = data.MonthOf(2017, time.July, time.UTC)
		}
		c.take(p)
	}
	c.seal()
	return c
}

// everySplit are the counts of a cube by every level, in all ways and filtered
// by weeks.
func everySplit(c *Cube) (rows []Row) {
	from := c.Weeks().From + 2
	for _, q := range []data.Query{{}, {Weeks: data.WeekRange{From: from, To: from + 3}}, {Classes: []geo.Class{geo.Managed}}, {Area: "a"}} {
		for level := range uint8(grid.MaxLevel + 1) {
			for _, by := range [][]data.Dimension{
				{data.BySquare}, {data.ByWeek, data.ByClass, data.ByKind, data.BySquare}, {data.ByArea, data.ByClass},
			} {
				rows = append(rows, c.Counts(q, Split{By: by, Level: level})...)
			}
		}
	}
	return rows
}

// remake makes the only part of a cube anew.
func remake(c *Cube, limit int64, table int) {
	whole := c.parts[0]
	c.parts[0] = newPartOf(whole.visits, whole.items, summing{shapes: c.shapes.list, measures: c.measures(), limit: limit, table: table})
}

func TestTablesSayTheSameAsRuns(t *testing.T) {
	c := crowded(t, 1000)
	weeks := c.Weeks()
	var queries []data.Query
	for from := weeks.From - 2; from < weeks.To+2; from++ {
		for to := from + 1; to < weeks.To+3; to++ {
			queries = append(queries, data.Query{Weeks: data.WeekRange{From: from, To: to}})
		}
	}
	answers := func(limit int64, table int) (rows []Row) {
		remake(c, limit, table)
		for n := range c.parts[0].levels {
			if has := c.parts[0].levels[n].upTo != nil; has != (table > 0) {
				t.Fatalf("level %d: a table is %t, with room for %d", n, has, table)
			}
		}
		for _, q := range queries {
			for level := range uint8(grid.MaxLevel + 1) {
				rows = append(rows, c.Counts(q, Split{By: []data.Dimension{data.ByClass, data.ByKind, data.BySquare}, Level: level})...)
			}
			q.Area = "a"
			rows = append(rows, c.Counts(q, Split{By: []data.Dimension{data.ByClass}})...)
		}
		return rows
	}
	want := answers(runLimit, 0)
	for _, limit := range []int64{50, 1000, runLimit} {
		if got := answers(limit, 1<<20); !slices.Equal(got, want) {
			t.Errorf("with sums up to %d: %d rows, want %d; they differ", limit, len(got), len(want))
		}
	}
}

func TestTablesAreMadeWhereTheyTakeLittleRoom(t *testing.T) {
	const weeks = 100
	for visits, want := range map[int]bool{2: false, weeks/tableByVisit - 1: false, weeks/tableByVisit + 1: true} {
		c := crowded(t, 0)
		for i := range visits {
			at := time.UnixMilli(1_500_000_000_000).AddDate(0, 0, i%2*7*(weeks-1))
			c.take(data.Pickup{Position: data.Position{Point: &geo.Point{Lon: -24_200_000, Lat: 547_200_000}}, At: data.InstantOf(at)})
		}
		c.seal()
		for n := range c.parts[0].levels {
			if l := &c.parts[0].levels[n]; (l.upTo != nil) != want {
				t.Errorf("%d visits in %d weeks: level %d has a table of %d", visits, weeks, n, len(l.upTo))
			}
		}
	}
}

func TestSumsThatDoNotFitARunTakeSeveral(t *testing.T) {
	c := crowded(t, 1000)
	want := everySplit(c)
	for _, limit := range []int64{50, 1000, 250_000} {
		few := crowded(t, 1000)
		whole := few.parts[0]
		remake(few, limit, 0)
		if len(few.parts[0].levels[3].runs) <= len(whole.levels[3].runs) && limit < 250_000 {
			t.Errorf("a limit of %d made no more runs", limit)
		}
		if got := everySplit(few); !slices.Equal(got, want) {
			t.Errorf("with sums up to %d: %d rows, want %d; they differ", limit, len(got), len(want))
		}
	}
}

// A part is the same to the last element on however many processors it was made,
// also where sums do not fit their runs, so that stretches of it need more room than
// they had.
func TestPartsAreTheSameOnAnyNumberOfProcessors(t *testing.T) {
	for _, n := range []int{1, 2, 50, 5000} {
		c := crowded(t, n)
		all := c.all()
		for _, limit := range []int64{20, 1000, runLimit} {
			made := func(workers int) *part {
				return newPartOf(slices.Clone(all.visits), all.items, summing{
					shapes: c.shapes.list, measures: c.measures(), limit: limit, table: 1 << 20, workers: workers,
				})
			}
			want := made(1)
			for _, workers := range []int{2, 3, 7} {
				if got := made(workers); !reflect.DeepEqual(got, want) {
					t.Errorf("%d visits, sums up to %d: %d processors make something else than one", n, limit, workers)
				}
			}
		}
	}
}

func TestVisitsAreSortedWhateverTheirNumber(t *testing.T) {
	for _, n := range []int{0, 1, 100, 4095, 4096, 20_000} {
		c := crowded(t, n)
		for _, p := range c.parts {
			if !slices.IsSortedFunc(p.visits, func(a, b visit) int {
				return cmp.Or(cmp.Compare(c.shapes.list[a.square].Key, c.shapes.list[b.square].Key), compareInSquare(a, b))
			}) || len(p.visits) != n {
				t.Errorf("%d visits are not in order", n)
			}
		}
	}
}

func TestPartsStayFewAndTheirMergesLoseNothing(t *testing.T) {
	c := crowded(t, 0)
	const n = 60_000
	for i := range n {
		c.Add(data.Pickup{
			Position: data.Position{Point: &geo.Point{Lon: -24_200_000 + int32(i%1000)*100, Lat: 547_200_000}},
			At:       data.InstantOf(time.UnixMilli(1_500_000_000_000)),
		})
		if i%1000 == 0 {
			if total := c.Total(data.Query{}).Visits; total != int64(i+1) {
				t.Fatalf("%d visits of %d are counted", total, i+1)
			}
		}
	}
	for c.merging != nil { // those that are merged beside
		c.takeMerged()
		time.Sleep(time.Millisecond)
	}
	if len(c.parts) > 12 || c.Total(data.Query{}).Visits != n {
		t.Errorf("%d parts, %d visits", len(c.parts), c.Total(data.Query{}).Visits)
	}
}
