package datatest

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data"
)

var endStories = []story{
	{"a call whose caller is gone does nothing", goneStory},
	{"a closed store answers every call with an error", closedStory},
	{"closing ends the calls under way", closingStory},
	{"a store is closed and the other one goes on", otherGoesOnStory},
}

// calls makes every call once and returns the errors by name.
func calls(ctx context.Context, s data.Store) map[string]error {
	errs := map[string]error{}
	_, errs["Settings"] = s.Settings(ctx)
	errs["PutScheme"] = s.PutScheme(ctx, 2, "other", unplaced.all)
	errs["PutBoundary"] = s.PutBoundary(ctx, 2, town(2), unplaced.all)
	errs["WithdrawBoundary"] = s.WithdrawBoundary(ctx, 2, 1, unplaced.all)
	_, errs["Moves"] = s.Moves(ctx, 2, data.Span{}, unplaced.all)
	_, errs["Before"] = s.Before(ctx, data.PickupSort, visit(7).Key)
	_, errs["PutPickups"] = s.PutPickups(ctx, 2, visits(7, 8))
	_, errs["PutIncidents"] = s.PutIncidents(ctx, 2, []data.Incident{report(7)})
	_, errs["ReplacePickup"] = s.ReplacePickup(ctx, 2, visit(7), start)
	_, errs["ReplaceIncident"] = s.ReplaceIncident(ctx, 2, report(7), start)
	_, errs["Delete"] = s.Delete(ctx, data.PickupSort, visit(7).Key, start)
	_, errs["History"] = s.History(ctx, data.PickupSort, visit(7).Key)
	_, _, errs["Pickups"] = s.Pickups(ctx)
	_, _, errs["Visits"] = s.Visits(ctx)
	_, errs["PickupsIn"] = s.PickupsIn(ctx, orb.Bound{}, 1)
	_, _, errs["Incidents"] = s.Incidents(ctx)
	_, errs["Changes"] = s.Changes(ctx, 0, 1)
	errs["Wait"] = s.Wait(ctx, 0)
	_, errs["Position"] = s.Position(ctx)
	errs["PutEpoch"] = s.PutEpoch(ctx, epoch(0))
	_, errs["Epochs"] = s.Epochs(ctx)
	errs["PutSignature"] = s.PutSignature(ctx, signature(0, "a"))
	_, errs["Signatures"] = s.Signatures(ctx, period(0))
	errs["PutSealing"] = s.PutSealing(ctx, sealing(1, 0))
	_, errs["Sealings"] = s.Sealings(ctx)
	return errs
}

func goneStory(t *testing.T, e Engine) {
	s := settled(t, e)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range calls(ctx, s) {
		if err == nil {
			t.Errorf("%s for a caller who is gone returned no error", name)
		}
	}
	same(t, stored(t, s), nil)
	same(t, storedIncidents(t, s), nil)
	equal(t, len(changes(t, s, 0)), 2)
}

func closedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	check(t, s.Close())
	for name, err := range calls(t.Context(), s) {
		if err == nil {
			t.Errorf("%s on a closed store returned no error", name)
		}
	}
}

func closingStory(t *testing.T, e Engine) {
	s := settled(t, e)
	store(t, s, 2, visits(0, 10)...)
	ended := waiting(patience(t), t, s)
	_, all, err := s.Pickups(t.Context())
	check(t, err)
	var last error
	for _, err := range all {
		last = err
		if err == nil {
			check(t, s.Close())
		}
	}
	if last == nil {
		t.Error("a view of a closed store ended without an error")
	}
	if <-ended == nil {
		t.Error("waiting on a closed store ended without an error")
	}
}

func otherGoesOnStory(t *testing.T, e Engine) {
	s := settled(t, e)
	other := e.Again(t, s)
	store(t, s, 2, visit(1))
	check(t, s.Close())
	store(t, other, 2, visit(2))
	same(t, stored(t, e.Again(t, other)), visits(1, 3))
}
