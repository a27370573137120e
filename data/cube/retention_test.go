package cube_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/grid"
)

// retain gives the scheme a retention of a month.
func (f following) retain() {
	f.t.Helper()
	text := regexp.MustCompile(`_months *= *\d+`).ReplaceAllString(sample.SchemeText(), "_months = 1")
	_, err := f.door.PutScheme(f.t.Context(), text)
	check(f.t, err)
	f.putArea(geo.Managed)
}

// destroy destroys what is due on a day, as another process does.
func (f following) destroy(day data.Date) data.SignedCertificate {
	f.t.Helper()
	store, err := sqlite.Open(f.t.Context(), f.path)
	check(f.t, err)
	defer store.Close()
	certificate, err := intake.New(store).Destroy(f.t.Context(), intake.Ending{Date: day, At: changedAt, Who: "cli:clerk"})
	check(f.t, err)
	return certificate
}

// everything is all that a cube says of some queries, and of incidents.
func (f following) everything(queries ...data.Query) (said []any) {
	f.t.Helper()
	f.reach()
	now, err := f.live.Now()
	check(f.t, err)
	for _, q := range append(queries, data.Query{}) {
		said = append(said, now.Cube.Total(q), now.Cube.Counts(q, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass, data.ByKind, data.ByArea}}))
		for level := range uint8(grid.MaxLevel + 1) {
			said = append(said, now.Cube.Locations(q, level),
				now.Cube.Counts(q, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass, data.ByArea, data.BySquare}, Level: level}),
				now.Cube.Counts(q, cube.Split{By: data.Dimensions(), Level: level}))
		}
		said = append(said, now.Incidents.Counts(incidents.Query{Weeks: q.Weeks, Classes: q.Classes}, []incidents.Dimension{incidents.ByWeek, incidents.ByClass, incidents.ByOutcome}, 0))
	}
	return said
}

// change makes some changes of each sort.
func (f following) change(random *rand.Rand, there []data.Pickup) {
	for range 40 {
		p := there[random.IntN(len(there))]
		switch random.IntN(3) {
		case 0:
			_, err := f.door.Delete(f.t.Context(), data.PickupSort, p.Key, changedAt)
			check(f.t, err)
		default:
			f.replace(otherwise(p, random.IntN(100_000)))
		}
	}
}

// calls are incidents where some pickups were.
func calls(pickups []data.Pickup) (batch []data.Incident) {
	for i, p := range pickups {
		batch = append(batch, data.Incident{
			Key: data.Key{Source: "line", Ref: p.Ref}, Position: p.Position, Received: p.At, Happened: p.At,
			Category: []data.Category{data.Harm, data.Nuisance}[i%2],
		})
	}
	return batch
}

func TestDestructionChangesNoCount(t *testing.T) {
	f := follow(t)
	f.settle()
	f.retain()
	there := scattered(0, 5000)
	f.put(there...)
	_, refused, err := f.door.PutIncidents(t.Context(), calls(there[:1500]))
	check(t, err)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	scheme := sampleScheme(t)
	random := rand.New(rand.NewPCG(9, 9))
	for round := range 5 {
		f.change(random, there)
		f.put(scattered(100_000*(round+1), 50)...) // of old weeks too
		f.putArea([]geo.Class{geo.Residential, geo.NonResidential, geo.Managed}[round%3])
		var queries []data.Query
		for i := range 12 {
			queries = append(queries, anyQuery(scheme).Example(100*round+i))
		}
		want := f.everything(queries...)
		certificate := f.destroy(data.Date(18_100 + 80*round))
		if certificate.Pickups.Records == 0 || certificate.Incidents.Records == 0 {
			t.Fatalf("nothing was destroyed: %+v", certificate)
		}
		got := f.everything(queries...)
		for i := range want {
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Fatalf("round %d: answer %d is\n%v, want\n%v", round, i, shortened(got[i]), shortened(want[i]))
			}
		}
		if rows := f.anew(); !slices.Equal(all(t, f.live), rows) {
			t.Fatalf("round %d: a cube that is loaded anew counts otherwise", round)
		}
	}
}

func shortened(v any) string {
	text := fmt.Sprint(v)
	return text[:min(len(text), 2000)]
}

func TestSumsKeepTheirClassAndTheLivingDoNot(t *testing.T) {
	f := follow(t)
	f.settle()
	f.retain()
	f.put(scattered(0, 3000)...)
	const day = 18_200
	before := f.destroy(day).Pickups.Before
	if again := f.destroy(day); again.Number != 0 {
		t.Errorf("it was done twice: %+v", again)
	}
	f.reach()
	scheme := sampleScheme(t)
	inArea := func(row cube.Row) bool { return row.Area == "m" }
	split := func() (old, young []cube.Row) {
		f.reach()
		for _, row := range all(t, f.live) {
			// What is known to the month only has no week; it is not looked at.
			switch {
			case row.Week == data.Undated:
			case row.Week < scheme.WeekOfDate(before):
				old = append(old, row)
			default:
				young = append(young, row)
			}
		}
		return old, young
	}
	old, _ := split()
	if !slices.ContainsFunc(old, inArea) {
		t.Fatal("nothing old lies in the area")
	}
	preview, err := f.door.PreviewUndo(t.Context(), 0)
	check(t, err)
	for _, class := range []geo.Class{geo.Residential, geo.NonResidential} {
		f.putArea(class)
		now, young := split()
		if !slices.Equal(now, old) {
			t.Errorf("sums changed as the area became %v", class)
		}
		for _, row := range young {
			if inArea(row) && row.Class != class {
				t.Fatalf("%+v is not %v", row, class)
			}
		}
		if !slices.Equal(f.anew(), all(t, f.live)) {
			t.Errorf("a cube that is loaded anew counts otherwise as the area became %v", class)
		}
		// Through a snapshot it is the same.
		snapshot := filepath.Join(t.TempDir(), "counts")
		rows, _ := f.restarted(snapshot, true)
		again, aside := f.restarted(snapshot, false)
		if !slices.Equal(rows, again) || aside != "" {
			t.Errorf("restarted from a snapshot it counts otherwise; log: %s", aside)
		}
	}
	settled, _, err := f.store.Settled(t.Context(), data.Span{})
	check(t, err)
	if preview.SettledVisits != settled || settled == 0 {
		t.Errorf("the preview says that %d are settled, the store %d", preview.SettledVisits, settled)
	}
}

func TestSnapshotFromBeforeIsDeletedAndNoneIsWrittenOfIt(t *testing.T) {
	f := follow(t)
	f.settle()
	f.retain()
	f.put(scattered(0, 500)...)
	snapshot := filepath.Join(t.TempDir(), "counts")
	ctx, stop := context.WithCancel(t.Context())
	late := cube.NewLive(f.store, intake.New(f.store), cube.Options{Snapshot: snapshot})
	ended := make(chan struct{})
	go func() { defer close(ended); _ = late.Run(ctx) }()
	position, err := f.store.Position(ctx)
	check(t, err)
	check(t, late.Reach(ctx, position))
	stop()
	<-ended // it does not see what comes now
	want, _ := f.restarted(snapshot, true)
	f.destroy(18_300)
	rows, aside := f.restarted(snapshot, false)
	if _, err := os.Stat(snapshot); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the snapshot is still there")
	}
	if !slices.Equal(rows, want) || !strings.Contains(aside, "destroyed since") {
		t.Errorf("%d rows, want %d; log: %s", len(rows), len(want), aside)
	}
	check(t, late.Save(t.Context()))
	if _, err := os.Stat(snapshot); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a snapshot of what was destroyed was written")
	}
}

func TestIncidentsThatWereDestroyedHaveNoPlace(t *testing.T) {
	scheme := sampleScheme(t)
	week := data.DayOf(scheme.WeekStart(2600), scheme.Location)
	set := incidents.New(scheme, 0, nil, []data.IncidentSum{
		{Time: week, Class: geo.Managed, Category: data.Harm, Incidents: 3},
		{Time: week, Class: geo.Residential, Category: data.Nuisance, Outcome: "moved_on", Incidents: 4},
	})
	rapid.Check(t, func(r *rapid.T) {
		q := incidents.Query{Area: rapid.SampledFrom([]string{"", "m"}).Draw(r, "area")}
		if rapid.Bool().Draw(r, "by square") {
			square, _ := scheme.Grid.Square(centre)
			q.Square = square.Parent(grid.MaxLevel).Key()
		}
		var total int64
		for _, count := range set.Counts(q, []incidents.Dimension{incidents.ByWeek, incidents.ByArea, incidents.BySquare}, 0) {
			if count.Area != "" || count.Square != 0 || count.Week != 2600 {
				r.Fatalf("%+v", count)
			}
			total += count.Incidents
		}
		if want := map[bool]int64{true: 7, false: 0}[q.Area == "" && q.Square == 0]; total != want {
			r.Fatalf("%d, want %d", total, want)
		}
	})
	if _, without := set.Hours(incidents.Query{}); without[data.Harm] != 3 || without[data.Nuisance] != 4 {
		t.Errorf("without an hour are %v", without)
	}
	if rows := set.Latest(incidents.Query{}, nil, 10); len(rows) != 0 {
		t.Errorf("the list has %d", len(rows))
	}
}
