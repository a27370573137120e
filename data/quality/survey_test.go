package quality_test

import (
	"slices"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/quality"
)

func TestWhatIsDoubtfulIsCountedBySourceAndWeek(t *testing.T) {
	scheme := scheme(t)
	first, second := data.InstantOf(now.AddDate(0, 0, -14)), data.InstantOf(now.AddDate(0, 0, -7))
	all := []data.Pickup{
		pickup("b", "1", first, inTown(0, 0)),
		pickup("a", "1", second, nil),
		pickup("a", "2", data.MonthOf(2026, 10, scheme.Location), inTown(0, 0)),
		pickup("a", "3", second, inTown(0, 0)),
		pickup("a", "4", second, inTown(0, 0)),
		pickup("a", "5", data.InstantOf(now.Add(time.Second)), inTown(0, 0)),
		pickup("a", "6", second, inTown(0, 0)),
		pickup("a", "7", data.DayOf(data.DateOf(now), scheme.Location), inTown(500, 0)),
	}
	all[3].Place.NearBoundary = true
	all[4].Found = []data.Quantity{{Kind: "condom_used", Items: 1}, {Kind: "needle", Items: quality.LargeVisit}}
	all[6].Found[0].Items = quality.LargeVisit
	got := survey(t, all)
	want := []quality.Row{
		{Source: "a", Week: data.Undated, Counts: quality.Counts{Records: 1, Undated: 1}},
		{Source: "a", Week: scheme.WeekOf(second), Counts: quality.Counts{Records: 4, Unlocated: 1, NearBoundary: 1, TooLarge: 1}},
		{Source: "a", Week: scheme.WeekOf(data.InstantOf(now)), Counts: quality.Counts{Records: 2, Future: 1}},
		{Source: "b", Week: scheme.WeekOf(first), Counts: quality.Counts{Records: 1}},
	}
	if !slices.Equal(got.Rows, want) {
		t.Errorf("got  %+v\nwant %+v", got.Rows, want)
	}
	if total := (quality.Counts{Records: 8, Unlocated: 1, Undated: 1, NearBoundary: 1, Future: 1, TooLarge: 1}); got.Total != total {
		t.Errorf("total %+v, want %+v", got.Total, total)
	}
}

func TestNoRecordsHaveNoRows(t *testing.T) {
	if got := survey(t, nil); len(got.Rows) > 0 || got.Total != (quality.Counts{}) || len(got.DefaultPoints) > 0 {
		t.Errorf("%+v", got)
	}
}
