package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/quality"
)

// lookedAt is after all records of these tests but those in the future.
var lookedAt = time.Date(2019, 6, 1, 12, 0, 0, 0, time.UTC)

func (w town) doubtsSince(sort data.Sort, position int64) quality.Report {
	w.t.Helper()
	report, err := w.door.DoubtsSince(w.t.Context(), sort, intake.Since{Position: position, Limit: 10_000}, lookedAt)
	check(w.t, err)
	return report
}

func (w town) position() int64 {
	w.t.Helper()
	position, err := w.store.Position(w.t.Context())
	check(w.t, err)
	return position
}

func TestDoubtsOfWhatCameInAreFoundAmongAllThatIsThere(t *testing.T) {
	w := newTown(t, schemeText, managed, residential)
	w.pickups("ref,at,lon,lat,needle\n1,2019-05-01T09:00,-1.55,53.79,1\n2,2019-05-08T09:00,-1.57,53.79,1\n", intake.Options{Source: "crew"}).came(t, 2, 0, 0)
	before := w.position()
	w.pickups(strings.Join([]string{
		"ref,at,lon,lat,accuracy,needle",
		"1,2019-05-01T09:40,-1.5501,53.79,0,2", // beside the crew's
		"2,2019-05-02T09:00,,,0,2",
		"3,2019-05,-1.55,53.79,0,2",
		"4,2019-05-03T09:00,-1.5401,53.79,50,1001", // near the line of the managed area
		"5,2019-06-01T13:01,-1.56,53.77,0,1",       // the clock of the town is an hour ahead
		"6,2019-06-01T13:00,-1.56,53.77,0,1",
	}, "\n"), intake.Options{Source: "council"}).came(t, 6, 0, 0)
	got := w.doubtsSince(data.PickupSort, before)
	want := quality.Counts{Records: 6, Unlocated: 1, Undated: 1, NearBoundary: 1, Duplicates: 1, Future: 1, TooLarge: 1}
	if got.Total != want {
		t.Errorf("since: %+v, want %+v", got.Total, want)
	}
	all, err := w.door.Doubts(t.Context(), data.PickupSort, lookedAt)
	check(t, err)
	if want.Records, want.Duplicates = 8, 2; all.Total != want {
		t.Errorf("in all: %+v, want %+v", all.Total, want)
	}
	if got := w.doubtsSince(data.PickupSort, w.position()); got.Total != (quality.Counts{}) || len(got.Rows) > 0 {
		t.Errorf("since nothing came in: %+v", got)
	}
	if got := w.doubtsSince(data.IncidentSort, before); got.Total != (quality.Counts{}) {
		t.Errorf("incidents: %+v", got)
	}
	for limit, position := range map[int]int64{5: before, 7: before + 3} { // fewer than came in; fewer than there are
		if _, err := w.door.DoubtsSince(t.Context(), data.PickupSort, intake.Since{Position: position, Limit: limit}, lookedAt); !errors.Is(err, data.ErrTooMany) {
			t.Errorf("at most %d: %v", limit, err)
		}
	}
	if n := len(w.storedPickups()); n != 8 {
		t.Errorf("%d pickups are there, want all 8", n)
	}
}

func TestSendingAFileAgainMakesNoDuplicates(t *testing.T) {
	w := newTown(t, schemeText, managed)
	file := "ref,received,category,lon,lat\n1,2019-05-01T09:00,harm,-1.55,53.79\n2,2019-05-01T09:00,harm,-1.55,53.79\n"
	for _, added := range []int{2, 0} {
		w.incidents(file, intake.Options{Source: "line"}).came(t, added, 2-added, 0)
		all, err := w.door.Doubts(t.Context(), data.IncidentSort, lookedAt)
		check(t, err)
		if all.Total != (quality.Counts{Records: 2}) {
			t.Errorf("%+v", all.Total)
		}
	}
}

func TestMoreThanOneBatchOfChangesIsOfOneImport(t *testing.T) {
	w := newTown(t, schemeText, managed)
	file := strings.Builder{}
	file.WriteString("at,lon,lat,needle\n")
	for i := range 2100 {
		fmt.Fprintf(&file, "2019-05-%02d,%.4f,53.79,1\n", 1+i%28, -1.6+float64(i)*1e-4)
	}
	before := w.position()
	w.pickups(file.String(), intake.Options{}).came(t, 2100, 0, 0)
	if got := w.doubtsSince(data.PickupSort, before); got.Total != (quality.Counts{Records: 2100}) {
		t.Errorf("%+v", got.Total)
	}
}
