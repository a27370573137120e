package cube_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/grid"
)

func sampleScheme(t testing.TB) *data.Scheme {
	t.Helper()
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	return scheme
}

// centre is the origin of the sample's grid.
var centre = geo.Point{Lon: -24_200_000, Lat: 547_200_000}

// anyPickup draws a visit of a small town, or a long way off, at any time and
// with any place: what the classifier would say of it is not asked.
func anyPickup(scheme *data.Scheme) *rapid.Generator[data.Pickup] {
	return rapid.Custom(func(t *rapid.T) data.Pickup {
		var p data.Pickup
		p.At = anyWhen(t, scheme)
		p.Place.Class = rapid.SampledFrom([]geo.Class{geo.Outside, geo.Residential, geo.NonResidential, geo.Managed, geo.Unclassified}).Draw(t, "class")
		if p.Place.Class.OfArea() {
			p.Place.Area = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "area")
		}
		switch rapid.IntRange(0, 9).Draw(t, "where") {
		case 0:
			p.Place = geo.Place{Class: geo.Unlocated}
		case 1:
			p.Point = &geo.Point{Lon: 1_000_000_000, Lat: 0} // off the grid
		default:
			const reach = 300_000 // about 2 by 3 km
			p.Point = &geo.Point{
				Lon: centre.Lon + rapid.Int32Range(-reach, reach).Draw(t, "lon"),
				Lat: centre.Lat + rapid.Int32Range(-reach, reach).Draw(t, "lat"),
			}
		}
		for _, kind := range scheme.Kinds {
			if items := rapid.IntRange(-1, 4).Draw(t, "items"); items >= 0 {
				p.Found = append(p.Found, data.Quantity{Kind: kind.ID, Items: items})
			}
		}
		return p
	})
}

func anyWhen(t *rapid.T, scheme *data.Scheme) data.When {
	day := data.Date(18_010 + rapid.Int32Range(0, 60).Draw(t, "day"))
	switch rapid.IntRange(0, 3).Draw(t, "precision") {
	case 0:
		return data.MonthOf(2019, time.May, scheme.Location)
	case 1:
		return data.DayOf(day, scheme.Location)
	}
	return data.InstantOf(day.In(time.UTC).Add(time.Duration(rapid.IntRange(0, 86_399).Draw(t, "second")) * time.Second))
}

// anyQuery draws a query of one restriction or more, or of none.
func anyQuery(scheme *data.Scheme) *rapid.Generator[data.Query] {
	return rapid.Custom(func(t *rapid.T) data.Query {
		var q data.Query
		if rapid.Bool().Draw(t, "by weeks") {
			first := scheme.WeekOfDate(18_010) + data.Week(rapid.Int32Range(-1, 9).Draw(t, "from"))
			q.Weeks = data.WeekRange{From: first, To: first + data.Week(rapid.Int32Range(1, 5).Draw(t, "weeks"))}
		}
		if rapid.Bool().Draw(t, "by kinds") {
			q.Kinds = rapid.SliceOfN(rapid.SampledFrom([]string{"needle", "condom_used", "condom_unused", "none"}), 1, 2).Draw(t, "kinds")
		}
		if rapid.Bool().Draw(t, "by classes") {
			q.Classes = rapid.SliceOfN(rapid.SampledFrom(geo.Classes()), 1, 3).Draw(t, "classes")
		}
		if rapid.Bool().Draw(t, "by area") {
			q.Area = rapid.SampledFrom([]string{"a", "b", "nowhere"}).Draw(t, "area")
		}
		if rapid.Bool().Draw(t, "by box") {
			west, south := rapid.Float64Range(-2.45, -2.42).Draw(t, "west"), rapid.Float64Range(54.69, 54.72).Draw(t, "south")
			q.Bound = &orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + 0.02, south + 0.02}}
		}
		if rapid.Bool().Draw(t, "by square") {
			level := uint8(rapid.IntRange(0, grid.MaxLevel).Draw(t, "level"))
			square, _ := scheme.Grid.Square(centre)
			q.Square = square.Parent(level).Key()
		}
		return q
	})
}

// drawn is a cube of random pickups, and they themselves.
func drawn(t *rapid.T, scheme *data.Scheme) (*cube.Cube, []data.Pickup) {
	pickups := rapid.SliceOfN(anyPickup(scheme), 0, 40).Draw(t, "pickups")
	c := cube.New(scheme)
	for _, p := range pickups {
		c.Add(p)
	}
	return c, pickups
}

// plain is the total of a query by a look at every pickup: an oracle.
func plain(scheme *data.Scheme, q data.Query, pickups []data.Pickup) data.Count {
	var total data.Count
	for _, p := range pickups {
		var square grid.Square
		placed := false
		if p.Point != nil {
			square, placed = scheme.Grid.Square(*p.Point)
		}
		inBox := placed && q.Bound != nil && q.Bound.Contains(centreOf(scheme, square))
		inSquare := false
		if outer, ok := q.Square.Square(); ok && placed {
			inSquare = square.Parent(outer.Level) == outer
		}
		if !q.Weeks.Holds(scheme.WeekOf(p.At)) || len(q.Classes) > 0 && !slices.Contains(q.Classes, p.Place.Class) ||
			q.Area != "" && p.Place.Area != q.Area || q.Bound != nil && !inBox || q.Square != 0 && !inSquare {
			continue
		}
		total.Visits++
		for _, found := range p.Found {
			if len(q.Kinds) == 0 || slices.Contains(q.Kinds, found.Kind) {
				total.Items += int64(found.Items)
			}
		}
	}
	return total
}

func centreOf(scheme *data.Scheme, square grid.Square) orb.Point {
	lon, lat := scheme.Grid.Centre(square)
	return orb.Point{lon, lat}
}

func TestTotalIsThatOfALookAtEveryPickup(t *testing.T) {
	scheme := sampleScheme(t)
	rapid.Check(t, func(t *rapid.T) {
		c, pickups := drawn(t, scheme)
		q := anyQuery(scheme).Draw(t, "query")
		if got, want := c.Total(q), plain(scheme, q, pickups); got != want {
			t.Errorf("total %+v, want %+v", got, want)
		}
		selects, visits := c.Selects(q), int64(0)
		for _, p := range pickups {
			if selects(p) {
				visits++
			}
		}
		if want := c.Total(q).Visits; visits != want {
			t.Errorf("selects %d visits of %d", visits, want)
		}
	})
}

// splits returns every subset of the dimensions.
func splits() [][]data.Dimension {
	var all [][]data.Dimension
	dimensions := data.Dimensions()
	for set := range 1 << len(dimensions) {
		var by []data.Dimension
		for i, dimension := range dimensions {
			if set>>i&1 == 1 {
				by = append(by, dimension)
			}
		}
		all = append(all, by)
	}
	return all
}

func TestEverySplitSumsToTheTotal(t *testing.T) {
	scheme := sampleScheme(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawn(t, scheme)
		q := anyQuery(scheme).Draw(t, "query")
		total := c.Total(q)
		for _, by := range splits() {
			for level := uint8(0); level <= grid.MaxLevel; level++ {
				var sum data.Count
				seen := map[cube.Row]bool{}
				for _, row := range c.Counts(q, cube.Split{By: by, Level: level}) {
					sum.Add(row.Count)
					if row.Items == 0 && row.Visits == 0 {
						t.Errorf("by %v, level %d: a row of nothing: %+v", by, level, row)
					}
					row.Count = data.Count{}
					if seen[row] {
						t.Errorf("by %v, level %d: %+v is there twice", by, level, row)
					}
					seen[row] = true
				}
				want := total
				if slices.Contains(by, data.ByKind) {
					want.Visits = 0
				}
				if sum != want {
					t.Errorf("by %v, level %d: the rows sum to %+v, want %+v", by, level, sum, want)
				}
				if !slices.Contains(by, data.BySquare) {
					break // one level is like another
				}
			}
		}
	})
}

func TestRowsAreInTheOrderOfTheirDimensions(t *testing.T) {
	scheme := sampleScheme(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawn(t, scheme)
		rows := c.Counts(data.Query{}, cube.Split{By: data.Dimensions()})
		key := func(r cube.Row) string {
			kind, _ := scheme.KindIndex(r.Kind)
			return fmt.Sprintf("%012d %d %d %s %020d", int64(r.Week)-int64(data.Undated), slices.Index(geo.Classes(), r.Class), kind, r.Area+" ", r.Square)
		}
		if !slices.IsSortedFunc(rows, func(a, b cube.Row) int { return strings.Compare(key(a), key(b)) }) {
			t.Errorf("rows %+v", rows)
		}
	})
}

func TestFiltersPartitionTheWhole(t *testing.T) {
	scheme := sampleScheme(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawn(t, scheme)
		q := anyQuery(scheme).Draw(t, "query")
		q.Classes, q.Kinds, q.Weeks = nil, nil, data.WeekRange{}
		total := c.Total(q)
		var byClass, byWeek data.Count
		for _, class := range geo.Classes() {
			part := q
			part.Classes = []geo.Class{class}
			byClass.Add(c.Total(part))
		}
		if byClass != total {
			t.Errorf("over the classes %+v, want %+v", byClass, total)
		}
		items := int64(0)
		for _, kind := range scheme.Kinds {
			part := q
			part.Kinds = []string{kind.ID}
			of := c.Total(part)
			items += of.Items
			if of.Visits != total.Visits {
				t.Errorf("%d visits with the kind %s, %d without", of.Visits, kind.ID, total.Visits)
			}
		}
		if items != total.Items {
			t.Errorf("over the kinds %d items, want %d", items, total.Items)
		}
		weeks := c.Weeks()
		for week := weeks.From; week < weeks.To; week++ {
			part := q
			part.Weeks = data.WeekRange{From: week, To: week + 1}
			byWeek.Add(c.Total(part))
		}
		for _, row := range c.Counts(q, cube.Split{By: []data.Dimension{data.ByWeek}}) {
			if row.Week == data.Undated {
				byWeek.Add(row.Count)
			}
		}
		if byWeek != total {
			t.Errorf("over the weeks and what is undated %+v, want %+v", byWeek, total)
		}
	})
}

func TestSquareHoldsWhatItsFourChildrenHold(t *testing.T) {
	scheme := sampleScheme(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawn(t, scheme)
		q := anyQuery(scheme).Draw(t, "query")
		level := uint8(rapid.IntRange(1, grid.MaxLevel).Draw(t, "level"))
		sums := map[grid.Key]data.Count{}
		for _, row := range c.Counts(q, cube.Split{By: []data.Dimension{data.BySquare}, Level: level - 1}) {
			key := grid.Key(0)
			if square, ok := row.Square.Square(); ok {
				key = square.Parent(level).Key()
			}
			sum := sums[key]
			sum.Add(row.Count)
			sums[key] = sum
		}
		whole := map[grid.Key]data.Count{}
		for _, row := range c.Counts(q, cube.Split{By: []data.Dimension{data.BySquare}, Level: level}) {
			whole[row.Square] = row.Count
		}
		if !maps.Equal(sums, whole) {
			t.Errorf("children come to %v, squares of level %d hold %v", sums, level, whole)
		}
	})
}

func TestLocationsAreRankedAndTheirSharesRunUp(t *testing.T) {
	scheme := sampleScheme(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawn(t, scheme)
		q := anyQuery(scheme).Draw(t, "query")
		level := uint8(rapid.IntRange(0, 5).Draw(t, "level"))
		total, placed, running := c.Total(q), int64(0), 0.0
		locations := c.Locations(q, level)
		for _, row := range c.Counts(q, cube.Split{By: []data.Dimension{data.BySquare}, Level: level}) {
			if row.Square != 0 {
				placed += row.Items
			}
		}
		sum := int64(0)
		for i, l := range locations {
			sum += l.Items
			running += l.Share
			square, ok := l.Square.Square()
			if !ok || square.Level != level || l.Items <= 0 || i > 0 && l.Items > locations[i-1].Items {
				t.Errorf("location %d is %+v", i, l)
			}
			if math.Abs(l.RunningShare-running) > 1e-9 || math.Abs(l.Share-float64(l.Items)/float64(total.Items)) > 1e-9 {
				t.Errorf("location %d has the share %v, running %v", i, l.Share, l.RunningShare)
			}
		}
		if sum != placed || placed > total.Items {
			t.Errorf("locations hold %d items of %d placed, of %d in all", sum, placed, total.Items)
		}
		if n := len(locations); n > 0 && math.Abs(locations[n-1].RunningShare-float64(placed)/float64(total.Items)) > 1e-9 {
			t.Errorf("the last running share is %v of %d / %d", locations[n-1].RunningShare, placed, total.Items)
		}
	})
}

func TestEmptyCubeHasNothing(t *testing.T) {
	c := cube.New(sampleScheme(t))
	if _, ok := c.Bound(); ok || !c.Weeks().IsZero() || c.Total(data.Query{}) != (data.Count{}) ||
		len(c.Counts(data.Query{}, cube.Split{})) != 0 || len(c.Locations(data.Query{}, 0)) != 0 {
		t.Error("there is something in it")
	}
}

func TestVisitThatFoundNothingIsCounted(t *testing.T) {
	scheme := sampleScheme(t)
	c := cube.New(scheme)
	c.Add(data.Pickup{
		Position: data.Position{Point: &centre}, At: data.DayOf(18_010, scheme.Location), Found: []data.Quantity{{Kind: "needle"}},
	})
	if got := c.Total(data.Query{}); got != (data.Count{Visits: 1}) {
		t.Errorf("total %+v", got)
	}
	if rows := c.Counts(data.Query{}, cube.Split{By: []data.Dimension{data.ByKind}}); len(rows) != 0 {
		t.Errorf("by kind %+v", rows)
	}
	if got := c.Locations(data.Query{}, 0); len(got) != 0 {
		t.Errorf("ranked %+v", got)
	}
	if weeks := c.Weeks(); weeks.To != weeks.From+1 || scheme.WeekStart(weeks.From) != 18_010 {
		t.Errorf("weeks %v", weeks)
	}
}

func TestEveryKindCountsHoweverManyThereAre(t *testing.T) {
	var text strings.Builder
	text.WriteString(sample.SchemeText())
	var found []data.Quantity
	for n := range 70 {
		id := fmt.Sprintf("more_%02d", n)
		fmt.Fprintf(&text, "\n[[kind]]\nid = %q\ntitle = %q\nfamily = \"more\"\n", id, id)
		found = append(found, data.Quantity{Kind: id, Items: 1})
	}
	scheme, err := data.ParseScheme(text.String())
	if err != nil {
		t.Skip("a scheme of so many kinds is refused:", err)
	}
	c := cube.New(scheme)
	c.Add(data.Pickup{Position: data.Position{Point: &centre}, At: data.DayOf(18_010, scheme.Location), Found: found})
	if got := c.Total(data.Query{}).Items; got != 70 {
		t.Errorf("of 70 items of 70 kinds %d are counted", got)
	}
	for _, one := range found {
		if got := c.Total(data.Query{Kinds: []string{one.Kind}}).Items; got != 1 {
			t.Errorf("of %s there are %d", one.Kind, got)
		}
	}
}

func TestBoundIsThatOfTheSquaresCentres(t *testing.T) {
	scheme := sampleScheme(t)
	rapid.Check(t, func(t *rapid.T) {
		c, pickups := drawn(t, scheme)
		bound, found := c.Bound()
		placed := false
		for _, p := range pickups {
			if p.Point == nil {
				continue
			}
			if square, ok := scheme.Grid.Square(*p.Point); ok {
				placed = true
				if !bound.Contains(centreOf(scheme, square)) {
					t.Errorf("%v is not in %v", p.Point, bound)
				}
			}
		}
		if found != placed {
			t.Errorf("there is a bound: %v; something is placed: %v", found, placed)
		}
		if found && c.Total(data.Query{Bound: &bound}) != c.Total(data.Query{Bound: &orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}}) {
			t.Error("the bound does not select everything that is placed")
		}
	})
}
