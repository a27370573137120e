package engine

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/data"
)

func TestQuantitiesAddUpAsInAMap(t *testing.T) {
	lists := rapid.SliceOf(rapid.MapOf(rapid.StringMatching(`[a-e]`), rapid.IntRange(0, 3)))
	rapid.Check(t, func(r *rapid.T) {
		items := map[string]int{}
		var got []data.Quantity
		for _, one := range lists.Draw(r, "found") {
			var found []data.Quantity
			for _, kind := range slices.Sorted(maps.Keys(one)) {
				found = append(found, data.Quantity{Kind: kind, Items: one[kind]})
				items[kind] += one[kind]
			}
			got = AddFound(got, found)
		}
		var want []data.Quantity
		for _, kind := range slices.Sorted(maps.Keys(items)) {
			if items[kind] != 0 {
				want = append(want, data.Quantity{Kind: kind, Items: items[kind]})
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("it comes to %v, want %v", got, want)
		}
	})
}

func TestVisitsOfSumsComeInBatchesUntilNoMoreAreWanted(t *testing.T) {
	for _, wanted := range []int{1, 2, 3, 9} {
		var batches []int
		items := 0
		visits := SettledVisits{AtOnce: 4, Do: func(some []data.Visit) bool {
			batches = append(batches, len(some))
			for _, visit := range some {
				for _, quantity := range visit.Found {
					items += quantity.Items
				}
			}
			return len(batches) < wanted
		}}
		more := true
		for n := int64(1); more && n <= 4; n++ { // 10 visits
			more = visits.Add(data.PickupSum{Visits: n, Found: []data.Quantity{{Kind: "needle", Items: 5}}})
		}
		if more {
			visits.End()
		}
		if want := []int{4, 4, 2}[:min(wanted, 3)]; !slices.Equal(batches, want) {
			t.Errorf("of %d batches there came %v, want %v", wanted, batches, want)
		}
		if wanted > 2 && items != 20 {
			t.Errorf("they found %d items, want 20", items)
		}
	}
}
