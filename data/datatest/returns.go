package datatest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"commonground/data"
)

var returnStories = []story{
	{"nothing was returned in a new store", noReturnStory},
	{"returns come back with their numbers, to the millisecond", returnStory},
	{"a return that says something else takes the place of the one before", correctReturnStory},
	{"what is withdrawn stands no more, and can be returned again", withdrawReturnStory},
	{"a batch of returns is stored whole or not at all", returnBatchStory},
	{"a return later in a batch corrects one before it", returnTwiceStory},
	{"what can't be a return is refused", refusedReturnStory},
	{"of many who return at once each has a number of its own", returnAtOnceStory},
	{"a return is no change of a record", returnFeedStory},
	{"a reopened store knows what was returned", reopenedReturnStory},
}

// figure is a return for one of the periods of the stories.
func figure(measure string, of int, n int64) data.Return {
	return data.Return{Measure: measure, From: period(of), To: period(of + 1), Least: n, Most: n, At: then, Who: "key:" + measure}
}

// withdrawn takes a figure back.
func withdrawn(r data.Return) data.Return {
	r.Least, r.Most, r.Withdrawn = 0, 0, true
	return r
}

// numberedReturns are returns as they come back, where each was stored.
func numberedReturns(returns ...data.Return) []data.Return {
	for i := range returns {
		returns[i].Number, returns[i].At = int64(i+1), thenKept
	}
	return returns
}

func putReturns(t *testing.T, s data.Store, returns ...data.Return) []data.Receipt {
	t.Helper()
	receipts, err := s.PutReturns(t.Context(), returns)
	check(t, err)
	return receipts
}

func allReturns(t *testing.T, s data.Store) []data.Return {
	t.Helper()
	all, err := s.Returns(t.Context())
	check(t, err)
	return all
}

func noReturnStory(t *testing.T, e Engine) {
	s := e.Open(t)
	equal(t, len(putReturns(t, s)), 0)
	equal(t, len(allReturns(t, s)), 0)
}

func returnStory(t *testing.T, e Engine) {
	s := e.Open(t)
	early, span := figure("closures", -900, 1<<40), figure("engaged", 0, 65)
	span.Most = 80
	day := figure("closures", 3, 0)
	day.To = day.From + 1
	given := []data.Return{early, span, day, figure("warnings", 0, 11)}
	equal(t, putReturns(t, s, given[:1]...), []data.Receipt{data.Added})
	equal(t, putReturns(t, s, given[1:]...), []data.Receipt{data.Added, data.Added, data.Added})
	equal(t, allReturns(t, s), numberedReturns(given...))
}

func correctReturnStory(t *testing.T, e Engine) {
	s := e.Open(t)
	first, second, wider := figure("warnings", 0, 11), figure("warnings", 0, 12), figure("warnings", 0, 11)
	wider.Most = 12
	other := figure("warnings", 1, 11)
	equal(t, putReturns(t, s, first, other), []data.Receipt{data.Added, data.Added})
	again := first
	again.At, again.Who = then.Add(time.Hour), "oidc:steward"
	equal(t, putReturns(t, s, again, other), []data.Receipt{data.Unchanged, data.Unchanged})
	equal(t, putReturns(t, s, second), []data.Receipt{data.Corrected})
	equal(t, putReturns(t, s, wider, wider), []data.Receipt{data.Corrected, data.Unchanged})
	equal(t, putReturns(t, s, first), []data.Receipt{data.Corrected}) // as it was at first
	all := allReturns(t, s)
	equal(t, all, numberedReturns(first, other, second, wider, first))
	equal(t, data.StandingReturns(all), []data.Return{all[1], all[4]})
}

func withdrawReturnStory(t *testing.T, e Engine) {
	s := e.Open(t)
	first, other := figure("warnings", 0, 0), figure("cautions", 0, 5)
	putReturns(t, s, first, other)
	equal(t, putReturns(t, s, withdrawn(first)), []data.Receipt{data.Corrected})
	all := allReturns(t, s)
	equal(t, data.StandingReturns(all), []data.Return{all[1]})
	for _, gone := range []data.Return{withdrawn(first), withdrawn(figure("warnings", 1, 0))} {
		if _, err := s.PutReturns(t.Context(), []data.Return{gone}); err == nil {
			t.Errorf("%+v was withdrawn though it wasn't there", gone)
		}
	}
	equal(t, putReturns(t, s, first), []data.Receipt{data.Added})
	equal(t, allReturns(t, s), numberedReturns(first, other, withdrawn(first), first))
}

func returnBatchStory(t *testing.T, e Engine) {
	s := e.Open(t)
	bad := figure("cautions", 0, -1)
	receipts, err := s.PutReturns(t.Context(), []data.Return{figure("warnings", 0, 1), bad})
	if err == nil || receipts != nil {
		t.Errorf("half a batch was stored: %v, %v", receipts, err)
	}
	equal(t, len(allReturns(t, s)), 0)
	equal(t, putReturns(t, s, figure("warnings", 0, 2)), []data.Receipt{data.Added}) // no number was used up
	equal(t, allReturns(t, s), numberedReturns(figure("warnings", 0, 2)))
}

func returnTwiceStory(t *testing.T, e Engine) {
	s := e.Open(t)
	one, two := figure("warnings", 0, 1), figure("warnings", 0, 2)
	equal(t, putReturns(t, s, one, one, two, withdrawn(two), one),
		[]data.Receipt{data.Added, data.Unchanged, data.Corrected, data.Corrected, data.Added})
	equal(t, allReturns(t, s), numberedReturns(one, two, withdrawn(two), one))
}

func refusedReturnStory(t *testing.T, e Engine) {
	s := e.Open(t)
	putReturns(t, s, figure("warnings", 0, 1))
	for i, spoil := range []func(*data.Return){
		func(r *data.Return) { r.Measure = "" }, func(r *data.Return) { r.Who = "" }, func(r *data.Return) { r.At = time.Time{} },
		func(r *data.Return) { r.To = r.From }, func(r *data.Return) { r.To = r.From - 1 },
		func(r *data.Return) { r.Least = -1 }, func(r *data.Return) { r.Least, r.Most = -2, -2 }, func(r *data.Return) { r.Least = r.Most + 1 },
		func(r *data.Return) { r.Withdrawn = true },
	} {
		bad := figure("warnings", 0, 9)
		spoil(&bad)
		if _, err := s.PutReturns(t.Context(), []data.Return{bad}); err == nil {
			t.Errorf("%d: %+v was stored", i, bad)
		}
	}
	equal(t, allReturns(t, s), numberedReturns(figure("warnings", 0, 1)))
}

func returnAtOnceStory(t *testing.T, e Engine) {
	s := e.Open(t)
	stores := []data.Store{s, e.Again(t, s)}
	const callers = 12
	errs := make([]error, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			measure := fmt.Sprint("m", i/2) // two of each want the same
			_, errs[i] = stores[i%2].PutReturns(t.Context(), []data.Return{figure(measure, 0, int64(i)), figure(measure, 1, 7)})
		})
	}
	group.Wait()
	for _, err := range errs {
		check(t, err)
	}
	all := allReturns(t, s)
	equal(t, len(all), callers+callers/2)
	for i, r := range all {
		equal(t, r.Number, int64(i+1))
	}
	equal(t, len(data.StandingReturns(all)), callers)
}

func returnFeedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	before := end(t, s)
	putReturns(t, s, figure("warnings", 0, 1))
	equal(t, end(t, s), before)
	settings, err := s.Settings(t.Context())
	check(t, err)
	equal(t, settings.Revision, int64(2))
}

func reopenedReturnStory(t *testing.T, e Engine) {
	s := e.Open(t)
	putReturns(t, s, figure("warnings", 0, 1), figure("warnings", 0, 2))
	check(t, s.Close())
	s = e.Again(t, s)
	equal(t, putReturns(t, s, figure("warnings", 0, 2), figure("warnings", 1, 3)), []data.Receipt{data.Unchanged, data.Added})
	equal(t, allReturns(t, s), numberedReturns(figure("warnings", 0, 1), figure("warnings", 0, 2), figure("warnings", 1, 3)))
}
