package incidents_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/data/sample"
	"commonground/geo"
)

func scheme(t testing.TB) *data.Scheme {
	t.Helper()
	s, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func timeline(t testing.TB) *geo.Timeline {
	t.Helper()
	timeline, err := geo.NewTimeline([]geo.Boundary{{Version: 1, From: time.Unix(0, 0), Areas: sample.Areas(1)}})
	if err != nil {
		t.Fatal(err)
	}
	return timeline
}

var drawIncident = rapid.Custom(func(t *rapid.T) data.Incident {
	at := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "minutes")) * time.Minute)
	i := data.Incident{
		Key:      data.Key{Source: "line", Ref: fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "ref"))},
		Category: rapid.SampledFrom([]data.Category{data.Harm, data.Nuisance}).Draw(t, "category"),
		Outcome:  rapid.SampledFrom([]string{"", "ran_off", "not_related"}).Draw(t, "outcome"),
		Received: data.InstantOf(at), Happened: data.InstantOf(at.Add(-time.Hour)),
	}
	switch rapid.IntRange(0, 4).Draw(t, "sort of place or time") {
	case 0: // no place
	case 1:
		i.Happened = data.DayOf(data.DateOf(at), time.UTC)
		fallthrough
	default:
		point, err := geo.NewPoint(-2.42+rapid.Float64Range(-0.05, 0.05).Draw(t, "lon"), 54.72+rapid.Float64Range(-0.05, 0.05).Draw(t, "lat"))
		if err != nil {
			t.Fatal(err)
		}
		i.Point = &point
	}
	return i
})

// Whatever is added, corrected and deleted, the set that follows the feed says
// what one does that is made of the records that are left; and the one before
// says what it said.
func TestASetThatFollowsTheFeedIsOneMadeAnew(t *testing.T) {
	s, places := scheme(t), timeline(t)
	rapid.Check(t, func(t *rapid.T) {
		there := map[data.Key]data.Incident{}
		set := incidents.New(s, 0, nil, nil)
		for position := int64(0); position < 20; {
			before, saidBefore := set, everything(set)
			var changes []data.Change
			for range rapid.IntRange(0, 4).Draw(t, "changes") {
				position++
				c := data.Change{Position: position}
				next := drawIncident.Draw(t, "incident")
				if old, ok := there[next.Key]; ok {
					c.IncidentBefore = &old
				}
				if rapid.Bool().Draw(t, "there is one after") || c.IncidentBefore == nil {
					c.Incident = &next
					there[next.Key] = next
				} else {
					delete(there, next.Key)
				}
				changes = append(changes, c)
			}
			position++
			set = set.With(changes, places)
			if again := set.With(changes, places); everything(again) != everything(set) {
				t.Fatal("what was heard before counts again")
			}
			if got := everything(before); got != saidBefore {
				t.Fatalf("the set before says %s, not %s any more", got, saidBefore)
			}
		}
		var left []data.Incident
		for _, i := range there {
			i.Locate(places, s, i.Happened)
			left = append(left, i)
		}
		if got, want := everything(set), everything(incidents.New(s, 0, left, nil)); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}

// everything is what a set says.
func everything(s *incidents.Set) string {
	all := []incidents.Dimension{incidents.ByWeek, incidents.ByClass, incidents.ByOutcome, incidents.ByArea, incidents.BySquare}
	hours, without := s.Hours(incidents.Query{})
	text := fmt.Sprint(s.Counts(incidents.Query{}, all, 0), *hours[data.Harm], *hours[data.Nuisance], without)
	for _, r := range s.Latest(incidents.Query{}, nil, 100) {
		text += fmt.Sprint(" ", r.Key, r.Received, r.Place, r.Week, r.Square)
	}
	return text
}

// Any split of any selection sums to the selection, and is what a plain look at
// each incident counts.
func TestEverySplitSumsToTheWhole(t *testing.T) {
	s, places := scheme(t), timeline(t)
	var all []data.Incident
	for _, i := range sample.Incidents(1, s, data.Date(20_782)) {
		i.Locate(places, s, i.Happened)
		all = append(all, i)
	}
	set := incidents.New(s, 0, all, nil)
	if len(all) < 300 {
		t.Fatalf("only %d incidents", len(all))
	}
	rapid.Check(t, func(t *rapid.T) {
		one := all[rapid.IntRange(0, len(all)-1).Draw(t, "one")]
		q := drawQuery(t, s, &one)
		want := map[data.Category]int64{}
		selected := int64(0)
		for r := range set.Selected(q) {
			want[r.Category]++
			selected++
		}
		by := rapid.SliceOfNDistinct(rapid.SampledFrom([]incidents.Dimension{
			incidents.ByWeek, incidents.ByClass, incidents.ByOutcome, incidents.ByArea, incidents.BySquare,
		}), 0, 5, rapid.ID).Draw(t, "by")
		got := map[data.Category]int64{}
		for _, count := range set.Counts(q, by, uint8(rapid.IntRange(0, 6).Draw(t, "level"))) {
			got[count.Category] += count.Incidents
		}
		hours, without := set.Hours(q)
		for _, category := range []data.Category{data.Harm, data.Nuisance} {
			inHours := without[category]
			for _, day := range hours[category] {
				for _, n := range day {
					inHours += n
				}
			}
			if got[category] != want[category] || inHours != want[category] {
				t.Fatalf("%+v by %v: %s is %d, %d by hour, want %d", q, by, category, got[category], inHours, want[category])
			}
		}
		if n := len(set.Latest(q, nil, len(all))); int64(n) != selected {
			t.Fatalf("%+v: %d in the list, want %d", q, n, selected)
		}
	})
}

// drawQuery draws a query that has something to do with one incident.
func drawQuery(t *rapid.T, s *data.Scheme, one *data.Incident) (q incidents.Query) {
	if rapid.Bool().Draw(t, "weeks") {
		week := s.WeekOf(one.Received)
		q.Weeks = data.WeekRange{From: week - 2, To: week + 3}
	}
	if rapid.Bool().Draw(t, "classes") {
		q.Classes = []geo.Class{one.Place.Class}
	}
	if rapid.Bool().Draw(t, "categories") {
		q.Categories = []data.Category{one.Category}
	}
	if rapid.IntRange(0, 3).Draw(t, "area") == 0 {
		q.Area = one.Place.Area
	}
	if one.Point == nil || rapid.Bool().Draw(t, "everywhere") {
		return q
	}
	if square, ok := s.Grid.Square(*one.Point); ok && rapid.Bool().Draw(t, "square") {
		q.Square = square.Parent(uint8(rapid.IntRange(0, 5).Draw(t, "level"))).Key()
		return q
	}
	at := one.Point.Orb()
	q.Bound = &orb.Bound{Min: orb.Point{at[0] - 0.01, at[1] - 0.01}, Max: orb.Point{at[0] + 0.01, at[1] + 0.01}}
	return q
}
